"""Reads the versions of the list of human factors from `policies/learning/`.

A malformed file refuses the process at its start, as a malformed procedure does.
"""

from __future__ import annotations

import tomllib
from collections.abc import Collection
from functools import cache
from importlib.resources import files
from typing import Annotated, Final, Self

from pydantic import Field, StrictInt, TypeAdapter, ValidationError, model_validator
from pydantic.dataclasses import dataclass

from policies.clock_rules import Certainty
from policies.rule_fields import STRICT, Name, Words, refuse_repeats

NONE: Final = "none"


class LearningRuleError(ValueError):
    """A file of factors is malformed; the message names the file, the key and the reason."""


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class Factor:
    """One human factor."""

    code: Name
    title: Words


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class Factors:
    """One version of the list."""

    version: Annotated[StrictInt, Field(ge=1)]
    title: Words
    legal_basis: Words
    certainty: Certainty
    factors: Annotated[tuple[Factor, ...], Field(min_length=2)]

    @model_validator(mode="after")
    def _check(self) -> Self:
        refuse_repeats("factors", (each.code for each in self.factors))
        if NONE not in {each.code for each in self.factors}:
            raise ValueError(f"factors: {NONE} is missing")
        return self

    def unknown(self, codes: Collection[str]) -> list[str]:
        """Return the codes that are none of the list, and `none` where it does not stand alone."""
        known = {each.code for each in self.factors}
        odd = {code for code in codes if code not in known}
        if NONE in codes and len(set(codes)) > 1:
            odd.add(NONE)
        return sorted(odd)


_FACTORS = TypeAdapter(Factors)


@cache
def load_factors() -> tuple[Factors, ...]:
    """Return every version of the list, the oldest first."""
    found = [
        parse_factors(entry.name, entry.read_text(encoding="utf-8"))
        for entry in files("policies.learning").iterdir()
        if entry.name.startswith("factors.") and entry.name.endswith(".toml")
    ]
    return tuple(sorted(found, key=lambda factors: factors.version))


def newest() -> Factors:
    """Return the list that learning is recorded with today."""
    return load_factors()[-1]


def parse_factors(file: str, text: str) -> Factors:
    """Turn the text of one file into a list. Raises LearningRuleError."""
    try:
        found = _FACTORS.validate_python(tomllib.loads(text))
    except (tomllib.TOMLDecodeError, ValidationError) as error:
        raise LearningRuleError(f"{file}: {error}") from None
    if file != f"factors.v{found.version}.toml":
        raise LearningRuleError(f"{file}: version: the file is not named after version {found.version}")
    return found
