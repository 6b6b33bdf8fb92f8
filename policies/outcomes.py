"""Derives the outcome of a case from the findings on its issues, in the procedure's words and in each report's."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from policies.procedure_files import load_procedures
from policies.procedure_rules import OutcomeRule

UPHELD: Final = "upheld"
PARTIALLY: Final = "partially_upheld"
NOT_UPHELD: Final = "not_upheld"
_FOR_THE_PERSON: Final = frozenset({UPHELD, PARTIALLY})
_WEIGHED: Final = _FOR_THE_PERSON | {NOT_UPHELD}


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseOutcome:
    """The outcome of a case; `reports` is what it is called in each vocabulary that a report needs."""

    code: str
    title: str
    reports: Mapping[str, str]


def case_outcome(found: Iterable[str], rules: Sequence[OutcomeRule]) -> CaseOutcome | None:
    """Derive the outcome of a case from the outcomes found on its issues (KO41 counting rules; R-31).

    All alike: that outcome. Some upheld, wholly or in part: partially upheld. An outcome of a procedure's own, such
    as resolved, weighs neither way beside others. None where nothing is found, where the procedure has no outcomes,
    or where it has none of that name: then what is said is kept.
    """
    code = _derive(frozenset(found))
    rule = next((rule for rule in rules if rule.code == code), None)
    return None if rule is None else CaseOutcome(code=rule.code, title=rule.title, reports=rule.reports)


def case_outcome_under(procedure: str, version: int, found: Iterable[str]) -> CaseOutcome | None:
    """Derive the outcome of a case under one version of a procedure."""
    return case_outcome(found, load_procedures().get(procedure, version).outcomes)


def reported_outcome(procedure: str, version: int, code: str) -> CaseOutcome | None:
    """Return an outcome of a version of a procedure by its code, with what reports call it."""
    rules = load_procedures().get(procedure, version).outcomes
    rule = next((rule for rule in rules if rule.code == code), None)
    return None if rule is None else CaseOutcome(code=rule.code, title=rule.title, reports=rule.reports)


def outcome_titles(procedure: str, version: int) -> dict[str, str]:
    """Return what people call each outcome of a version of a procedure."""
    return {rule.code: rule.title for rule in load_procedures().get(procedure, version).outcomes}


def _derive(found: frozenset[str]) -> str | None:
    weighed = found & _WEIGHED or found
    if len(weighed) == 1:
        return next(iter(weighed))
    return PARTIALLY if weighed & _FOR_THE_PERSON else None
