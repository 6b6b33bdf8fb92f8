"""A change of the calendar under every procedure: working days move, what was promised as a date does not."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from uuid import uuid4, uuid5

import pytest

from activities.change_sets import ChangeSets
from contracts.change_sets import ChangeSetAct
from contracts.commands import CommandKind
from db import casework_said as casework
from db import said
from db.queries import change_sets as rows
from db.queries.change_sets import NewChangeSet, NewDecision, Scope
from runtime.database_roles import DatabaseDsns
from runtime.postgres import PostgresAddress
from tests.activities.office_desk import Desk, a_desk
from tests.apart import MORNING, Apart, a_database_apart
from tests.bodies import Body, make_body

FIGURES = {"acknowledge_days": 2, "early_resolution_days": 5, "closer_look_days": 15, "tier_2_days": 30}
THURSDAY = date(2028, 3, 2)


@pytest.fixture
async def apart(postgres: PostgresAddress, dsns: DatabaseDsns) -> AsyncIterator[Apart]:
    async with a_database_apart(postgres, dsns) as opened:
        yield opened


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A day that is to be closed, with the steps on its way."""

    apart: Apart
    body: Body
    act: ChangeSetAct

    @property
    def steps(self) -> ChangeSets:
        return ChangeSets(self.apart.database, self.apart.sweeper, self.apart.engine, self.apart.states)

    async def enact(self) -> int:
        """Approve the day and put it into the calendar; return how many complaints the dry run said it moves."""
        moved = (await self.steps.dry_run(self.act)).moved
        decision_id = uuid5(self.act.change_set_id, "decision")
        decision = NewDecision(
            decision_id=decision_id, approved=True, decided_by=self.body.person("complaints_manager"),
            decided_at=MORNING,
        )  # fmt: skip
        async with self.apart.database.tenant(self.body.id, MORNING) as session:
            assert await rows.record_decision(session, self.act.change_set_id, decision) is None
        await self.steps.enact(
            ChangeSetAct(
                organisation_id=self.body.id,
                change_set_id=self.act.change_set_id,
                now=MORNING,
                decision_id=decision_id,
            )
        )
        return moved

    async def redate(self) -> int:
        """Send the new dates; return to how many complaints."""
        return (await self.steps.redate(self.act)).sent


async def closing(apart: Apart, body: Body, day: date, scope: Scope = "nation", nation: str = "england") -> Change:
    """Propose that a day be closed."""
    new = NewChangeSet(
        id=uuid4(), organisation_id=body.id, scope=scope, nation=nation, day=day, name="A day of mourning",
        opens=False, reason="Proclaimed.", source="The London Gazette" if scope == "nation" else None,
        proposed_by=body.person("operator"), proposed_at=MORNING, idempotency_key=uuid4().hex, body_hash="0" * 64,
    )  # fmt: skip
    async with apart.database.tenant(body.id, MORNING) as session:
        stored = await rows.propose(session, new)
    act = ChangeSetAct(organisation_id=body.id, change_set_id=stored.change_set.id, now=MORNING)
    return Change(apart=apart, body=body, act=act)


async def extend(desk: Desk, clock: str, until: date) -> str | None:
    what = said.Extend(clock=clock, respond_by=until, reason="A witness is away.")
    return (await desk.do(CommandKind.EXTEND, what)).refusal


def due(desk: Desk) -> dict[str, str]:
    sql = "select kind, due_on from clock where complaint_id = %s and state = 'running' and subject_id is null"
    return {row["kind"]: row["due_on"] for row in desk.rows(sql)}


async def _one_of_each(apart: Apart) -> dict[str, Desk]:
    """Log a complaint under every procedure, in the stage in which most of its clocks run."""
    migrator = apart.dsns.migrator
    trust = await a_desk(apart, make_body(migrator, follows=("nhs-england-2009", 2)), channel="oral")
    await trust.acknowledge(THURSDAY)
    await trust.must(CommandKind.BEGIN_RESOLUTION, casework.BeginResolution(plan="Ring the ward."))
    council = await a_desk(apart, make_body(migrator, follows=None, regime="local_government"))
    await council.acknowledge(THURSDAY)
    department = make_body(migrator, follows=("uk-central-government", 1), regime="central_government", figures=FIGURES)
    board = make_body(migrator, follows=None, regime="spso", nation="scotland")
    enquiry = make_body(migrator, follows=None)
    return {
        "trust": trust,
        "council": council,
        "department": await a_desk(apart, department),
        "board": await a_desk(apart, board),
        "enquiry": await a_desk(apart, enquiry, matter="enquiry"),
    }


