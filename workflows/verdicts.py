"""What a verdict means to the carried state: pure functions, without a command among them."""

from __future__ import annotations

from temporalio.exceptions import ActivityError, ApplicationError

from contracts.acts import Outcome, Verdict
from contracts.code import Code
from contracts.commands import Command, CommandKind
from contracts.complaint import CommandOutcome, ComplaintState
from contracts.failures import Refusal
from workflows import ladder
from workflows.inbox import parked, refused


def refusal_of(state: ComplaintState, command: Command) -> Refusal | None:
    """Return why a command is not lawful as things stand, from the plan alone."""
    if state.plan is None:
        return None if command.kind is CommandKind.LOG else Refusal.NO_SUCH_COMPLAINT
    if state.finished:
        return Refusal.COMPLAINT_CLOSED
    if command.kind not in state.plan.allowed_in(state.stage):
        return Refusal.NOT_IN_THIS_STAGE
    return None


def stale(state: ComplaintState, command: Command) -> Refusal | None:
    """Return a refusal where a command builds on another version than the present one."""
    if command.if_version is None or command.if_version == state.version:
        return None
    return Refusal.STALE_VERSION


def take(state: ComplaintState, verdict: Verdict) -> None:
    """Bring the state to where the case file is after an act was applied."""
    if verdict.version <= state.version:
        return  # the stored verdict of an act that was taken before: the case has moved on since
    state.plan = verdict.plan or state.plan
    state.stage, state.version = verdict.stage, verdict.version
    state.reference = verdict.reference or state.reference
    state.owner_id, state.waiting_on = verdict.owner_id, verdict.waiting_on
    state.attention = verdict.attention
    state.clocks = ladder.rearmed(state.clocks, verdict.armed, verdict.stopped)
    state.finished = verdict.ended or (state.plan is not None and state.plan.is_terminal(state.stage))


def answer_to(command: Command, verdict: Verdict | None) -> CommandOutcome | ApplicationError:
    """Return what the handlers of a command return or raise. No verdict: the act is parked."""
    if verdict is None:
        return parked()
    if verdict.outcome is not Outcome.APPLIED:
        return refused(verdict.refusal or Refusal.NOT_IN_THIS_STAGE)
    return CommandOutcome(submission_id=command.submission_id, version=verdict.version, stage=verdict.stage)


def was_never_opened(state: ComplaintState, command: Command, verdict: Verdict | None) -> bool:
    """Say whether what was to log the complaint was refused: then there is nothing to own."""
    refused_now = verdict is not None and verdict.outcome is Outcome.REFUSED
    return command.kind is CommandKind.LOG and state.plan is None and refused_now


def code_of(failure: BaseException) -> Code:
    """Name a failure by its type, never by its text."""
    cause = failure.cause if isinstance(failure, ActivityError) else failure
    if isinstance(cause, ApplicationError) and cause.type:
        try:
            return Code(cause.type)
        except ValueError:
            return Code("application_error")
    return Code(type(cause or failure).__name__)
