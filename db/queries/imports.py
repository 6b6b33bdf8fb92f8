"""SQL of imports and their rows: stage, check, open, count."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, insert, select, text, true, tuple_, update
from sqlalchemy.dialects.postgresql import insert as insert_or_leave
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.failures import Refusal
from contracts.imports import ImportState, RowState
from db.models.clock import ClockRow
from db.models.complaint import Complaint
from db.models.imports import ImportBatch, ImportRow
from db.models.office import Unit
from db.models.organisation import Person
from db.queries.keyset import After

_MARK_IMPORTED = text("""
    update import_row r set state = 'imported', complaint_id = done.complaint_id, raw = '{}', said = null
    from unnest(cast(:numbers as int[]), cast(:complaints as uuid[])) as done(n, complaint_id)
    where r.import_id = :import and r.n = done.n
""")


@dataclass(frozen=True, slots=True, kw_only=True)
class NewImport:
    """A file that was handed in, with its mapping as plain JSON."""

    id: UUID
    organisation_id: UUID
    source_system: str
    format: str
    mapping: dict[str, Any]
    sha256: str
    switch_on: date
    asked_by: UUID
    role: str
    asked_at: datetime
    caller: str
    route: str
    idempotency_key: str
    body_hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NewRow:
    """One row of a file: its cells by column, and why it cannot be read, as codes with their fields."""

    n: int
    cells: dict[str, Any]
    reasons: tuple[tuple[str, str | None], ...] = ()


async def stage(session: AsyncSession, new: NewImport) -> tuple[ImportBatch, bool]:
    """Store an import, or find what the same key stored before; say whether it is new."""
    values = {name: getattr(new, name) for name in new.__slots__}
    inserted = await session.execute(
        insert_or_leave(ImportBatch)
        .values(**values, state=ImportState.STAGED.value, attempt=0, tried_at=new.asked_at, totals={})
        .on_conflict_do_nothing(constraint="uq_import_batch_organisation_id_caller_route_idempotency_key")
        .returning(ImportBatch.id)
    )
    is_new = inserted.first() is not None
    rows = await session.scalars(
        select(ImportBatch).where(
            ImportBatch.organisation_id == new.organisation_id,
            ImportBatch.caller == new.caller,
            ImportBatch.route == new.route,
            ImportBatch.idempotency_key == new.idempotency_key,
        )
    )
    return rows.one(), is_new


async def add_rows(session: AsyncSession, new: NewImport, rows: Sequence[NewRow]) -> None:
    """Store some rows of a file as they came; those that could not be read are set aside at once."""
    if rows:
        await session.execute(
            insert(ImportRow),
            [
                {
                    "import_id": new.id,
                    "n": row.n,
                    "organisation_id": new.organisation_id,
                    "raw": row.cells,
                    "state": (RowState.QUARANTINED if row.reasons else RowState.STAGED).value,
                    "reasons": [{"code": code, "field": field} for code, field in row.reasons],
                    "source_system": new.source_system,
                }
                for row in rows
            ],
        )


async def find(session: AsyncSession, import_id: UUID, *, lock: bool = False) -> ImportBatch | None:
    """Return one import of the tenant as it stands; with `lock` nobody else changes it meanwhile."""
    return await session.get(ImportBatch, import_id, populate_existing=True, with_for_update=lock)


async def list_imports(session: AsyncSession, *, after: After | None, limit: int) -> Sequence[ImportBatch]:
    """Return the tenant's imports, the newest first, a page at a time."""
    key = tuple_(ImportBatch.asked_at, ImportBatch.id)
    rows = await session.scalars(
        select(ImportBatch)
        .where(true() if after is None else key < tuple_(after.value, after.id))
        .order_by(ImportBatch.asked_at.desc(), ImportBatch.id.desc())
        .limit(limit)
    )
    return rows.all()


async def rows_after(
    session: AsyncSession,
    import_id: UUID,
    *,
    states: Collection[RowState] | None = None,
    after: int = 0,
    upto: int | None = None,
    limit: int | None = None,
    lock: bool = False,
) -> Sequence[ImportRow]:
    """Return rows in order, narrowed by what is given; with `lock` nobody else takes them meanwhile."""
    query = (
        select(ImportRow)
        .where(
            ImportRow.import_id == import_id,
            ImportRow.n > after,
            true() if upto is None else ImportRow.n <= upto,
            true() if states is None else ImportRow.state.in_([state.value for state in states]),
        )
        .order_by(ImportRow.n)
        .limit(limit)
    )
    rows = await session.scalars(query.with_for_update() if lock else query)
    return rows.all()


async def put_checked(session: AsyncSession, rows: Sequence[dict[str, Any]]) -> None:
    """Write what the check found of some rows, each named by `import_id` and `n`."""
    if rows:
        await session.execute(update(ImportRow), list(rows))


