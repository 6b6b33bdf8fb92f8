"""Letters under the duty of candour: the written notice and the results of further enquiries (R-34, R-36).

What is told by letter counts when that letter is released, not when it is drafted; after the end of the complaint, too.
"""

from __future__ import annotations

from typing import Any, Final

from activities.acts import beside, ledger, letters
from activities.acts.candour import RESULTS, WRITTEN, Owed, find_notifiable, look_whether_done, of, settle
from activities.acts.candour_telling import keep_elements, owe_writing, whom
from activities.acts.case import Case, Refused, codes, refuse_if
from activities.acts.ledger import Terms
from contracts.failures import Refusal
from contracts.notices import NoticeState
from contracts.proceedings import CandourState, ProceedingKind
from db.candour_said import WriteOfIncident
from db.models.candour import CandourEnquiry, CandourNotice
from db.models.complaint import Party
from db.models.proceeding import Proceeding
from db.models.work import Notice
from db.queries import candour as rows
from db.queries import tasks
from policies import candour_files
from policies import candouring as rules

_WRITTEN: Final = "written"
_RESULTS: Final = "results"
_TASK: Final = "write_of_incident"
# What each element of a letter is called among the facts of its template.
_FACTS: Final = {
    "account": "account",
    "enquiries": "enquiries",
    "results": "results",
    "apology": "apology",
    "support": "support_offered",
    "contact": "speak_to",
}


async def write(case: Case, said: WriteOfIncident) -> None:
    """Draft the written notice, or the results: each element that the rules name, to the relevant person."""
    owed = await find_notifiable(case, said.incident_id)
    _check(case, owed, said)
    answered = await _answered(case, owed, said)
    party = await whom(case, owed, said.party_id)
    if said.kind == _WRITTEN and owed.incident.written_on is not None:
        await owe_writing(case, owed, case.on)  # the one before was kept back on its way
    await letters.discard(case, await rows.drafts(case.session, owed.incident.id, said.kind), "overtaken")
    notice = await _draft(case, owed, said, party, answers=bool(answered))
    letter = _letter(case, owed, said, notice)
    await keep_elements(case, letter, said.elements)
    await _announce(case, letter, said)
    for enquiry in answered:
        enquiry.told_in = letter.id
    owed.incident.relevant_party_id = party.id
    if said.kind == _WRITTEN:
        await _end_task(case, owed)
    case.event(
        "candour.drafted",
        proceeding_id=owed.row.id,
        notice_id=notice.id,
        letter=said.kind,
        party_id=party.id,
        elements=codes([each.code for each in said.elements]),
        enquiries=len(said.enquiries),
    )
    beside.touch(case, owed.row)
    await look_whether_done(case, owed)


async def released(case: Case, notice: Notice) -> None:
    """Count a letter of candour that was just released: what was owed in writing is met, and what it announces owed."""
    letter = await rows.by_letter(case.session, notice.id)
    if letter is None or notice.state == NoticeState.WITHHELD.value:
        return
    owed = await _owed(case, letter)
    letter.given_on = case.on
    case.event("candour.written", proceeding_id=owed.row.id, notice_id=notice.id, letter=letter.kind, given_on=case.on)
    beside.touch(case, owed.row)
    if letter.kind == _WRITTEN:
        owed.incident.written_on = owed.incident.written_on or case.on
        await settle(case, owed, WRITTEN, _TASK, case.on)
        if owed.row.state != CandourState.RESULTS_TOLD:
            beside.move(case, owed.row, CandourState.TOLD_IN_WRITING)
    for enquiry in await rows.told_in(case.session, letter.id):
        enquiry.told_on = case.on
        await ledger.meet_if_running(case, RESULTS, case.on, enquiry.id)
    await _await_results(case, owed, letter)
    await case.session.flush()
    if letter.kind == _RESULTS:
        more = await rows.open_enquiries(case.session, owed.incident.id)
        beside.move(case, owed.row, CandourState.TOLD_IN_WRITING if more else CandourState.RESULTS_TOLD)
    await look_whether_done(case, owed)


async def discarded(case: Case, notice: Notice) -> None:
    """Look again what is owed about an incident whose draft was discarded, by somebody or because its reader died."""
    letter = await rows.by_letter(case.session, notice.id)
    if letter is None:
        return
    for enquiry in await rows.told_in(case.session, letter.id):
        enquiry.told_in = None
    owed = await _owed(case, letter)
    if owed.row.ended_on is not None:
        return
    clock = await ledger.running(case, WRITTEN, owed.row.id)
    if letter.kind == _WRITTEN and clock is not None and not await _is_in_hand(case, owed):
        await case.task(
            _TASK, "owner", name=str(owed.row.id), due_on=clock.due_on, clock_id=clock.id, subject_id=owed.row.id
        )
    await look_whether_done(case, owed)


async def _is_in_hand(case: Case, owed: Owed) -> bool:
    """Say whether another draft of the written notice waits for its release, or somebody was asked to write one."""
    drafts = await rows.drafts(case.session, owed.incident.id, _WRITTEN)
    return bool(drafts) or await tasks.is_open(case.session, case.complaint.id, _TASK, owed.row.id)


async def kept_back(case: Case) -> None:
    """Owe again what letters of candour were to tell that were released, and do not leave after all."""
    for notice in case.kept_back:
        letter = await rows.by_letter(case.session, notice.id)
        if letter is None or letter.given_on is None:
            await discarded(case, notice)
            continue
        letter.given_on = None
        await case.session.flush()
        owed = await _owed(case, letter)
        case.event("candour.kept_back", proceeding_id=owed.row.id, notice_id=notice.id, letter=letter.kind)
        if owed.row.ended_on is not None:
            continue  # nobody is asked for it by a clock any more: whoever sees to the letter flags it anew
        beside.touch(case, owed.row)
        await (_results_owed(case, owed, letter) if letter.kind == _RESULTS else owe_writing(case, owed, case.on))
        await case.session.flush()
        await look_whether_done(case, owed)


