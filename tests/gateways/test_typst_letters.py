"""Letters as PDF by the real Typst: tagged, titled, the same each time, and nothing that people wrote is code."""

from __future__ import annotations

import asyncio
import hashlib
import io
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from gateways.typesetting import CannotTypeset, Letter, file_name
from gateways.typst_letters import LARGE_PRINT, SHEET, TypstTypesetter

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Written:
    """A letter of these tests."""

    organisation: str = "Example NHS Trust"
    reference: str = "EX-7K3M9QWD-C"
    recipient: str | None = "Zoë Łukaszewicz"
    address: str | None = "14 Quarry Lane\nCaerdydd\nCF11 9XX"
    subject: str = "Our response to your complaint: EX-7K3M9QWD-C"
    body: str = "Dear Zoë,\n\nWhat we found\n---\n\nIt was so.\n\n- one\n- two\n\nSam Sample\nExample NHS Trust\n"
    dated: datetime = datetime(2026, 6, 30, 23, 30, tzinfo=UTC)
    draft: bool = False
    large_print: bool = False


def pdf(letter: Letter, language: str = "en-GB") -> bytes:
    return asyncio.run(TypstTypesetter().typeset(letter, language)).content


def read(letter: Letter, language: str = "en-GB") -> PdfReader:
    return PdfReader(io.BytesIO(pdf(letter, language)))


def words_of(reader: PdfReader) -> str:
    return " ".join(" ".join(page.extract_text().split()) for page in reader.pages)


def catalog(reader: PdfReader) -> Any:
    return reader.trailer["/Root"]


def tags(node: Any) -> Iterator[str]:
    """Walk the structure tree that screen readers follow."""
    node = node.get_object() if hasattr(node, "get_object") else node
    if isinstance(node, list):
        for each in node:
            yield from tags(each)
    elif hasattr(node, "get"):
        if "/S" in node:
            yield node["/S"]
        yield from tags(node.get("/K", []))


def test_a_letter_says_to_machines_what_it_says_to_eyes() -> None:
    reader = read(Written())
    root = catalog(reader)
    assert bool(root["/MarkInfo"]["/Marked"])
    assert root["/Lang"] == "en-GB"
    assert bool(root["/ViewerPreferences"]["/DisplayDocTitle"])
    assert reader.metadata is not None and reader.metadata.title == Written().subject
    assert reader.metadata.author == "Example NHS Trust"
    assert b"<pdfuaid:part>1</pdfuaid:part>" in root["/Metadata"].get_data()
    found = list(tags(root["/StructTreeRoot"]))
    assert [tag for tag in found if tag in ("/H1", "/H2", "/H3")] == ["/H1", "/H2"]
    assert (found.count("/L"), found.count("/LI"), found.count("/P")) == (1, 2, 6)


def test_everything_that_belongs_on_a_letter_is_on_it() -> None:
    seen = words_of(read(Written()))
    assert seen.startswith("Example NHS Trust Zoë Łukaszewicz 14 Quarry Lane Caerdydd CF11 9XX")
    # Half past eleven at night in UTC is the first of July in London.
    assert "Reference: EX-7K3M9QWD-C Date: 1 July 2026" in seen
    assert "It was so." in seen and "Sam Sample Example NHS Trust" in seen
    assert seen.endswith("EX-7K3M9QWD-C Page 1 of 1")


def test_a_letter_to_somebody_of_whom_nothing_is_known_is_a_letter_still() -> None:
    seen = words_of(read(Written(recipient=None, address=None, body="", subject="")))
    assert seen.startswith("Example NHS Trust Reference: EX-7K3M9QWD-C")


@pytest.mark.parametrize(
    "word",
    [
        '#import "x": *',
        '#read("/etc/passwd")',
        "#panic()",
        "$x^2$ and $",
        "*bold* _it_ `raw`",
        "= Heading",
        "<label> @ref",
        "// gone",
        "/* gone */",
        "\\u{41} \\ #sys.inputs",
        '"}) #eval("1+1")',
        "Llanfairpwllgwyngyll ŵ ŷ â",
        "Zażółć gęślą jaźń",
        "Ελλάδα Кирилл",
    ],
)
def test_words_are_words_wherever_they_stand(word: str) -> None:
    letter = Written(subject=f"T {word}", body=f"A {word}\n\n- B {word}", recipient=f"C {word}", address=f"D {word}")
    reader = read(letter)
    seen = words_of(reader)
    assert [f"{place} {word}" in seen for place in "TABCD"] == [True] * 5
    assert reader.metadata is not None and reader.metadata.title == f"T {word}"


def test_signs_of_every_script_and_none_make_a_letter() -> None:
    odd = "\u202eturned\u202c 😀👩\u200d⚕\ufe0f שלום شكراً धन्यवाद ☎ ✓ € \x00\x07 \ufeff \u2066x\u2069"
    seen = words_of(read(Written(body=f"{odd}\n\n{'ab' * 5000}")))
    assert "turned [grinning face][woman]" in seen and "שלום" in seen


