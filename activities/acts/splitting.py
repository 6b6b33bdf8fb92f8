"""The case splits from a body that consent covers no more, and is taken up with it again when consent comes (R-46)."""

from __future__ import annotations

from typing import Any, Final, Literal

from activities.acts import body_gone, inviting, joint, joint_consent, ledger, letters
from activities.acts.case import Case
from contracts.joint import ContributionState
from db.joint_messages import ConsentEnded
from db.models.joint import Contribution
from db.queries import clocks, tasks
from db.queries import joint as rows
from db.queries import submissions_of_bodies as rounds

Cause = Literal["refused", "withdrawn", "expired", "giver_has_died"]
LETTER: Final = "joint_split"
CAUSES: Final[dict[str, Cause]] = {
    "consent_withdrawn": "withdrawn",
    "consent_expired": "expired",
    "giver_has_died": "giver_has_died",
}


async def consent_given(case: Case, code: str) -> None:
    """Invite a body that consent covers from now on, or keep for how long it now covers it."""
    for row in await _named(case, code):
        covered = await joint_consent.covers(case, row)
        if not covered.may:
            await _not_covered(case, row, "withdrawn")
        elif row.open_to_body:
            row.open_until = covered.until
            joint.touch(case, row)
        elif case.complaint.open and row.state == ContributionState.CONSENT_BLOCKED:
            again = row.invited_on is not None
            await inviting.invite(case, row, covered, "consent_given")
            if again:
                await _tell_the_others(case, row)
    await case.session.flush()


async def consent_ended(case: Case, code: str, cause: str) -> None:
    """Split the case from a body that no other consent covers. `cause` is as the event of the consent names it."""
    for row in await _named(case, code):
        covered = await joint_consent.covers(case, row)
        if covered.may:
            row.open_until = covered.until
            joint.touch(case, row)
        else:
            await _not_covered(case, row, CAUSES[cause])


async def split(case: Case, row: Contribution, cause: Cause) -> None:
    """Let a body answer its own part itself: it is told only this, the others and the person are told, all stops.

    A body that was never invited is not told even that.
    """
    # As the body is told it, which may read the row in its own tenant; the event has the true cause.
    row.open_to_body, row.split_on, row.split_cause = False, case.on, told(cause).cause
    await _stop_clocks(case, row)
    await tasks.end_open(case.session, case.complaint.id, at=case.at, subject_id=row.id)
    if row.invited_on is not None:
        await joint.post(case, row, told(cause))
    joint.move(case, row, ContributionState.CONSENT_BLOCKED)
    case.event("contribution.split", contribution_id=row.id, body=row.code, cause=cause)
    joint.touch(case, row)
    await case.session.flush()
    if row.invited_on is not None:
        await _tell_the_others(case, row)
    await case.task(inviting.SPLIT, "owner", name=str(row.id), subject_id=row.id)
    await _tell_person(case, row)
    await body_gone.settle(case)


async def _named(case: Case, code: str) -> list[Contribution]:
    live = await rows.of_complaint(case.session, case.complaint.id, live=True)
    return [row for row in live if row.code == code]


async def _not_covered(case: Case, row: Contribution, cause: Cause) -> None:
    if row.state == ContributionState.CONSENT_BLOCKED or not row.open_to_body:
        return
    if row.state == ContributionState.APPROVED and await rounds.response_signed_since(case.session, row):
        # Its part has been answered in the one response: there is nothing to split. It reads nothing more.
        row.open_to_body = False
        await joint.post(case, row, told(cause))
        case.event("contribution.shut", contribution_id=row.id, body=row.code, cause=cause)
        return
    await split(case, row, cause)


def told(cause: Cause) -> ConsentEnded:
    """Return what the body is told: not that somebody has died, which is theirs to tell who may."""
    return ConsentEnded(cause="expired" if cause == "giver_has_died" else cause)


async def _stop_clocks(case: Case, row: Contribution) -> None:
    for clock in await clocks.running_clocks(case.session, case.complaint.id):
        if row.id in (clock.contribution_id, clock.subject_id):
            await ledger.stop(case, clock, "split")


async def _tell_the_others(case: Case, row: Contribution) -> None:
    for each in await rows.of_complaint(case.session, case.complaint.id, live=True):
        if each.id != row.id:
            await inviting.issues_changed(case, each)


async def _tell_person(case: Case, row: Contribution) -> None:
    """Draft the letter that says which body now answers its part itself; where nobody is to be written to, say so."""
    person = await letters.complainant(case)
    issues = await rows.issues_of(case.session, row.id)
    unwelcome = person.death_known_at is not None or person.retired_at is not None
    if not issues or unwelcome or case.complaint.stop_contact:
        case.event("contribution.split_not_told", contribution_id=row.id, body=row.code)
        return
    facts: dict[str, Any] = {
        "body_name": row.name,
        "separate_issues": "\n".join(f"{issue.number}. {issue.summary}" for issue in issues),
        "was_asked": row.invited_on is not None,
    }
    await letters.draft(case, LETTER, facts)
