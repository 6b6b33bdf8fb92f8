"""A complaint, or some issues of it, is another body's: passed on with consent, and ours until that body has it (R-48).

SI 2009/309 reg 6(5) and (6), 7(5): what a body receives so counts as made to it on the day on which it received it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from activities.acts import (
    access,
    body_contacts,
    ending,
    joint,
    joint_consent,
    ledger,
    letters,
    naming_bodies,
    transfers,
)
from activities.acts.case import Case, check, refuse_if
from activities.acts.heard_on import heard_on
from activities.acts.ledger import Terms
from activities.acts.offering import offer_of
from contracts.failures import Refusal
from contracts.joint import ContributionState as State
from db.joint_messages import Decline, TransferTaken
from db.models.casework import Issue
from db.models.joint import Contribution
from db.models.transfers import Transfer as TransferRow
from db.queries import casework
from db.queries import joint as contributions
from db.queries import transfers as rows
from db.transfer_said import Transfer
from policies import lawful

CLOCK: Final = "transfer_receipt"
STAGE: Final = "transferred"
DECLINED, TAKEN_LATE = "transfer_declined", "transfer_taken_late"
_BOUND: Final = frozenset({"nhs", "local_authority", "independent_provider"})
_LONGEST: Final = 64


async def transfer(case: Case, said: Transfer) -> None:
    """Offer a complaint, or issues of it, to the body that it is for. Until that body has it, nothing is over here."""
    await _check(case, said)
    issues = await _issues(case, said.issue_ids)
    reached = await naming_bodies.reached_by(
        case, said.code, said.way, said.body_organisation_id, said.partner_id, said.contacts
    )
    row = _row(case, said, await contributions.next_number(case.session, case.complaint.id), reached)
    covered = await joint_consent.covers(case, row)
    refuse_if(not covered.may, Refusal.CONSENT_MISSING)
    row.open_until = covered.until
    case.session.add(row)
    await case.session.flush()
    found = _transfer(case, said, row)
    case.session.add(found)
    await case.session.flush()
    case.event(
        "transfer.offered",
        contribution_id=row.id,
        transfer_id=found.id,
        body=row.code,
        ground=found.ground,
        whole=found.whole,
        way=row.way,
        provider_agreed_on=found.provider_agreed_on,
    )
    naming_bodies.give_issues(case, row, [issue.id for issue in issues])
    await body_contacts.put(case, row, *said.contacts)
    await ledger.arm(case, CLOCK, case.on, Terms(cause="passed_on", contribution_id=row.id), row.id)
    await case.session.flush()
    await access.issue_for(case, row)
    await joint.post(case, row, await offer_of(case, found, issues))
    await _tell_person(case, row, found, issues)


async def taken(case: Case, row: Contribution, said: TransferTaken) -> None:
    """Take in that the body has it: a whole complaint ends here; of another, these issues are no longer ours."""
    found = await rows.of_contribution(case.session, row.id)
    on = heard_on(case)
    malformed = not said.own_reference.strip() or len(said.own_reference) > _LONGEST
    refuse_if(malformed, Refusal.MESSAGE_MALFORMED)
    refuse_if(said.received_on > case.on, Refusal.DATE_IN_FUTURE)
    refuse_if(said.received_on < found.offered_on, Refusal.CONTRADICTS_RECORD)
    found.taken_on, found.received_on = on, said.received_on
    row.own_reference, row.accepted_on = said.own_reference, on
    await ledger.meet_if_running(case, CLOCK, on, row.id)
    case.event("transfer.taken", contribution_id=row.id, body=row.code, taken_on=on, received_on=said.received_on)
    await _pass_on(case, row)
    await transfers.finish(case, row, transfers.TAKEN)
    if found.whole and case.complaint.open:
        await _end(case, row)


async def declined(case: Case, row: Contribution, said: Decline) -> None:
    """Take in that the body does not take it: it stays ours, and the owner looks for whom it is for."""
    refuse_if(not said.reason.strip(), Refusal.REASON_NEEDED)
    on = heard_on(case)
    row.declined_on = on
    await ledger.meet_if_running(case, CLOCK, on, row.id)
    case.event("transfer.declined", contribution_id=row.id, body=row.code, declined_on=on)
    await transfers.finish(case, row, "declined")
    await transfers.discard_letter(case, "declined")
    await case.task(DECLINED, "owner", name=str(row.id), subject_id=row.id)


async def taken_in_vain(case: Case, row: Contribution) -> None:
    """Have it settled that a body has taken what is not offered to it any more: nobody's complaint is two bodies'."""
    await case.task(TAKEN_LATE, "owner", name=str(row.id), subject_id=row.id)


async def _check(case: Case, said: Transfer) -> None:
    refuse_if(case.complaint.matter != "complaint", Refusal.CONTRADICTS_RECORD)
    naming_bodies.check_code(case, said.code)
    refuse_if(not said.reason.strip(), Refusal.REASON_NEEDED)
    if said.ground == "commissioner_to_provider":
        refuse_if(said.provider_agreed_on is None or not (said.provider_agreed_by or "").strip(),
                  Refusal.AGREEMENT_NEEDED)  # fmt: skip
    if said.provider_agreed_on is not None:
        check(lawful.happened(said.provider_agreed_on, received_on=case.complaint.received_on, today=case.on))
    offered = await transfers.live(case)
    refuse_if(any(each.code == said.code for each in offered), Refusal.BODY_ALREADY_NAMED)
    if said.issue_ids:
        whole = [each for each in offered if (await rows.of_contribution(case.session, each.id)).whole]
        refuse_if(bool(whole), Refusal.CONTRADICTS_RECORD)
    else:
        refuse_if(bool(offered), Refusal.CONTRADICTS_RECORD)
        joined = await contributions.of_complaint(case.session, case.complaint.id, live=True)
        refuse_if(bool(joined), Refusal.CONTRIBUTIONS_OPEN)


async def _issues(case: Case, wanted: Sequence[UUID]) -> list[Issue]:
    """Return the issues that are passed on; none where all of it is. Of a part, something must stay."""
    known = {issue.id: issue for issue in await casework.issues_of(case.session, case.complaint.id)}
    here = {issue.id for issue in known.values() if issue.state in ("open", "on_hold")}
    refuse_if(any(each not in here for each in wanted), Refusal.UNKNOWN_ISSUE)
    refuse_if(any(known[each].state == "on_hold" for each in wanted), Refusal.CONTRADICTS_RECORD)
    refuse_if(bool(wanted) and set(wanted) == here, Refusal.CONTRADICTS_RECORD)
    given = await contributions.taken_issues(case.session, case.complaint.id)
    refuse_if(bool(given & set(wanted)), Refusal.CONTRADICTS_RECORD)
    return sorted((known[each] for each in set(wanted)), key=lambda issue: issue.number)


async def _pass_on(case: Case, row: Contribution) -> None:
    for issue in await contributions.issues_of(case.session, row.id):
        if issue.state == "open":
            issue.state = "passed_on"
            case.event("issue.passed_on", issue_id=issue.id, number=issue.number, contribution_id=row.id)


async def _end(case: Case, row: Contribution) -> None:
    """End the complaint here. The letter that says where it went may still wait for somebody to release it."""
    other = [each for each in await letters.unreleased(case) if each.template != transfers.LETTER]
    await letters.discard(case, other, STAGE)
    await ending.end(case, STAGE, contribution_id=row.id, body=row.code)
    for letter in await letters.unreleased(case, transfers.LETTER):
        await letters.ask_for_release(case, letter)


async def _tell_person(case: Case, row: Contribution, found: TransferRow, issues: Sequence[Issue]) -> None:
    """Draft the letter that says who has it now; where nobody is to be written to, say so."""
    person = await letters.complainant(case)
    if case.complaint.stop_contact or person.death_known_at is not None or person.retired_at is not None:
        case.event("transfer.not_told", contribution_id=row.id, body=row.code)
        return
    facts: dict[str, Any] = {
        "body_name": row.name,
        "ground": found.ground,
        "issues": "\n".join(f"{issue.number}. {issue.summary}" for issue in issues) or None,
    }
    await letters.draft(case, transfers.LETTER, facts)


def _transfer(case: Case, said: Transfer, row: Contribution) -> TransferRow:
    return TransferRow(
        id=case.new_id("transfer"),
        organisation_id=row.organisation_id,
        complaint_id=row.complaint_id,
        contribution_id=row.id,
        ground=said.ground,
        whole=not said.issue_ids,
        reason=said.reason,
        provider_agreed_on=said.provider_agreed_on,
        provider_agreed_by=said.provider_agreed_by,
        offered_on=case.on,
        act_id=case.act.act_id,
        said_by=case.actor_id,
        said_at=case.at,
    )


def _row(case: Case, said: Transfer, number: int, reached: naming_bodies.Reached) -> Contribution:
    bound = "regulation_9" if said.body_kind in _BOUND else "voluntary"
    row = naming_bodies.new_row(case, said, number, reached, kind=transfers.KIND, bound=bound)
    row.state, row.open_to_body, row.invited_on = State.INVITED.value, True, case.on
    return row
