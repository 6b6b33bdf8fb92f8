"""Ending a complaint: closing, withdrawing."""

from __future__ import annotations

from typing import Any

from activities.acts import (
    action_letters,
    holds,
    ledger,
    letters,
    parallel,
    plan_reviews,
    promises,
    releasing,
    requests,
    silence,
    staff_letters,
    staff_outcome,
    transfers,
    unplanned,
)
from activities.acts.case import Case, check, refuse_if
from activities.acts.working import keep_words
from contracts.commands import CommandKind
from contracts.failures import Refusal
from contracts.notices import NoticeState
from db.queries import tasks
from db.said import Close, Withdraw
from policies import lawful

# Tasks that outlive the case: letters on their way, promises made, mistakes still to be put right.
_KEPT = (
    *("post_letter", "find_way", "supply_format", "call_instead"),
    *("notice_failed", "notice_withheld", "promised", "unsafe_contact"),
    *("approve_correction", "information_governance", "write_again", "complete_coding", "review_staff_safety"),
    *("decide_severity", "refer_today"),
    *("settle_body_action", "transfer_declined", "transfer_taken_late"),
    "plan_action",
)


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
    await promises.end_with_case(case)
    unreferred = await parallel.leave_unreferred(case)
    await ledger.stop_all(case, stage)
    await requests.end_with_case(case)
    await holds.end_with_case(case)
    await tasks.end_open(case.session, case.complaint.id, at=case.at, keep=_KEPT, keep_staff=True)
    complaint = case.complaint
    complaint.stage, complaint.open, complaint.closed_at = stage, False, case.at
    complaint.waiting_on, complaint.attention = None, None
    case.event(f"complaint.{stage}", outcome=complaint.outcome, **facts)
    await releasing.case_ended(case)
    await transfers.case_ended(case)
    await plan_reviews.case_ended(case)
    await staff_outcome.case_ended(case)
    await staff_letters.outlive(case)
    await action_letters.outlive(case)
    await unplanned.case_ended(case)
    await parallel.raise_unreferred(case, unreferred)
