"""The first page of a letter as printers want it: nothing outside the areas that GOV.UK Notify prints on.

The areas are those of its specification for letters, in millimetres from the top left; the address is also where the
window of an envelope is.
"""

from __future__ import annotations

import struct
import zlib
from dataclasses import replace
from typing import Final

import pytest
import typst

from gateways import typst_letters
from tests.gateways.test_typst_letters import Written

PPI: Final = 30
# Left, top, right, bottom: sender, address, what stands beside it, the letter.
AREAS: Final = ((15, 5, 125, 30), (24.6, 40, 120, 66.2), (125, 5, 195, 95), (15, 95, 195, 292))
LATER: Final = ((15, 5, 195, 292),)
LONG_ADDRESS = "Flat 2, The Old School House\nBehind the Market\n14 Quarry Lane\nLower Example\nAnytown\nAN1 0AA"
LETTERS = {
    "usual": Written(),
    "bare": Written(recipient=None, address=None, body="It."),
    "seven lines": Written(address=LONG_ADDRESS),
    "a long name": Written(organisation="The Example University Hospitals of Somewhere NHS Foundation Trust " * 3),
    "a long person": Written(recipient="Wilhelmina-Theodora Featherstonehaugh-Cholmondeley of Wootton Wawen " * 2),
    "many pages": Written(body="word " * 900),
}


def pages(letter: Written) -> list[bytes]:
    made = typst.compile(
        typst_letters._sheet(),
        font_paths=typst_letters._fonts(),
        sys_inputs={"letter": typst_letters._data(letter, "en-GB")},
        format="png",
        ppi=PPI,
    )
    return made if isinstance(made, list) else [made]


def inked(png: bytes) -> set[tuple[float, float]]:
    """Return where a picture is not white, in millimetres from the top left."""
    width, height, depth, kind = struct.unpack(">IIBB", png[16:26])
    assert (depth, kind) == (8, 6)
    packed, at = b"", 8
    while at < len(png):
        (size,) = struct.unpack(">I", png[at : at + 4])
        if png[at + 4 : at + 8] == b"IDAT":
            packed += png[at + 8 : at + 8 + size]
        at += size + 12
    rows = plain(zlib.decompress(packed), width * 4, height)
    return {
        (x * 25.4 / PPI, y * 25.4 / PPI)
        for y, row in enumerate(rows)
        if row != b"\xff" * len(row)
        for x in range(width)
        if min(row[4 * x : 4 * x + 3]) < 250
    }


def plain(raw: bytes, stride: int, height: int) -> list[bytes]:
    """Return the rows of a picture, with what PNG does to make them small undone (RFC 2083, section 6)."""
    rows, above = [], bytes(stride)
    for y in range(height):
        kind, row = raw[y * (stride + 1)], bytearray(raw[y * (stride + 1) + 1 : (y + 1) * (stride + 1)])
        for x in range(stride):
            left, up, corner = (row[x - 4] if x > 3 else 0), above[x], (above[x - 4] if x > 3 else 0)
            row[x] = (row[x] + (0, left, up, (left + up) // 2, paeth(left, up, corner))[kind]) & 255
        above = bytes(row)
        rows.append(above)
    return rows


def paeth(left: int, up: int, corner: int) -> int:
    guess = left + up - corner
    return min((left, up, corner), key=lambda each: abs(guess - each))


def stands(x: float, y: float, area: tuple[float, float, float, float]) -> bool:
    """Say whether something is in an area; a sign may be blurred at its edge."""
    left, top, right, bottom = area
    return left - 1 <= x <= right + 1 and top - 1 <= y <= bottom + 1


@pytest.mark.parametrize("large_print", [False, True])
@pytest.mark.parametrize("case", LETTERS)
def test_nothing_stands_where_a_printer_does_not_print(case: str, large_print: bool) -> None:
    for number, png in enumerate(pages(replace(LETTERS[case], large_print=large_print))[:2]):
        outside = {
            (round(x), round(y))
            for x, y in inked(png)
            if not any(stands(x, y, area) for area in (AREAS, LATER)[number])
        }
        assert outside == set(), number


def test_an_address_stands_in_the_window_whole() -> None:
    """Seven lines at most: what has more is no address that a printer takes."""
    left, top, right, bottom = AREAS[1]
    found = {y for x, y in inked(pages(LETTERS["seven lines"])[0]) if left <= x <= right and top <= y <= bottom}
    assert min(found) < top + 4 and max(found) > top + 20
