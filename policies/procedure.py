"""A procedure as validated data: its stages, clocks and ladders, each clock with its legal basis.

These are the shapes that the TOML files in `policies/procedures/` must have. Nothing here reads a file.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from datetime import date, time
from enum import StrEnum
from typing import Annotated, Self

from pydantic import BeforeValidator, ConfigDict, Field, StrictBool, StrictInt, model_validator
from pydantic.dataclasses import dataclass

from contracts.clocks import Effect
from contracts.code import Code
from contracts.commands import OFFICE, CommandKind
from contracts.procedure import Plan, StagePlan
from policies.calendars import Nation

OVERDUE = "overdue"

Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,63}$")]
Words = Annotated[str, Field(min_length=3, max_length=600)]
Deed = Annotated[str, Field(pattern=r"^(task|prompt_email|breach|draft:[a-z][a-z0-9_]{0,57})$")]


def _hours_and_minutes(value: object) -> object:
    # Left alone, the library would read a bare 9 as nine seconds past midnight.
    if isinstance(value, time) and value.tzinfo is None:
        return value
    if isinstance(value, str) and re.fullmatch(r"[0-2]\d:[0-5]\d", value):
        return value
    raise ValueError("a time of day is written as 09:00, in quotes")


LocalTime = Annotated[time, BeforeValidator(_hours_and_minutes)]
PlainDate = Annotated[date, Field(strict=True)]

_STRICT = ConfigDict(extra="forbid", str_strip_whitespace=True)


class StartEvent(StrEnum):
    """The event whose local day starts a clock."""

    RECEIPT = "receipt"
    ACKNOWLEDGEMENT = "acknowledgement"
    RESPONSE_PERIOD_SET = "response_period_set"
    UPDATE = "update"
    DRAFT = "draft"
    RESPONSE = "response"
    UNASSIGNED = "unassigned"
    CORRECTION = "correction"


class Unit(StrEnum):
    """What a clock's budget is measured in; `date` is a date that people set."""

    WORKING_DAYS = "working_days"
    CALENDAR_DAYS = "calendar_days"
    MONTHS = "months"
    DATE = "date"


class DayUnit(StrEnum):
    """What the distance of a rung is measured in."""

    WORKING_DAYS = "working_days"
    CALENDAR_DAYS = "calendar_days"


class WhoseCalendar(StrEnum):
    """Whose closed days count."""

    NATION = "nation"
    ORGANISATION = "organisation"


class Roll(StrEnum):
    """What happens to a due day that is closed."""

    NONE = "none"
    NEXT_OPEN = "next_open"


class Anchor(StrEnum):
    """The day from which a rung is measured."""

    DUE = "due"
    START = "start"


class Reaches(StrEnum):
    """The role a rung reaches, resolved when it fires."""

    OWNER = "owner"
    COMPLAINTS_MANAGER = "complaints_manager"
    RESPONSIBLE_PERSON = "responsible_person"


class Signatory(StrEnum):
    """Who may sign the response."""

    RESPONSIBLE_PERSON = "responsible_person"
    AUTHORISED_PERSON = "authorised_person"


class Certainty(StrEnum):
    """Whether the rule was checked against the official text."""

    VERIFIED = "verified"
    UNVERIFIED = "unverified"


