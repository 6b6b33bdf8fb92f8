"""A report as CSV: what it says can be read back, a spreadsheet runs none of it, and what is hidden is not in it."""

from __future__ import annotations

import csv
import re
from dataclasses import replace
from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.csv import COLUMNS, guarded, read, unguarded, written
from reports.document import Cell, Document, Figure, Section
from tests.reports import sample

COULD_RUN = re.compile('[\\s"\u200b]*[=+\\-@\\t\\r\\n＝−]')


def lines(document: Document, kind: str) -> list[dict[str, str]]:
    return [line for line in read(written(document)) if line["is"] == kind]


def with_figure(figure: Figure) -> Document:
    return replace(sample.small(), sections=(Section(code="s", title="S", figures=(figure,)),))


@pytest.mark.parametrize(
    "text",
    [
        "=1+1", "+1", "@SUM(A1)", "-cmd|' /C calc'!A0", "\t=1", "\r=1", "\n=1", " =1", "'=1", '"=1', "' \"=1", "＝1",
        "a;=1", "a\n=1", "a\t@x", "\u200b=1", "−1+2", "-", "-1+1",
    ],
)  # fmt: skip
def test_what_a_spreadsheet_could_run_is_text(text: str) -> None:
    content = written(with_figure(Figure(code=text, title=text, value=text, note=text))).decode("utf-8-sig")
    found = read(content.encode())[-1]
    assert (found["code"], found["title"], found["value"], found["words"]) == (text,) * 4
    assert not [cell for line in csv.reader(StringIO(content, newline="")) for cell in line if COULD_RUN.match(cell)]
    assert guarded(text) != text


@given(st.text(st.sampled_from("=+-@'\"; \t\r\na1,＝")))
def test_guarding_is_undone(text: str) -> None:
    assert unguarded(guarded(text)) == text


@given(st.text(st.sampled_from("=+-@'\"; \t\r\na1,＝")))
def test_nothing_that_is_guarded_begins_like_a_formula(text: str) -> None:
    assert not re.match(r"[\s\"]*[=+\-@\t\r\n＝]", guarded(text)) or not text


@pytest.mark.parametrize("value", [-7, "-7.5", 0, "12.0", 10**20])
def test_a_number_stays_a_number(value: int | str) -> None:
    content = written(with_figure(Figure(code="x", title="X", value=value))).decode()
    assert f",{value},count," in content


def test_what_is_suppressed_is_not_in_the_file_even_if_it_is_in_the_document() -> None:
    document = with_figure(Figure(code="x", title="X", value=3141, of=2718, since=1618, suppressed=True))
    content = written(document).decode()
    assert not any(secret in content for secret in ("3141", "2718", "1618"))
    assert lines(document, "figure")[0]["suppressed"] == "yes"


def test_every_cell_of_every_table_has_a_line() -> None:
    document = sample.board()
    cells = sum(len(row.cells) for each in document.sections for table in each.tables for row in table.rows)
    assert len(lines(document, "cell")) == cells
    assert len(lines(document, "total")) == 2


def test_a_cell_says_where_it_stands_and_what_is_known_since() -> None:
    found = lines(sample.small(), "cell")
    june = next(line for line in found if line["row"] == "2027-06" and line["column"] == "n")
    assert (june["section"], june["code"], june["column_title"], june["value"], june["since"]) == (
        "all", "months", "Received", "40", "41",
    )  # fmt: skip
    assert {line["value"] for line in found if line["column"] == "d"} == {"-1", "", "4.5"}


def test_the_file_is_rfc_4180_with_a_mark_for_spreadsheets() -> None:
    content = written(sample.small())
    assert content.startswith(b"\xef\xbb\xbf" + ",".join(COLUMNS).encode() + b"\r\n")
    assert b"\n" not in content.replace(b"\r\n", b"")
    assert '"Words of <b>this</b> section."' not in content.decode()  # only what must be is in quotes


def test_the_instant_is_exact() -> None:
    known = sample.small().known_until.replace(microsecond=123457)
    found = lines(replace(sample.small(), known_until=known), "report")
    assert {line["code"]: line["value"] for line in found}["known_until"] == "2027-07-05T07:30:00.123457+00:00"


def test_a_row_that_does_not_fit_its_table_is_refused() -> None:
    table = sample.months()
    row = replace(table.rows[0], cells=(Cell(value=1),))
    broken = replace(table, rows=(row,))
    with pytest.raises(ValueError, match="shorter"):
        written(replace(sample.small(), sections=(Section(code="s", title="S", tables=(broken,)),)))
