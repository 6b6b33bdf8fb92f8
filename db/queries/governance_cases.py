"""SQL of what a complaints panel may want to look at: serious cases, recurrences, what an Ombudsman upheld, and actions
after which the same happened again.
"""

from __future__ import annotations

from typing import Final
from uuid import UUID, uuid5

from sqlalchemy import exists, func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from db.models.complaint import Complaint, Party
from db.models.governance import Governance
from db.models.governance_meeting import PanelCase
from db.models.involvement import Involvement

MOST: Final = 50
# The weightiest reason first: a case is proposed once. What an earlier meeting was told is not proposed again; what was
# to be told at one that came to nothing is.
_FOUND = text("""
    select complaint_id, why from (
        select distinct on (complaint_id) complaint_id, why, rank, on_day from (
            select d.complaint_id, 'ombudsman' as why, 1 as rank, d.decided_on as on_day from referral_decision d
            where d.organisation_id = :organisation and d.kind = 'final' and d.outcome in ('upheld', 'partly_upheld')
              and d.decided_on between :first and :last
            union all
            select e.complaint_id, 'action_counted', 2,
                   (to_timestamp(e.at_us / 1000000.0) at time zone 'Europe/London')::date
            from case_event e
            where e.organisation_id = :organisation and e.kind in ('action.counted', 'action.checked')
              and e.at_us >= :first_us and e.at_us < :end_us
              and (e.kind = 'action.counted' or e.data::jsonb ->> 'result' = 'recurred')
            union all
            select r.complaint_id, 'recurrence', 3, r.found_on from recurrence r
            where r.organisation_id = :organisation and r.found_on between :first and :last
            union all
            select c.id, 'serious', 4, c.received_on from complaint c
            where c.organisation_id = :organisation and c.severity in ('serious', 'immediate')
              and c.received_on between :first and :last
            union all
            select c.id, 'serious', 4, c.received_on from complaint c join case_event e on e.complaint_id = c.id
            where c.organisation_id = :organisation and c.severity in ('serious', 'immediate')
              and e.kind = 'severity.raised' and e.at_us >= :first_us and e.at_us < :end_us
              and e.data::jsonb ->> 'severity' in ('serious', 'immediate')
        ) each order by complaint_id, rank
    ) found
    where exists (select 1 from complaint c where c.id = found.complaint_id and c.organisation_id = :organisation
                  and c.stage <> 'opened_in_error')
      and not exists (select 1 from panel_case p join governance g on g.id = p.occurrence_id
                      where p.complaint_id = found.complaint_id and p.state = 'approved' and g.series_id = :series
                      and g.state <> 'abandoned')
    order by rank, on_day, complaint_id limit :most
""")


async def propose(session: AsyncSession, row: Governance, first_us: int, end_us: int) -> int:
    """Put the cases of interest of a panel before it, each once; return how many were found."""
    found = await session.execute(
        _FOUND,
        {
            "organisation": row.organisation_id,
            "series": row.series_id,
            "first": row.first_on,
            "last": row.last_on,
            "first_us": first_us,
            "end_us": end_us,
            "most": MOST,
        },
    )
    cases: list[tuple[UUID, str]] = [(each.complaint_id, each.why) for each in found]
    for complaint_id, why in cases:
        case_id = uuid5(row.id, f"case/{complaint_id}")
        if await session.get(PanelCase, case_id) is None:
            session.add(
                PanelCase(
                    id=case_id,
                    organisation_id=row.organisation_id,
                    complaint_id=complaint_id,
                    occurrence_id=row.id,
                    why=why,
                    state="proposed",
                    proposed_at=row.changed_at,
                )
            )
    return len(cases)


async def unfit(session: AsyncSession, row: Governance) -> dict[UUID, str]:
    """Return the cases of a panel whose stories may not be told any more as they were to be, each with the reason.

    What was told at a meeting was told: whatever happens later changes nothing of it.
    """
    if row.held_on is not None:
        return {}
    rows = await session.execute(
        select(PanelCase, Complaint.stage, Party)
        .join(Complaint, Complaint.id == PanelCase.complaint_id)
        .outerjoin(Party, Party.id == PanelCase.party_id)
        .where(PanelCase.occurrence_id == row.id, PanelCase.state.in_(("chosen", "approved")))
    )
    found = {case.id: _why_unfit(stage, party if case.how == "with_consent" else None) for case, stage, party in rows}
    return {case_id: why for case_id, why in found.items() if why is not None}


def _why_unfit(stage: str, consenting: Party | None) -> str | None:
    if stage == "opened_in_error":
        return "opened_in_error"
    return None if consenting is None else cannot_consent(consenting)


def cannot_consent(party: Party) -> str | None:
    """Return why a story cannot be told with the consent of somebody: they have died, or are no part of it any more."""
    if party.death_known_at is not None:
        return "person_has_died"
    return "retired" if party.retired_at is not None or party.replaced_by is not None else None


async def is_about(session: AsyncSession, complaint_id: UUID, person_id: UUID) -> bool:
    """Say whether a complaint is, or was, about somebody who works here; not where they turned out not to be meant."""
    found: bool | None = await session.scalar(
        select(
            exists().where(
                Involvement.complaint_id == complaint_id,
                Involvement.person_id == person_id,
                func.coalesce(Involvement.ended_cause, "") != "not_concerned",
            )
        )
    )
    return bool(found)


async def by_reference(session: AsyncSession, organisation_id: UUID, reference: str) -> Complaint | None:
    """Return the organisation's own complaint of a reference, but for one opened in error."""
    found: Complaint | None = await session.scalar(
        select(Complaint).where(
            Complaint.reference == reference,
            Complaint.organisation_id == organisation_id,
            Complaint.stage != "opened_in_error",
        )
    )
    return found
