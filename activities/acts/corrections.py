"""Mistakes put right: a correction is an act of its own. What moves a statutory date needs another person."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from pydantic import TypeAdapter

from activities.acts import corrected_case, corrected_dates, corrected_letters, corrected_people, ledger
from activities.acts.case import Case, Refused, refuse_if
from activities.acts.change import Change, plain
from activities.acts.ledger import Terms
from activities.acts.papers import raise_late_item
from contracts.failures import Refusal
from db.models.correction import CorrectionRow
from db.office_said import (
    CodingCorrected,
    Correct,
    Correction,
    DecideCorrection,
    LetterMisdirected,
    LinkCorrected,
    OpenedInError,
    PartyCorrected,
    ReceiptCorrected,
)
from db.queries import corrections, tasks
from db.queries.corrections import AWAITING
from policies.clocks import derive

APPROVAL = "correction_approval"
_SAID: TypeAdapter[Correction] = TypeAdapter(Correction)


async def correct(case: Case, said: Correct) -> None:
    """Make a correction, or ask for another person's approval of it."""
    what = said.correction.what
    pending = await corrections.awaits_approval(case.session, case.complaint.id, what)
    refuse_if(pending, Refusal.CORRECTION_PENDING)
    change = await _weigh(case, said.correction)
    row = _row(case, said, change)
    case.session.add(row)
    await case.session.flush()
    if change.needs_approval:
        row.state = AWAITING
        await _ask(case, row, change)
    else:
        await _make(case, row, said.correction, change)


async def decide(case: Case, said: DecideCorrection) -> None:
    """Make a correction that another person approves, or let it be."""
    row = await case.session.get(CorrectionRow, said.correction_id)
    if row is None or row.complaint_id != case.complaint.id:
        raise Refused(Refusal.UNKNOWN_CORRECTION)
    refuse_if(row.state != AWAITING, Refusal.NOT_AWAITING_APPROVAL)
    # A machine has no eyes: whoever decides is a person, and another one.
    refuse_if(case.actor_id is None or case.actor_id == row.asked_by, Refusal.SAME_PERSON)
    refuse_if(not said.approved and not said.reason, Refusal.REASON_NEEDED)
    row.state = "made" if said.approved else "rejected"
    row.decided_by, row.decided_at, row.decision_reason = case.actor_id, case.at, said.reason
    await _end_asking(case, row)
    if not said.approved:
        case.event("correction.rejected", correction_id=row.id, what=row.what, asked_by=row.asked_by)
        return
    correction = _SAID.validate_python(row.said)
    await _make(case, row, correction, await _weigh_again(case, row, correction))


async def _ask(case: Case, row: CorrectionRow, change: Change) -> None:
    """Ask for another person's approval. After the end there is no workflow to own a clock: the task has a day."""
    if case.complaint.open:
        clock = await ledger.arm(case, APPROVAL, case.on, Terms(cause="correction_asked"), row.id)
        due_on = clock.due_on
    else:
        due_on = derive(case.procedure.clock(APPROVAL), started_on=case.on, calendars=case.calendars).due_on
    case.event("correction.asked", correction_id=row.id, what=row.what, **change.facts)
    # Without the clock's id: the task outlives the clock where the complaint ends meanwhile.
    await case.task("approve_correction", await _approver(case), name=str(row.id), due_on=due_on, subject_id=row.id)


async def _approver(case: Case) -> str:
    """Return the role that is asked: the complaints manager, unless they are the one who asks."""
    manager = await case.holder_of("complaints_manager")
    asks = manager is not None and manager.id == case.actor_id
    return "responsible_person" if asks else "complaints_manager"


async def _end_asking(case: Case, row: CorrectionRow) -> None:
    await tasks.end_open(
        case.session,
        case.complaint.id,
        at=case.at,
        subject_id=row.id,
        kind="approve_correction",
        done_by=case.actor_id,
        done=True,
    )
    await ledger.meet_if_running(case, APPROVAL, case.on, row.id)


async def _make(case: Case, row: CorrectionRow, correction: Correction, change: Change) -> None:
    row.state = "made"
    case.event("correction.made", correction_id=row.id, what=row.what, asked_by=row.asked_by, **change.facts)
    await raise_late_item(case, row.id)
    match correction:
        case ReceiptCorrected():
            await corrected_dates.make(case, correction)
        case PartyCorrected():
            await corrected_people.make(case, correction, row.id)
        case CodingCorrected():
            await corrected_case.make_coding(case, correction)
        case LinkCorrected():
            await corrected_case.make_link(case, correction)
        case OpenedInError():
            await corrected_case.make_error(case, correction, row.id)
        case LetterMisdirected():
            await corrected_letters.make(case, correction, row.id)


async def _weigh(case: Case, correction: Correction) -> Change:
    match correction:
        case ReceiptCorrected():
            return await corrected_dates.weigh(case, correction)
        case PartyCorrected():
            return await corrected_people.weigh(case, correction)
        case CodingCorrected():
            return await corrected_case.weigh_coding(case, correction)
        case LinkCorrected():
            return await corrected_case.weigh_link(case, correction)
        case OpenedInError():
            return await corrected_case.weigh_error(case, correction)
        case LetterMisdirected():
            return await corrected_letters.weigh(case, correction)


async def _weigh_again(case: Case, row: CorrectionRow, correction: Correction) -> Change:
    """Weigh on the present record what was approved. Refused where it is not what the approver was shown."""
    try:
        change = await _weigh(case, correction)
    except Refused as refused:
        ended = refused.refusal is Refusal.COMPLAINT_CLOSED
        raise Refused(Refusal.COMPLAINT_CLOSED if ended else Refusal.CORRECTION_STALE) from None
    same = plain(change.before) == row.before and plain(change.after) == row.after
    refuse_if(not same, Refusal.CORRECTION_STALE)
    return change


def _row(case: Case, said: Correct, change: Change) -> CorrectionRow:
    stored: dict[str, Any] = _SAID.dump_python(said.correction, mode="json")
    row_id: UUID = case.new_id("correction")
    return CorrectionRow(
        id=row_id,
        organisation_id=case.complaint.organisation_id,
        complaint_id=case.complaint.id,
        what=said.correction.what,
        said=stored,
        before=plain(change.before),
        after=plain(change.after),
        reason=said.reason,
        state="made",
        asked_by=case.actor_id,
        asked_at=case.at,
        act_id=case.act.act_id,
    )
