"""The response on its way to the signature: drafted, cleared by somebody else or by several in turn, or sent back."""

from __future__ import annotations

import hashlib
from datetime import date
from typing import Any, Final
from uuid import UUID

from activities.acts import clearing, composing, joint_composing, ledger
from activities.acts.case import Case, Refused, refuse_if
from activities.acts.clearing import Clearance
from activities.acts.ledger import Terms
from contracts.commands import CommandKind
from contracts.failures import Refusal
from db.models.clock import ClockRow
from db.models.organisation import Person
from db.models.response import ResponseClearance, ResponseDraft
from db.queries import casework, clocks, response, tasks
from db.response_said import ClearResponse, DraftResponse
from policies import signing
from policies.clock_rules import StartEvent
from policies.composing import WITHOUT_WORDS, compose
from policies.letters import has_blanks
from policies.procedure_rules import Requirement, Signatory

DRAFT_TASKS: Final = ("clear_response", "sign_response", "redraft_response")


async def draft_response(case: Case, said: DraftResponse) -> None:
    """Compose a version of the response; one that lacks nothing is put forward for clearance."""
    actor_id = _actor(case)
    words = _words(case, said)
    material = await composing.material_of(case)
    composed = compose(case.procedure, words, material)
    # Now, and not at the signature: an issue, a finding or a remedy may hold a blank, too.
    refuse_if(has_blanks(composed.text), Refusal.BLANKS_LEFT)
    before = await response.latest_draft(case.session, case.complaint.id)
    draft = ResponseDraft(
        id=case.new_id("response_draft"),
        organisation_id=case.complaint.organisation_id,
        complaint_id=case.complaint.id,
        version=before.version + 1 if before is not None else 1,
        tier=case.complaint.tier,
        sections=[{"element": element, "words": each} for element, each in words.items()],
        remark=said.remark,
        composed=composed.text,
        sha256=hashlib.sha256(composed.text.encode()).hexdigest(),
        sources_sha256=material.fingerprint,
        missing=list(composed.missing),
        findings=await composing.told(case),
        parts=await joint_composing.keys_told(case),
        written_by=actor_id,
        written_at=case.at,
        act_id=case.act.act_id,
    )
    case.session.add(draft)
    case.event("response.drafted", **identity(draft), sha256=draft.sha256, missing=len(draft.missing))
    sent_back = await tasks.is_open(case.session, case.complaint.id, "redraft_response")
    await ledger.meet_by(case, CommandKind.DRAFT_RESPONSE, case.on)
    await _let_go(case, "redrafted", StartEvent.CLEARANCE, StartEvent.SIGNATURE)
    if not composed.missing:
        await _put_forward(case, draft)
    elif sent_back:
        await _ask(case, "redraft_response", "owner", draft)  # what was asked for is not there yet


def _words(case: Case, said: DraftResponse) -> dict[str, str]:
    """Return what was written, by element. Refused for an element that is none, or that nobody writes."""
    sources = {element.code: element.source for element in case.procedure.elements}
    words = {section.element: section.words for section in said.sections}
    refuse_if(not words.keys() <= sources.keys(), Refusal.UNKNOWN_CODE)
    refuse_if(len(words) < len(said.sections), Refusal.CONTRADICTS_RECORD)
    refuse_if(any(sources[element] in WITHOUT_WORDS for element in words), Refusal.CONTRADICTS_RECORD)
    return words


async def _put_forward(case: Case, draft: ResponseDraft) -> None:
    """Ask for clearance; where nothing asks for one, for the signature."""
    required = case.procedure.required(case.complaint.stage, CommandKind.RESPOND)
    if clearing.chain_of(case) or Requirement.RESPONSE_CLEARED in required:
        clock = await _begin(case, StartEvent.CLEARANCE)
        await _ask_to_clear(case, draft, await clearing.standing(case, draft), clock)
    else:
        await _ask_to_sign(case, draft)


async def clear_response(case: Case, said: ClearResponse) -> None:
    """Clear the draft for signature, or send it back with a reason; a signatory sends back what is cleared, too.

    A serious complaint's draft is cleared by several in turn: each clears for an office, and the last one for all.
    """
    actor_id = _actor(case)
    draft = await to_be_signed(case)
    refuse_if(said.version not in (None, draft.version), Refusal.STALE_VERSION)
    if said.cleared:
        await _clear(case, said, draft, actor_id)
    else:
        await _send_back(case, said, draft, actor_id)


