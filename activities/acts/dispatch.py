"""Which handler takes which command. The only place that knows them all."""

from __future__ import annotations

from activities.acts import ending, office, redating, rungs, working
from activities.acts.case import Case
from contracts.clocks import RungRef
from contracts.commands import CommandKind
from db import said as shapes


async def apply_command(case: Case, kind: CommandKind, said: shapes.Said) -> None:
    """Do what was said to the case. Raises Refused where it is not allowed now."""
    match said:
        case shapes.Acknowledge():
            await working.acknowledge(case, said)
        case shapes.RecordDiscussion():
            await working.record_discussion(case, said)
        case shapes.SetResponsePeriod():
            await working.set_response_period(case, said)
        case shapes.Extend():
            await working.extend(case, said)
        case shapes.RecordUpdate():
            await working.record_update(case, said)
        case shapes.Respond():
            await ending.respond(case, said)
        case shapes.Close():
            await ending.close(case, said)
        case shapes.Withdraw():
            await ending.withdraw(case, said)
        case shapes.Assign():
            await office.assign(case, said)
        case shapes.AddNote():
            await office.add_note(case, said)
        case shapes.AttachFile():
            await office.attach_file(case, said)
        case shapes.SetContactRules():
            await office.set_contact_rules(case, said)
        case shapes.CompleteTask():
            await office.complete_task(case, said)
        case shapes.ReleaseNotice():
            await office.release_notice(case, said)
        case shapes.DiscardNotice():
            await office.discard_notice(case, said)
        case shapes.NoticeOutcomeSaid():
            await office.notice_outcome(case, said)
        case shapes.Redate():
            await redating.redate(case, said)
        case _:
            raise TypeError(f"no handler for {kind.value}")


async def apply_rung(case: Case, ref: RungRef) -> None:
    """Fire a rung."""
    await rungs.fire(case, ref)
