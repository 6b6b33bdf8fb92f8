"""SQL of the protocol's door: a contribution as the body may see it, what may be read of what was said, what came of
what it said.

What may be read is decided here, as row-level security decides it for a body of the same installation (`body_read`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.joint import Way
from db.models.complaint import Complaint
from db.models.joint import Contribution, JointMessage
from db.models.organisation import Organisation
from db.models.partners import Partner
from db.queries import joint


@dataclass(frozen=True, slots=True, kw_only=True)
class Behind:
    """What is behind the door of one contribution."""

    organisation: Organisation
    partner: Partner
    contribution: Contribution
    reference: str


async def behind(session: AsyncSession, contribution_id: UUID) -> Behind | None:
    """Return what is behind a door: a contribution of the tenant that goes by system, whose body was invited."""
    row = (
        await session.execute(
            select(Organisation, Partner, Contribution, Complaint.reference)
            .join(Partner, Partner.id == Contribution.partner_id)
            .join(Organisation, Organisation.id == Contribution.organisation_id)
            .join(Complaint, Complaint.id == Contribution.complaint_id)
            .where(
                Contribution.id == contribution_id,
                Contribution.way == Way.SYSTEM.value,
                Contribution.invited_on.is_not(None),
                Partner.ended_at.is_(None),
            )
        )
    ).first()
    return None if row is None else Behind(organisation=row[0], partner=row[1], contribution=row[2], reference=row[3])


def is_open(row: Contribution, now: datetime) -> bool:
    """Say whether consent covers now that a body reads what tells of the person."""
    return row.open_to_body and (row.open_until is None or now < row.open_until)


async def messages(session: AsyncSession, contribution_id: UUID, after: int, limit: int) -> Sequence[JointMessage]:
    """Return what was said to a body after a number, in order, so many at most, whether it may be read now or not."""
    rows = await session.scalars(
        select(JointMessage)
        .where(
            JointMessage.contribution_id == contribution_id, JointMessage.direction == "out", JointMessage.seq > after
        )
        .order_by(JointMessage.seq)
        .limit(limit)
    )
    return rows.all()


async def came_of(session: AsyncSession, contribution_id: UUID, message_id: UUID, act_id: UUID) -> JointMessage | None:
    """Return what was kept of a message by the act that took it in; else of the same message, said before."""
    own: JointMessage | None = await session.scalar(
        select(JointMessage).where(JointMessage.contribution_id == contribution_id, JointMessage.act_id == act_id,
                                   JointMessage.direction == "in")
    )  # fmt: skip
    return own or await joint.answer_to(session, contribution_id, message_id)
