"""Training that runs out: whoever has it and whoever leads them are asked once, in time, until it is renewed."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from temporalio.testing import ActivityEnvironment

from activities.digests import Digests
from contracts.digests import DigestAct
from db.models.organisation import Person
from db.models.training import TrainingRecord
from db.queries import office, training
from tests.activities.asking import a_unit, appoint
from tests.activities.office_desk import Desk
from tests.apart import MORNING, Apart

MONDAY = datetime(2028, 3, 13, 7, 30, tzinfo=UTC)
# Thirty-six days after that Monday: on the Monday after it, fewer than thirty would be left.
RUNS_OUT = date(2028, 4, 18)


@pytest.fixture(autouse=True)
def in_the_morning(beside: Apart) -> None:
    beside.engine.now = MORNING


class NoMail:
    async def send(self, mail: object) -> None:
        raise AssertionError("it is asked by tasks alone")


async def monday(desk: Desk, weeks: int = 0) -> None:
    """Let the weekly digest be compiled."""
    now = MONDAY + timedelta(weeks=weeks)
    act = DigestAct(organisation_id=desk.body.id, week_on=now.date() - timedelta(days=7), now=now)
    digests = Digests(desk.apart.database, desk.apart.sweeper, NoMail(), "complaints@example.org")
    await ActivityEnvironment().run(digests.compile, act)


async def trained(desk: Desk, expires_on: date | None, who: str = "handler", course: str = "candour") -> UUID:
    async with desk.apart.database.tenant(desk.body.id, MORNING) as session:
        record = TrainingRecord(
            id=uuid4(), organisation_id=desk.body.id, person_id=desk.body.person(who), course=course,
            courses_version=1, done_on=date(2026, 4, 18), expires_on=expires_on, evidence="Seen.", known_us=1,
            said_by=desk.body.person("complaints_manager"), said_at=MORNING,
        )  # fmt: skip
        session.add(record)
        await training.end_tasks(
            session, training.renewed_by(record), MORNING, by=desk.body.person("complaints_manager")
        )
    return record.id


def taken_back(desk: Desk, record: UUID) -> None:
    desk.apart.rows(
        "update training_record set withdrawn_by = said_by, withdrawn_reason = 'Another person.', until_us = 2"
        " where id = %s",
        record,
    )


def asked(desk: Desk) -> set[tuple[str, UUID, str]]:
    sql = "select kind, assignee_id, state from task where organisation_id = %s and kind like 'renew_training%%'"
    return set(desk.apart.rows(sql, desk.body.id))


async def test_both_are_asked_once_and_a_week_before_nobody_is(desk: Desk) -> None:
    handler, manager = desk.body.person("handler"), desk.body.person("complaints_manager")
    await trained(desk, RUNS_OUT)
    await monday(desk, -1)
    assert asked(desk) == set()
    await monday(desk)
    assert asked(desk) == {("renew_training", handler, "open"), ("renew_training_of", manager, "open")}
    of_it = "where organisation_id = %s and kind like 'renew_training%%'"
    (due,) = set(desk.apart.rows(f"select due_on, subject_id from task {of_it}", desk.body.id))
    assert due == (RUNS_OUT, handler)
    desk.apart.rows(f"update task set state = 'done' {of_it}", desk.body.id)
    for weeks in (0, 1, 6):
        await monday(desk, weeks)
    assert len(asked(desk)) == 2


async def test_whoever_leads_the_team_is_asked_and_of_the_lead_the_manager(desk: Desk) -> None:
    team = a_unit(desk, "team", a_unit(desk))
    appoint(desk, "handler", "handler", team)
    appoint(desk, "team_lead", "investigator", team)
    await trained(desk, RUNS_OUT)
    await monday(desk)
    assert ("renew_training_of", desk.body.person("investigator"), "open") in asked(desk)
    await trained(desk, RUNS_OUT, "investigator")
    await trained(desk, RUNS_OUT, "complaints_manager")
    await monday(desk)
    leads = {whom for kind, whom, _ in asked(desk) if kind == "renew_training_of"}
    assert leads == {desk.body.person(each) for each in ("investigator", "complaints_manager", "responsible_person")}


async def test_a_renewal_ends_the_asking_and_one_that_was_taken_back_is_asked_for_again(desk: Desk) -> None:
    await trained(desk, RUNS_OUT)
    await monday(desk)
    renewed = await trained(desk, date(2030, 4, 18))
    assert {state for *_, state in asked(desk)} == {"done"}
    await monday(desk)
    assert {state for *_, state in asked(desk)} == {"done"}
    taken_back(desk, renewed)
    await monday(desk, 1)
    assert [state for *_, state in asked(desk)].count("open") == 2


async def test_that_an_older_record_was_taken_back_asks_nobody_twice(desk: Desk) -> None:
    older = await trained(desk, date(2028, 3, 20))
    await trained(desk, RUNS_OUT)
    await monday(desk)
    taken_back(desk, older)
    await monday(desk, 1)
    of_it = "select count(*) from task where organisation_id = %s and kind like 'renew_training%%'"
    assert desk.apart.rows(of_it, desk.body.id) == [(2,)]


@pytest.mark.parametrize("expires_on", [None, date(2028, 2, 11), date(2028, 4, 20)])
async def test_what_does_not_run_out_now_or_did_long_ago_asks_nobody(desk: Desk, expires_on: date | None) -> None:
    await trained(desk, expires_on)
    await monday(desk)
    assert asked(desk) == set()


async def test_another_course_and_another_body_are_told_apart(desk: Desk, full: Desk) -> None:
    await trained(desk, RUNS_OUT)
    await trained(desk, date(2030, 1, 1), course="investigation")
    await monday(full)
    assert asked(desk) == set() == asked(full)
    await monday(desk)
    assert len(asked(desk)) == 2 and asked(full) == set()


async def test_whoever_has_left_is_asked_for_nothing_and_nobody_in_their_place(desk: Desk) -> None:
    await trained(desk, RUNS_OUT)
    await monday(desk)
    async with desk.apart.database.tenant(desk.body.id, MORNING) as session:
        person = await session.get_one(Person, desk.body.person("handler"))
        await office.end_account(session, person, MORNING.date(), MORNING)
    assert {state for *_, state in asked(desk)} == {"superseded"}
    await monday(desk, 1)
    assert {state for *_, state in asked(desk)} == {"superseded"}
    # They come back.
    desk.apart.rows("update person set active = true where id = %s", desk.body.person("handler"))
    desk.apart.rows("update appointment set ends_on = null where person_id = %s", desk.body.person("handler"))
    for _ in range(2):
        await monday(desk, 2)
    assert [state for *_, state in asked(desk)] == ["open", "open"]
