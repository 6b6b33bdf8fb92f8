"""A procedure compiled into codes: what the interpreter in `workflows/` needs, and nothing that has words."""

from __future__ import annotations

from dataclasses import dataclass

from contracts.code import Code
from contracts.command_groups import CASEWORK, EVERYWHERE
from contracts.commands import CommandKind


@dataclass(frozen=True, slots=True, kw_only=True)
class StagePlan:
    """A stage of the procedure and the commands that are lawful in it."""

    stage: Code
    commands: tuple[CommandKind, ...] = ()
    terminal: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The version of a procedure that a complaint is pinned to. `always` is lawful in every open stage."""

    procedure: Code
    version: int
    first_stage: Code
    stages: tuple[StagePlan, ...]
    always: tuple[CommandKind, ...] = ()

    def allowed_in(self, stage: Code) -> tuple[CommandKind, ...]:
        """Return what a workflow takes in this stage; nothing in a terminal or unknown one.

        Casework, the office's own and what keeps people informed belong to every open stage here: the case file knows
        more.
        """
        for plan in self.stages:
            if plan.stage == stage and not plan.terminal:
                return plan.commands + self.always + EVERYWHERE + CASEWORK
        return ()

    def is_terminal(self, stage: Code) -> bool:
        """Say whether a complaint in this stage has ended."""
        return any(plan.stage == stage and plan.terminal for plan in self.stages)
