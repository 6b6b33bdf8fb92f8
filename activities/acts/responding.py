"""The response is signed and issued."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from activities.acts import intake_letters, joint_drafts, ledger, letters, staff_outcome
from activities.acts.case import Case, Refused, check, refuse_if
from activities.acts.drafting import end_tasks, identity, standing_of, to_be_signed
from activities.acts.findings_of import derived_outcome
from activities.acts.ledger import Terms
from contracts.commands import CommandKind
from contracts.failures import Refusal
from contracts.notices import NoticeState
from db.models.organisation import Person
from db.models.response import ResponseDraft
from db.models.work import Notice
from db.queries import people, response, tasks
from db.said import Respond
from policies import signing
from policies.clock_rules import StartEvent
from policies.letters import has_blanks
from policies.next_steps import tiers_ahead
from policies.procedure_rules import WindowFrom
from policies.tiers import window_until

# What may be said of the outcome where the procedure names none.
_OUTCOMES: Final = frozenset({"upheld", "partially_upheld", "not_upheld"})
# A letter that is composed has other words around it than one that somebody wrote whole.
_COMPOSED: Final = "response_composed"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Issue:
    """What is issued: the words, the outcome, and the draft that they were cleared as, where there is one."""

    letter: str
    outcome: str
    draft: ResponseDraft | None = None


async def respond(case: Case, said: Respond) -> None:
    """Issue the written response. The signature releases the letter; the day it is issued counts."""
    issue = await _issue(case, said)
    refuse_if(has_blanks(issue.letter), Refusal.BLANKS_LEFT)
    signatory, title = await _signatory(case, said)
    told = await joint_drafts.before_signing(case, issue.letter, issue.draft)
    notice = await _send(case, issue, signatory, title)
    case.complaint.outcome = issue.outcome
    case.move(CommandKind.RESPOND)
    case.complaint.waiting_on = "owner"
    case.event(
        "response.issued",
        notice_id=notice.id,
        outcome=issue.outcome,
        signed_by=signatory.id,
        issued_on=case.on,
        **(identity(issue.draft) if issue.draft is not None else {}),
    )
    await ledger.meet_by(case, CommandKind.RESPOND, case.on)
    # With the response gone, an update or an explanation of the delay has nothing left to say.
    await letters.discard(case, [*await letters.unreleased(case, "update"),
                          *await letters.unreleased(case, "explain_delay")], "responded")  # fmt: skip
    await ledger.begin(case, StartEvent.RESPONSE, case.on, Terms(cause="responded"))
    await staff_outcome.answered(case)
    await joint_drafts.signed(case, told)
    await tasks.end_open(case.session, case.complaint.id, at=case.at, kind="close_or_continue")
    await case.task("close_or_continue", "owner", name="responded")
    await intake_letters.tell_who_wrote(case)


async def _issue(case: Case, said: Respond) -> _Issue:
    """Return what is issued: the draft that was cleared, or a letter written whole where no elements are prescribed."""
    if not case.procedure.elements:
        if said.letter is None:
            raise Refused(Refusal.NOTHING_DRAFTED)
        return _Issue(letter=said.letter, outcome=await _outcome(case, said))
    draft = await to_be_signed(case)
    # What is signed is what was cleared: no words come in beside it.
    refuse_if(said.letter is not None, Refusal.CONTRADICTS_RECORD)
    # The very letter that went out already is no second response.
    before = await response.drafts_of(case.session, case.complaint.id)
    refuse_if(any(each.issued_on and each.sha256 == draft.sha256 for each in before), Refusal.NOTHING_CHANGES)
    return _Issue(letter=draft.composed, outcome=await _outcome(case, said), draft=draft)


async def _outcome(case: Case, said: Respond) -> str:
    """Return the outcome as the findings give it, else as it is said (R-31)."""
    known = {rule.code for rule in case.procedure.outcomes} or _OUTCOMES
    refuse_if(said.outcome is not None and said.outcome not in known, Refusal.UNKNOWN_CODE)
    derived = await derived_outcome(case)
    if derived is not None:
        refuse_if(said.outcome not in (None, derived.code), Refusal.CONTRADICTS_RECORD)
        return derived.code
    if said.outcome is None:
        raise Refused(Refusal.FINDINGS_NEEDED)
    return said.outcome


async def _signatory(case: Case, said: Respond) -> tuple[Person, str]:
    person = await people.active_person(case.session, said.signed_by)
    if person is None:
        raise Refused(Refusal.UNKNOWN_SIGNATORY)
    # Nobody signs for somebody else: the signature is the act of the person who is signed in.
    refuse_if(case.actor_id != person.id, Refusal.NOT_AUTHORISED_TO_SIGN)
    standing = await standing_of(case, person.id)
    check(signing.refusal(case.procedure, standing))
    capacity = signing.capacity(case.procedure, standing)
    assert capacity is not None  # else it was refused
    return person, signing.title(capacity)


async def _send(case: Case, issue: _Issue, signatory: Person, title: str) -> Notice:
    facts: dict[str, Any] = {"letter": issue.letter, "signatory_name": signatory.name, "signatory_role": title}
    if issue.draft is None:
        notice = await letters.to_person(case, "response", facts, NoticeState.DRAFT)
    else:
        last_day = _window_until(case)
        facts |= {"issued_on": case.on, "window_until": last_day}
        notice = await letters.to_person(case, _COMPOSED, facts, NoticeState.DRAFT)
        await case.session.flush()
        issue.draft.notice_id, issue.draft.issued_on = notice.id, case.on
        await end_tasks(case)
    await letters.send(case, notice, signatory.id)
    return notice


def _window_until(case: Case) -> date | None:
    """Return the last day on which the next tier can be asked for, where that counts from the day of the response."""
    complaint = case.complaint
    ahead = tiers_ahead(case.procedure, stage=complaint.stage, tier=complaint.tier)
    window = ahead[0].window if ahead else None
    if window is None or window.starts is not WindowFrom.RESPONSE:
        return None
    return window_until(window, answered_on=case.on, noticed_on=None, calendar=case.calendars.nation)
