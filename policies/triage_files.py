"""Reads the versions of the rule that says how serious a complaint is, from `policies/triage/`.

A malformed file refuses the process at its start, as a malformed procedure does.
"""

from __future__ import annotations

import tomllib
from dataclasses import fields
from functools import cache
from importlib.resources import files
from typing import Annotated, Final, Self

from pydantic import Field, StrictBool, StrictInt, TypeAdapter, ValidationError, model_validator
from pydantic.dataclasses import dataclass

from contracts.severities import Severity
from policies import triaging
from policies.clock_rules import Certainty
from policies.procedure_rules import Matter
from policies.rule_fields import STRICT, Name, Words, refuse_repeats
from policies.triaging import Harm, Parallel

DEFAULT: Final = "default"
_Of = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,63}$")]
_AtLeast = Annotated[StrictInt, Field(ge=1, le=10_000_000)]


class TriageRuleError(ValueError):
    """A file of triage rules is malformed; the message names the file, the key and the reason."""


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class When(triaging.Condition):
    """What must hold for a rule to speak: facts of a closed set, with thresholds."""

    harm: Harm | None = None
    incident_harm: Harm | None = None
    parallel: Annotated[tuple[Parallel, ...], Field(min_length=1)] | None = None
    remedy_pounds: _AtLeast | None = None
    upheld: _AtLeast | None = None

    @model_validator(mode="after")
    def _check(self) -> Self:
        if "none" in (self.harm, self.incident_harm):
            raise ValueError("when: harm of at least none asks nothing")
        if all(getattr(self, each.name) is None for each in fields(self)):
            raise ValueError("when: a rule asks for something")
        return self


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class TriageRule:
    """One rule, in words, with what it rests on."""

    code: Name
    title: Words
    severity: Severity
    when: When
    legal_basis: Words
    certainty: Certainty
    second_person: StrictBool = False

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.severity == "routine":
            raise ValueError(f"rule {self.code}: what is routine needs no reason")
        return self

    def pure(self) -> triaging.Rule:
        """Return the rule without its words."""
        return triaging.Rule(code=self.code, severity=self.severity, when=self.when, second_person=self.second_person)


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class TriageOrder:
    """The rules by which the complaints of a procedure, of a regime, or of everybody else are triaged."""

    of: _Of
    rules: Annotated[tuple[Name, ...], Field(min_length=1)]
    legal_basis: Words
    certainty: Certainty


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class TriageRules:
    """One version of the policy. `matters` are triaged by themselves, others only when a person asks."""

    version: Annotated[StrictInt, Field(ge=1)]
    matters: tuple[Matter, ...]
    rules: tuple[TriageRule, ...]
    orders: tuple[TriageOrder, ...]

    @model_validator(mode="after")
    def _check(self) -> Self:
        refuse_repeats("matters", (each.value for each in self.matters))
        refuse_repeats("rules", (each.code for each in self.rules))
        refuse_repeats("orders", (each.of for each in self.orders))
        known = {each.code for each in self.rules}
        for order in self.orders:
            refuse_repeats(f"order {order.of}", order.rules)
            if odd := sorted(set(order.rules) - known):
                raise ValueError(f"order {order.of}: no rule {', '.join(odd)}")
        if DEFAULT not in {each.of for each in self.orders}:
            raise ValueError("orders: none is the default")
        return self

    def rules_for(self, procedure: str, regime: str) -> tuple[triaging.Rule, ...]:
        """Return the rules that a procedure is triaged by: its own, else those of its regime, else the default."""
        orders = {each.of: each for each in self.orders}
        order = orders.get(procedure) or orders.get(regime) or orders[DEFAULT]
        by = {each.code: each for each in self.rules}
        return tuple(by[code].pure() for code in order.rules)


_RULES = TypeAdapter(TriageRules)


@cache
def load_triage_rules() -> tuple[TriageRules, ...]:
    """Return every version of the policy, the oldest first."""
    found = [
        parse_triage_rules(entry.name, entry.read_text(encoding="utf-8"))
        for entry in files("policies.triage").iterdir()
        if entry.name.endswith(".toml")
    ]
    return tuple(sorted(found, key=lambda rules: rules.version))


def newest() -> TriageRules:
    """Return the policy by which complaints are triaged today."""
    return load_triage_rules()[-1]


@cache
def second_person_codes() -> frozenset[str]:
    """Return the reasons of any version where one person alone does not call a complaint less serious."""
    return frozenset(rule.code for rules in load_triage_rules() for rule in rules.rules if rule.second_person)


def title_of(version: int, code: str) -> str:
    """Return what people call a reason of a version; the code where there is none."""
    titles = {
        rule.code: rule.title for rules in load_triage_rules() if rules.version == version for rule in rules.rules
    }
    return titles.get(code, code)


def parse_triage_rules(file: str, text: str) -> TriageRules:
    """Turn the text of one file into the policy. Raises TriageRuleError."""
    try:
        found = _RULES.validate_python(tomllib.loads(text))
    except (tomllib.TOMLDecodeError, ValidationError) as error:
        raise TriageRuleError(f"{file}: {error}") from None
    if file != f"triage.v{found.version}.toml":
        raise TriageRuleError(f"{file}: version: the file is not named after version {found.version}")
    return found
