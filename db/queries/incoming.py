"""SQL of what comes in by itself: the ways in that are switched on, and the mails that came."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, func, select, text, true, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.notices import NoticeState
from db.models.act import Submission
from db.models.complaint import Complaint
from db.models.incoming import Incoming, IntakeChannel
from db.models.work import Notice

# The id of no organisation: whoever asks as nobody sees no row of any.
NOBODY = UUID(int=0)
_FORM_AT = text("select form_at(:address)")


@dataclass(frozen=True, slots=True, kw_only=True)
class After:
    """The key of the last mail of the page before."""

    taken_in_at: datetime
    id: UUID


async def form_at(session: AsyncSession, address: str) -> UUID | None:
    """Return whose form is at an address; None where nobody's is switched on there."""
    found: UUID | None = await session.scalar(_FORM_AT, {"address": address})
    return found


async def channels(session: AsyncSession) -> list[IntakeChannel]:
    """Return the ways in that the tenant has ever switched on or off."""
    return list(await session.scalars(select(IntakeChannel).order_by(IntakeChannel.kind)))


async def channel(session: AsyncSession, kind: str) -> IntakeChannel | None:
    """Return a way in that the tenant has switched on; None for one that is off."""
    found: IntakeChannel | None = await session.scalar(
        select(IntakeChannel).where(IntakeChannel.kind == kind, IntakeChannel.enabled)
    )
    return found


async def by_key(session: AsyncSession, mail_key: str) -> Incoming | None:
    """Return the mail of the tenant that was taken in under a key."""
    found: Incoming | None = await session.scalar(select(Incoming).where(Incoming.mail_key == mail_key))
    return found


async def find(session: AsyncSession, incoming_id: UUID) -> tuple[Incoming, str | None] | None:
    """Return a mail of the tenant, and the reference of the complaint it went to."""
    row = (await session.execute(_with_reference().where(Incoming.id == incoming_id))).first()
    return None if row is None else (row[0], row[1])


async def page(
    session: AsyncSession, *, state: str | None, after: After | None, limit: int
) -> Sequence[tuple[Incoming, str | None]]:
    """Return mails of the tenant, the newest first, each with the reference of the complaint it went to."""
    key = tuple_(Incoming.taken_in_at, Incoming.id)
    query = (
        _with_reference()
        .where(
            true() if state is None else Incoming.state == state,
            true() if after is None else key < tuple_(after.taken_in_at, after.id),
        )
        .order_by(Incoming.taken_in_at.desc(), Incoming.id.desc())
        .limit(limit)
    )
    return [(row[0], row[1]) for row in await session.execute(query)]


def _with_reference() -> Select[Incoming, str | None]:
    # What logged it is there before the complaint is, and knows the reference.
    return (
        select(Incoming, func.coalesce(Complaint.reference, Submission.reference))
        .outerjoin(Complaint, Complaint.id == Incoming.complaint_id)
        .outerjoin(Submission, Submission.id == Incoming.submission_id)
    )


async def sent_since(session: AsyncSession, address: str, since: datetime) -> int:
    """Count what came from an address, and was logged, since an instant."""
    query = select(func.count()).where(
        func.lower(Incoming.from_address) == address.lower(), Incoming.state == "logged", Incoming.taken_in_at > since
    )
    return int(await session.scalar(query) or 0)


async def is_own_notice(session: AsyncSession, organisation_id: UUID, notice_id: UUID) -> bool:
    """Say whether a notice is an organisation's own."""
    query = select(Notice.id).where(Notice.id == notice_id, Notice.organisation_id == organisation_id)
    return await session.scalar(query) is not None


async def may_bounce(session: AsyncSession, organisation_id: UUID, notice_id: UUID, since: datetime) -> bool:
    """Say whether a notice is an organisation's own, goes by the mail gateway, and has not left before an instant.

    One whose hand-over is not written yet may have left all the same.
    """
    gone = (NoticeState.QUEUED, NoticeState.HANDED_OVER, NoticeState.DELIVERED, NoticeState.FAILED)
    query = select(Notice.id).where(
        Notice.id == notice_id,
        Notice.organisation_id == organisation_id,
        Notice.channel == "email",
        Notice.carrier.is_(None),
        Notice.state.in_([each.value for each in gone]),
        func.coalesce(Notice.settled_at, Notice.released_at, Notice.drafted_at) >= since,
    )
    return await session.scalar(query) is not None


async def answered(session: AsyncSession, organisation_id: UUID, notice_ids: Sequence[UUID]) -> str | None:
    """Return the reference of the complaint of the first of some notices that is an organisation's own."""
    rows = await session.execute(
        select(Notice.id, Complaint.reference)
        .join(Complaint, Complaint.id == Notice.complaint_id)
        .where(Notice.id.in_(notice_ids), Notice.organisation_id == organisation_id)
    )
    found = {row[0]: row[1] for row in rows}
    return next((found[each] for each in notice_ids if each in found), None)


async def earlier(session: AsyncSession, *, caller: str, route: str, key: str) -> str | None:
    """Return the reference of what a caller logged under a key of a route."""
    found: str | None = await session.scalar(
        select(Submission.reference).where(
            Submission.caller == caller, Submission.route == route, Submission.idempotency_key == key
        )
    )
    return found
