"""The strokes that charts are made of, in SVG: lines, bars and text, in colours that stand out from white."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from html import escape
from typing import Final

from reports.axis import Scale, fixed, label, tick, width
from reports.document import Row, Unit
from reports.words import clean

# Each has a contrast with white of at least 4.5 to 1.
BLUE: Final = "#005eb8"
BLACK: Final = "#212b32"
GREY: Final = "#4c6272"
RED: Final = "#b3241b"
PALE: Final = "#d8dde0"
SIZE: Final = 13

Number = Decimal | int


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """A row of the table, and its value as a number if it has one; `hidden`: it is too small to be shown."""

    row: Row
    value: Decimal | None
    hidden: bool = False


@dataclass(slots=True, kw_only=True)
class Picture:
    """A picture in the making, and what is said under it."""

    width: int
    height: int
    parts: list[str] = field(default_factory=list)
    small: list[str] = field(default_factory=list)

    def line(
        self, x1: Number, y1: Number, x2: Number, y2: Number, ink: str, *, thick: str = "1", dash: str = ""
    ) -> None:
        """Draw a straight line."""
        dashes = f' stroke-dasharray="{dash}"' if dash else ""
        self.parts.append(
            f'<line x1="{fixed(x1)}" y1="{fixed(y1)}" x2="{fixed(x2)}" y2="{fixed(y2)}"'
            f' stroke="{ink}" stroke-width="{thick}"{dashes}/>'
        )

    def bar(self, x: Number, y: Number, wide: Number, high: Number) -> None:
        """Draw a bar from its upper left."""
        self.parts.append(
            f'<rect x="{fixed(x)}" y="{fixed(y)}" width="{fixed(wide)}" height="{fixed(high)}" fill="{BLUE}"/>'
        )

    def text(
        self, x: Number, y: Number, words: str, *, anchor: str = "start", ink: str = BLACK, size: int = SIZE
    ) -> None:
        """Write a line of text that begins, ends or has its middle at a place."""
        self.parts.append(
            f'<text x="{fixed(x)}" y="{fixed(y)}" font-size="{size}" fill="{ink}"'
            f' text-anchor="{anchor}">{escape(clean(words))}</text>'
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """Where the points of a row of months or days stand, and how high."""

    scale: Scale
    unit: Unit
    left: int
    right: int
    top: int
    bottom: int
    count: int

    def x(self, place: int) -> Decimal:
        """Return where a point stands from the left: in the middle of its share."""
        return self.left + self.step * (Decimal(place) + Decimal("0.5"))

    def y(self, value: Decimal) -> Decimal:
        """Return where a value stands from the top."""
        return self.bottom - (self.bottom - self.top) * self.scale.share(value)

    @property
    def step(self) -> Decimal:
        """Return how far two points stand apart."""
        return Decimal(self.right - self.left) / max(self.count, 1)


def framed(picture: Picture, made: Scale, unit: Unit, points: Sequence[Point], right: int) -> Frame:
    """Draw the axes with their numbers and the names of the points; return where things stand."""
    names = [tick(each, unit) for each in made.ticks()]
    left = max(width(each, SIZE) for each in names) + 16
    frame = Frame(
        scale=made,
        unit=unit,
        left=left,
        right=picture.width - right,
        top=22,
        bottom=picture.height - 50,
        count=len(points),
    )
    for each, name in zip(made.ticks(), names, strict=True):
        picture.line(frame.left, frame.y(each), frame.right, frame.y(each), PALE)
        picture.text(frame.left - 8, frame.y(each) + 4, name, anchor="end", ink=GREY)
    base = frame.y(min(max(Decimal(0), made.low), made.high))
    picture.line(frame.left, base, frame.right, base, BLACK)
    _named(picture, frame, points)
    return frame


def _named(picture: Picture, frame: Frame, points: Sequence[Point]) -> None:
    """Write as many names under the axis as have room, the first always, each year once."""
    widest = max((width(label(point.row, None)[0], SIZE) for point in points), default=0) + 10
    every = 1
    while frame.step * every < widest:
        every += 1
    before: Row | None = None
    for place in range(0, len(points), every):
        upper, lower = label(points[place].row, before)
        before = points[place].row
        picture.line(frame.x(place), frame.bottom, frame.x(place), frame.bottom + 5, GREY)
        picture.text(frame.x(place), frame.bottom + 20, upper, anchor="middle")
        if lower:
            picture.text(frame.x(place), frame.bottom + 37, lower, anchor="middle", ink=GREY)
