"""The response of a serious complaint is cleared by a chain: each office in turn, each by another person."""

from __future__ import annotations

import pytest

from activities.acts import composing
from activities.reading import gates_of
from activities.reading_response import response_read
from contracts.commands import CommandKind
from db.models.complaint import Complaint
from tests.activities.cases import a_case
from tests.activities.drafted import clear, draft, drafts, investigated, sign
from tests.activities.escalated import climb
from tests.activities.graver import appoint, never_triaged, put_on_rota, set_severity
from tests.activities.office_desk import Desk
from tests.apart import Apart
from tests.bodies import make_body

K = CommandKind


@pytest.fixture
async def grave(beside: Apart) -> Desk:
    """A serious complaint whose response can be drafted."""
    desk = await investigated(beside, make_body(beside.dsns.migrator, follows=None))
    assert await set_severity(desk, "serious") is None
    return desk


def steps(desk: Desk) -> list[tuple[str, str]]:
    """Return who cleared for which office, in order."""
    names = {str(person): role for role, person in desk.body.people.items()}
    found = desk.rows(
        "select s.* from clearance_step s join response_draft d on d.id = s.draft_id where s.complaint_id = %s"
        " order by d.version, s.number"
    )
    return [(row["office"], names[row["person_id"]]) for row in found]


async def is_cleared(desk: Desk) -> bool:
    async with a_case(desk) as case:
        return await composing.is_cleared(case)


def asked(desk: Desk, kind: str = "clear_response") -> list[tuple[str, str]]:
    names = {str(person): role for role, person in desk.body.people.items()}
    return [(task["role"], names[task["assignee_id"]]) for task in desk.tasks(kind)]


async def to_clear(desk: Desk) -> tuple[str, ...]:
    """Return who is still to clear, as the requirements tell it."""
    async with desk.apart.database.tenant(desk.body.id, desk.apart.engine.now) as session:
        complaint = await session.get_one(Complaint, desk.complaint)
        gates = await gates_of(session, complaint, desk.apart.engine.now)
    return next(gate.to_clear for gate in gates if gate.command is K.RESPOND)


async def test_it_is_cleared_by_the_manager_then_by_a_senior_and_only_then_signed(grave: Desk) -> None:
    await draft(grave)
    assert asked(grave) == [("complaints_manager", "complaints_manager")]
    assert await to_clear(grave) == ("complaints_manager", "senior")
    assert await clear(grave, by="complaints_manager") is None
    assert (await sign(grave)).missing == ["response_cleared"]
    clock = grave.clock("clearance")
    assert (clock["state"], clock["generation"]) == ("running", 2)
    assert asked(grave) == [("responsible_person", "responsible_person")]
    assert grave.tasks("sign_response") == []
    assert await to_clear(grave) == ("senior",)
    assert await clear(grave, by="senior_leader") is None
    assert (grave.clock("clearance")["state"], grave.clock("signature")["state"]) == ("met", "running")
    assert steps(grave) == [("complaints_manager", "complaints_manager"), ("senior", "senior_leader")]
    assert await to_clear(grave) == ()
    assert await clear(grave, by="responsible_person") == "nothing_changes"
    assert (await sign(grave)).state == "applied"
    (passed,) = grave.events("response.step_cleared")
    assert (passed["data"]["office"], passed["data"]["left"]) == ("complaints_manager", 1)


@pytest.mark.parametrize("by", ["senior_leader", "responsible_person", "handler", "investigator"])
async def test_nobody_clears_before_it_is_their_turn(grave: Desk, by: str) -> None:
    await draft(grave)
    assert await clear(grave, by=by) == "not_authorised_to_clear"
    assert steps(grave) == []


async def test_nobody_clears_twice_or_what_they_wrote_and_whoever_investigated_does_not(grave: Desk) -> None:
    appoint(grave, "complaints_manager", "senior_leader")
    appoint(grave, "investigator", "deputy_complaints_manager")
    await draft(grave, by="senior_leader")
    assert await clear(grave, by="investigator", mitigation="Nobody else.") == "not_authorised_to_clear"
    assert await clear(grave, by="complaints_manager") is None
    assert await clear(grave, by="complaints_manager", mitigation="Nobody else.") == "same_person"
    assert await clear(grave, by="senior_leader") == "same_person"
    assert await clear(grave, by="responsible_person") is None
    assert await is_cleared(grave)


