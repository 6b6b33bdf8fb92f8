"""Who has a part in a case: training, conflicts, mitigation, and who is asked in their place."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import uuid4

import pytest

from activities.reading import look
from contracts.commands import CommandKind
from db import desk_said
from db.models.complaint import Complaint
from runtime.database_roles import DatabaseDsns
from tests.activities.office_desk import Desk, a_desk
from tests.apart import Apart
from tests.bodies import Body, make_body
from tests.closer_look import a_part, a_plan, an_issue, issues, one_person_practice, to_closer_look

TODAY = date(2028, 3, 2)
FAIR = "The medical director of the neighbouring practice reads every finding."


@pytest.fixture
async def looking(full: Desk) -> Desk:
    """A complaint in its closer look."""
    await to_closer_look(full, TODAY)
    return full


def parts(desk: Desk) -> list[dict[str, Any]]:
    return desk.rows("select * from case_role where complaint_id = %s order by said_at, role, ends_on")


async def test_a_trained_person_without_conflict_investigates(looking: Desk) -> None:
    person = looking.body.person("investigator")
    await looking.must(CommandKind.APPOINT, a_part(person), by="complaints_manager")
    (row,) = parts(looking)
    assert (row["role"], row["person_id"], row["trained_on"], row["grounds"]) == (
        *("investigator", str(person)),
        *("2027-05-04", []),
    )
    (event,) = looking.events("part.given")
    assert (event["data"]["person_id"], event["data"]["mitigated"]) == (str(person), False)
    assert "level 2" not in str(event)


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"training": None, "trained_on": None}, "not_trained"),
        ({"trained_on": date(2028, 3, 3)}, "date_in_future"),
        ({"prior_involvement": True}, "conflict_of_interest"),
        ({"conflict": True}, "conflict_of_interest"),
        ({"person_id": uuid4()}, "unknown_person"),
    ],
)
async def test_who_may_not_investigate_is_refused(looking: Desk, changes: dict[str, Any], refusal: str) -> None:
    what = a_part(**({"person_id": looking.body.person("investigator")} | changes))
    assert (await looking.do(CommandKind.APPOINT, what, by="complaints_manager")).refusal == refusal
    assert parts(looking) == []


async def test_a_conflict_is_mitigated_on_record(looking: Desk) -> None:
    what = a_part(looking.body.person("investigator"), prior_involvement=True, mitigation=FAIR)
    await looking.must(CommandKind.APPOINT, what, by="complaints_manager")
    (row,) = parts(looking)
    assert (row["prior_involvement"], row["mitigation"], row["grounds"]) == (True, FAIR, ["declared_involvement"])
    assert looking.events("part.mitigated")[0]["data"]["ground"] == "declared_involvement"


async def test_a_person_of_another_organisation_or_one_who_has_left_is_unknown(
    looking: Desk, dsns: DatabaseDsns
) -> None:
    stranger = make_body(dsns.migrator).person("investigator")
    gone = looking.body.person("senior_leader")
    looking.apart.rows("update person set active = false where id = %s", gone)
    for person in (stranger, gone):
        assert (await looking.do(CommandKind.APPOINT, a_part(person))).refusal == "unknown_person"


async def test_the_next_one_takes_the_place_of_the_one_before_with_the_tasks_of_the_part(looking: Desk) -> None:
    first, second = looking.body.person("investigator"), looking.body.person("handler")
    await looking.must(CommandKind.APPOINT, a_part(first))
    looking.apart.rows(
        "insert into task (id, organisation_id, complaint_id, kind, role, assignee_id, act_id, state, raised_at)"
        " values (gen_random_uuid(), %s, %s, 'reminder.x', 'investigator', %s, gen_random_uuid(), 'open', now())",
        *(looking.body.id, looking.complaint, first),
    )
    await looking.must(CommandKind.APPOINT, a_part(second))
    assert [(row["person_id"], row["ends_on"]) for row in parts(looking)] == [
        (str(first), "2028-03-02"),
        (str(second), None),
    ]
    assert looking.tasks("reminder.x")[0]["assignee_id"] == str(second)
    assert (await looking.do(CommandKind.APPOINT, a_part(second))).refusal == "nothing_changes"


async def test_who_investigates_does_not_decide_outside_a_small_body(looking: Desk) -> None:
    person = looking.body.person("investigator")
    await looking.must(CommandKind.APPOINT, a_part(person))
    both = a_part(person, "decision_maker", mitigation=FAIR)
    assert (await looking.do(CommandKind.APPOINT, both)).refusal == "conflict_of_interest"
    await looking.must(CommandKind.APPOINT, a_part(looking.body.person("senior_leader"), "decision_maker"))


async def test_who_owned_the_complaint_that_was_reopened_needs_mitigation_whatever_they_declare(
    full: Desk, beside: Apart
) -> None:
    owner = full.body.person("complaints_manager")
    await full.must(CommandKind.ASSIGN, desk_said.Assign(owner_id=full.body.person("handler")))
    await full.withdraw()
    again = await a_desk(
        beside, full.body, reopened_from=full.complaint, owner_id=full.body.person("responsible_person")
    )
    await to_closer_look(again, TODAY)
    for before in (owner, full.body.person("handler")):
        assert (await again.do(CommandKind.APPOINT, a_part(before))).refusal == "conflict_of_interest"
    await again.must(CommandKind.APPOINT, a_part(owner, mitigation=FAIR))
    assert parts(again)[0]["grounds"] == ["handled_original"]
    await again.must(CommandKind.APPOINT, a_part(again.body.person("investigator")))
    assert parts(again)[-1]["grounds"] == []


async def test_who_investigated_the_complaint_that_was_reopened_needs_mitigation_too(
    looking: Desk, beside: Apart
) -> None:
    person = looking.body.person("investigator")
    await looking.must(CommandKind.APPOINT, a_part(person))
    await looking.withdraw()
    again = await a_desk(beside, looking.body, reopened_from=looking.complaint)
    await to_closer_look(again, TODAY)
    assert (await again.do(CommandKind.APPOINT, a_part(person))).refusal == "conflict_of_interest"


async def test_the_gate_looks_at_the_record_as_it_stands_now(looking: Desk) -> None:
    await looking.must(CommandKind.SET_ISSUES, issues(an_issue()))
    plan = a_plan(TODAY)
    assert "investigator_clear" in ((await looking.do(CommandKind.SHARE_PLAN, plan)).missing or [])
    await looking.must(CommandKind.APPOINT, a_part(looking.body.person("investigator")))
    assert (await looking.do(CommandKind.SHARE_PLAN, plan)).missing == ["issues_confirmed"]
    # The record comes to show that they had a part in it at another tier.
    looking.apart.rows("update case_role set tier = 'stage_1' where complaint_id = %s", looking.complaint)
    assert "investigator_clear" in ((await looking.do(CommandKind.SHARE_PLAN, plan)).missing or [])


async def test_tasks_of_a_part_go_to_whoever_has_it_or_covers_for_them_and_else_to_the_owner(looking: Desk) -> None:
    person, cover = looking.body.person("investigator"), looking.body.person("senior_leader")
    assert await whose(looking, "investigator") == looking.body.person("complaints_manager")  # the owner of the case
    assert await whose(looking, "decision_maker") == looking.body.person("complaints_manager")
    await looking.must(CommandKind.APPOINT, a_part(person))
    await looking.must(CommandKind.APPOINT, a_part(looking.body.person("responsible_person"), "decision_maker"))
    assert await whose(looking, "investigator") == person
    assert await whose(looking, "decision_maker") == looking.body.person("responsible_person")
    looking.apart.rows(
        "insert into absence (id, organisation_id, person_id, starts_on, ends_on, cover_id, cancelled)"
        " values (gen_random_uuid(), %s, %s, '2028-03-01', '2028-03-10', %s, false)",
        *(looking.body.id, person, cover),
    )
    assert await whose(looking, "investigator") == cover
    looking.apart.rows("update person set active = false where id = %s", person)
    assert await whose(looking, "investigator") == looking.body.person("complaints_manager")


async def whose(desk: Desk, role: str) -> Any:
    """Return who is asked for a role of the case today."""
    now = desk.apart.engine.now
    async with desk.apart.database.tenant(desk.body.id, now) as session:
        case = await look(session, await session.get_one(Complaint, desk.complaint), now)
        person = await case.holder_of(role)
    return None if person is None else person.id


async def test_in_a_small_body_one_person_has_every_part_with_mitigation_on_record(
    beside: Apart, dsns: DatabaseDsns
) -> None:
    body: Body = one_person_practice(dsns.migrator)
    one = body.person("handler")
    desk = await a_desk(beside, body)
    assert desk.stands()["small_body"] is True
    await to_closer_look(desk, TODAY)
    assert (await desk.do(CommandKind.APPOINT, a_part(one))).refusal == "conflict_of_interest"
    await desk.must(CommandKind.APPOINT, a_part(one, mitigation=FAIR))
    assert (await desk.do(CommandKind.APPOINT, a_part(one, "decision_maker"))).refusal == "conflict_of_interest"
    await desk.must(CommandKind.APPOINT, a_part(one, "decision_maker", mitigation=FAIR))
    assert [(row["role"], row["grounds"]) for row in sorted(parts(desk), key=lambda row: row["role"])] == [
        ("decision_maker", ["both_parts"]),
        ("investigator", ["several_roles"]),
    ]
    await desk.must(CommandKind.SET_ISSUES, issues(an_issue()))
    assert (await desk.do(CommandKind.SHARE_PLAN, a_plan(TODAY))).missing == ["issues_confirmed"]


async def test_somebody_of_another_body_stands_in_for_a_small_one(beside: Apart, dsns: DatabaseDsns) -> None:
    body: Body = one_person_practice(dsns.migrator)
    desk = await a_desk(beside, body)
    await to_closer_look(desk, TODAY)
    (neighbour,) = beside.rows(
        "update person set active = true where id = (select id from person where organisation_id = %s and not active"
        " limit 1) returning id",
        body.id,
    )[0]
    await desk.must(CommandKind.APPOINT, a_part(neighbour, from_body="Hillside Practice"))
    (row,) = parts(desk)
    assert (row["from_body"], row["grounds"], row["mitigation"]) == ("Hillside Practice", [], None)
    assert desk.events("part.given")[0]["data"]["from_another_body"] is True
