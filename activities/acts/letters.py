"""What an act writes to people: prompts to staff that go by themselves, and drafts that a person releases."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final
from uuid import UUID

from activities.acts import carriers, consents, ledger, reach, silence, statements, told
from activities.acts.case import Case, refuse_if
from activities.acts.ledger import Terms
from activities.acts.letter_facts import ground_of, known_facts, purpose_of, template_for
from contracts.failures import Refusal
from contracts.notices import NoticeState
from db.models.complaint import Party
from db.models.organisation import Person
from db.models.work import Notice
from db.queries import notices, tasks
from db.queries.complaint_reads import parties_of
from db.queries.notices_beside import drafts_beside
from policies.corrections import governance_due
from policies.letters import Letter, facts_for, render
from policies.quiet import asked_for_by_law
from policies.reaching import EMAIL, LETTER, TEXT, Needs, is_safe

# What somebody who gets copies is told, too: until when, why it takes longer, and how it stands.
_COPIED: Final = frozenset({"period_set", "extension", "update", "hold", "hold_goes_on", "hold_lifted", "moved_on"})


async def draft(case: Case, template: str, facts: Mapping[str, Any], party: Party | None = None) -> Notice:
    """Write a draft to the person who complained or to another party, a task to release it, and the clock on that."""
    notice = await to_person(case, template, facts, NoticeState.DRAFT, party)
    if notice.state == NoticeState.WITHHELD.value:
        return notice
    if party is None:
        await copy_to_others(case, notice)
    await ask_for_release(case, notice)
    return notice


async def ask_for_release(case: Case, notice: Notice) -> None:
    """Ask for the release of a draft, with a clock on it; after the end of the complaint there is the task alone."""
    clock = None
    if case.complaint.open:
        terms = Terms(cause="draft_written")
        clock = await ledger.arm(case, "draft_release", case.on, terms, subject_id=notice.id)
    await case.task(
        "release_draft",
        "owner",
        name=str(notice.id),
        due_on=clock.due_on if clock is not None else case.on,
        clock_id=clock.id if clock is not None else None,
        notice_id=notice.id,
    )


async def to_person(
    case: Case, template: str, facts: Mapping[str, Any], state: NoticeState, party: Party | None = None
) -> Notice:
    """Write a notice to the person who complained or to another party, by the channel that is right for them.

    One to somebody who has died, or has no part in it any more, is withheld from the first, and stays on the file.
    """
    party = party or await complainant(case)
    template = template_for(case, template)
    known = {**await known_facts(case, party), **facts}
    letter = render(template, facts_for(template, known))
    gone = _gone(party)
    notice = await _to_party(case, letter, NoticeState.WITHHELD if gone else state, party)
    if gone:
        notice.settled_at, notice.failure, notice.journalled = case.at, gone, True
    elif state is NoticeState.QUEUED:
        await told.by_notice(case, notice)
    return notice


async def copy_to_others(case: Case, notice: Notice) -> None:
    """Draft a copy of what is written to the complainant for everybody who gets copies, and a task to release it.

    No clock is on it: what counts is that the person is told. No complaint is closed while a copy is a draft. None is
    written for somebody whom no consent covers: the event says so.
    """
    if purpose_of(notice.template) not in _COPIED:
        return
    whose = await complainant(case)
    for party in await parties_of(case.session, case.complaint.id):
        if party.id == whose.id or _gone(party) or not (await reach.needs(case, party)).copies:
            continue
        if not await consents.may_be_told(case, party, notice.template):
            case.event("copy.not_covered", party_id=party.id, template=notice.template)
            continue
        copied = {"copied_to": whose.name, "copied_subject": notice.subject, "copied_letter": notice.body}
        known = {**await known_facts(case, party), **copied}
        words = render("copy", facts_for("copy", known))
        letter = replace(words, template=notice.template, version=notice.template_version)
        copy = await _to_party(case, letter, NoticeState.DRAFT, party)
        await case.task("release_draft", "owner", name=str(copy.id), due_on=case.on, notice_id=copy.id)


async def counts(case: Case, notice: Notice) -> bool:
    """Say whether releasing a notice tells the person who complained: a copy for somebody else meets nothing.

    Nor does what is withheld at that moment, because its way is not safe.
    """
    return notice.failure != reach.UNSAFE and notice.party_id == (await complainant(case)).id


def _gone(party: Party) -> str | None:
    """Return why nothing is written to somebody any more."""
    if party.death_known_at is not None:
        return "person_has_died"
    return reach.RETIRED if party.retired_at is not None else None


async def _to_party(case: Case, letter: Letter, state: NoticeState, party: Party) -> Notice:
    found = await reach.needs(case, party)
    way = await reach.channel(case, party, found, short=letter.sms is not None) or LETTER
    if way == TEXT and letter.sms is not None:
        letter = replace(letter, body=letter.sms)
    notice = _add(case, letter, state, party=party, channel=way)
    notice.formats, notice.language = list(found.formats), found.language
    notice.statutory = asked_for_by_law(purpose_of(letter.template), by_template=letter.statutory)
    if state is NoticeState.QUEUED:
        notice.carrier = await carriers.carrier_for(case, way, found)
    return notice


async def to_staff(
    case: Case, template: str, person: Person, facts: Mapping[str, Any], *, urgent: bool = False
) -> None:
    """Queue a prompt to a member of staff. It holds a reference and dates, nothing about people.

    One that is not urgent waits for the end of quiet hours.
    """
    if person.email is None:
        return
    if await silence.is_kept(case):
        case.event("notice.kept_silent", template=template)
        return
    known = {"reference": case.complaint.reference, **facts}
    notice = _add(case, render(template, facts_for(template, known)), NoticeState.QUEUED, person=person)
    notice.statutory = urgent


async def complainant(case: Case) -> Party:
    """Return the person who complained. Raises NoResultFound where none was logged."""
    return await notices.complainant_of(case.session, case.complaint.id)


async def unreleased(case: Case, template: str | None = None) -> list[Notice]:
    """Return the drafts that nobody has released or discarded, of one template (a procedure's own too) or all.

    What is drafted to the staff complained about is not among them, nor among all what is drafted in a proceeding
    beside the complaint: it outlives it.
    """
    drafts = await notices.in_state(case.session, case.complaint.id, NoticeState.DRAFT)
    outside = [draft for draft in drafts if draft.involvement_id is None]
    if template is None and outside:
        beside = await drafts_beside(case.session, case.complaint.id)
        return [draft for draft in outside if draft.id not in beside]
    return [draft for draft in outside if template in (None, draft.template, purpose_of(draft.template))]


async def to_be_posted(case: Case) -> list[Notice]:
    """Return the letters to people outside that are released and wait for a person to post them."""
    released = await notices.in_state(case.session, case.complaint.id, NoticeState.RELEASED)
    return [notice for notice in released if notice.involvement_id is None]


async def send(case: Case, notice: Notice, by: UUID | None) -> None:
    """Release a notice: queue an e-mail; for a letter, ask a person to post it. Refused until a switch date.

    What somebody needs may have changed since it was written: it leaves as they need it now.
    """
    refuse_if(await silence.is_kept(case), Refusal.QUIET_UNTIL_SWITCH)
    refuse_if(notice.failure == reach.RETIRED, Refusal.UNKNOWN_PARTY)
    refuse_if(notice.state == NoticeState.WITHHELD.value, Refusal.PERSON_HAS_DIED)
    refuse_if(not await consents.may_leave(case, notice), Refusal.CONSENT_MISSING)
    notice.released_by, notice.released_at = by, case.at
    case.released = notice
    words = hashlib.sha256(f"{notice.subject}\n{notice.body}".encode()).hexdigest()
    case.event("notice.released", notice_id=notice.id, template=notice.template, sha256=words)
    party = await case.session.get(Party, notice.party_id) if notice.party_id is not None else None
    found = Needs() if party is None else await reach.fit(case, notice, party)
    if notice.channel == TEXT and not is_safe(TEXT, found.unsafe):
        await withhold(case, notice, reach.UNSAFE)
    elif case.complaint.stop_contact and party is not None and not _queued_as_ever(notice, found):
        await withhold(case, notice)
    else:
        await reach.leave(case, notice, party, found)
        await told.by_notice(case, notice)


def _queued_as_ever(notice: Notice, found: Needs) -> bool:
    """Say whether a machine carries it, and asks once more at the moment of sending whether it may leave."""
    return notice.channel in (EMAIL, TEXT) and not found.owes_format


async def withhold(case: Case, notice: Notice, cause: str | None = None) -> None:
    """Keep back what may not leave, because contact is stopped or for a cause, and ask a person what to do instead."""
    await keep_back(case, notice, cause)
    await reach.ask(case, "notice_withheld", notice)


async def keep_back(case: Case, notice: Notice, cause: str | None = None) -> None:
    """Withhold what is released or queued: it does not leave any more.

    An e-mail may be in the hands of the mail server at this very moment: then it is still settled as handed over.
    """
    notice.state, notice.settled_at, notice.failure = NoticeState.WITHHELD.value, case.at, cause
    notice.journalled = True
    why = {} if cause is None else {"cause": cause}
    case.event("notice.withheld", notice_id=notice.id, template=notice.template, **why)
    case.kept_back.append(notice)
    await reach.no_longer(case, notice.id, cause or "withheld")


async def discard(case: Case, drafts: list[Notice], cause: str) -> None:
    """Discard drafts that have nothing left to say, and end the clocks and tasks on them."""
    for notice in drafts:
        notice.state, notice.settled_at = NoticeState.DISCARDED.value, case.at
        case.event("notice.discarded", notice_id=notice.id, cause=cause)
        case.kept_back.append(notice)
        if row := await ledger.running(case, "draft_release", notice.id):
            await ledger.stop(case, row, cause)
        await tasks.end_open(case.session, case.complaint.id, at=case.at, notice_id=notice.id, kind="release_draft")


async def journal_arrivals(case: Case) -> None:
    """Put into the chain what was handed over to people outside since the last act."""
    for notice in await notices.unjournalled(case.session, case.complaint.id):
        case.event_of_machine("notice.handed_over", **arrival(notice))
        await statements.carried(case, notice)
        if notice.failure is not None:
            await _left_after_all(case, notice)


async def _left_after_all(case: Case, notice: Notice) -> None:
    """Ask a person about what a correction withheld while the mail server had it: it was too late."""
    if notice.failure == "opened_in_error":
        await case.task("write_again", "owner", name=str(notice.id), notice_id=notice.id)
        return
    await _look_into(case, notice)


async def left_uncovered(case: Case, notice: Notice) -> None:
    """Have it looked into that a person sent what no consent covers any more: it has left, and the record says so."""
    if notice.state == NoticeState.HANDED_OVER.value:
        notice.failure = consents.MISSING
    case.event("notice.left_uncovered", notice_id=notice.id, template=notice.template)
    await _look_into(case, notice)


async def _look_into(case: Case, notice: Notice) -> None:
    task, due_on = "information_governance", governance_due(case.at)
    await case.task(task, "complaints_manager", name=str(notice.id), due_on=due_on, notice_id=notice.id)


def arrival(notice: Notice) -> dict[str, Any]:
    """Return what the chain holds of a hand-over, and mark the notice as journalled."""
    notice.journalled = True
    return {"notice_id": notice.id, "template": notice.template, "handed_over_at": notice.settled_at}


def _add(
    case: Case,
    letter: Letter,
    state: NoticeState,
    *,
    party: Party | None = None,
    person: Person | None = None,
    channel: str = EMAIL,
) -> Notice:
    whose = party.id if party is not None else person.id if person is not None else None
    notice = Notice(
        id=case.new_id(f"notice/{letter.template}/{whose}"),
        organisation_id=case.complaint.organisation_id,
        complaint_id=case.complaint.id,
        template=letter.template,
        template_version=letter.version,
        audience=letter.audience,
        party_id=party.id if party is not None else None,
        person_id=person.id if person is not None else None,
        channel=channel,
        legal_ground=ground_of(case, letter.template, letter.legal_ground),
        state=state.value,
        subject=letter.subject,
        body=letter.body,
        act_id=case.act.act_id,
        drafted_at=case.at,
    )
    case.session.add(notice)
    case.event("notice.written", notice_id=notice.id, template=letter.template, state=state)
    return notice
