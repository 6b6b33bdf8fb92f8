"""A version of a procedure that is shipped for the length of one test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date

from policies.clock_rules import ClockRule
from policies.procedure import Procedure
from policies.procedure_files import gather, load_procedures

NHS = "nhs-england-2009"


def second() -> Procedure:
    return load_procedures().get(NHS, 2)


def with_clock(procedure: Procedure, kind: str, edit: Callable[[ClockRule], ClockRule]) -> Procedure:
    """Return a version in which the rule of one clock is another."""
    return replace(procedure, clocks=tuple(edit(rule) if rule.kind == kind else rule for rule in procedure.clocks))


def without_clock(procedure: Procedure, kind: str) -> Procedure:
    return replace(procedure, clocks=tuple(rule for rule in procedure.clocks if rule.kind != kind))


def third(edited: Procedure) -> Procedure:
    """Return a version as the next one of its procedure, in force since January 2027."""
    return replace(edited, version=3, effective_from=date(2027, 1, 1))


@contextmanager
def shipped(version: Procedure) -> Iterator[Procedure]:
    """Have the process know one version more."""
    known = load_procedures()
    before = known.versions
    object.__setattr__(known, "versions", gather([*before, version]).versions)
    try:
        yield version
    finally:
        object.__setattr__(known, "versions", before)
