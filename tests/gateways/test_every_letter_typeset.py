"""The newest version of every letter as accessible PDF, with the longest facts and the emptiest, and in large print."""

from __future__ import annotations

import asyncio
import io
from typing import Any

import pytest
from pypdf import PdfReader

from gateways.typst_letters import LARGE_PRINT, SHEET, TypstTypesetter
from policies.letter_samples import Size, sample
from policies.letters import TEMPLATES, filled
from policies.template_files import TemplateSpec
from tests.gateways.test_typst_letters import Written, tags

LETTERS = [pytest.param(spec, id=name) for name, spec in TEMPLATES.items() if spec.substantive]
# With five thousand words in it: no more than that, and no fewer.
LONG = range(5, 60)


def made(spec: TemplateSpec, size: Size, *, large: bool) -> PdfReader:
    facts = sample(spec, size)
    letter = filled(spec, facts)
    written = Written(
        organisation=str(facts["organisation_name"]),
        subject=letter.subject,
        body=letter.body,
        recipient=str(facts.get("complainant_name", "")) or None,
        address=None if size is Size.EMPTIEST else "14 Quarry Lane\n" * 5 + "CF11 9XX",
        large_print=large,
    )
    typeset = asyncio.run(TypstTypesetter().typeset(written))
    assert typeset.sheet == (LARGE_PRINT if large else SHEET)
    return PdfReader(io.BytesIO(typeset.content))


def is_accessible(reader: PdfReader) -> bool:
    root: Any = reader.trailer["/Root"]
    marked = bool(root["/MarkInfo"]["/Marked"]) and b"<pdfuaid:part>1</pdfuaid:part>" in root["/Metadata"].get_data()
    found = list(tags(root["/StructTreeRoot"]))
    return marked and found.count("/H1") == 1 and "/P" in found


@pytest.mark.parametrize("spec", LETTERS)
def test_every_letter_is_an_accessible_pdf_long_or_empty(spec: TemplateSpec) -> None:
    longest, emptiest = made(spec, Size.LONGEST, large=False), made(spec, Size.EMPTIEST, large=True)
    assert is_accessible(longest) and is_accessible(emptiest)
    assert 1 <= len(emptiest.pages) <= 6
    texts = sum(1 for value in sample(spec, Size.LONGEST).values() if len(str(value)) > 10_000)
    assert len(longest.pages) in (range(1, 5) if texts == 0 else range(LONG.start * texts, LONG.stop * texts))
    for reader in (longest, emptiest):
        last = len(reader.pages)
        assert " ".join(reader.pages[-1].extract_text().split()).endswith(f"Page {last} of {last}")
