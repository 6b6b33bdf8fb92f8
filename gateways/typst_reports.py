"""Reports typeset by Typst as PDF/UA-1. Words go in as JSON and are never code; no font of the machine is used.

What Typst says when it fails quotes the report: nothing of it may leave this file.
"""

from __future__ import annotations

import asyncio
import json
import re
import unicodedata
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from functools import cache
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

import typst

from gateways.letter_blocks import shown
from gateways.typesetting import CannotTypeset, Typeset

# What report_sheet.typ makes, by number, kept with each copy.
REPORT: Final = 1
_SHEET: Final = Path(__file__).with_name("report_sheet.typ")
# Beside those that Typst brings: Latin, Greek, Cyrillic and Devanagari, and Arabic.
_FONT_PACKAGES: Final = ("fontpkg_noto_sans", "fontpkg_noto_sans_arabic")
_PICTURE: Final = "svg"
# What is neither Latin, Greek, Cyrillic, Arabic nor Devanagari, nor a sign of their punctuation.
_RARE: Final = re.compile("[^\u0000-\u052f\u0600-\u06ff\u0900-\u097f\u1e00-\u1fff\u2010-\u2044\u20ac\u2212]")
_LONGEST: Final = 10_000_000
# For so many more compilations Typst keeps what it laid out, in case it comes again.
_KEPT_FOR: Final = 11


class TypstReports:
    """Typeset reports in a thread of their own, so that nothing else waits for a long one; one at a time, for each
    takes a core. Typst cannot be stopped: one for which nobody waits any more is set before the next begins.
    """

    def __init__(self) -> None:
        self._one = ThreadPoolExecutor(max_workers=1, thread_name_prefix="reports")

    async def typeset(self, sheet: Mapping[str, Any], known_until: datetime) -> Typeset:
        """Return a report as PDF/UA-1: the same sheet and instant, the same bytes. Raises CannotTypeset.

        `sheet` is what reports/typst.py makes of a document.
        """
        loop, moment = asyncio.get_running_loop(), int(known_until.timestamp())
        content = await loop.run_in_executor(self._one, _typeset, dict(sheet), moment)
        return Typeset(content=content, sheet=REPORT, program=f"typst-{version('typst')}")


def _typeset(sheet: dict[str, Any], moment: int) -> bytes:
    """Typeset a report; where its signs are in none of our fonts, again with those signs by name."""
    plain = _mapped(sheet, shown, str)
    try:
        return _compiled(json.dumps(plain), moment)
    except CannotTypeset as refused:
        named = _mapped(plain, lambda words: _without_rare(words, _named), lambda drawn: _without_rare(drawn, _marked))
        if named == plain:
            raise refused from None
        return _compiled(json.dumps(named), moment)
    finally:
        _forget()


def _mapped(value: Any, words: Callable[[str], str], picture: Callable[[str], str]) -> Any:
    """Return the same JSON with its words changed, and its pictures in their own way."""
    if isinstance(value, str):
        return words(value)
    if isinstance(value, list):
        return [_mapped(each, words, picture) for each in value]
    if isinstance(value, dict):
        return {
            key: picture(each) if key == _PICTURE and each else _mapped(each, words, picture)
            for key, each in value.items()
        }
    return value


def _without_rare(text: str, instead: Callable[[str], str]) -> str:
    return "".join(instead(sign) if _RARE.match(sign) or unicodedata.category(sign) == "Cn" else sign for sign in text)


def _named(sign: str) -> str:
    return f"[{unicodedata.name(sign, 'sign').lower()}]"


def _marked(sign: str) -> str:
    # There is no room for a name in a picture. It stands in the table beside it.
    return "?"


def _compiled(data: str, moment: int) -> bytes:
    if len(data) > _LONGEST:
        raise CannotTypeset("too_long")
    try:
        made = typst.compile(
            _SHEET.read_bytes(),
            font_paths=_fonts(),
            sys_inputs={"report": data},
            pdf_standards=["ua-1"],
            timestamp=moment,
        )
    except typst.TypstError:
        raise CannotTypeset("typst_refused") from None
    except BaseException as fault:
        if isinstance(fault, KeyboardInterrupt | SystemExit | MemoryError):
            raise
        raise CannotTypeset("typst_failed") from None
    return made


def _forget() -> None:
    """Let Typst forget what it laid out: of a long report that is tens of megabytes, of ten of them a gigabyte."""
    for _ in range(_KEPT_FOR):
        typst.compile(b"", font_paths=_fonts())


@cache
def _fonts() -> typst.Fonts:
    """Return the fonts that reports are set in: the same on every machine."""
    packaged = [str(files(package) / "files") for package in _FONT_PACKAGES]
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=packaged)
