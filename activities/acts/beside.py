"""A proceeding in the hands of an act: opened, found, moved, ended, and its clocks armed. Escalations, candour,
referrals and actions run beside a complaint, and are kept by workflows of their own.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from uuid import UUID

from activities.acts import ledger
from activities.acts.case import Case, Refused, refuse_if
from activities.acts.ledger import Terms
from contracts.failures import Refusal
from contracts.proceedings import ProceedingKind
from db.models.clock import ClockRow
from db.models.proceeding import Proceeding
from db.queries import proceedings, tasks

_UNKNOWN = {
    ProceedingKind.ESCALATION: Refusal.UNKNOWN_ESCALATION,
    ProceedingKind.CANDOUR: Refusal.UNKNOWN_INCIDENT,
    ProceedingKind.REFERRAL: Refusal.UNKNOWN_REFERRAL,
    ProceedingKind.ACTION: Refusal.UNKNOWN_ACTION,
}


async def begin(case: Case, kind: ProceedingKind, state: str, about: str, name: str = "") -> Proceeding:
    """Open a proceeding beside the case. `name` tells those apart that one act opens."""
    number = await proceedings.next_number(case.session, case.complaint.id, kind.value)
    row = Proceeding(
        id=case.new_id(f"proceeding/{kind.value}/{name}"),
        organisation_id=case.complaint.organisation_id,
        complaint_id=case.complaint.id,
        kind=kind.value,
        number=number,
        state=state,
        about=about,
        opened_on=case.on,
        opened_at=case.at,
        changes=0,
        heard=0,
        changed_at=case.act.now,
        act_id=case.act.act_id,
    )
    case.session.add(row)
    await case.session.flush()
    case.event(f"{kind.value}.opened", proceeding_id=row.id, number=number, about=about, state=state)
    touch(case, row)
    return row


async def find(case: Case, kind: ProceedingKind, proceeding_id: UUID) -> Proceeding:
    """Return a proceeding of a kind beside this very complaint, whatever its state."""
    row = await case.session.get(Proceeding, proceeding_id)
    if row is None or row.complaint_id != case.complaint.id or row.kind != kind.value:
        raise Refused(_UNKNOWN[kind])
    return row


async def find_live(case: Case, kind: ProceedingKind, proceeding_id: UUID) -> Proceeding:
    """Return a proceeding that has not ended."""
    row = await find(case, kind, proceeding_id)
    refuse_if(row.ended_on is not None, Refusal.PROCEEDING_ENDED)
    return row


def touch(case: Case, row: Proceeding) -> None:
    """Have the workflow of a proceeding look: something happened to it."""
    case.beside.add(row.id)


def move(case: Case, row: Proceeding, state: str) -> None:
    """Put a proceeding into a state, and journal it."""
    if row.state == state:
        return
    before, row.state = row.state, state
    case.event(f"{row.kind}.moved", proceeding_id=row.id, before=before, state=state)
    touch(case, row)


async def arm(
    case: Case, row: Proceeding, kind: str, on: date, terms: Terms, subject_id: UUID | None = None
) -> ClockRow:
    """Start a clock that the workflow of a proceeding keeps. It is about the proceeding, or about a part of it."""
    touch(case, row)
    return await ledger.arm(case, kind, on, replace(terms, proceeding_id=row.id), subject_id or row.id)


async def end(case: Case, row: Proceeding, state: str, cause: str) -> None:
    """End a proceeding: its clocks stop, and what was asked of people about it ends with them."""
    for clock in await proceedings.running_clocks(case.session, row.id):
        await ledger.stop(case, clock, cause)
    await tasks.end_open(case.session, case.complaint.id, at=case.at, subject_id=row.id)
    row.ended_on, row.ended_cause = case.on, cause
    move(case, row, state)
    case.event(f"{row.kind}.ended", proceeding_id=row.id, cause=cause)
    touch(case, row)
