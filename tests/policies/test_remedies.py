"""What remedies are weighed by: bands, authority, the order of steps, and sums that are out of line."""

from __future__ import annotations

from decimal import Decimal
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policies.remedies import DECIDES, ENOUGH, FOLLOWS, RULES, RemedyRulesError, compare, described, parse_rules

SOURCE = (files("policies") / "scales" / "remedies.v1.toml").read_text(encoding="utf-8")


def d(*sums: str) -> list[Decimal]:
    return [Decimal(each) for each in sums]


@pytest.mark.parametrize(
    ("level", "amount", "inside"),
    [
        (1, "0.01", False),
        (2, "99.99", False),
        (2, "100.00", True),
        (2, "450.00", True),
        (2, "450.01", False),
        (3, "475.00", False),  # between two bands
        (3, "500.00", True),
        (4, "2950.00", True),
        (5, "9950.00", True),
        (5, "9950.01", False),
        (6, "9999.99", False),
        (6, "10000.00", True),
        (6, "9999999.99", True),
        (7, "500.00", False),
    ],
)
def test_a_sum_lies_in_the_band_of_its_level_or_outside(level: int, amount: str, inside: bool) -> None:
    assert RULES.in_band(level, Decimal(amount)) is inside


@pytest.mark.parametrize(
    ("amount", "offices"),
    [
        ("500.00", ("complaints_manager", "deputy_complaints_manager", "responsible_person", "delegate")),
        ("500.01", ("responsible_person", "delegate")),
    ],
)
def test_an_office_decides_up_to_its_limit(amount: str, offices: tuple[str, ...]) -> None:
    assert RULES.authority.may_decide(Decimal(amount)) == offices


def test_what_nobody_checked_says_so() -> None:
    told = described()
    assert (told["scale"]["certainty"], told["authority"]["certainty"]) == ("unverified", "unverified")
    assert told["scale"]["levels"][1]["least"] == "100.00"
    assert RULES.scale_code == "severity_of_injustice.v1"


def test_every_step_leads_to_a_known_state_and_only_what_was_offered_is_paid() -> None:
    states = {"approved" if step == "amended" else step for steps in FOLLOWS.values() for step in steps}
    assert states | {"proposed"} == set(FOLLOWS)
    assert {state for state, steps in FOLLOWS.items() if "paid" in steps} == {"offered", "accepted"}
    assert all(not FOLLOWS[ended] for ended in ("rejected", "declined", "paid"))
    assert FOLLOWS["proposed"] == DECIDES


def test_with_nothing_to_compare_nothing_is_said() -> None:
    assert (compare(Decimal(250), []).count, compare(Decimal(250), []).outlier) == (0, None)


def test_four_are_too_few_and_five_are_enough() -> None:
    four = d("200", "210", "220", "230")
    few = compare(Decimal(9000), four)
    assert (few.count, few.outlier, few.low, few.high, few.median) == (4, None, *d("200", "230", "215.00"))
    assert compare(Decimal(9000), [*four, Decimal(240)]).outlier is True


@pytest.mark.parametrize(
    ("amount", "outlier"),
    [("159.99", True), ("160.00", False), ("220.00", False), ("280.00", False), ("280.01", True)],
)
def test_out_of_line_is_beyond_one_and_a_half_interquartile_ranges(amount: str, outlier: bool) -> None:
    # The quartiles are 205 and 235, thirty apart: 45 below and above them.
    others = d("190", "205", "220", "235", "250")
    assert compare(Decimal(amount), others).outlier is outlier


def test_among_equals_any_other_sum_is_out_of_line() -> None:
    assert compare(Decimal(300), d(*["250"] * ENOUGH)).outlier is True
    assert compare(Decimal(250), d(*["250"] * ENOUGH)).outlier is False


@given(st.lists(st.decimals(min_value="0.01", max_value="9999999.99", places=2), min_size=1, max_size=40), st.data())
def test_the_middle_of_comparable_sums_is_never_out_of_line(sums: list[Decimal], data: st.DataObject) -> None:
    found = compare(data.draw(st.sampled_from(sums)), sums)
    assert found.count == len(sums)
    assert found.low is not None and found.high is not None and found.median is not None
    assert found.low <= found.median <= found.high
    assert compare(sorted(sums)[len(sums) // 2], sums).outlier in (None, False)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("version = 1", "version = 0", "remedies.v1.toml: version"),
        ("version = 1", "versoin = 1", "versoin"),
        ('least = "500.00"', 'least = "400.00"', "does not lie above"),
        ('least = "500.00"', 'least = "500.001"', "scale.levels.2.least"),
        ("level = 3", "level = 4", "none left out"),
        ('role = "delegate"', 'role = "responsible_person"', "more than once"),
        ('certainty = "unverified"', 'certainty = "perhaps"', "certainty"),
        ("[scale]", "[scale", "remedies.v1.toml"),
    ],
)
def test_a_malformed_file_is_refused_with_its_name_and_the_reason(old: str, new: str, said: str) -> None:
    assert old in SOURCE
    with pytest.raises(RemedyRulesError, match=said):
        parse_rules("remedies.v1.toml", SOURCE.replace(old, new, 1))
