"""SQL that shows how the bodies of a complaint stand: their issues, contacts, clocks, and all that was said."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from db.models.casework import Issue
from db.models.clock import ClockRow
from db.models.joint import BodyContact, Contribution, ContributionIssue, JointMessage
from db.queries.clocks import overdue_at


@dataclass(slots=True, kw_only=True)
class BodyStanding:
    """One contribution with all that is shown of it. A clock comes with whether it is overdue."""

    row: Contribution
    issues: list[Issue] = field(default_factory=list)
    contacts: list[BodyContact] = field(default_factory=list)
    clocks: list[tuple[ClockRow, bool]] = field(default_factory=list)
    messages: list[JointMessage] = field(default_factory=list)

    @property
    def overdue(self) -> bool:
        """Say whether a clock of the body itself has run out."""
        return any(late for clock, late in self.clocks if clock.contribution_id == self.row.id)

    @property
    def standing(self) -> str:
        """Return the one word for how it stands: escalated and overdue go before the state that they lie over."""
        if self.overdue:
            return "overdue" if self.row.level in (None, "contact") else "escalated"
        return self.row.state


async def standings(
    session: AsyncSession, complaint_id: UUID, now: datetime, *, one: UUID | None = None, messages: bool = False
) -> list[BodyStanding]:
    """Return how the bodies of a complaint, or one of them, stand, by their numbers."""
    query = select(Contribution).where(Contribution.complaint_id == complaint_id).order_by(Contribution.number)
    rows = await session.scalars(query if one is None else query.where(Contribution.id == one))
    found = {row.id: BodyStanding(row=row) for row in rows}
    for row_id, issues in (await _issues(session, list(found))).items():
        found[row_id].issues = issues
    for contact in await _all(session, BodyContact, BodyContact.contribution_id, found, BodyContact.said_at):
        if contact.ended_at is None:
            found[contact.contribution_id].contacts.append(contact)
    for clock, late in await _clocks(session, list(found), now):
        found[_whose(clock, found)].clocks.append((clock, late))
    if messages:
        order = (JointMessage.said_at, JointMessage.seq.nulls_first(), JointMessage.id)
        for message in await _all(session, JointMessage, JointMessage.contribution_id, found, *order):
            found[message.contribution_id].messages.append(message)
    return list(found.values())


async def _issues(session: AsyncSession, ids: list[UUID]) -> dict[UUID, list[Issue]]:
    found: dict[UUID, list[Issue]] = defaultdict(list)
    rows = await session.execute(
        select(ContributionIssue.contribution_id, Issue)
        .join(Issue, Issue.id == ContributionIssue.issue_id)
        .where(ContributionIssue.contribution_id.in_(ids), ContributionIssue.removed_at.is_(None))
        .order_by(Issue.number)
    )
    for contribution_id, issue in rows:
        found[contribution_id].append(issue)
    return found


async def _clocks(session: AsyncSession, ids: list[UUID], now: datetime) -> list[tuple[ClockRow, bool]]:
    rows = await session.execute(
        select(ClockRow, overdue_at(now))
        .where(or_(ClockRow.contribution_id.in_(ids), ClockRow.subject_id.in_(ids)))
        .order_by(ClockRow.due_at, ClockRow.id)
    )
    return [(row[0], row[1]) for row in rows]


def _whose(clock: ClockRow, found: dict[UUID, BodyStanding]) -> UUID:
    whose = clock.contribution_id if clock.contribution_id in found else clock.subject_id
    assert whose is not None
    return whose


async def _all(
    session: AsyncSession, model: type[Any], key: InstrumentedAttribute[UUID], ids: dict[UUID, Any], *order: Any
) -> list[Any]:
    return list(await session.scalars(select(model).where(key.in_(list(ids))).order_by(*order)))
