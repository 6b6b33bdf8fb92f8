"""Who may sign and who may clear, as tables."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from contracts.failures import Refusal
from policies.procedure_files import load_procedures
from policies.procedure_rules import Signatory
from policies.signing import Standing, capacity, may_clear, refusal, title

FIRST = load_procedures().get("nhs-england-2009", 1)
NHS = load_procedures().get("nhs-england-2009", 2)
COUNCIL = load_procedures().get("lgsco-code", 1)
NOBODY = Standing(roles=frozenset({"handler"}))
CHIEF = Standing(roles=frozenset({"responsible_person"}))


@pytest.mark.parametrize(
    ("roles", "as_whom"),
    [
        ({"responsible_person"}, Signatory.RESPONSIBLE_PERSON),
        ({"delegate"}, Signatory.AUTHORISED_PERSON),
        ({"authorised_signatory"}, Signatory.AUTHORISED_PERSON),
        ({"responsible_person", "delegate"}, Signatory.RESPONSIBLE_PERSON),
        ({"complaints_manager"}, None),
        (set(), None),
    ],
)
def test_the_responsible_person_or_a_delegate_signs(roles: set[str], as_whom: Signatory | None) -> None:
    standing = Standing(roles=frozenset(roles))
    assert capacity(NHS, standing) is as_whom
    assert refusal(NHS, standing) is (None if as_whom else Refusal.NOT_AUTHORISED_TO_SIGN)


def test_a_decision_maker_signs_where_the_procedure_says_so() -> None:
    decides = replace(NOBODY, decision_maker=True)
    assert refusal(NHS, decides) is Refusal.NOT_AUTHORISED_TO_SIGN
    assert refusal(COUNCIL, decides) is None
    assert title(Signatory.DECISION_MAKER) == "Decision-maker"


@pytest.mark.parametrize(
    ("more", "refused"),
    [
        ({}, True),
        ({"small_body": True}, True),
        ({"mitigated": True}, True),
        ({"small_body": True, "mitigated": True}, False),
    ],
)
def test_whoever_investigated_signs_only_in_a_small_body_with_mitigation(more: dict[str, Any], refused: bool) -> None:
    standing = replace(CHIEF, investigated=True, **more)
    assert refusal(NHS, standing) is (Refusal.SIGNED_BY_INVESTIGATOR if refused else None)


def test_where_a_procedure_says_never_a_small_body_is_no_excuse() -> None:
    assert NHS.investigator is not None
    never = replace(NHS, investigator=replace(NHS.investigator, signs_alone="never"))
    standing = replace(CHIEF, investigated=True, small_body=True, mitigated=True)
    assert refusal(never, standing) is Refusal.SIGNED_BY_INVESTIGATOR


def test_the_first_version_knows_no_investigator() -> None:
    assert refusal(FIRST, replace(CHIEF, investigated=True)) is None


@pytest.mark.parametrize(
    ("standing", "may"),
    [
        (replace(NOBODY, decision_maker=True), True),
        (Standing(roles=frozenset({"complaints_manager"})), True),
        (Standing(roles=frozenset({"deputy_complaints_manager"})), True),
        (CHIEF, True),
        (Standing(roles=frozenset({"senior_leader", "investigator"})), False),
        (NOBODY, False),
    ],
)
def test_who_clears_a_draft(standing: Standing, may: bool) -> None:
    assert may_clear(standing) is may
