"""How serious a complaint is by the policy: each rule in force, that facts only raise it, and the file itself."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.severities import SEVERITIES
from policies.procedure_files import load_procedures
from policies.triage_files import (
    DEFAULT,
    TriageRuleError,
    load_triage_rules,
    newest,
    parse_triage_rules,
    second_person_codes,
    title_of,
)
from policies.triaging import HARMS, Facts, judge, rank, worst

RULES = newest().rules_for("none", "none")
GOOD = """
version = 1
matters = ["complaint"]
[[rules]]
code = "police"
title = "The police are involved"
severity = "serious"
when = { police = true }
legal_basis = "Practice"
certainty = "unverified"
[[orders]]
of = "default"
rules = ["police"]
legal_basis = "Ours"
certainty = "unverified"
"""

TABLE: list[tuple[dict[str, Any], str, list[str]]] = [
    ({}, "routine", []),
    ({"harm": "low", "findings": 3, "comments": 2}, "routine", []),
    ({"harm": "moderate"}, "elevated", ["harm_moderate"]),
    ({"harm": "severe"}, "serious", ["harm_severe", "harm_moderate"]),
    ({"harm": "death"}, "serious", ["harm_death", "harm_severe", "harm_moderate"]),
    ({"harm": "moderate", "upheld": 1}, "serious", ["harm_moderate", "harm_found"]),
    ({"harm": "low", "upheld": 4}, "routine", []),
    ({"death": True}, "serious", ["death_of_person"]),
    ({"psychological": True}, "serious", ["psychological"]),
    ({"immediate_risk": True}, "immediate", ["risk_now"]),
    ({"safeguarding": True}, "serious", ["safeguarding"]),
    ({"vulnerable": True}, "elevated", ["vulnerable"]),
    ({"safeguarding": True, "vulnerable": True}, "immediate",
     ["safeguarding_vulnerable", "safeguarding", "vulnerable"]),
    ({"media": True}, "elevated", ["media"]),
    ({"regulator": True}, "elevated", ["regulator"]),
    ({"police": True}, "serious", ["police"]),
    ({"parallel": ("coroner",)}, "serious", ["inquest"]),
    ({"parallel": ("claim", "hr")}, "elevated", ["beside"]),
    ({"parallel": ("hr", "other")}, "routine", []),
    ({"staff_safety": True}, "elevated", ["staff_safety"]),
    ({"remedy_pence": 99_999}, "routine", []),
    ({"remedy_pence": 100_000}, "elevated", ["remedy"]),
    ({"remedy_pence": 1_000_000}, "serious", ["remedy_large", "remedy"]),
    ({"incident": True}, "elevated", ["incident"]),
    ({"incident": True, "incident_harm": "severe"}, "serious", ["incident_severe", "incident"]),
    ({"recurrence": True}, "elevated", ["recurrence"]),
    ({"media": True, "police": True}, "serious", ["police", "media"]),
]  # fmt: skip


@pytest.mark.parametrize(("facts", "severity", "reasons"), TABLE)
def test_every_rule_that_speaks_is_a_reason_and_the_highest_counts(
    facts: dict[str, Any], severity: str, reasons: list[str]
) -> None:
    verdict = judge(Facts(**facts), RULES)
    assert (verdict.severity, [each.code for each in verdict.reasons]) == (severity, reasons)


def test_every_rule_in_force_speaks_somewhere_in_the_table() -> None:
    assert {rule.code for rule in RULES} == {code for _, _, reasons in TABLE for code in reasons}


FACTS = st.builds(
    Facts,
    harm=st.sampled_from(HARMS),
    incident_harm=st.sampled_from(HARMS),
    parallel=st.lists(
        st.sampled_from(["police", "coroner", "claim", "hr", "other"]), unique=True, max_size=4
    ).map(tuple),
    remedy_pence=st.integers(0, 2_000_000),
    upheld=st.integers(0, 3),
    **{each.name: st.booleans() for each in fields(Facts) if each.type == "bool"},
)  # fmt: skip


def both(one: Facts, other: Facts) -> Facts:
    """Return all that either knows."""
    return replace(
        one,
        harm=worst((one.harm, other.harm)),
        incident_harm=worst((one.incident_harm, other.incident_harm)),
        parallel=tuple(sorted({*one.parallel, *other.parallel})),
        remedy_pence=max(one.remedy_pence, other.remedy_pence),
        upheld=max(one.upheld, other.upheld),
        **{each.name: getattr(one, each.name) or getattr(other, each.name)
           for each in fields(Facts) if each.type == "bool"},
    )  # fmt: skip


@given(FACTS, FACTS)
def test_more_facts_never_lower_a_verdict(one: Facts, other: Facts) -> None:
    less, more = judge(one, RULES), judge(both(one, other), RULES)
    assert rank(more.severity) >= rank(less.severity)
    assert set(less.reasons) <= set(more.reasons)


@given(FACTS)
def test_a_verdict_is_its_highest_reason_and_nothing_is_beyond_what_was_weighed(facts: Facts) -> None:
    verdict = judge(facts, RULES)
    assert rank(verdict.severity) == max((rank(each.severity) for each in verdict.reasons), default=0)
    assert verdict.beyond([]) == verdict.severity
    assert verdict.beyond({each.code for each in verdict.reasons}) == "routine"


def test_only_reasons_that_nobody_weighed_yet_count_beyond() -> None:
    verdict = judge(Facts(death=True, media=True), RULES)
    assert verdict.beyond({"death_of_person"}) == "elevated"
    assert verdict.beyond({"media"}) == "serious"


def test_facts_are_stored_as_codes_and_numbers_and_what_says_nothing_is_left_out() -> None:
    assert Facts().plain() == {}
    facts = Facts(harm="low", police=True, parallel=("police",), remedy_pence=5)
    assert facts.plain() == {"harm": "low", "police": True, "parallel": ["police"], "remedy_pence": 5}


def test_severities_are_in_order_and_what_is_unknown_is_below_all() -> None:
    assert [rank(each) for each in (None, *SEVERITIES)] == [-1, 0, 1, 2, 3]


def test_a_death_and_safeguarding_need_a_second_person_to_be_called_less_serious() -> None:
    assert second_person_codes() == {"death_of_person", "harm_death", "safeguarding", "safeguarding_vulnerable"}


def test_a_procedure_goes_before_its_regime_and_that_before_the_default() -> None:
    more = "".join(
        f'[[rules]]\ncode = "{code}"\ntitle = "Media"\nseverity = "elevated"\nwhen = {{ media = true }}\n'
        f'legal_basis = "Ours"\ncertainty = "unverified"\n'
        f'[[orders]]\nof = "{of}"\nrules = ["{code}"]\nlegal_basis = "Ours"\ncertainty = "unverified"\n'
        for of, code in (("nhs", "of_regime"), ("nhs-england-2009", "of_procedure"))
    )
    rules = parse_triage_rules("triage.v1.toml", GOOD + more)
    assert [each.code for each in rules.rules_for("nhs-england-2009", "nhs")] == ["of_procedure"]
    assert [each.code for each in rules.rules_for("other", "nhs")] == ["of_regime"]
    assert [each.code for each in rules.rules_for("other", "spso")] == ["police"]


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("version = 1", "version = 2", "not named after version 2"),
        ("version = 1", "version =", "triage.v1.toml"),
        ('matters = ["complaint"]', 'matters = ["gossip"]', "matters"),
        ('severity = "serious"', 'severity = "grave"', "severity"),
        ('severity = "serious"', 'severity = "routine"', "needs no reason"),
        ("{ police = true }", "{ police = false }", "police"),
        ("{ police = true }", "{ colour = true }", "colour"),
        ("{ police = true }", "{ }", "a rule asks for something"),
        ("{ police = true }", '{ harm = "none" }', "asks nothing"),
        ("{ police = true }", '{ harm = "a lot" }', "harm"),
        ("{ police = true }", "{ remedy_pounds = 0 }", "remedy_pounds"),
        ("{ police = true }", '{ parallel = ["gossip"] }', "parallel"),
        ("{ police = true }", "{ parallel = [] }", "parallel"),
        ('of = "default"', 'of = "nhs"', "none is the default"),
        ('rules = ["police"]', 'rules = ["media"]', "no rule media"),
        ('rules = ["police"]', 'rules = ["police", "police"]', "police"),
        ('legal_basis = "Practice"\n', "", "legal_basis"),
        ('certainty = "unverified"\n[[orders]]', 'certainty = "sure"\n[[orders]]', "certainty"),
    ],
)
def test_a_malformed_file_is_refused_with_the_reason(old: str, new: str, why: str) -> None:
    assert old in GOOD
    with pytest.raises(TriageRuleError, match=why):
        parse_triage_rules("triage.v1.toml", GOOD.replace(old, new, 1))


def test_every_order_in_force_is_for_a_procedure_or_a_regime_that_there_is_and_every_rule_is_in_one() -> None:
    procedures = load_procedures().versions
    known = {DEFAULT, *(each.code for each in procedures), *(each.regime for each in procedures)}
    for rules in load_triage_rules():
        assert {order.of for order in rules.orders} <= known
        assert {each.code for each in rules.rules} == {code for order in rules.orders for code in order.rules}


def test_a_reason_has_its_title_of_the_version_that_gave_it_and_one_unknown_its_code() -> None:
    assert title_of(1, "police") == "The police are involved"
    assert (title_of(1, "gossip"), title_of(99, "police")) == ("gossip", "police")