async def test_a_day_that_is_proclaimed_moves_working_days_under_every_procedure_of_its_nation(apart: Apart) -> None:
    desks = await _one_of_each(apart)
    before = {name: due(desk) for name, desk in desks.items()}
    change = await closing(apart, desks["council"].body, date(2028, 3, 6))
    assert (await change.enact(), await change.redate()) == (4, 4)
    after = {name: due(desk) for name, desk in desks.items()}
    moved = {
        name: {kind: (was, after[name][kind]) for kind, was in clocks.items() if after[name][kind] != was}
        for name, clocks in before.items()
    }
    assert moved == {
        "trust": {
            "settle_period": ("2028-03-09", "2028-03-10"),
            "written_record": ("2028-03-07", "2028-03-08"),
            "early_resolution": ("2028-03-16", "2028-03-17"),
            **{kind: pair for kind, pair in moved["trust"].items() if kind == "draft_release"},
        },
        "council": {"stage_1": ("2028-03-16", "2028-03-17")},
        "department": {
            "acknowledgement": ("2028-03-06", "2028-03-07"),
            "closer_look": ("2028-03-23", "2028-03-24"),
        },
        "board": {},
        "enquiry": {"answer": ("2028-03-16", "2028-03-17")},
    }
    assert after["trust"]["relevant_period"] == "2028-09-01"


async def test_a_day_on_which_an_organisation_is_closed_moves_what_is_counted_by_its_own_calendar(apart: Apart) -> None:
    desks = await _one_of_each(apart)
    for name, kinds in (("trust", {"settle_period", "written_record", "early_resolution"}), ("council", set())):
        before = due(desks[name])
        change = await closing(apart, desks[name].body, date(2028, 3, 7), "organisation")
        assert await change.enact() == bool(kinds)
        assert await change.redate() == bool(kinds)
        after = due(desks[name])
        assert {kind for kind, was in before.items() if after[kind] != was and kind != "draft_release"} == kinds


async def test_an_extended_date_stands_until_the_count_itself_gives_more(apart: Apart) -> None:
    body = make_body(apart.dsns.migrator, follows=None, regime="local_government")
    plain, a_day, capped = [await a_desk(apart, body) for _ in range(3)]
    for desk in (plain, a_day, capped):
        await desk.acknowledge(THURSDAY)
    assert await extend(a_day, "stage_1", date(2028, 3, 17)) is None
    assert await extend(capped, "stage_1", date(2028, 3, 29)) is None

    first = await closing(apart, body, date(2028, 3, 13))
    assert await first.enact() == 1
    # Enacted, and not yet told to this case: what the calendar gives anyway is no extension.
    assert await extend(plain, "stage_1", date(2028, 3, 17)) == "date_not_later"
    await first.redate()
    assert [due(desk)["stage_1"] for desk in (plain, a_day, capped)] == ["2028-03-17", "2028-03-17", "2028-03-29"]
    # The cap counts from the date that was due first, as the calendar now has it: the seventeenth.
    assert await extend(capped, "stage_1", date(2028, 4, 3)) == "beyond_cap"
    assert await extend(capped, "stage_1", date(2028, 3, 31)) is None
    assert await extend(plain, "stage_1", date(2028, 4, 3)) == "beyond_cap"

    second = await closing(apart, body, date(2028, 3, 14))
    assert await second.enact() == 2
    await second.redate()
    assert [due(desk)["stage_1"] for desk in (plain, a_day, capped)] == ["2028-03-20", "2028-03-20", "2028-03-31"]
    causes = [(version["cause"], version["due_on"]) for version in a_day.versions("stage_1")]
    assert causes == [
        ("acknowledged", "2028-03-16"),
        ("extended", "2028-03-17"),
        ("calendar_changed", "2028-03-20"),
    ]
    assert await extend(a_day, "stage_1", date(2028, 4, 3)) is None
    assert await second.redate() == 0


async def test_in_scotland_the_cap_counts_by_the_calendar_as_it_is_now(
    apart: Apart,
) -> None:
    body = make_body(apart.dsns.migrator, follows=None, regime="spso", nation="scotland")
    desk = await a_desk(apart, body)
    assert await extend(desk, "early_resolution", date(2028, 3, 14)) is None
    change = await closing(apart, body, date(2028, 3, 8), nation="scotland")
    assert (await change.enact(), await change.redate()) == (0, 0)
    assert due(desk)["early_resolution"] == "2028-03-14"
    desk.at(datetime(2028, 3, 14, 10, 0, tzinfo=UTC))
    # Five working days after the tenth, which is the first date by the calendar as it is now.
    assert await extend(desk, "early_resolution", date(2028, 3, 20)) == "beyond_cap"
    assert await extend(desk, "early_resolution", date(2028, 3, 17)) is None