async def earlier_references(
    session: AsyncSession, import_id: UUID, before: int, references: Collection[str]
) -> set[str]:
    """Return which references stand in a row before one."""
    rows = await session.scalars(
        select(ImportRow.source_reference).where(
            ImportRow.import_id == import_id, ImportRow.n < before, ImportRow.source_reference.in_(references)
        )
    )
    return {reference for reference in rows if reference is not None}


async def imported_references(session: AsyncSession, source_system: str, references: Collection[str]) -> set[str]:
    """Return which references of another system came here before."""
    rows = await session.scalars(
        select(ImportRow.source_reference).where(
            ImportRow.source_system == source_system,
            ImportRow.source_reference.in_(references),
            ImportRow.state == RowState.IMPORTED.value,
        )
    )
    return {reference for reference in rows if reference is not None}


async def mark_imported(session: AsyncSession, import_id: UUID, done: Iterable[tuple[int, UUID]]) -> None:
    """Mark rows as complaints, and let go of their words: the complaints have them."""
    pairs = list(done)
    parameters = {"import": import_id, "numbers": [n for n, _ in pairs], "complaints": [each for _, each in pairs]}
    await session.execute(_MARK_IMPORTED, parameters)


async def mark_failed(session: AsyncSession, import_id: UUID, n: int, code: str) -> None:
    """Mark a good row that could not be made a complaint, and why."""
    await session.execute(
        update(ImportRow)
        .where(ImportRow.import_id == import_id, ImportRow.n == n, ImportRow.state == RowState.GOOD.value)
        .values(state=RowState.FAILED.value, reasons=[{"code": code, "field": None}])
    )


async def forget_words(session: AsyncSession, import_id: UUID) -> None:
    """Let go of the words of every row that is no complaint: the import was abandoned."""
    await session.execute(
        update(ImportRow)
        .where(ImportRow.import_id == import_id)
        .values(raw={}, said=None, source_reference=None)
        .execution_options(synchronize_session=False)
    )


async def totals(session: AsyncSession, import_id: UUID) -> dict[str, int]:
    """Count the rows by state, and all of them; and of the complaints made of them those that are open or ended."""
    rows = await session.execute(
        select(ImportRow.state, func.count()).where(ImportRow.import_id == import_id).group_by(ImportRow.state)
    )
    by_state = {str(state): int(count) for state, count in rows}
    opened = await session.execute(
        select(Complaint.open, func.count()).where(Complaint.import_id == import_id).group_by(Complaint.open)
    )
    by_open = {bool(still): int(count) for still, count in opened}
    return {
        "rows": sum(by_state.values()),
        **{state.value: by_state.get(state.value, 0) for state in RowState},
        "open": by_open.get(True, 0),
        "ended": by_open.get(False, 0),
    }


async def open_complaints(
    session: AsyncSession, import_id: UUID, *, after: UUID | None, limit: int
) -> list[tuple[UUID, bool]]:
    """Return an import's open complaints by id, each with whether a clock runs and something happens next."""
    runs = select(ClockRow.id).where(ClockRow.complaint_id == Complaint.id, ClockRow.state == "running").exists()
    rows = await session.execute(
        select(Complaint.id, runs & Complaint.next_event_at.is_not(None))
        .where(Complaint.import_id == import_id, Complaint.open, true() if after is None else Complaint.id > after)
        .order_by(Complaint.id)
        .limit(limit)
    )
    return [(complaint_id, bool(well)) for complaint_id, well in rows]


async def people_by_name(session: AsyncSession) -> dict[str, UUID]:
    """Return everybody who works here by their subject and their address, both case-folded."""
    found: dict[str, UUID] = {}
    for person in await session.scalars(select(Person).where(Person.active).order_by(Person.id)):
        if person.email:
            found.setdefault(person.email.casefold(), person.id)
    for person in await session.scalars(select(Person).where(Person.active)):
        found[person.subject.casefold()] = person.id
    return found


async def teams_by_code(session: AsyncSession) -> dict[str, UUID]:
    """Return the teams by their code, case-folded."""
    rows = await session.scalars(select(Unit).where(Unit.kind == "team", Unit.active))
    return {team.code.casefold(): team.id for team in rows}


async def record_decision(
    session: AsyncSession, batch: ImportBatch, *, decision_id: UUID, go: bool, by: UUID, at: datetime
) -> Refusal | None:
    """Write down what was decided on a locked import, once; the same decision again is not refused."""
    if batch.decision_id == decision_id:
        return None
    if batch.decision_id is not None or batch.state != ImportState.CHECKED:
        return Refusal.NOT_AWAITING_APPROVAL
    batch.decision_id, batch.go, batch.decided_by, batch.decided_at = decision_id, go, by, at
    batch.tried_at = at
    await session.flush()
    return None


async def row_of(session: AsyncSession, complaint_id: UUID) -> int | None:
    """Return the number of the row that a complaint was made of."""
    found: int | None = await session.scalar(select(ImportRow.n).where(ImportRow.complaint_id == complaint_id))
    return found
