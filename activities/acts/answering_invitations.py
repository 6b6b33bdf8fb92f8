"""A body answers its invitation: it takes part, with whom to speak to there, or it does not."""

from __future__ import annotations

from typing import Final

from activities.acts import body_contacts, body_gone, body_requests, gaps, joint, joint_timescale, leading, ledger
from activities.acts.case import Case, refuse_if
from activities.acts.heard_on import heard_on
from activities.acts.inviting import CLOCK
from contracts.failures import Refusal
from contracts.joint import ContributionState as State
from db.joint_messages import Accept, Decline
from db.joint_said import ContactSaid
from db.models.joint import Contribution
from db.queries import tasks

DECLINED: Final = "body_declined"
_LONGEST: Final = 64


async def accept(case: Case, row: Contribution, said: Accept) -> None:
    """Take in that a body takes part: for the first time, again after the case had split, or after it declined."""
    refuse_if(row.state not in (State.INVITED, State.DECLINED), Refusal.NOTHING_CHANGES)
    refuse_if(not said.contact.strip() or not said.senior_lead.strip(), Refusal.MESSAGE_MALFORMED)
    refuse_if(len(said.own_reference or "") > _LONGEST, Refusal.MESSAGE_MALFORMED)
    refuse_if(said.email is not None and not body_contacts.is_address(said.email), Refusal.MESSAGE_MALFORMED)
    on = heard_on(case)
    row.accepted_on, row.declined_on = on, None
    row.own_reference = said.own_reference or row.own_reference
    await body_contacts.put(
        case,
        row,
        ContactSaid(role="contact", name=said.contact, email=said.email, phone=said.phone),
        ContactSaid(role="senior_lead", name=said.senior_lead),
        keeps_addresses=True,
    )
    joint.move(case, row, State.ACCEPTED)
    await ledger.meet_if_running(case, CLOCK, on, row.id)
    await tasks.end_open(case.session, case.complaint.id, at=case.at, kind=DECLINED, subject_id=row.id)
    case.event("contribution.accepted", contribution_id=row.id, body=row.code, accepted_on=on)
    await case.session.flush()
    await gaps.taken_up(case, row)
    await leading.on_accept(case, row)
    await joint_timescale.on_accept(case, row)
    await body_requests.on_accept(case, row)


async def decline(case: Case, row: Contribution, said: Decline) -> None:
    """Take in that a body does not take part. The clocks of ours do not wait for it."""
    refuse_if(row.state == State.DECLINED, Refusal.NOTHING_CHANGES)
    refuse_if(row.state != State.INVITED, Refusal.CONTRADICTS_RECORD)
    refuse_if(not said.reason.strip(), Refusal.REASON_NEEDED)
    on = heard_on(case)
    row.declined_on = on
    joint.move(case, row, State.DECLINED)
    await ledger.meet_if_running(case, CLOCK, on, row.id)
    case.event("contribution.declined", contribution_id=row.id, body=row.code, declined_on=on)
    await case.task(DECLINED, "owner", name=str(row.id), subject_id=row.id)
    await body_gone.settle(case)