async def _clear(case: Case, said: ClearResponse, draft: ResponseDraft, actor_id: UUID) -> None:
    now = await clearing.standing(case, draft)
    refuse_if(now.cleared, Refusal.NOTHING_CHANGES)
    who = await standing_of(case, actor_id)
    await _check_clearing(case, said, draft, now, who)
    then = await clearing.record(case, draft, now, who, actor_id, said.mitigation)
    office = then.steps[-1].office
    mitigated = draft.written_by == actor_id or any(step.person_id == actor_id for step in now.steps)
    if then.left:
        case.event("response.step_cleared", **identity(draft), office=office, left=len(then.left), mitigated=mitigated)
    else:
        case.session.add(_decision(case, said, draft, actor_id, now.last))
        facts = {"office": office} if now.chain else {}
        case.event("response.cleared", **identity(draft), mitigated=mitigated, **facts)
    await _decided(case, "cleared")
    if then.left:
        await _ask_to_clear(case, draft, then, await _begin(case, StartEvent.CLEARANCE))
    else:
        await _ask_to_sign(case, draft)


async def _send_back(case: Case, said: ClearResponse, draft: ResponseDraft, actor_id: UUID) -> None:
    """Send the draft back: the next version is cleared from the first office on."""
    refuse_if(not said.reason, Refusal.REASON_NEEDED)
    now, who = await clearing.standing(case, draft), await standing_of(case, actor_id)
    may = signing.may_clear(who) or signing.capacity(case.procedure, who) is not None
    refuse_if(not may and not await clearing.is_their_turn(case, now, who, actor_id), Refusal.NOT_AUTHORISED_TO_CLEAR)
    case.session.add(_decision(case, said, draft, actor_id, now.last))
    case.event("response.sent_back", **identity(draft), mitigated=False)
    await _decided(case, "sent_back")
    clock = await _begin(case, StartEvent.DRAFTING)
    await _ask(case, "redraft_response", "owner", draft, clock)


async def _decided(case: Case, cause: str) -> None:
    """Take away what was asked about the draft: as done, before the clock takes its own tasks away as overtaken."""
    await end_tasks(case)
    await ledger.meet_by(case, CommandKind.CLEAR_RESPONSE, case.on)
    await _let_go(case, cause, StartEvent.SIGNATURE)


async def severity_changed(case: Case, before: str | None) -> None:
    """Have the draft in hand cleared as serious as the complaint is now: whoever is missing is asked, or no longer."""
    if clearing.chain_of(case) == clearing.chain_for(case, before):
        return
    draft = await composing.pending(case) if case.complaint.open else None
    if draft is None or draft.missing or not case.procedure.elements:
        return
    now = await clearing.standing(case, draft)
    running = await _running(case, StartEvent.SIGNATURE)
    if now.sent_back or (now.cleared and running is not None):
        return
    if now.cleared:
        await _let_go(case, "severity_changed", StartEvent.CLEARANCE)
        await _ask_to_sign(case, draft)
    elif now.chain or await _running(case, StartEvent.CLEARANCE) is not None:
        await _let_go(case, "severity_changed", StartEvent.SIGNATURE)
        # Whoever had the time to clear it has no more of it because somebody else is asked.
        clock = await _running(case, StartEvent.CLEARANCE) or await _begin(case, StartEvent.CLEARANCE)
        await _ask_to_clear(case, draft, now, clock)


async def may_begin(case: Case, on: date, cause: str) -> None:
    """Start the clock on the draft: nothing that it rests on is awaited any more, and none is on its way."""
    if await composing.pending(case) is None:
        await ledger.begin(case, StartEvent.DRAFTING, on, Terms(cause=cause))


async def _check_clearing(
    case: Case, said: ClearResponse, draft: ResponseDraft, now: Clearance, who: signing.Standing
) -> None:
    actor_id = _actor(case)
    if now.left:
        await clearing.check_turn(case, draft, now, who, actor_id, said.mitigation)
    else:
        refuse_if(not signing.may_clear(who), Refusal.NOT_AUTHORISED_TO_CLEAR)
        alone = draft.written_by == actor_id
        refuse_if(alone and not (case.complaint.small_body and said.mitigation), Refusal.SAME_PERSON)
    if not await composing.is_whole(case, draft):
        raise Refused(Refusal.REQUIREMENTS_MISSING, [Requirement.RESPONSE_COMPLETE.value])


