"""SQL of the duty of candour: one incident, those of a complaint, and what is on record of each."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.notices import NoticeState
from db.models.candour import (
    CandourAttempt,
    CandourElement,
    CandourEnquiry,
    CandourNotice,
    CandourSupport,
    Incident,
    IncidentAssessment,
)
from db.models.organisation import Person
from db.models.proceeding import Proceeding
from db.models.work import Notice


async def incident(session: AsyncSession, incident_id: UUID) -> Incident:
    """Return an incident by the id of its proceeding. Raises NoResultFound."""
    return await session.get_one(Incident, incident_id)


async def of_complaint(session: AsyncSession, complaint_id: UUID) -> list[tuple[Incident, Proceeding]]:
    """Return the incidents of a complaint with how each stands, in the order in which they were flagged."""
    found = await session.execute(
        select(Incident, Proceeding)
        .join(Proceeding, Proceeding.id == Incident.id)
        .where(Incident.complaint_id == complaint_id)
        .order_by(Proceeding.number)
    )
    return [(row[0], row[1]) for row in found]


async def flagged_by(session: AsyncSession, complaint_id: UUID) -> dict[UUID, str]:
    """Return the names of those who flagged the incidents of a complaint."""
    found = await session.execute(
        select(Person.id, Person.name)
        .join(Incident, Incident.flagged_by == Person.id)
        .where(Incident.complaint_id == complaint_id)
    )
    return {row[0]: row[1] for row in found}


async def next_assessment(session: AsyncSession, incident_id: UUID) -> int:
    """Return the number of the next assessment of an incident, counted from 1."""
    query = select(func.count()).where(IncidentAssessment.incident_id == incident_id)
    return 1 + int(await session.scalar(query) or 0)


async def is_supported(session: AsyncSession, incident_id: UUID) -> bool:
    """Say whether support was offered to the person."""
    query = select(CandourSupport.id).where(CandourSupport.incident_id == incident_id).limit(1)
    return await session.scalar(query) is not None


async def is_told_or_tried(session: AsyncSession, incident_id: UUID) -> bool:
    """Say whether the person was told in person, declined, or was tried to be reached until it was given up."""
    told = select(CandourNotice.id).where(CandourNotice.incident_id == incident_id, CandourNotice.kind == "in_person")
    tried = select(CandourAttempt.id).where(
        CandourAttempt.incident_id == incident_id,
        or_(CandourAttempt.closed, CandourAttempt.outcome == "declined"),
    )
    return await session.scalar(told.union_all(tried).limit(1)) is not None


async def is_given_up(session: AsyncSession, incident_id: UUID) -> bool:
    """Say whether nobody tries to reach the person any more, though they did not decline."""
    query = select(CandourAttempt.id).where(
        CandourAttempt.incident_id == incident_id, CandourAttempt.closed, CandourAttempt.outcome != "declined"
    )
    return await session.scalar(query.limit(1)) is not None


async def is_written(session: AsyncSession, incident_id: UUID) -> bool:
    """Say whether a written notice was released, and not kept back on its way."""
    query = (
        select(CandourNotice.id)
        .join(Notice, Notice.id == CandourNotice.notice_id)
        .where(
            CandourNotice.incident_id == incident_id,
            CandourNotice.kind == "written",
            CandourNotice.given_on.is_not(None),
            Notice.state.not_in([NoticeState.WITHHELD.value, NoticeState.DISCARDED.value]),
        )
    )
    return await session.scalar(query.limit(1)) is not None


async def by_letter(session: AsyncSession, notice_id: UUID) -> CandourNotice | None:
    """Return what a letter is under the duty of candour, where it is anything."""
    found: CandourNotice | None = await session.scalar(
        select(CandourNotice).where(CandourNotice.notice_id == notice_id)
    )
    return found


async def drafts(session: AsyncSession, incident_id: UUID, kind: str | None = None) -> list[Notice]:
    """Return the letters about an incident that nobody has released or discarded, of a kind or all."""
    query = (
        select(Notice)
        .join(CandourNotice, CandourNotice.notice_id == Notice.id)
        .where(CandourNotice.incident_id == incident_id, Notice.state == NoticeState.DRAFT.value)
        .order_by(Notice.drafted_at, Notice.id)
    )
    if kind is not None:
        query = query.where(CandourNotice.kind == kind)
    return list(await session.scalars(query))


async def announced_in(session: AsyncSession, candour_notice_id: UUID) -> list[CandourEnquiry]:
    """Return the enquiries that a letter announces."""
    found = await session.scalars(
        select(CandourEnquiry).where(CandourEnquiry.announced_in == candour_notice_id).order_by(CandourEnquiry.number)
    )
    return list(found)


async def told_in(session: AsyncSession, candour_notice_id: UUID) -> list[CandourEnquiry]:
    """Return the enquiries whose results a letter tells, and that no letter has told yet."""
    found = await session.scalars(
        select(CandourEnquiry)
        .where(CandourEnquiry.told_in == candour_notice_id, CandourEnquiry.told_on.is_(None))
        .order_by(CandourEnquiry.announced_on, CandourEnquiry.number)
    )
    return list(found)


async def ever_told_in(session: AsyncSession, candour_notice_id: UUID) -> list[CandourEnquiry]:
    """Return the enquiries whose results a letter tells, whether or not it was released."""
    found = await session.scalars(
        select(CandourEnquiry)
        .where(CandourEnquiry.told_in == candour_notice_id)
        .order_by(CandourEnquiry.announced_on, CandourEnquiry.number)
    )
    return list(found)


async def open_enquiries(session: AsyncSession, incident_id: UUID) -> list[CandourEnquiry]:
    """Return the enquiries that were announced to the person, and whose results they were not told."""
    found = await session.scalars(
        select(CandourEnquiry)
        .where(
            CandourEnquiry.incident_id == incident_id,
            CandourEnquiry.announced_on.is_not(None),
            CandourEnquiry.told_on.is_(None),
        )
        .order_by(CandourEnquiry.announced_on, CandourEnquiry.due_on, CandourEnquiry.id)
    )
    return list(found)


async def assessments_of(session: AsyncSession, complaint_id: UUID) -> list[tuple[IncidentAssessment, str]]:
    """Return the assessments of the incidents of a complaint, each with the name of the assessor."""
    found = await session.execute(
        select(IncidentAssessment, Person.name)
        .join(Person, Person.id == IncidentAssessment.assessed_by)
        .where(IncidentAssessment.complaint_id == complaint_id)
        .order_by(IncidentAssessment.incident_id, IncidentAssessment.number)
    )
    return [(row[0], row[1]) for row in found]


async def notices_of(
    session: AsyncSession, complaint_id: UUID
) -> list[tuple[CandourNotice, Notice | None, str | None]]:
    """Return what people were told of the incidents of a complaint, with its letter and the name of who told them."""
    found = await session.execute(
        select(CandourNotice, Notice, Person.name)
        .outerjoin(Notice, Notice.id == CandourNotice.notice_id)
        .outerjoin(Person, Person.id == CandourNotice.by_id)
        .where(CandourNotice.complaint_id == complaint_id)
        .order_by(CandourNotice.said_at, CandourNotice.id)
    )
    return [(row[0], row[1], row[2]) for row in found]


async def elements_of(session: AsyncSession, complaint_id: UUID) -> list[CandourElement]:
    """Return the elements of all notices about the incidents of a complaint, in the order in which they were said."""
    found = await session.scalars(
        select(CandourElement)
        .where(CandourElement.complaint_id == complaint_id)
        .order_by(CandourElement.candour_notice_id, CandourElement.position)
    )
    return list(found)


async def enquiries_of(session: AsyncSession, complaint_id: UUID) -> list[CandourEnquiry]:
    """Return the further enquiries into the incidents of a complaint, with those that only a draft announces."""
    found = await session.scalars(
        select(CandourEnquiry)
        .where(CandourEnquiry.complaint_id == complaint_id)
        .order_by(CandourEnquiry.due_on, CandourEnquiry.id)
    )
    return list(found)


async def attempts_of(session: AsyncSession, complaint_id: UUID) -> list[tuple[CandourAttempt, str | None]]:
    """Return the attempts to reach people about the incidents of a complaint, with the name of who wrote each down."""
    found = await session.execute(
        select(CandourAttempt, Person.name)
        .outerjoin(Person, Person.id == CandourAttempt.said_by)
        .where(CandourAttempt.complaint_id == complaint_id)
        .order_by(CandourAttempt.tried_on, CandourAttempt.said_at, CandourAttempt.id)
    )
    return [(row[0], row[1]) for row in found]


async def support_of(session: AsyncSession, complaint_id: UUID) -> list[CandourSupport]:
    """Return the support that was offered about the incidents of a complaint."""
    found = await session.scalars(
        select(CandourSupport)
        .where(CandourSupport.complaint_id == complaint_id)
        .order_by(CandourSupport.offered_on, CandourSupport.said_at, CandourSupport.id)
    )
    return list(found)
