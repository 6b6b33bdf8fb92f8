"""Ending a complaint: the signed response, closing, withdrawing."""

from __future__ import annotations

from typing import Any

from activities.acts import ledger, letters, silence
from activities.acts.case import Case, Refused, refuse_if
from activities.acts.ledger import Terms
from activities.acts.working import check, keep_words
from contracts.commands import CommandKind
from contracts.failures import Refusal
from contracts.notices import NoticeState
from db.models.organisation import Person
from db.queries import people, tasks
from db.said import Close, Respond, Withdraw
from policies import lawful
from policies.clock_rules import StartEvent
from policies.letters import has_blanks
from policies.procedure_rules import Signatory

# Roles whose holder signs: the responsible person, or a person authorised to act, their delegate (reg 4(2), 14(2)).
_SIGNS = {
    Signatory.RESPONSIBLE_PERSON: (("responsible_person",), "Responsible person"),
    Signatory.AUTHORISED_PERSON: (("authorised_signatory", "delegate"), "Authorised to sign"),
}

# Tasks that outlive the case: letters on their way, promises made, mistakes still to be put right.
_KEPT = (
    *("post_letter", "notice_failed", "notice_withheld", "promised"),
    *("approve_correction", "information_governance", "write_again"),
)


async def respond(case: Case, said: Respond) -> None:
    """Issue the written response. The signature releases the letter; the day it is issued counts."""
    refuse_if(has_blanks(said.letter), Refusal.BLANKS_LEFT)
    signatory, title = await _signatory(case, said)
    facts = {
        "letter": said.letter,
        "signatory_name": signatory.name,
        "signatory_role": title,
    }
    notice = await letters.to_person(case, "response", facts, NoticeState.DRAFT)
    await letters.send(case, notice, signatory.id)
    case.complaint.outcome = said.outcome
    case.move(CommandKind.RESPOND)
    case.complaint.waiting_on = "owner"
    case.event(
        "response.issued",
        notice_id=notice.id,
        outcome=said.outcome,
        signed_by=signatory.id,
        issued_on=case.on,
    )
    await ledger.meet_by(case, CommandKind.RESPOND, case.on)
    # With the response gone, an update or an explanation of the delay has nothing left to say.
    await letters.discard(case, [*await letters.unreleased(case, "update"),
                          *await letters.unreleased(case, "explain_delay")], "responded")  # fmt: skip
    await ledger.begin(case, StartEvent.RESPONSE, case.on, Terms(cause="responded"))
    await case.task("close_or_continue", "owner", name="responded")


async def _signatory(case: Case, said: Respond) -> tuple[Person, str]:
    person = await people.active_person(case.session, said.signed_by)
    if person is None:
        raise Refused(Refusal.UNKNOWN_SIGNATORY)
    # Nobody signs for somebody else: the signature is the act of the person who is signed in.
    refuse_if(case.actor_id != person.id, Refusal.NOT_AUTHORISED_TO_SIGN)
    for roles, title in (_SIGNS[signatory] for signatory in case.procedure.signatories):
        if await people.holds_any(case.session, person.id, roles, case.on):
            return person, title
    raise Refused(Refusal.NOT_AUTHORISED_TO_SIGN)


async def close(case: Case, said: Close) -> None:
    """Close an answered complaint. Drafts must be released or discarded first: nothing is dropped."""
    refuse_if(bool(await letters.unreleased(case)), Refusal.UNRELEASED_DRAFTS)
    keep_words(case, "closure", said.words)
    await ledger.meet_by(case, CommandKind.CLOSE, case.on)
    await end(case, case.procedure.after(case.complaint.stage, CommandKind.CLOSE))


async def withdraw(case: Case, said: Withdraw) -> None:
    """End a complaint that the person took back, with a letter that confirms it.

    The letter is released by the named person who recorded the withdrawal; with nobody named, or
    before the switch date of an import, it stays unreleased and a task asks for it.
    """
    check(lawful.happened(said.withdrawn_on, received_on=case.complaint.received_on, today=case.on))
    keep_words(case, "withdrawal", said.words)
    await letters.discard(case, await letters.unreleased(case), "withdrawn")
    ended = case.procedure.after(case.complaint.stage, CommandKind.WITHDRAW)
    await end(case, ended, method=said.method, withdrawn_on=said.withdrawn_on)
    notice = await letters.to_person(case, "withdrawal", {}, NoticeState.DRAFT)
    if case.actor_id is not None and not await silence.is_kept(case):
        await letters.send(case, notice, case.actor_id)
    else:
        await case.task("confirm_withdrawal", "owner", name="withdrawn", notice_id=notice.id)


async def end(case: Case, stage: str, **facts: Any) -> None:
    """End the case in a stage: its clocks stop, and its tasks end but for those that outlive it."""
    await ledger.stop_all(case, stage)
    await tasks.end_open(case.session, case.complaint.id, at=case.at, keep=_KEPT)
    complaint = case.complaint
    complaint.stage, complaint.open, complaint.closed_at = stage, False, case.at
    complaint.waiting_on, complaint.attention = None, None
    case.event(f"complaint.{stage}", outcome=complaint.outcome, **facts)
