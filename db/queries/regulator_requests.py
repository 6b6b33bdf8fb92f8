"""SQL of a regulator's request about several complaints: written with what is said of each, and read as it stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID, uuid5

from sqlalchemy import and_, select
from sqlalchemy.ext.asyncio import AsyncSession

from db.models.act import Submission
from db.models.complaint import Complaint
from db.models.proceeding import Proceeding
from db.models.referral import Referral, ReferralEnquiry, RegulatorRequest, RegulatorRequestItem
from db.queries.submissions import NewSubmission, append_submission


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One complaint of a request: what was said of it, and what came of that."""

    reference: str
    submission: Submission
    referral_id: UUID | None
    state: str | None
    enquiry: ReferralEnquiry | None


async def write(session: AsyncSession, row: RegulatorRequest, said: Sequence[NewSubmission]) -> None:
    """Write a request, and append what is said of each complaint, in one transaction."""
    session.add(row)
    await session.flush()
    # Two requests that name the same complaints wait for each other in one order.
    for new in sorted(said, key=lambda each: each.complaint_id):
        await append_submission(session, new)
    for position, new in enumerate(said, start=1):
        item = RegulatorRequestItem(
            id=uuid5(row.id, str(position)),
            organisation_id=row.organisation_id,
            request_id=row.id,
            position=position,
            submission_id=new.id,
        )
        session.add(item)
    await session.flush()


async def asked_of(session: AsyncSession, request_id: UUID) -> list[Asked]:
    """Return how each complaint of a request stands, in the order in which they were named."""
    rows = await session.execute(
        select(Complaint.reference, Submission, Referral.id, Proceeding.state, ReferralEnquiry)
        .select_from(RegulatorRequestItem)
        .join(Submission, Submission.id == RegulatorRequestItem.submission_id)
        .join(Complaint, Complaint.id == Submission.complaint_id)
        .outerjoin(Referral, Referral.act_id == Submission.id)
        .outerjoin(Proceeding, Proceeding.id == Referral.id)
        .outerjoin(ReferralEnquiry, and_(ReferralEnquiry.referral_id == Referral.id, ReferralEnquiry.number == 1))
        .where(RegulatorRequestItem.request_id == request_id)
        .order_by(RegulatorRequestItem.position)
    )
    return [
        Asked(reference=row[0], submission=row[1], referral_id=row[2], state=row[3], enquiry=row[4]) for row in rows
    ]
