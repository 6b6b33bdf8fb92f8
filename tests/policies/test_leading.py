"""Which body is proposed to lead: each criterion, each tie, and the file that gives their order."""

from __future__ import annotations

from typing import Any

import pytest

from policies.lead_files import DEFAULT, LeadRuleError, load_lead_rules, newest, parse_lead_rules
from policies.leading import LAST, BodyStanding, Criterion, propose
from policies.procedure_files import load_procedures

ORDER = newest().order_for("none", "none").criteria
GOOD = """
version = 1
[[criteria]]
code = "most_issues"
title = "The most issues"
legal_basis = "Practice"
certainty = "unverified"
[[orders]]
of = "default"
criteria = ["most_issues"]
legal_basis = "Ours"
certainty = "unverified"
"""


def us(issues: int = 1, **more: Any) -> BodyStanding:
    return BodyStanding(code="us", ours=True, issues=issues, **({"received_first": True} | more))


def body(code: str, issues: int = 1, **more: Any) -> BodyStanding:
    return BodyStanding(code=code, issues=issues, **more)


TABLE: list[tuple[list[BodyStanding], str | None, str, str, list[str]]] = [
    # The person's wish comes first, whatever else speaks against it.
    ([us(3), body("gp"), body("la")], "la", "la", "person_preference",
     ["decides", "not_reached", "not_reached", "not_reached"]),
    # A wish for a body that takes no part is none.
    ([us(1), body("gp", 2)], "elsewhere", "gp", "most_issues", ["unknown", "unknown", "decides", "not_reached"]),
    # The gravest issue counts where it is known of all.
    ([us(5, gravest=1), body("gp", 1, gravest=4)], None, "gp", "most_serious",
     ["unknown", "decides", "not_reached", "not_reached"]),
    ([us(5, gravest=1), body("gp", 1)], None, "us", "most_issues", ["unknown", "unknown", "decides", "not_reached"]),
    ([us(1, gravest=4), body("gp", 1, gravest=4)], None, "us", "first_recipient",
     ["unknown", "ties", "ties", "decides"]),
    # What ties goes on, and who is out stays out.
    ([us(1), body("gp", 2), body("la", 2)], None, "gp", LAST, ["unknown", "unknown", "narrows", "unknown"]),
    ([us(2), body("gp", 2), body("la", 1)], None, "us", "first_recipient",
     ["unknown", "unknown", "narrows", "decides"]),
    # Nothing tells them apart: whoever holds the complaint.
    ([us(1, received_first=False), body("gp")], None, "us", LAST, ["unknown", "unknown", "ties", "unknown"]),
    ([us(0), body("gp", 0)], None, "us", "first_recipient", ["unknown", "unknown", "ties", "decides"]),
]  # fmt: skip


@pytest.mark.parametrize(("bodies", "prefers", "lead", "rule", "results"), TABLE)
def test_the_first_criterion_that_leaves_one_body_proposes_it(
    bodies: list[BodyStanding], prefers: str | None, lead: str, rule: str, results: list[str]
) -> None:
    found = propose(bodies, ORDER, prefers)
    assert (found.lead, found.rule) == (lead, rule)
    assert [each.result.value for each in found.outcomes] == results
    assert [each.criterion for each in found.outcomes] == list(ORDER)
    assert lead in found.outcomes[-1].left
    assert propose(bodies, ORDER, prefers) == found


def test_another_order_gives_another_lead() -> None:
    bodies = [us(1), body("gp", 2)]
    assert propose(bodies, [Criterion.FIRST_RECIPIENT, Criterion.MOST_ISSUES]).lead == "us"
    assert propose(bodies, [Criterion.MOST_ISSUES, Criterion.FIRST_RECIPIENT]).lead == "gp"


def test_a_procedure_goes_before_its_regime_and_that_before_the_default() -> None:
    more = "".join(
        f'[[orders]]\nof = "{of}"\ncriteria = ["most_issues"]\nlegal_basis = "Of {of}"\ncertainty = "unverified"\n'
        for of in ("nhs", "nhs-england-2009")
    )
    rules = parse_lead_rules("leads.v1.toml", GOOD + more)
    assert rules.order_for("nhs-england-2009", "nhs").legal_basis == "Of nhs-england-2009"
    assert rules.order_for("other", "nhs").legal_basis == "Of nhs"
    assert rules.order_for("other", "spso").legal_basis == "Ours"


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("version = 1", "version = 2", "not named after version 2"),
        ("version = 1", "version = 0", "greater than or equal to 1"),
        ('of = "default"', 'of = "nhs"', "none is the default"),
        ('criteria = ["most_issues"]', 'criteria = ["loudest"]', "criteria"),
        ('criteria = ["most_issues"]', "criteria = []", "criteria"),
        ('criteria = ["most_issues"]', 'criteria = ["first_recipient"]', "no criterion first_recipient"),
        ('criteria = ["most_issues"]', 'criteria = ["most_issues", "most_issues"]', "most_issues"),
        ('certainty = "unverified"\n[[orders]]', 'certainty = "sure"\n[[orders]]', "certainty"),
        ('legal_basis = "Practice"\n', "", "legal_basis"),
        ('legal_basis = "Ours"', 'legal_basis = "Ours"\ncolour = "red"', "colour"),
        ("version = 1", "version =", "leads.v1.toml"),
    ],
)
def test_a_malformed_file_is_refused_with_the_reason(old: str, new: str, why: str) -> None:
    assert old in GOOD
    with pytest.raises(LeadRuleError, match=why):
        parse_lead_rules("leads.v1.toml", GOOD.replace(old, new, 1))


def test_every_order_in_force_is_for_a_procedure_or_a_regime_that_there_is() -> None:
    procedures = load_procedures().versions
    known = {DEFAULT, *(each.code for each in procedures), *(each.regime for each in procedures)}
    for rules in load_lead_rules():
        assert {order.of for order in rules.orders} <= known
        assert all(each.legal_basis and each.certainty.value for each in rules.criteria)
