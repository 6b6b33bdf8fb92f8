"""SQL of the page of a body without a system: links, codes, sessions, what is typed so far, and knocks.

What may be read on the page is decided here, by one condition, as row-level security decides it for a body of the same
installation (`body_read`, migration 0027).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, func, or_, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.joint import Way
from db.models.access import BodyAccess, BodyCode, BodySession, BodyWorkingDraft, JointKnock
from db.models.act import Submission
from db.models.complaint import CaseFile, Complaint
from db.models.joint import Contribution, JointMessage
from db.queries.joint import RELEASED

_PAGE_AT: Final = text("select part_page_at(:address)")
_HOUR: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """An access, and the contribution that it opens."""

    access: BodyAccess
    contribution: Contribution
    reference: str


async def page_at(session: AsyncSession, address: str) -> UUID | None:
    """Return whose pages are at an address; None where nobody was ever given a link there."""
    found: UUID | None = await session.scalar(_PAGE_AT, {"address": address})
    return found


async def held(session: AsyncSession, access_id: UUID) -> Held | None:
    """Return an access of the tenant with its contribution, whatever became of either."""
    row = (
        await session.execute(
            select(BodyAccess, Contribution, Complaint.reference)
            .join(Contribution, Contribution.id == BodyAccess.contribution_id)
            .join(Complaint, Complaint.id == BodyAccess.complaint_id)
            .where(BodyAccess.id == access_id)
        )
    ).first()
    return None if row is None else Held(access=row[0], contribution=row[1], reference=row[2])


async def of_contribution(session: AsyncSession, contribution_id: UUID, *, live: bool = False) -> list[BodyAccess]:
    """Return the accesses of a contribution by their numbers; with `live`, those that were not revoked."""
    query = select(BodyAccess).where(BodyAccess.contribution_id == contribution_id)
    if live:
        query = query.where(BodyAccess.revoked_at.is_(None))
    return list(await session.scalars(query.order_by(BodyAccess.number)))


async def next_number(session: AsyncSession, contribution_id: UUID) -> int:
    """Return the number of the next access of a contribution."""
    query = select(func.coalesce(func.max(BodyAccess.number), 0) + 1).where(
        BodyAccess.contribution_id == contribution_id
    )
    return int(await session.scalar(query) or 1)


async def end_sessions(session: AsyncSession, access_id: UUID, now: datetime) -> None:
    """End every session and every code of an access, at once."""
    for table in (BodySession, BodyCode):
        await session.execute(
            update(table)
            .where(table.access_id == access_id, table.ended_at.is_(None))
            .values(ended_at=now)
            .execution_options(synchronize_session=False)
        )


async def codes_since(session: AsyncSession, access_id: UUID, since: datetime) -> int:
    """Count the codes that were asked for with an access since an instant."""
    query = select(func.count()).where(BodyCode.access_id == access_id, BodyCode.asked_at > since)
    return int(await session.scalar(query) or 0)


async def end_codes(session: AsyncSession, access_id: UUID, now: datetime) -> None:
    """Have the codes before this one be good no more, and let go of them."""
    await session.execute(
        update(BodyCode)
        .where(BodyCode.access_id == access_id, BodyCode.ended_at.is_(None))
        .values(ended_at=now, sealed=None)
        .execution_options(synchronize_session=False)
    )


async def lock_access(session: AsyncSession, access_id: UUID) -> None:
    """Have others wait who ask for, or try, a code of this access."""
    await session.execute(text("select pg_advisory_xact_lock(hashtextextended(:id, 31))"), {"id": str(access_id)})


async def last_code(session: AsyncSession, access_id: UUID) -> BodyCode | None:
    """Return the code that was asked for last with an access: no other is good."""
    query = (
        select(BodyCode).where(BodyCode.access_id == access_id).order_by(BodyCode.asked_at.desc(), BodyCode.id.desc())
    )
    found: BodyCode | None = await session.scalar(query.limit(1).with_for_update())
    return found


async def code_for_change(session: AsyncSession, code_id: UUID) -> BodyCode | None:
    """Return a code of the tenant, locked."""
    found: BodyCode | None = await session.scalar(select(BodyCode).where(BodyCode.id == code_id).with_for_update())
    return found


async def session_of(session: AsyncSession, token_hash: str) -> BodySession | None:
    """Return a session of the tenant by the hash of what a browser holds."""
    found: BodySession | None = await session.scalar(select(BodySession).where(BodySession.token_hash == token_hash))
    return found


def _readable(now: datetime) -> ColumnElement[bool]:
    covered = Contribution.open_to_body & or_(Contribution.open_until.is_(None), Contribution.open_until > now)
    return or_(~JointMessage.discloses, covered)


async def messages(session: AsyncSession, contribution_id: UUID, now: datetime) -> list[JointMessage]:
    """Return what a body may read on its page now: what is said to it as far as consent covers it, in order."""
    query = (
        select(JointMessage)
        .join(Contribution, Contribution.id == JointMessage.contribution_id)
        .where(JointMessage.contribution_id == contribution_id, JointMessage.direction == "out", _readable(now))
        .order_by(JointMessage.seq)
    )
    return list(await session.scalars(query))


async def said(session: AsyncSession, contribution_id: UUID) -> list[JointMessage]:
    """Return what a body said itself, in order, the refused included: it is its own."""
    query = (
        select(JointMessage)
        .where(JointMessage.contribution_id == contribution_id, JointMessage.direction == "in")
        .order_by(JointMessage.said_at, JointMessage.id)
    )
    return list(await session.scalars(query))


async def own_files(session: AsyncSession, complaint_id: UUID, caller: str) -> list[CaseFile]:
    """Return the files that a body put on the complaint itself, the oldest first."""
    query = (
        select(CaseFile)
        .join(Submission, Submission.id == CaseFile.submission_id)
        .where(CaseFile.complaint_id == complaint_id, CaseFile.attached, Submission.caller == caller)
        .order_by(CaseFile.added_at, CaseFile.id)
    )
    return list(await session.scalars(query))


async def working_drafts(session: AsyncSession, contribution_id: UUID) -> dict[str, BodyWorkingDraft]:
    """Return what a body has typed and not sent, by the form it was typed into."""
    rows = await session.scalars(select(BodyWorkingDraft).where(BodyWorkingDraft.contribution_id == contribution_id))
    return {row.place: row for row in rows if row.words}


async def keep_draft(
    session: AsyncSession, access: BodyAccess, place: str, words: Mapping[str, Any], now: datetime, *, new_id: UUID
) -> None:
    """Keep what was typed into a form, in place of what was typed before; nothing at all once it was sent."""
    values = {"words": dict(words), "saved_by": access.id, "saved_at": now}
    own = {"id": new_id, "organisation_id": access.organisation_id, "contribution_id": access.contribution_id}
    statement = insert(BodyWorkingDraft).values(**own, place=place, **values)
    await session.execute(statement.on_conflict_do_update(index_elements=["contribution_id", "place"], set_=values))


async def knock(
    session: AsyncSession, organisation_id: UUID, contribution_id: UUID | None, why: str, now: datetime,
    *, new_id: UUID, most_an_hour: int,
) -> None:  # fmt: skip
    """Write that somebody was turned away; beyond so many an hour no more of it is written."""
    mine = JointKnock.contribution_id.is_(None) if contribution_id is None else (
        JointKnock.contribution_id == contribution_id
    )  # fmt: skip
    query = select(func.count()).where(JointKnock.organisation_id == organisation_id, mine, JointKnock.at > now - _HOUR)
    if int(await session.scalar(query) or 0) < most_an_hour:
        session.add(
            JointKnock(id=new_id, organisation_id=organisation_id, contribution_id=contribution_id, why=why, at=now)
        )


async def knocks(session: AsyncSession, contribution_id: UUID, limit: int) -> Sequence[JointKnock]:
    """Return who was turned away from the page of a contribution, the last first."""
    query = select(JointKnock).where(JointKnock.contribution_id == contribution_id)
    return list(await session.scalars(query.order_by(JointKnock.at.desc(), JointKnock.id.desc()).limit(limit)))


async def promised(session: AsyncSession, contribution_id: UUID) -> tuple[dict[UUID, dict[str, Any]], set[UUID]]:
    """Return the actions a body promised, by their ids, as it said them last, and those of them that are seen as done.

    Read from what was said between the bodies: that is what both sides hold.
    """
    query = (
        select(JointMessage.kind, JointMessage.body)
        .where(
            JointMessage.contribution_id == contribution_id,
            JointMessage.kind.in_(("submission", "action_settled")),
            JointMessage.refusal.is_(None),
        )
        .order_by(JointMessage.said_at, JointMessage.id)
    )
    actions: dict[UUID, dict[str, Any]] = {}
    settled: dict[UUID, bool] = {}
    for kind, body in await session.execute(query):
        if kind == "submission":
            actions = {UUID(each["action_id"]): each for each in body.get("actions", ())}
        else:
            settled[UUID(body["action_id"])] = bool(body["done"])
    return actions, {each for each, done in settled.items() if done}


def is_open(contribution: Contribution) -> bool:
    """Say whether the page of a contribution opens: until it is released, which waits for the last of its actions.

    One that goes another way has no page.
    """
    invited = contribution.invited_on is not None
    return invited and contribution.way == Way.PAGE and contribution.state != RELEASED


async def live_for(session: AsyncSession, contribution_id: UUID, email: str) -> BodyAccess | None:
    """Return the access that a mail to an address can name; None where whoever reads there has none."""
    for each in await of_contribution(session, contribution_id, live=True):
        if each.email.strip().casefold() == email.strip().casefold():
            return each
    return None
