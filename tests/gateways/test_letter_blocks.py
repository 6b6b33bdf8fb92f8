"""The plain text of a letter read as blocks, and which of its signs are shown."""

from __future__ import annotations

import pytest

from gateways.letter_blocks import blocks, lines, shown

TRUST = "Example NHS Trust"


def kinds(body: str) -> list[str]:
    return [block["kind"] for block in blocks(body, TRUST)]


def test_a_response_is_read_as_paragraphs_headings_lists_and_a_signature() -> None:
    body = (
        "Dear Amina,\n\n\n  \nWhat we found\n-------------\nWe found this:\n- one\n- two\nAnd in order:\n1. first\n"
        "2) second\n\nWhat we will do\n===\n\nMore.\n\nSam Sample\nChief Executive\nExample NHS Trust\n"
    )
    assert [(block["kind"], block.get("lines")) for block in blocks(body, TRUST)] == [
        ("paragraph", ["Dear Amina,"]),
        ("heading", ["What we found"]),
        ("paragraph", ["We found this:"]),
        ("list", None),
        ("paragraph", ["And in order:"]),
        ("enumeration", None),
        ("heading", ["What we will do"]),
        ("paragraph", ["More."]),
        ("signature", ["Sam Sample", "Chief Executive", "Example NHS Trust"]),
    ]
    items = [block["items"] for block in blocks(body, TRUST) if "items" in block]
    assert [[item["lines"] for item in each] for each in items] == [[["one"], ["two"]], [["first"], ["second"]]]
    assert [item["number"] for item in items[1]] == [1, 2]


@pytest.mark.parametrize(
    "body",
    [
        "- an address\nin two lines, of which the last is\nExample NHS Trust Charity",
        "We are sorry.\nExample NHS Trust\nand others",
        "Example NHS Trust",
        "\n".join(["a", "b", "c", "d", "e", "f", "Example NHS Trust"]),
    ],
)
def test_what_only_looks_like_a_signature_is_none(body: str) -> None:
    assert "signature" not in kinds(body)


@pytest.mark.parametrize("body", ["", "\n \n", "\u202e\n\n\x00", "---", "----\n\n===="])
def test_a_text_of_nothing_has_no_empty_blocks(body: str) -> None:
    assert all(block["lines"] and all(block["lines"]) for block in blocks(body, TRUST))


@pytest.mark.parametrize(
    ("body", "way"),
    [("Hello شكراً", False), ("شكراً Hello", True), ("(1) שלום", True), ("12 / 34", False), ("- الأول\n- second", True)],
)
def test_a_paragraph_goes_the_way_of_its_first_letter(body: str, way: bool) -> None:
    (block,) = blocks(body, TRUST)
    assert block["rtl"] is way


def test_numbers_stay_those_that_were_written() -> None:
    (block,) = blocks("4. four\n7. seven", TRUST)
    assert [item["number"] for item in block["items"]] == [4, 7]


@pytest.mark.parametrize(
    ("written", "seen"),
    [
        ("a\u202eb\u202c", "ab"),
        ("a\x00b\tc\u2028d", "a b c d"),
        ("😀!", "[grinning face]!"),
        ("👍🏽", "[thumbs up sign]"),
        ("❤\ufe0f", "❤"),
        ("\u2068Zoë\u2069", "\u2068Zoë\u2069"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("ŵ ŷ łódź", "ŵ ŷ łódź"),
        ("x" * 130, f"{'x' * 60}\u200b{'x' * 60}\u200b{'x' * 10}"),
        ("x" * 60, "x" * 60),
    ],
)
def test_a_line_is_shown_without_what_hides_or_turns_other_words(written: str, seen: str) -> None:
    assert shown(written) == seen


def test_an_address_has_no_empty_lines() -> None:
    assert lines("14 Quarry Lane\r\n\r\n  Caerdydd \n") == ["14 Quarry Lane", "Caerdydd"]
