"""The laws of facts and of reports can fail: what reports count, or what stands in the case, is spoiled, one row at a
time. They are held by the machine itself, once at the end of each life.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

import psycopg
import pytest
from psycopg.types.json import Jsonb

from contracts.commands import CommandKind
from db import said
from db.escalation_said import AcknowledgeEscalation, RaiseEscalation
from db.learning_said import CompleteAction, PlanAction
from runtime.database_roles import DatabaseDsns
from tests.bodies import Body, make_body, plain
from tests.lives.casework import must, today
from tests.lives.machine.life import Life
from tests.lives.machine.machine import Machine, Stage
from tests.lives.machine.rules import machine_on
from tests.world import MORNING, World

K = CommandKind


@dataclass(frozen=True)
class Lived:
    """A life of which a report was compiled on its way, and which went on; the machine that played it."""

    machine: Machine
    dsn: str

    @property
    def complaint(self) -> UUID:
        return self.machine.life.id

    async def law(self) -> None:
        await asyncio.to_thread(self.machine.is_counted)

    @asynccontextmanager
    async def spoiled(self, table: str, column: str, value: str, like: str) -> AsyncIterator[None]:
        """Have one column say something else for a while, in what the life has of a table and is like this."""
        key = "id" if table == "complaint" else "complaint_id"
        with psycopg.connect(plain(self.dsn), autocommit=True) as connection:
            rows = connection.execute(
                f"select id, to_jsonb(t) from {table} t where {key} = %s and {like}", (self.complaint,)
            ).fetchall()
            assert rows, "nothing is spoiled"
            ids = [row[0] for row in rows]
            connection.execute(f"update {table} set {column} = {value} where id = any(%s)", (ids,))
            try:
                yield
            finally:
                for id, row in rows:
                    kept = f"(jsonb_populate_record(null::{table}, %s)).{column}"
                    connection.execute(f"update {table} set {column} = {kept} where id = %s", (Jsonb(row), id))


async def a_life(world: World, body: Body) -> UUID:
    """Log a complaint, acknowledge it, have a senior answer for it and an action planned and done beside it."""
    complaint = await world.log(body, email=None)
    acknowledged = said.Acknowledge(method="call", made_on=today(world), discussion_offered=True)
    await must(world, body, complaint, K.ACKNOWLEDGE, acknowledged)
    raised = RaiseEscalation(reason="She was left.", level="serious")
    await must(world, body, complaint, K.RAISE_ESCALATION, raised)
    planned = PlanAction(
        what="Name who rings.", owner_id=body.person("investigator"), due_on=date(2028, 3, 24),
        evidence_wanted="The form.",
    )  # fmt: skip
    await must(world, body, complaint, K.PLAN_ACTION, planned)
    return complaint


async def goes_on(world: World, body: Body, complaint: UUID) -> None:
    """Much happens once the report is compiled."""
    world.clock.time += timedelta(minutes=5)
    (row,) = await world.rows(body, "select id from escalation where complaint_id = :id", id=complaint)
    answered = AcknowledgeEscalation(escalation_id=row["id"])
    await must(world, body, complaint, K.ACKNOWLEDGE_ESCALATION, answered, "responsible_person")
    (row,) = await world.rows(body, "select id from action where complaint_id = :id", id=complaint)
    done = CompleteAction(action_id=row["id"], done_on=today(world), evidence="The form is there.")
    await must(world, body, complaint, K.COMPLETE_ACTION, done)
    withdrawn = said.Withdraw(method="call", withdrawn_on=today(world))
    await must(world, body, complaint, K.WITHDRAW, withdrawn)


@pytest.fixture(scope="module")
async def lived(living: World, dsns: DatabaseDsns) -> Lived:
    living.clock.time = MORNING
    body = make_body(dsns.migrator, email=False)
    stage = Stage(world=living, body=body, loop=asyncio.get_running_loop(), ripe_after=0)
    machine = machine_on(stage)()
    machine.life = Life(living, body, stage.looker, await a_life(living, body))
    living.clock.time += timedelta(minutes=5)  # what was said a moment ago is known by now
    machine.reported = await machine.life.report()
    await goes_on(living, body, machine.life.id)
    return Lived(machine=machine, dsn=dsns.migrator)


async def test_a_life_that_was_reported_on_and_went_on_keeps_both_laws(lived: Lived) -> None:
    await lived.law()
    before, now = lived.machine.reported, await lived.machine.life.report()
    assert before is not None and before.document != now.document
    await lived.law()


NOW = "until_us = 9223372036854775807"
COUNTED: list[tuple[str, str, str, str]] = [
    ("report_case", "until_us", "known_us", "known_us < until_us"),
    ("report_case", "ended_on", "ended_on - 1", "ended_on is not null"),
    ("report_case", "outcome", "'upheld'", NOW),
    ("report_case", "severity", "'immediate'", NOW),
    ("report_case", "owner_id", "null", NOW),
    ("report_case", "upheld", "1", NOW),
    ("report_clock", "in_time", "not in_time", NOW),
    ("report_clock", "until_us", "known_us", NOW),
    ("report_item", "state", "'asking'", f"{NOW} and kind = 'escalation'"),
    ("report_item", "number", "number + 1", f"{NOW} and kind = 'escalation'"),
    ("report_item", "state", "'open'", f"{NOW} and kind = 'action'"),
    ("report_item", "until_us", "known_us", f"{NOW} and kind = 'action'"),
    ("complaint", "channel", "'oral'", "true"),
    ("complaint", "outcome", "'upheld'", "true"),
    ("clock_version", "breached_at", "now()", "met_on is not null"),
    ("proceeding", "state", "'open'", "kind = 'action'"),
    ("escalation", "minutes_to_acknowledge", "minutes_to_acknowledge + 1", "true"),
]


@pytest.mark.parametrize(("table", "column", "value", "like"), COUNTED)
async def test_facts_that_are_not_what_stands_in_the_case_are_seen(
    lived: Lived, table: str, column: str, value: str, like: str
) -> None:
    async with lived.spoiled(table, column, value, like):
        with pytest.raises(AssertionError, match="facts are not what stands in the case"):
            await lived.law()


# What a report that was compiled before the life went on has counted of it, or is kept as.
REPORTED: list[tuple[str, str, str, str]] = [
    ("report_case", "until_us", "known_us", f"not {NOW}"),
    ("report_case", "received_on", "received_on - 400", f"not {NOW}"),
    ("report_item", "until_us", "known_us", f"not {NOW} and kind = 'action'"),
    ("report_item", '"on"', '"on" - 400', f"not {NOW} and kind = 'action'"),
    ("report_item", "known_us", "1", f"{NOW} and kind = 'action'"),
]


@pytest.mark.parametrize(("table", "column", "value", "like"), REPORTED)
async def test_a_report_that_does_not_come_out_the_same_again_is_seen(
    lived: Lived, table: str, column: str, value: str, like: str
) -> None:
    async with lived.spoiled(table, column, value, like):
        with pytest.raises(AssertionError, match="a report of an earlier instant has changed"):
            await lived.law()


async def test_once_all_is_mended_both_laws_are_kept_again(lived: Lived) -> None:
    await lived.law()
