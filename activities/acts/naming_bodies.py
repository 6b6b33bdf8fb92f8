"""Issues of a complaint are another body's: it is named, and asked to take part as soon as consent covers it (R-44)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from activities.acts import (
    access,
    body_contacts,
    inviting,
    joint,
    joint_consent,
    joint_issues,
    joint_timescale,
    partners_told,
    silence,
    splitting,
    transfers,
)
from activities.acts.case import Case, Refused, refuse_if
from activities.acts.working import keep_words
from contracts.code import Code
from contracts.failures import Refusal
from contracts.joint import ContributionState, Way
from db.joint_said import ChangeBody, ContactSaid, NameBody
from db.models.joint import BodyContact, Contribution, ContributionIssue
from db.queries import casework, partners
from db.queries import joint as rows
from db.queries import submissions_of_bodies as rounds
from db.transfer_said import Transfer

# Whom SI 2009/309 reg 9 binds: responsible bodies. Others contribute by agreement.
_BOUND: Final = frozenset({"nhs", "local_authority", "independent_provider"})
_REGULATION: Final = "regulation_9"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reached:
    """Where a body is reached, by its way."""

    organisation_id: UUID | None = None
    partner_id: UUID | None = None


async def name_body(case: Case, said: NameBody) -> None:
    """Name the body whose issues these are. Invited at once where consent covers it; else it is told nothing."""
    await _check_new(case, said)
    # Whoever is named is told as soon as consent comes: before its switch date nobody is told of an import.
    refuse_if(await silence.is_kept(case), Refusal.QUIET_UNTIL_SWITCH)
    reached = await reached_by(case, said.code, said.way, said.body_organisation_id, said.partner_id, said.contacts)
    await _check_issues(case, said.issue_ids)
    row = new_row(case, said, await rows.next_number(case.session, case.complaint.id), reached, bound=said.bound)
    case.session.add(row)
    await case.session.flush()
    case.event(
        "contribution.named",
        contribution_id=row.id,
        number=row.number,
        body=row.code,
        body_kind=row.body_kind,
        bound=row.bound,
        way=row.way,
    )
    give_issues(case, row, said.issue_ids)
    await body_contacts.put(case, row, *said.contacts)
    joint.touch(case, row)
    covered = await joint_consent.covers(case, row)
    if covered.may:
        await inviting.invite(case, row, covered, "named")
    else:
        await case.task(inviting.GET_CONSENT, "owner", name=str(row.id), subject_id=row.id)


async def change_body(case: Case, said: ChangeBody) -> None:
    """Change what is on record about a body, or record that the person does not agree that it is told."""
    row = await joint.find_live(case, said.contribution_id)
    # What is passed on was said once: other issues are another transfer.
    refuse_if(row.kind == transfers.KIND and said.issue_ids is not None, Refusal.CONTRADICTS_RECORD)
    keep_words(case, "body_change", said.reason)
    if said.consent_refused_on is not None:
        await _refused(case, row, said)
        return
    changed = await body_contacts.put(case, row, *said.contacts)
    changed = _bind(row, said) or changed
    another_way = await _change_way(case, row, said)
    other_issues = said.issue_ids is not None and await _change_issues(case, row, said.issue_ids)
    refuse_if(not (changed or another_way or other_issues), Refusal.NOTHING_CHANGES)
    case.event(
        "contribution.changed",
        contribution_id=row.id,
        body=row.code,
        bound=row.bound,
        way=row.way,
        contacts=len(said.contacts),
        other_issues=other_issues,
    )
    joint.touch(case, row)
    if said.contacts or another_way:
        if any(each.role == "contact" for each in said.contacts):
            await access.end_of_those_gone(case, row)
        await access.issue_for(case, row)
    if other_issues:
        await inviting.issues_changed(case, row)
        await _ask_again(case, row)


async def _ask_again(case: Case, row: Contribution) -> None:
    """Have a body whose part was approved contribute again, where an issue has become its own since."""
    if row.state != ContributionState.APPROVED or not await joint_issues.lacking(case, row):
        return
    if row.gap_named_on is not None:
        return  # that it does not answer all is named, and stands
    refuse_if(not row.open_to_body, Refusal.CONSENT_MISSING)
    if not await rounds.response_signed_since(case.session, row):
        row.approved_on = None  # what a response told stays approved
    joint.move(case, row, ContributionState.CONTRIBUTING)
    await joint_timescale.due_again(case, row, "issue_given")


async def _check_new(case: Case, said: NameBody) -> None:
    refuse_if(case.complaint.matter == "contribution", Refusal.CONTRADICTS_RECORD)
    check_code(case, said.code)
    refuse_if(said.bound == _REGULATION and said.body_kind not in _BOUND, Refusal.CONTRADICTS_RECORD)
    live = await rows.of_complaint(case.session, case.complaint.id, live=True)
    refuse_if(any(each.code == said.code for each in live), Refusal.BODY_ALREADY_NAMED)


def check_code(case: Case, code: str) -> None:
    """Refuse what is no code, and our own."""
    try:
        Code(code)
    except ValueError:
        raise Refused(Refusal.UNKNOWN_CODE) from None
    refuse_if(code == case.organisation.code, Refusal.CONTRADICTS_RECORD)


async def _check_issues(case: Case, wanted: Sequence[UUID], besides: Sequence[UUID] = ()) -> None:
    known = {
        issue.id for issue in await casework.issues_of(case.session, case.complaint.id) if issue.state != "taken_back"
    }
    refuse_if(not wanted or not set(wanted) <= known, Refusal.UNKNOWN_ISSUE)
    taken = await rows.taken_issues(case.session, case.complaint.id, besides)
    refuse_if(bool(taken & set(wanted)), Refusal.CONTRADICTS_RECORD)


async def reached_by(
    case: Case,
    code: str,
    way: str,
    organisation_id: UUID | None,
    partner_id: UUID | None,
    contacts: Sequence[ContactSaid | BodyContact],
) -> Reached:
    """Return where a body is reached by a way; refuse a way by which it is not."""
    refuse_if(any(each.email is not None and not body_contacts.is_address(each.email) for each in contacts),
              Refusal.NO_ADDRESS)  # fmt: skip
    if way == Way.HERE:
        found = await rows.organisation_at(case.session, code)
        if found is None or found == case.organisation.id or organisation_id not in (None, found):
            raise Refused(Refusal.UNKNOWN_BODY)
        return Reached(organisation_id=found)
    if way == Way.SYSTEM:
        partner = None if partner_id is None else await partners.find(case.session, partner_id)
        if partner is None or partner.ended_at is not None or partner.code != code:
            raise Refused(Refusal.UNKNOWN_BODY)
        return Reached(partner_id=partner.id)
    refuse_if(way == Way.PAGE and not any(each.email for each in contacts), Refusal.NO_ADDRESS)
    return Reached()


def new_row(
    case: Case, said: NameBody | Transfer, number: int, reached: Reached, *, bound: str, kind: str = "joint"
) -> Contribution:
    """Return the row of a body that was named: nothing has been told to it."""
    return Contribution(
        id=case.new_id("contribution"),
        organisation_id=case.complaint.organisation_id,
        complaint_id=case.complaint.id,
        number=number,
        kind=kind,
        code=said.code,
        name=said.name,
        body_kind=said.body_kind,
        bound=bound,
        way=said.way,
        body_organisation_id=reached.organisation_id,
        partner_id=reached.partner_id,
        state=ContributionState.CONSENT_BLOCKED.value,
        open_to_body=False,
        named_on=case.on,
        round=0,
        sent=0,
        changes=0,
        heard=0,
        changed_at=case.at,
        act_id=case.act.act_id,
    )


def give_issues(case: Case, row: Contribution, wanted: Sequence[UUID]) -> None:
    """Give a body issues of the complaint that it never had."""
    for issue_id in dict.fromkeys(wanted):
        case.session.add(
            ContributionIssue(
                id=case.new_id(f"contribution_issue/{row.id}/{issue_id}"),
                organisation_id=row.organisation_id,
                complaint_id=row.complaint_id,
                contribution_id=row.id,
                issue_id=issue_id,
            )
        )
        case.event("contribution.issue_given", contribution_id=row.id, body=row.code, issue_id=issue_id)


async def _refused(case: Case, row: Contribution, said: ChangeBody) -> None:
    """Record that the person said no to this body; a consent that is in force is withdrawn, not refused."""
    assert said.consent_refused_on is not None
    refuse_if(said.consent_refused_on > case.on, Refusal.DATE_IN_FUTURE)
    refuse_if(said.consent_refused_on < case.complaint.received_on, Refusal.DATE_BEFORE_RECEIPT)
    refuse_if((await joint_consent.covers(case, row)).may, Refusal.CONTRADICTS_RECORD)
    refuse_if(row.split_on is not None, Refusal.NOTHING_CHANGES)
    case.event("contribution.consent_refused", contribution_id=row.id, body=row.code, on=said.consent_refused_on)
    if row.kind == transfers.KIND:
        await transfers.stop(case, row, "refused")
    else:
        await splitting.split(case, row, "refused")


def _bind(row: Contribution, said: ChangeBody) -> bool:
    if said.bound in (None, row.bound):
        return False
    assert said.bound is not None
    refuse_if(said.bound == _REGULATION and row.body_kind not in _BOUND, Refusal.CONTRADICTS_RECORD)
    row.bound = said.bound
    return True


async def _change_way(case: Case, row: Contribution, said: ChangeBody) -> bool:
    """Have all that was said to a body, and will be, go another way: the messages are the same."""
    way = said.way or row.way
    present = await rows.contacts_of(case.session, row.id)
    partner_id = said.partner_id or row.partner_id
    reached = await reached_by(case, row.code, way, said.body_organisation_id, partner_id, present)
    if (way, reached.organisation_id, reached.partner_id) == (row.way, row.body_organisation_id, row.partner_id):
        return False
    row.way, row.body_organisation_id, row.partner_id = way, reached.organisation_id, reached.partner_id
    await case.session.flush()
    if row.way == Way.SYSTEM and row.invited_on is not None:
        await partners_told.queue_unread(case, row)
    return True


async def _change_issues(case: Case, row: Contribution, wanted: Sequence[UUID]) -> bool:
    held = {each.issue_id: each for each in await rows.contribution_issues(case.session, row.id)}
    present = {issue_id for issue_id, each in held.items() if each.removed_at is None}
    if set(wanted) == present:
        return False
    await _check_issues(case, wanted, [row.id])
    for issue_id in sorted(present - set(wanted)):
        held[issue_id].removed_at = case.at
        case.event("contribution.issue_taken", contribution_id=row.id, body=row.code, issue_id=issue_id)
    for issue_id in sorted((set(wanted) & held.keys()) - present):
        held[issue_id].removed_at = None
        case.event("contribution.issue_given", contribution_id=row.id, body=row.code, issue_id=issue_id)
    give_issues(case, row, [each for each in wanted if each not in held])
    await case.session.flush()
    return True
