"""A procedure as validated data: stages, lawful moves, clocks, and every other rule, each with its legal basis.

This is the shape that the TOML files in `policies/procedures/` must have. Nothing here reads a file.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Annotated, Self

from pydantic import Field, StrictBool, StrictInt, model_validator
from pydantic.dataclasses import dataclass

from contracts.code import Code
from contracts.command_groups import CASEWORK, EVERYWHERE
from contracts.commands import CommandKind
from contracts.procedure import Plan, StagePlan
from policies.calendars import Nation
from policies.clock_rules import ClockRule, StartEvent
from policies.procedure_rules import (
    CodingRule,
    ElementRule,
    ExclusionRule,
    ExemptionRule,
    FigureRule,
    GateRule,
    InvestigatorRule,
    Matter,
    MoveRule,
    OutcomeRule,
    Requirement,
    Signatory,
    TierRule,
    TimeLimitRule,
    Vocabulary,
)
from policies.rule_fields import STRICT, Name, PlainDate, Words, refuse_repeats


class FigureError(ValueError):
    """A figure of an organisation is missing, out of bounds, or not one of the procedure's."""


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
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


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class Procedure:
    """One version of a procedure. The first stage is where a new complaint stands."""

    code: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,63}$")]
    version: Annotated[StrictInt, Field(ge=1)]
    regime: Name
    nations: Annotated[tuple[Nation, ...], Field(min_length=1)]
    matters: Annotated[tuple[Matter, ...], Field(min_length=1)] = (Matter.COMPLAINT,)
    effective_from: PlainDate
    effective_until: PlainDate | None = None
    title: Words
    legal_basis: Words
    signatories: tuple[Signatory, ...]
    vocabulary: Vocabulary
    stages: Annotated[tuple[Stage, ...], Field(min_length=2)]
    moves: tuple[MoveRule, ...] = ()
    always: tuple[CommandKind, ...]
    clocks: Annotated[tuple[ClockRule, ...], Field(min_length=1)]
    figures: tuple[FigureRule, ...] = ()
    gates: tuple[GateRule, ...] = ()
    time_limit: TimeLimitRule | None = None
    exemption: ExemptionRule | None = None
    exclusions: tuple[ExclusionRule, ...] = ()
    outcomes: tuple[OutcomeRule, ...] = ()
    elements: tuple[ElementRule, ...] = ()
    tiers: tuple[TierRule, ...] = ()
    coding: CodingRule | None = None
    investigator: InvestigatorRule | None = None
    duties: tuple[ClockRule, ...] = ()  # what is owed whatever the procedure says: put in when a file is read

    @model_validator(mode="after")
    def _check(self) -> Self:
        for what in ("stages", "figures", "exclusions", "outcomes", "elements", "tiers"):
            refuse_repeats(what, (each.code for each in getattr(self, what)))
        refuse_repeats("clocks", (clock.kind for clock in self.clocks))
        if self.effective_until is not None and self.effective_until < self.effective_from:
            raise ValueError("effective_until: before effective_from")
        if self.stages[0].terminal or not any(stage.terminal for stage in self.stages):
            raise ValueError("stages: the first is not terminal, and at least one is")
        for stage in self.stages:
            refuse_repeats(f"stage {stage.code} and always", (*stage.commands, *self.always, *EVERYWHERE))
        self._check_commands()
        self._check_figures()
        self._check_moves()
        return self

    def _check_commands(self) -> None:
        lawful = {*EVERYWHERE, *self.always, *(command for stage in self.stages for command in stage.commands)}
        said_in = [*((f"stage {stage.code}", stage.commands) for stage in self.stages), ("always", self.always)]
        for where, commands in said_in:
            if {CommandKind.LOG, CommandKind.IMPORT} & set(commands):
                raise ValueError(f"{where}: log and import open a complaint and are not lawful in a stage")
        for clock in self.clocks:
            for command in (*clock.met_by, *clock.stopped_by):
                if command not in lawful:
                    raise ValueError(f"clock {clock.kind}: {command} is lawful in no stage")
            self._check_stages(f"clock {clock.kind}", clock.stages)
        for gate in self.gates:
            if gate.command not in lawful:
                raise ValueError(f"gate {gate.command}: lawful in no stage")
            self._check_stages(f"gate {gate.command}", gate.stages)

    def _check_figures(self) -> None:
        known = {figure.code: figure for figure in self.figures}
        asked = [(f"clock {each.kind}", each.figure) for each in self.clocks]
        asked += [(f"clock {each.kind}: cap", each.extension.cap_figure) for each in self.clocks]
        asked += [(f"tier {each.code}", each.window.figure) for each in self.tiers if each.window is not None]
        for where, code in asked:
            if code is not None and code not in known:
                raise ValueError(f"{where}: no figure {code}")
        if idle := sorted(known.keys() - {code for _, code in asked}):
            raise ValueError(f"figures: used by nothing: {', '.join(idle)}")

    def _check_moves(self) -> None:
        refuse_repeats("moves", (f"{each.stage}: {each.command} {each.when or ''}".strip() for each in self.moves))
        for move in self.moves:
            where = f"move {move.command} from {move.stage}"
            self._check_stages(where, (move.stage, move.to))
            if move.command not in self.allowed_in(move.stage):
                raise ValueError(f"{where}: not lawful there")
        for tier in self.tiers:
            if tier.enters is not None:
                self._check_stages(f"tier {tier.code}", (tier.enters,))
        entered = {self.stages[0].code, *(each.to for each in self.moves), *(each.enters for each in self.tiers)}
        if lost := [stage.code for stage in self.stages if stage.code not in entered]:
            raise ValueError(f"stages: nothing reaches {', '.join(lost)}")

    def _check_stages(self, where: str, stages: Iterable[str]) -> None:
        for code in stages:
            if code not in {stage.code for stage in self.stages}:
                raise ValueError(f"{where}: no stage {code}")

    def clock(self, kind: str) -> ClockRule:
        """Return the rule of one kind of clock; LookupError if there is none.

        The procedure's own rule comes before what is owed whatever the procedure says.
        """
        for rule in (*self.clocks, *self.duties):
            if rule.kind == kind:
                return rule
        raise LookupError(f"{self.code} version {self.version} has no clock {kind}")

    def has_clock(self, kind: str) -> bool:
        """Say whether there is a clock of a kind, by this procedure or whatever it says."""
        return any(rule.kind == kind for rule in (*self.clocks, *self.duties))

    def clocks_started_by(self, event: StartEvent, *, stage: str, channel: str) -> tuple[ClockRule, ...]:
        """Return the rules of the clocks that an event starts for a complaint that stands and was made so."""
        return tuple(
            rule
            for rule in self.clocks
            if rule.starts == event
            and (not rule.stages or stage in rule.stages)
            and (not rule.channels or channel in rule.channels)
        )

    def allowed_in(self, stage: str) -> tuple[CommandKind, ...]:
        """Return what may be said in a stage, the office's own included; nothing in a terminal or unknown one."""
        for each in self.stages:
            if each.code == stage and not each.terminal:
                return (*each.commands, *self.always, *EVERYWHERE)
        return ()

    def knows(self, command: CommandKind) -> bool:
        """Say whether a command is lawful in some stage."""
        return any(command in each.commands for each in self.stages) or command in self.always

    def tier(self, code: str) -> TierRule | None:
        """Return a tier, if this procedure has it."""
        return next((each for each in self.tiers if each.code == code), None)

    def after(self, stage: str, command: CommandKind, when: str | None = None) -> str:
        """Return the stage to which a command leads; the same one where no move says otherwise."""
        for move in self.moves:
            if (move.stage, move.command, move.when) == (stage, command, when):
                return move.to
        return stage

    def required(self, stage: str, command: CommandKind, when: str | None = None) -> tuple[Requirement, ...]:
        """Return what must be on record before a command in a stage, each once, in the order of the procedure."""
        found = (
            requirement
            for gate in self.gates
            if gate.command == command and (not gate.stages or stage in gate.stages) and gate.when in (None, when)
            for requirement in gate.requires
        )
        return tuple(dict.fromkeys(found))

    def is_terminal(self, stage: str) -> bool:
        """Say whether a complaint in this stage has ended."""
        return any(each.code == stage and each.terminal for each in self.stages)

    def figures_with(self, own: Mapping[str, int]) -> dict[str, int]:
        """Return every figure as it counts: the organisation's own, else the default. Raises FigureError."""
        known = {rule.code: rule for rule in self.figures}
        if odd := sorted(own.keys() - known.keys()):
            raise FigureError(f"not a figure of {self.code} version {self.version}: {', '.join(odd)}")
        found: dict[str, int] = {}
        for code, rule in known.items():
            value = own.get(code, rule.default)
            if value is None:
                raise FigureError(f"{code}: not set, and the procedure has no figure of its own")
            if not rule.least <= value <= rule.most:
                raise FigureError(f"{code}: {value} is not between {rule.least} and {rule.most}")
            found[code] = value
        return found

    def with_figures(self, figures: Mapping[str, int]) -> Procedure:
        """Return this procedure with an organisation's figures in the place of their names. Raises FigureError."""
        values = self.figures_with(figures)
        if not values:
            return self
        return replace(
            self,
            clocks=tuple(_filled(rule, values) for rule in self.clocks),
            tiers=tuple(_window_filled(tier, values) for tier in self.tiers),
            figures=(),
        )


