"""Process behaviour charts (XmR): the centre, the natural process limits and the signals of values in their order.

The centre is the mean; the limits lie 2.66 mean moving ranges on either side of it. They are of all values, or of the
first ones, the baseline: then nothing that comes later moves them. Two rules make a signal: one value outside the
limits; eight in a row on the same side of the centre. With fewer than twelve values there are no limits: they would
say more than is known. All sums are exact.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import groupby, pairwise
from typing import Final

from policies.reporting.percent import tenths

LEAST: Final = 12
RUN: Final = 8
OUTSIDE, IN_A_ROW = "outside", "run_of_eight"
_WIDTH: Final = Fraction(266, 100)


@dataclass(frozen=True, slots=True, kw_only=True)
class Behaviour:
    """What the values of a process show. `signals` are positions and rules, in the order of the values."""

    centre: str
    lower: str
    upper: str
    signals: tuple[tuple[int, str], ...]


def behaviour(
    values: Sequence[Decimal | int | None],
    *,
    least: Decimal | int | None = None,
    most: Decimal | int | None = None,
    baseline: int | None = None,
) -> Behaviour | None:
    """Return what values show; None of fewer than twelve. A missing one is passed over, and keeps its position.

    `least` and `most` are what no value can lie beyond: limits end there. `baseline` is of how many values, those that
    are there and no fewer than twelve, the centre and the limits are; none: of all.
    """
    points = [(place, Fraction(value)) for place, value in enumerate(values) if value is not None]
    if len(points) < LEAST:
        return None
    first = [value for _, value in points[: None if baseline is None else max(baseline, LEAST)]]
    centre = sum(first, Fraction()) / len(first)
    ranges = [abs(later - earlier) for earlier, later in pairwise(first)]
    width = _WIDTH * sum(ranges, Fraction()) / len(ranges)
    lower, upper = centre - width, centre + width
    signals = [*((place, OUTSIDE) for place, value in points if not lower <= value <= upper), *_runs(points, centre)]
    return Behaviour(
        centre=tenths(centre),
        lower=tenths(lower if least is None else max(lower, Fraction(least))),
        upper=tenths(upper if most is None else min(upper, Fraction(most))),
        signals=tuple(sorted(signals)),
    )


def _runs(points: Sequence[tuple[int, Fraction]], centre: Fraction) -> Iterator[tuple[int, str]]:
    """Name every value of each run; a value on the centre itself ends a run, for it lies on neither side."""

    def side(point: tuple[int, Fraction]) -> int:
        return (point[1] > centre) - (point[1] < centre)

    for which, run in groupby(points, side):
        found = list(run)
        if which != 0 and len(found) >= RUN:
            yield from ((place, IN_A_ROW) for place, _ in found)
