"""How the plain text of a letter is read as paragraphs, headings and lists, and which of its signs can be shown.

The text is what a person wrote and what is sent by e-mail; nothing in it is a command. A line underlined with `---` or
`===` is a heading. Lines that begin with `- ` are a list, with `1. ` a numbered one. What ends with the organisation's
name is the signature. All else is a paragraph, whose lines stay lines.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from itertools import groupby
from typing import Any, Final

Block = dict[str, Any]

_UNDERLINE: Final = re.compile(r"(-{3,}|={3,})")
_BULLET: Final = re.compile(r"[-•*] +(?=\S)")
_NUMBER: Final = re.compile(r"([0-9]{1,3})[.)] +(?=\S)")
_PARAGRAPHS: Final = re.compile(r"\n[ \t]*\n\s*")
_SIGNATURE_LINES: Final = 6
# Without a place to break, a line would run over the edge of the page.
_ENDLESS: Final = re.compile(r"\S{60}(?=\S)")
_ZERO_WIDTH_SPACE: Final = "\u200b"
# The same of large print, in whose lines no more of the widest letter have room; an address breaks at its joints.
_LONG_WORD: Final = re.compile(r"\S{20,}")
_JOINT: Final = re.compile(r"[@/._=&?](?=\w)")
_ENDLESS_LARGE: Final = re.compile(r"[^\u200b]{19}(?=[^\u200b])")
# A date is not torn apart there.
_DAY_OF_MONTH: Final = re.compile(r"\b([0-9]{1,2}) (?=(?:January|February|March|April|May|June|July|August|September"
                                  r"|October|November|December)\b)")  # fmt: skip
# What shapes an emoji and is nothing by itself: variation selectors, skin tones, joiners after one, tags.
_EMOJI_DRESS: Final = re.compile(
    "[\ufe0e\ufe0f\U0001f3fb-\U0001f3ff\U000e0000-\U000e007f]|(?<=[\U0001f000-\U0001ffff])\u200d"
)
_RIGHT_TO_LEFT: Final = ("R", "AL")


def blocks(body: str, organisation: str) -> list[Block]:
    """Return the blocks of a letter's text, in order, as plain JSON."""
    found = [block for written in _PARAGRAPHS.split(body.strip()) if written for block in _read(written)]
    found = [block for block in found if block.get("items") or any(block.get("lines", ()))]
    last = found[-1] if found else None
    if last and last["kind"] == "paragraph" and _is_signature(last["lines"], organisation):
        last["kind"] = "signature"
    return found


def lines(text: str) -> list[str]:
    """Return the lines of a text as they can be shown, without empty ones."""
    return [line for each in text.splitlines() if (line := shown(each))]


def shown(line: str) -> str:
    """Return a line as it can be shown: without controls, with each emoji as its name, with room to break.

    What would turn the text around it is left out (UAX #9 embeddings and overrides); isolates and marks turn nothing.
    """
    plain = _EMOJI_DRESS.sub("", line)
    plain = "".join(_sign(sign) for sign in plain)
    return _ENDLESS.sub(lambda found: found[0] + _ZERO_WIDTH_SPACE, " ".join(plain.split()))


def enlarged(value: Any) -> Any:
    """Return the same JSON with its words fit for the short lines of large print."""
    if isinstance(value, str):
        return _DAY_OF_MONTH.sub("\\1\u00a0", _LONG_WORD.sub(_breakable, value))
    if isinstance(value, list):
        return [enlarged(each) for each in value]
    return {key: enlarged(each) for key, each in value.items()} if isinstance(value, dict) else value


def _breakable(word: re.Match[str]) -> str:
    jointed = _JOINT.sub(lambda found: found[0] + _ZERO_WIDTH_SPACE, word[0])
    return _ENDLESS_LARGE.sub(lambda found: found[0] + _ZERO_WIDTH_SPACE, jointed)


def _sign(sign: str) -> str:
    category = unicodedata.category(sign)
    if category in ("Cc", "Zl", "Zp"):
        return " "
    if category == "Cs" or "\u202a" <= sign <= "\u202e" or sign == "\ufeff":
        return ""
    if sign >= "\U0001f000" and category in ("So", "Cn"):
        return f"[{unicodedata.name(sign, 'symbol').lower()}]"
    return sign


def _read(written: str) -> Iterator[Block]:
    """Read what stands between two blank lines."""
    rows = written.split("\n")
    if len(rows) > 1 and rows[0].strip() and _UNDERLINE.fullmatch(rows[1].strip()):
        yield _block("heading", rows[:1])
        rows = rows[2:]
    for kind, run in groupby(rows, _kind):
        same = list(run)
        if kind == "list":
            yield _list(kind, [_block("item", [_BULLET.sub("", row.strip(), count=1)]) for row in same])
        elif kind == "enumeration":
            yield _list(kind, [_numbered(row.strip()) for row in same])
        else:
            yield _block(kind, same)


def _kind(row: str) -> str:
    if _BULLET.match(row.strip()):
        return "list"
    return "enumeration" if _NUMBER.match(row.strip()) else "paragraph"


def _list(kind: str, items: list[Block]) -> Block:
    return {"kind": kind, "items": items, "rtl": items[0]["rtl"]}


def _numbered(row: str) -> Block:
    number = _NUMBER.match(row)
    assert number is not None
    return _block("item", [row[number.end() :]]) | {"number": int(number[1])}


def _block(kind: str, rows: list[str]) -> Block:
    whole = [line for row in rows for line in lines(row)]
    return {"kind": kind, "lines": whole, "rtl": _begins_at_the_right(" ".join(whole))}


def _begins_at_the_right(text: str) -> bool:
    """Say which way a paragraph goes: as its first letter does (UAX #9, P2)."""
    ways = (unicodedata.bidirectional(sign) for sign in text)
    return next((way for way in ways if way in ("L", *_RIGHT_TO_LEFT)), "L") in _RIGHT_TO_LEFT


def _is_signature(rows: list[str], organisation: str) -> bool:
    return 1 < len(rows) <= _SIGNATURE_LINES and rows[-1] == shown(organisation)
