"""A severity that people set: raised at once, lowered with a reason, and where it is grave by a second person only."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

import psycopg
import pytest

from contracts.commands import CommandKind
from contracts.severities import Severity
from db import bereavement_said, request_said
from db.triage_said import DecideSeverity, SetSeverity, Triage
from tests.activities import staffed
from tests.activities.office_desk import Desk, a_desk
from tests.activities.test_triage import assert_that, escalations, migrate, reasons, severity, untriaged, verdicts
from tests.apart import Apart
from tests.bodies import Body, plain

K = CommandKind
TODAY = date(2028, 3, 2)
WHY = "I spoke with the ward."


async def put(desk: Desk, level: Severity, by: str | None = "handler") -> str | None:
    return (await desk.do(K.SET_SEVERITY, SetSeverity(severity=level, reason=WHY), by)).refusal


async def decide(desk: Desk, *, approve: bool = True, by: str = "responsible_person", **more: Any) -> str | None:
    return (await desk.do(K.DECIDE_SEVERITY, DecideSeverity(approve=approve, **more), by)).refusal


def settings(desk: Desk) -> list[dict[str, Any]]:
    return desk.rows("select * from severity_setting where complaint_id = %s order by number")


def states(desk: Desk) -> list[tuple[str, str, str]]:
    return [(row["direction"], row["severity"], row["state"]) for row in settings(desk)]


@pytest.fixture
async def grave(desk: Desk) -> Desk:
    """It is said that care led to a death."""
    await assert_that(desk, harm="death")
    return desk


async def test_a_person_raises_it_with_a_reason_and_somebody_senior_hears(desk: Desk) -> None:
    assert await put(desk, "serious") is None
    (row,) = settings(desk)
    assert (row["before"], row["severity"], row["direction"], row["state"]) == (
        "routine", "serious", "raise", "in_force"
    )  # fmt: skip
    assert (UUID(row["asked_by"]), row["reason"]) == (desk.body.person("handler"), WHY)
    assert (severity(desk), escalations(desk)) == ("serious", ["severity"])
    (event,) = desk.events("severity.raised")
    assert event["data"] == {"before": "routine", "severity": "serious", "by": "person"}
    assert len(verdicts(desk)) == 1  # the verdict of the policy stays as it was


async def test_the_same_again_changes_nothing_and_nobody_is_no_person(desk: Desk) -> None:
    assert await put(desk, "routine") == "nothing_changes"
    assert await put(desk, "serious", by=None) == "not_authorised"
    assert (states(desk), severity(desk)) == ([], "routine")


async def test_what_is_not_grave_is_lowered_by_one_person(desk: Desk) -> None:
    await assert_that(desk, police=True, media=True)
    assert await put(desk, "routine") is None
    assert (severity(desk), states(desk)) == ("routine", [("lower", "routine", "in_force")])
    assert desk.tasks("decide_severity") == []
    (event,) = desk.events("severity.lowered")
    assert (event["data"]["before"], event["data"]["severity"]) == ("serious", "routine")


async def test_the_same_facts_do_not_raise_what_was_lowered_and_a_new_one_does(full: Desk) -> None:
    await assert_that(full, police=True)
    assert await put(full, "routine") is None
    await assert_that(full, vulnerable=False, remark="Nothing new.")
    await full.must(K.OPEN_PARALLEL, request_said.OpenParallel(
        kind="police", body_name="Them", contact="101", known_on=TODAY
    ))  # fmt: skip
    assert (reasons(full), severity(full)) == (["police"], "routine")
    await assert_that(full, media=True)
    assert severity(full) == "elevated"  # by what is new alone
    await assert_that(full, psychological=True)
    assert severity(full) == "serious"


@pytest.mark.parametrize("facts", [{"harm": "death"}, {"safeguarding": True}])
async def test_lowering_a_death_or_safeguarding_waits_for_a_second_person(desk: Desk, facts: dict[str, Any]) -> None:
    await assert_that(desk, **facts)
    assert await put(desk, "elevated") is None
    assert (severity(desk), states(desk)) == ("serious", [("lower", "elevated", "pending")])
    (task,) = desk.tasks("decide_severity")
    assert UUID(task["assignee_id"]) == desk.body.person("responsible_person")
    assert await decide(desk, reason="I agree.") is None
    (row,) = settings(desk)
    assert (row["state"], UUID(row["decided_by"]), row["decided_on"], row["decision_reason"]) == (
        "in_force", desk.body.person("responsible_person"), "2028-03-02", "I agree."
    )  # fmt: skip
    assert (severity(desk), desk.tasks("decide_severity")) == ("elevated", [])
    assert verdicts(desk)[-1]["severity"] == "serious"
    await assert_that(desk, remark="Nothing new.")
    assert severity(desk) == "elevated"


async def test_a_death_on_record_waits_for_a_second_person_too(full: Desk) -> None:
    await full.must(K.RECORD_DEATH, bereavement_said.RecordDeath(party_id=full.party(), known_on=TODAY))
    assert await put(full, "routine") is None
    assert (severity(full), len(full.tasks("decide_severity"))) == ("serious", 1)


async def test_a_death_that_was_taken_back_first_still_needs_the_second_person(grave: Desk) -> None:
    await assert_that(grave, harm="none")
    assert reasons(grave) == []
    assert await put(grave, "routine") is None
    assert (severity(grave), states(grave)) == ("serious", [("lower", "routine", "pending")])


async def test_only_one_lowering_waits_at_a_time(grave: Desk) -> None:
    assert await put(grave, "elevated") is None
    assert await put(grave, "routine", by="complaints_manager") == "severity_pending"
    assert len(grave.tasks("decide_severity")) == 1


async def test_whoever_asked_does_not_decide_nor_does_anybody_who_is_not_senior(grave: Desk) -> None:
    assert await put(grave, "elevated", by="complaints_manager") is None
    assert await decide(grave, by="complaints_manager") == "same_person"
    assert await decide(grave, by="investigator") == "not_senior"
    assert (severity(grave), states(grave)) == ("serious", [("lower", "elevated", "pending")])
    assert await decide(grave, by="senior_leader") is None
    assert severity(grave) == "elevated"


async def test_the_responsible_person_who_asks_is_not_asked_themselves(grave: Desk) -> None:
    assert await put(grave, "elevated", by="responsible_person") is None
    (task,) = grave.tasks("decide_severity")
    assert UUID(task["assignee_id"]) == grave.body.person("complaints_manager")


async def test_a_lowering_that_is_not_agreed_leaves_all_as_it_was_and_may_be_asked_again(grave: Desk) -> None:
    assert await put(grave, "elevated") is None
    assert await decide(grave, approve=False) == "reason_needed"
    assert await decide(grave, approve=False, reason="The inquest is open.") is None
    assert (severity(grave), states(grave)) == ("serious", [("lower", "elevated", "rejected")])
    assert grave.tasks("decide_severity") == []
    assert await decide(grave) == "not_awaiting_approval"
    assert await put(grave, "elevated") is None
    assert states(grave)[-1] == ("lower", "elevated", "pending")


async def test_a_new_reason_overtakes_a_lowering_that_waits(grave: Desk) -> None:
    assert await put(grave, "elevated") is None
    await assert_that(grave, media=True)
    assert (states(grave), severity(grave)) == ([("lower", "elevated", "superseded")], "serious")
    assert grave.tasks("decide_severity") == []
    assert await decide(grave) == "not_awaiting_approval"


async def test_raising_it_overtakes_a_lowering_that_waits(grave: Desk) -> None:
    assert await put(grave, "elevated") is None
    assert await put(grave, "immediate", by="senior_leader") is None
    assert states(grave) == [("lower", "elevated", "superseded"), ("raise", "immediate", "in_force")]
    assert (severity(grave), escalations(grave)) == ("immediate", ["severity"])


async def test_what_a_person_set_counts_until_another_does(desk: Desk) -> None:
    for level in ("immediate", "elevated", "serious"):
        assert await put(desk, level) is None  # type: ignore[arg-type]
    assert states(desk) == [
        ("raise", "immediate", "superseded"), ("lower", "elevated", "superseded"), ("raise", "serious", "in_force")
    ]  # fmt: skip
    assert severity(desk) == "serious"


async def test_whoever_is_complained_about_neither_lowers_it_nor_agrees(grave: Desk) -> None:
    for who in ("investigator", "senior_leader"):
        await staffed.name(grave, person_id=grave.body.person(who), supporter_id=grave.body.person("handler"))
    assert await put(grave, "routine", by="investigator") == "conflict_of_interest"
    assert await put(grave, "routine") is None
    assert await decide(grave, by="senior_leader") == "conflict_of_interest"
    assert severity(grave) == "serious"


async def test_acts_that_are_tried_again_count_once(grave: Desk) -> None:
    assert await put(grave, "elevated") is None
    await grave.apart.engine.apply(grave.apart.engine.delivered[-1])
    assert (len(settings(grave)), len(grave.tasks("decide_severity"))) == (1, 1)
    assert await decide(grave) is None
    await grave.apart.engine.apply(grave.apart.engine.delivered[-1])
    assert (len(grave.events("severity.lowered")), severity(grave)) == (1, "elevated")


async def test_a_complaint_of_before_has_a_verdict_beside_what_a_person_sets(desk: Desk) -> None:
    untriaged(desk)
    assert await put(desk, "elevated") is None
    assert ([row["cause"] for row in verdicts(desk)], severity(desk)) == (["set_severity"], "elevated")
    (row,) = settings(desk)
    assert row["before"] == "routine"


async def test_a_lowering_waits_and_is_decided_after_the_end_too(grave: Desk) -> None:
    assert await put(grave, "elevated") is None
    await grave.withdraw()
    assert len(grave.tasks("decide_severity")) == 1
    assert await decide(grave) is None
    assert severity(grave) == "elevated"
    assert await put(grave, "routine") is None
    assert states(grave)[-1] == ("lower", "routine", "pending")


async def test_the_database_lets_nobody_be_their_own_second_person(grave: Desk) -> None:
    assert await put(grave, "elevated") is None
    with pytest.raises(psycopg.errors.CheckViolation, match="another_person"):
        migrate(
            grave,
            "update severity_setting set decided_by = asked_by, decided_on = '2028-03-02' where complaint_id = %s",
        )


async def test_another_organisation_sees_neither_verdicts_nor_settings_through_a_share(
    beside: Apart, body: Body, standards: Body
) -> None:
    desk = await a_desk(beside, standards)
    await desk.must(K.TRIAGE, Triage(harm="death"))
    assert await put(desk, "elevated") is None
    with psycopg.connect(plain(beside.dsns.migrator)) as connection:
        connection.execute(
            "insert into case_share (id, organisation_id, complaint_id, shared_with, scope, until)"
            " values (gen_random_uuid(), %s, %s, %s, 'read', '2029-01-01')",
            (standards.id, desk.complaint, body.id),
        )
    async with beside.database.tenant(body.id, beside.engine.now) as session:
        connected = await session.connection()
        for table, expected in (("complaint", 1), ("triage", 0), ("severity_setting", 0)):
            column = "id" if table == "complaint" else "complaint_id"
            found = await connected.exec_driver_sql(
                f"select count(*) from {table} where {column} = %(id)s", {"id": desk.complaint}
            )
            assert (table, found.scalar_one()) == (table, expected)
