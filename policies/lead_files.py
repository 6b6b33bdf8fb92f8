"""Reads the versions of the rule that proposes who coordinates, from `policies/leads/`.

A malformed file refuses the process at its start, as a malformed procedure does.
"""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Annotated, Final, Self

from pydantic import Field, StrictInt, TypeAdapter, ValidationError, model_validator
from pydantic.dataclasses import dataclass

from policies.clock_rules import Certainty
from policies.leading import Criterion
from policies.rule_fields import STRICT, Words, refuse_repeats

DEFAULT: Final = "default"
_Of = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,63}$")]


class LeadRuleError(ValueError):
    """A file of lead rules is malformed; the message names the file, the key and the reason."""


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class CriterionRule:
    """One criterion, in words, with what it rests on."""

    code: Criterion
    title: Words
    legal_basis: Words
    certainty: Certainty


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class LeadOrder:
    """The order in which a procedure, a regime, or everybody else asks the criteria."""

    of: _Of
    criteria: Annotated[tuple[Criterion, ...], Field(min_length=1)]
    legal_basis: Words
    certainty: Certainty


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class LeadRules:
    """One version of the rule."""

    version: Annotated[StrictInt, Field(ge=1)]
    criteria: tuple[CriterionRule, ...]
    orders: tuple[LeadOrder, ...]

    @model_validator(mode="after")
    def _check(self) -> Self:
        refuse_repeats("criteria", (each.code for each in self.criteria))
        refuse_repeats("orders", (each.of for each in self.orders))
        known = {each.code for each in self.criteria}
        for order in self.orders:
            refuse_repeats(f"order {order.of}", order.criteria)
            if odd := sorted(set(order.criteria) - known):
                raise ValueError(f"order {order.of}: no criterion {', '.join(odd)}")
        if DEFAULT not in {each.of for each in self.orders}:
            raise ValueError("orders: none is the default")
        return self

    def order_for(self, procedure: str, regime: str) -> LeadOrder:
        """Return the order that a procedure asks in: its own, else that of its regime, else the default."""
        by = {each.of: each for each in self.orders}
        return by.get(procedure) or by.get(regime) or by[DEFAULT]


_RULES = TypeAdapter(LeadRules)


@cache
def load_lead_rules() -> tuple[LeadRules, ...]:
    """Return every version of the rule, the oldest first."""
    found = [
        parse_lead_rules(entry.name, entry.read_text(encoding="utf-8"))
        for entry in files("policies.leads").iterdir()
        if entry.name.endswith(".toml")
    ]
    return tuple(sorted(found, key=lambda rules: rules.version))


def newest() -> LeadRules:
    """Return the rule by which a lead is proposed today."""
    return load_lead_rules()[-1]


def parse_lead_rules(file: str, text: str) -> LeadRules:
    """Turn the text of one file into a rule. Raises LeadRuleError."""
    try:
        found = _RULES.validate_python(tomllib.loads(text))
    except (tomllib.TOMLDecodeError, ValidationError) as error:
        raise LeadRuleError(f"{file}: {error}") from None
    if file != f"leads.v{found.version}.toml":
        raise LeadRuleError(f"{file}: version: the file is not named after version {found.version}")
    return found
