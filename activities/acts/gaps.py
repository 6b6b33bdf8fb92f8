"""A gap is named: the response goes without what a body owes, says so, and says what happens next (R-54)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from activities.acts import joint, joint_issues, ledger
from activities.acts.case import Case, refuse_if
from contracts.failures import Refusal
from contracts.joint import ContributionState as State
from db.models.joint import Contribution
from db.models.submissions import BodyGap
from db.queries import joint as contributions
from db.queries import submissions_of_bodies as rows
from db.submission_said import NameGap

Ground = Literal["late", "declined", "consent", "partial"]
# Of these one that has run out makes a body late.
_MAKE_LATE: Final = ("body_acceptance", "body_contribution", "body_revision")


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """A gap that is named and not closed. `reason` is the manager's, and not meant for the letter."""

    contribution: Contribution
    ground: str
    reason: str


async def name_gap(case: Case, said: NameGap) -> None:
    """Let the response go without a body's part. Refused while the body is neither late nor has it declined."""
    row = await joint.find_live(case, said.contribution_id)
    refuse_if(row.gap_named_on is not None, Refusal.NOTHING_CHANGES)
    ground = await ground_for(case, row)
    refuse_if(ground is None, Refusal.NOT_LATE_YET)
    gap = BodyGap(
        id=case.new_id(f"body_gap/{row.id}"),
        organisation_id=row.organisation_id,
        complaint_id=row.complaint_id,
        contribution_id=row.id,
        ground=ground,
        reason=said.reason,
        named_by=case.actor_id,
        named_on=case.on,
        act_id=case.act.act_id,
        said_at=case.at,
    )
    case.session.add(gap)
    row.gap_named_on = case.on
    case.event("contribution.gap_named", contribution_id=row.id, body=row.code, gap_id=gap.id, ground=ground)
    joint.touch(case, row)


async def ground_for(case: Case, row: Contribution) -> Ground | None:
    """Return why the response may go without a body's part; None where it has to be waited for."""
    state = State(row.state)
    if state is State.CONSENT_BLOCKED or row.split_on is not None:
        return "consent"  # nothing may be told to it, so nothing can come
    if state is State.DECLINED:
        return "declined"
    if state is State.SUBMITTED:
        return "partial" if await joint_issues.lacking(case, row) else None
    for kind in _MAKE_LATE:
        clock = await ledger.running(case, kind, row.id)
        if clock is not None and clock.due_at <= case.at:
            return "late"
    return None


async def of(case: Case) -> list[Gap]:
    """Return the gaps that are named, and not closed since, in the order of the bodies."""
    named = await rows.open_gaps(case.session, case.complaint.id)
    return [
        Gap(contribution=row, ground=named[row.id].ground, reason=named[row.id].reason)
        for row in await contributions.of_complaint(case.session, case.complaint.id)
        if row.id in named
    ]


async def taken_up(case: Case, row: Contribution) -> None:
    """Close the gap of a body that takes part after all: it had declined, or could not be told. One late stays so."""
    gap = (await rows.open_gaps(case.session, case.complaint.id)).get(row.id)
    if gap is None or gap.ground not in ("declined", "consent"):
        return
    if not await rows.response_signed_since(case.session, row):
        await close(case, row, "taken_up")


async def close(
    case: Case, row: Contribution, cause: Literal["approved", "supplement", "released", "taken_up"]
) -> None:
    """Close the gap of a body: its part came in time, or in a supplement; or nothing is asked of it any more."""
    gap = (await rows.open_gaps(case.session, case.complaint.id)).get(row.id)
    if gap is None:
        return
    gap.closed_on, gap.closed_cause = case.on, cause
    row.gap_named_on = None
    case.event("contribution.gap_closed", contribution_id=row.id, body=row.code, gap_id=gap.id, cause=cause)
    joint.touch(case, row)
