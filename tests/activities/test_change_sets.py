"""The steps of a change-set on a real database: what a day would move, its enactment, the new dates."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4, uuid5

import pytest

from activities.change_sets import ChangeSets, caller_of
from contracts.change_sets import ChangeSetAct, ChangeSetState, DecisionOutcome
from contracts.commands import CommandKind
from contracts.failures import Refusal
from db import said
from db.queries import change_sets as rows
from db.queries.change_sets import NewChangeSet, NewDecision, Scope
from runtime.database_roles import DatabaseDsns
from runtime.postgres import PostgresAddress
from tests.apart import MORNING, Apart, a_database_apart
from tests.bodies import Body

FRIDAY = date(2028, 3, 3)
STATUTORY = "acknowledgement"  # three working days after Thursday 2 March: Tuesday 7 March


@pytest.fixture
async def apart(postgres: PostgresAddress, dsns: DatabaseDsns) -> AsyncIterator[Apart]:
    async with a_database_apart(postgres, dsns) as opened:
        yield opened


def steps(apart: Apart, **sizes: int) -> ChangeSets:
    return ChangeSets(apart.database, apart.sweeper, apart.engine, apart.states, **sizes)


async def propose(apart: Apart, body: Body, scope: Scope = "nation", **changes: Any) -> ChangeSetAct:
    new = NewChangeSet(
        id=uuid4(),
        organisation_id=body.id,
        scope=scope,
        nation="england",
        day=FRIDAY,
        name="A day of mourning",
        opens=False,
        reason="Proclaimed.",
        source="The London Gazette" if scope == "nation" else None,
        proposed_by=body.person("operator"),
        proposed_at=MORNING,
        idempotency_key=uuid4().hex,
        body_hash="0" * 64,
    )
    async with apart.database.tenant(body.id, MORNING) as session:
        stored = await rows.propose(session, replace(new, **changes))
    return ChangeSetAct(organisation_id=body.id, change_set_id=stored.change_set.id, now=MORNING)


async def decide(
    apart: Apart, body: Body, act: ChangeSetAct, *, by: str = "complaints_manager", approved: bool = True
) -> Refusal | None:
    new = NewDecision(
        decision_id=uuid5(act.change_set_id, by), approved=approved, decided_by=body.person(by), decided_at=MORNING
    )
    async with apart.database.tenant(body.id, MORNING) as session:
        return await rows.record_decision(session, act.change_set_id, new)


async def enact(apart: Apart, act: ChangeSetAct, by: str = "complaints_manager") -> DecisionOutcome:
    return await steps(apart).enact(replace(act, decision_id=uuid5(act.change_set_id, by)))


async def acknowledge(apart: Apart, body: Body, complaint: UUID) -> None:
    what = said.Acknowledge(method="call", made_on=MORNING.date(), discussion_offered=True)
    await apart.say(body, complaint, CommandKind.ACKNOWLEDGE, what)
    await apart.deliver(body, complaint)


def moved(apart: Apart, act: ChangeSetAct) -> list[Any]:
    return apart.rows(
        "select c.kind, i.complaint_id, i.old_due_on, i.new_due_on from change_set_item i join clock c"
        " on c.id = i.clock_id where i.change_set_id = %s order by c.kind, i.complaint_id",
        act.change_set_id,
    )


def due(apart: Apart, complaint: UUID, kind: str) -> date:
    ((found,),) = apart.rows("select due_on from clock where complaint_id = %s and kind = %s", complaint, kind)
    assert isinstance(found, date)
    return found


def state(apart: Apart, act: ChangeSetAct) -> str:
    ((found,),) = apart.rows("select state from change_set where id = %s", act.change_set_id)
    return str(found)


async def test_a_nations_day_moves_statutory_dates_of_every_organisation_in_it(apart: Apart) -> None:
    one, other = apart.body(), apart.body()
    complaints = {await apart.log(one), await apart.log(other)}
    act = await propose(apart, one)
    page = await steps(apart).dry_run(act)
    assert (page.examined, page.moved, page.last, page.state) == (2, 2, True, ChangeSetState.AWAITING_APPROVAL)
    found = moved(apart, act)
    assert {row[1] for row in found} == complaints
    assert {(row[0], row[2], row[3]) for row in found} == {(STATUTORY, date(2028, 3, 7), date(2028, 3, 8))}
    assert {due(apart, complaint, STATUTORY) for complaint in complaints} == {date(2028, 3, 7)}


async def test_a_closure_never_moves_a_statutory_date_and_only_its_own_organisations_other_dates(apart: Apart) -> None:
    one, other = apart.body(), apart.body()
    for body in (one, other):
        await acknowledge(apart, body, await apart.log(body))
    statutory = await apart.log(one)
    act = await propose(apart, one, "organisation", proposed_by=one.person("handler"))
    assert (await steps(apart).dry_run(act)).moved == 1
    assert [row[0] for row in moved(apart, act)] == ["settle_period"]
    assert await decide(apart, one, act) is None
    assert (await enact(apart, act)).state is ChangeSetState.APPLYING
    assert (await steps(apart).redate(act)).sent == 1
    assert due(apart, statutory, STATUTORY) == date(2028, 3, 7)
    assert apart.rows("select nation, organisation_id, approved_by from closed_day") == [
        (None, one.id, one.person("complaints_manager"))
    ]


async def test_a_dry_run_in_pages_examines_every_complaint_once(apart: Apart) -> None:
    body = apart.body()
    complaints = [await apart.log(body) for _ in range(5)]
    act, pages = await propose(apart, body), []
    while not pages or not pages[-1].last:
        pages.append(await steps(apart, dry_run_page=2).dry_run(act))
        act = replace(act, after=pages[-1].after, examined=sum(page.examined for page in pages))
    assert [page.examined for page in pages] == [2, 2, 1]
    assert sorted(row[1] for row in moved(apart, act)) == sorted(complaints)
    ((examined,),) = apart.rows("select examined from change_set where id = %s", act.change_set_id)
    assert examined == 5


async def test_an_approved_day_is_enacted_once_and_every_complaint_journals_old_new_and_why(apart: Apart) -> None:
    body = apart.body()
    complaint = await apart.log(body)
    act = await propose(apart, body)
    await steps(apart).dry_run(act)
    assert await decide(apart, body, act) is None
    first, second = await enact(apart, act), await enact(apart, act)
    assert first == second == DecisionOutcome(state=ChangeSetState.APPLYING)
    page = await steps(apart).redate(act)
    assert (page.sent, page.last) == (1, True)
    assert due(apart, complaint, STATUTORY) == date(2028, 3, 8)
    assert apart.rows("select count(*) from closed_day") == [(1,)]
    assert apart.rows("select caller, role, state from submission where kind = 'redate'") == [
        (caller_of(act.change_set_id), "system", "applied")
    ]
    ((data,),) = apart.rows("select data::jsonb from case_event where kind = 'clock.redated'")
    assert (data["old_due_on"], data["due_on"]) == ("2028-03-07", "2028-03-08")
    assert data["change_set_id"] == str(act.change_set_id)
    versions = apart.rows(
        "select v.generation, v.due_on, v.cause from clock_version v join clock c on c.id = v.clock_id"
        " where c.kind = %s order by v.generation",
        STATUTORY,
    )
    assert versions == [(1, date(2028, 3, 7), "received"), (2, date(2028, 3, 8), "calendar_changed")]
    assert (await steps(apart).redate(act)).sent == 0
    assert (await steps(apart).settle(act)).outstanding == 0
    assert state(apart, act) == "applied"


async def test_a_reminder_that_fired_before_is_not_sent_again_by_the_new_dates(apart: Apart) -> None:
    body = apart.body()
    complaint = await apart.log(body)
    ((rungs, clock_id),) = apart.rows(
        "select rungs, id from clock where complaint_id = %s and kind = %s", complaint, STATUTORY
    )
    reminder = next(rung for rung in rungs if rung["rung"] == "reminder_1")
    apart.rows(
        "insert into fired_rung (complaint_id, clock_id, generation, rung, organisation_id, act_id, due_at, fired_at,"
        " late) values (%s, %s, 1, 'reminder_1', %s, %s, %s, %s, false)",
        *(complaint, clock_id, body.id, uuid4(), reminder["at"], reminder["at"]),
    )
    # A day that lies between the reminder and the end, so that the reminder's own day stays.
    act = await propose(apart, body, day=date(2028, 3, 6))
    await steps(apart).dry_run(act)
    await decide(apart, body, act)
    await enact(apart, act)
    await steps(apart).redate(act)
    ((after,),) = apart.rows("select rungs from clock where id = %s", clock_id)
    assert due(apart, complaint, STATUTORY) == date(2028, 3, 8)
    assert "reminder_1" in {rung["rung"] for rung in rungs}
    assert "reminder_1" not in {rung["rung"] for rung in after}
    assert "overdue" in {rung["rung"] for rung in after}


async def test_a_complaint_logged_after_the_dry_run_is_moved_too(apart: Apart) -> None:
    body = apart.body()
    act = await propose(apart, body)
    await steps(apart).dry_run(act)
    late = await apart.log(body)
    await decide(apart, body, act)
    await enact(apart, act)
    assert (await steps(apart).redate(act)).sent == 1
    assert due(apart, late, STATUTORY) == date(2028, 3, 8)
    assert [row[1] for row in moved(apart, act)] == [late]


async def test_a_complaint_logged_after_the_enactment_counts_by_the_new_calendar_at_once(apart: Apart) -> None:
    body = apart.body()
    act = await propose(apart, body)
    await steps(apart).dry_run(act)
    await decide(apart, body, act)
    await enact(apart, act)
    late = await apart.log(body)
    assert due(apart, late, STATUTORY) == date(2028, 3, 8)
    assert (await steps(apart).redate(act)).sent == 0


async def test_a_clock_that_was_counted_by_the_old_calendar_meanwhile_is_sent_its_dates_again(apart: Apart) -> None:
    body = apart.body()
    complaint = await apart.log(body)
    act = await propose(apart, body)
    await steps(apart).dry_run(act)
    await decide(apart, body, act)
    await enact(apart, act)
    await steps(apart).redate(act)
    # What an act that began before the enactment and ended after the first new dates leaves behind.
    apart.rows(
        "update clock set due_on = %s where complaint_id = %s and kind = %s", date(2028, 3, 7), complaint, STATUTORY
    )
    assert (await steps(apart).redate(act)).sent == 1
    assert due(apart, complaint, STATUTORY) == date(2028, 3, 8)


async def test_a_closure_can_be_taken_back(apart: Apart) -> None:
    body = apart.body()
    complaint = await apart.log(body)
    await acknowledge(apart, body, complaint)
    for opens in (False, True):
        act = await propose(apart, body, "organisation", opens=opens)
        await steps(apart).dry_run(act)
        await decide(apart, body, act)
        await enact(apart, act)
        await steps(apart).redate(act)
        assert due(apart, complaint, "settle_period") == (date(2028, 3, 9) if opens else date(2028, 3, 10))


async def test_nobody_approves_what_they_proposed(apart: Apart) -> None:
    body = apart.body()
    act = await propose(apart, body)
    await steps(apart).dry_run(act)
    assert await decide(apart, body, act, by="operator") is Refusal.SAME_PERSON
    assert (await enact(apart, act, "operator")).refusal is Refusal.NOT_AWAITING_APPROVAL
    assert state(apart, act) == "awaiting_approval"
    assert apart.rows("select count(*) from closed_day") == [(0,)]


async def test_a_decision_is_taken_once_and_only_after_the_dry_run(apart: Apart) -> None:
    body = apart.body()
    act = await propose(apart, body)
    assert await decide(apart, body, act) is Refusal.NOT_AWAITING_APPROVAL
    await steps(apart).dry_run(act)
    assert await decide(apart, body, act, approved=False) is None
    assert await decide(apart, body, act, approved=False) is None
    assert await decide(apart, body, act, by="responsible_person") is Refusal.NOT_AWAITING_APPROVAL
    assert await enact(apart, act) == DecisionOutcome(state=ChangeSetState.REJECTED)
    assert state(apart, act) == "rejected"
    assert apart.rows("select count(*) from closed_day") == [(0,)]


async def test_a_calendar_that_moved_on_supersedes_the_change(apart: Apart) -> None:
    body = apart.body()
    first, second = await propose(apart, body), await propose(apart, body, day=date(2028, 3, 6))
    for act in (first, second):
        await steps(apart).dry_run(act)
        await decide(apart, body, act)
    await enact(apart, first)
    moved_on = DecisionOutcome(state=ChangeSetState.SUPERSEDED, refusal=Refusal.CALENDAR_MOVED_ON)
    assert await enact(apart, second) == await enact(apart, second) == moved_on
    assert apart.rows("select day from closed_day") == [(FRIDAY,)]


async def test_new_dates_that_wait_for_the_engine_keep_the_change_from_being_applied(apart: Apart) -> None:
    body = apart.body()
    complaint = await apart.log(body)
    act = await propose(apart, body)
    await steps(apart).dry_run(act)
    await decide(apart, body, act)
    await enact(apart, act)
    apart.engine.away = True
    assert (await steps(apart).redate(act)).sent == 1
    assert (await steps(apart).redate(act)).sent == 0
    assert (await steps(apart).settle(act)).outstanding == 1
    assert state(apart, act) == "applying"
    apart.engine.away = False
    await apart.deliver(body, complaint)
    assert (await steps(apart).settle(act)).outstanding == 0
    assert state(apart, act) == "applied"


async def test_the_same_key_proposes_once(apart: Apart) -> None:
    body = apart.body()
    first = await propose(apart, body, idempotency_key="k")
    again = await propose(apart, body, idempotency_key="k")
    assert again.change_set_id == first.change_set_id
    async with apart.database.tenant(body.id, MORNING) as session:
        other = await rows.propose(
            session,
            NewChangeSet(
                id=uuid4(), organisation_id=body.id, scope="organisation", nation="england", day=FRIDAY, name="Else",
                opens=False, reason="-", source=None, proposed_by=body.person("handler"), proposed_at=MORNING,
                idempotency_key="k", body_hash="1" * 64,
            ),
        )  # fmt: skip
    assert (other.repeated, other.same_body) == (True, False)


async def test_change_sets_and_their_items_are_paged_by_key_and_another_organisation_sees_none(apart: Apart) -> None:
    one, other = apart.body(), apart.body()
    complaints = {await apart.log(one) for _ in range(3)} | {await apart.log(other)}
    acts = [await propose(apart, one, proposed_at=MORNING + timedelta(minutes=n)) for n in range(3)]
    await steps(apart).dry_run(acts[0])
    async with apart.database.tenant(one.id, MORNING) as session:
        first = await rows.list_change_sets(session, limit=2)
        after = rows.After(proposed_at=first[-1].proposed_at, id=first[-1].id)
        rest = await rows.list_change_sets(session, after=after, limit=2)
        assert [row.id for row in (*first, *rest)] == [act.change_set_id for act in reversed(acts)]
        page = await rows.items(session, acts[0].change_set_id, limit=2)
        more = await rows.items(session, acts[0].change_set_id, after=page[-1].row.clock_id, limit=2)
    assert len(page) == 2 and len(more) == 1
    assert {item.row.complaint_id for item in (*page, *more)} < complaints
    assert {(item.kind, item.effect) for item in (*page, *more)} == {(STATUTORY, "statutory")}
    async with apart.database.tenant(other.id, MORNING) as session:
        assert await rows.find(session, acts[0].change_set_id) is None
        (theirs,) = await rows.items(session, acts[0].change_set_id, limit=5)
        assert theirs.row.organisation_id == other.id
