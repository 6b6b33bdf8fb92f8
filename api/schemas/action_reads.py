"""Actions that follow from complaints: how one is shown, with all that hangs on it, and how they are listed."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from pydantic import Field

from api.schemas.base import UtcTime, Wire
from db.models.action import ActionChange, ActionCheck, ActionDone, ActionProgress
from db.queries.action_reads import Hanging, Letter, Line


class ActionLine(Wire):
    """An action as it stands. Words are left out for those who may not see them."""

    id: UUID
    reference: str
    number: int
    state: str = Field(description="open, done or ended")
    ended_cause: str | None = Field(default=None, description="held or dropped")
    follows: str = Field(description="learning, remedy or other")
    learning_id: UUID | None = None
    remedy_id: UUID | None = None
    recommendation_id: UUID | None = None
    theme: str | None = None
    place: str | None = None
    what: str | None = None
    evidence_wanted: str | None = None
    owner_id: UUID
    due_on: date
    first_due_on: date
    late: bool = Field(description="It was not done by its day, or its date was moved when it had passed.")
    done_on: date | None = None
    recurred: int = Field(description="How often it was opened again because it recurred.")
    tell_person: bool
    tell_staff: bool
    tell_every_days: int | None = None
    check_months: int
    dropped_reason: str | None = None
    next_clock: str | None = None
    next_on: date | None = None

    @classmethod
    def of(cls, line: Line, on: date, *, words: bool) -> ActionLine:
        """Return an action as it stands on a day."""
        row, proceeding = line.action, line.proceeding
        passed = proceeding.state == "open" and row.due_on < on
        return cls(
            id=row.id,
            reference=line.reference,
            number=proceeding.number,
            state=proceeding.state,
            ended_cause=proceeding.ended_cause,
            follows=row.follows,
            learning_id=row.learning_id,
            remedy_id=row.remedy_id,
            recommendation_id=row.recommendation_id,
            theme=row.theme,
            place=row.place,
            what=row.what if words else None,
            evidence_wanted=row.evidence_wanted if words else None,
            owner_id=row.owner_id,
            due_on=row.due_on,
            first_due_on=row.first_due_on,
            late=passed or row.moved_late or row.in_time is False,
            done_on=row.done_on,
            recurred=row.recurred,
            tell_person=row.tell_person,
            tell_staff=row.tell_staff,
            tell_every_days=row.tell_every_days,
            check_months=row.check_months,
            dropped_reason=row.dropped_reason if words else None,
            next_clock=line.clock,
            next_on=line.next_on,
        )


class ActionLines(Wire):
    """A page of actions of the organisation."""

    items: list[ActionLine]
    next: str | None = None


class ActionChangeShown(Wire):
    """Another owner or date. `late`: its date had passed by then."""

    old_owner_id: UUID
    owner_id: UUID
    old_due_on: date
    due_on: date
    late: bool
    reason: str | None = None
    said_at: UtcTime

    @classmethod
    def of(cls, row: ActionChange, *, words: bool) -> ActionChangeShown:
        """Return a change as it is shown."""
        return cls(
            old_owner_id=row.old_owner_id,
            owner_id=row.owner_id,
            old_due_on=row.old_due_on,
            due_on=row.due_on,
            late=row.late,
            reason=row.reason if words else None,
            said_at=row.said_at,
        )


class ActionProgressShown(Wire):
    """What was done so far."""

    number: int
    happened_on: date
    words: str | None = None

    @classmethod
    def of(cls, row: ActionProgress, *, words: bool) -> ActionProgressShown:
        """Return progress as it is shown."""
        return cls(number=row.number, happened_on=row.happened_on, words=row.words if words else None)


class ActionDoneShown(Wire):
    """One time that it was done, and what shows it."""

    number: int
    done_on: date
    due_on: date
    in_time: bool
    evidence: str | None = None
    file_ids: list[UUID]

    @classmethod
    def of(cls, row: ActionDone, hanging: Hanging, *, words: bool) -> ActionDoneShown:
        """Return a completion as it is shown."""
        return cls(
            number=row.number,
            done_on=row.done_on,
            due_on=row.due_on,
            in_time=row.in_time,
            evidence=row.evidence if words else None,
            file_ids=[each.file_id for each in hanging.files if each.done_id == row.id],
        )


class ActionCheckShown(Wire):
    """What was counted since it was done: by a person, with a result, or by time."""

    number: int
    kind: str = Field(description="checked by a person; counted by itself, because nobody looked in time")
    result: str | None = None
    counted: int
    first_on: date
    last_on: date
    judged_otherwise: bool
    words: str | None = None
    reason: str | None = None
    due_on: date | None = None
    checked_by: UUID | None = None

    @classmethod
    def of(cls, row: ActionCheck, *, words: bool) -> ActionCheckShown:
        """Return a check as it is shown."""
        return cls(
            number=row.number,
            kind=row.kind,
            result=row.result,
            counted=row.counted,
            first_on=row.first_on,
            last_on=row.last_on,
            judged_otherwise=row.judged_otherwise,
            words=row.words if words else None,
            reason=row.reason if words else None,
            due_on=row.due_on,
            checked_by=row.said_by,
        )


class ActionLetterShown(Wire):
    """A letter that tells of it: to the person, or to a member of staff."""

    id: UUID
    kind: str = Field(description="news or done")
    to: str = Field(description="person or staff")
    state: str
    told_at: UtcTime | None = Field(default=None, description="When it was released.")

    @classmethod
    def of(cls, each: Letter) -> ActionLetterShown:
        """Return a letter as it is shown."""
        return cls(
            id=each.notice.id,
            kind=each.letter.kind,
            to="person" if each.letter.party_id is not None else "staff",
            state=each.notice.state,
            told_at=each.notice.released_at,
        )


class ActionShown(ActionLine):
    """An action of a complaint, with all that hangs on it."""

    changes: list[ActionChangeShown]
    progress: list[ActionProgressShown]
    completions: list[ActionDoneShown]
    checks: list[ActionCheckShown]
    letters: list[ActionLetterShown]

    @classmethod
    def whole(cls, line: Line, hanging: Hanging, on: date, *, words: bool) -> ActionShown:
        """Return an action with its changes, progress, completions, checks and letters."""
        one = line.action.id
        return cls(
            **ActionLine.of(line, on, words=words).model_dump(by_alias=False),
            changes=[ActionChangeShown.of(each, words=words) for each in hanging.changes if each.action_id == one],
            progress=[ActionProgressShown.of(each, words=words) for each in hanging.progress if each.action_id == one],
            completions=[
                ActionDoneShown.of(each, hanging, words=words) for each in hanging.done if each.action_id == one
            ],
            checks=[ActionCheckShown.of(each, words=words) for each in hanging.checks if each.action_id == one],
            letters=[ActionLetterShown.of(each) for each in hanging.letters if each.letter.action_id == one],
        )


class Actions(Wire):
    """The actions of a complaint."""

    items: list[ActionShown]
