"""Bars: across the page for things that have names, upright for months and days. Each bar has its number beside it."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Final

from reports.axis import scale, tick, width, wrapped
from reports.document import Unit
from reports.ink import BLACK, GREY, SIZE, Picture, Point, framed
from reports.words import NOT_SHOWN, NOTHING, clean

_WIDTH: Final = 720
_NAMES: Final = 270
_NUMBERS: Final = 96
_LINE: Final = 17
_WIDEST: Final = 56


def across(points: Sequence[Point], unit: Unit) -> Picture:
    """Draw one bar under the other, each with its name before it and its number behind."""
    picture = Picture(width=_WIDTH, height=0)
    made = scale(_values(points), unit)
    room = _WIDTH - _NAMES - _NUMBERS
    zero = _NAMES + room * made.share(Decimal(0))
    y = 8
    for point in points:
        names = wrapped(clean(point.row.title), _NAMES - 16, SIZE)
        high = 13 + _LINE * len(names)
        middle = y + high // 2
        for number, name in enumerate(names):
            picture.text(_NAMES - 10, middle + 5 + _LINE * number - (_LINE // 2) * (len(names) - 1), name, anchor="end")
        _bar(picture, point, unit, (zero, _NAMES + room * made.share(point.value or Decimal(0))), middle)
        y += high
    picture.line(zero, 4, zero, y, BLACK)
    picture.height = y + 8
    return picture


def upright(points: Sequence[Point], unit: Unit) -> Picture:
    """Draw a bar for each month or day, from the first to the last."""
    picture = Picture(width=_WIDTH, height=270)
    frame = framed(picture, scale(_values(points), unit), unit, points, 10)
    wide = min(frame.step * Decimal("0.7"), Decimal(_WIDEST))
    zero = frame.y(Decimal(0))
    numbered = all(width(tick(each, unit), SIZE) + 4 <= frame.step for each in _values(points))
    for place, point in enumerate(points):
        if point.value is None:
            picture.text(frame.x(place), zero - 4, NOTHING, anchor="middle", ink=GREY)
            continue
        top = frame.y(point.value)
        if point.value:
            picture.bar(frame.x(place) - wide / 2, min(top, zero), wide, abs(top - zero))
        if numbered:
            picture.text(frame.x(place), min(top, zero) - 5, tick(point.value, unit), anchor="middle")
    if any(point.value is None for point in points):
        picture.small.append("A dash stands where there is no number to draw.")
    return picture


def _bar(picture: Picture, point: Point, unit: Unit, ends: tuple[Decimal, Decimal], middle: int) -> None:
    zero, end = ends
    if point.value is None:
        picture.text(zero + 6, middle + 5, NOT_SHOWN if point.hidden else NOTHING, ink=GREY)
        return
    if point.value:
        picture.bar(min(zero, end), middle - 9, abs(end - zero), 18)
    picture.text(max(zero, end) + 6, middle + 5, tick(point.value, unit))


def _values(points: Sequence[Point]) -> list[Decimal]:
    return [point.value for point in points if point.value is not None]
