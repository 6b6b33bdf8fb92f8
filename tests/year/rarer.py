"""What happens to few complaints of a year, drawn apart from what happens to all of them; and who only got in touch."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Final

# How often of a thousand complaints. The rates are believable for an acute trust, and were not measured.
TURNS: Final = (
    ("concern", 40), ("transferred", 14), ("waived", 5), ("too_late", 7), ("exempt", 14), ("excluded", 8), (None, 912),
)  # fmt: skip
CHANNELS: Final = (("electronic", 65), ("written", 29), ("assisted", 6))
SOURCES: Final = (("person", 88), ("advocate", 4), ("representative", 5), ("mp", 3))
MATTERS: Final = (("concern", 45), ("enquiry", 25), ("compliment", 22), ("feedback", 8))
# Of so many complaints there is one other matter.
OF_MATTERS: Final = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Rarer:
    """What else is to become of one complaint."""

    turn: str | None
    channel: str  # where it was not said
    source: str
    joint: bool
    notifiable: bool
    told_late: bool  # under the duty of candour
    again_after: int  # days from its end until whoever complained comes back
    promise: bool
    promise_kept: bool


PLAIN: Final = Rarer(
    turn=None, channel="written", source="person", joint=False, notifiable=False, told_late=False, again_after=30,
    promise=False, promise_kept=True,
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """What somebody said that was no complaint."""

    number: int
    received_on: date
    matter: str
    theme: str
    channel: str
    days: int


def rarer(complaints: int, seed: int) -> list[Rarer]:
    """Draw what else becomes of each complaint of a year."""
    dice = Random(f"rarer {seed}")
    return [
        Rarer(
            turn=_one(dice, TURNS),
            channel=_one(dice, CHANNELS),
            source=_one(dice, SOURCES),
            joint=dice.random() < 0.05,
            notifiable=dice.random() < 0.6,
            told_late=dice.random() < 0.25,
            again_after=dice.randint(15, 60),
            promise=dice.random() < 0.06,
            promise_kept=dice.random() < 0.8,
        )
        for _ in range(complaints)
    ]


def contacts(complaints: int, seed: int, first: date, days: int, themes: tuple[tuple[str, int], ...]) -> list[Contact]:
    """Draw the other matters of a year of so many complaints."""
    dice = Random(f"contacts {seed}")
    many = complaints // OF_MATTERS
    return [
        Contact(
            number=number,
            received_on=first + timedelta(days=int((number + 0.5) * days / many)),
            matter=_one(dice, MATTERS),
            theme=_one(dice, themes),
            channel=dice.choice(("oral", "electronic", "written")),
            days=dice.randint(1, 12),
        )
        for number in range(many)
    ]


def _one(dice: Random, weighted: tuple[tuple[object, int], ...]) -> str:
    return dice.choices([each for each, _ in weighted], [often for _, often in weighted])[0]  # type: ignore[return-value]
