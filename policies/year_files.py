"""Reads the believable year that alarms are rehearsed with: shares of what happens, none of which was measured."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Annotated, Literal

from pydantic import Field, StrictInt, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass

from policies.rule_fields import STRICT, Name

_Share = Annotated[float, Field(ge=0, le=1)]
_Fact = Literal[
    "death",
    "safeguarding",
    "vulnerable",
    "psychological",
    "immediate_risk",
    "media",
    "regulator",
    "police",
    "staff_safety",
]
_Weights = Annotated[tuple[Annotated[StrictInt, Field(ge=1)], ...], Field(min_length=1)]


class YearError(ValueError):
    """A file of shares is malformed; the message names the file, the key and the reason."""


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class ClockShare:
    """How many clocks of a kind one complaint has, and the share of them that is missed."""

    kind: Name
    each: Annotated[float, Field(ge=0, le=100)]
    missed: _Share


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class ClockShares:
    """The clocks that are known, and the share of complaints in which any other one is missed once."""

    otherwise: _Share
    known: tuple[ClockShare, ...]

    def of(self, kind: str) -> tuple[float, float]:
        """Return how many clocks of a kind a complaint has, and the share that is missed."""
        found = next((each for each in self.known if each.kind == kind), None)
        return (1.0, self.otherwise) if found is None else (found.each, found.missed)


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class Silence:
    """How often nobody answers up to the top of a ladder."""

    division: _Share
    body: _Share


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class Codes:
    """The weight of each theme and of each place."""

    themes: _Weights
    places: _Weights


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class Year:
    """One believable year."""

    version: Annotated[StrictInt, Field(ge=1)]
    facts: dict[_Fact, _Share]
    harm: dict[Literal["low", "moderate", "severe", "death"], _Share]
    clocks: ClockShares
    silence: Silence
    codes: Codes


_YEAR = TypeAdapter(Year)


@cache
def shipped() -> Year:
    """Return the year that is shipped."""
    return parse_year("year.v1.toml", files("policies.alarms").joinpath("year.v1.toml").read_text(encoding="utf-8"))


def parse_year(file: str, text: str) -> Year:
    """Turn the text of one file into a year. Raises YearError."""
    try:
        return _YEAR.validate_python(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise YearError(f"{file}: {error}") from None
    except ValidationError as error:
        faults = [f"{file}: {'.'.join(map(str, each['loc']))}: {each['msg']}" for each in error.errors()]
        raise YearError("\n".join(faults)) from None
