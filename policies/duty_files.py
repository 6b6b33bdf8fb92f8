"""Reads the versions of the duties: clocks that every complaint has, whichever procedure it follows (ADR 23).

A malformed file refuses the process at its start, as a malformed procedure does.
"""

from __future__ import annotations

import tomllib
from dataclasses import field
from functools import cache
from importlib.resources import files
from typing import Annotated, Self

from pydantic import Field, StrictInt, TypeAdapter, ValidationError, model_validator
from pydantic.dataclasses import dataclass

from contracts.command_groups import EVERYWHERE
from contracts.commands import CommandKind
from policies.clock_rules import ClockRule
from policies.rule_fields import STRICT, refuse_repeats

# What may meet or stop a duty beside what keeps people informed: words are sent, and tasks are done, in every
# stage; a supplement is owed by a complaint that was responded to, and is a response.
_BESIDE = frozenset({CommandKind.RELEASE_NOTICE, CommandKind.COMPLETE_TASK, CommandKind.RESPOND})


class DutyError(ValueError):
    """A file of duties is malformed; the message names the file, the key and the reason."""


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class Duties:
    """One version of the duties."""

    version: Annotated[StrictInt, Field(ge=1)]
    clocks: tuple[ClockRule, ...] = field(default_factory=tuple)

    @model_validator(mode="after")
    def _check(self) -> Self:
        refuse_repeats("clocks", (clock.kind for clock in self.clocks))
        always = {*EVERYWHERE, *_BESIDE}
        for clock in self.clocks:
            for command in (*clock.met_by, *clock.stopped_by):
                if command not in always:
                    raise ValueError(f"clock {clock.kind}: {command} is not lawful in every stage")
            if clock.figure is not None or clock.extension.allowed or clock.stages or clock.channels:
                raise ValueError(f"clock {clock.kind}: a duty is the same for everybody, and is not extended")
        return self


_DUTIES = TypeAdapter(Duties)


@cache
def load_duties() -> tuple[Duties, ...]:
    """Return every version of the duties, the oldest first."""
    found = [
        parse_duties(entry.name, entry.read_text(encoding="utf-8"))
        for entry in files("policies.duties").iterdir()
        if entry.name.endswith(".toml")
    ]
    return tuple(sorted(found, key=lambda duties: duties.version))


def newest() -> Duties:
    """Return the duties that a complaint is opened with today."""
    return load_duties()[-1]


def version(number: int) -> Duties:
    """Return the duties that a complaint is pinned to; LookupError where there is no such version."""
    for duties in load_duties():
        if duties.version == number:
            return duties
    raise LookupError(f"no version {number} of the duties")


def parse_duties(file: str, text: str) -> Duties:
    """Turn the text of one file into duties. Raises DutyError."""
    try:
        found = _DUTIES.validate_python(tomllib.loads(text))
    except (tomllib.TOMLDecodeError, ValidationError) as error:
        raise DutyError(f"{file}: {error}") from None
    if file != f"duties.v{found.version}.toml":
        raise DutyError(f"{file}: version: the file is not named after version {found.version}")
    return found