def _filled(rule: ClockRule, values: Mapping[str, int]) -> ClockRule:
    extension = rule.extension
    if extension.cap_figure is not None:
        extension = replace(extension, cap=values[extension.cap_figure], cap_figure=None)
    amount = rule.amount if rule.figure is None else values[rule.figure]
    return replace(rule, amount=amount, figure=None, extension=extension)


def _window_filled(tier: TierRule, values: Mapping[str, int]) -> TierRule:
    if tier.window is None or tier.window.figure is None:
        return tier
    return replace(tier, window=replace(tier.window, amount=values[tier.window.figure], figure=None))


def compile_plan(procedure: Procedure) -> Plan:
    """Reduce a procedure to the codes that a workflow needs. Casework is left to the case file (ADR 19)."""
    return Plan(
        procedure=Code(procedure.code),
        version=procedure.version,
        first_stage=Code(procedure.stages[0].code),
        stages=tuple(
            StagePlan(stage=Code(stage.code), commands=_of_stage(stage.commands), terminal=stage.terminal)
            for stage in procedure.stages
        ),
        always=_of_stage(procedure.always),
    )


def _of_stage(commands: tuple[CommandKind, ...]) -> tuple[CommandKind, ...]:
    return tuple(command for command in commands if command not in CASEWORK)