async def test_whoever_wrote_it_is_not_asked_where_somebody_else_can_be(grave: Desk) -> None:
    appoint(grave, "handler", "deputy_complaints_manager")
    await draft(grave, by="complaints_manager")
    assert asked(grave) == [("complaints_manager", "handler")]
    await clear(grave, by="handler")
    assert await clear(grave, by="responsible_person", cleared=False, reason="Not yet.") is None
    await draft(grave, by="responsible_person")
    await clear(grave, by="complaints_manager")
    assert asked(grave) == [("responsible_person", "senior_leader")]


async def test_the_clock_reaches_the_office_whose_step_it_is_and_whoever_was_asked(grave: Desk) -> None:
    await draft(grave, by="responsible_person")
    await climb(grave, "clearance", "reminder_1")
    assert asked(grave, "reminder.clearance") == [("complaints_manager", "complaints_manager")]
    await clear(grave, by="complaints_manager")
    # The responsible person wrote it: the next of the seniors is asked, and reminded, and nobody else is.
    await climb(grave, "clearance", "reminder_1", "overdue", "escalation_1", "chase_1")
    for kind in ("clear_response", "reminder.clearance", "overdue.clearance", "escalation.clearance"):
        assert asked(grave, kind) == [("responsible_person", "senior_leader")], kind
    told = [each for each in grave.notices("overdue") if "Clear the drafted response" in each["body"]]
    assert [each["person_id"] for each in told] == [str(grave.body.person("senior_leader"))]
    await clear(grave, by="senior_leader")
    assert asked(grave, "overdue.clearance") == []


async def test_sent_back_the_chain_begins_anew(grave: Desk) -> None:
    await draft(grave)
    await clear(grave, by="complaints_manager")
    assert await clear(grave, by="senior_leader", cleared=False) == "reason_needed"
    assert await clear(grave, by="senior_leader", cleared=False, reason="What of the second fall?") is None
    assert asked(grave) == []
    assert [task["role"] for task in grave.tasks("redraft_response")] == ["owner"]
    assert await clear(grave, by="senior_leader") == "nothing_drafted"
    assert await draft(grave, learning="Both falls are in it now.") is None
    assert await to_clear(grave) == ("complaints_manager", "senior")
    assert await clear(grave, by="senior_leader") == "not_authorised_to_clear"
    await clear(grave, by="complaints_manager")
    await clear(grave, by="senior_leader")
    assert len(steps(grave)) == 3
    assert await is_cleared(grave)


async def test_on_the_rota_that_day_somebody_clears_as_a_senior_and_on_no_other(grave: Desk) -> None:
    await draft(grave, by="investigator")
    await clear(grave, by="complaints_manager")
    put_on_rota(grave, "handler", "2028-03-03", "2028-03-09")
    assert await clear(grave, by="handler") == "not_authorised_to_clear"  # it is the 2nd
    put_on_rota(grave, "handler", "2028-03-01", "2028-03-02")
    assert await clear(grave, by="handler") is None
    assert steps(grave)[-1] == ("senior", "handler")


async def test_raised_after_it_was_cleared_whoever_is_missing_is_asked_and_nobody_signs_before(
    beside: Apart,
) -> None:
    desk = await investigated(beside, make_body(beside.dsns.migrator, follows=None))
    await draft(desk)
    await clear(desk)
    assert await set_severity(desk, "immediate") is None
    assert not await is_cleared(desk)
    assert desk.clock("signature")["state"] == "stopped"
    assert desk.clock("clearance")["state"] == "running"
    assert asked(desk) == [("responsible_person", "responsible_person")]  # the manager has cleared it already
    assert asked(desk, "sign_response") == []
    assert (await sign(desk)).missing == ["response_cleared"]
    assert await clear(desk, by="senior_leader") is None
    assert (await sign(desk)).state == "applied"


async def test_lowered_what_is_missing_falls_away(grave: Desk) -> None:
    await draft(grave)
    await clear(grave, by="complaints_manager")
    assert await set_severity(grave, "elevated") is None
    assert await is_cleared(grave)
    assert asked(grave) == []
    assert asked(grave, "sign_response") == [("responsible_person", "responsible_person")]
    assert grave.clock("clearance")["state"] != "running"
    assert await clear(grave, by="senior_leader") == "nothing_changes"
    assert (await sign(grave)).state == "applied"


async def test_raised_and_lowered_before_anybody_cleared_it_asks_whoever_it_is_for(beside: Apart) -> None:
    desk = await investigated(beside, make_body(beside.dsns.migrator, follows=None))
    await draft(desk)
    due_on = desk.clock("clearance")["due_on"]
    await set_severity(desk, "serious")
    assert asked(desk) == [("complaints_manager", "complaints_manager")]
    await set_severity(desk, "routine")
    assert [role for role, _ in asked(desk)] == ["decision_maker"]
    clock = desk.clock("clearance")
    assert (clock["generation"], clock["due_on"], clock["state"]) == (1, due_on, "running")
    assert await clear(desk, by="responsible_person") is None
    assert await is_cleared(desk)


