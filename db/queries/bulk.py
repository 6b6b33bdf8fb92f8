"""SQL of bulk operations: ask for one, read it, and settle what became of its items."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import case, func, insert, select, true, tuple_, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.bulk import BulkState, ItemState
from db.models.act import Submission
from db.models.bulk import BulkItem, BulkOperation
from db.models.complaint import Complaint

_INSERTED_AT_ONCE = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class NewBulk:
    """What is asked to be done to many complaints, by whom. The complaints are fixed from now on."""

    id: UUID
    organisation_id: UUID
    kind: str
    params: dict[str, Any]
    complaints: Sequence[UUID]
    asked_by: UUID | None
    role: str
    asked_at: datetime
    caller: str
    route: str
    idempotency_key: str
    body_hash: str
    leaver_id: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """The stored operation; `repeated` when its key was used before, `same_body` when for the same."""

    operation: BulkOperation
    repeated: bool
    same_body: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class After:
    """The key of the last operation of the page before."""

    asked_at: datetime
    id: UUID


async def ask(session: AsyncSession, new: NewBulk) -> Asked:
    """Store an operation with its items, or return what the same key stored before."""
    values = {name: getattr(new, name) for name in new.__slots__ if name != "complaints"}
    key = (BulkOperation.organisation_id, BulkOperation.caller, BulkOperation.route, BulkOperation.idempotency_key)
    inserted = await session.execute(
        upsert(BulkOperation)
        .values(
            **values,
            state=BulkState.RUNNING.value,
            total=len(new.complaints),
            tried_by=new.asked_by,
            tried_role=new.role,
            tried_at=new.asked_at,
            **dict.fromkeys(("done", "refused", "failed"), 0),
            attempt=1,
        )
        .on_conflict_do_nothing(index_elements=list(key))
        .returning(BulkOperation.id)
    )
    repeated = inserted.first() is None
    if not repeated:
        await _put_items(session, new)
    wanted = (new.organisation_id, new.caller, new.route, new.idempotency_key)
    stored = (await session.scalars(select(BulkOperation).where(tuple_(*key) == wanted))).one()
    return Asked(operation=stored, repeated=repeated, same_body=stored.body_hash == new.body_hash)


async def _put_items(session: AsyncSession, new: NewBulk) -> None:
    rows = [
        {
            "operation_id": new.id,
            "n": n,
            "organisation_id": new.organisation_id,
            "complaint_id": complaint_id,
            "state": ItemState.WAITING.value,
            "attempt": 0,
        }
        for n, complaint_id in enumerate(new.complaints, start=1)
    ]
    for first in range(0, len(rows), _INSERTED_AT_ONCE):
        await session.execute(insert(BulkItem), rows[first : first + _INSERTED_AT_ONCE])


async def asked_before(
    session: AsyncSession, organisation_id: UUID, caller: str, route: str, key: str
) -> BulkOperation | None:
    """Return the operation that a key asked for."""
    found: BulkOperation | None = await session.scalar(
        select(BulkOperation).where(
            BulkOperation.organisation_id == organisation_id,
            BulkOperation.caller == caller,
            BulkOperation.route == route,
            BulkOperation.idempotency_key == key,
        )
    )
    return found


async def find(session: AsyncSession, operation_id: UUID, *, lock: bool = False) -> BulkOperation | None:
    """Return one operation of the tenant as it stands; with `lock` nobody else changes it meanwhile."""
    return await session.get(BulkOperation, operation_id, populate_existing=True, with_for_update=lock)


async def list_operations(
    session: AsyncSession, *, state: str | None = None, kind: str | None = None, after: After | None = None, limit: int
) -> Sequence[BulkOperation]:
    """Return the tenant's operations, the newest first, a page at a time."""
    key = tuple_(BulkOperation.asked_at, BulkOperation.id)
    rows = await session.scalars(
        select(BulkOperation)
        .where(
            true() if state is None else BulkOperation.state == state,
            true() if kind is None else BulkOperation.kind == kind,
            true() if after is None else key < tuple_(after.asked_at, after.id),
        )
        .order_by(BulkOperation.asked_at.desc(), BulkOperation.id.desc())
        .limit(limit)
    )
    return rows.all()