def test_a_letter_of_forty_thousand_signs_and_many_blank_lines_has_its_pages_counted() -> None:
    body = ("word " * 7_990) + "\n" * 40 + "The end."
    assert len(body) == 39_998
    reader = read(Written(body=body))
    seen = words_of(reader)
    last = len(reader.pages)
    assert last > 10 and "The end." in seen
    assert seen.endswith(f"Page {last} of {last}") and f"Page 1 of {last}" in seen
    assert seen.count("word") == 7_990


@pytest.mark.parametrize("paragraphs", range(10, 30))
def test_nobody_signs_an_empty_page(paragraphs: int) -> None:
    """Whatever the length, the name stands under some of the letter."""
    body = "\n\n".join(["Some words of it that fill a line and then some more of them."] * paragraphs)
    last = read(Written(body=f"{body}\n\nSam Sample\nExample NHS Trust")).pages[-1].extract_text()
    assert "Some words" in last and "Sam Sample" in last


def test_equal_words_make_equal_bytes_in_another_process_too() -> None:
    made = hashlib.sha256(pdf(Written())).hexdigest()
    assert hashlib.sha256(pdf(Written())).hexdigest() == made
    code = (
        "import hashlib; from tests.gateways.test_typst_letters import Written, pdf;"
        "print(hashlib.sha256(pdf(Written())).hexdigest())"
    )
    other = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env={"TZ": "Asia/Tokyo"}, capture_output=True, text=True, check=True
    )
    assert other.stdout.strip() == made
    assert pdf(replace(Written(), body="Other words.")) != pdf(Written())


def test_many_letters_at_once_do_not_disturb_each_other() -> None:
    letters = [Written(body=f"Letter {n}.\n\n" + "more " * 200) for n in range(12)]

    async def together() -> list[bytes]:
        return [made.content for made in await asyncio.gather(*(TypstTypesetter().typeset(each) for each in letters))]

    assert asyncio.run(together()) == [pdf(each) for each in letters]


def test_no_font_of_the_machine_is_used() -> None:
    reader = read(Written(body="a שלום شكراً ☎ धन्यवाद Кирилл"))
    fonts = {font["/BaseFont"].split("+")[1] for page in reader.pages for font in fonts_of(page)}
    assert {name.split("-")[0] for name in fonts} <= {
        "NotoSans", "NotoSansArabic", "LibertinusSerif", "DejaVuSansMono", "NewCM10", "NewCMMath"
    }  # fmt: skip
    assert any(name.startswith("NotoSans-") for name in fonts)


def fonts_of(page: Any) -> list[Any]:
    return [each.get_object() for each in page["/Resources"]["/Font"].values()]


def test_a_draft_says_so_to_eyes_and_to_screen_readers_and_has_no_date() -> None:
    draft = Written(draft=True)
    seen = words_of(read(draft))
    assert "DRAFT" in seen and "Nobody has released this letter" in seen and "Date:" not in seen
    assert "DRAFT" not in words_of(read(Written()))
    assert (file_name(draft), file_name(Written())) == ("draft-EX-7K3M9QWD-C.pdf", "letter-EX-7K3M9QWD-C.pdf")


def test_a_letter_is_in_the_language_it_is_said_to_be_in() -> None:
    assert catalog(read(Written(), "cy-GB"))["/Lang"] == "cy-GB"


@pytest.mark.parametrize(
    ("letter", "language", "code"),
    [
        (Written(body="secret 日本語"), "en-GB", "typst_refused"),
        (Written(body="secret \ud800"), "en-GB", None),
        (Written(body="secret " * 100_000), "en-GB", "too_long"),
        (Written(body="secret"), 'en" #x', "unknown_language"),
    ],
)
def test_what_cannot_be_set_is_a_code_without_words(letter: Written, language: str, code: str | None) -> None:
    if code is None:
        assert "secret" in words_of(read(letter, language))  # half a sign is no sign
        return
    with pytest.raises(CannotTypeset) as raised:
        pdf(letter, language)
    assert raised.value.code == str(raised.value) == code
    assert raised.value.__cause__ is None


def test_a_copy_says_what_made_it() -> None:
    made = asyncio.run(TypstTypesetter().typeset(Written()))
    assert made.sheet == SHEET == 2
    assert asyncio.run(TypstTypesetter().typeset(Written(large_print=True))).sheet == LARGE_PRINT == 3
    assert made.program.startswith("typst-0.15.")


def test_a_sheet_that_was_changed_has_a_new_number() -> None:
    """Copies keep the number of their sheet: give what looks another way a new one, then write the new hash here.

    Two sheets are made of one file; a change may be of one of them alone.
    """
    sheet = (ROOT / "gateways" / "letter_sheet.typ").read_bytes()
    assert (SHEET, LARGE_PRINT, hashlib.sha256(sheet).hexdigest()[:16]) == (2, 3, "8628914b8b506abe")
