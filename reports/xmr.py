"""Process behaviour charts: the points, their centre and natural limits, and the signals, told by shape and number."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Final

from reports.axis import cut, fixed, near, scale, tick
from reports.document import Limits, Unit
from reports.ink import BLACK, BLUE, GREY, RED, Frame, Picture, Point, framed
from reports.words import amount, rule

_WIDTH: Final = 720
_HEIGHT: Final = 290
_NAMES: Final = 118
_ROOM: Final = 33
_BELOW_NOUGHT: Final = "The lower limit is below nought and is drawn at nought: there cannot be fewer than none."
_BROKEN: Final = "The line is broken where there is no number to draw."


def behaviour(points: Sequence[Point], limits: Limits | None, unit: Unit) -> Picture:
    """Draw the points in their order, with a gap where there is no number."""
    picture = Picture(width=_WIDTH, height=_HEIGHT)
    values = [point.value for point in points if point.value is not None]
    lines = _lines(limits, values, picture) if limits else []
    drawn = [*values, *(each for _, each, _ in lines)]
    close = bool(lines) and near(drawn)
    frame = framed(picture, scale(drawn, unit, close=close), unit, points, _NAMES)
    _limits(picture, frame, lines)
    _joined(picture, frame, points)
    signals = {place for place, _ in limits.signals} if limits else set()
    for place, point in enumerate(points):
        if point.value is not None:
            _marked(picture, frame.x(place), frame.y(point.value), signal=place in signals)
    picture.small += _said(points, limits, close)
    return picture


def _said(points: Sequence[Point], limits: Limits | None, close: bool) -> list[str]:
    rules = list(dict.fromkeys(rule(each) for _, each in limits.signals)) if limits else []
    return [
        *([f"A diamond marks a signal: {'; '.join(rules)}."] if rules else []),
        *([] if limits else ["No limits are drawn."]),
        *(["The scale does not begin at nought."] if close else []),
        *([_BROKEN] if any(point.value is None for point in points) else []),
    ]


def _lines(limits: Limits, values: Sequence[Decimal], picture: Picture) -> list[tuple[str, Decimal, str]]:
    found = []
    for name, written, dash in (
        ("Upper limit", limits.upper, "7 4"),
        ("Centre", limits.centre, ""),
        ("Lower limit", limits.lower, "7 4"),
    ):
        value = amount(written)
        if value is None:
            continue
        if name == "Lower limit" and value < 0 and all(each >= 0 for each in values):
            picture.small.append(_BELOW_NOUGHT)
            value = Decimal(0)
        found.append((name, value, dash))
    return found


def _limits(picture: Picture, frame: Frame, lines: Sequence[tuple[str, Decimal, str]]) -> None:
    """Draw the lines, and write their names beside them so that none covers another."""
    for (name, value, dash), at in zip(lines, _apart([frame.y(value) for _, value, _ in lines]), strict=True):
        y, ink = frame.y(value), GREY if dash else BLACK
        picture.line(frame.left, y, frame.right, y, ink, thick="1.5", dash=dash)
        picture.text(frame.right + 8, at, name, ink=ink)
        picture.text(frame.right + 8, at + 15, cut(tick(value, frame.unit), _NAMES - 12, 13), ink=ink)


def _apart(heights: Sequence[Decimal]) -> list[Decimal]:
    """Return where names stand, from the top down, each with room for its two lines, all within the picture."""
    places: list[Decimal] = []
    for height in heights:
        places.append(max(height - 2, places[-1] + _ROOM if places else Decimal(14)))
    lowest = Decimal(_HEIGHT - 20)
    for number in reversed(range(len(places))):
        places[number] = lowest = min(places[number], lowest)
        lowest -= _ROOM
    return places


def _joined(picture: Picture, frame: Frame, points: Sequence[Point]) -> None:
    run: list[str] = []
    for place, point in enumerate((*points, None)):
        if point is not None and point.value is not None:
            run.append(f"{fixed(frame.x(place))},{fixed(frame.y(point.value))}")
            continue
        if len(run) > 1:
            picture.parts.append(f'<polyline points="{" ".join(run)}" fill="none" stroke="{BLUE}" stroke-width="2"/>')
        run = []


def _marked(picture: Picture, x: Decimal, y: Decimal, *, signal: bool) -> None:
    if not signal:
        picture.parts.append(f'<circle cx="{fixed(x)}" cy="{fixed(y)}" r="3.5" fill="{BLUE}"/>')
        return
    corners = " ".join(f"{fixed(x + dx)},{fixed(y + dy)}" for dx, dy in ((0, -8), (8, 0), (0, 8), (-8, 0)))
    picture.parts.append(f'<polygon points="{corners}" fill="#ffffff" stroke="{RED}" stroke-width="2.5"/>')
