"""A report as what its sheet in Typst reads: plain JSON of words, tables and pictures. Nothing in it is code."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any, Final

from reports.axis import width
from reports.document import Chart, Document, Section
from reports.grid import Grid, Line, in_order, of_figures, of_table
from reports.svg import drawn
from reports.words import about, clean, instant, legend, period

Sheet = dict[str, Any]

# The room of an upright page and of one that lies, in points; the type of tables, and what no column is without.
_UPRIGHT: Final = 482
_LYING: Final = 728
_SIZE: Final = 9
_EDGES: Final = 8
_NAMES: Final = 22  # the room of what rows are called, in tenths of a column of numbers
_WORDS: Final = 4  # a column of words has so many times the room of one of numbers
_MOST: Final = 12
_FEW: Final = 3
# Without a place to break, a long word would run into the next column.
_ENDLESS: Final = re.compile(r"(\S{14})(?=\S{5})")
_LONG: Final = 4


def sheet(document: Document, *, draft: bool = False) -> Sheet:
    """Return a document as its sheet reads it. `draft`: each page says that nobody has approved it."""
    return {
        "organisation": clean(document.organisation),
        "title": clean(document.title),
        "foot": f"{period(document.first_on, document.last_on)}, known until {instant(document.known_until)}",
        "draft": draft,
        "contents": len(document.sections) >= _LONG,
        "about": [list(each) for each in about(document)],
        "notes": [clean(each) for each in document.notes],
        "legend": legend(document),
        "sections": [_section(document, each, number) for number, each in enumerate(document.sections, start=1)],
    }


def _section(document: Document, section: Section, number: int) -> Sheet:
    parts: list[Sheet] = []
    if section.figures:
        parts += _parts(of_figures(section.figures, f"Figures: {section.title}", document))
    for place, part in enumerate(in_order(section), start=1):
        if isinstance(part, Chart):
            parts.append(_chart(part, section, f"s{number}c{place}"))
        else:
            parts += _parts(of_table(part, document))
    return {"title": clean(section.title), "words": [clean(each) for each in section.words], "parts": parts}


def _chart(chart: Chart, section: Section, identity: str) -> Sheet:
    picture = drawn(chart, section, identity)
    return {
        "kind": "chart",
        "title": clean(chart.title),
        "words": clean(chart.words),
        "svg": picture.svg,
        "small": list(picture.small),
    }


def _parts(grid: Grid) -> Iterator[Sheet]:
    """Return a table, in parts where it is wider than a page. Each part says again what its rows are."""
    needs = [_need(grid, place) for place in range(len(grid.headings))]
    shares = [1 if numeric else _WORDS for _, numeric in grid.headings]
    upright = _fits(needs, shares, _UPRIGHT)
    each = len(needs) or 1
    while (
        not upright
        and each > 1
        and not all(
            _fits(needs[first : first + each], shares[first : first + each], _LYING)
            for first in range(0, len(needs), each)
        )
    ):
        each -= 1
    parts = range(0, len(needs) or 1, each)
    for part, first in enumerate(parts, start=1):
        yield {
            "kind": "table",
            "caption": f"{grid.caption} (part {part} of {len(parts)})" if len(parts) > 1 else grid.caption,
            "lying": not upright,
            "head": grid.head,
            "names": _names(needs, shares),
            "headings": [
                {"title": _ENDLESS.sub("\\1\u200b", title), "numeric": numeric}
                for title, numeric in grid.headings[first : first + each]
            ],
            "lines": [_line(line, first, first + each) for line in grid.lines],
            "total": _line(grid.total, first, first + each) if grid.total else None,
            "note": grid.note if part == len(parts) else None,
        }


def _need(grid: Grid, place: int) -> int:
    """Return the room that a column of numbers needs, for the longest thing in it that cannot be broken."""
    title, numeric = grid.headings[place]
    lines = (*grid.lines, *((grid.total,) if grid.total else ()))
    texts = [_ENDLESS.sub("\\1 ", title), *(line.places[place].text for line in lines if numeric)]
    return max((width(word, _SIZE) for text in texts for word in text.split()), default=0) + _EDGES


def _fits(needs: Sequence[int], shares: Sequence[int], room: int, names: int = _NAMES) -> bool:
    share = 10 * room // (names + 10 * sum(shares))
    return len(needs) <= _MOST and all(need <= share * own for need, own in zip(needs, shares, strict=True))


def _names(needs: Sequence[int], shares: Sequence[int]) -> int:
    """Return how much room names get beside few columns of numbers: half the page, where the numbers leave it."""
    half = 10 * len(shares) + 10
    return half if sum(shares) <= _FEW and half > _NAMES and _fits(needs, shares, _UPRIGHT, half) else _NAMES


def _line(line: Line, first: int, last: int) -> Sheet:
    return {
        "title": _ENDLESS.sub("\\1\u200b", line.title),
        "small": list(line.small),
        "cells": [{"text": place.text, "changed": place.changed} for place in line.places[first:last]],
    }
