"""A look at one complaint: every row that every table has of it, at one moment, as plain JSON."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any
from uuid import UUID

from policies.procedure import Procedure
from policies.procedure_files import load_procedures
from tests.bodies import Body
from tests.world import World

Row = dict[str, Any]
# What is written down before an act is decided, and what was decided: these may change although the case does not.
_ABOUT_ACTS = ("submission", "verdict")
# What carriers write down of a letter on its way, whenever they come to it.
_BY_CARRIERS = ("carriage", "letter_copy")
_UUIDS = re.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_TABLES = """
    select c.relname as table_name from pg_class c join pg_attribute a on a.attrelid = c.oid
    where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and a.attname = 'complaint_id'
      and not a.attisdropped and has_table_privilege(c.oid, 'SELECT')
    order by c.relname
"""


@dataclass(frozen=True)
class Look:
    """What the database holds of a complaint."""

    tables: dict[str, list[Row]]

    def rows(self, table: str, **like: object) -> list[Row]:
        """Return the rows of a table that have these values."""
        return [row for row in self.tables[table] if all(row[name] == value for name, value in like.items())]

    def ids(self, table: str, **like: object) -> list[UUID]:
        """Return the ids of such rows."""
        return [UUID(row["id"]) for row in self.rows(table, **like)]

    @cached_property
    def complaint(self) -> Row:
        (row,) = self.tables["complaint"]
        return row

    @property
    def open(self) -> bool:
        return bool(self.complaint["open"])

    @property
    def stage(self) -> str:
        return str(self.complaint["stage"])

    @property
    def version(self) -> int:
        return int(self.complaint["version"])

    @cached_property
    def procedure(self) -> Procedure:
        """Return the procedure as the complaint is pinned to it, with the duties of today."""
        row = self.complaint
        return load_procedures().pinned(row["procedure"], row["procedure_version"], row["figures"])

    @cached_property
    def running(self) -> list[Row]:
        """Return the running clocks that the complaint's own workflow keeps."""
        return self.rows("clock", state="running", involvement_id=None, contribution_id=None, proceeding_id=None)

    @cached_property
    def staff_running(self) -> list[Row]:
        """Return the running clocks that the workflows of involvements keep."""
        return [row for row in self.rows("clock", state="running") if row["involvement_id"] is not None]

    @cached_property
    def bodies_running(self) -> list[Row]:
        """Return the running clocks that the workflows of contributions keep."""
        return [row for row in self.rows("clock", state="running") if row["contribution_id"] is not None]

    @cached_property
    def beside_running(self) -> list[Row]:
        """Return the running clocks that the workflows of proceedings keep."""
        return [row for row in self.rows("clock", state="running") if row["proceeding_id"] is not None]

    @cached_property
    def kept_elsewhere(self) -> dict[str, str]:
        """Return whose each clock is that another workflow than the complaint's keeps: of staff, a body, beside it."""
        keepers = {
            row["id"]: row["involvement_id"] or row["contribution_id"] or row["proceeding_id"]
            for row in self.tables["clock"]
        }
        return {clock_id: keeper for clock_id, keeper in keepers.items() if keeper is not None}

    @cached_property
    def of_others(self) -> set[str]:
        """Return the issues that other bodies answer, or answered: none of these is ours to find on."""
        kept = ("approved_on", "split_on", "gap_named_on")
        bodies = self.rows("contribution", kind="joint")
        its = {row["id"] for row in bodies if row["state"] != "released" or any(row[each] for each in kept)}
        held = self.rows("contribution_issue", removed_at=None)
        return {row["issue_id"] for row in held if row["contribution_id"] in its}

    @cached_property
    def version_heard(self) -> int:
        """Return the version that the complaint's workflow knows of: rungs of others' clocks fire behind its back."""
        theirs = self.kept_elsewhere.keys()
        fired = {UUID(row["act_id"]) for row in self.tables["fired_rung"] if row["clock_id"] in theirs}
        versions = [each["version"] for act, each in self.verdicts.items()
                    if each["outcome"] == "applied" and act not in fired]  # fmt: skip
        return max(versions, default=0)

    @cached_property
    def fired(self) -> set[tuple[str, int, str]]:
        return {(row["clock_id"], row["generation"], row["rung"]) for row in self.rows("fired_rung")}

    @cached_property
    def verdicts(self) -> dict[UUID, Row]:
        """Return what was decided, by act."""
        return {UUID(row["act_id"]): row["verdict"] for row in self.rows("verdict")}

    @cached_property
    def submissions(self) -> dict[UUID, Row]:
        return {UUID(row["id"]): row for row in self.rows("submission")}

    def ahead(self, clock: Row) -> list[Row]:
        """Return the rungs of a running clock that have not fired."""
        return [each for each in clock["rungs"] if (clock["id"], clock["generation"], each["rung"]) not in self.fired]

    def next_rung(self) -> tuple[datetime, str, UUID, int, str] | None:
        """Return the earliest rung of the complaint's own workflow: when, kind, clock, generation, code."""
        found = [
            (instant(each["at"]), str(clock["kind"]), UUID(clock["id"]), int(clock["generation"]), str(each["rung"]))
            for clock in self.running
            for each in self.ahead(clock)
        ]
        return min(found, key=lambda each: (each[0], each[1], each[2].int), default=None)

    def next_of(self, keeper_id: str) -> datetime | None:
        """Return when the earliest rung that a workflow beside the complaint's own keeps falls due: not fired yet."""
        rows = [row for row in self.rows("clock", state="running") if self.kept_elsewhere.get(row["id"]) == keeper_id]
        return min((instant(each["at"]) for row in rows for each in self.ahead(row)), default=None)

    def due_by(self, now: datetime) -> list[Row]:
        """Return the rungs, of whichever clock, that are due and have not fired."""
        rows = self.rows("clock", state="running")
        return [each for row in rows for each in self.ahead(row) if instant(each["at"]) <= now]

    def first_ahead(self) -> datetime | None:
        """Return when the next rung of all falls due, whoever keeps its clock."""
        rows = self.rows("clock", state="running")
        return min((instant(each["at"]) for row in rows for each in self.ahead(row)), default=None)

    def of_the_case(self, but: Iterable[str] = ()) -> dict[str, list[Row]]:
        """Return everything that only an applied act may change."""
        return {table: rows for table, rows in self.tables.items() if table not in (*_ABOUT_ACTS, *_BY_CARRIERS, *but)}


