"""SQL of changes of a calendar: propose one, read it and what it moves, decide it, enact it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal
from uuid import UUID

from sqlalchemy import ColumnElement, func, or_, select, text, true, tuple_
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.change_sets import ChangeSetState
from contracts.failures import Refusal
from db.models.act import Submission
from db.models.change_set import ChangeSet, ChangeSetItem
from db.models.clock import ClockRow, ClockVersion
from db.models.complaint import Complaint
from db.models.organisation import ClosedDay

Scope = Literal["nation", "organisation"]
_LOCK_CALENDAR = text("select pg_advisory_xact_lock(hashtextextended(:nation, 2))")


@dataclass(frozen=True, slots=True, kw_only=True)
class NewChangeSet:
    """A day to be closed, or with `opens` a closure to be taken back. A nation's needs its source."""

    id: UUID
    organisation_id: UUID
    scope: Scope
    nation: str
    day: date
    name: str
    opens: bool
    reason: str
    source: str | None
    proposed_by: UUID
    proposed_at: datetime
    idempotency_key: str
    body_hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposed:
    """The stored change-set; `repeated` when its key was used before, `same_body` when for the same."""

    change_set: ChangeSet
    repeated: bool
    same_body: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class After:
    """The key of the last change-set of the page before."""

    proposed_at: datetime
    id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One clock that a change moves, as people see it."""

    reference: str
    kind: str
    effect: str
    row: ChangeSetItem


@dataclass(frozen=True, slots=True, kw_only=True)
class NewDecision:
    """What an approver decided, and why."""

    decision_id: UUID
    approved: bool
    decided_by: UUID
    decided_at: datetime
    reason: str | None = None


async def propose(session: AsyncSession, new: NewChangeSet) -> Proposed:
    """Store a proposal, pinned to the calendar as it stands, or return what the same key stored before."""
    revision = await calendar_revision(session, new.scope, new.nation, new.organisation_id)
    values = {name: getattr(new, name) for name in new.__slots__}
    inserted = await session.execute(
        insert(ChangeSet)
        .values(**values, state=ChangeSetState.PROPOSED.value, revision=revision, examined=0, moved=0)
        .on_conflict_do_nothing(index_elements=[ChangeSet.organisation_id, ChangeSet.idempotency_key])
        .returning(ChangeSet.id)
    )
    repeated = inserted.first() is None
    rows = await session.scalars(
        select(ChangeSet).where(
            ChangeSet.organisation_id == new.organisation_id, ChangeSet.idempotency_key == new.idempotency_key
        )
    )
    stored = rows.one()
    return Proposed(change_set=stored, repeated=repeated, same_body=stored.body_hash == new.body_hash)


async def find(session: AsyncSession, change_set_id: UUID, *, lock: bool = False) -> ChangeSet | None:
    """Return one change-set of the tenant as it stands; with `lock` nobody else changes it meanwhile."""
    return await session.get(ChangeSet, change_set_id, populate_existing=True, with_for_update=lock)


async def list_change_sets(
    session: AsyncSession, *, state: str | None = None, after: After | None = None, limit: int
) -> Sequence[ChangeSet]:
    """Return the tenant's change-sets, the newest first, a page at a time."""
    key = tuple_(ChangeSet.proposed_at, ChangeSet.id)
    rows = await session.scalars(
        select(ChangeSet)
        .where(
            true() if state is None else ChangeSet.state == state,
            true() if after is None else key < tuple_(after.proposed_at, after.id),
        )
        .order_by(ChangeSet.proposed_at.desc(), ChangeSet.id.desc())
        .limit(limit)
    )
    return rows.all()


async def items(session: AsyncSession, change_set_id: UUID, *, after: UUID | None = None, limit: int) -> list[Item]:
    """Return which clocks of the tenant's complaints move, by clock id. `after` is the last one's clock id."""
    rows = await session.execute(
        select(ChangeSetItem, Complaint.reference, ClockRow.kind, ClockRow.effect)
        .join(Complaint, Complaint.id == ChangeSetItem.complaint_id)
        .join(ClockRow, ClockRow.id == ChangeSetItem.clock_id)
        .where(
            ChangeSetItem.change_set_id == change_set_id,
            true() if after is None else ChangeSetItem.clock_id > after,
        )
        .order_by(ChangeSetItem.clock_id)
        .limit(limit)
    )
    return [Item(row=row, reference=reference, kind=kind, effect=effect) for row, reference, kind, effect in rows]


