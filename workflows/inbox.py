"""The inbox: what handlers put down for the main line, and the answers that they wait for."""

from __future__ import annotations

from collections import deque
from typing import NoReturn, TypeVar
from uuid import UUID

from temporalio.exceptions import ApplicationError

from contracts.commands import Command
from contracts.complaint import CommandOutcome, Resume, Resumed
from contracts.failures import ErrorType, Refusal

T = TypeVar("T", CommandOutcome, Resumed)
Answer = CommandOutcome | Resumed | ApplicationError


class Inbox:
    """Hold commands in the order they came, and one answer for each."""

    def __init__(self) -> None:
        self._waiting: deque[Command | Resume] = deque()
        self._answers: dict[UUID, Answer] = {}
        self._in_hand: UUID | None = None

    @property
    def idle(self) -> bool:
        """Say whether all that came is answered: only then does the state say what is lawful next."""
        return not self._waiting and (self._in_hand is None or self._in_hand in self._answers)

    def put(self, item: Command | Resume) -> None:
        """Put something down for the main line. What is parked may be said again, and is tried again."""
        if self._is_parked(item.submission_id):
            del self._answers[item.submission_id]
        self._waiting.append(item)

    def _is_parked(self, submission_id: UUID) -> bool:
        answer = self._answers.get(submission_id)
        return isinstance(answer, ApplicationError) and answer.type == ErrorType.PARKED

    def first(self) -> Command | Resume | None:
        """Return what came first, and leave it."""
        return self._waiting[0] if self._waiting else None

    def take(self) -> Command | Resume:
        """Return what came first, and remove it."""
        taken = self._waiting.popleft()
        self._in_hand = taken.submission_id
        return taken

    def answer(self, submission_id: UUID, answer: Answer) -> None:
        """Let the handlers of this submission return."""
        self._answers[submission_id] = answer

    def answered(self, submission_id: UUID) -> bool:
        """Say whether the main line has answered this submission."""
        return submission_id in self._answers

    def outcome(self, submission_id: UUID, kind: type[T]) -> T:
        """Return the answer, or raise it where it is a refusal or a parked act."""
        answer = self._answers[submission_id]
        if isinstance(answer, kind):
            return answer
        raise answer if isinstance(answer, ApplicationError) else parked()

    def __len__(self) -> int:
        return len(self._waiting)


def refused(refusal: Refusal) -> ApplicationError:
    """Return the one error that means a refusal."""
    return ApplicationError("refused", refusal.value, type=ErrorType.REFUSED.value, non_retryable=True)


def refuse(refusal: Refusal) -> NoReturn:
    """Raise a refusal."""
    raise refused(refusal)


def parked() -> ApplicationError:
    """Return the error that says an act waits for an operator."""
    return ApplicationError("parked", type=ErrorType.PARKED.value, non_retryable=True)
