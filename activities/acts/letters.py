"""What an act writes to people: prompts to staff that go by themselves, and drafts that a person releases."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from activities.acts import ledger, silence
from activities.acts.case import Case, refuse_if
from activities.acts.ledger import Terms
from activities.acts.letter_facts import ground_of, known_facts, purpose_of, template_for
from contracts.failures import Refusal
from contracts.notices import NoticeState
from db.models.complaint import Party
from db.models.organisation import Person
from db.models.work import Notice
from db.queries import notices, tasks
from policies.corrections import governance_due
from policies.letters import Letter, facts_for, render


async def draft(case: Case, template: str, facts: Mapping[str, Any], party: Party | None = None) -> Notice:
    """Write a draft to the person who complained or to another party, a task to release it, and the clock on that."""
    notice = await to_person(case, template, facts, NoticeState.DRAFT, party)
    if notice.state == NoticeState.WITHHELD.value:
        return notice
    terms = Terms(cause="draft_written")
    clock = await ledger.arm(case, "draft_release", case.on, terms, subject_id=notice.id)
    await case.task(
        "release_draft",
        "owner",
        name=str(notice.id),
        due_on=clock.due_on,
        clock_id=clock.id,
        notice_id=notice.id,
    )
    return notice


async def to_person(
    case: Case, template: str, facts: Mapping[str, Any], state: NoticeState, party: Party | None = None
) -> Notice:
    """Write a notice to the person who complained or to another party, by e-mail where there is an address.

    One to somebody who has died is withheld from the first, and stays on the file.
    """
    party = party or await complainant(case)
    template = template_for(case, template)
    known = {**await known_facts(case, party), **facts}
    letter = render(template, facts_for(template, known))
    if party.death_known_at is None:
        return _add(case, letter, state, party=party)
    notice = _add(case, letter, NoticeState.WITHHELD, party=party)
    notice.settled_at, notice.failure, notice.journalled = case.at, "person_has_died", True
    return notice


async def to_staff(case: Case, template: str, person: Person, facts: Mapping[str, Any]) -> None:
    """Queue a prompt to a member of staff. It holds a reference and dates, nothing about people."""
    if person.email is None:
        return
    if await silence.is_kept(case):
        case.event("notice.kept_silent", template=template)
        return
    known = {"reference": case.complaint.reference, **facts}
    _add(
        case,
        render(template, facts_for(template, known)),
        NoticeState.QUEUED,
        person=person,
    )


async def complainant(case: Case) -> Party:
    """Return the person who complained. Raises NoResultFound where none was logged."""
    return await notices.complainant_of(case.session, case.complaint.id)


async def unreleased(case: Case, template: str | None = None) -> list[Notice]:
    """Return the drafts that nobody has released or discarded, of one template (a procedure's own too) or all."""
    drafts = await notices.in_state(case.session, case.complaint.id, NoticeState.DRAFT)
    return [draft for draft in drafts if template in (None, draft.template, purpose_of(draft.template))]


async def to_be_posted(case: Case) -> list[Notice]:
    """Return the letters that are released and wait for a person to post them."""
    return await notices.in_state(case.session, case.complaint.id, NoticeState.RELEASED)


async def send(case: Case, notice: Notice, by: UUID | None) -> None:
    """Release a notice: queue an e-mail; for a letter, ask a person to post it. Refused until a switch date."""
    refuse_if(await silence.is_kept(case), Refusal.QUIET_UNTIL_SWITCH)
    refuse_if(notice.state == NoticeState.WITHHELD.value, Refusal.PERSON_HAS_DIED)
    notice.released_by, notice.released_at = by, case.at
    words = hashlib.sha256(f"{notice.subject}\n{notice.body}".encode()).hexdigest()
    case.event("notice.released", notice_id=notice.id, template=notice.template, sha256=words)
    if notice.channel == "email":
        notice.state = NoticeState.QUEUED.value
    elif case.complaint.stop_contact:
        await withhold(case, notice)
    else:
        notice.state = NoticeState.RELEASED.value
        await case.task("post_letter", "owner", name=str(notice.id), notice_id=notice.id)


async def withhold(case: Case, notice: Notice) -> None:
    """Keep back a letter because contact is stopped, and ask a person what to do instead."""
    await keep_back(case, notice)
    await case.task("notice_withheld", "owner", name=str(notice.id), notice_id=notice.id)


async def keep_back(case: Case, notice: Notice, cause: str | None = None) -> None:
    """Withhold what is released or queued: it does not leave any more.

    An e-mail may be in the hands of the mail server at this very moment: then it is still settled as handed over.
    """
    notice.state, notice.settled_at, notice.failure = NoticeState.WITHHELD.value, case.at, cause
    notice.journalled = True
    why = {} if cause is None else {"cause": cause}
    case.event("notice.withheld", notice_id=notice.id, template=notice.template, **why)
    await tasks.end_open(case.session, case.complaint.id, at=case.at, notice_id=notice.id, kind="post_letter")


async def discard(case: Case, drafts: list[Notice], cause: str) -> None:
    """Discard drafts that have nothing left to say, and end the clocks on them."""
    for notice in drafts:
        notice.state, notice.settled_at = NoticeState.DISCARDED.value, case.at
        case.event("notice.discarded", notice_id=notice.id, cause=cause)
        if row := await ledger.running(case, "draft_release", notice.id):
            await ledger.stop(case, row, cause)


async def journal_arrivals(case: Case) -> None:
    """Put into the chain what was handed over to people outside since the last act."""
    for notice in await notices.unjournalled(case.session, case.complaint.id):
        case.event_of_machine("notice.handed_over", **arrival(notice))
        if notice.failure is not None:
            await _left_after_all(case, notice)


async def _left_after_all(case: Case, notice: Notice) -> None:
    """Ask a person about what a correction withheld while the mail server had it: it was too late."""
    if notice.failure == "opened_in_error":
        await case.task("write_again", "owner", name=str(notice.id), notice_id=notice.id)
        return
    await case.task(
        "information_governance",
        "complaints_manager",
        name=str(notice.id),
        due_on=governance_due(case.at),
        notice_id=notice.id,
    )


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
) -> Notice:
    email = party.email if party is not None else person.email if person is not None else None
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
        channel="email" if email else "letter",
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
