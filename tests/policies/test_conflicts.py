"""Who may have a part in a case: the whole table of what stands in the way, and what lifts it."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import pytest

from contracts.failures import Refusal
from policies.conflicts import Appointee, Ground, grounds, refusal
from policies.procedure_rules import InvestigatorRule

CLEAR = Appointee(part="investigator", prior_involvement=False, conflict=False, trained=True, mitigated=False)


def rule(conflict: str = "mitigated", signs_alone: str = "small_body", training: bool = True) -> InvestigatorRule:
    return InvestigatorRule(
        training_required=training, conflict=conflict, signs_alone=signs_alone, legal_basis="A rule that was made up"
    )


@pytest.mark.parametrize(
    ("changes", "procedure", "mitigated", "found"),
    [
        ({}, rule(), False, None),
        ({"trained": False}, rule(), True, Refusal.NOT_TRAINED),
        ({"trained": False}, rule(training=False), False, None),
        ({"trained": False, "part": "decision_maker"}, rule(), False, None),
        ({"prior_involvement": True}, rule(), False, Refusal.CONFLICT_OF_INTEREST),
        ({"prior_involvement": True}, rule(), True, None),
        ({"prior_involvement": True}, rule("barred"), True, Refusal.CONFLICT_OF_INTEREST),
        ({"conflict": True}, rule("barred"), True, Refusal.CONFLICT_OF_INTEREST),
        ({"handled_original": True}, rule(), False, Refusal.CONFLICT_OF_INTEREST),
        ({"handled_tier_before": True}, rule(), True, None),
        ({"barred": True}, rule(), True, Refusal.HANDLER_BARRED),
        ({"has_other_part": True}, rule(), True, Refusal.CONFLICT_OF_INTEREST),
        ({"has_other_part": True, "small_body": True}, rule(), True, None),
        ({"has_other_part": True, "small_body": True}, rule(), False, Refusal.CONFLICT_OF_INTEREST),
        ({"has_other_part": True, "small_body": True}, rule("barred"), True, None),
        ({"has_other_part": True, "small_body": True}, rule(signs_alone="never"), True, Refusal.CONFLICT_OF_INTEREST),
        ({"holds_office": True}, rule(), False, None),
        ({"holds_office": True, "small_body": True}, rule(), False, Refusal.CONFLICT_OF_INTEREST),
        ({"holds_office": True, "small_body": True}, rule(), True, None),
        ({"holds_office": True, "small_body": True, "part": "decision_maker"}, rule(), False, None),
    ],
)
def test_what_stands_in_the_way_is_refused_or_mitigated(
    changes: dict[str, bool], procedure: InvestigatorRule, mitigated: bool, found: Refusal | None
) -> None:
    who = replace(CLEAR, mitigated=mitigated, **changes)  # type: ignore[arg-type]
    assert refusal(procedure, who) == found


def test_without_a_rule_only_a_barred_handler_is_kept_out() -> None:
    assert refusal(None, replace(CLEAR, trained=False, conflict=True)) is None
    assert refusal(None, replace(CLEAR, barred=True)) is Refusal.HANDLER_BARRED


def test_nobody_with_a_ground_has_a_part_without_mitigation_whatever_else_holds() -> None:
    flags = ("prior_involvement", "conflict", "handled_original", "handled_tier_before", "has_other_part", "small_body")
    for values in product((False, True), repeat=len(flags)):
        who = replace(CLEAR, **dict(zip(flags, values, strict=True)))  # type: ignore[arg-type]
        for conflict, alone in product(("barred", "mitigated"), ("never", "small_body")):
            assert (refusal(rule(conflict, alone), who) is None) is (grounds(who) == ())


def test_what_was_declared_and_what_the_record_shows_are_told_apart() -> None:
    who = replace(CLEAR, prior_involvement=True, handled_original=True)
    assert grounds(who) == (Ground.DECLARED_INVOLVEMENT, Ground.HANDLED_ORIGINAL)
