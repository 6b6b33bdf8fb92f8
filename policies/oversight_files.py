"""Reads the versions of the list of Ombudsmen and regulators, from `policies/oversight/`.

A malformed file refuses the process at its start, as a malformed procedure does.
"""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Annotated, Literal, Self

from pydantic import Field, StrictBool, StrictInt, TypeAdapter, ValidationError, model_validator
from pydantic.dataclasses import dataclass

from policies.clock_rules import Certainty
from policies.rule_fields import STRICT, Name, Words, refuse_repeats


class OversightError(ValueError):
    """A list of bodies is malformed; the message names the file, the key and the reason."""


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class OversightBody:
    """One body that may ask. `reg_16`: by law within 28 days; `named`: it stands for all without a code."""

    code: Name
    kind: Literal["ombudsman", "regulator"]
    title: Words
    reg_16: StrictBool = False
    named: StrictBool = False
    legal_basis: Words
    certainty: Certainty


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class Oversight:
    """One version of the list."""

    version: Annotated[StrictInt, Field(ge=1)]
    bodies: Annotated[tuple[OversightBody, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _check(self) -> Self:
        refuse_repeats("bodies", (each.code for each in self.bodies))
        for each in self.bodies:
            if each.reg_16 and each.kind != "regulator":
                raise ValueError(f"{each.code}: only a regulator asks under regulation 16")
        return self

    def body(self, kind: str, code: str) -> OversightBody | None:
        """Return a body of a kind by its code."""
        return next((each for each in self.bodies if (each.kind, each.code) == (kind, code)), None)


_OVERSIGHT = TypeAdapter(Oversight)


@cache
def load_oversight() -> tuple[Oversight, ...]:
    """Return every version of the list, the oldest first."""
    found = [
        parse_oversight(entry.name, entry.read_text(encoding="utf-8"))
        for entry in files("policies.oversight").iterdir()
        if entry.name.endswith(".toml")
    ]
    return tuple(sorted(found, key=lambda each: each.version))


def newest() -> Oversight:
    """Return the list that is asked today."""
    return load_oversight()[-1]


def regulator_problem(code: str, *, named: bool, reg_16: bool) -> str | None:
    """Say what of a regulator's request cannot be: the body, its name, or what it asks under; None where all can."""
    body = newest().body("regulator", code)
    if body is None:
        return "body"
    if body.named != named:
        return "name"
    return "basis" if reg_16 and not body.reg_16 else None


def parse_oversight(file: str, text: str) -> Oversight:
    """Turn the text of one file into a list. Raises OversightError."""
    try:
        found = _OVERSIGHT.validate_python(tomllib.loads(text))
    except (tomllib.TOMLDecodeError, ValidationError) as error:
        raise OversightError(f"{file}: {error}") from None
    if file != f"oversight.v{found.version}.toml":
        raise OversightError(f"{file}: version: the file is not named after version {found.version}")
    return found