async def _results_owed(case: Case, owed: Owed, letter: CandourNotice) -> None:
    """Start the time for results again: to the date that the person was given, or to this day where that is over."""
    for enquiry in await rows.ever_told_in(case.session, letter.id):
        enquiry.told_in = enquiry.told_on = None
        terms = Terms(cause="kept_back", given=max(enquiry.due_on, case.on))
        await beside.arm(case, owed.row, RESULTS, case.on, terms, enquiry.id)
        beside.move(case, owed.row, CandourState.TOLD_IN_WRITING)


async def _end_task(case: Case, owed: Owed) -> None:
    """End the task to write: the letter lies there to be released, and that is a task of its own."""
    await tasks.end_open(
        case.session, case.complaint.id, at=case.at, subject_id=owed.row.id, kind=_TASK, done_by=case.actor_id,
        done=True,
    )  # fmt: skip


def _check(case: Case, owed: Owed, said: WriteOfIncident) -> None:
    """Refuse a letter that lacks an element, or announces something for a day that is not to come."""
    given = [each.code for each in said.elements]
    refuse_if(len(set(given)) != len(given), Refusal.CONTRADICTS_RECORD)
    if lacking := rules.missing(owed.rules.mandatory_in(said.kind), given):
        raise Refused(Refusal.ELEMENTS_MISSING, lacking)
    refuse_if(any(each.due_on <= case.on for each in said.enquiries), Refusal.DATE_IN_PAST)


def _letter(case: Case, owed: Owed, said: WriteOfIncident, notice: Notice) -> CandourNotice:
    assert notice.party_id is not None  # it was written to somebody outside
    return CandourNotice(
        **of(case, owed, "letter"),
        kind=said.kind,
        how="letter",
        party_id=notice.party_id,
        notice_id=notice.id,
        by_id=case.actor_id,
        said_at=case.at,
    )


async def _draft(case: Case, owed: Owed, said: WriteOfIncident, party: Party, *, answers: bool) -> Notice:
    """Write the draft, and ask for its release. The clock on that is the one on the letter itself, or on its release.

    `answers` says that it tells what further enquiries found: then their clocks run until it is released.
    """
    facts: dict[str, Any] = {_FACTS[each.code]: each.words for each in said.elements}
    facts["announced"] = (
        "\n".join(f"- {each.what.rstrip(' .')}: by {_day(each.due_on)}" for each in said.enquiries) or None
    )
    if said.kind == _WRITTEN:
        facts["happened_on"] = owed.incident.happened_on
        notice = await letters.to_person(case, "candour_notice", facts, NoticeState.DRAFT, party)
    else:
        notice = await letters.to_person(case, "candour_results", facts, NoticeState.DRAFT, party)
    clock = await ledger.running(case, WRITTEN, owed.row.id) if said.kind == _WRITTEN else None
    await case.session.flush()
    if clock is None and not answers:
        await letters.ask_for_release(case, notice)  # nothing else would remind of it
        return notice
    await case.task(
        "release_draft",
        "owner",
        name=str(notice.id),
        due_on=clock.due_on if clock is not None else case.on,
        clock_id=clock.id if clock is not None else None,
        notice_id=notice.id,
        subject_id=owed.row.id,
    )
    return notice


def _day(day: Any) -> str:
    return f"{day.day} {day:%B %Y}"


async def _answered(case: Case, owed: Owed, said: WriteOfIncident) -> list[CandourEnquiry]:
    """Return the enquiries whose results a letter tells: those that were named, else all that are open."""
    if said.kind == _WRITTEN:
        refuse_if(bool(said.enquiry_ids), Refusal.UNKNOWN_ENQUIRY)
        return []
    refuse_if(owed.incident.written_on is None and owed.rules.mandatory, Refusal.NOTICE_NOT_SENT)
    found = await rows.open_enquiries(case.session, owed.incident.id)
    refuse_if(not set(said.enquiry_ids) <= {each.id for each in found}, Refusal.UNKNOWN_ENQUIRY)
    return [each for each in found if not said.enquiry_ids or each.id in said.enquiry_ids]


async def _announce(case: Case, letter: CandourNotice, said: WriteOfIncident) -> None:
    for number, each in enumerate(said.enquiries, start=1):
        case.session.add(
            CandourEnquiry(
                id=case.new_id(f"candour/enquiry/{number}"),
                organisation_id=letter.organisation_id,
                complaint_id=letter.complaint_id,
                incident_id=letter.incident_id,
                announced_in=letter.id,
                number=number,
                what=each.what,
                due_on=each.due_on,
            )
        )
    await case.session.flush()


async def _await_results(case: Case, owed: Owed, letter: CandourNotice) -> None:
    """Start the time for what a released letter announces: the date that the person was given."""
    for enquiry in await rows.announced_in(case.session, letter.id):
        enquiry.announced_on = case.on
        terms = Terms(cause="announced", given=max(enquiry.due_on, case.on))
        await beside.arm(case, owed.row, RESULTS, case.on, terms, enquiry.id)


async def _owed(case: Case, letter: CandourNotice) -> Owed:
    row: Proceeding = await beside.find(case, ProceedingKind.CANDOUR, letter.incident_id)
    incident = await rows.incident(case.session, row.id)
    return Owed(incident=incident, row=row, rules=candour_files.version_of(incident.rules, incident.rules_version))
