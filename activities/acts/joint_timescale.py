"""One timescale across the bodies: set, agreed or not by each, and then agreed with the person as ever (R-49)."""

from __future__ import annotations

from datetime import date
from typing import Final

from activities.acts import joint, ledger, taking_part
from activities.acts.case import Case, Refused, refuse_if
from activities.acts.ledger import Terms
from contracts.failures import Refusal
from contracts.joint import ContributionState as State
from db.joint_messages import Timescale, TimescaleView
from db.lead_said import SetJointTimescale
from db.models.joint import Contribution
from db.models.leading import JointTimescale, JointTimescaleView
from db.queries import leading, tasks

CLOCK: Final = "joint_timescale"
CONTRIBUTION: Final = "body_contribution"
_AGREE: Final = "agree_with_person"
_DISAGREED: Final = "timescale_disagreed"
# Whose part is still to come for the first time: a part that was sent back has a date of its own.
_STILL_TO_COME: Final = frozenset({State.ACCEPTED, State.CONTRIBUTING})


async def set_timescale(case: Case, said: SetJointTimescale) -> None:
    """Set by when contributions come and by when the person has the response; ask the bodies, and the owner."""
    bodies = await taking_part.hearing(case)
    refuse_if(not bodies, Refusal.UNKNOWN_BODY)
    before = await leading.present_timescale(case.session, case.complaint.id)
    await _check(case, said, before)
    row = JointTimescale(
        id=case.new_id("timescale"),
        organisation_id=case.complaint.organisation_id,
        complaint_id=case.complaint.id,
        number=before.number + 1 if before is not None else 1,
        contribute_by=said.contribute_by,
        respond_by=said.respond_by,
        reason=said.reason,
        said_by=case.actor_id,
        said_at=case.at,
        act_id=case.act.act_id,
    )
    case.session.add(row)
    await case.session.flush()
    case.event("timescale.proposed", number=row.number, contribute_by=row.contribute_by, respond_by=row.respond_by)
    for kind in (_AGREE, _DISAGREED):
        await tasks.end_open(case.session, case.complaint.id, at=case.at, kind=kind)
    for body in bodies:
        await _tell(case, body, row)
        await _date(case, body, row, "timescale_set")
    await ledger.meet_if_running(case, CLOCK, case.on)
    await case.task(_AGREE, "owner")


async def timescale_view(case: Case, row: Contribution, said: TimescaleView) -> None:
    """Hear whether a body can keep to the timescale. All can: agreed. One cannot: the owner looks at it."""
    refuse_if(not taking_part.has_accepted(row), Refusal.NOT_ACCEPTED_YET)
    present = await leading.present_timescale(case.session, case.complaint.id)
    if present is None:
        raise Refused(Refusal.CONTRADICTS_RECORD)
    refuse_if(said.agrees and said.contribute_by not in (None, present.contribute_by), Refusal.CONTRADICTS_RECORD)
    refuse_if(not said.agrees and not (said.reason or said.contribute_by), Refusal.REASON_NEEDED)
    await _keep_view(case, row, present, said)
    if said.agrees:
        await tasks.end_open(case.session, case.complaint.id, at=case.at, kind=_DISAGREED, subject_id=row.id)
        await _settle_if_agreed(case, present)
    elif not await tasks.is_open(case.session, case.complaint.id, _DISAGREED, row.id):
        await case.task(_DISAGREED, "owner", name=str(row.id), subject_id=row.id)


async def on_accept(case: Case, row: Contribution) -> None:
    """Give a body that takes part the timescale, and its date; with none yet, start the clock on setting one."""
    present = await leading.present_timescale(case.session, case.complaint.id)
    if present is not None:
        await _tell(case, row, present)
        await _date(case, row, present, "accepted")
    elif case.complaint.open and case.procedure.has_clock(CLOCK) and await ledger.running(case, CLOCK) is None:
        await ledger.arm(case, CLOCK, case.on, Terms(cause="body_accepted"))