async def items(
    session: AsyncSession, operation_id: UUID, *, state: str | None = None, after: int = 0, limit: int
) -> list[tuple[BulkItem, str]]:
    """Return items after a number, each with the reference of its complaint."""
    rows = await session.execute(
        select(BulkItem, Complaint.reference)
        .join(Complaint, Complaint.id == BulkItem.complaint_id)
        .where(
            BulkItem.operation_id == operation_id,
            BulkItem.n > after,
            true() if state is None else BulkItem.state == state,
        )
        .order_by(BulkItem.n)
        .limit(limit)
    )
    return [(row[0], row[1]) for row in rows]


async def in_state(session: AsyncSession, operation_id: UUID, state: ItemState, *, limit: int) -> Sequence[BulkItem]:
    """Return the first items that are in a state."""
    rows = await session.scalars(
        select(BulkItem)
        .where(BulkItem.operation_id == operation_id, BulkItem.state == state.value)
        .order_by(BulkItem.n)
        .limit(limit)
    )
    return rows.all()


async def lock_item(session: AsyncSession, operation_id: UUID, n: int) -> BulkItem:
    """Return one item as it stands; nobody else changes it meanwhile."""
    return await session.get_one(BulkItem, (operation_id, n), populate_existing=True, with_for_update=True)


async def settle_said(session: AsyncSession, operation_id: UUID, now: datetime) -> None:
    """Write down what became of each submission that an operation has said."""
    settled = case(
        (Submission.state == "applied", ItemState.DONE.value),
        (Submission.state == "refused", ItemState.REFUSED.value),
        else_=ItemState.FAILED.value,
    )
    await session.execute(
        update(BulkItem)
        .where(
            BulkItem.operation_id == operation_id,
            BulkItem.state == ItemState.SAID.value,
            Submission.id == BulkItem.submission_id,
            Submission.state.in_(("applied", "refused", "parked")),
        )
        .values(
            state=settled,
            refusal=Submission.refusal,
            failure=case((Submission.state == "parked", func.coalesce(Submission.last_failure, "parked"))),
            settled_at=now,
        )
        .execution_options(synchronize_session=False)
    )


async def count(session: AsyncSession, operation: BulkOperation) -> dict[ItemState, int]:
    """Count an operation's items by state, and keep the counts that people see."""
    rows = await session.execute(
        select(BulkItem.state, func.count()).where(BulkItem.operation_id == operation.id).group_by(BulkItem.state)
    )
    found = dict.fromkeys(ItemState, 0) | {ItemState(state): number for state, number in rows}
    operation.done, operation.refused = found[ItemState.DONE], found[ItemState.REFUSED]
    operation.failed = found[ItemState.FAILED]
    return found


async def try_again(
    session: AsyncSession, operation: BulkOperation, *, by: UUID | None, role: str, now: datetime
) -> None:
    """Begin another attempt at what was refused or failed."""
    operation.attempt += 1
    operation.state, operation.ended_at = BulkState.RUNNING.value, None
    operation.tried_by, operation.tried_role, operation.tried_at = by, role, now
    await session.execute(
        update(BulkItem)
        .where(
            BulkItem.operation_id == operation.id,
            BulkItem.state.in_((ItemState.REFUSED.value, ItemState.FAILED.value)),
        )
        .values(state=ItemState.WAITING.value, refusal=None, failure=None, settled_at=None)
    )
    await session.flush()
    await count(session, operation)


async def is_handing_over(session: AsyncSession, leaver_id: UUID, since: datetime) -> bool:
    """Say whether a leaver's cases are being handed over by an operation that was asked for since an instant."""
    found = await session.scalar(
        select(BulkOperation.id)
        .where(
            BulkOperation.leaver_id == leaver_id,
            BulkOperation.state == BulkState.RUNNING.value,
            BulkOperation.tried_at >= since,
        )
        .limit(1)
    )
    return found is not None
