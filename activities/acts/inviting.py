"""A body is invited, told what it needs to take part, and told again when that changes: no more than it needs."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from activities.acts import access, consents, joint, ledger
from activities.acts.case import Case
from activities.acts.joint_consent import Covered
from activities.acts.ledger import Terms
from contracts.joint import ContributionState
from db.joint_messages import BodyTold, Invitation, IssuesChanged, IssueTold, PersonTold
from db.models.complaint import Party
from db.models.joint import Contribution
from db.models.organisation import Person
from db.queries import joint as rows
from db.queries import leading, tasks
from db.queries.complaint_reads import parties_of

CLOCK: Final = "body_acceptance"
GET_CONSENT: Final = "get_consent"
SPLIT: Final = "body_split"


async def invite(case: Case, row: Contribution, covered: Covered, cause: str) -> None:
    """Invite a body that consent covers, for the first time or again, and wait for its answer."""
    row.open_to_body, row.open_until = True, covered.until
    row.invited_on, row.accepted_on, row.declined_on = case.on, None, None
    row.split_on = row.split_cause = None
    joint.move(case, row, ContributionState.INVITED)
    for kind in (GET_CONSENT, SPLIT):
        await tasks.end_open(
            case.session, case.complaint.id, at=case.at, kind=kind, subject_id=row.id, done_by=case.actor_id, done=True
        )
    accept_by = case.on
    if case.procedure.has_clock(CLOCK):
        clock = await ledger.arm(case, CLOCK, case.on, Terms(cause=cause, contribution_id=row.id), row.id)
        accept_by = clock.due_on
    await case.session.flush()
    # The link first: whoever is told by e-mail that there is a message finds it by that.
    await access.issue_for(case, row)
    await joint.post(case, row, await _invitation(case, row, accept_by))


async def issues_changed(case: Case, row: Contribution) -> None:
    """Tell a body which issues are its now, and who else takes part; nothing to one that was never invited."""
    if not joint.is_spoken_with(row) or not row.open_to_body:
        return
    message = IssuesChanged(
        issues=await _issues(case, row), others=await _others(case, row), separate=await _separate(case, row)
    )
    await joint.post(case, row, message)


async def _invitation(case: Case, row: Contribution, accept_by: date) -> Invitation:
    people = await parties_of(case.session, case.complaint.id)
    about = consents.concerned(people)
    complainant = next((each for each in people if each.role == "complainant"), None)
    lead = await leading.present(case.session, case.complaint.id)
    dates = await leading.present_timescale(case.session, case.complaint.id)
    bound: Any = row.bound
    return Invitation(
        lead=await us(case),
        reference=case.complaint.reference,
        bound=bound,
        received_on=case.complaint.received_on,
        accept_by=accept_by,
        issues=await _issues(case, row),
        person=person(about or complainant),
        complainant_name=complainant.name if complainant is not None and complainant is not about else None,
        proposed_lead=lead.lead_code if lead is not None else None,
        lead_rule=lead.rule if lead is not None else None,
        contribute_by=dates.contribute_by if dates is not None else None,
        respond_by=dates.respond_by if dates is not None else None,
        others=await _others(case, row),
    )


def person(party: Party | None) -> PersonTold:
    """Return somebody, as another body is told of them, so that the records are found."""
    if party is None:
        return PersonTold(name="")
    return PersonTold(name=party.name, born_on=party.born_on, nhs_number=party.nhs_number, address=party.address)


async def us(case: Case) -> BodyTold:
    """Return us, as another body is told of us."""
    owner = await case.session.get(Person, case.complaint.owner_id) if case.complaint.owner_id is not None else None
    return BodyTold(
        code=case.organisation.code,
        name=case.organisation.name,
        contact=owner.name if owner is not None else None,
        email=case.organisation.sender_email,
    )


async def _issues(case: Case, row: Contribution) -> tuple[IssueTold, ...]:
    return tuple(
        IssueTold(number=issue.number, summary=issue.summary, effect=issue.effect, outcome_sought=issue.outcome_sought)
        for issue in await rows.issues_of(case.session, row.id)
        if issue.state != "taken_back"
    )


async def _others(case: Case, row: Contribution) -> tuple[BodyTold, ...]:
    """Return who else takes part: of a body that was told nothing nobody else is told, either."""
    live = await rows.of_complaint(case.session, case.complaint.id, live=True)
    there = [each for each in live if each.id != row.id and joint.is_spoken_with(each) and each.open_to_body]
    return tuple([await _told(case, each) for each in there])


async def _separate(case: Case, row: Contribution) -> tuple[BodyTold, ...]:
    split = [each for each in await joint.split_of(case) if each.id != row.id and each.invited_on is not None]
    return tuple(BodyTold(code=each.code, name=each.name) for each in split)


async def _told(case: Case, row: Contribution) -> BodyTold:
    contacts = await rows.contacts_of(case.session, row.id)
    contact = next((each for each in reversed(contacts) if each.role == "contact"), None)
    if contact is None:
        return BodyTold(code=row.code, name=row.name)
    return BodyTold(code=row.code, name=row.name, contact=contact.name, email=contact.email, phone=contact.phone)