async def due_again(case: Case, row: Contribution, cause: str) -> None:
    """Give a body that owes its part again the date on which parts come, where there is one."""
    present = await leading.present_timescale(case.session, case.complaint.id)
    if present is not None:
        await _date(case, row, present, cause)


async def look_again(case: Case) -> None:
    """See whether the timescale is agreed now that a body is gone. With none left there is nobody to agree it with."""
    there = [each for each in await taking_part.hearing(case) if taking_part.has_accepted(each)]
    present = await leading.present_timescale(case.session, case.complaint.id)
    if there and present is not None:
        await _settle_if_agreed(case, present)
    elif not there and (clock := await ledger.running(case, CLOCK)):
        await ledger.stop(case, clock, "no_body_left")


async def _check(case: Case, said: SetJointTimescale, before: JointTimescale | None) -> None:
    refuse_if(not case.on < said.contribute_by < said.respond_by, Refusal.DATE_NOT_LATER)
    limit = await ledger.running(case, "relevant_period")
    # Once the six months have expired they bind no date any more: the response is owed as soon as practicable.
    refuse_if(limit is not None and case.on <= limit.due_on < said.respond_by, Refusal.PERIOD_BEYOND_LIMIT)
    if before is not None:
        same = (before.contribute_by, before.respond_by) == (said.contribute_by, said.respond_by)
        refuse_if(same, Refusal.NOTHING_CHANGES)
        refuse_if(not said.reason, Refusal.REASON_NEEDED)


async def _tell(case: Case, body: Contribution, row: JointTimescale) -> None:
    agreed = row.agreed_on is not None
    await joint.post(
        case,
        body,
        Timescale(contribute_by=row.contribute_by, respond_by=row.respond_by, agreed=agreed, reason=row.reason),
    )


async def _date(case: Case, body: Contribution, row: JointTimescale, cause: str) -> None:
    """Give a body its date, and the clock on it where its part is still to come. The complaint's clocks never wait."""
    body.contribute_by = row.contribute_by
    if State(body.state) not in _STILL_TO_COME or not case.procedure.has_clock(CONTRIBUTION):
        return
    running = await ledger.running(case, CONTRIBUTION, body.id)
    if running is not None and running.due_on == row.contribute_by:
        return
    given = _not_past(row.contribute_by, case.on)
    await ledger.arm(case, CONTRIBUTION, case.on, Terms(cause=cause, given=given, contribution_id=body.id), body.id)


def _not_past(given: date, today: date) -> date:
    """Return the date of a body: today for one that joins after the date of the others has passed."""
    return max(given, today)


async def _keep_view(case: Case, row: Contribution, present: JointTimescale, said: TimescaleView) -> None:
    case.session.add(
        JointTimescaleView(
            id=case.new_id(f"timescale_view/{row.id}"),
            organisation_id=row.organisation_id,
            complaint_id=row.complaint_id,
            contribution_id=row.id,
            timescale_id=present.id,
            number=await leading.next_view(case.session, JointTimescaleView, row.complaint_id),
            agrees=said.agrees,
            contribute_by=said.contribute_by,
            reason=said.reason,
            said_at=case.at,
            act_id=case.act.act_id,
        )
    )
    await case.session.flush()
    case.event(
        "timescale.viewed", contribution_id=row.id, body=row.code, agrees=said.agrees, contribute_by=said.contribute_by
    )
    joint.touch(case, row)


async def _settle_if_agreed(case: Case, present: JointTimescale) -> None:
    """Settle the timescale when every body that takes part agrees to it, and tell them."""
    if present.agreed_on is not None:
        return
    last = await leading.last_timescale_views(case.session, present.id)
    bodies = await taking_part.hearing(case)
    if not all(each.id in last and last[each.id].agrees for each in bodies if taking_part.has_accepted(each)):
        return
    present.agreed_on = case.on
    case.event("timescale.agreed", number=present.number, contribute_by=present.contribute_by)
    for body in bodies:
        await _tell(case, body, present)
