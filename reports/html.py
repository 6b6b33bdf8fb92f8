"""A report as a page: no script, nothing from outside, one style whose hash is in the policy. Works printed and small.

Every text of a document goes through `_text` here, and nothing else makes HTML of it.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Iterator
from html import escape
from importlib.resources import files
from typing import Final

from reports.document import Chart, Document, Section
from reports.grid import Grid, Line, Place, in_order, of_figures, of_table
from reports.svg import drawn
from reports.words import EMPTY, NOTHING, about, clean, legend

# The address behind a figure, by its code; None where nothing can be opened.
Link = Callable[[str], str | None]

_STYLE: Final = files("reports").joinpath("style.css").read_text(encoding="utf-8")
_HASH: Final = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
POLICY: Final = (
    f"default-src 'none'; style-src 'sha256-{_HASH}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
# With more columns than these a table is a window of its own on a small screen, which the keyboard can move, too.
_NARROW: Final = 3
_FEW: Final = 3
_DRAFT: Final = "Draft. Nobody has approved this report yet."


def page(document: Document, *, link: Link | None = None, draft: bool = False) -> str:
    """Return a document as a whole page. Send it with POLICY. `link` is given for readers who may open complaints."""
    title = _text(document.title)
    return (
        '<!doctype html>\n<html lang="en-GB">\n<head>\n<meta charset="utf-8">\n'
        f"<title>{title} – {_text(document.organisation)}</title>\n"
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<style>{_STYLE}</style>\n</head>\n<body>\n<a class="skip" href="#main">Skip to main content</a>\n'
        f'<header><p dir="auto">{_text(document.organisation)}</p></header>\n<main id="main">\n'
        f'<h1 dir="auto">{title}</h1>\n{"".join(_content(document, link, draft))}</main>\n</body>\n</html>\n'
    )


def _content(document: Document, link: Link | None, draft: bool) -> Iterator[str]:
    if draft:
        yield f'<p class="draft"><strong>{_DRAFT}</strong></p>\n'
    rows = "".join(f"<div><dt>{_text(name)}</dt><dd>{_text(value)}</dd></div>\n" for name, value in about(document))
    yield f'<dl class="about">\n{rows}</dl>\n'
    yield from (f'<p dir="auto">{_text(note)}</p>\n' for note in document.notes)
    yield from (f'<p class="small">{_text(each)}</p>\n' for each in legend(document))
    if len(document.sections) > _FEW:
        yield _contents(document)
    for number, section in enumerate(document.sections, start=1):
        yield from _section(document, section, f"s{number}", link)


def _contents(document: Document) -> str:
    items = "".join(
        f'<li><a href="#s{number}"><bdi>{_text(each.title)}</bdi></a></li>\n'
        for number, each in enumerate(document.sections, start=1)
    )
    return f'<nav aria-labelledby="contents">\n<h2 id="contents">Contents</h2>\n<ol>\n{items}</ol>\n</nav>\n'


def _section(document: Document, section: Section, identity: str, link: Link | None) -> Iterator[str]:
    yield f'<section aria-labelledby="{identity}">\n<h2 id="{identity}" dir="auto">{_text(section.title)}</h2>\n'
    yield from (f'<p dir="auto">{_text(words)}</p>\n' for words in section.words)
    if section.figures:
        caption = f"Figures: {section.title}"
        yield _table(of_figures(section.figures, caption, document), f"{identity}f", link, titled=True)
    for number, part in enumerate(in_order(section), start=1):
        if isinstance(part, Chart):
            yield _chart(part, section, f"{identity}c{number}")
        else:
            yield _table(of_table(part, document), f"{identity}t{number}", link)
    yield "</section>\n"


def _chart(chart: Chart, section: Section, identity: str) -> str:
    """Return a chart with its words. The table that it shows stands below."""
    picture = drawn(chart, section, identity)
    window = f'class="picture" role="group" tabindex="0" aria-labelledby="{identity}"'
    inside = f"<div {window}>{picture.svg}</div>\n" if picture.svg else ""
    small = "".join(f'<p class="small">{_text(each)}</p>\n' for each in picture.small)
    return (
        f'<figure>\n<figcaption><h3 id="{identity}" dir="auto">{_text(chart.title)}</h3>\n'
        f'<p dir="auto">{_text(chart.words)}</p></figcaption>\n{inside}{small}</figure>\n'
    )


def _table(grid: Grid, identity: str, link: Link | None, *, titled: bool = False) -> str:
    """Return a table. `titled`: what it is stands above it already, and its caption is there to be heard."""
    if grid.is_empty:
        note = f" {_text(grid.note)}" if grid.note and grid.note != EMPTY else ""
        return f'<p dir="auto"><strong>{_text(grid.caption)}.</strong> {EMPTY}{note}</p>\n'
    head = _heading("col", grid.head, numeric=False) + "".join(
        _heading("col", title, numeric=numeric) for title, numeric in grid.headings
    )
    body = "".join(_line(line, grid, link) for line in grid.lines)
    foot = f"<tfoot>\n{_line(grid.total, grid, link)}</tfoot>\n" if grid.total else ""
    note = f'<p class="small note" dir="auto">{_text(grid.note)}</p>\n' if grid.note else ""
    heard = ' class="unseen"' if titled else ""
    wide = len(grid.headings) > _NARROW
    window = f' class="wide" role="group" tabindex="0" aria-labelledby="{identity}"' if wide else ' class="table"'
    return (
        f'<div{window}>\n<table>\n<caption id="{identity}"{heard} dir="auto">{_text(grid.caption)}</caption>\n'
        f"<thead>\n<tr>{head}</tr>\n</thead>\n<tbody>\n{body}</tbody>\n{foot}</table>\n</div>\n{note}"
    )


def _line(line: Line, grid: Grid, link: Link | None) -> str:
    small = "".join(f'<span class="small"><bdi>{_text(each)}</bdi></span>' for each in line.small)
    cells = "".join(
        _cell(place, f"{line.title}, {title}", link)
        for place, (title, _) in zip(line.places, grid.headings, strict=True)
    )
    return f'<tr><th scope="row"><bdi>{_text(line.title)}</bdi>{small}</th>{cells}</tr>\n'


def _cell(place: Place, where: str, link: Link | None) -> str:
    text = _text(place.text)
    if place.text == NOTHING:
        text = f'<span aria-hidden="true">{NOTHING}</span><span class="unseen">nothing to count</span>'
    address = link(place.opens) if link and place.opens else None
    if address is not None:
        # A number alone says nothing in a list of links.
        text = f'<a href="{_text(address)}" aria-label="{_text(f"{place.text}: {where}")}">{text}</a>'
    if place.changed:
        text = f'<strong>{text}</strong> <span class="small">changed</span>'
    return f'<td class="number">{text}</td>' if place.numeric else f'<td dir="auto">{text}</td>'


def _heading(scope: str, title: str, *, numeric: bool) -> str:
    kind = ' class="number"' if numeric else ""
    return f'<th scope="{scope}"{kind}><bdi>{_text(title)}</bdi></th>'


def _text(text: str) -> str:
    return escape(clean(text), quote=True)
