"""Charts as SVG: plain text, the same for the same document, with its title and what it shows in words inside.

Nothing is told by colour alone, nothing is styled from outside, and what is not shown in the table is not drawn.
"""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import Final

from reports.axis import fixed, is_time
from reports.bars import across, upright
from reports.document import Chart, ChartKind, Row, Section, Table, Unit
from reports.ink import Picture, Point
from reports.words import amount, clean
from reports.xmr import behaviour

_MOST: Final = 40
_NOTHING: Final = "There is no number to draw."


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """A chart as a picture, and what must be said of it: what is not drawn, how its signs are read.

    No picture, where there is no number to draw or the table is not in the section.
    """

    svg: str | None
    small: tuple[str, ...] = ()


def drawn(chart: Chart, section: Section, identity: str) -> Drawn:
    """Return the picture of a chart. `identity` is of letters and figures, and unique on a page."""
    table = next((each for each in section.tables if each.code == chart.table), None)
    place = _place(table, chart.column) if table else None
    points = [_point(row, place) for row in table.rows] if table and place is not None else []
    if table is None or place is None or all(point.value is None for point in points):
        return Drawn(svg=None, small=(_NOTHING,))
    picture = _picture(chart, points, table.columns[place].unit)
    return Drawn(svg=_whole(chart, picture, identity), small=tuple(picture.small))


def _picture(chart: Chart, points: list[Point], unit: Unit) -> Picture:
    if chart.kind is ChartKind.XMR:
        return behaviour(points, chart.limits, unit)
    if is_time([point.row for point in points]):
        return upright(points, unit)
    picture = across(points[:_MOST], unit)
    if len(points) > _MOST:
        picture.small.append(f"The first {_MOST} are drawn. All {len(points)} are in the table.")
    return picture


def _point(row: Row, place: int) -> Point:
    cell = row.cells[place]
    return Point(row=row, value=None if cell.suppressed else amount(cell.value), hidden=cell.suppressed)


def _place(table: Table, column: str) -> int | None:
    return next((number for number, each in enumerate(table.columns) if each.code == column), None)


def _whole(chart: Chart, picture: Picture, identity: str) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {fixed(picture.width)} {fixed(picture.height)}"'
        f' role="img" aria-labelledby="{identity}-title {identity}-words"'
        ' font-family="Noto Sans, Arial, Helvetica, sans-serif">'
        f'<title id="{identity}-title">{escape(clean(chart.title))}</title>'
        f'<desc id="{identity}-words">{escape(clean(chart.words))}</desc>'
        f'<rect x="0" y="0" width="{fixed(picture.width)}" height="{fixed(picture.height)}" fill="#ffffff"/>'
        f"{''.join(picture.parts)}</svg>"
    )
