"""A report in each of its formats: JSON, CSV, HTML and PDF."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Any, Final, Protocol
from urllib.parse import quote, urlencode

from api.problems import Problem
from gateways.typesetting import CannotTypeset
from reports import csv, html, typst
from reports.document import Document, canonical

TYPES: Final = {
    "json": "application/json",
    "csv": "text/csv; charset=utf-8",
    "html": "text/html; charset=utf-8",
    "pdf": "application/pdf",
}


class Set(Protocol):
    """A report as PDF."""

    @property
    def content(self) -> bytes:
        """Return its bytes."""
        ...


# The sheet of a document, and the instant that it is known until: the PDF. Raises CannotTypeset.
Typeset = Callable[[Mapping[str, Any], datetime], Awaitable[Set]]


async def rendered(
    document: Document, format: str, *, typeset: Typeset, opened: str | None = None, draft: bool = False
) -> bytes:
    """Return a document in a format. Raises a problem where it cannot be set as PDF."""
    if format == "json":
        return canonical(document)
    if format == "csv":
        return await asyncio.to_thread(csv.written, document)
    if format == "html":
        link = None if opened is None else _Link(opened)
        return (await asyncio.to_thread(_page, document, link, draft)).encode(errors="replace")
    sheet = await asyncio.to_thread(_sheet, document, draft)
    try:
        return (await typeset(sheet, document.known_until)).content
    except CannotTypeset:
        raise Problem("report_not_typeset") from None


def policy(format: str) -> dict[str, str]:
    """Return the headers by which a page may do nothing but be read."""
    return {"Content-Security-Policy": html.POLICY} if format == "html" else {}


def etag(sha256: str, format: str) -> str:
    """Return what tells one showing of a report from every other."""
    return f'"{sha256[:32]}-{format}"'


class _Link:
    """Where the complaints behind a figure are: the code of a figure may say by what it is divided."""

    def __init__(self, opened: str) -> None:
        self._opened = opened

    def __call__(self, figure: str) -> str | None:
        code, _, by = figure.partition("?")
        name, _, value = by.partition("=")
        query = f"?{urlencode({'by': name, 'value': value})}" if by else ""
        return f"{self._opened}/figures/{quote(code, safe='')}{query}"


def _page(document: Document, link: html.Link | None, draft: bool) -> str:
    return html.page(document, link=link, draft=draft)


def _sheet(document: Document, draft: bool) -> Mapping[str, Any]:
    return typst.sheet(document, draft=draft)
