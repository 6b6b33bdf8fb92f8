"""Somebody leaves who has actions: they go to the successor with the cases; with none the manager is asked, and the
account does not end, until others have them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from activities.acts.standing import stands_in
from activities.bulk import Bulk
from activities.leavers import Leavers
from contracts.bulk import BulkAct
from contracts.leavers import LeaverAct, LeaverLook, LeaverState
from db.models.governance import Governance
from db.models.governance_meeting import GovernanceAction
from db.queries import people
from gateways.files import FolderFiles
from tests.activities.acting import DUE, change, complete, of, plan, planned
from tests.activities.office_desk import Desk
from tests.apart import MORNING, Apart
from tests.governing import set_up

LAST_DAY = date(2028, 3, 10)
AFTER = datetime(2028, 3, 13, 9, 30, tzinfo=UTC)


class NoBulk:
    """Nothing is handed over in bulk."""

    async def start_bulk(self, start: Any) -> None:
        raise AssertionError("nobody takes anything")


@dataclass(slots=True)
class Bulks:
    """Keeps which bulk operations were started."""

    started: list[UUID] = field(default_factory=list)

    async def start_bulk(self, start: Any) -> None:
        self.started.append(start.operation_id)


@pytest.fixture(autouse=True)
def in_the_morning(beside: Apart) -> None:
    beside.engine.now = MORNING


@pytest.fixture
def leaver(full: Desk) -> UUID:
    """Announce that the investigator leaves, and nobody takes what is theirs."""
    return announced(full, None)


def announced(full: Desk, successor: UUID | None, who: str = "investigator") -> UUID:
    leaver_id = uuid4()
    full.apart.rows(
        "insert into leaver (id, organisation_id, person_id, last_day, successor_id, state, announced_at)"
        " values (%s, %s, %s, %s, %s, 'announced', %s)",
        *(leaver_id, full.body.id, full.body.person(who), LAST_DAY, successor, MORNING),
    )
    full.apart.rows(
        "insert into office_event (id, organisation_id, kind, subject_id, at, actor_id, role, data, caller, route,"
        " body_hash) values (%s, %s, 'leaver.announced', %s, %s, %s, 'complaints_manager', '{}', 'x', 'x', %s)",
        *(uuid4(), full.body.id, leaver_id, MORNING, full.body.person("complaints_manager"), "0" * 64),
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
    action_id = await resolved(full)
    assert ((found := await look(full, leaver)).state, found.left) == (LeaverState.ANNOUNCED, 1)
    full.apart.rows("update governance_action set state = 'done', ended_at = %s where id = %s", MORNING, action_id)
    assert (await look(full, leaver)).state is LeaverState.ENDED


async def test_actions_of_complaints_and_of_meetings_go_to_the_successor_and_the_account_ends(full: Desk) -> None:
    one, other, meeting_action = await planned(full), await planned(full), await resolved(full)
    assert await complete(full, other) is None
    leaver, handler = announced(full, full.body.person("handler")), full.body.person("handler")
    for _ in range(2):  # asked for again, it is the same operation
        bulks = await handed_over(full, leaver)
        (operation,) = {*bulks.started}
    assert full.apart.rows("select owner_id from governance_action where id = %s", meeting_action) == [(handler,)]
    (moved,) = full.apart.rows(
        "select actor_id, data ->> 'owner_id' from office_event where kind = 'governance.action_moved'"
        " and organisation_id = %s",
        full.body.id,
    )
    assert moved == (full.body.person("complaints_manager"), str(handler))
    beginning = full.apart.rows("select kind, total from bulk_operation where leaver_id = %s", leaver)
    assert beginning == [("hand_over_actions", 1)]
    await run(full, operation)
    assert full.apart.rows("select state, done from bulk_operation where id = %s", operation) == [("done", 1)]
    owners = dict(full.apart.rows("select id, owner_id from action where complaint_id = %s", full.complaint))
    assert owners == {one: handler, other: full.body.person("investigator")}  # what is done stays whose it was
    (task,) = full.tasks("do_action")
    assert (task["assignee_id"], task["due_on"]) == (str(handler), DUE.isoformat())
    (change_,) = of(full, "action_change")
    assert (change_["old_due_on"], change_["due_on"], change_["late"]) == (DUE.isoformat(), DUE.isoformat(), False)
    assert (await look(full, leaver)).state is LeaverState.ENDED and not works_here(full)


async def test_what_was_handed_over_before_is_done_and_not_refused(full: Desk) -> None:
    one = await planned(full)
    leaver = announced(full, full.body.person("handler"))
    (operation,) = (await handed_over(full, leaver)).started
    assert await change(full, one, owner_id=full.body.person("handler")) is None
    await run(full, operation)
    assert full.apart.rows("select state, done from bulk_operation where id = %s", operation) == [("done", 1)]


async def test_what_a_successor_cannot_take_is_refused_and_the_manager_is_asked(full: Desk) -> None:
    await planned(full)
    leaver = announced(full, full.body.person("handler"))
    (operation,) = (await handed_over(full, leaver)).started
    full.apart.rows("update person set active = false where id = %s", full.body.person("handler"))
    await run(full, operation)
    sql = "select refusal from bulk_item where operation_id = %s"
    assert full.apart.rows(sql, operation) == [("unknown_owner",)]
    assert (await look(full, leaver)).state is LeaverState.ANNOUNCED
    assert asked(full, leaver) == {("complaints_manager", "open"), ("responsible_person", "open")}


async def test_what_is_asked_of_whoever_was_to_be_gone_reaches_the_successor_or_the_manager(full: Desk) -> None:
    handler, manager = full.body.person("handler"), full.body.person("complaints_manager")
    leaver = announced(full, handler)

    async def asked_on(on: date) -> UUID | None:
        async with full.apart.database.tenant(full.body.id, AFTER) as session:
            found = await stands_in(session, "complaints_manager", on, first_id=full.body.person("investigator"))
        return found.id if found is not None else None

    assert await asked_on(LAST_DAY) == full.body.person("investigator")
    assert await asked_on(LAST_DAY + timedelta(days=1)) == handler
    full.apart.rows("update leaver set successor_id = null where id = %s", leaver)
    assert await asked_on(LAST_DAY + timedelta(days=1)) == manager
    async with full.apart.database.tenant(full.body.id, AFTER) as session:
        assert await people.covered_by(session, handler, LAST_DAY + timedelta(days=1)) == []
    full.apart.rows("update leaver set successor_id = %s where id = %s", handler, leaver)
    async with full.apart.database.tenant(full.body.id, AFTER) as session:
        covered = await people.covered_by(session, handler, LAST_DAY + timedelta(days=1))
    assert covered == [full.body.person("investigator")]


async def test_a_successor_who_is_gone_too_passes_it_on_and_a_circle_is_left_to_the_manager(full: Desk) -> None:
    await planned(full)
    handler, investigator = full.body.person("handler"), full.body.person("investigator")
    leaver, too = announced(full, handler), announced(full, investigator, "handler")
    assert (await look(full, leaver)).state is LeaverState.ANNOUNCED  # and starts nothing
    assert asked(full, leaver) == {("complaints_manager", "open"), ("responsible_person", "open")}
    full.apart.rows("update leaver set successor_id = %s where id = %s", full.body.person("auditor"), too)
    bulks = Bulks()
    act = LeaverAct(organisation_id=full.body.id, leaver_id=leaver, now=AFTER)
    await Leavers(full.apart.database, bulks).look(act)
    (operation,) = bulks.started
    await run(full, operation)
    assert full.apart.rows("select distinct owner_id from action where complaint_id = %s", full.complaint) == [
        (full.body.person("auditor"),)
    ]


async def test_actions_of_complaints_that_have_ended_go_to_the_successor_too(full: Desk) -> None:
    await planned(full)
    await full.withdraw()
    (operation,) = (await handed_over(full, announced(full, full.body.person("handler")))).started
    await run(full, operation)
    assert full.apart.rows("select state, done from bulk_operation where id = %s", operation) == [("done", 1)]
    (task,) = full.tasks("do_action")
    assert task["assignee_id"] == str(full.body.person("handler"))


async def handed_over(full: Desk, leaver: UUID, now: datetime = MORNING) -> Bulks:
    bulks = Bulks()
    act = LeaverAct(organisation_id=full.body.id, leaver_id=leaver, now=now)
    await Leavers(full.apart.database, bulks).hand_over(act)
    return bulks


async def run(full: Desk, operation: UUID) -> None:
    """Carry a bulk operation to its end, as its workflow does."""
    now = full.apart.engine.now
    act = BulkAct(organisation_id=full.body.id, operation_id=operation, now=now)
    bulk = Bulk(full.apart.database, full.apart.engine, full.apart.states, FolderFiles(Path()))
    await bulk.page(act)
    await bulk.settle(act)


async def resolved(full: Desk) -> UUID:
    """Have a panel resolve that the investigator does something."""
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
    return action.id
