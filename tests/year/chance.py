"""What a year brings, drawn from one seed: nothing of it was measured, and the documents made of it say so."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random
from typing import Final

from tests.year.rarer import PLAIN, Contact, Rarer, contacts, rarer

FIRST: Final = date(2027, 4, 1)
DAYS: Final = 366  # to 31 March 2028
# Wards and services, each with its division and how often it is complained about.
PLACES: Final = (
    ("RYE01", "emergency", "accident_emergency", 0, 9),
    ("RYE01", "ward_7", "inpatient", 0, 7),
    ("RYE01", "ward_12", "elderly", 0, 6),
    ("RYE01", "theatres", "inpatient", 1, 4),
    ("RYE01", "outpatients", "outpatient", 1, 8),
    ("RYE02", "maternity", "maternity", 2, 4),
    ("RYE02", "paediatrics", "inpatient", 2, 2),
    ("RYE02", "community_nursing", "community", 2, 3),
)
THEMES: Final = (
    ("communications", 22), ("clinical_treatment", 20), ("appointments", 12), ("waiting_times", 11),
    ("values_behaviours", 9), ("patient_care", 9), ("admission_discharge_transfer", 7), ("prescribing", 4),
    ("privacy_dignity", 3), ("facilities", 3),
)  # fmt: skip
AGES: Final = (
    ("age_0_5", 3), ("age_6_17", 4), ("age_18_25", 8), ("age_26_55", 40), ("age_56_64", 15), ("age_65_74", 14),
    ("age_75_over", 14), ("age_unknown", 2),
)  # fmt: skip
STATUSES: Final = (("patient", 62), ("parent", 10), ("spouse_partner", 12), ("carer", 6), ("relative", 10))
PROFESSIONS: Final = (("medical", 40), ("nursing", 38), ("administration", 14), ("midwifery", 5), ("other", 3))
REMEDIES: Final = (("apology", 6), ("action", 3), ("money", 1))
ENDS: Final = (("early", 44), ("look", 50), ("withdrawn", 6))


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """What is to become of one complaint. Days are counted from its receipt."""

    number: int
    received_on: date
    end: str
    oral: bool
    site: str
    ward: str
    service: str
    division: int
    theme: str
    second_theme: str | None
    age: str
    status: str
    profession: str
    handler: int
    logged_after: int  # post that was opened late
    acknowledged_after: int
    satisfied: bool
    days: int  # until it is answered
    late: bool
    outcomes: tuple[str, ...]
    remedy: str | None
    staff: bool
    death: bool
    grave: bool
    candour: bool
    learning: bool
    action: bool
    action_days: int
    action_late: bool
    ombudsman: bool
    reopened: bool
    answered: int | None  # the score of whoever is asked how it was
    rarer: Rarer = PLAIN


def draw(number: int, complaints: int, dice: Random) -> Drawn:
    """Draw one complaint of a year of so many: the more there are, the closer they lie."""
    day = FIRST + timedelta(days=int(number * DAYS / complaints))
    while day.weekday() > 4:
        day += timedelta(days=1)
    site, ward, service, division, _ = _one(dice, PLACES)
    theme, second = _one(dice, THEMES)[0], _one(dice, THEMES)[0]
    end = _one(dice, ENDS)[0]
    late = dice.random() < 0.18
    outcome = lambda: _one(dice, (("upheld", 28), ("partially_upheld", 34), ("not_upheld", 38)))[0]  # noqa: E731
    outcomes = tuple(outcome() for _ in range(dice.choice((1, 1, 2, 2, 3))))
    grave = dice.random() < 0.03
    learning = dice.random() < (0.6 if end == "look" else 0.15)
    return Drawn(
        number=number,
        received_on=day,
        end=end,
        oral=dice.random() < 0.3,
        site=site, ward=ward, service=service, division=division,
        theme=theme,
        second_theme=second if second != theme and dice.random() < 0.4 else None,
        age=_one(dice, AGES)[0],
        status=_one(dice, STATUSES)[0],
        profession=_one(dice, PROFESSIONS)[0],
        handler=dice.randrange(6),
        logged_after=45 if number == complaints - 1 else 0,
        acknowledged_after=dice.choice((0, 0, 1, 1, 2, 3)) if dice.random() < 0.95 else 6,
        satisfied=dice.random() < 0.86,
        days=dice.randint(3, 12) if end == "early" else dice.randint(24, 55) + (45 if late else 0),
        late=late,
        outcomes=outcomes,
        remedy=None if set(outcomes) == {"not_upheld"} else _one(dice, REMEDIES)[0],
        staff=end == "look" and dice.random() < 0.25,
        death=grave and dice.random() < 0.4,
        grave=grave,
        candour=grave and dice.random() < 0.6,
        learning=learning,
        action=learning and dice.random() < 0.7,
        action_days=dice.randint(30, 100),
        action_late=dice.random() < 0.2,
        ombudsman=end == "look" and dice.random() < 0.05,
        reopened=end == "look" and dice.random() < 0.08,
        answered=dice.choice((1, 2, 3, 3, 4, 4, 4, 5, 5)) if dice.random() < 0.35 else None,
    )  # fmt: skip


def a_year(complaints: int, seed: int) -> list[Drawn]:
    """Draw a whole year."""
    dice = Random(seed)
    return [replace(draw(number, complaints, dice), rarer=each) for number, each in enumerate(rarer(complaints, seed))]


def other_matters(complaints: int, seed: int) -> list[Contact]:
    """Draw what else came in a year of so many complaints."""
    return contacts(complaints, seed, FIRST, DAYS, THEMES)


def _one(dice: Random, weighted: tuple[tuple[object, ...], ...]) -> tuple[object, ...]:
    return dice.choices(weighted, [each[-1] for each in weighted])[0]  # type: ignore[arg-type]
