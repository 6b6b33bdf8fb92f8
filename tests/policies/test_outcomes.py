"""The outcome of a case, as the findings on its issues give it: the truth table, in every procedure's vocabularies."""

from __future__ import annotations

from itertools import product

import pytest

from policies.outcomes import case_outcome, case_outcome_under, outcome_titles
from policies.procedure_files import load_procedures
from policies.procedure_rules import OutcomeRule

U, P, N, R = "upheld", "partially_upheld", "not_upheld", "resolved"
RULES = tuple(OutcomeRule(code=code, title=f"It is {code}", reports={"annual": code}) for code in (U, P, N, R))
TABLE = [
    ([], None),
    ([U], U),
    ([U, U, U], U),
    ([P], P),
    ([P, P], P),
    ([N], N),
    ([N, N], N),
    ([U, N], P),
    ([U, P], P),
    ([P, N], P),
    ([U, P, N], P),
    # An outcome of the procedure's own weighs neither way beside others.
    ([R], R),
    ([R, R], R),
    ([U, R], U),
    ([N, R], N),
    ([U, N, R], P),
    ([P, R], P),
]


@pytest.mark.parametrize(("found", "outcome"), TABLE)
def test_the_truth_table(found: list[str], outcome: str | None) -> None:
    derived = case_outcome(found, RULES)
    assert (derived.code if derived else None) == outcome
    assert (case_outcome(reversed(found), RULES) or None) == derived


@pytest.mark.parametrize("found", list(product((U, P, N), repeat=3)))
def test_upheld_needs_every_issue_upheld_and_not_upheld_needs_none(found: tuple[str, ...]) -> None:
    derived = case_outcome(found, RULES)
    assert derived is not None
    assert (derived.code == U) == (set(found) == {U})
    assert (derived.code == N) == (set(found) == {N})


def test_a_procedure_without_outcomes_keeps_what_is_said() -> None:
    assert case_outcome([U], ()) is None
    assert case_outcome_under("nhs-england-2009", 1, [U]) is None
    assert outcome_titles("nhs-england-2009", 1) == {}


def test_an_outcome_that_the_procedure_lacks_is_not_made_up() -> None:
    assert case_outcome([U, N], tuple(rule for rule in RULES if rule.code != P)) is None


def test_the_annual_report_and_the_return_call_it_by_names_of_their_own() -> None:
    derived = case_outcome_under("nhs-england-2009", 2, [U, N])
    assert derived is not None
    assert (derived.code, derived.title) == (P, "Partially upheld")
    assert derived.reports == {"annual_report": "well_founded", "ko41": "partially_upheld"}


@pytest.mark.parametrize(
    "procedure", [each for each in load_procedures().versions if each.outcomes], ids=lambda each: each.code
)
def test_every_shipped_procedure_can_say_what_its_findings_add_up_to(procedure: object) -> None:
    rules = getattr(procedure, "outcomes")  # noqa: B009
    codes = [rule.code for rule in rules]
    for found in product(codes, repeat=2):
        assert case_outcome(found, rules) is not None
