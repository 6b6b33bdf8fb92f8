"""The fields that every file of rules is made of: names, words, times of day and plain dates, each read strictly."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from datetime import date, time
from typing import Annotated

from pydantic import BeforeValidator, ConfigDict, Field

Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,63}$")]
Words = Annotated[str, Field(min_length=3, max_length=600)]


def _hours_and_minutes(value: object) -> object:
    # Left alone, the library would read a bare 9 as nine seconds past midnight.
    if isinstance(value, time) and value.tzinfo is None:
        return value
    if isinstance(value, str) and re.fullmatch(r"[0-2]\d:[0-5]\d", value):
        return value
    raise ValueError("a time of day is written as 09:00, in quotes")


LocalTime = Annotated[time, BeforeValidator(_hours_and_minutes)]
PlainDate = Annotated[date, Field(strict=True)]

STRICT = ConfigDict(extra="forbid", str_strip_whitespace=True)


def refuse_repeats(what: str, values: Iterable[str]) -> None:
    """Raise ValueError naming every value that stands more than once."""
    twice = sorted(str(value) for value, count in Counter(values).items() if count > 1)
    if twice:
        raise ValueError(f"{what}: more than once: {', '.join(twice)}")
