"""Looks at a case without changing it: what the gates of its procedure lack, by the very checks that refuse."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from activities.acts import clearing, composing, joint_readings, seriousness
from activities.acts.case import Case, calendars_of
from activities.acts.gates import CHECKS
from contracts.acts import Act
from contracts.code import Code
from contracts.commands import CommandKind
from db.models.complaint import Complaint
from db.models.organisation import Organisation
from policies.procedure_files import load_procedures
from policies.procedure_rules import GateRule, Requirement


@dataclass(frozen=True, slots=True, kw_only=True)
class GateStanding:
    """A gate of the stage in which a case stands: what it requires, and what of that is missing.

    `to_clear` are the offices that have still to clear the draft of a serious complaint, in turn.
    """

    command: CommandKind
    when: str | None
    requires: tuple[str, ...]
    missing: tuple[str, ...]
    legal_basis: str
    to_clear: tuple[str, ...] = ()


async def gates_of(session: AsyncSession, complaint: Complaint, now: datetime) -> tuple[GateStanding, ...]:
    """Return every gate of what may be said about a complaint now, in the order of its procedure."""
    if not complaint.open:
        return ()
    with session.no_autoflush:
        case = await look(session, complaint, now)
        lawful = case.procedure.allowed_in(complaint.stage)
        gates = [
            gate
            for gate in case.procedure.gates
            if gate.command in lawful and (not gate.stages or complaint.stage in gate.stages)
        ]
        gates += [each for each in await _built_in(case) if each.command in lawful]
        asked = dict.fromkeys(requirement for gate in gates for requirement in gate.requires)
        holds = {requirement: await CHECKS[requirement](case) for requirement in asked}
        to_clear = await _to_clear(case) if Requirement.RESPONSE_CLEARED in asked else ()
    return tuple(
        GateStanding(
            command=gate.command,
            when=gate.when,
            requires=tuple(each.value for each in gate.requires),
            missing=tuple(each.value for each in gate.requires if not holds[each]),
            legal_basis=gate.legal_basis,
            to_clear=to_clear if Requirement.RESPONSE_CLEARED in gate.requires else (),
        )
        for gate in gates
    )


async def _to_clear(case: Case) -> tuple[str, ...]:
    """Return the offices that have still to clear the response: of the draft in hand, else of any that will be."""
    draft = await composing.pending(case)
    if draft is None:
        return clearing.chain_of(case)
    now = await clearing.standing(case, draft)
    return now.chain if now.sent_back else now.left


async def _built_in(case: Case) -> list[GateRule]:
    """Return what is asked for whatever the procedure says: other bodies contribute, or the complaint is serious."""
    found = []
    for command in joint_readings.GATED:
        if requires := await joint_readings.required(case, command):
            found.append(GateRule(command=command, requires=requires, legal_basis=joint_readings.BASIS))
    for command, basis in seriousness.BASIS.items():
        if requires := await seriousness.required(case, command):
            found.append(GateRule(command=command, requires=requires, legal_basis=basis))
    return found


async def look(session: AsyncSession, complaint: Complaint, now: datetime) -> Case:
    """Put together a case that nothing is done to. Its act has no command, and is never stored."""
    looking = Act(
        act_id=complaint.id,
        organisation_id=complaint.organisation_id,
        complaint_id=complaint.id,
        now=now,
        stage=Code(complaint.stage),
    )
    return Case(
        session=session,
        act=looking,
        organisation=await session.get_one(Organisation, complaint.organisation_id),
        complaint=complaint,
        procedure=load_procedures().governing(complaint),
        calendars=await calendars_of(session, complaint.nation, complaint.organisation_id),
    )
