"""Keeps, for reports, what is known of appointments; and counts who is trained and has objectives: never who.

An appointment is ended in its own row, and can be written down late. So each is kept in versions: known from the entry
of the office's ledger on that says so, and after whatever a report was compiled of.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from db.models.report_facts import FOREVER
from db.models.training import ObjectiveExample, ReportStaff, RoleObjective, TrainingRecord
from db.queries.report_scope import Scope

_CATCH_UP: Final = text(f"""
    with changed as materialized (
        select a.id, a.person_id, a.role, a.starts_on, a.ends_on, r.id as before,
               greatest(:mark, r.known_us, (select (extract(epoch from max(e.at)) * 1000000)::bigint
                                            from office_event e
                                            where e.organisation_id = :organisation and e.subject_id = a.id)) as known
        from appointment a
            left join report_staff r on r.appointment_id = a.id and r.until_us = {FOREVER}
        where a.organisation_id = :organisation
          and (r.id is null or (r.person_id, r.role, r.starts_on, r.ends_on)
                               is distinct from (a.person_id, a.role, a.starts_on, a.ends_on))
    ),
    ended as (
        update report_staff r set until_us = c.known from changed c where r.id = c.before returning r.id
    )
    select id, person_id, role, starts_on, ends_on, known from changed
""")
_ADD: Final = text("""
    insert into report_staff (id, organisation_id, appointment_id, person_id, role, starts_on, ends_on, known_us)
    values (gen_random_uuid(), :organisation, :id, :person_id, :role, :starts_on, :ends_on, :known)
""")


@dataclass(frozen=True, slots=True, kw_only=True)
class Trained:
    """How many people work on complaints, how many have which training, objectives, and a recent example."""

    staff: int
    by_course: dict[str, int]
    with_objectives: int
    with_examples: int


async def catch_up(session: AsyncSession, organisation_id: UUID, mark_us: int) -> None:
    """Note what became of appointments since this was last called. The caller holds the lock of the reports' facts."""
    changed = await session.execute(_CATCH_UP, {"organisation": organisation_id, "mark": mark_us})
    rows = [{"organisation": organisation_id, **row} for row in changed.mappings()]
    if rows:
        await session.execute(_ADD, rows)


async def trained(session: AsyncSession, scope: Scope, roles: Collection[str], examples_since: date) -> Trained:
    """Count the people who held one of some roles on the last day of a scope."""
    staff = _staff(scope, roles)
    valid = and_(
        _known(scope, TrainingRecord),
        TrainingRecord.person_id.in_(staff),
        TrainingRecord.done_on <= scope.last_on,
        or_(TrainingRecord.expires_on.is_(None), TrainingRecord.expires_on >= scope.last_on),
    )
    people = func.count(TrainingRecord.person_id.distinct())
    courses = await session.execute(select(TrainingRecord.course, people).where(valid).group_by(TrainingRecord.course))
    objectives = and_(
        _known(scope, RoleObjective), RoleObjective.person_id.in_(staff), RoleObjective.agreed_on <= scope.last_on
    )
    with_examples = (
        select(func.count(RoleObjective.person_id.distinct()))
        .join(ObjectiveExample, ObjectiveExample.objective_id == RoleObjective.id)
        .where(
            objectives,
            ObjectiveExample.known_us < scope.known_us,
            ObjectiveExample.on.between(examples_since, scope.last_on),
        )
    )
    having = select(func.count(RoleObjective.person_id.distinct())).where(objectives)
    return Trained(
        staff=await session.scalar(select(func.count()).select_from(staff.subquery())) or 0,
        by_course={course: number for course, number in courses},
        with_objectives=await session.scalar(having) or 0,
        with_examples=await session.scalar(with_examples) or 0,
    )


def _staff(scope: Scope, roles: Collection[str]) -> Select[UUID]:
    return (
        select(ReportStaff.person_id)
        .where(
            _known(scope, ReportStaff),
            ReportStaff.role.in_(roles),
            ReportStaff.starts_on <= scope.last_on,
            or_(ReportStaff.ends_on.is_(None), ReportStaff.ends_on >= scope.last_on),
        )
        .distinct()
    )


def _known(scope: Scope, table: type[ReportStaff] | type[TrainingRecord] | type[RoleObjective]) -> ColumnElement[bool]:
    return and_(
        table.organisation_id == scope.organisation_id,
        table.known_us < scope.known_us,
        table.until_us >= scope.known_us,
    )