def instant(text: str) -> datetime:
    """Return an instant as JSON holds it."""
    return datetime.fromisoformat(text)


def day(text: str) -> date:
    """Return a date as JSON holds it."""
    return date.fromisoformat(text)


class Looker:
    """Looks at complaints of one organisation."""

    def __init__(self, world: World, body: Body) -> None:
        self._world, self._body = world, body
        self._sql: str | None = None

    async def look(self, complaint_id: UUID) -> Look:
        """Read everything that this organisation may in one statement, and so at one moment."""
        if self._sql is None:
            names = [row["table_name"] for row in await self._world.rows(self._body, _TABLES)]
            parts = [f"'{name}', {_all(name, 'complaint_id')}" for name in names]
            parts.append(f"'complaint', {_all('complaint', 'id')}")
            some = [parts[first : first + 40] for first in range(0, len(parts), 40)]  # at most a hundred arguments
            built = " || ".join(f"jsonb_build_object({', '.join(each)})" for each in some)
            self._sql = f"select ({built})::text as found"
        row = await self._world.row(self._body, self._sql, id=complaint_id)
        return Look({table: _in_order(table, rows) for table, rows in json.loads(row["found"]).items()})


def _all(table: str, column: str) -> str:
    rows = f"select to_jsonb(t) as j from {table} t where t.{column} = :id"
    return f"(select coalesce(jsonb_agg(j order by j::text), '[]'::jsonb) from ({rows}) x)"


def _in_order(table: str, rows: list[Row]) -> list[Row]:
    """Return rows in an order that owes nothing to ids: what is chosen of them is then the same in every repetition."""
    if len(rows) < 2 or table in (*_ABOUT_ACTS, "case_event"):
        return rows
    return sorted(rows, key=lambda row: _UUIDS.sub("", json.dumps({**row, "recorded_at": None})))
