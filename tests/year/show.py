"""Writes a report down in every form in which it is shown."""

from __future__ import annotations

from pathlib import Path

from gateways.typst_reports import TypstReports
from reports import csv, html, typst
from reports.document import Document, canonical


async def write(document: Document, out: Path, name: str) -> None:
    """Write a document as JSON, CSV, HTML and PDF."""
    made = await TypstReports().typeset(typst.sheet(document), document.known_until)
    _keep(out, name, document, made.content)


def _keep(out: Path, name: str, document: Document, pdf: bytes) -> None:
    out.mkdir(parents=True, exist_ok=True)
    (out / f"{name}.json").write_bytes(canonical(document))
    (out / f"{name}.csv").write_bytes(csv.written(document))
    (out / f"{name}.html").write_text(html.page(document), encoding="utf-8")
    (out / f"{name}.pdf").write_bytes(pdf)
