"""The arithmetic of the returns KO41a and KO41b: what one site returns, and every equality that must hold."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

Relation = Literal["=", ">="]
Part = Literal["age_band", "complainant_status", "service_area", "clinical", "subject", "profession"]
# In the order of the return's sections 3 to 8.
PARTS: Final[tuple[Part, ...]] = (
    "age_band",
    "complainant_status",
    "service_area",
    "clinical",
    "subject",
    "profession",
)
TEXTS: Final[Mapping[str, str]] = {
    "resolved": "Resolved equals upheld, partially upheld and not upheld together",
    "carried": "Carried forward equals brought forward and new, less resolved",
    "not_negative": "Brought forward and new, less resolved, is never below nought",
    "age_band": "Ages add up to the new complaints",
    "complainant_status": "What complainants are to the patient adds up to the new complaints",
    "service_area": "Service areas come to no fewer than the new complaints",
    "subject": "Subjects come to no fewer than the new complaints",
    "profession": "Staff groups come to no fewer than the new complaints",
    "one_site": "The sites together have as many new complaints as the organisation",
    "one_site_resolved": "The sites together have as many resolved complaints as the organisation",
}
_OF_NEW: Final[Mapping[Part, Relation]] = {
    "age_band": "=",
    "complainant_status": "=",
    "service_area": ">=",
    "subject": ">=",
    "profession": ">=",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """Section 2 of the return. Each number is counted by itself: that they agree is checked, not made so."""

    brought: int = 0
    new: int = 0
    upheld: int = 0
    partially_upheld: int = 0
    not_upheld: int = 0
    resolved: int = 0
    carried: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Returned:
    """What is returned for one site, or for all of them where `site` is none; `parts` by section, then by code."""

    site: str | None
    summary: Summary
    parts: Mapping[Part, Mapping[str, int]] = field(default_factory=dict)

    def total(self, part: Part) -> int:
        """Return what the codes of a section come to."""
        return sum(self.parts.get(part, {}).values())


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One equality of one site, or of all: both sides, and whether they stand to each other as they must."""

    code: str
    site: str | None
    left: int
    relation: Relation
    right: int

    @property
    def holds(self) -> bool:
        """Say whether it holds."""
        return self.left == self.right if self.relation == "=" else self.left >= self.right

    @property
    def text(self) -> str:
        """Return the equality in words."""
        return TEXTS[self.code]


def checks(whole: Returned, sites: Sequence[Returned]) -> tuple[Check, ...]:
    """Check every equality: of the whole, of each site, and of the sites beside the whole."""
    found = [check for each in (whole, *sites) for check in _of_one(each)]
    new = sum(site.summary.new for site in sites)
    resolved = sum(site.summary.resolved for site in sites)
    beside = (
        Check(code="one_site", site=None, left=new, relation="=", right=whole.summary.new),
        Check(code="one_site_resolved", site=None, left=resolved, relation="=", right=whole.summary.resolved),
    )
    return (*found, *(beside if sites else ()))


def broken(found: Iterable[Check]) -> tuple[Check, ...]:
    """Return the equalities that do not hold."""
    return tuple(check for check in found if not check.holds)


def merged(counts: Mapping[str, int], listed: Sequence[str], other: str | None) -> dict[str, int]:
    """Put counts by code into the order of a list, a nought for each code that has none.

    What is not coded (the empty code), or by a code that the list does not have, is put to `other`, the list's own
    code for it. Where the list has none it is left out: it is told as a fault instead.
    """
    in_order = {code: counts.get(code, 0) for code in listed}
    if other is not None:
        in_order[other] += sum(count for code, count in counts.items() if code not in in_order)
    return in_order


def _of_one(each: Returned) -> list[Check]:
    s = each.summary
    expected = s.brought + s.new - s.resolved
    outcomes = s.upheld + s.partially_upheld + s.not_upheld
    return [
        Check(code="resolved", site=each.site, left=s.resolved, relation="=", right=outcomes),
        Check(code="carried", site=each.site, left=s.carried, relation="=", right=expected),
        Check(code="not_negative", site=each.site, left=expected, relation=">=", right=0),
        *(
            Check(code=part, site=each.site, left=each.total(part), relation=relation, right=s.new)
            for part, relation in _OF_NEW.items()
        ),
    ]