async def test_once_it_is_signed_more_seriousness_asks_nobody_to_clear_it(beside: Apart) -> None:
    desk = await investigated(beside, make_body(beside.dsns.migrator, follows=None))
    await draft(desk)
    await clear(desk)
    await sign(desk)
    assert await set_severity(desk, "serious") is None
    assert asked(desk) == []
    assert desk.stands()["stage"] == "responded"


async def test_in_a_small_body_one_person_clears_for_both_with_what_makes_it_fair(beside: Apart) -> None:
    small = make_body(beside.dsns.migrator, follows=("nhs-england-2009", 2), small=True)
    desk = await investigated(beside, small)
    appoint(desk, "complaints_manager", "responsible_person")
    await set_severity(desk, "serious")
    await draft(desk, by="complaints_manager")
    assert await clear(desk, by="complaints_manager") == "same_person"
    fair = "A GP of another practice read it."
    assert await clear(desk, by="complaints_manager", mitigation=fair) is None
    assert await clear(desk, by="complaints_manager") == "same_person"
    assert await clear(desk, by="complaints_manager", mitigation=fair) is None
    rows = desk.rows("select mitigation from clearance_step where complaint_id = %s")
    assert [row["mitigation"] for row in rows] == [fair, fair]
    assert await is_cleared(desk)


async def test_a_complaint_that_was_never_triaged_is_cleared_once_as_ever(beside: Apart) -> None:
    desk = await investigated(beside, make_body(beside.dsns.migrator, follows=None))
    never_triaged(desk)
    await draft(desk)
    assert await clear(desk) is None
    assert await is_cleared(desk)


async def test_one_that_turns_out_serious_with_the_very_act_asks_whoever_is_missing(beside: Apart) -> None:
    """What an earlier version opened is triaged with the next act that a person says: also with a draft, a clearing."""
    desk = await investigated(beside, make_body(beside.dsns.migrator, follows=None))
    died = "update party set death_known_at = '2028-03-01T09:00Z' where complaint_id = %s"
    never_triaged(desk)
    beside.rows(died, desk.complaint)
    assert await draft(desk) is None
    assert desk.stands()["severity"] == "serious"
    assert asked(desk) == [("complaints_manager", "complaints_manager")]
    never_triaged(desk)
    assert await clear(desk, by="complaints_manager") is None
    assert not await is_cleared(desk)
    assert asked(desk) == [("responsible_person", "responsible_person")]
    assert asked(desk, "sign_response") == []
    assert (desk.clock("clearance")["state"], desk.clock("signature")["state"]) == ("running", "stopped")


async def test_a_response_that_is_ready_goes_out_while_the_escalation_still_asks(grave: Desk) -> None:
    await draft(grave)
    await clear(grave, by="complaints_manager")
    await clear(grave, by="senior_leader")
    (escalation,) = grave.rows("select p.* from proceeding p where p.complaint_id = %s and p.kind = 'escalation'")
    assert escalation["state"] == "asking"
    assert (await sign(grave)).state == "applied"
    (escalation,) = grave.rows("select p.* from proceeding p where p.complaint_id = %s and p.kind = 'escalation'")
    assert (escalation["state"], escalation["ended_on"]) == ("asking", None)
    running = grave.rows(
        "select id from clock where complaint_id = %s and state = 'running' and proceeding_id is not null"
    )
    assert len(running) == 1


async def test_how_the_chain_stands_is_read_and_changes_nothing(grave: Desk) -> None:
    await draft(grave)
    await clear(grave, by="complaints_manager")
    async with grave.apart.database.tenant(grave.body.id, grave.apart.engine.now) as session:
        complaint = await session.get_one(Complaint, grave.complaint)
        read = await response_read(session, complaint, grave.apart.engine.now)
    assert ([office for office, _ in read.chain], read.left, read.cleared) == (
        ["complaints_manager", "senior"],
        ("senior",),
        False,
    )


async def test_a_step_is_never_changed_and_said_twice_is_one(grave: Desk) -> None:
    await draft(grave)
    await clear(grave, by="complaints_manager", version=drafts(grave)[0]["version"])
    assert len(steps(grave)) == 1
    with pytest.raises(Exception, match="permission denied|append"):
        grave.apart.rows(
            "update clearance_step set office = 'senior' where complaint_id = %s returning id", grave.complaint
        )
