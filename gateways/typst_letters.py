"""Letters typeset by Typst as PDF/UA-1. Words go in as JSON and are never code; no font of the machine is used.

What Typst says when it fails quotes the letter: nothing of it may leave this file.
"""

from __future__ import annotations

import asyncio
import json
import re
from functools import cache
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

import typst

from gateways.letter_blocks import blocks, enlarged, lines, shown
from gateways.typesetting import CannotTypeset, Letter, Typeset

# What letter_sheet.typ makes, by number, kept with each copy: the plain sheet, and the one in large print. The first
# sheet had no place for the window of an envelope.
SHEET: Final = 2
LARGE_PRINT: Final = 3
_SHEET: Final = Path(__file__).with_name("letter_sheet.typ")
# Beside those that Typst brings: Latin, Greek, Cyrillic and Devanagari, and Arabic.
_FONT_PACKAGES: Final = ("fontpkg_noto_sans", "fontpkg_noto_sans_arabic")
_LANGUAGE: Final = re.compile(r"([a-z]{2,3})-([A-Z]{2})")
_LONGEST: Final = 500_000
_LONDON: Final = ZoneInfo("Europe/London")


class TypstTypesetter:
    """Typeset letters in a thread, so that nobody waits for a long one."""

    async def typeset(self, letter: Letter, language: str = "en-GB") -> Typeset:
        """Return the letter as PDF/UA-1: the same words, the same bytes. Raises CannotTypeset."""
        content = await asyncio.to_thread(_compiled, _data(letter, language), int(letter.dated.timestamp()))
        return Typeset(content=content, sheet=LARGE_PRINT if letter.large_print else SHEET, program=_program())


def _data(letter: Letter, language: str) -> str:
    spoken = _LANGUAGE.fullmatch(language)
    if spoken is None:
        raise CannotTypeset("unknown_language")
    if len(letter.body) > _LONGEST:
        raise CannotTypeset("too_long")
    day = letter.dated.astimezone(_LONDON).date()
    data = {
        "organisation": shown(letter.organisation),
        "reference": shown(letter.reference),
        "recipient": lines(letter.recipient or "") + lines(letter.address or ""),
        "title": shown(letter.subject) or shown(letter.reference),
        "dated": None if letter.draft else f"{day.day} {day:%B %Y}",
        "draft": letter.draft,
        "large": letter.large_print,
        "language": spoken[1],
        "region": spoken[2],
        "blocks": blocks(letter.body, letter.organisation),
    }
    return json.dumps(enlarged(data) if letter.large_print else data)


def _compiled(data: str, moment: int) -> bytes:
    try:
        made = typst.compile(
            _sheet(),
            font_paths=_fonts(),
            sys_inputs={"letter": data},
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


@cache
def _program() -> str:
    return f"typst-{version('typst')}"


@cache
def _sheet() -> bytes:
    return _SHEET.read_bytes()


@cache
def _fonts() -> typst.Fonts:
    """Return the fonts that letters are set in: the same on every machine."""
    packaged = [str(files(package) / "files") for package in _FONT_PACKAGES]
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=packaged)
