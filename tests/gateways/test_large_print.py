"""Large print by the real Typst: the same words, no sign below 16 points, one column, and nothing over the edge."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from pypdf import PdfReader

from tests.gateways.test_typst_letters import Written, catalog, pdf, read, tags, words_of

LARGE = Written(large_print=True)
A4_WIDTH, MARGIN = 595.3, 70.9


def signs(reader: PdfReader) -> Iterator[tuple[str, float, float]]:
    """Yield each run of text with its size in points and how far from the left it begins."""
    found: list[tuple[str, float, float]] = []

    def visit(text: str, page: Any, place: Any, font: Any, size: float) -> None:
        if text.strip():
            found.append((text, abs(size * place[3] * page[3]), page[4] + place[4] * page[0]))

    for page in reader.pages:
        page.extract_text(visitor_text=visit)
    yield from found


def test_the_words_are_those_of_the_plain_sheet() -> None:
    def seen(letter: Written) -> str:
        return " ".join(words_of(read(letter)).replace("\u200b", "").split())

    plain, large = seen(Written()), seen(LARGE)
    assert sorted(plain.split()) == sorted(large.split())
    assert "Reference: EX-7K3M9QWD-C Date: 1 July 2026" in words_of(read(LARGE))


def test_nothing_is_smaller_than_sixteen_points_and_the_words_are_eighteen() -> None:
    sizes = {round(size) for _, size, _ in signs(read(LARGE))}
    assert min(sizes) == 16 and 18 in sizes
    assert min(round(size) for _, size, _ in signs(read(Written()))) == 10


def test_it_is_as_accessible_to_a_screen_reader_as_the_plain_sheet() -> None:
    reader = read(LARGE)
    assert bool(catalog(reader)["/MarkInfo"]["/Marked"])
    assert b"<pdfuaid:part>1</pdfuaid:part>" in catalog(reader)["/Metadata"].get_data()
    found = list(tags(catalog(reader)["/StructTreeRoot"]))
    assert [tag for tag in found if tag in ("/H1", "/H2", "/H3")] == ["/H1", "/H2"]
    assert (found.count("/L"), found.count("/LI")) == (1, 2)


@pytest.mark.parametrize("words", ["body", "- body", "body\n---\n\nIt.", "title"])
def test_no_word_runs_over_the_edge_of_the_page(words: str) -> None:
    """Whatever its letters: a line of the widest ones is broken before the margin."""
    body = words.replace("body", "W" * 70)
    reader = read(replace(LARGE, body=body) if words != "title" else replace(LARGE, subject="W" * 70, body="It."))
    runs = [line.count("W") for page in reader.pages for line in page.extract_text().splitlines() if "WW" in line]
    assert sum(runs) == 70
    # The bold W of the title is as wide as it is high: 23 points.
    assert max(runs) * (23 if words == "title" else 20) <= A4_WIDTH - 2 * MARGIN


def test_an_address_to_copy_down_breaks_only_at_its_joints() -> None:
    address = "complaints.and.feedback@example-hospitals.nhs.uk"
    reader = read(replace(LARGE, body=f"Please write to us, if you like, at {address} or come"))
    joined = reader.pages[0].extract_text().replace("\u200b", "")
    first = next(line for line in joined.splitlines() if "complaints" in line)
    assert re.search(r"(complaints\.|and\.|feedback@|hospitals\.|nhs\.|uk or come)$", first.strip()), first


def test_every_line_of_the_letter_begins_at_the_left() -> None:
    begins = ("Dear", "Zo", "Ex", "Our", "What", "It was", "Sam")
    assert {round(left) for text, _, left in signs(read(LARGE)) if text.startswith(begins)} == {71}


def test_only_an_address_that_would_not_fit_the_window_is_smaller() -> None:
    letter = replace(LARGE, address="Flat 2\nThe Old School House\n14 Quarry Lane\nLower Example\nAnytown\nAN1 0AA")
    small = {text.strip() for text, size, _ in signs(read(letter)) if round(size) < 16}
    assert "AN1 0AA" in small and not any(text.startswith(("Dear", "Ref", "Date", "EX-", "Page")) for text in small)


def test_a_draft_says_so_and_equal_words_make_equal_bytes() -> None:
    assert "Nobody has released this letter" in words_of(read(replace(LARGE, draft=True)))
    assert pdf(LARGE) == pdf(LARGE) != pdf(Written())
