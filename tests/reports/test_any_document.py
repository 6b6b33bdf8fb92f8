"""Whatever is in a document: it is shown whole, nothing of it runs, and what was written can be read back."""

from __future__ import annotations

import asyncio
import csv as spreadsheet
import re
import xml.etree.ElementTree as ET
from io import StringIO

from hypothesis import HealthCheck, Phase, given, settings

from gateways.typst_reports import TypstReports
from reports import csv, document, html
from reports.document import Document
from reports.grid import of_table
from reports.svg import drawn
from reports.typst import sheet
from reports.words import EMPTY, amount
from tests.reports.documents import documents
from tests.reports.markup import read

some = settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
COULD_RUN = re.compile('[\\s"\u200b]*[=+\\-@\\t\\r\\n＝＋－＠−]')


@some
@given(documents)
def test_a_page_holds_all_of_it_and_runs_none(found: Document) -> None:
    page = read(html.page(found, link=lambda code: f"/figures/{code}"))
    assert not page.all("script", "img", "iframe")
    assert not [name for each in page.elements for name in each.attributes if name.startswith("on")]
    tables = [table for each in found.sections for table in each.tables]
    listed = [table for table in tables if not of_table(table, found).is_empty]
    assert len(page.all("caption")) == len(listed) + sum(bool(each.figures) for each in found.sections)
    said = [each for each in page.all("p") if each.text.endswith(EMPTY) or f". {EMPTY} " in each.text]
    assert len(said) >= len(tables) - len(listed)
    rows = sum(len(table.rows) + bool(table.total) for table in listed)
    assert len(page.all("tr")) == rows + len(page.all("thead")) + sum(len(each.figures) for each in found.sections)
    levels = [int(each.name[1]) for each in page.all("h1", "h2", "h3")]
    assert levels[0] == 1
    assert 3 not in levels[:2]


@some
@given(documents)
def test_a_file_can_be_read_back_and_no_cell_of_it_runs(found: Document) -> None:
    content = csv.written(found)
    lines = csv.read(content)
    written = [each for section in found.sections for each in section.figures]
    assert [line["title"] for line in lines if line["is"] == "figure"] == [each.title for each in written]
    shown = ["" if each.suppressed or each.value is None else str(each.value) for each in written]
    assert [line["value"] for line in lines if line["is"] == "figure"] == shown
    for line in spreadsheet.reader(StringIO(content.decode("utf-8-sig"), newline="")):
        assert len(line) == len(csv.COLUMNS)
        assert not [cell for cell in line if COULD_RUN.match(cell) and amount(cell) is None]


@some
@given(documents)
def test_every_picture_is_xml_by_itself(found: Document) -> None:
    for section in found.sections:
        for chart in section.charts:
            picture = drawn(chart, section, "c1").svg
            if picture is not None:
                ET.fromstring(picture)
                assert "NaN" not in picture
                assert len(picture.encode()) < 400_000


# Nobody waits for a smaller example: each costs a PDF.
@settings(some, max_examples=6, phases=(Phase.explicit, Phase.generate))
@given(documents)
def test_a_pdf_can_be_made_of_it(found: Document) -> None:
    made = asyncio.run(TypstReports().typeset(sheet(found), found.known_until))
    assert made.content.startswith(b"%PDF")


@some
@given(documents)
def test_its_text_is_its_own(found: Document) -> None:
    assert document.read(document.canonical(found)) == found
