"""SQL of notices on their way: what is needed to send one; its state, by compare-and-set only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.notices import NoticeState
from db.models.complaint import Complaint, Party
from db.models.imports import ImportBatch
from db.models.organisation import Organisation, Person
from db.models.work import Notice


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeToSend:
    """A notice, to whom it goes, and what its complaint says about contact at this moment.

    Contact with somebody who has died is stopped.
    """

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
    switch_on: date | None = None


async def get_notice_to_send(session: AsyncSession, notice_id: UUID) -> NoticeToSend | None:
    """Return a notice of the tenant as it stands now, or None when there is none."""
    found = await session.execute(
        select(Notice, Complaint, Organisation, Party, Person.email, ImportBatch.switch_on)
        .join(Complaint, Complaint.id == Notice.complaint_id)
        .join(Organisation, Organisation.id == Notice.organisation_id)
        .outerjoin(Party, Party.id == Notice.party_id)
        .outerjoin(Person, Person.id == Notice.person_id)
        .outerjoin(ImportBatch, ImportBatch.id == Complaint.import_id)
        .where(Notice.id == notice_id)
    )
    row = found.one_or_none()
    if row is None:
        return None
    notice, complaint, organisation, party, person_email, switch_on = row
    died = party is not None and party.death_known_at is not None
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
        recipient=person_email if party is None else party.email,
        sender=organisation.sender_email,
        sender_name=organisation.name,
        stop_contact=complaint.stop_contact or died,
        hold=complaint.hold,
        complaint_open=complaint.open,
        switch_on=switch_on,
    )


async def settle_queued(
    session: AsyncSession,
    notice_id: UUID,
    state: NoticeState,
    now: datetime,
    failure: str | None = None,
) -> bool:
    """Move a notice on if it is still queued. Say whether it was.

    What a correction withheld while it was in the hands of the mail server has left all the same: that is written
    down, with the cause of the withholding, and goes into the chain anew.
    """
    done = await session.execute(
        update(Notice)
        .where(Notice.id == notice_id, Notice.state == NoticeState.QUEUED.value)
        .values(state=state.value, settled_at=now, failure=failure)
        .returning(Notice.id)
    )
    if done.first() is not None:
        return True
    if state is NoticeState.HANDED_OVER:
        await session.execute(
            update(Notice)
            .where(Notice.id == notice_id, Notice.state == NoticeState.WITHHELD.value)
            .values(state=state.value, settled_at=now, journalled=False)
        )
    return False


async def complainant_of(session: AsyncSession, complaint_id: UUID) -> Party:
    """Return the person who complained, not one who was taken for them. Raises NoResultFound where none was logged."""
    rows = await session.scalars(
        select(Party).where(
            Party.complaint_id == complaint_id, Party.role == "complainant", Party.replaced_by.is_(None)
        )
    )
    return rows.one()


async def to_people_outside(session: AsyncSession, complaint_id: UUID, party_id: UUID | None = None) -> list[Notice]:
    """Return a complaint's notices to people outside, or to one of them, the oldest first."""
    query = select(Notice).where(Notice.complaint_id == complaint_id, Notice.party_id.is_not(None))
    if party_id is not None:
        query = query.where(Notice.party_id == party_id)
    return list(await session.scalars(query.order_by(Notice.drafted_at, Notice.id)))


async def in_state(session: AsyncSession, complaint_id: UUID, state: NoticeState) -> list[Notice]:
    """Return a complaint's notices in one state, the oldest first."""
    query = select(Notice).where(Notice.complaint_id == complaint_id, Notice.state == state.value)
    return list(await session.scalars(query.order_by(Notice.drafted_at, Notice.id)))


async def is_sent(session: AsyncSession, complaint_id: UUID, template: str) -> bool:
    """Say whether a person released a letter made from a template, and it is on its way or has arrived."""
    on_its_way = (NoticeState.RELEASED, NoticeState.QUEUED, NoticeState.HANDED_OVER, NoticeState.DELIVERED)
    query = select(Notice.id).where(
        Notice.complaint_id == complaint_id,
        Notice.template == template,
        Notice.released_at.is_not(None),
        Notice.state.in_([state.value for state in on_its_way]),
    )
    return await session.scalar(query.limit(1)) is not None


async def unjournalled(session: AsyncSession, complaint_id: UUID) -> list[Notice]:
    """Return what was handed over to people outside and does not stand in the chain of evidence yet."""
    query = select(Notice).where(
        Notice.complaint_id == complaint_id,
        Notice.state == NoticeState.HANDED_OVER.value,
        Notice.party_id.is_not(None),
        Notice.journalled.is_(False),
    )
    return list(await session.scalars(query.order_by(Notice.settled_at, Notice.id)))
