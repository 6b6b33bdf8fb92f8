"""SQL of the involvement of the staff complained about: one, those of a complaint, their steps, clocks and letters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from contracts.notices import NoticeState
from db.models.casework import CaseRole
from db.models.clock import ClockRow, FiredRung
from db.models.complaint import Complaint
from db.models.involvement import Involvement, InvolvementIssue, InvolvementStep, InvolvementWords
from db.models.organisation import Person
from db.models.staff_comment import StaffComment
from db.models.work import Notice, Task

ENDED = "ended"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """An involvement with what is known of who it is, and the names of them and of their supporter."""

    row: Involvement
    words: InvolvementWords
    person: str | None
    supporter: str | None


async def of_complaint(session: AsyncSession, complaint_id: UUID, *, live: bool = False) -> list[Involvement]:
    """Return the involvements of a complaint by their numbers; with `live`, those that have not ended."""
    query = select(Involvement).where(Involvement.complaint_id == complaint_id)
    if live:
        query = query.where(Involvement.state != ENDED)
    return list(await session.scalars(query.order_by(Involvement.number)))


async def live_of_person(session: AsyncSession, complaint_id: UUID, person_id: UUID) -> Involvement | None:
    """Return the involvement of a person in a complaint that has not ended."""
    found: Involvement | None = await session.scalar(
        select(Involvement).where(
            Involvement.complaint_id == complaint_id, Involvement.person_id == person_id, Involvement.state != ENDED
        )
    )
    return found


async def person_about(session: AsyncSession, subject_id: UUID) -> UUID | None:
    """Return the person of the involvement that a subject is, or whose comment it is."""
    of_comment = select(StaffComment.involvement_id).where(StaffComment.id == subject_id).scalar_subquery()
    found: UUID | None = await session.scalar(
        select(Involvement.person_id).where(or_(Involvement.id == subject_id, Involvement.id == of_comment))
    )
    return found


async def kept_from(session: AsyncSession, complaint_id: UUID, person_id: UUID) -> frozenset[UUID]:
    """Return what somebody who handles a complaint must not come upon in it: that it is about them, until they are
    told. It is their own involvement, and its clocks.
    """
    mine = select(Involvement.id).where(
        Involvement.complaint_id == complaint_id,
        Involvement.person_id == person_id,
        Involvement.told_on.is_(None),
        Involvement.state != ENDED,
    )
    found = frozenset(await session.scalars(mine))
    if not found:
        return found
    return found | set(await session.scalars(select(ClockRow.id).where(ClockRow.involvement_id.in_(found))))


async def next_number(session: AsyncSession, complaint_id: UUID) -> int:
    """Return the number of the next member of staff of a complaint."""
    query = select(func.coalesce(func.max(Involvement.number), 0) + 1).where(Involvement.complaint_id == complaint_id)
    return int(await session.scalar(query) or 1)


async def next_step(session: AsyncSession, involvement_id: UUID) -> int:
    """Return the number of the next step of an involvement."""
    query = select(func.coalesce(func.max(InvolvementStep.number), 0) + 1)
    return int(await session.scalar(query.where(InvolvementStep.involvement_id == involvement_id)) or 1)


async def words_of(session: AsyncSession, involvement_id: UUID) -> InvolvementWords:
    """Return what is known of who a member of staff is. Raises NoResultFound where the row was lost."""
    rows = await session.scalars(select(InvolvementWords).where(InvolvementWords.involvement_id == involvement_id))
    return rows.one()


async def issues_of(session: AsyncSession, involvement_id: UUID) -> list[InvolvementIssue]:
    """Return every issue that is, or was, about a member of staff."""
    query = select(InvolvementIssue).where(InvolvementIssue.involvement_id == involvement_id)
    return list(await session.scalars(query.order_by(InvolvementIssue.issue_id)))


async def running_clocks(session: AsyncSession, involvement_id: UUID) -> list[ClockRow]:
    """Return the running clocks that the workflow of an involvement keeps, the earliest due first."""
    rows = await session.scalars(
        select(ClockRow)
        .where(ClockRow.involvement_id == involvement_id, ClockRow.state == "running")
        .order_by(ClockRow.due_at, ClockRow.id)
    )
    return list(rows)


async def fired(session: AsyncSession, clock_ids: Sequence[UUID]) -> set[tuple[UUID, int, str]]:
    """Return the rungs of some clocks that fired, as (clock, generation, rung)."""
    rows = await session.execute(
        select(FiredRung.clock_id, FiredRung.generation, FiredRung.rung).where(FiredRung.clock_id.in_(clock_ids))
    )
    return {(clock_id, generation, rung) for clock_id, generation, rung in rows}


async def parts_of(session: AsyncSession, complaint: Complaint, person_id: UUID) -> list[str]:
    """Return which parts a person has in a complaint today: its owner, investigator or decision-maker."""
    roles = await session.scalars(
        select(CaseRole.role).where(
            CaseRole.complaint_id == complaint.id, CaseRole.person_id == person_id, CaseRole.ends_on.is_(None)
        )
    )
    return [*(("owner",) if complaint.owner_id == person_id else ()), *sorted(roles)]


async def drafts_to(session: AsyncSession, involvement_id: UUID) -> list[Notice]:
    """Return the drafts to a member of staff that nobody has released or discarded, the oldest first."""
    rows = await session.scalars(
        select(Notice)
        .where(Notice.involvement_id == involvement_id, Notice.state == NoticeState.DRAFT.value)
        .order_by(Notice.drafted_at, Notice.id)
    )
    return list(rows)


async def drafts_to_staff(session: AsyncSession, complaint_id: UUID) -> list[Notice]:
    """Return the drafts to all staff of a complaint that nobody has released or discarded, the oldest first."""
    rows = await session.scalars(
        select(Notice)
        .where(
            Notice.complaint_id == complaint_id,
            Notice.involvement_id.is_not(None),
            Notice.state == NoticeState.DRAFT.value,
        )
        .order_by(Notice.drafted_at, Notice.id)
    )
    return list(rows)


async def give_tasks(session: AsyncSession, involvement_id: UUID, role: str, person_id: UUID | None) -> None:
    """Give the open tasks of a role about a member of staff to whoever has it now."""
    await session.execute(
        update(Task)
        .where(Task.subject_id == involvement_id, Task.role == role, Task.state == "open")
        .values(assignee_id=person_id)
    )


async def changed(session: AsyncSession, involvement_ids: Sequence[UUID], at: datetime) -> None:
    """Count that something happened to some involvements: their workflows have not looked at it yet."""
    await session.execute(
        update(Involvement)
        .where(Involvement.id.in_(involvement_ids))
        .values(changes=Involvement.changes + 1, changed_at=at)
        .execution_options(synchronize_session=False)
    )


async def heard(session: AsyncSession, involvement_id: UUID, changes: int) -> None:
    """Write down up to where the workflow of an involvement has looked; never less than before."""
    await session.execute(
        update(Involvement).where(Involvement.id == involvement_id, Involvement.heard < changes).values(heard=changes)
    )


async def unheard(session: AsyncSession, complaint_id: UUID) -> list[UUID]:
    """Return the involvements of a complaint whose workflows are to be told of something."""
    query = select(Involvement.id).where(
        Involvement.complaint_id == complaint_id, Involvement.heard < Involvement.changes
    )
    return list(await session.scalars(query.order_by(Involvement.number)))


async def lines_of(session: AsyncSession, complaint_id: UUID) -> list[Line]:
    """Return the involvements of a complaint with the names that belong to them, by their numbers."""
    person, supporter = aliased(Person), aliased(Person)
    rows = await session.execute(
        select(Involvement, InvolvementWords, person.name, supporter.name)
        .join(InvolvementWords, InvolvementWords.involvement_id == Involvement.id)
        .outerjoin(person, person.id == Involvement.person_id)
        .outerjoin(supporter, supporter.id == Involvement.supporter_id)
        .where(Involvement.complaint_id == complaint_id)
        .order_by(Involvement.number)
    )
    return [Line(row=row[0], words=row[1], person=row[2], supporter=row[3]) for row in rows]


async def steps_of(session: AsyncSession, complaint_id: UUID) -> list[tuple[InvolvementStep, str | None]]:
    """Return what was done for the staff of a complaint, each step with the name of who did or approved it."""
    rows = await session.execute(
        select(InvolvementStep, Person.name)
        .outerjoin(Person, Person.id == InvolvementStep.by_id)
        .where(InvolvementStep.complaint_id == complaint_id)
        .order_by(InvolvementStep.involvement_id, InvolvementStep.number)
    )
    return [(row[0], row[1]) for row in rows]


async def clocks_of(session: AsyncSession, complaint_id: UUID) -> list[ClockRow]:
    """Return every clock of the staff of a complaint, the earliest due first."""
    rows = await session.scalars(
        select(ClockRow)
        .where(ClockRow.complaint_id == complaint_id, ClockRow.involvement_id.is_not(None))
        .order_by(ClockRow.due_at, ClockRow.id)
    )
    return list(rows)


async def issues_of_all(session: AsyncSession, complaint_id: UUID) -> list[InvolvementIssue]:
    """Return which issues of a complaint are about which of its staff, as things stand."""
    rows = await session.scalars(
        select(InvolvementIssue)
        .where(InvolvementIssue.complaint_id == complaint_id, InvolvementIssue.removed_at.is_(None))
        .order_by(InvolvementIssue.issue_id)
    )
    return list(rows)
