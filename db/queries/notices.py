"""SQL of notices on their way: what is needed to send one; its state, by compare-and-set only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.notices import NoticeState
from db.models.complaint import Complaint, Party
from db.models.imports import ImportBatch
from db.models.involvement import Involvement, InvolvementWords
from db.models.organisation import Organisation, Person
from db.models.work import Notice
from db.queries.body_notices import reader_of
from db.queries.people_outside import needs_of
from db.queries.rota import mobile_of


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeToSend:
    """A notice, to whom it goes, and what its complaint says about contact at this moment.

    Contact with somebody who has died is stopped. `retired`: they have no part in the complaint any more; `unsafe` are
    codes of the ways that are not safe for them. `involved`: it is for a member of staff who is complained about.
    `to_staff`: it is for nobody outside; what goes to another body is asked about like that, too.
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
    reference: str
    organisation_code: str
    nation: str
    switch_on: date | None = None
    involved: bool = False
    carrier: str | None = None
    statutory: bool = True
    retired: bool = False
    unsafe: tuple[str, ...] = ()
    large_print: bool = False
    link_of: tuple[UUID, int] | None = None  # what the link of somebody of another body is made of


async def get_notice_to_send(session: AsyncSession, notice_id: UUID) -> NoticeToSend | None:
    """Return a notice of the tenant as it stands now, or None when there is none."""
    found = await session.execute(
        select(Notice, Complaint, Organisation, Party, Person, ImportBatch.switch_on, InvolvementWords.email)
        .join(Complaint, Complaint.id == Notice.complaint_id)
        .join(Organisation, Organisation.id == Notice.organisation_id)
        .outerjoin(Party, Party.id == Notice.party_id)
        .outerjoin(Involvement, Involvement.id == Notice.involvement_id)
        .outerjoin(InvolvementWords, InvolvementWords.involvement_id == Notice.involvement_id)
        .outerjoin(Person, Person.id == func.coalesce(Notice.person_id, Involvement.person_id))
        .outerjoin(ImportBatch, ImportBatch.id == Complaint.import_id)
        .where(Notice.id == notice_id)
    )
    row = found.one_or_none()
    if row is None:
        return None
    notice, complaint, organisation, party, person, switch_on, staff_email = row
    died = party is not None and party.death_known_at is not None
    needs = None if party is None else await needs_of(session, party.id)
    body_email, link_of = await reader_of(session, notice)
    recipient = body_email if notice.contribution_id else _recipient(notice, party, person, staff_email)
    if notice.person_id is not None and notice.channel == "text":
        # A text to somebody who works there goes to the number that the rota has for them.
        recipient = await mobile_of(session, notice.person_id)
    return NoticeToSend(
        notice_id=notice.id,
        complaint_id=notice.complaint_id,
        state=NoticeState(notice.state),
        failure=notice.failure,
        to_staff=notice.party_id is None and any((notice.person_id, notice.involvement_id, notice.contribution_id)),
        involved=notice.involvement_id is not None,
        channel=notice.channel,
        subject=notice.subject,
        body=notice.body,
        released=notice.released_by is not None,
        recipient=recipient,
        sender=organisation.sender_email,
        sender_name=organisation.name,
        stop_contact=complaint.stop_contact or died,
        hold=complaint.hold,
        complaint_open=complaint.open,
        reference=complaint.reference,
        organisation_code=organisation.code,
        nation=complaint.nation,
        switch_on=switch_on,
        carrier=notice.carrier,
        statutory=notice.statutory,
        retired=party is not None and party.retired_at is not None,
        unsafe=() if needs is None else tuple(needs.unsafe),
        large_print="large_print" in notice.formats,
        link_of=link_of,
    )


def _recipient(notice: Notice, party: Party | None, person: Person | None, staff_email: str | None) -> str | None:
    """Return the address that a notice goes to: a number for a text, none for a letter.

    Of the staff complained about it is their account's, else, or where that has ended, the one that was recorded.
    """
    if party is None:
        own = None if person is None or (notice.involvement_id and not person.active) else person.email
        return own or staff_email
    return {"text": party.phone, "letter": None}.get(notice.channel, party.email)


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


async def wait_for_format(session: AsyncSession, notice_id: UUID, failure: str) -> None:
    """Keep a notice that has not left until a person supplies it in the form that its reader needs."""
    on_its_way = (NoticeState.QUEUED.value, NoticeState.RELEASED.value)
    await session.execute(
        update(Notice)
        .where(Notice.id == notice_id, Notice.state.in_(on_its_way))
        .values(state=NoticeState.RELEASED.value, failure=failure, carrier=None)
    )


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
    """Return what was handed over, but for prompts to staff, and does not stand in the chain of evidence yet."""
    query = select(Notice).where(
        Notice.complaint_id == complaint_id,
        Notice.state == NoticeState.HANDED_OVER.value,
        or_(Notice.party_id.is_not(None), Notice.involvement_id.is_not(None)),
        Notice.journalled.is_(False),
    )
    return list(await session.scalars(query.order_by(Notice.settled_at, Notice.id)))


async def parties_of_act(session: AsyncSession, act_id: UUID) -> set[UUID]:
    """Return the people outside to whom an act has written."""
    found = await session.scalars(select(Notice.party_id).where(Notice.act_id == act_id, Notice.party_id.is_not(None)))
    return {each for each in found if each is not None}
