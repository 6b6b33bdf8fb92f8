"""Somebody leaves who has actions: their account does not end, and the manager is asked, until others have them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest

from activities.leavers import Leavers
from contracts.leavers import LeaverAct, LeaverLook, LeaverState
from db.models.governance import Governance
from db.models.governance_meeting import GovernanceAction
from tests.activities.acting import change, complete, plan, planned
from tests.activities.office_desk import Desk
from tests.apart import MORNING, Apart
from tests.governing import set_up

LAST_DAY = date(2028, 3, 10)
AFTER = datetime(2028, 3, 13, 9, 30, tzinfo=UTC)


class NoBulk:
    """Nothing is handed over: no case is theirs."""

    async def start_bulk(self, start: Any) -> None:
        raise AssertionError("no case is theirs")


@pytest.fixture(autouse=True)
def in_the_morning(beside: Apart) -> None:
    beside.engine.now = MORNING


@pytest.fixture
def leaver(full: Desk) -> UUID:
    """Announce that the investigator leaves."""
    leaver_id = uuid4()
    full.apart.rows(
        "insert into leaver (id, organisation_id, person_id, last_day, successor_id, state, announced_at)"
        " values (%s, %s, %s, %s, %s, 'announced', %s)",
        *(leaver_id, full.body.id, full.body.person("investigator"), LAST_DAY),
        *(full.body.person("handler"), MORNING),
    )
    return leaver_id


async def look(full: Desk, leaver: UUID, now: datetime = AFTER) -> LeaverLook:
    act = LeaverAct(organisation_id=full.body.id, leaver_id=leaver, now=now)
    return await Leavers(full.apart.database, NoBulk()).look(act)


def works_here(full: Desk) -> bool:
    sql = "select active from person where id = %s"
    return bool(full.apart.rows(sql, full.body.person("investigator"))[0][0])


def asked(full: Desk, leaver: UUID) -> set[tuple[str, str]]:
    return set(full.apart.rows("select role, state from task where subject_id = %s", leaver))


async def test_an_account_ends_only_when_another_has_the_action_and_one_that_is_done_holds_nothing_up(
    full: Desk, leaver: UUID
) -> None:
    one, done = await planned(full), await planned(full)
    assert await complete(full, done) is None
    assert ((found := await look(full, leaver)).state, found.left) == (LeaverState.ANNOUNCED, 1)
    assert works_here(full)
    assert asked(full, leaver) == {("complaints_manager", "open"), ("responsible_person", "open")}
    sql = "select cases_left from sweep_leaver where leaver_id = %s"
    assert full.apart.rows(sql, leaver) == [(1,)]
    assert await change(full, one, owner_id=full.body.person("handler")) is None
    assert (await look(full, leaver)).state is LeaverState.ENDED
    assert not works_here(full) and {state for _, state in asked(full, leaver)} == {"done"}
    assert await plan(full) == "unknown_owner"


async def test_an_action_of_a_meeting_holds_the_account_up_until_it_is_settled(full: Desk, leaver: UUID) -> None:
    body, now = full.body, MORNING
    chair = {"chair": [body.person("responsible_person")]}
    series = await set_up(
        full.apart.database, body.id, now, "panel", "monthly", date(2028, 3, 2), chair, by=body.person("handler")
    )
    async with full.apart.database.tenant(body.id, now) as session:
        meeting = Governance(
            id=uuid4(), organisation_id=body.id, series_id=series, kind="panel", rules=1, number=1,
            first_on=date(2028, 2, 1), last_on=date(2028, 2, 29), nominal_on=date(2028, 3, 2),
            begun_on=date(2028, 3, 2), begun_at=now, late=False, state="open", changed_at=now,
        )  # fmt: skip
        session.add(meeting)
        await session.flush()
        action = GovernanceAction(
            id=uuid4(), organisation_id=body.id, series_id=series, occurrence_id=meeting.id, number=1, what="Ask.",
            owner_id=body.person("investigator"), due_on=date(2028, 4, 3), state="open",
            made_by=body.person("handler"), made_at=now,
        )  # fmt: skip
        session.add(action)
    assert ((found := await look(full, leaver)).state, found.left) == (LeaverState.ANNOUNCED, 1)
    full.apart.rows("update governance_action set state = 'done', ended_at = %s where id = %s", now, action.id)
    assert (await look(full, leaver)).state is LeaverState.ENDED
