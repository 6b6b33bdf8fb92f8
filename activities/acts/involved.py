"""One member of staff's involvement in the hands of an act: found, its steps written down, its clocks, its end."""

from __future__ import annotations

from datetime import date
from typing import Final
from uuid import UUID

from activities.acts import ledger, letters
from activities.acts.case import Case, Refused, refuse_if
from activities.acts.ledger import Terms
from contracts.failures import Refusal
from contracts.involvements import InvolvementState
from db.models.clock import ClockRow
from db.models.involvement import Involvement, InvolvementStep
from db.models.organisation import Person
from db.queries import involvements, people, tasks

SUPPORTER: Final = "supporter"
_TOLD: Final = (InvolvementState.TOLD, InvolvementState.OUTCOME_TOLD)


async def find(case: Case, involvement_id: UUID) -> Involvement:
    """Return an involvement of this very complaint that has not ended."""
    row = await case.session.get(Involvement, involvement_id)
    if row is None or row.complaint_id != case.complaint.id:
        raise Refused(Refusal.UNKNOWN_INVOLVEMENT)
    refuse_if(row.state == InvolvementState.ENDED, Refusal.INVOLVEMENT_ENDED)
    return row


async def find_for_others(case: Case, involvement_id: UUID) -> Involvement:
    """Return an involvement for what others do about it: nobody does that in their own matter."""
    row = await find(case, involvement_id)
    refuse_own(case, row)
    return row


def refuse_own(case: Case, row: Involvement) -> None:
    """Refuse what the member of staff themself says of what others owe them."""
    refuse_if(case.actor_id is not None and case.actor_id == row.person_id, Refusal.CONFLICT_OF_INTEREST)


async def find_told(case: Case, involvement_id: UUID) -> Involvement:
    """Return an involvement of somebody who was told what is complained of."""
    row = await find(case, involvement_id)
    refuse_if(row.state not in _TOLD, Refusal.NOT_TOLD_YET)
    return row


async def who_did(case: Case, row: Involvement, by_id: UUID | None) -> UUID | None:
    """Return who did something for a member of staff: who is named, else their supporter, else whoever says it."""
    if by_id is None:
        return row.supporter_id or case.actor_id
    refuse_if(by_id == row.person_id, Refusal.CONFLICT_OF_INTEREST)
    refuse_if(await case.session.get(Person, by_id) is None, Refusal.UNKNOWN_PERSON)
    return by_id


async def check_supporter(case: Case, supporter_id: UUID, person_id: UUID | None) -> None:
    """Refuse a supporter who does not work here, or who is the member of staff themself."""
    refuse_if(await people.active_person(case.session, supporter_id) is None, Refusal.UNKNOWN_PERSON)
    refuse_if(supporter_id == person_id, Refusal.CONFLICT_OF_INTEREST)


async def step(
    case: Case,
    row: Involvement,
    kind: str,
    happened_on: date,
    *,
    about: str | None = None,
    how: str | None = None,
    until: date | None = None,
    by_id: UUID | None = None,
    words: str | None = None,
) -> InvolvementStep:
    """Write down what was done for a member of staff, and have their workflow look."""
    found = InvolvementStep(
        id=case.new_id(f"step/{kind}/{row.id}"),
        organisation_id=row.organisation_id,
        complaint_id=row.complaint_id,
        involvement_id=row.id,
        number=await involvements.next_step(case.session, row.id),
        kind=kind,
        about=about,
        how=how,
        happened_on=happened_on,
        until=until,
        by_id=by_id,
        words=words,
        act_id=case.act.act_id,
        said_by=case.actor_id,
        said_at=case.at,
    )
    case.session.add(found)
    case.involved.add(row.id)
    await case.session.flush()
    return found


async def begin(case: Case, row: Involvement, kind: str, on: date, terms: Terms) -> ClockRow:
    """Start a clock of a member of staff, or its next generation."""
    return await ledger.arm(case, kind, on, terms, row.id)


async def stop(case: Case, row: Involvement, kind: str, cause: str) -> None:
    """Stop a clock of a member of staff, if it runs."""
    if running := await ledger.running(case, kind, row.id):
        await ledger.stop(case, running, cause)


async def task_done(case: Case, row: Involvement, kind: str) -> None:
    """Mark the open tasks of a kind about a member of staff as done, by whoever acts."""
    await tasks.end_open(
        case.session, case.complaint.id, at=case.at, subject_id=row.id, kind=kind, done_by=case.actor_id, done=True
    )


async def finish(case: Case, row: Involvement, cause: str) -> None:
    """End an involvement: its clocks stop, its tasks end, and what was not released to them is discarded."""
    for clock in await involvements.running_clocks(case.session, row.id):
        await ledger.stop(case, clock, cause)
    drafts = await involvements.drafts_to(case.session, row.id)
    await letters.discard(case, drafts, cause)
    for notice in drafts:
        await tasks.end_open(case.session, case.complaint.id, at=case.at, notice_id=notice.id)
    await tasks.end_open(case.session, case.complaint.id, at=case.at, subject_id=row.id)
    row.state, row.ended_on, row.ended_cause = InvolvementState.ENDED.value, case.on, cause
    case.involved.add(row.id)
    case.event("staff.ended", involvement_id=row.id, cause=cause)
