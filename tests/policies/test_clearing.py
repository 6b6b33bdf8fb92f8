"""Who clears a serious complaint's response, in turn, and who may not; and files of chains that are refused."""

from __future__ import annotations

from uuid import UUID

import pytest

from policies.clearance_files import ClearanceRuleError, load_clearance_rules, newest, parse_clearance_rules
from policies.clearing import Clearer, StepTaken, left, refusal

WRITER, MANAGER, SENIOR = UUID(int=1), UUID(int=2), UUID(int=3)
CHAIN = ("complaints_manager", "senior")
BY_MANAGER = StepTaken(office="complaints_manager", person_id=MANAGER)

OFFICE = """
version = 1
[[offices]]
code = "senior"
title = "A senior"
held_by = ["delegate"]
asked = "delegate"
on_rota = true
legal_basis = "ours"
certainty = "unverified"
"""
CHAINS = """
[[chains]]
of = "default"
routine = []
elevated = []
serious = ["senior"]
immediate = ["senior"]
legal_basis = "ours"
certainty = "unverified"
"""


def test_each_office_of_the_chain_is_left_until_it_has_cleared() -> None:
    assert left(CHAIN, []) == CHAIN
    assert left(CHAIN, [BY_MANAGER]) == ("senior",)
    assert left(CHAIN, [StepTaken(office="senior", person_id=SENIOR)]) == ("complaints_manager",)
    assert left(CHAIN, [BY_MANAGER, StepTaken(office="senior", person_id=SENIOR)]) == ()
    assert left((), [BY_MANAGER]) == ()


@pytest.mark.parametrize(
    ("who", "holds", "investigated", "mitigated", "why"),
    [
        (SENIOR, True, False, False, None),
        (SENIOR, False, False, False, "not_authorised_to_clear"),
        (SENIOR, False, False, True, "not_authorised_to_clear"),
        (SENIOR, True, True, False, "not_authorised_to_clear"),
        (SENIOR, True, True, True, None),
        (WRITER, True, False, False, "same_person"),
        (WRITER, True, False, True, None),
        (MANAGER, True, False, False, "same_person"),
        (MANAGER, True, False, True, None),
        (MANAGER, True, True, False, "same_person"),
    ],
)
def test_nobody_clears_twice_or_what_they_wrote_or_investigated(
    who: UUID, holds: bool, investigated: bool, mitigated: bool, why: str | None
) -> None:
    clearer = Clearer(person_id=who, holds=holds, investigated=investigated, mitigated=mitigated)
    assert refusal(clearer, written_by=WRITER, taken=[BY_MANAGER]) == why


@pytest.mark.parametrize(
    ("severity", "chain"),
    [(None, ()), ("routine", ()), ("elevated", ()), ("serious", CHAIN), ("immediate", CHAIN)],
)
def test_only_what_is_serious_is_cleared_by_a_chain(severity: str | None, chain: tuple[str, ...]) -> None:
    assert newest().chain_for("nhs-england-2009", "nhs", severity) == chain
    assert [rules.version for rules in load_clearance_rules()] == [newest().version]


def test_a_procedure_has_its_own_chain_before_its_regime_before_the_default() -> None:
    regime = CHAINS.replace('"default"', '"nhs"').replace('serious = ["senior"]', "serious = []")
    own = CHAINS.replace('"default"', '"some-procedure"').replace('immediate = ["senior"]', "immediate = []")
    rules = parse_clearance_rules("clearances.v1.toml", OFFICE + CHAINS + regime + own)
    assert rules.chain_for("some-procedure", "nhs", "serious") == ("senior",)
    assert rules.chain_for("some-procedure", "nhs", "immediate") == ()
    assert rules.chain_for("another", "nhs", "serious") == ()
    assert rules.chain_for("another", "spso", "serious") == ("senior",)


@pytest.mark.parametrize(
    ("file", "text", "why"),
    [
        ("clearances.v2.toml", OFFICE + CHAINS, "not named after version 1"),
        ("clearances.v1.toml", OFFICE + CHAINS.replace('"default"', '"nhs"'), "none is the default"),
        ("clearances.v1.toml", OFFICE + CHAINS.replace('["senior"]', '["porter"]'), "no office porter"),
        ("clearances.v1.toml", OFFICE + CHAINS.replace('["senior"]', '["senior", "senior"]'), "more than once: senior"),
        ("clearances.v1.toml", OFFICE + CHAINS + CHAINS, "more than once: default"),
        ("clearances.v1.toml", OFFICE.replace('asked = "delegate"', 'asked = "porter"') + CHAINS, "does not hold it"),
        ("clearances.v1.toml", OFFICE.replace('["delegate"]', "[]") + CHAINS, "held_by"),
        ("clearances.v1.toml", OFFICE.replace("on_rota = true", 'on_rota = "yes"') + CHAINS, "on_rota"),
        ("clearances.v1.toml", OFFICE + CHAINS + "colour = 1", "colour"),
        ("clearances.v1.toml", "version = ", "clearances.v1.toml"),
    ],
)
def test_a_malformed_file_is_refused_and_says_why(file: str, text: str, why: str) -> None:
    with pytest.raises(ClearanceRuleError, match=why):
        parse_clearance_rules(file, text)
