"""SQL of feedback: whom a round asks, whose page a link opens, what an Ombudsman has, and the words of a quarter."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, Text, cast, func, or_, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from db.models.coding import CodedSubject
from db.models.organisation import Organisation
from db.models.proceeding import Proceeding
from db.models.referral import Referral
from db.models.staff_comment import Experience
from db.models.work import Notice

_AT: Final = text("select feedback_at(:hash)")
# Whose complaint has ended for long enough, and not for too long; who was not asked, did not say so by themselves, and
# is not to be left in peace any longer; and whom nothing that waits to be applied asks already.
_TO_ASK: Final = text("""
    with ended as (
        select c.id from complaint c left join import_batch b on b.id = c.import_id
        where c.organisation_id = :organisation and not c.open and c.matter = 'complaint'
          and c.stage <> 'opened_in_error' and c.closed_at >= :first and c.closed_at < :last
          and (b.id is null or (b.switch_on <= :today and c.closed_at >= b.switch_on::timestamptz))
          and not exists (select 1 from complaint again where again.reopened_from = c.id)
    ), who as (
        select p.complaint_id, p.id as party_id, null::uuid as involvement_id, p.id as subject_id
        from party p join ended e on e.id = p.complaint_id
        where p.role = 'complainant' and p.replaced_by is null and p.retired_at is null and p.death_known_at is null
        union all
        select i.complaint_id, null, i.id, i.id from involvement i join ended e on e.id = i.complaint_id
        where i.state = 'outcome_told'
    )
    select w.complaint_id, w.party_id, w.involvement_id from who w
    left join experience x on x.party_id = w.party_id or x.involvement_id = w.involvement_id
    where (x.id is null or (x.asked_on is null and x.answered_on is null and x.held_until <= :today))
      and not exists (
          select 1 from submission s where s.complaint_id = w.complaint_id and s.kind = 'record_experience'
             and s.state in ('pending', 'parked')
             and w.subject_id::text in (s.body::jsonb->>'party_id', s.body::jsonb->>'involvement_id'))
      and (cast(:after as uuid) is null or (w.complaint_id, w.subject_id) > (:after, :subject))
    order by w.complaint_id, w.subject_id limit :most
""")


@dataclass(frozen=True, slots=True, kw_only=True)
class ToAsk:
    """Somebody to be asked how it was: a party outside, or a member of staff."""

    complaint_id: UUID
    party_id: UUID | None
    involvement_id: UUID | None

    @property
    def key(self) -> tuple[UUID, UUID]:
        """Return where they stand in the order of a round."""
        subject_id = self.party_id or self.involvement_id
        assert subject_id is not None
        return self.complaint_id, subject_id


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkIn:
    """Whose page a letter leads to: what the code is made of, and the hash by which it is known."""

    round_id: UUID
    subject_id: UUID
    link_hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """The complaints of a round: what ended from `first` on and before `last`; `today` is the day of the round."""

    organisation_id: UUID
    first: datetime
    last: datetime
    today: date


async def to_ask(session: AsyncSession, ended: Ended, after: tuple[UUID, UUID] | None, most: int) -> Sequence[ToAsk]:
    """Return the next who are to be asked, in an order of no meaning."""
    values = {
        "organisation": ended.organisation_id,
        "first": ended.first,
        "last": ended.last,
        "today": ended.today,
        "after": None if after is None else after[0],
        "subject": None if after is None else after[1],
        "most": most,
    }
    return [ToAsk(**row) for row in (await session.execute(_TO_ASK, values)).mappings()]


async def page_at(session: AsyncSession, link_hash: str) -> UUID | None:
    """Return whose page a link opens; None where it opens nobody's."""
    found: UUID | None = await session.scalar(_AT, {"hash": link_hash})
    return found


async def link_in(session: AsyncSession, notice_id: UUID) -> LinkIn | None:
    """Return whose page a letter leads to; None where it asks nobody how it was."""
    row = (
        await session.execute(
            select(Experience.round_id, Experience.party_id, Experience.involvement_id, Experience.link_hash)
            .join(Notice, Notice.complaint_id == Experience.complaint_id)
            .where(
                Notice.id == notice_id,
                Experience.link_hash.is_not(None),
                or_(Experience.party_id == Notice.party_id, Experience.involvement_id == Notice.involvement_id),
            )
            .order_by(Experience.asked_on.desc(), Experience.id)
            .limit(1)
        )
    ).one_or_none()
    if row is None:
        return None
    round_id, party_id, involvement_id, link_hash = row
    subject_id = party_id or involvement_id
    if round_id is None or subject_id is None or link_hash is None:
        return None
    return LinkIn(round_id=round_id, subject_id=subject_id, link_hash=link_hash)


async def asked_by(session: AsyncSession, link_hash: str) -> tuple[Experience, Organisation] | None:
    """Return what a link of the tenant asks, and who asks."""
    row = (
        await session.execute(
            select(Experience, Organisation)
            .join(Organisation, Organisation.id == Experience.organisation_id)
            .where(Experience.link_hash == link_hash)
        )
    ).one_or_none()
    return None if row is None else (row[0], row[1])


async def ombudsman_referrals(session: AsyncSession, complaint_id: UUID) -> tuple[int, int]:
    """Return how many referrals of an Ombudsman about a complaint are open, and how many have ended."""
    is_open = Proceeding.ended_on.is_(None)
    row = (
        await session.execute(
            select(func.count().filter(is_open), func.count().filter(~is_open))
            .select_from(Referral)
            .join(Proceeding, Proceeding.id == Referral.id)
            .where(Referral.complaint_id == complaint_id, Referral.kind == "ombudsman")
        )
    ).one()
    return int(row[0]), int(row[1])


async def answers(session: AsyncSession, organisation_id: UUID, first_on: date, last_on: date, whose: str) -> int:
    """Count who answered in a stretch of days: parties outside, or staff."""
    query = select(func.count()).where(*_answered(organisation_id, first_on, last_on, whose))
    return int(await session.scalar(query) or 0)


async def words(
    session: AsyncSession, organisation_id: UUID, first_on: date, last_on: date, whose: str
) -> list[tuple[str | None, str]]:
    """Return what was said beside the scores, each with the first subject of its complaint.

    They come in an order that says nothing of when, or of whom they are.
    """
    subject = (
        select(func.min(CodedSubject.subject))
        .where(CodedSubject.complaint_id == Experience.complaint_id, CodedSubject.replaced_by.is_(None))
        .correlate(Experience)
        .scalar_subquery()
    )
    rows = await session.execute(
        select(subject, Experience.words)
        .where(*_answered(organisation_id, first_on, last_on, whose), Experience.words.is_not(None))
        .order_by(func.md5(cast(Experience.id, Text)))
    )
    return [(row[0], row[1] or "") for row in rows]


def _answered(organisation_id: UUID, first_on: date, last_on: date, whose: str) -> tuple[ColumnElement[bool], ...]:
    answered_by = Experience.party_id if whose == "party" else Experience.involvement_id
    return (
        Experience.organisation_id == organisation_id,
        Experience.answered_on.between(first_on, last_on),
        Experience.declined.is_(False),
        answered_by.is_not(None),
    )
