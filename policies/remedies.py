"""Weighs remedies: the band of a level, who may decide a sum, which step follows which, and what is out of line."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass as plain_dataclass
from decimal import Decimal
from importlib.resources import files
from itertools import pairwise
from statistics import median, quantiles
from typing import Annotated, Any, Final, Self

from pydantic import Field, StrictInt, TypeAdapter, ValidationError, model_validator
from pydantic.dataclasses import dataclass

from policies.clock_rules import Certainty
from policies.rule_fields import STRICT, Name, PlainDate, Words, refuse_repeats

_FILE: Final = "remedies.v1.toml"
Pounds = Annotated[Decimal, Field(gt=0, max_digits=9, decimal_places=2)]

# What may follow each state. A payment is made of what was offered, and of nothing else.
FOLLOWS: Final[dict[str, frozenset[str]]] = {
    "proposed": frozenset({"approved", "amended", "rejected"}),
    "approved": frozenset({"offered", "accepted", "declined"}),
    "offered": frozenset({"accepted", "declined", "paid"}),
    "accepted": frozenset({"paid"}),
    "rejected": frozenset(),
    "declined": frozenset(),
    "paid": frozenset(),
}
DECIDES: Final = FOLLOWS["proposed"]
# With fewer comparable remedies than this nothing is called out of line.
ENOUGH: Final = 5
RULE: Final = (
    "Out of line is a sum that lies more than one and a half times the interquartile range below the lower or above the"
    " upper quartile of at least five comparable sums."
)
_REACH: Final = Decimal("1.5")


class RemedyRulesError(ValueError):
    """The file of scale and authority is malformed; the message names the file and the key."""


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class Level:
    """A level of severity and the band of its payments; without `least` there is none, without `most` no upper end."""

    level: Annotated[StrictInt, Field(ge=1, le=6)]
    title: Words
    least: Pounds | None = None
    most: Pounds | None = None

    def holds(self, amount: Decimal) -> bool:
        """Say whether a payment lies in the band."""
        return self.least is not None and self.least <= amount and (self.most is None or amount <= self.most)


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class Scale:
    """The scale of severity, for injustice that is no financial loss."""

    code: Name
    title: Words
    legal_basis: Words
    certainty: Certainty
    levels: Annotated[tuple[Level, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _check(self) -> Self:
        if [each.level for each in self.levels] != list(range(1, len(self.levels) + 1)):
            raise ValueError("levels: counted from one upwards, none left out")
        for lower, upper in pairwise(self.levels):
            if upper.least is None or (lower.least is not None and (lower.most is None or lower.most >= upper.least)):
                raise ValueError(f"levels: the band of level {upper.level} does not lie above the one before")
        return self


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class Limit:
    """How much the holder of an office may decide; without `most`, any sum."""

    role: Name
    most: Pounds | None = None


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class Authority:
    """Who may decide which payment."""

    title: Words
    legal_basis: Words
    certainty: Certainty
    limits: Annotated[tuple[Limit, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _check(self) -> Self:
        refuse_repeats("limits", (limit.role for limit in self.limits))
        return self

    def may_decide(self, amount: Decimal) -> tuple[str, ...]:
        """Return the offices that may decide a sum."""
        return tuple(limit.role for limit in self.limits if limit.most is None or amount <= limit.most)


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class RemedyRules:
    """One version of the scale and of who may decide."""

    version: Annotated[StrictInt, Field(ge=1)]
    effective_from: PlainDate
    scale: Scale
    authority: Authority

    @property
    def scale_code(self) -> str:
        """Return the code under which a remedy keeps by which scale it was weighed."""
        return f"{self.scale.code}.v{self.version}"

    def in_band(self, level: int, amount: Decimal) -> bool:
        """Say whether a payment lies in the band of a level. A level that the scale lacks has no band."""
        return any(each.level == level and each.holds(amount) for each in self.scale.levels)


@plain_dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """How a sum stands to comparable ones. `outlier` is None where they are too few to say."""

    count: int
    median: Decimal | None = None
    low: Decimal | None = None
    high: Decimal | None = None
    outlier: bool | None = None


def compare(amount: Decimal, others: Sequence[Decimal]) -> Compared:
    """Set a sum beside comparable ones (Managing Public Money A4.14: like cases are treated alike)."""
    if not others:
        return Compared(count=0)
    outlier = None
    if len(others) >= ENOUGH:
        lower, _, upper = quantiles(others, n=4, method="inclusive")
        reach = _REACH * (upper - lower)
        outlier = not lower - reach <= amount <= upper + reach
    middle = Decimal(median(others)).quantize(Decimal("0.01"))
    return Compared(count=len(others), median=middle, low=min(others), high=max(others), outlier=outlier)


def described() -> dict[str, Any]:
    """Return the rules as plain JSON, for people to see what remedies are weighed by."""
    found: dict[str, Any] = TypeAdapter(RemedyRules).dump_python(RULES, mode="json")
    return found | {"rule": RULE}


def parse_rules(file: str, text: str) -> RemedyRules:
    """Turn the text of a file into rules. Raises RemedyRulesError with every fault in it."""
    try:
        return TypeAdapter(RemedyRules).validate_python(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise RemedyRulesError(f"{file}: {error}") from None
    except ValidationError as error:
        faults = error.errors(include_url=False, include_input=False)
        lines = (f"{file}: {'.'.join(map(str, fault['loc']))}: {fault['msg']}" for fault in faults)
        raise RemedyRulesError("\n".join(lines)) from None


# Read when the process starts: a malformed file stops it there, and not at a remedy.
RULES: Final = parse_rules(_FILE, (files("policies") / "scales" / _FILE).read_text(encoding="utf-8"))
