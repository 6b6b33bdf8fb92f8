"""Reads what each kind of governance goes through, from `policies/governance/`.

A malformed file refuses the process at its start, as a malformed procedure does.
"""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Annotated, Final, Literal, Self

from pydantic import Field, StrictBool, StrictInt, TypeAdapter, ValidationError, model_validator
from pydantic.dataclasses import dataclass

from contracts.governance import Deed, GovernanceKind
from policies.clock_rules import Certainty
from policies.governing_rhythm import Period
from policies.rule_fields import STRICT, Name, Words, refuse_repeats

# Whoever has a part in the series; the office is the complaints manager, or the responsible person.
Part = Literal["chair", "approver", "commenter", "member", "non_executive"]
Who = Literal["system", "office", "chair", "approver", "commenter", "member", "non_executive"]
Need = Literal[
    "comments", "another_person", "report", "holds", "cases_chosen", "held", "minutes", "words", "receipt",
    "distributed", "actions_placed",
]  # fmt: skip
# To whom a step may have it sent, of those whom a distribution can name.
Audience = Literal["board", "staff", "commissioner", "healthwatch", "advocacy", "patients"]
_OWN: Final = (Deed.COMPILE, Deed.PROPOSE, Deed.PUBLISH, Deed.ASK)


class GovernanceError(ValueError):
    """A kind of governance is malformed; the message names the file, the key and the reason."""


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class StepRule:
    """One step: whose it is, within how many days of the beginning, and what must be there when it is done.

    `deed` is what the machine does in a step of its own. `days` are counted from the day after the beginning.
    `tells` are the parts that hear, when it opens, that there is something to read.
    `audiences` are those to each of whom it goes, where the step is done only once it went to all of them.
    """

    code: Name
    title: Words
    who: Who
    days: Annotated[StrictInt, Field(ge=0, le=400)]
    deed: Deed | None = None
    needs: tuple[Need, ...] = ()
    audiences: tuple[Audience, ...] = ()
    tells: tuple[Literal["member", "distribution"], ...] = ()

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.audiences and "distributed" not in self.needs:
            raise ValueError(f"{self.code}: audiences: what goes to somebody needs to be distributed")
        refuse_repeats(f"{self.code}: audiences", self.audiences)
        if self.tells and self.deed is not None:
            raise ValueError(f"{self.code}: tells: in a step of the machine there is nothing to read yet")
        refuse_repeats(f"{self.code}: tells", self.tells)
        if (self.who == "system") != (self.deed is not None):
            raise ValueError(f"{self.code}: a step of the machine has a deed, and no other has")
        if self.deed is not None and (self.deed not in _OWN or self.needs):
            raise ValueError(f"{self.code}: {self.deed} is no step, or a step of the machine needs something")
        refuse_repeats(self.code, self.needs)
        return self


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class Governing:
    """One version of what a kind goes through. `reports` are the kinds of report of which one is compiled,
    the first unless the series says otherwise.

    `remind_days` before its date whoever has a step is reminded; `escalate_days` after it the responsible person is.
    """

    version: Annotated[StrictInt, Field(ge=1)]
    kind: GovernanceKind
    title: Words
    legal_basis: Words
    certainty: Certainty
    about: Period = "rhythm"
    reports: Annotated[tuple[Name, ...], Field(max_length=4)] = ()
    on_request: StrictBool = False
    remind_days: Annotated[StrictInt, Field(ge=0, le=30)] = 2
    escalate_days: Annotated[StrictInt, Field(ge=1, le=60)] = 5
    steps: Annotated[tuple[StepRule, ...], Field(min_length=1, max_length=12)]

    @model_validator(mode="after")
    def _check(self) -> Self:
        refuse_repeats("steps", (each.code for each in self.steps))
        days = [each.days for each in self.steps]
        if days != sorted(days):
            raise ValueError("steps: a later step is due before an earlier one")
        if bool(self.reports) != any(each.deed is Deed.COMPILE for each in self.steps):
            raise ValueError("reports: what compiles names the report, and nothing else does")
        refuse_repeats("reports", self.reports)
        return self

    def step(self, code: str) -> StepRule | None:
        """Return a step by its code."""
        return next((each for each in self.steps if each.code == code), None)

    def after(self, code: str) -> StepRule | None:
        """Return the step that follows."""
        codes = [each.code for each in self.steps]
        place = codes.index(code) + 1
        return self.steps[place] if place < len(codes) else None


_GOVERNING = TypeAdapter(Governing)


@cache
def load_governing() -> dict[tuple[str, int], Governing]:
    """Return every version of every kind. Raises GovernanceError where a kind has none."""
    found = [
        parse_governing(entry.name, entry.read_text(encoding="utf-8"))
        for entry in files("policies.governance").iterdir()
        if entry.name.endswith(".toml")
    ]
    missing = set(GovernanceKind) - {each.kind for each in found}
    if missing:
        raise GovernanceError(f"no file for {', '.join(sorted(missing))}")
    return {(each.kind.value, each.version): each for each in found}


def rules(kind: str, version: int) -> Governing:
    """Return the version by which an occurrence was begun."""
    return load_governing()[kind, version]


def newest(kind: str) -> Governing:
    """Return the version by which one begins today."""
    return max((each for each in load_governing().values() if each.kind.value == kind), key=lambda each: each.version)


def parse_governing(file: str, text: str) -> Governing:
    """Turn the text of one file into a kind. Raises GovernanceError."""
    try:
        found = _GOVERNING.validate_python(tomllib.loads(text))
    except (tomllib.TOMLDecodeError, ValidationError) as error:
        raise GovernanceError(f"{file}: {error}") from None
    if file != f"{found.kind.value}.v{found.version}.toml":
        raise GovernanceError(f"{file}: the file is not named after {found.kind.value}, version {found.version}")
    return found
