"""Reads the versions of the list of courses from `policies/training/`, and says until when a course is valid.

A malformed file refuses the process at its start, as a malformed procedure does.
"""

from __future__ import annotations

import tomllib
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Annotated, Self

from pydantic import Field, StrictInt, TypeAdapter, ValidationError, model_validator
from pydantic.dataclasses import dataclass

from policies.calendars import add_months
from policies.clock_rules import Certainty
from policies.rule_fields import STRICT, Name, Words, refuse_repeats


class TrainingRuleError(ValueError):
    """A file of courses is malformed; the message names the file, the key and the reason."""


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class Course:
    """One course. `months` is for how long it is valid, where a record does not say so; left out: for ever."""

    code: Name
    title: Annotated[str, Field(min_length=1, max_length=200)]
    basis: Words
    months: Annotated[StrictInt, Field(ge=1, le=240)] | None = None

    def expires_on(self, done_on: date) -> date | None:
        """Return the last day on which it is valid, where nobody says another."""
        return None if self.months is None else add_months(done_on, self.months)


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class Courses:
    """One version of the list."""

    version: Annotated[StrictInt, Field(ge=1)]
    title: Words
    legal_basis: Words
    certainty: Certainty
    courses: Annotated[tuple[Course, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _check(self) -> Self:
        refuse_repeats("courses", (each.code for each in self.courses))
        return self

    def find(self, code: str) -> Course | None:
        """Return a course of the list."""
        return next((each for each in self.courses if each.code == code), None)


_COURSES = TypeAdapter(Courses)


@cache
def load_courses() -> tuple[Courses, ...]:
    """Return every version of the list, the oldest first."""
    found = [
        parse_courses(entry.name, entry.read_text(encoding="utf-8"))
        for entry in files("policies.training").iterdir()
        if entry.name.endswith(".toml")
    ]
    return tuple(sorted(found, key=lambda courses: courses.version))


def newest() -> Courses:
    """Return the list by which training is recorded today."""
    return load_courses()[-1]


def titles() -> dict[str, str]:
    """Return what the courses of today's list are called."""
    return {each.code: each.title for each in newest().courses}


def parse_courses(file: str, text: str) -> Courses:
    """Turn the text of one file into a list. Raises TrainingRuleError."""
    try:
        found = _COURSES.validate_python(tomllib.loads(text))
    except (tomllib.TOMLDecodeError, ValidationError) as error:
        raise TrainingRuleError(f"{file}: {error}") from None
    if file != f"courses.v{found.version}.toml":
        raise TrainingRuleError(f"{file}: version: the file is not named after version {found.version}")
    return found
