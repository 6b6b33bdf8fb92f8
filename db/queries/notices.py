"""SQL of notices on their way: what is needed to send one; its state, by compare-and-set only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.notices import NoticeState
from db.models.complaint import Complaint, Party
from db.models.organisation import Organisation, Person
from db.models.work import Notice


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeToSend:
    """A notice, to whom it goes, and what its complaint says about contact at this moment."""

    notice_id: UUID
    complaint_id: UUID
    state: NoticeState
    failure: str | None
    to_staff: bool
    channel: str
    subject: str
    body: str
    released: bool
    recipient: str | None
    sender: str | None
    sender_name: str
    stop_contact: bool
    hold: bool
    complaint_open: bool


async def get_notice_to_send(session: AsyncSession, notice_id: UUID) -> NoticeToSend | None:
    """Return a notice of the tenant as it stands now, or None when there is none."""
    found = await session.execute(
        select(Notice, Complaint, Organisation, Party.email, Person.email)
        .join(Complaint, Complaint.id == Notice.complaint_id)
        .join(Organisation, Organisation.id == Notice.organisation_id)
        .outerjoin(Party, Party.id == Notice.party_id)
        .outerjoin(Person, Person.id == Notice.person_id)
        .where(Notice.id == notice_id)
    )
    row = found.one_or_none()
    if row is None:
        return None
    notice, complaint, organisation, party_email, person_email = row
    return NoticeToSend(
        notice_id=notice.id,
        complaint_id=notice.complaint_id,
        state=NoticeState(notice.state),
        failure=notice.failure,
        to_staff=notice.person_id is not None and notice.party_id is None,
        channel=notice.channel,
        subject=notice.subject,
        body=notice.body,
        released=notice.released_by is not None,
        recipient=party_email if notice.party_id is not None else person_email,
        sender=organisation.sender_email,
        sender_name=organisation.name,
        stop_contact=complaint.stop_contact,
        hold=complaint.hold,
        complaint_open=complaint.open,
    )


async def settle_queued(
    session: AsyncSession,
    notice_id: UUID,
    state: NoticeState,
    now: datetime,
    failure: str | None = None,
) -> bool:
    """Move a notice on if it is still queued. Say whether it was."""
    done = await session.execute(
        update(Notice)
        .where(Notice.id == notice_id, Notice.state == NoticeState.QUEUED.value)
        .values(state=state.value, settled_at=now, failure=failure)
        .returning(Notice.id)
    )
    return done.first() is not None


async def complainant_of(session: AsyncSession, complaint_id: UUID) -> Party:
    """Return the person who complained. Raises NoResultFound where none was logged."""
    rows = await session.scalars(select(Party).where(Party.complaint_id == complaint_id, Party.role == "complainant"))
    return rows.one()


async def in_state(session: AsyncSession, complaint_id: UUID, state: NoticeState) -> list[Notice]:
    """Return a complaint's notices in one state, the oldest first."""
    query = select(Notice).where(Notice.complaint_id == complaint_id, Notice.state == state.value)
    return list(await session.scalars(query.order_by(Notice.drafted_at, Notice.id)))


async def unjournalled(session: AsyncSession, complaint_id: UUID) -> list[Notice]:
    """Return what was handed over to people outside and does not stand in the chain of evidence yet."""
    query = select(Notice).where(
        Notice.complaint_id == complaint_id,
        Notice.state == NoticeState.HANDED_OVER.value,
        Notice.party_id.is_not(None),
        Notice.journalled.is_(False),
    )
    return list(await session.scalars(query.order_by(Notice.settled_at, Notice.id)))
