"""Reads the versions of the chains of clearance, from `policies/clearances/`.

A malformed file refuses the process at its start, as a malformed procedure does.
"""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Annotated, Final, Self

from pydantic import Field, StrictBool, StrictInt, TypeAdapter, ValidationError, model_validator
from pydantic.dataclasses import dataclass

from policies.clock_rules import Certainty
from policies.rule_fields import STRICT, Words, refuse_repeats

DEFAULT: Final = "default"
_Of = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,63}$")]
_Office = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,63}$")]


class ClearanceRuleError(ValueError):
    """A file of chains is malformed; the message names the file, the key and the reason."""


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class OfficeRule:
    """An office of a chain: who holds it by appointment, who of them is asked first, and whether the rota counts."""

    code: _Office
    title: Words
    held_by: Annotated[tuple[_Office, ...], Field(min_length=1)]
    asked: _Office
    on_rota: StrictBool
    legal_basis: Words
    certainty: Certainty

    @model_validator(mode="after")
    def _check(self) -> Self:
        refuse_repeats(f"office {self.code}", self.held_by)
        if self.asked not in self.held_by:
            raise ValueError(f"office {self.code}: whoever is asked does not hold it")
        return self


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class Chains:
    """Who clears in turn, by severity, under a procedure, in a regime, or everywhere else."""

    of: _Of
    routine: tuple[_Office, ...]
    elevated: tuple[_Office, ...]
    serious: tuple[_Office, ...]
    immediate: tuple[_Office, ...]
    legal_basis: Words
    certainty: Certainty

    def by_severity(self) -> dict[str, tuple[str, ...]]:
        """Return the chain of each severity."""
        return {
            "routine": self.routine,
            "elevated": self.elevated,
            "serious": self.serious,
            "immediate": self.immediate,
        }


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class ClearanceRules:
    """One version of the rule."""

    version: Annotated[StrictInt, Field(ge=1)]
    offices: tuple[OfficeRule, ...]
    chains: tuple[Chains, ...]

    @model_validator(mode="after")
    def _check(self) -> Self:
        refuse_repeats("offices", (each.code for each in self.offices))
        refuse_repeats("chains", (each.of for each in self.chains))
        known = {each.code for each in self.offices}
        for chains in self.chains:
            for severity, chain in chains.by_severity().items():
                refuse_repeats(f"chains {chains.of}, {severity}", chain)
                if odd := sorted(set(chain) - known):
                    raise ValueError(f"chains {chains.of}, {severity}: no office {', '.join(odd)}")
        if DEFAULT not in {each.of for each in self.chains}:
            raise ValueError("chains: none is the default")
        return self

    def chain_for(self, procedure: str, regime: str, severity: str | None) -> tuple[str, ...]:
        """Return who clears in turn: none for a complaint that nobody has triaged."""
        by = {each.of: each for each in self.chains}
        chains = by.get(procedure) or by.get(regime) or by[DEFAULT]
        return chains.by_severity().get(severity or "", ())

    def office(self, code: str) -> OfficeRule:
        """Return an office by its code. Raises KeyError."""
        return {each.code: each for each in self.offices}[code]


_RULES = TypeAdapter(ClearanceRules)


@cache
def load_clearance_rules() -> tuple[ClearanceRules, ...]:
    """Return every version of the rule, the oldest first."""
    found = [
        parse_clearance_rules(entry.name, entry.read_text(encoding="utf-8"))
        for entry in files("policies.clearances").iterdir()
        if entry.name.endswith(".toml")
    ]
    return tuple(sorted(found, key=lambda rules: rules.version))


def newest() -> ClearanceRules:
    """Return the rule by which a response is cleared today."""
    return load_clearance_rules()[-1]


def parse_clearance_rules(file: str, text: str) -> ClearanceRules:
    """Turn the text of one file into a rule. Raises ClearanceRuleError."""
    try:
        found = _RULES.validate_python(tomllib.loads(text))
    except (tomllib.TOMLDecodeError, ValidationError) as error:
        raise ClearanceRuleError(f"{file}: {error}") from None
    if file != f"clearances.v{found.version}.toml":
        raise ClearanceRuleError(f"{file}: version: the file is not named after version {found.version}")
    return found
