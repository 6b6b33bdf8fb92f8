"""SQL of findings, initial views and comments: what counts now, and every version of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from db.models.complaint import Party
from db.models.findings import Finding, InitialViews, ViewsComment, ViewsRecipient
from db.models.organisation import Person
from db.models.work import Notice

# Whether the letter to the complainant has left, or at least somebody has let it go.
_UNSENT = frozenset({"draft", "discarded", "withheld", "failed"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """The letter of a round: whether it is out, and when somebody released it."""

    out: bool
    released_at: datetime | None


async def versions_of(session: AsyncSession, complaint_id: UUID) -> list[tuple[Finding, str | None]]:
    """Return every version of a complaint's findings, of each issue the first one first, with who found it."""
    rows = await session.execute(
        select(Finding, Person.name)
        .outerjoin(Person, Person.id == Finding.found_by)
        .where(Finding.complaint_id == complaint_id)
        .order_by(Finding.issue_id, Finding.version)
    )
    return [(row[0], row[1]) for row in rows]


async def present(session: AsyncSession, complaint_id: UUID) -> dict[UUID, Finding]:
    """Return the finding that counts now, by issue."""
    rows = await session.scalars(
        select(Finding).where(Finding.complaint_id == complaint_id).order_by(Finding.issue_id, Finding.version)
    )
    return {finding.issue_id: finding for finding in rows}


async def rounds_of(session: AsyncSession, complaint_id: UUID) -> list[InitialViews]:
    """Return a complaint's rounds of initial views, shared or skipped, the first one first."""
    rows = await session.scalars(
        select(InitialViews).where(InitialViews.complaint_id == complaint_id).order_by(InitialViews.round)
    )
    return list(rows)


async def recipients_of(session: AsyncSession, complaint_id: UUID) -> list[tuple[ViewsRecipient, str | None]]:
    """Return with whom a complaint's initial views were shared, with their names."""
    rows = await session.execute(
        select(ViewsRecipient, Party.name, Person.name)
        .outerjoin(Party, Party.id == ViewsRecipient.party_id)
        .outerjoin(Person, Person.id == ViewsRecipient.person_id)
        .where(ViewsRecipient.complaint_id == complaint_id)
        .order_by(ViewsRecipient.shared_on, ViewsRecipient.id)
    )
    return [(row[0], row[1] or row[2]) for row in rows]


async def comments_of(session: AsyncSession, complaint_id: UUID) -> list[tuple[ViewsComment, str | None, str | None]]:
    """Return the comments on a complaint's initial views, oldest first, with the names of who made and who weighed."""
    weigher = aliased(Person)
    rows = await session.execute(
        select(ViewsComment, Party.name, Person.name, weigher.name)
        .outerjoin(Party, Party.id == ViewsComment.party_id)
        .outerjoin(Person, Person.id == ViewsComment.person_id)
        .outerjoin(weigher, weigher.id == ViewsComment.said_by)
        .where(ViewsComment.complaint_id == complaint_id)
        .order_by(ViewsComment.received_on, ViewsComment.said_at, ViewsComment.act_id)
    )
    return [(row[0], row[0].whom or row[1] or row[2], row[3]) for row in rows]


async def letter_of(session: AsyncSession, round_: InitialViews) -> Letter | None:
    """Return how the letter of a round stands; None where none was written."""
    if round_.notice_id is None:
        return None
    row = (
        await session.execute(select(Notice.state, Notice.released_at).where(Notice.id == round_.notice_id))
    ).one_or_none()
    return None if row is None else Letter(out=row[0] not in _UNSENT, released_at=row[1])


async def all_commented(session: AsyncSession, views_id: UUID) -> bool:
    """Say whether everybody with whom a round was shared has commented on it."""
    heard = select(ViewsComment.id).where(
        ViewsComment.views_id == views_id,
        (ViewsComment.party_id == ViewsRecipient.party_id) | (ViewsComment.person_id == ViewsRecipient.person_id),
    )
    silent = await session.scalar(
        select(ViewsRecipient.id).where(ViewsRecipient.views_id == views_id, ~heard.exists()).limit(1)
    )
    return silent is None
