"""Facts that a test writes by hand: what a report counts, with when each of it was known."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import text

from db.base import Base
from db.engine import Database
from db.evidence import microseconds
from db.models.report_facts import FOREVER, ReportCase, ReportClock, ReportItem
from db.queries.report_scope import Scope

NOW = datetime(2028, 3, 2, 10, 0, tzinfo=UTC)
KNOWN = datetime(2027, 1, 1, tzinfo=UTC)
_COMPLAINT = text(
    "insert into complaint (id, organisation_id, reference, regime, nation, procedure, procedure_version, stage, open,"
    " version, channel, received_on, logged_at, stop_contact, hold, event_seq, event_head) values (:id, :body, :ref,"
    " 'nhs', 'england', 'nhs-england-2009', 1, 'received', true, 1, 'written', :on, :now, false, false, 0, '')"
)
_CASE: dict[str, Any] = {
    "matter": "complaint",
    "source": "person",
    "channel": "written",
    "procedure": "nhs-england-2009",
    "procedure_version": 2,
    "imported": False,
    "reopened": False,
    "upheld": 0,
    "partly_upheld": 0,
    "not_upheld": 0,
    "themes": [],
    "professions": [],
    "death": False,
    "joint": False,
}


def day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def _days(values: dict[str, Any]) -> dict[str, Any]:
    dated = {name for name in values if name == "on" or name.endswith("_on")}
    return {name: day(value) if name in dated else value for name, value in values.items()}


class Facts:
    """The facts of one organisation, collected in any order and stored at once."""

    def __init__(self, organisation_id: UUID) -> None:
        self.organisation_id = organisation_id
        self.received: dict[UUID, date] = {}
        self.rows: list[Base] = []
        self._seq = 0

    def scope(self, first_on: str, last_on: str, known_until: datetime = NOW) -> Scope:
        return Scope(
            organisation_id=self.organisation_id,
            first_on=date.fromisoformat(first_on),
            last_on=date.fromisoformat(last_on),
            known_until=known_until,
        )

    def case(self, received_on: str, complaint_id: UUID | None = None, **values: Any) -> UUID:
        """Add a complaint, or another version of what is known of it."""
        complaint_id = complaint_id or uuid4()
        self.received.setdefault(complaint_id, date.fromisoformat(received_on))
        found = {**_CASE, "logged_on": received_on, **values, "received_on": received_on}
        self._add(ReportCase, complaint_id, seq=self._next(), **found)
        return complaint_id

    def clock(self, complaint_id: UUID, kind: str, due_on: str, met_on: str | None, **values: Any) -> None:
        """Add a clock that was judged: in time where it was met by its day."""
        in_time = met_on is not None and met_on <= due_on
        found = {
            "clock_id": uuid4(),
            "generation": 1,
            "effect": "statutory",
            "started_on": due_on,
            "in_time": in_time,
            "breached": not in_time,
        }
        self._add(ReportClock, complaint_id, kind=kind, due_on=due_on, met_on=met_on, **{**found, **values})

    def item(self, complaint_id: UUID, kind: str, on: str, state: str, **values: Any) -> None:
        """Add one thing of a complaint."""
        self._add(ReportItem, complaint_id, kind=kind, on=on, state=state, **{"item_id": uuid4(), **values})

    async def store(self, database: Database, *, backwards: bool = False) -> None:
        async with database.tenant(self.organisation_id, NOW) as session:
            for complaint_id, on in self.received.items():
                known = {"id": complaint_id, "body": self.organisation_id, "ref": complaint_id.hex[:20]}
                await session.execute(_COMPLAINT, {**known, "on": on, "now": NOW})
            for row in reversed(self.rows) if backwards else self.rows:
                session.add(row)
                await session.flush()

    def _add(self, table: type[Base], complaint_id: UUID, **values: Any) -> None:
        known, until = values.pop("known", KNOWN), values.pop("until", None)
        self.rows.append(
            table(
                id=uuid4(),
                organisation_id=self.organisation_id,
                complaint_id=complaint_id,
                known_us=microseconds(known),
                until_us=FOREVER if until is None else microseconds(until),
                **_days(values),
            )
        )

    def _next(self) -> int:
        self._seq += 1
        return self._seq


def later(days: int) -> datetime:
    return KNOWN + timedelta(days=days)
