"""What a benchmark finds: numbers with their unit, the floor of the same run, and how far it was scaled."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """One number beside its floor; `budget` is a limit that the design states, never one of time."""

    section: str
    what: str
    unit: str
    redress: float
    floor: float | None = None
    budget: float | None = None
    note: str = ""

    @property
    def ratio(self) -> float | None:
        """Return how many times the floor it is."""
        return self.redress / self.floor if self.floor else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """How much is measured: counts, and the seconds after which a count is cut short."""

    name: str
    requests: dict[int, int]  # by concurrency
    opened: dict[int, int]
    commands: dict[int, int]
    standing: int
    warm: int
    opening_seconds: float
    firing_seconds: float
    repeats: int
    limit_seconds: float  # no section begins later than this, but for the worklist
    complaints: int  # in the worklist's database
    asked: int  # so often each query of the worklist
    year: int  # new complaints in the year that reports are about
    chains: int  # chains that are folded


FULL: Final = Scale(
    name="full",
    requests={1: 32, 8: 64, 32: 96},
    opened={1: 16, 8: 48, 32: 64},
    commands={1: 40, 8: 120, 32: 128},
    standing=1000,
    warm=20,
    opening_seconds=75.0,
    firing_seconds=40.0,
    repeats=5,
    limit_seconds=330.0,
    complaints=1_000_000,
    asked=200,
    year=256_777,
    chains=1_000,
)
QUICK: Final = Scale(
    name="quick",
    requests={1: 4, 8: 16},
    opened={1: 3, 8: 16},
    commands={1: 4, 8: 16},
    standing=100,
    warm=8,
    opening_seconds=10.0,
    firing_seconds=8.0,
    repeats=3,
    limit_seconds=60.0,
    complaints=20_000,
    asked=20,
    year=10_000,
    chains=50,
)


def percentile(values: Sequence[float], share: float) -> float:
    """Return the smallest value that `share` (0 to 1) of all values do not exceed."""
    if not values:
        raise ValueError("a percentile of nothing")
    ordered = sorted(values)
    rank = max(1, -int(-share * len(ordered) // 1))
    return ordered[min(rank, len(ordered)) - 1]
