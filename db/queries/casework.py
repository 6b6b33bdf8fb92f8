"""SQL of early resolution and of a closer look: attempts, issues, plans, and who has a part in a case."""

from __future__ import annotations

import json
from typing import Final
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from db.models.act import CaseEvent
from db.models.casework import CaseRole, InvestigationPlan, Issue, IssueVersion, ResolutionAttempt
from db.models.complaint import Complaint
from db.models.organisation import Person
from db.models.work import Task

# Events that say whose a case is.
_OWNED: Final = ("complaint.logged", "owner.assigned")


async def issues_of(session: AsyncSession, complaint_id: UUID) -> list[Issue]:
    """Return a complaint's issues in the order of their numbers, those taken back included."""
    found = await session.scalars(select(Issue).where(Issue.complaint_id == complaint_id).order_by(Issue.number))
    return list(found)


async def issue_versions_of(session: AsyncSession, complaint_id: UUID) -> list[IssueVersion]:
    """Return the earlier words of a complaint's issues, oldest first."""
    found = await session.scalars(
        select(IssueVersion)
        .where(IssueVersion.complaint_id == complaint_id)
        .order_by(IssueVersion.issue_id, IssueVersion.version)
    )
    return list(found)


async def present_role(session: AsyncSession, complaint_id: UUID, role: str) -> CaseRole | None:
    """Return who has a part in a case now."""
    found: CaseRole | None = await session.scalar(
        select(CaseRole).where(CaseRole.complaint_id == complaint_id, CaseRole.role == role, CaseRole.ends_on.is_(None))
    )
    return found


async def roles_of(session: AsyncSession, complaint_id: UUID) -> list[tuple[CaseRole, str | None]]:
    """Return everybody who has or had a part in a case, each with their name, oldest first."""
    rows = await session.execute(
        select(CaseRole, Person.name)
        .outerjoin(Person, Person.id == CaseRole.person_id)
        .where(CaseRole.complaint_id == complaint_id)
        .order_by(CaseRole.said_at, CaseRole.ends_on.asc().nulls_last(), CaseRole.id)
    )
    return [(row[0], row[1]) for row in rows]


async def handled(session: AsyncSession, complaint_id: UUID, person_id: UUID) -> bool:
    """Say whether a person owns or ever owned a complaint, or has or had a part in it."""
    owner = await session.scalar(select(Complaint.owner_id).where(Complaint.id == complaint_id))
    part = select(CaseRole.id).where(CaseRole.complaint_id == complaint_id, CaseRole.person_id == person_id)
    if owner == person_id or await session.scalar(part.limit(1)) is not None:
        return True
    owned = await session.scalars(
        select(CaseEvent.data).where(CaseEvent.complaint_id == complaint_id, CaseEvent.kind.in_(_OWNED))
    )
    named = [json.loads(data) for data in owned]
    return str(person_id) in {each.get(whose) for each in named for whose in ("owner_id", "old_owner_id")}


async def had_part_in_another_tier(
    session: AsyncSession, complaint_id: UUID, person_id: UUID, tier: str | None
) -> bool:
    """Say whether a person had a part in a case in another tier than the present one."""
    part = select(CaseRole.id).where(
        CaseRole.complaint_id == complaint_id,
        CaseRole.person_id == person_id,
        CaseRole.tier.is_distinct_from(tier),
    )
    return await session.scalar(part.limit(1)) is not None


async def give_part_tasks(session: AsyncSession, complaint_id: UUID, role: str, person_id: UUID) -> None:
    """Give the open tasks of a part in a case to whoever has that part now."""
    await session.execute(
        update(Task)
        .where(Task.complaint_id == complaint_id, Task.role == role, Task.state == "open")
        .values(assignee_id=person_id)
    )


async def attempts_of(session: AsyncSession, complaint_id: UUID) -> list[ResolutionAttempt]:
    """Return the attempts at resolving a complaint, oldest first."""
    found = await session.scalars(
        select(ResolutionAttempt)
        .where(ResolutionAttempt.complaint_id == complaint_id)
        .order_by(ResolutionAttempt.number)
    )
    return list(found)


async def latest_plan(session: AsyncSession, complaint_id: UUID) -> InvestigationPlan | None:
    """Return the plan of the investigation that counts."""
    found: InvestigationPlan | None = await session.scalar(
        select(InvestigationPlan)
        .where(InvestigationPlan.complaint_id == complaint_id)
        .order_by(InvestigationPlan.version.desc())
        .limit(1)
    )
    return found


async def plans_of(session: AsyncSession, complaint_id: UUID) -> list[tuple[InvestigationPlan, str | None, str | None]]:
    """Return every version of the plan, latest first, with the names of the decision-maker and of who shared it."""
    decides, shared = aliased(Person), aliased(Person)
    rows = await session.execute(
        select(InvestigationPlan, decides.name, shared.name)
        .outerjoin(decides, decides.id == InvestigationPlan.decision_maker_id)
        .outerjoin(shared, shared.id == InvestigationPlan.shared_by)
        .where(InvestigationPlan.complaint_id == complaint_id)
        .order_by(InvestigationPlan.version.desc())
    )
    return [(row[0], row[1], row[2]) for row in rows]
