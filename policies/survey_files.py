"""Reads the versions of what people and staff are asked when it is over, from `policies/surveys/`.

A malformed file refuses the process at its start, as a malformed procedure does.
"""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Iterable, Mapping
from functools import cache
from importlib.resources import files
from typing import Annotated, Final, Literal, Self

from pydantic import Field, StrictInt, TypeAdapter, ValidationError, model_validator
from pydantic.dataclasses import dataclass

from policies.clock_rules import Certainty
from policies.rule_fields import STRICT, Name, Words, refuse_repeats

PARTY: Final = "party"
STAFF: Final = "staff"
# What was answered before an answer named its instrument.
FIRST: Final = "experience.v1"
_TO_ASK: Final = {PARTY: "people", STAFF: "staff"}


class SurveyError(ValueError):
    """An instrument is malformed; the message names the file, the key and the reason."""


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class Stage:
    """A stage of what somebody goes through, as its source has it."""

    code: Name
    title: Words


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class Asked:
    """One statement, which somebody agrees with from 1 (not at all) to 5 (entirely)."""

    code: Name
    stage: Name
    words: Words


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class Instrument:
    """One version of what is asked, and of whom."""

    code: Name
    version: Annotated[StrictInt, Field(ge=1)]
    title: Words
    asks: Literal["party", "staff", "both"]
    source: Words
    certainty: Certainty
    stages: Annotated[tuple[Stage, ...], Field(min_length=1)]
    statements: Annotated[tuple[Asked, ...], Field(min_length=1, max_length=20)]

    @model_validator(mode="after")
    def _check(self) -> Self:
        refuse_repeats("stages", (each.code for each in self.stages))
        refuse_repeats("statements", (each.code for each in self.statements))
        stages = [each.code for each in self.stages]
        if odd := {each.stage for each in self.statements} ^ set(stages):
            raise ValueError(f"statements: a stage that is unknown, or has none: {', '.join(sorted(odd))}")
        order = [stages.index(each.stage) for each in self.statements]
        if order != sorted(order):
            raise ValueError("statements: they do not stand in the order of the stages")
        return self

    @property
    def name(self) -> str:
        """Return what answers name it by."""
        return f"{self.code}.v{self.version}"

    @property
    def statements_by_stage(self) -> list[tuple[str, list[Asked]]]:
        """Return the statements under the title of each stage, in order."""
        return [(each.title, [one for one in self.statements if one.stage == each.code]) for each in self.stages]

    def has(self, statements: Collection[str]) -> bool:
        """Say whether every one of some statements is its own."""
        return set(statements) <= {each.code for each in self.statements}


_INSTRUMENT = TypeAdapter(Instrument)


@cache
def load_surveys() -> Mapping[str, Instrument]:
    """Return every version of every instrument by its name. Raises SurveyError."""
    found = [
        parse_survey(entry.name, entry.read_text(encoding="utf-8"))
        for entry in files("policies.surveys").iterdir()
        if entry.name.endswith(".toml")
    ]
    _refuse_other_words(found)
    known = {each.name: each for each in sorted(found, key=lambda each: (each.code, each.version))}
    for code in (FIRST, *(f"{each}.v1" for each in _TO_ASK.values())):
        if code not in known:
            raise SurveyError(f"{code}.toml: there is no such file")
    return known


def to_ask(whose: str) -> Instrument:
    """Return what is asked today of a party outside, or of staff."""
    return [each for each in load_surveys().values() if each.code == _TO_ASK[whose]][-1]


def answered_by(whose: str, named: str | None, asked: str | None, statements: Collection[str]) -> Instrument | None:
    """Return the instrument that an answer is to: the one it names, else the one asked, else any that it fits."""
    known = load_surveys()
    tried = [named] if named is not None else [asked, to_ask(whose).name, FIRST]
    for each in tried:
        found = known.get(each) if each is not None else None
        if found is not None and found.asks in (whose, "both") and found.has(statements):
            return found
    return None


def statement_titles(whose: str) -> dict[str, str]:
    """Return what every statement that is put to parties, or to staff, says, by its code, and under which stage."""
    titles: dict[str, str] = {}
    for each in load_surveys().values():
        if each.asks not in (whose, "both"):
            continue
        for stage, statements in each.statements_by_stage:
            # The first instrument knew no stages.
            titles |= {one.code: f"{stage}: {one.words}" if len(each.stages) > 1 else one.words for one in statements}
    return titles


@cache
def _places(whose: str) -> Mapping[str, int]:
    known = [each for each in load_surveys().values() if each.asks in (whose, "both")]
    ours = sorted(known, key=lambda each: (each.name == FIRST, each.version))
    codes = dict.fromkeys(one.code for each in ours for one in each.statements)
    return {code: place for place, code in enumerate(codes)}


def in_order(whose: str, statement: str) -> tuple[int, str]:
    """Return where a statement stands in what is asked of parties or staff: what a later version adds comes after."""
    places = _places(whose)
    return places.get(statement, len(places)), statement


def parse_survey(file: str, text: str) -> Instrument:
    """Turn the text of one file into an instrument. Raises SurveyError."""
    try:
        found = _INSTRUMENT.validate_python(tomllib.loads(text))
    except (tomllib.TOMLDecodeError, ValidationError) as error:
        raise SurveyError(f"{file}: {error}") from None
    if file != f"{found.name}.toml":
        raise SurveyError(f"{file}: the file is not named after {found.code}, version {found.version}")
    return found


def _refuse_other_words(found: Iterable[Instrument]) -> None:
    """Refuse a statement that says one thing here and another there: reports count it by its code."""
    words: dict[str, str] = {}
    for each in found:
        for one in each.statements:
            if words.setdefault(one.code, one.words) != one.words:
                raise SurveyError(f"{each.name}.toml: {one.code}: it says something else in another instrument")
