"""A complaint that came too late ends on the real server, and is coded for the returns after its end."""

from __future__ import annotations

from datetime import date

from temporalio.client import WorkflowExecutionStatus

from contracts.commands import CommandKind
from db import eligibility_said as say
from tests.bodies import Body
from tests.world import World, until


async def test_a_complaint_that_came_too_late_ends_and_is_coded_afterwards(world: World, standards: Body) -> None:
    complaint = await world.log(standards, happened_on=date(2026, 3, 1))
    decided = await world.say(
        standards,
        complaint,
        CommandKind.DECIDE_TIME_LIMIT,
        say.DecideTimeLimit(waived=False, reasons="The records are destroyed."),
        by="complaints_manager",
    )
    assert decided.state == "applied", decided.refusal or decided.last_failure

    async def ended() -> bool:
        return (await world.handle(complaint).describe()).status is WorkflowExecutionStatus.COMPLETED

    await until(ended)
    row = await world.row(standards, "select stage, open from complaint where id = :id", id=complaint)
    assert (row["stage"], row["open"]) == ("not_accepted", False)
    coded = await world.say(standards, complaint, CommandKind.SET_CODING, say.SetCoding(age_band="age_26_55"))
    assert coded.state == "applied", coded.refusal or coded.last_failure
    late = await world.say(
        standards,
        complaint,
        CommandKind.DECIDE_TIME_LIMIT,
        say.DecideTimeLimit(waived=True, findings=("good_reasons", "still_fair")),
        by="complaints_manager",
    )
    assert (late.state, late.refusal) == ("refused", "complaint_closed")
