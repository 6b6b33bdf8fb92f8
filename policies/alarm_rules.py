"""The shapes of the mix of alarms as data: what wakes one senior leader, and where every other breach goes."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Final, Literal, Self

from pydantic import Field, StrictInt, model_validator
from pydantic.dataclasses import dataclass

from policies.clock_rules import Certainty
from policies.rule_fields import STRICT, Name, Words, refuse_repeats

DEFAULT: Final = "default"
_Of = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,63}$")]
_Count = Annotated[StrictInt, Field(ge=2, le=1000)]


class Cause(StrEnum):
    """Why a senior leader is asked."""

    SEVERITY = "severity"
    SIX_MONTHS = "six_months"
    REPEATED_BREACH = "repeated_breach"
    BODY_SILENT = "body_silent"
    DIVISION_SILENT = "division_silent"
    STAFF_SUPPORT = "staff_support"
    RECURRENCE = "recurrence"
    ACTION_LATE = "action_late"


class By(StrEnum):
    """What is the same in complaints that recur."""

    BOTH = "both"  # the theme, at one place
    THEME = "theme"
    PLACE = "place"


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class CauseRule:
    """One cause in words, and how quickly a senior is asked for it."""

    code: Cause
    title: Words
    level: Literal["elevated", "serious", "immediate"]
    legal_basis: Words
    certainty: Certainty


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class RecurrenceRule:
    """So many complaints with the same code, received within so many days."""

    by: By
    times: _Count
    within_days: Annotated[StrictInt, Field(ge=1, le=366)]


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class MixRule:
    """The mix of a procedure, of a regime, or of everybody else."""

    of: _Of
    wakes: tuple[Cause, ...]
    times: _Count
    again_after: Annotated[StrictInt, Field(ge=1, le=60)]
    support: tuple[Name, ...]
    division: tuple[Name, ...]
    single: Annotated[tuple[Literal["division_lead", "complaints_manager"], ...], Field(min_length=1)]
    direct: tuple[Name, ...] = ()
    recurrences: tuple[RecurrenceRule, ...] = ()
    legal_basis: Words
    certainty: Certainty

    @model_validator(mode="after")
    def _check(self) -> Self:
        refuse_repeats(f"mix {self.of}: wakes", self.wakes)
        refuse_repeats(f"mix {self.of}: recurrences", (each.by for each in self.recurrences))
        if Cause.SEVERITY not in self.wakes:
            raise ValueError(f"mix {self.of}: what is serious reaches a senior, whatever the mix")
        if self.single[-1] != "complaints_manager":
            raise ValueError(f"mix {self.of}: single ends with complaints_manager, so that somebody is always asked")
        return self


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class AlarmRules:
    """One version of the alarms."""

    version: Annotated[StrictInt, Field(ge=1)]
    causes: tuple[CauseRule, ...]
    mixes: tuple[MixRule, ...]

    @model_validator(mode="after")
    def _check(self) -> Self:
        refuse_repeats("causes", (each.code for each in self.causes))
        refuse_repeats("mixes", (each.of for each in self.mixes))
        known = {each.code for each in self.causes}
        for mix in self.mixes:
            if odd := sorted(set(mix.wakes) - known):
                raise ValueError(f"mix {mix.of}: no cause {', '.join(odd)}")
        if DEFAULT not in {each.of for each in self.mixes}:
            raise ValueError("mixes: none is the default")
        return self

    def mix_for(self, procedure: str, regime: str) -> MixRule:
        """Return the mix of a procedure: its own, else that of its regime, else the default."""
        by = {each.of: each for each in self.mixes}
        return by.get(procedure) or by.get(regime) or by[DEFAULT]

    def level_of(self, cause: Cause) -> str:
        """Return how quickly a senior is asked for a cause."""
        return next(each.level for each in self.causes if each.code is cause)
