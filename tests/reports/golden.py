"""Which showings of the sample documents are kept to the byte. `python -m tests.reports.golden` writes them anew."""

from __future__ import annotations

from pathlib import Path

from reports import csv, html
from reports.document import Document
from reports.svg import drawn
from tests.reports import sample

FOLDER = Path(__file__).with_name("golden")


def showings() -> dict[str, bytes]:
    """Return each file that is kept, by name."""
    return {
        "small.csv": csv.written(sample.small()),
        "small.html": html.page(sample.small(), link=lambda code: f"/figures/{code}", draft=True).encode(),
        "since.html": html.page(sample.board_since()).encode(),
    } | _charts(sample.board())


def _charts(document: Document) -> dict[str, bytes]:
    return {
        f"{chart.code}.svg": (drawn(chart, section, "chart").svg or "").encode()
        for section in document.sections
        for chart in section.charts
    }


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for name, content in showings().items():
        (FOLDER / name).write_bytes(content)
