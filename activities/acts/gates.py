"""The gates of a procedure: what must be on record before a command, checked where the record is."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Final

from activities.acts.case import Case, Refused
from contracts.commands import CommandKind
from contracts.failures import Refusal
from policies.procedure_rules import Requirement

# Each reads, and changes nothing.
CHECKS: Final[dict[Requirement, Callable[[Case], Awaitable[bool]]]] = {}


async def missing(case: Case, command: CommandKind, when: str | None = None) -> list[Requirement]:
    """Return what a command still lacks in the stage in which the case stands."""
    required = case.procedure.required(case.complaint.stage, command, when)
    return [requirement for requirement in required if not await CHECKS[requirement](case)]


async def pass_or_refuse(case: Case, command: CommandKind, when: str | None = None) -> None:
    """Refuse a command that lacks something, and say what."""
    if lacking := await missing(case, command, when):
        raise Refused(Refusal.REQUIREMENTS_MISSING, [requirement.value for requirement in lacking])
