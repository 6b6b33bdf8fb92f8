"""A contribution in the hands of an act: found, spoken to, changed. What is said to a body is written here, and nowhere
else: no detail leaves that consent does not cover (SI 2009/309 reg 7(3)).
"""

from __future__ import annotations

from uuid import UUID

from activities.acts import body_letters, joint_consent, partners_told
from activities.acts.case import Case, Refused, refuse_if
from contracts.failures import Refusal
from contracts.joint import PROTOCOL, ContributionState
from db.joint_messages import DISCLOSES_NOTHING, ToBody, kind_of, to_json
from db.models.joint import Contribution, JointMessage
from db.queries import joint as contributions

_SPOKEN_WITH = frozenset(ContributionState) - {ContributionState.CONSENT_BLOCKED, ContributionState.RELEASED}


async def find(case: Case, contribution_id: UUID) -> Contribution:
    """Return a contribution to this very complaint, whatever its state."""
    row = await case.session.get(Contribution, contribution_id)
    if row is None or row.complaint_id != case.complaint.id:
        raise Refused(Refusal.UNKNOWN_CONTRIBUTION)
    return row


async def find_live(case: Case, contribution_id: UUID) -> Contribution:
    """Return a contribution that was not released."""
    row = await find(case, contribution_id)
    refuse_if(row.state == ContributionState.RELEASED, Refusal.CONTRIBUTION_RELEASED)
    return row


def touch(case: Case, row: Contribution) -> None:
    """Have the workflow of a contribution look: something happened to it."""
    case.contributing.add(row.id)


def move(case: Case, row: Contribution, state: ContributionState) -> None:
    """Put a contribution into a state, and journal it."""
    if row.state == state:
        return
    before, row.state = row.state, state.value
    case.event("contribution.moved", contribution_id=row.id, body=row.code, before=before, state=row.state)
    touch(case, row)


async def post(case: Case, row: Contribution, message: ToBody) -> JointMessage | None:
    """Write a message to a body; it finds its way by itself. None, and an event, where consent does not cover it.

    Whether it still covers it is asked again when the body reads it (row-level security, and the door of the protocol).
    """
    kind = kind_of(message)
    discloses = kind not in DISCLOSES_NOTHING
    if discloses and not await is_open(case, row):
        case.event("contribution.withheld", contribution_id=row.id, body=row.code, message=kind)
        return None
    row.sent += 1
    found = JointMessage(
        id=case.new_id(f"joint/{row.id}/{row.sent}/{kind}"),
        organisation_id=row.organisation_id,
        complaint_id=row.complaint_id,
        contribution_id=row.id,
        recipient_organisation_id=row.body_organisation_id,
        direction="out",
        seq=row.sent,
        kind=kind,
        protocol=PROTOCOL,
        body=to_json(message),
        discloses=discloses,
        act_id=case.act.act_id,
        said_by=case.actor_id,
        said_at=case.at,
    )
    case.session.add(found)
    await case.session.flush()
    case.event("contribution.told", contribution_id=row.id, body=row.code, message=kind, seq=row.sent, id=found.id)
    touch(case, row)
    await partners_told.queue(case, row, found)
    await body_letters.announce(case, row, kind, message)
    return found


async def is_open(case: Case, row: Contribution) -> bool:
    """Say whether consent covers today that a body is told, and keep until when it may read what it was told."""
    covered = await joint_consent.covers(case, row)
    row.open_until = covered.until if covered.may else row.open_until
    return covered.may and row.open_to_body


async def split_of(case: Case) -> list[Contribution]:
    """Return the bodies that answer their issues themselves: consent covers them no more."""
    live = await contributions.of_complaint(case.session, case.complaint.id, live=True)
    return [row for row in live if row.split_on is not None]


def is_spoken_with(row: Contribution) -> bool:
    """Say whether a body was invited and is still part of it."""
    return ContributionState(row.state) in _SPOKEN_WITH
