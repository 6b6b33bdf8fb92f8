"""Which handler takes which command. The only place that knows them all."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, Final

from activities.acts import corrections, ending, gates, office, papers, redating, rungs, working
from activities.acts.case import Case
from contracts.clocks import RungRef
from contracts.commands import CommandKind
from db.said import Said

# Each takes the shape that `db.said.SHAPES` names for its command.
_HANDLERS: Final[dict[CommandKind, Callable[[Case, Any], Awaitable[None]]]] = {
    CommandKind.ACKNOWLEDGE: working.acknowledge,
    CommandKind.RECORD_DISCUSSION: working.record_discussion,
    CommandKind.SET_RESPONSE_PERIOD: working.set_response_period,
    CommandKind.EXTEND: working.extend,
    CommandKind.RECORD_UPDATE: working.record_update,
    CommandKind.RESPOND: ending.respond,
    CommandKind.CLOSE: ending.close,
    CommandKind.WITHDRAW: ending.withdraw,
    CommandKind.ASSIGN: office.assign,
    CommandKind.SET_CONTACT_RULES: office.set_contact_rules,
    CommandKind.COMPLETE_TASK: office.complete_task,
    CommandKind.RELEASE_NOTICE: office.release_notice,
    CommandKind.DISCARD_NOTICE: office.discard_notice,
    CommandKind.NOTICE_OUTCOME: office.notice_outcome,
    CommandKind.SEND_UPDATE: office.send_update,
    CommandKind.ADD_NOTE: papers.add_note,
    CommandKind.ATTACH_FILE: papers.attach_file,
    CommandKind.MARK_FILE: papers.mark_file,
    CommandKind.RECORD_CONTACT: papers.record_contact,
    CommandKind.CORRECT: corrections.correct,
    CommandKind.DECIDE_CORRECTION: corrections.decide,
    CommandKind.REDATE: redating.redate,
}


async def apply_command(case: Case, kind: CommandKind, said: Said) -> None:
    """Do what was said to the case, if its gate is open. Raises Refused where it is not allowed now."""
    await gates.pass_or_refuse(case, kind, getattr(said, "when", None))
    await _HANDLERS[kind](case, said)


async def apply_rung(case: Case, ref: RungRef) -> None:
    """Fire a rung."""
    await rungs.fire(case, ref)
