"""An organisation of a test's own, with complaints, clocks, tasks, teams and absences put in as rows."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import psycopg
from psycopg.types.json import Jsonb

from tests.api.people import Organisation

# The day of the tests' clock.
TODAY = date(2026, 11, 18)


class Rows:
    """Put rows of one organisation in, as the migrator."""

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self._connection = connection
        self.organisation = Organisation(f"R{uuid4().hex[:8].upper()}")
        self.organisation.insert(connection)

    @property
    def id(self) -> UUID:
        return self.organisation.id

    def person(self, role: str) -> UUID:
        return self.organisation.person(role)

    def _put(self, table: str, **values: Any) -> UUID:
        row = {"id": uuid4(), "organisation_id": self.id} | values
        holes = ", ".join(["%s"] * len(row))
        self._connection.execute(f"insert into {table} ({', '.join(row)}) values ({holes})", list(row.values()))
        found: UUID = row["id"]
        return found

    def complaint(self, owner: str | None = "handler", **values: Any) -> UUID:
        code = uuid4().hex[:10].upper()
        same: dict[str, Any] = {
            "reference": f"{self.organisation.code}-{code}",
            "regime": "nhs",
            "nation": "england",
            "procedure": "nhs-england-2009",
            "procedure_version": 1,
            "stage": "received",
            "open": True,
            "version": 1,
            "owner_id": self.person(owner) if owner else None,
            "channel": "written",
            "received_on": TODAY,
            "logged_at": f"{TODAY}T10:00:00Z",
            "stop_contact": False,
            "hold": False,
            "event_seq": 0,
            "event_head": "",
        }
        complaint_id = self._put("complaint", **(same | values))
        self._connection.execute(
            "insert into complaint_words values (%s, %s, 'Hearing aids', 'Lost.', null)", (complaint_id, self.id)
        )
        return complaint_id

    def clock(self, complaint_id: UUID, kind: str, effect: str, days: int, **values: Any) -> UUID:
        due_on = TODAY + timedelta(days=days)
        same: dict[str, Any] = {
            "complaint_id": complaint_id,
            "kind": kind,
            "generation": 1,
            "effect": effect,
            "state": "running",
            "started_on": TODAY,
            "due_on": due_on,
            "due_at": f"{due_on + timedelta(days=1)}T00:00:00Z",
            "provisional": False,
            "rungs": Jsonb([]),
            "proof": Jsonb({}),
        }
        return self._put("clock", **(same | values))

    def task(
        self, complaint_id: UUID | None, kind: str, to: str | None, days: int | None = None, **values: Any
    ) -> UUID:
        same: dict[str, Any] = {
            "complaint_id": complaint_id,
            "kind": kind,
            "role": "owner",
            "assignee_id": self.person(to) if to else None,
            "due_on": None if days is None else TODAY + timedelta(days=days),
            "act_id": uuid4(),
            "state": "open",
            "raised_at": f"{TODAY}T10:00:00Z",
        }
        return self._put("task", **(same | values))

    def draft(self, complaint_id: UUID) -> UUID:
        words = {"legal_ground": "", "subject": "", "body": ""}
        return self._put(
            "notice",
            complaint_id=complaint_id,
            template="update",
            template_version=1,
            audience="complainant",
            channel="email",
            state="draft",
            act_id=uuid4(),
            drafted_at=f"{TODAY}T10:00:00Z",
            journalled=False,
            **words,
        )

    def unit(self, kind: str, code: str, division: UUID | None = None) -> UUID:
        return self._put("unit", kind=kind, code=code, name=code.title(), division_id=division, active=True)

    def member(self, who: str, unit: UUID, role: str = "member", starts: int = -9, ends: int | None = None) -> UUID:
        return self._put(
            "appointment",
            person_id=self.person(who),
            role=role,
            unit_id=unit,
            starts_on=TODAY + timedelta(days=starts),
            ends_on=None if ends is None else TODAY + timedelta(days=ends),
        )

    def away(self, who: str, cover: str | None, starts: int = -1, ends: int = 1, cancelled: bool = False) -> UUID:
        return self._put(
            "absence",
            person_id=self.person(who),
            cover_id=self.person(cover) if cover else None,
            starts_on=TODAY + timedelta(days=starts),
            ends_on=TODAY + timedelta(days=ends),
            cancelled=cancelled,
        )