async def record_decision(session: AsyncSession, change_set_id: UUID, new: NewDecision) -> Refusal | None:
    """Write down what an approver decided, once; it takes effect when the workflow is told.

    Returns why the decision is refused. The same decision again is not refused.
    Raises LookupError for an unknown change-set.
    """
    row = await find(session, change_set_id, lock=True)
    if row is None:
        raise LookupError("no such change-set")
    if row.decision_id == new.decision_id:
        return None
    if row.decision_id is not None or row.state != ChangeSetState.AWAITING_APPROVAL:
        return Refusal.NOT_AWAITING_APPROVAL
    if row.proposed_by == new.decided_by:
        return Refusal.SAME_PERSON
    row.decision_id, row.approved = new.decision_id, new.approved
    row.decided_by, row.decided_at, row.decision_reason = new.decided_by, new.decided_at, new.reason
    await session.flush()
    return None


async def lock_calendar(session: AsyncSession, nation: str) -> None:
    """Let nobody else enact a change of this nation's calendar, or of a body's in it, at the same time."""
    await session.execute(_LOCK_CALENDAR, {"nation": f"calendar/{nation}"})


async def calendar_revision(session: AsyncSession, scope: str, nation: str, organisation_id: UUID) -> int:
    """Return the revision of a calendar: an organisation's grows with its nation's, not the other way round."""
    seen: ColumnElement[bool] = ClosedDay.nation == nation
    if scope == "organisation":
        seen = or_(seen, ClosedDay.organisation_id == organisation_id)
    return await session.scalar(select(func.max(ClosedDay.revision)).where(seen)) or 0


async def is_enacted(session: AsyncSession, change_set_id: UUID) -> bool:
    """Say whether the closed day of a change-set stands in the calendar."""
    found = await session.scalar(select(ClosedDay.revision).where(ClosedDay.change_set_id == change_set_id))
    return found is not None


async def enact(session: AsyncSession, change_set: ChangeSet) -> None:
    """Put the day of an approved change-set into its calendar, where everybody counts by it from now on."""
    nation = change_set.scope == "nation"
    session.add(
        ClosedDay(
            nation=change_set.nation if nation else None,
            organisation_id=None if nation else change_set.organisation_id,
            day=change_set.day,
            name=change_set.name,
            opens=change_set.opens,
            source=change_set.source,
            approved_by=change_set.decided_by,
            change_set_id=change_set.id,
        )
    )
    await session.flush()


async def running_clocks_of(
    session: AsyncSession, complaint_ids: Sequence[UUID]
) -> Sequence[tuple[Complaint, ClockRow, ClockVersion]]:
    """Return the running clocks of some complaints, each with its version in force; of ended ones those
    about staff, and of what runs beside them.
    """
    rows = await session.execute(
        select(Complaint, ClockRow, ClockVersion)
        .join(ClockRow, ClockRow.complaint_id == Complaint.id)
        .join(
            ClockVersion,
            (ClockVersion.clock_id == ClockRow.id) & (ClockVersion.generation == ClockRow.generation),
        )
        .where(
            Complaint.id.in_(complaint_ids),
            or_(Complaint.open, ClockRow.involvement_id.is_not(None), ClockRow.proceeding_id.is_not(None)),
            ClockRow.state == "running",
        )
        .order_by(Complaint.id, ClockRow.id)
    )
    return [(complaint, clock, version) for complaint, clock, version in rows]


async def put_item(session: AsyncSession, item: ChangeSetItem) -> None:
    """Write which clock moves from when to when, over what was found before."""
    values = {
        "generation": item.generation,
        "old_due_on": item.old_due_on,
        "new_due_on": item.new_due_on,
        "submission_id": item.submission_id,
    }
    keys = {
        "change_set_id": item.change_set_id,
        "clock_id": item.clock_id,
        "organisation_id": item.organisation_id,
        "complaint_id": item.complaint_id,
    }
    await session.execute(
        insert(ChangeSetItem)
        .values(**keys, **values)
        .on_conflict_do_update(index_elements=[ChangeSetItem.change_set_id, ChangeSetItem.clock_id], set_=values)
    )


async def said_by(session: AsyncSession, complaint_id: UUID, caller: str) -> Sequence[Submission]:
    """Return what a caller said about a complaint, in order."""
    rows = await session.scalars(
        select(Submission)
        .where(Submission.complaint_id == complaint_id, Submission.caller == caller)
        .order_by(Submission.seq)
    )
    return rows.all()
