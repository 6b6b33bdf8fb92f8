"""Naming the staff complained about, and what is known better or agreed otherwise later."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from activities.acts import involved, ledger, senior_conflict
from activities.acts.case import Case, Refused, refuse_if
from activities.acts.involved import SUPPORTER
from activities.acts.ledger import Terms
from activities.acts.named_issues import named
from contracts.failures import Refusal
from contracts.involvements import InvolvementState
from contracts.offices import MANAGER
from db.involvement_said import ChangeStaff, NameStaff
from db.models.involvement import Involvement, InvolvementIssue, InvolvementWords
from db.queries import involvements, people, tasks

NOTICE: Final = "staff_notice"
UPDATE: Final = "staff_update"
UNIDENTIFIED: Final = "unidentified"
CONFLICT: Final = "staff_conflict"
_REACHED_AT: Final = ("email", "phone", "address")
_FACTS: Final = ("kind", "supporter_id", "supporter_is", "update_every_days")


async def name_staff(case: Case, said: NameStaff) -> None:
    """Name a member of staff who is complained about: their supporter is asked to tell them, with a clock on it."""
    await _check_who(case, said)
    if said.supporter_id is not None:
        await involved.check_supporter(case, said.supporter_id, said.person_id)
    issues = await named(case, said.issue_ids)
    row = await _row(case, said)
    case.session.add(row)
    await case.session.flush()
    case.session.add(_words(case, row, said))
    await _set_issues(case, row, [issue.id for issue in issues])
    await case.session.flush()
    case.event(
        "staff.named",
        involvement_id=row.id,
        number=row.number,
        staff=row.kind,
        person_id=row.person_id,
        supporter_id=row.supporter_id,
        supporter_is=row.supporter_is,
        issues=len(issues),
        update_every_days=row.update_every_days,
    )
    await _ask_to_tell(case, row)
    await _look_for_conflict(case, row)


async def change_staff(case: Case, said: ChangeStaff) -> None:
    """Write down what is known better, or was agreed otherwise, about a member of staff."""
    row = await involved.find_for_others(case, said.involvement_id)
    words = await involvements.words_of(case.session, row.id)
    before = {fact: getattr(row, fact) for fact in (*_FACTS, "person_id")}
    identified = await _identify(case, row, words, said)
    await _change_supporter(case, row, said)
    row.update_every_days = said.update_every_days or row.update_every_days
    reached = _change_addresses(words, said)
    issues = said.issue_ids is not None and await _change_issues(case, row, said.issue_ids)
    after = {fact: getattr(row, fact) for fact in before}
    refuse_if(before == after and not (identified or reached or issues), Refusal.NOTHING_CHANGES)
    await case.session.flush()
    case.involved.add(row.id)
    case.event(
        "staff.changed",
        involvement_id=row.id,
        staff=row.kind,
        person_id=row.person_id,
        old_supporter_id=before["supporter_id"],
        supporter_id=row.supporter_id,
        supporter_is=row.supporter_is,
        update_every_days=row.update_every_days,
        identified=identified,
        reached_otherwise=reached,
        issues_changed=issues,
    )
    if (row.supporter_id, row.person_id) != (before["supporter_id"], before["person_id"]):
        await _hand_tasks(case, row)
    if row.person_id != before["person_id"]:
        await _look_for_conflict(case, row)
    if row.update_every_days != before["update_every_days"]:
        await _renew_rhythm(case, row)


async def _check_who(case: Case, said: NameStaff) -> None:
    """Refuse somebody who is nobody, and somebody who is named already."""
    if said.person_id is not None:
        refuse_if(said.kind == UNIDENTIFIED, Refusal.CONTRADICTS_RECORD)
        await _check_person(case, said.person_id)
    elif said.kind == UNIDENTIFIED:
        refuse_if(said.name is not None, Refusal.CONTRADICTS_RECORD)
        refuse_if(said.described_as is None, Refusal.UNKNOWN_PERSON)
    else:
        refuse_if(said.name is None, Refusal.UNKNOWN_PERSON)


async def _check_person(case: Case, person_id: UUID) -> None:
    refuse_if(await people.active_person(case.session, person_id) is None, Refusal.UNKNOWN_PERSON)
    known = await involvements.live_of_person(case.session, case.complaint.id, person_id)
    refuse_if(known is not None, Refusal.NOTHING_CHANGES)


async def _row(case: Case, said: NameStaff) -> Involvement:
    return Involvement(
        id=case.new_id("involvement"),
        organisation_id=case.complaint.organisation_id,
        complaint_id=case.complaint.id,
        number=await involvements.next_number(case.session, case.complaint.id),
        person_id=said.person_id,
        kind=said.kind,
        state=InvolvementState.NAMED.value,
        supporter_id=said.supporter_id,
        supporter_is=said.supporter_is,
        update_every_days=said.update_every_days,
        named_on=case.on,
        changes=0,
        heard=0,
        changed_at=case.at,
        act_id=case.act.act_id,
    )


def _words(case: Case, row: Involvement, said: NameStaff) -> InvolvementWords:
    known: dict[str, Any] = {each: getattr(said, each) for each in ("name", "described_as", *_REACHED_AT)}
    return InvolvementWords(id=case.new_id("involvement/words"), **_of(row), **known)


def _of(row: Involvement) -> dict[str, Any]:
    return {"organisation_id": row.organisation_id, "complaint_id": row.complaint_id, "involvement_id": row.id}


async def _ask_to_tell(case: Case, row: Involvement) -> None:
    """Ask the supporter to tell somebody, at the earliest opportunity and in person where it can be (R-27)."""
    clock = await involved.begin(case, row, NOTICE, case.on, Terms(cause="named"))
    await case.task(
        "tell_staff", SUPPORTER, name=str(row.id), due_on=clock.due_on, clock_id=clock.id, subject_id=row.id
    )


async def look_for_conflict_of(case: Case, person_id: UUID) -> None:
    """Look whether somebody who has just got a part in the complaint is complained about in it."""
    row = await involvements.live_of_person(case.session, case.complaint.id, person_id)
    if row is not None:
        await _look_for_conflict(case, row)


async def _look_for_conflict(case: Case, row: Involvement) -> None:
    """Have the manager see to it that nobody handles a complaint about themself; another, where it is the manager."""
    if row.person_id is None:
        return
    parts = await involvements.parts_of(case.session, case.complaint, row.person_id)
    for part in parts:
        case.event("staff.conflict", involvement_id=row.id, person_id=row.person_id, part=part)
    if parts and not await tasks.is_open(case.session, case.complaint.id, CONFLICT, row.id):
        await case.task(CONFLICT, MANAGER, name=str(row.id), due_on=case.on, subject_id=row.id)
    await senior_conflict.keep_from(case, row.person_id)


async def _identify(case: Case, row: Involvement, words: InvolvementWords, said: ChangeStaff) -> bool:
    """Write down who somebody is. Who has been identified stays who they are: another is another involvement."""
    if said.kind is not None:
        refuse_if(said.kind == UNIDENTIFIED and row.kind != UNIDENTIFIED, Refusal.CONTRADICTS_RECORD)
        refuse_if(row.kind == UNIDENTIFIED and not (said.person_id or said.name), Refusal.UNKNOWN_PERSON)
        row.kind = said.kind
    if said.person_id is not None and said.person_id != row.person_id:
        refuse_if(row.person_id is not None, Refusal.CONTRADICTS_RECORD)
        await _check_person(case, said.person_id)
        refuse_if(said.person_id == (said.supporter_id or row.supporter_id), Refusal.CONFLICT_OF_INTEREST)
        row.person_id = said.person_id
    if row.kind == UNIDENTIFIED and (said.person_id or said.name):
        row.kind = "employed"
    changed = False
    for each in ("name", "described_as"):
        value = getattr(said, each)
        changed = changed or (value is not None and value != getattr(words, each))
        setattr(words, each, value or getattr(words, each))
    return changed


async def _change_supporter(case: Case, row: Involvement, said: ChangeStaff) -> None:
    if said.supporter_id is not None:
        await involved.check_supporter(case, said.supporter_id, row.person_id)
        row.supporter_id = said.supporter_id
    row.supporter_is = said.supporter_is or row.supporter_is


def _change_addresses(words: InvolvementWords, said: ChangeStaff) -> bool:
    wanted = {each: getattr(said, each) for each in _REACHED_AT if getattr(said, each) is not None}
    changed = any(getattr(words, each) != value for each, value in wanted.items())
    for each, value in wanted.items():
        setattr(words, each, value)
    return changed


async def _change_issues(case: Case, row: Involvement, issue_ids: Sequence[UUID]) -> bool:
    wanted = {issue.id for issue in await named(case, issue_ids)}
    return await _set_issues(case, row, sorted(wanted))


async def _set_issues(case: Case, row: Involvement, wanted: Sequence[UUID]) -> bool:
    """Let just these issues be about a member of staff. Say whether that changed anything."""
    known = {each.issue_id: each for each in await involvements.issues_of(case.session, row.id)}
    changed = False
    for issue_id, each in known.items():
        removed = issue_id not in wanted
        if removed != (each.removed_at is not None):
            each.removed_at, changed = (case.at if removed else None), True
    for issue_id in wanted:
        if issue_id not in known:
            new_id = case.new_id(f"about/{row.id}/{issue_id}")
            case.session.add(InvolvementIssue(id=new_id, **_of(row), issue_id=issue_id))
            changed = True
    return changed


async def _hand_tasks(case: Case, row: Involvement) -> None:
    """Give what the supporter had to do to whoever supports them now."""
    holder = await case.holder_of(SUPPORTER, row.id)
    case.note_holder(SUPPORTER, holder)
    await involvements.give_tasks(case.session, row.id, SUPPORTER, holder.id if holder else None)


async def _renew_rhythm(case: Case, row: Involvement) -> None:
    """Let the next update be due by the rhythm agreed now; counted from today where it would have passed already."""
    clock = await ledger.running(case, UPDATE, row.id)
    if clock is None:
        return
    days = row.update_every_days
    still_ahead = clock.started_on + timedelta(days=days) > case.on
    started_on = clock.started_on if still_ahead else case.on
    await involved.begin(case, row, UPDATE, started_on, Terms(cause="rhythm_changed", days=days))


def refuse_unidentified(row: Involvement) -> None:
    """Refuse what cannot be done for somebody of whom nobody knows who it is."""
    if row.kind == UNIDENTIFIED:
        raise Refused(Refusal.UNKNOWN_PERSON)
