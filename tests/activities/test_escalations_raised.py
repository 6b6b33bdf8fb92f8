"""What the record shows raises escalations: one of a cause at a time, heard again, faster where it is higher."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest

from activities.acts.case import Case, calendars_of
from activities.acts.raising import raise_for
from contracts.acts import Act
from contracts.code import Code
from db.models.complaint import Complaint
from db.models.organisation import Organisation
from db.queries import escalations as rows
from policies.procedure_files import load_procedures
from tests.activities.escalated import acknowledge, assigned, climb, decide, escalate, escalation, on_rota, running
from tests.activities.office_desk import Desk
from tests.apart import MORNING, Apart


@pytest.fixture(autouse=True)
def in_the_morning(beside: Apart) -> None:
    beside.engine.now = MORNING


class Raised:
    """Raises what the record shows through an act of the complaint, as other rules do."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    async def __call__(self, cause: str, level: str, subject_id: UUID | None = None) -> UUID | None:
        desk = self.desk
        act = Act(
            act_id=uuid4(), organisation_id=desk.body.id, complaint_id=desk.complaint,
            now=desk.apart.engine.now, stage=Code("received"),
        )  # fmt: skip
        async with desk.apart.database.tenant(desk.body.id, act.now) as session:
            complaint = await session.get_one(Complaint, desk.complaint)
            case = Case(
                session=session,
                act=act,
                organisation=await session.get_one(Organisation, desk.body.id),
                complaint=complaint,
                procedure=load_procedures().governing(complaint),
                calendars=await calendars_of(session, complaint.nation, desk.body.id),
            )
            found = await raise_for(case, cause, level=level, subject_id=subject_id)
            return None if found is None else found.id


async def test_the_same_cause_is_heard_again_and_a_higher_level_is_asked_at_its_own_pace(desk: Desk) -> None:
    on_rota(desk, "ada", 1)
    raise_it = Raised(desk)
    raised = await raise_it("severity", "serious")
    assert raised is not None
    await climb(desk, "escalation_call", "first")
    assert await raise_it("severity", "serious") is None
    assert running(desk) == {"escalation_call"}
    assert await raise_it("severity", "immediate") is None
    assert (escalation(desk)["level"], running(desk)) == ("immediate", {"escalation_call_now"})
    assert desk.clock("escalation_call")["state"] == "stopped"
    await climb(desk, "escalation_call_now", "first")
    again = desk.rows("select level from escalation_again where complaint_id = %s order by number")
    assert [each["level"] for each in again] == ["serious", "immediate"]
    assert await raise_it("severity", "serious") is None
    assert escalation(desk)["level"] == "immediate"
    assert await acknowledge(desk, raised, "ada") is None
    assert await raise_it("severity", "serious") is None and await raise_it("severity", "serious") is None
    assert assigned(desk, "escalation_more") == ["ada"] and len(desk.notices("escalation_more")) == 1


async def test_two_subjects_of_one_cause_are_two_and_what_ended_can_be_raised_anew(desk: Desk) -> None:
    raise_it = Raised(desk)
    one, other = uuid4(), uuid4()
    first, second = await raise_it("body_silent", "elevated", one), await raise_it("body_silent", "elevated", other)
    assert None not in (first, second) and first != second
    assert await raise_it("body_silent", "elevated", one) is None
    assert first is not None and await acknowledge(desk, first) is None
    assert await decide(desk, first, "no_further_action") is None
    assert await raise_it("body_silent", "elevated", one) not in (None, first)


async def test_only_what_is_serious_and_acknowledged_counts_for_closing(desk: Desk) -> None:
    async def counts() -> bool:
        async with desk.apart.database.tenant(desk.body.id, MORNING) as session:
            return await rows.acknowledged(session, desk.complaint)

    raised = await escalate(desk, "elevated")
    assert await acknowledge(desk, raised) is None and not await counts()
    serious = await Raised(desk)("severity", "serious")
    assert serious is not None and not await counts()
    assert await acknowledge(desk, serious) is None and await counts()
