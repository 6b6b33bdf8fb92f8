"""Complaints of another system, for tests of moving in: a mapping, rows at every stage, how they are handed in."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID, uuid4

from db.engine import Database
from db.queries import imports
from db.queries.imports import NewImport, NewRow
from policies.import_files import RawRow, read_rows
from policies.import_mapping import parse_mapping
from tests.bodies import Body

FIELDS = (
    "source_reference", "stage", "channel", "received_on", "acknowledged_on", "discussion", "basis", "period_set_on",
    "respond_by", "relevant_until", "relevant_agreed_on", "update_every_days", "last_update_on", "responded_on",
    "outcome", "ended_on", "owner", "team", "summary", "narrative", "complainant_name", "complainant_email",
)  # fmt: skip
# Their columns are called as our fields are.
MAPPING = "\n".join(
    ['source_system = "old-desk"', 'format = "csv"', "[columns]", *(f'{name} = "{name}"' for name in FIELDS)]
).encode()

Row = dict[str, Any]


def a_row(reference: str, received_on: date, **changes: Any) -> Row:
    """Return a believable row that was just received, and belongs to the handler."""
    row: Row = {
        "source_reference": reference,
        "stage": "received",
        "channel": "written",
        "received_on": received_on,
        "owner": "handler",
        "summary": "Long wait and lost notes",
        "narrative": "I waited for nine hours.",
        "complainant_name": "Pat Example",
        "complainant_email": "pat.complainant@example.org",
    }
    return {**row, **changes}


def as_csv(rows: Iterable[Row]) -> bytes:
    """Return rows as the other system exports them."""
    text = io.StringIO()
    writer = csv.DictWriter(text, FIELDS, restval="")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


async def hand_in(
    database: Database,
    body: Body,
    content: bytes,
    now: datetime,
    *,
    switch_on: date,
    mapping: bytes = MAPPING,
    by: str = "complaints_manager",
) -> UUID:
    """Stage a file as the API does; return the import's id."""
    parsed = parse_mapping(mapping)
    new = NewImport(
        id=uuid4(),
        organisation_id=body.id,
        source_system=parsed.source_system,
        format=parsed.format,
        mapping=parsed.to_dict(),
        sha256=sha256(content).hexdigest(),
        switch_on=switch_on,
        asked_by=body.person(by),
        role=by,
        asked_at=now,
        caller=by,
        route="/v1/imports",
        idempotency_key=uuid4().hex,
        body_hash="0" * 64,
    )
    async with database.tenant(body.id, now) as session:
        await imports.stage(session, new)
        found = read_rows(io.BytesIO(content), parsed)
        await imports.add_rows(session, new, [_new(row) for row in found])
    return new.id


def _new(row: RawRow) -> NewRow:
    reasons = tuple((reason.code.value, reason.field) for reason in row.reasons)
    return NewRow(n=row.n, cells=row.cells, reasons=reasons)


async def decide(database: Database, body: Body, import_id: UUID, now: datetime, *, go: bool = True) -> UUID:
    """Write a decision down as the API does; return its id."""
    decision_id = uuid4()
    async with database.tenant(body.id, now) as session:
        batch = await imports.find(session, import_id, lock=True)
        assert batch is not None
        refusal = await imports.record_decision(
            session, batch, decision_id=decision_id, go=go, by=body.person("complaints_manager"), at=now
        )
        assert refusal is None
    return decision_id


STAGES = ("received", "acknowledged", "closer_look", "responded", "closed", "withdrawn")


def many(count: int, today: date, *, open_share: float = 0.3) -> list[Row]:
    """Return rows at every stage, received over two years, some long overdue; always the same ones."""
    return [_one(n, today, open_still=(n * 7919) % 100 < open_share * 100) for n in range(count)]


def _one(n: int, today: date, *, open_still: bool) -> Row:
    stage = STAGES[n % 4] if open_still else STAGES[4 + (n % 5 == 0)]
    age = (n * 31) % 230 + 3 if open_still else (n * 17) % 700 + 40
    received = today - timedelta(days=age)
    row = a_row(f"{received.year}/{n:05d}", received, stage=stage, summary=f"Complaint {n}")
    if n % 11 == 0:
        row["owner"] = ""
    acknowledged = received + timedelta(days=n % 6)
    if stage != "received" and acknowledged < today:
        row["acknowledged_on"] = min(acknowledged, today)
    elif stage != "received":
        row["acknowledged_on"] = received
    if stage in ("closer_look", "responded", "closed"):
        set_on = min(received + timedelta(days=6 + n % 5), today)
        row |= {"period_set_on": set_on, "respond_by": set_on + timedelta(days=20 + n % 60), "basis": "agreed"}
        if n % 3:
            row["update_every_days"] = 7 + n % 21
        if n % 2:
            row["last_update_on"] = min(set_on + timedelta(days=n % 40), today)
    if stage == "closer_look" and n % 8 == 2:
        row |= {"relevant_until": received + timedelta(days=300), "relevant_agreed_on": received}
    if stage in ("responded", "closed"):
        row |= {"responded_on": min(received + timedelta(days=30 + n % 9), today), "outcome": "upheld"}
        row["responded_on"] = max(row["responded_on"], row["period_set_on"])
    if stage in ("closed", "withdrawn"):
        row["ended_on"] = max(min(received + timedelta(days=39), today), row.get("responded_on", received))
    return row


def spoiled(rows: Sequence[Row], every: int) -> list[Row]:
    """Return the rows with each so-many-th of them wrong in one of several ways."""
    ways: tuple[Row, ...] = (
        {"stage": "pending"}, {"owner": "nobody we know"}, {"received_on": "tomorrow"}, {"complainant_name": ""},
        {"complainant_email": "not an address"}, {"source_reference": ""}, {"summary": ""}, {"channel": "pigeon"},
    )  # fmt: skip
    return [{**row, **ways[n // every % len(ways)]} if n % every == 0 else row for n, row in enumerate(rows)]
