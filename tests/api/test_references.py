"""References: what is made can be read back, and what was misread is found."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.references import ALPHABET, BITS, LENGTH, make, normalise

numbers = st.integers(min_value=0, max_value=(1 << BITS) - 1)
prefixes = st.from_regex(r"[A-Z0-9][A-Z0-9-]{0,7}", fullmatch=True)


@given(prefixes, numbers)
def test_a_reference_that_was_made_is_read_as_itself(prefix: str, number: int) -> None:
    assert normalise(make(prefix, number)) == make(prefix, number)


@given(numbers)
def test_lower_case_and_confused_letters_are_read_as_what_was_meant(number: int) -> None:
    made = make("RX1", number)
    prefix, body, check = made.split("-")
    confused = body.replace("1", "l").replace("0", "o").lower()
    assert normalise(f" {prefix.lower()}-{confused}-{check.lower()} ") == made


@given(numbers, st.integers(0, LENGTH - 1), st.sampled_from(ALPHABET))
def test_one_wrong_character_is_found(number: int, place: int, other: str) -> None:
    prefix, body, check = make("RX1", number).split("-")
    wrong = body[:place] + other + body[place + 1 :]
    expected = None if wrong != body else f"{prefix}-{body}-{check}"
    assert normalise(f"{prefix}-{wrong}-{check}") == expected


@given(numbers, st.integers(0, LENGTH - 2))
def test_swapped_neighbours_are_found_unless_they_are_0_and_Z(number: int, place: int) -> None:
    prefix, body, check = make("RX1", number).split("-")
    left, right = body[place], body[place + 1]
    swapped = body[:place] + right + left + body[place + 2 :]
    if left == right or {left, right} == {"0", "Z"}:
        assert normalise(f"{prefix}-{swapped}-{check}") is not None
    else:
        assert normalise(f"{prefix}-{swapped}-{check}") is None


@given(st.text(max_size=80))
def test_any_text_is_a_reference_as_stored_or_none(text: str) -> None:
    read = normalise(text)
    assert read is None or normalise(read) == read


@pytest.mark.parametrize("prefix", ["", "-A", "a b", "É", "A" * 33])
def test_a_prefix_that_could_not_be_read_back_is_refused(prefix: str) -> None:
    with pytest.raises(ValueError, match="prefix"):
        make(prefix, 0)


@pytest.mark.parametrize("number", [-1, 1 << BITS])
def test_a_number_of_the_wrong_size_is_refused(number: int) -> None:
    with pytest.raises(ValueError, match="size"):
        make("RX1", number)
