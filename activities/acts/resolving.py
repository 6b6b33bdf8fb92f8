"""Early resolution: an attempt on the same statutory clocks, what came of it, and the step to the closer look.

No clock that counts from receipt is ever begun anew here (R-23).
"""

from __future__ import annotations

from datetime import date
from typing import Any

from activities.acts import ending, intake_letters, ledger, letters, staff_outcome
from activities.acts.case import Case, check, refuse_if
from activities.acts.drafting import DRAFT_TASKS
from activities.acts.ledger import Terms
from activities.acts.working import keep_words
from contracts.clocks import Effect
from contracts.commands import CommandKind
from contracts.failures import Refusal
from contracts.notices import NoticeState
from db.casework_said import BeginResolution, MoveOn, Resolve
from db.models.casework import ResolutionAttempt
from db.queries import casework, clocks, tasks
from policies import resolving
from policies.clock_rules import StartEvent

# What a person need not be sent any more once the matter is resolved.
_OVERTAKEN = ("update", "explain_delay", "issues_to_confirm", "plan_shared", "moved_on")


async def begin_resolution(case: Case, said: BeginResolution) -> None:
    """Begin an attempt at early resolution; one at a time."""
    attempts = await casework.attempts_of(case.session, case.complaint.id)
    refuse_if(_under_way(attempts) is not None, Refusal.CONTRADICTS_RECORD)
    attempt = _new(case, len(attempts) + 1, begun_on=case.on, begun_by=case.actor_id, plan=said.plan)
    case.session.add(attempt)
    case.event("resolution.begun", attempt_id=attempt.id, number=attempt.number)
    case.move(CommandKind.BEGIN_RESOLUTION)
    await ledger.begin(case, StartEvent.RESOLUTION, case.on, Terms(cause="resolution_begun"))
    case.complaint.waiting_on = "owner"


async def resolve(case: Case, said: Resolve) -> None:
    """Record what was done, and whether the person is satisfied: else it goes on, on the clocks that run already."""
    attempts = await casework.attempts_of(case.session, case.complaint.id)
    attempt = _under_way(attempts)
    check(
        resolving.ended(
            said.resolved_on,
            begun_on=attempt.begun_on if attempt else None,
            received_on=case.complaint.received_on,
            today=case.on,
        )
    )
    if attempt is None:
        attempt = _new(case, len(attempts) + 1)
    _end(case, attempt, said.when, said.summary, said.resolved_on)
    attempt.method = said.method
    case.session.add(attempt)
    case.event(
        "resolution.recorded",
        attempt_id=attempt.id,
        satisfied=said.satisfied,
        method=said.method,
        resolved_on=said.resolved_on,
    )
    if said.satisfied:
        await _resolved(case, said)
    else:
        await _on_to_next(case, CommandKind.RESOLVE, said.resolved_on, said.when)


async def move_on(case: Case, said: MoveOn) -> None:
    """Take up the next stage of the procedure, with the reason on the file."""
    stage = case.complaint.stage
    refuse_if(case.procedure.after(stage, CommandKind.MOVE_ON) == stage, Refusal.NOTHING_CHANGES)
    attempt = _under_way(await casework.attempts_of(case.session, case.complaint.id))
    if attempt is not None:
        _end(case, attempt, "moved_on", said.reason, case.on)
    keep_words(case, "moved_on", said.reason)
    await _on_to_next(case, CommandKind.MOVE_ON, case.on)


async def _resolved(case: Case, said: Resolve) -> None:
    """Share the summary with the person, and bring the complaint to where the procedure says."""
    stage = case.procedure.after(case.complaint.stage, CommandKind.RESOLVE, said.when)
    await ledger.meet_by(case, CommandKind.RESOLVE, said.resolved_on)
    for template in _OVERTAKEN:
        await letters.discard(case, await letters.unreleased(case, template), "resolved")
    facts = {"matter": case.complaint.matter, "what_was_done": said.summary, "resolved_on": said.resolved_on}
    if case.procedure.is_terminal(stage):
        await ending.end(case, stage, resolved_on=said.resolved_on)
        await _draft_afterwards(case, facts)
        return
    case.move(CommandKind.RESOLVE, said.when)
    await _let_go(case)
    await letters.draft(case, "resolution_summary", facts)
    if CommandKind.CLOSE in case.procedure.allowed_in(case.complaint.stage):
        await ledger.begin(case, StartEvent.RESPONSE, case.on, Terms(cause="resolved"))
        await case.task("close_or_continue", "owner", name="resolved")
        await staff_outcome.answered(case)
    await intake_letters.tell_who_wrote(case)
    case.complaint.waiting_on = "owner"


async def _let_go(case: Case) -> None:
    """Stop what the organisation asks of itself and nothing lawful here can meet any more, with the tasks of it."""
    lawful = set(case.procedure.allowed_in(case.complaint.stage))
    for row in await clocks.running_clocks(case.session, case.complaint.id):
        rule = case.procedure.clock(row.kind)
        internal = row.subject_id is None and rule.effect is Effect.INTERNAL
        if internal and not lawful & {*rule.met_by, *rule.stopped_by}:
            await ledger.stop(case, row, "resolved")
    for kind in DRAFT_TASKS:
        await tasks.end_open(case.session, case.complaint.id, at=case.at, kind=kind)


async def _draft_afterwards(case: Case, facts: dict[str, Any]) -> None:
    """Write the summary of a case that has ended with it: no clock runs there, a task asks for its release."""
    notice = await letters.to_person(case, "resolution_summary", facts, NoticeState.DRAFT)
    await case.task("release_draft", "owner", name=str(notice.id), notice_id=notice.id)


async def _on_to_next(case: Case, command: CommandKind, on: date, when: str | None = None) -> None:
    """Go to the next stage, if the procedure has one for this, and tell the person. Nothing starts anew."""
    before = case.complaint.stage
    case.move(command, when)
    stage = case.complaint.stage
    if stage == before:
        return
    case.event("stage.moved_on", before=before, stage=stage)
    await ledger.meet_by(case, CommandKind.MOVE_ON, on)
    await ledger.begin(case, StartEvent.MOVED_ON, on, Terms(cause="moved_on"))
    response = await ledger.running(case, "response_period")
    still = response is not None and response.due_on >= case.on
    facts = {"matter": case.complaint.matter, "respond_by": response.due_on if response and still else None}
    await letters.draft(case, "moved_on", facts)
    case.complaint.waiting_on = "owner"


def _under_way(attempts: list[ResolutionAttempt]) -> ResolutionAttempt | None:
    return next((each for each in attempts if each.result is None), None)


def _new(case: Case, number: int, **facts: Any) -> ResolutionAttempt:
    return ResolutionAttempt(
        id=case.new_id("resolution"),
        organisation_id=case.complaint.organisation_id,
        complaint_id=case.complaint.id,
        number=number,
        act_id=case.act.act_id,
        said_at=case.at,
        **facts,
    )


def _end(case: Case, attempt: ResolutionAttempt, result: str, summary: str, on: date) -> None:
    attempt.result, attempt.summary, attempt.ended_on = result, summary, on
    attempt.ended_by = case.actor_id