def _decision(
    case: Case, said: ClearResponse, draft: ResponseDraft, actor_id: UUID, last: ResponseClearance | None
) -> ResponseClearance:
    return ResponseClearance(
        id=case.new_id("response_clearance"),
        organisation_id=case.complaint.organisation_id,
        complaint_id=case.complaint.id,
        draft_id=draft.id,
        number=1 if last is None else last.number + 1,
        sent_back=not said.cleared,
        reason=said.reason,
        mitigation=said.mitigation,
        decided_by=actor_id,
        decided_at=case.at,
        act_id=case.act.act_id,
    )


async def to_be_signed(case: Case) -> ResponseDraft:
    """Return the draft that is on its way to the signature. Refused where there is none, or it was sent back."""
    draft = await composing.pending(case)
    last = await response.last_clearance(case.session, draft.id) if draft is not None else None
    if draft is None or (last is not None and not last.cleared):
        raise Refused(Refusal.NOTHING_DRAFTED)
    return draft


async def standing_of(case: Case, person_id: UUID) -> signing.Standing:
    """Return what a person is to the case today: what they are appointed to, and what part they have or had in it."""
    complaint, session = case.complaint, case.session
    decides = await casework.present_role(session, complaint.id, "decision_maker")
    investigated = await response.parts_of(session, complaint.id, person_id, "investigator")
    return signing.Standing(
        roles=await response.roles_held(session, person_id, case.on),
        decision_maker=decides is not None and decides.person_id == person_id,
        investigated=bool(investigated),
        mitigated=bool(investigated) and bool(investigated[-1].mitigation),
        small_body=complaint.small_body,
    )


def identity(draft: ResponseDraft) -> dict[str, Any]:
    """Return what an event says of the draft it is about."""
    return {"draft_id": draft.id, "draft_version": draft.version}


async def end_tasks(case: Case) -> None:
    """End what was asked about the draft: somebody did it."""
    for kind in DRAFT_TASKS:
        await tasks.end_open(case.session, case.complaint.id, at=case.at, kind=kind, done_by=case.actor_id, done=True)


def _actor(case: Case) -> UUID:
    if case.actor_id is None:
        raise Refused(Refusal.UNKNOWN_PERSON)  # a machine neither writes nor clears
    return case.actor_id


def _signs(case: Case) -> str:
    """Return the role that is asked to sign."""
    first = case.procedure.signatories[0] if case.procedure.signatories else None
    return "decision_maker" if first is Signatory.DECISION_MAKER else "responsible_person"


async def _ask_to_clear(case: Case, draft: ResponseDraft, now: Clearance, clock: ClockRow | None) -> None:
    person = await clearing.asked(case, draft, now)
    await _ask(case, "clear_response", clearing.role_asked(now), draft, clock, person)


async def _ask_to_sign(case: Case, draft: ResponseDraft) -> None:
    await _ask(case, "sign_response", _signs(case), draft, await _begin(case, StartEvent.SIGNATURE))


async def _ask(
    case: Case, kind: str, role: str, draft: ResponseDraft, clock: ClockRow | None = None, person: Person | None = None
) -> None:
    await case.task(
        kind,
        role,
        # By the severity, too: it may change in the very act that asked first.
        name=f"{draft.id}/{case.complaint.severity}",
        due_on=clock.due_on if clock else None,
        clock_id=clock.id if clock else None,
        subject_id=draft.id,
        person=person,
    )


async def _begin(case: Case, event: StartEvent) -> ClockRow | None:
    """Start the clocks of an event, and return the first to run out; one let go of in this very act runs again."""
    await ledger.begin(case, event, case.on, Terms(cause=event.value))
    again = {clock.clock_id for clock in case.armed}
    case.stopped[:] = [clock_id for clock_id in case.stopped if clock_id not in again]
    return await _running(case, event)


async def _running(case: Case, event: StartEvent) -> ClockRow | None:
    """Return the running clock of an event that is the first to run out."""
    running = await clocks.running_clocks(case.session, case.complaint.id)
    return next((row for row in running if case.procedure.clock(row.kind).starts is event), None)


async def _let_go(case: Case, cause: str, *events: StartEvent) -> None:
    """Stop what waits for a draft that is no longer the one in hand."""
    await end_tasks(case)
    for row in await clocks.running_clocks(case.session, case.complaint.id):
        if row.subject_id is None and case.procedure.clock(row.kind).starts in events:
            await ledger.stop(case, row, cause)
