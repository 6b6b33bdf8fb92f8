"""Turns HTML that somebody else wrote into text. Each tag is read by itself, so that no trick makes it slow."""

from __future__ import annotations

import re
from html import unescape
from html.parser import HTMLParser
from typing import Final

LONGEST: Final = 1_000_000
_HIDDEN: Final = frozenset({"script", "style", "head", "title", "template"})
_BREAKS: Final = frozenset(
    {"br", "p", "div", "li", "tr", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "pre", "table", "ul", "ol", "hr"}
)
_LONGEST_TAG: Final = 4_000
_BLANKS = re.compile(r"[ \t\r\f\v\u00a0]+")
_EMPTY_LINES = re.compile(r"\n(?: ?\n){2,}")


def text_of(html: str) -> str:
    """Return the words of a page, with line breaks where it has blocks."""
    reader = _Reader()
    for piece in re.split(r"(?=<)", _without_comments(html[:LONGEST])):
        reader.take(piece)
    lines = "".join(reader.words).split("\n")
    return _EMPTY_LINES.sub("\n\n", "\n".join(_BLANKS.sub(" ", line).strip() for line in lines)).strip()


class _Reader(HTMLParser):
    """Collect what is shown. A whole document at once would take the square of its length where tags do not end."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.words: list[str] = []
        self._within: str | None = None

    def take(self, piece: str) -> None:
        """Read one tag, and the words behind it. What is no whole tag is words."""
        tag, end, words = piece.partition(">")
        if piece.startswith("<") and end and len(tag) < _LONGEST_TAG:
            if tag[1:2] not in ("!", "?"):
                self.feed(tag + end)
                if self.rawdata:
                    self.reset()
        else:
            words = piece
        if self._within is None:
            self.words.append(unescape(words).replace("\r", "").replace("\n", " "))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _BREAKS:
            self.words.append("\n")
        if tag == "body":
            self._within = None  # a head that nobody ended
        elif tag in _HIDDEN and self._within is None:
            self._within = tag

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _BREAKS:
            self.words.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag == self._within:
            self._within = None
        elif tag in _BREAKS:
            self.words.append("\n")

    def handle_data(self, data: str) -> None:
        """Leave it: a tag that is read by itself has no words in it."""

    def set_cdata_mode(self, elem: str, *, escapable: bool = False) -> None:
        """Read on as before: what a script holds is left out by `take`."""


def _without_comments(html: str) -> str:
    kept, start = [], 0
    while (begin := html.find("<!--", start)) >= 0:
        kept.append(html[start:begin])
        end = html.find("-->", begin + 4)
        if end < 0:
            break
        start = end + 3
    else:
        kept.append(html[start:])
    return "".join(kept)
