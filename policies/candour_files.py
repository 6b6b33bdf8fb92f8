"""Reads the rule sets of the duty of candour from `policies/candour/`.

A malformed file refuses the process at its start, as a malformed procedure does.
"""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Annotated, Final, Self

from pydantic import Field, StrictBool, StrictInt, TypeAdapter, ValidationError, model_validator
from pydantic.dataclasses import dataclass

from policies.calendars import Nation
from policies.candouring import Element, Harm, NoticeKind, Way
from policies.clock_rules import Certainty
from policies.rule_fields import STRICT, Name, Words, refuse_repeats

# What holds where no rule set of the nation is shipped.
PROFESSIONAL: Final = "professional"


class CandourError(ValueError):
    """A file of candour is malformed; the message names the file, the key and the reason."""


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class NoticeRule:
    """What a notice of one kind has to hold, and where that stands."""

    kind: NoticeKind
    elements: Annotated[tuple[Element, ...], Field(min_length=1)]
    legal_basis: Words
    certainty: Certainty

    @model_validator(mode="after")
    def _check(self) -> Self:
        refuse_repeats(f"elements of {self.kind}", self.elements)
        return self


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class CandourRules:
    """One version of a rule set. Where it is not `mandatory`, its elements are recommended and nothing is refused.

    `ways` count as in person; `no_day_count` are the words that say that no figure of a clock is the law's.
    """

    code: Name
    version: Annotated[StrictInt, Field(ge=1)]
    nation: Nation | None = None
    title: Words
    mandatory: StrictBool
    threshold: Annotated[tuple[Harm, ...], Field(min_length=1)]
    ways: Annotated[tuple[Way, ...], Field(min_length=1)]
    explain_after_working_days: Annotated[StrictInt, Field(ge=1, le=366)] | None = None
    legal_basis: Words
    no_day_count: Words
    certainty: Certainty
    notices: tuple[NoticeRule, ...]

    @model_validator(mode="after")
    def _check(self) -> Self:
        refuse_repeats("notices", (each.kind for each in self.notices))
        refuse_repeats("threshold", self.threshold)
        if missing := sorted(set(NoticeKind) - {each.kind for each in self.notices}):
            raise ValueError(f"notices: no {', '.join(missing)}")
        return self

    def notice(self, kind: str) -> NoticeRule:
        """Return the rule of a kind of notice."""
        return next(each for each in self.notices if each.kind == kind)

    def mandatory_in(self, kind: str) -> tuple[str, ...]:
        """Return the elements without which a notice of a kind is none."""
        return tuple(each.value for each in self.notice(kind).elements) if self.mandatory else ()


_RULES = TypeAdapter(CandourRules)


@cache
def load_candour() -> tuple[CandourRules, ...]:
    """Return every version of every rule set, the oldest of each first."""
    found = [
        parse_candour(entry.name, entry.read_text(encoding="utf-8"))
        for entry in files("policies.candour").iterdir()
        if entry.name.endswith(".toml")
    ]
    return tuple(sorted(found, key=lambda rules: (rules.code, rules.version)))


def rules_for(nation: str) -> CandourRules:
    """Return the rule set by which an incident is flagged today in a nation."""
    own = [rules for rules in load_candour() if rules.nation is not None and rules.nation.value == nation]
    return (own or [rules for rules in load_candour() if rules.code == PROFESSIONAL])[-1]


def version_of(code: str, version: int) -> CandourRules:
    """Return the rule set that an incident is pinned to; LookupError where there is none."""
    for rules in load_candour():
        if (rules.code, rules.version) == (code, version):
            return rules
    raise LookupError(f"no version {version} of the candour rules {code}")


def parse_candour(file: str, text: str) -> CandourRules:
    """Turn the text of one file into a rule set. Raises CandourError."""
    try:
        found = _RULES.validate_python(tomllib.loads(text))
    except (tomllib.TOMLDecodeError, ValidationError) as error:
        raise CandourError(f"{file}: {error}") from None
    if file != f"{found.code}.v{found.version}.toml":
        raise CandourError(f"{file}: the file is not named after {found.code} and version {found.version}")
    return found
