"""Reports hold figures and no words: every kind, in every format, of organisations in which everything was said.

The one exception is what was learned, in words that name nobody and that another person has approved.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from io import BytesIO
from typing import Final

import pytest
from pypdf import PdfReader

from activities.reporting.compiling import BUILDERS, Asked
from activities.reporting.keeping import keep
from activities.reporting.opening import opened
from api.report_formats import TYPES, rendered
from db.queries.report_scope import Scope
from gateways.typst_reports import TypstReports
from reports.document import Document, read
from tests.lives.lived import Lived
from tests.lives.markers import A_NUMBER, MARKER, OF_CARRIERS, marker
from tests.lives.planted import Planted

NOW: Final = datetime(2028, 12, 1, 9, tzinfo=UTC)
APPROVED: Final = marker("RecordLearning.public_words")
# In which reports what was approved to be public is told.
TELLS: Final = {"annual", "board", "public", "reg17"}


async def compiled(planted: Planted, kind: str) -> tuple[Document, list[str]]:
    """Compile a report of the year and keep it; return it with its references behind each figure."""
    scope = Scope(
        organisation_id=planted.body.id, first_on=date(2027, 4, 1), last_on=date(2028, 11, 30), known_until=NOW
    )
    async with planted.world.database.tenant(planted.body.id, NOW) as session:
        report = await keep(session, Asked(kind=kind, scope=scope), NOW)
        document = read(report.document.encode())
        behind = []
        for code in figures_of(document):
            found = await opened(session, report, code, None, None, 50)
            behind += [repr(each) for each in found]
    return document, behind


def figures_of(document: Document) -> list[str]:
    return [each.code for section in document.sections for each in section.figures if each.opens]


async def shown(document: Document, format: str) -> str:
    """Return a report as somebody reads it: of a PDF, the text that stands in it, and its bytes."""
    made = await rendered(document, format, typeset=TypstReports().typeset)
    if format != "pdf":
        return made.decode()
    pages = (" ".join(page.extract_text().split()) for page in PdfReader(BytesIO(made)).pages)
    return " ".join(pages) + made.decode("latin-1")


def words_in(text: str) -> list[str]:
    """Return the words and secrets that stand in a text beside what was approved to be public."""
    text = text.replace(APPROVED, "")
    return [each for each in (MARKER, MARKER.lower(), A_NUMBER, *OF_CARRIERS) if each in text]


@pytest.mark.parametrize("kind", sorted(BUILDERS))
async def test_a_report_holds_nobodys_words_and_names_no_complaint(lived: Lived, kind: str) -> None:
    for planted in lived.both:
        document, behind = await compiled(planted, kind)
        assert words_in("\n".join(behind)) == []
        known = await planted.world.rows(planted.body, "select id::text, reference from complaint")
        for format in TYPES:
            text = await shown(document, format)
            assert words_in(text) == [], (kind, format)
            assert [each for row in known for each in row.values() if each in text] == [], (kind, format)


@pytest.mark.parametrize("kind", sorted(BUILDERS))
async def test_only_words_that_were_approved_are_told_and_only_by_whoever_wrote_them(lived: Lived, kind: str) -> None:
    for format in TYPES:
        ours, _ = await compiled(lived.present, kind)
        theirs, _ = await compiled(lived.first, kind)
        assert (APPROVED in await shown(ours, format)) is (kind in TELLS), format
        assert APPROVED not in await shown(theirs, format)
