"""SQL of how serious complaints are: the facts on record, the verdicts of the policy, and what people set."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from db.models.organisation import Person
from db.models.triage import SeveritySetting, TriageVerdict

# In one statement: every complaint that is opened asks it. The person whom it is about is the one affected, else
# whoever complains. What was refused or declined, is over, or was taken back counts for nothing.
_ON_RECORD: Final = text("""
    select
        (select coalesce(bool_or(p.ground = 'died' or (p.death_known_at is not null and (p.role = 'affected' or
                    (p.role = 'complainant' and not exists (select 1 from party o where o.complaint_id = p.complaint_id
                        and o.role = 'affected' and o.replaced_by is null and o.retired_at is null))))), false)
         from party p where p.complaint_id = :id and p.replaced_by is null and p.retired_at is null) as death,
        (select coalesce(bool_or(p.ground in ('child', 'lacks_capacity')), false)
         from party p where p.complaint_id = :id and p.replaced_by is null and p.retired_at is null) as vulnerable,
        (select coalesce(array_agg(distinct i.kind::text order by i.kind::text), '{}')
         from parallel_investigation i where i.complaint_id = :id and i.status in ('open', 'referred')) as parallel,
        (select coalesce(sum(coalesce(r.financial_loss, 0) + coalesce(r.injustice_amount, 0)) * 100, 0)::bigint
         from remedy r where r.complaint_id = :id and r.state not in ('rejected', 'declined')) as remedy_pence,
        (select count(*) from issue s where s.complaint_id = :id and s.state <> 'taken_back' and exists (
            select 1 from finding f where f.issue_id = s.id)) as findings,
        (select count(*) from issue s where s.complaint_id = :id and s.state <> 'taken_back' and
            (select f.outcome from finding f where f.issue_id = s.id order by f.version desc limit 1)
            in ('upheld', 'partially_upheld')) as upheld,
        (select count(*) from views_comment v where v.complaint_id = :id)
            + (select count(*) from staff_comment s where s.complaint_id = :id) as comments,
        exists (select 1 from incident i where i.complaint_id = :id and coalesce(i.notifiable, true)) as incident,
        (select coalesce(array_agg(distinct i.harm::text order by i.harm::text), '{}')
         from incident i where i.complaint_id = :id and i.notifiable and i.harm is not null) as incident_harms,
        exists (select 1 from recurrence r where r.complaint_id = :id) as recurrence
""")


@dataclass(frozen=True, slots=True, kw_only=True)
class OnRecord:
    """What is on record of a complaint, whoever asserts what."""

    death: bool
    vulnerable: bool
    parallel: tuple[str, ...]
    remedy_pence: int
    findings: int
    upheld: int
    comments: int
    incident: bool
    incident_harms: tuple[str, ...]
    recurrence: bool


async def on_record(session: AsyncSession, complaint_id: UUID) -> OnRecord:
    """Return the facts on record of a complaint."""
    found: dict[str, Any] = dict((await session.execute(_ON_RECORD, {"id": complaint_id})).mappings().one())
    lists = {name: tuple(found[name]) for name in ("parallel", "incident_harms")}
    return OnRecord(**found | lists)


async def last_verdict(session: AsyncSession, complaint_id: UUID) -> TriageVerdict | None:
    """Return the last verdict of the policy on a complaint."""
    found: TriageVerdict | None = await session.scalar(
        select(TriageVerdict)
        .where(TriageVerdict.complaint_id == complaint_id)
        .order_by(TriageVerdict.number.desc())
        .limit(1)
    )
    return found


async def reasons_ever(session: AsyncSession, complaint_id: UUID) -> frozenset[str]:
    """Return every reason that any verdict on a complaint had."""
    rows = await session.scalars(select(TriageVerdict.reasons).where(TriageVerdict.complaint_id == complaint_id))
    return frozenset(each["code"] for reasons in rows for each in reasons)


async def settings_that_count(session: AsyncSession, complaint_id: UUID) -> dict[str, SeveritySetting]:
    """Return what a person set that is in force, and what awaits a second person, by state."""
    rows = await session.scalars(
        select(SeveritySetting).where(
            SeveritySetting.complaint_id == complaint_id, SeveritySetting.state.in_(("in_force", "pending"))
        )
    )
    return {row.state: row for row in rows}


async def next_setting(session: AsyncSession, complaint_id: UUID) -> int:
    """Return the number of the next setting; the complaint's row is locked by whoever asks."""
    last = await session.scalar(
        select(SeveritySetting.number)
        .where(SeveritySetting.complaint_id == complaint_id)
        .order_by(SeveritySetting.number.desc())
        .limit(1)
    )
    return (last or 0) + 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """All that stands on a complaint about how serious it is, oldest first, and people's names."""

    verdicts: Sequence[TriageVerdict]
    settings: Sequence[SeveritySetting]
    names: dict[UUID, str]


async def judged(session: AsyncSession, complaint_id: UUID) -> Judged:
    """Return the verdicts and settings of a complaint, with the names of those who said them."""
    verdicts = await session.scalars(
        select(TriageVerdict).where(TriageVerdict.complaint_id == complaint_id).order_by(TriageVerdict.number)
    )
    settings = await session.scalars(
        select(SeveritySetting).where(SeveritySetting.complaint_id == complaint_id).order_by(SeveritySetting.number)
    )
    found, set_by = verdicts.all(), settings.all()
    people = {each.said_by for each in found} | {
        person for each in set_by for person in (each.asked_by, each.decided_by)
    }
    rows = await session.execute(select(Person.id, Person.name).where(Person.id.in_(people - {None})))
    return Judged(verdicts=found, settings=set_by, names={row[0]: row[1] for row in rows})
