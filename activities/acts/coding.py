"""The codes for the returns: merged as they are said, checked against the lists in force, asked for before the end."""

from __future__ import annotations

from dataclasses import fields
from datetime import date
from typing import Any, Final

from activities.acts import time_limit
from activities.acts.case import Case, Refused, refuse_if
from contracts.commands import CommandKind
from contracts.failures import Refusal
from db.eligibility_said import EqualitySaid, SetCoding, SubjectSaid
from db.models.coding import CodedSubject, Coding, EqualityMonitoring
from db.queries import coding as rows
from db.queries import tasks
from db.queries.casework import issues_of
from policies import coding
from policies.coding import CodingLook

_TASK: Final = "complete_coding"
_DATES: Final = ("happened_on", "noticed_on")
_EQUALITY: Final = tuple(each.name for each in fields(EqualitySaid))
# After these it is nearly over, or may be by other rules than before: what the returns still lack is asked for.
_ASKED_AFTER: Final = frozenset({CommandKind.RESPOND, CommandKind.RESOLVE, CommandKind.MOVE_PROCEDURE})


async def set_coding(case: Case, said: SetCoding) -> None:
    """Set the codes that are said, and leave the others. Days of the matter are reckoned with at once."""
    codes = {name: code for name in rows.FIELDS if (code := getattr(said, name)) is not None}
    equality = _equality(said)
    await _check(case, codes, equality, said.subjects or ())
    changed = await _merge(case, codes, said)
    changed |= await _set_subjects(case, said.subjects)
    changed |= _set_days(case, said)
    monitored = await _monitor(case, equality, said)
    refuse_if(not changed and not monitored and not said.ask_now, Refusal.NOTHING_CHANGES)
    if changed or monitored:
        # What a person said of themselves is told by no event: only that they said something.
        case.event("coding.set", **changed, equality=monitored)
    await case.session.flush()
    await time_limit.look(case)
    await ask_for_missing(case, at_once=said.ask_now)


async def _check(
    case: Case, codes: dict[str, str], equality: dict[str, str], subjects: tuple[SubjectSaid, ...]
) -> None:
    lists = coding.lists_for(case.procedure, case.complaint.received_on)
    said = [
        coding.CodedSubject(subject=each.subject, sub_subject=each.sub_subject, profession=each.profession)
        for each in subjects
    ]
    if unknown := coding.unknown(lists, {**codes, **equality}, said):
        raise Refused(Refusal.UNKNOWN_CODE, unknown)
    issues = {issue.id for issue in await issues_of(case.session, case.complaint.id) if issue.state != "taken_back"}
    for each in subjects:
        refuse_if(each.issue_id is not None and each.issue_id not in issues, Refusal.UNKNOWN_ISSUE)


async def _merge(case: Case, codes: dict[str, str], said: SetCoding) -> dict[str, Any]:
    """Write the codes of the whole complaint. Return those that are others than before, as events have them."""
    wanted: dict[str, str | None] = {name: None for name in said.cleared if name in rows.FIELDS}
    wanted.update(codes)
    row = await rows.coding_of(case.session, case.complaint.id)
    changed = {name: code for name, code in wanted.items() if code != getattr(row, name, None)}
    lists = coding.lists_for(case.procedure, case.complaint.received_on)
    if not changed or lists is None:
        return {}
    if row is None:
        row = Coding(id=case.new_id("coding"), **_owner(case))
        case.session.add(row)
    for name, code in changed.items():
        setattr(row, name, code)
    row.lists, row.lists_version = lists.name, lists.version
    row.act_id, row.coded_by, row.coded_at = case.act.act_id, case.actor_id, case.at
    return dict(changed)


async def _set_subjects(case: Case, said: tuple[SubjectSaid, ...] | None) -> dict[str, Any]:
    if said is None:
        return {}
    before = await rows.subjects_of(case.session, case.complaint.id)
    if [_subject(each) for each in before] == [_subject(each) for each in said]:
        return {}
    await rows.replace_subjects(case.session, case.complaint.id, case.act.act_id)
    for position, each in enumerate(said):
        row = CodedSubject(
            id=case.new_id(f"coded_subject/{position}"), **_owner(case), position=position, act_id=case.act.act_id
        )
        row.issue_id, row.subject, row.sub_subject, row.profession = _subject(each)
        case.session.add(row)
    return {
        "subjects": len(said),
        "coded": ",".join(_theme(each) for each in said) or None,
        "professions": ",".join(each.profession for each in said if each.profession is not None) or None,
    }


def _theme(of: SubjectSaid) -> str:
    return of.subject if of.sub_subject is None else f"{of.subject}.{of.sub_subject}"


def _subject(of: CodedSubject | SubjectSaid) -> tuple[Any, ...]:
    return of.issue_id, of.subject, of.sub_subject, of.profession


def _set_days(case: Case, said: SetCoding) -> dict[str, Any]:
    complaint = case.complaint
    before: dict[str, date | None] = {name: getattr(complaint, name) for name in _DATES}
    for name in _DATES:
        if name in said.cleared:
            setattr(complaint, name, None)
    time_limit.set_days(case, said.happened_on, said.noticed_on)
    return {name: getattr(complaint, name) for name in _DATES if getattr(complaint, name) != before[name]}


def _equality(said: SetCoding) -> dict[str, str]:
    if said.equality is None:
        return {}
    return {name: code for name in _EQUALITY if (code := getattr(said.equality, name)) is not None}


async def _monitor(case: Case, equality: dict[str, str], said: SetCoding) -> bool:
    """Keep what the person chose to say of themselves, apart from everything else. Say whether it changed."""
    wanted: dict[str, str | None] = {name: None for name in said.cleared if name in _EQUALITY}
    wanted.update(equality)
    row = await rows.equality_of(case.session, case.complaint.id)
    changed = {name: code for name, code in wanted.items() if code != getattr(row, name, None)}
    if not changed:
        return False
    if row is None:
        row = EqualityMonitoring(id=case.new_id("equality_monitoring"), **_owner(case))
        case.session.add(row)
    for name, code in changed.items():
        setattr(row, name, code)
    row.act_id = case.act.act_id
    return True


async def ask_after(case: Case, kind: CommandKind) -> None:
    """Ask for what is missing once a complaint is answered and only has to be closed."""
    if kind in _ASKED_AFTER and CommandKind.CLOSE in case.procedure.allowed_in(case.complaint.stage):
        await ask_for_missing(case, at_once=True)


async def ask_for_missing(case: Case, *, at_once: bool) -> None:
    """Keep one task open while codes are missing, and none once they are all there. Without `at_once` none is begun."""
    found = await look(case)
    asked = await tasks.is_open(case.session, case.complaint.id, _TASK)
    if found is None or not found.missing:
        await tasks.end_open(case.session, case.complaint.id, at=case.at, kind=_TASK, done_by=case.actor_id, done=True)
    elif at_once and not asked:
        await case.task(_TASK, "owner")


async def look(case: Case) -> CodingLook | None:
    """Return what is missing of a case's coding; None where its procedure asks for none."""
    coded = await rows.coded(case.session, case.complaint)
    return coding.look(
        case.procedure,
        filled=coded.filled,
        subjects=coded.subjects_known,
        uncoded_issues=coded.uncoded_issues,
        received_on=case.complaint.received_on,
        born_on=coded.born_on,
    )


async def is_complete(case: Case) -> bool:
    """Say whether every code is there that the procedure requires."""
    found = await look(case)
    return found is None or not found.missing


def _owner(case: Case) -> dict[str, Any]:
    complaint = case.complaint
    return {"organisation_id": complaint.organisation_id, "complaint_id": complaint.id}
