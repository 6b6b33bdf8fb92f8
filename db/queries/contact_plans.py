"""SQL of contact plans: the one in force for a person, warnings that were sent, reviews, appeals, and the flag."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.notices import NoticeState
from db.models.contact_plan import ConductWarning, ContactPlan, ContactPlanAppeal, ContactPlanReview, StaffSafety
from db.models.correction import Contact
from db.models.organisation import Person
from db.models.work import Notice

_SENT = (NoticeState.RELEASED, NoticeState.QUEUED, NoticeState.HANDED_OVER, NoticeState.DELIVERED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Behaviour:
    """All that stands on a complaint about behaviour that is hard to manage, oldest first, and people's names."""

    warnings: Sequence[tuple[ConductWarning, bool]]
    plans: Sequence[ContactPlan]
    reviews: Sequence[ContactPlanReview]
    appeals: Sequence[ContactPlanAppeal]
    safety: Sequence[StaffSafety]
    names: dict[UUID, str]


async def next_number(session: AsyncSession, complaint_id: UUID) -> int:
    """Return the number of the next plan; the complaint's row is locked by whoever asks."""
    last = await session.scalar(select(func.max(ContactPlan.number)).where(ContactPlan.complaint_id == complaint_id))
    return (last or 0) + 1


async def in_force(session: AsyncSession, complaint_id: UUID, party_id: UUID | None = None) -> list[ContactPlan]:
    """Return the plans in force on a complaint, or that of one party."""
    query = select(ContactPlan).where(ContactPlan.complaint_id == complaint_id, ContactPlan.state == "in_force")
    if party_id is not None:
        query = query.where(ContactPlan.party_id == party_id)
    return list(await session.scalars(query.order_by(ContactPlan.number)))


async def is_warned(session: AsyncSession, complaint_id: UUID, party_id: UUID) -> bool:
    """Say whether a letter that warns somebody was sent: one that nobody released warned nobody."""
    found = await session.scalar(
        select(ConductWarning.id)
        .join(Notice, Notice.id == ConductWarning.notice_id)
        .where(
            ConductWarning.complaint_id == complaint_id,
            ConductWarning.party_id == party_id,
            Notice.state.in_([state.value for state in _SENT]),
        )
        .limit(1)
    )
    return found is not None


async def open_appeal(session: AsyncSession, plan_id: UUID) -> ContactPlanAppeal | None:
    """Return the appeal against a plan that nobody has decided."""
    found: ContactPlanAppeal | None = await session.scalar(
        select(ContactPlanAppeal).where(ContactPlanAppeal.plan_id == plan_id, ContactPlanAppeal.state == "open")
    )
    return found


async def deciders(session: AsyncSession, plan: ContactPlan) -> set[UUID]:
    """Return who decided a plan, or that it goes on."""
    found = await session.scalars(select(ContactPlanReview.decided_by).where(ContactPlanReview.plan_id == plan.id))
    return {plan.decided_by, *found}


async def heard_from(session: AsyncSession, complaint_id: UUID, party_id: UUID) -> list[datetime]:
    """Return when somebody was in touch with us, as the contact log has it."""
    found = await session.scalars(
        select(Contact.happened_at).where(
            Contact.complaint_id == complaint_id, Contact.party_id == party_id, Contact.direction == "in"
        )
    )
    return list(found)


async def behaviour_of(session: AsyncSession, complaint_id: UUID) -> Behaviour:
    """Return all that stands on a complaint about behaviour that is hard to manage."""
    warnings = await session.execute(
        select(ConductWarning, Notice.state.in_([state.value for state in _SENT]))
        .join(Notice, Notice.id == ConductWarning.notice_id)
        .where(ConductWarning.complaint_id == complaint_id)
        .order_by(ConductWarning.said_at, ConductWarning.id)
    )
    plans = await session.scalars(
        select(ContactPlan).where(ContactPlan.complaint_id == complaint_id).order_by(ContactPlan.number)
    )
    reviews = await session.scalars(
        select(ContactPlanReview)
        .where(ContactPlanReview.complaint_id == complaint_id)
        .order_by(ContactPlanReview.said_at, ContactPlanReview.id)
    )
    appeals = await session.scalars(
        select(ContactPlanAppeal)
        .where(ContactPlanAppeal.complaint_id == complaint_id)
        .order_by(ContactPlanAppeal.said_at, ContactPlanAppeal.id)
    )
    safety = await session.scalars(
        select(StaffSafety).where(StaffSafety.complaint_id == complaint_id).order_by(StaffSafety.said_at)
    )
    found = Behaviour(
        warnings=[(row[0], row[1]) for row in warnings],
        plans=list(plans),
        reviews=list(reviews),
        appeals=list(appeals),
        safety=list(safety),
        names={},
    )
    found.names.update(await _names(session, found))
    return found


async def _names(session: AsyncSession, found: Behaviour) -> dict[UUID, str]:
    people = [each.said_by for each, _ in found.warnings] + [each.said_by for each in found.safety]
    people += [each.single_contact_id for each in found.plans] + [each.decided_by for each in found.appeals]
    people += [each.decided_by for each in found.plans] + [each.decided_by for each in found.reviews]
    wanted = {each for each in people if each is not None}
    rows = await session.execute(select(Person.id, Person.name).where(Person.id.in_(wanted)))
    return {row.id: row.name for row in rows}
