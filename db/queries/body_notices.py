"""SQL of e-mails to other bodies: whether one was written already, and who reads one that leaves now."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.notices import NoticeState
from db.models.joint import BodyContact, Contribution
from db.models.work import Notice
from db.queries import access
from db.queries.joint import contacts_of

_LONDON = ZoneInfo("Europe/London")
_LEFT = (NoticeState.QUEUED.value, NoticeState.HANDED_OVER.value, NoticeState.DELIVERED.value)


async def is_said(
    session: AsyncSession, contact_id: UUID, template: str, act_id: UUID, since: date | None = None
) -> bool:
    """Say whether an e-mail of a template to somebody is on its way, is of this very act, or was written on a day."""
    rows = await session.execute(
        select(Notice.state, Notice.act_id, Notice.drafted_at)
        .where(Notice.body_contact_id == contact_id, Notice.template == template, Notice.state.in_(_LEFT))
        .order_by(Notice.drafted_at.desc())
        .limit(1)
    )
    last = rows.first()
    if last is None:
        return False
    if last.state == NoticeState.QUEUED.value or last.act_id == act_id:
        return True
    return since is not None and _day(last.drafted_at) >= since


async def readers_of(session: AsyncSession, contribution_id: UUID) -> list[BodyContact]:
    """Return who has a link to the page of a body, as whoever they were named as last."""
    rows = await session.scalars(
        select(BodyContact)
        .where(BodyContact.contribution_id == contribution_id, BodyContact.email.is_not(None))
        .order_by(BodyContact.said_at, BodyContact.id)
    )
    named = {_plain(each.email): each for each in rows}
    live = await access.of_contribution(session, contribution_id, live=True)
    return [named[_plain(each.email)] for each in live if _plain(each.email) in named]


async def reader_of(session: AsyncSession, notice: Notice) -> tuple[str | None, tuple[UUID, int] | None]:
    """Return the address to which an e-mail to a body goes now, and what its link is made of: its access, and number.

    Somebody else may have the part by now: then it goes to them.
    """
    if notice.contribution_id is None or notice.body_contact_id is None:
        return None, None
    meant = await session.get(BodyContact, notice.body_contact_id)
    row = await session.get(Contribution, notice.contribution_id)
    if meant is None or row is None:
        return None, None
    held = await access.live_for(session, row.id, meant.email or "")
    if meant.ended_at is not None and held is None:
        others = [each for each in await contacts_of(session, row.id) if each.role == meant.role and each.email]
        if not others:
            return None, None
        meant = others[-1]
        held = await access.live_for(session, row.id, meant.email or "")
    return meant.email, None if held is None else (held.id, held.number)


def _plain(address: str | None) -> str:
    return (address or "").strip().casefold()


def _day(instant: datetime) -> date:
    return instant.astimezone(_LONDON).date()