@dataclass(frozen=True, slots=True, kw_only=True, config=_STRICT)
class RungRule:
    """One step of a ladder: when it fires, whom it reaches, what it does.

    `overdue` fires at the due instant and alone writes the breach. Every other rung has a local time `at`
    on the day `offset` away from its anchor, and `due` rungs with a positive offset come after the due date.
    """

    code: Name
    offset: Annotated[StrictInt, Field(ge=-366, le=366)]
    unit: DayUnit
    anchor: Anchor
    at: LocalTime | None = None
    to: Reaches
    does: Annotated[tuple[Deed, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _check(self) -> Self:
        overdue = self.code == OVERDUE
        if overdue and (self.offset != 0 or self.anchor != Anchor.DUE or self.at is not None):
            raise ValueError("overdue fires at the due instant: anchor due, offset 0 and no time of day")
        if overdue != ("breach" in self.does):
            raise ValueError("the overdue rung, and no other, writes the breach")
        if not overdue and self.at is None:
            raise ValueError("a rung other than overdue needs a time of day: at")
        if self.anchor == Anchor.START and self.offset < 1:
            raise ValueError("a rung measured from the start comes after it: offset 1 or more")
        refuse_repeats("does", self.does)
        return self


@dataclass(frozen=True, slots=True, kw_only=True, config=_STRICT)
class ExtensionRule:
    """Whether a running clock may be given a later date, and on what terms."""

    allowed: StrictBool
    needs_agreement: StrictBool = True
    before_expiry: StrictBool = True


@dataclass(frozen=True, slots=True, kw_only=True, config=_STRICT)
class ClockRule:
    """The rule of one kind of clock. `amount` is absent for a date, and a default where people may agree days.

    `chase_every` is in working days: once the ladder is climbed and the clock still runs, whoever its last
    rung reached is chased again and again. So a running clock is never without a next event.
    """

    kind: Name
    title: Words
    effect: Effect
    starts: StartEvent
    unit: Unit
    amount: Annotated[StrictInt, Field(ge=1, le=3660)] | None = None
    calendar: WhoseCalendar
    count_first_day: StrictBool
    roll: Roll = Roll.NONE
    met_by: Annotated[tuple[CommandKind, ...], Field(min_length=1)]
    stopped_by: tuple[CommandKind, ...] = ()
    extension: ExtensionRule
    pause_grounds: tuple[Name, ...]
    legal_basis: Words
    certainty: Certainty
    chase_every: Annotated[StrictInt, Field(ge=1, le=60)]
    rungs: Annotated[tuple[RungRule, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _check(self) -> Self:
        if (self.unit == Unit.DATE) != (self.amount is None):
            raise ValueError("amount is needed, except for unit date, which has none")
        if self.effect == Effect.STATUTORY and self.calendar != WhoseCalendar.NATION:
            raise ValueError("a statutory clock uses only the calendar of the nation")
        codes = [rung.code for rung in self.rungs]
        refuse_repeats("rungs", codes)
        if OVERDUE not in codes:
            raise ValueError("rungs: exactly one overdue rung is needed")
        return self


@dataclass(frozen=True, slots=True, kw_only=True, config=_STRICT)
class Stage:
    """A stage and the commands that are lawful in it."""

    code: Name
    title: Words
    commands: tuple[CommandKind, ...] = ()
    terminal: StrictBool = False

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.terminal == bool(self.commands):
            raise ValueError("a terminal stage has no commands, every other stage has at least one")
        refuse_repeats("commands", self.commands)
        return self


@dataclass(frozen=True, slots=True, kw_only=True, config=_STRICT)
class Vocabulary:
    """The words that people see under this procedure."""

    person: Words
    staff: Words
    ombudsman: Words


@dataclass(frozen=True, slots=True, kw_only=True, config=_STRICT)
class Procedure:
    """One version of a procedure. The first stage is where a new complaint stands."""

    code: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,63}$")]
    version: Annotated[StrictInt, Field(ge=1)]
    regime: Name
    nations: Annotated[tuple[Nation, ...], Field(min_length=1)]
    effective_from: PlainDate
    effective_until: PlainDate | None = None
    title: Words
    legal_basis: Words
    signatories: Annotated[tuple[Signatory, ...], Field(min_length=1)]
    vocabulary: Vocabulary
    stages: Annotated[tuple[Stage, ...], Field(min_length=2)]
    always: tuple[CommandKind, ...]
    clocks: Annotated[tuple[ClockRule, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _check(self) -> Self:
        refuse_repeats("stages", (stage.code for stage in self.stages))
        refuse_repeats("clocks", (clock.kind for clock in self.clocks))
        if self.effective_until is not None and self.effective_until < self.effective_from:
            raise ValueError("effective_until: before effective_from")
        if self.stages[0].terminal or not any(stage.terminal for stage in self.stages):
            raise ValueError("stages: the first is not terminal, and at least one is")
        for stage in self.stages:
            refuse_repeats(f"stage {stage.code} and always", (*stage.commands, *self.always, *OFFICE))
        self._check_commands()
        return self

    def _check_commands(self) -> None:
        lawful = {*OFFICE, *self.always, *(command for stage in self.stages for command in stage.commands)}
        if lawful & {CommandKind.LOG, CommandKind.IMPORT}:
            raise ValueError("log and import open a complaint and are not lawful in a stage")
        for clock in self.clocks:
            for command in (*clock.met_by, *clock.stopped_by):
                if command not in lawful:
                    raise ValueError(f"clock {clock.kind}: {command} is lawful in no stage")

    def clock(self, kind: str) -> ClockRule:
        """Return the rule of one kind of clock; LookupError if this procedure has none."""
        for rule in self.clocks:
            if rule.kind == kind:
                return rule
        raise LookupError(f"{self.code} version {self.version} has no clock {kind}")


def compile_plan(procedure: Procedure) -> Plan:
    """Reduce a procedure to the codes that a workflow needs."""
    return Plan(
        procedure=Code(procedure.code),
        version=procedure.version,
        first_stage=Code(procedure.stages[0].code),
        stages=tuple(
            StagePlan(stage=Code(stage.code), commands=stage.commands, terminal=stage.terminal)
            for stage in procedure.stages
        ),
        always=procedure.always,
    )


def refuse_repeats(what: str, values: Iterable[str]) -> None:
    """Raise ValueError naming every value that stands more than once."""
    twice = sorted(str(value) for value, count in Counter(values).items() if count > 1)
    if twice:
        raise ValueError(f"{what}: more than once: {', '.join(twice)}")
