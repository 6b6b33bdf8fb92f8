"""In which format a report is answered, by what a caller accepts."""

from __future__ import annotations

import pytest

from api.report_answers import format_of


@pytest.mark.parametrize(
    ("accept", "format"),
    [
        ("", "json"),
        ("*/*", "json"),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "html"),
        ("text/html;q=0.1, application/pdf", "pdf"),
        ("text/html;q=0, application/json", "json"),
        ("text/csv; charset=utf-8; q=0.5, image/png", "csv"),
        ("text/html;q=often", "html"),
        ("TEXT/CSV;q=1.000", "csv"),
        (";q=,,;", "json"),
    ],
)
def test_what_is_wanted_most_is_given(accept: str, format: str) -> None:
    assert format_of(accept) == format
