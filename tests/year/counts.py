"""What the trust counts beside complaints, and what its people are trained in and agree to: sent month by month."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from random import Random
from typing import Any, Final

from policies.calendars import add_months
from tests.year.chance import PLACES, THEMES
from tests.year.desk import ApiDesk
from tests.year.trust import HANDLERS

# How many of each source a place has in a month, at most.
SOURCES: Final = (("incident", 6), ("claim", 1), ("compliment", 8), ("feedback", 5))
COURSES: Final = ("identifying_complaints", "just_culture", "investigation", "supporting_staff", "candour")
OBJECTIVES: Final = (
    ("complaints_manager", "Everybody who complains hears from a person within a day."),
    ("responsible_person", "I meet somebody who complained each month, and say what I learned."),
)
EXAMPLE: Final = "I rang each of those who had waited longest, and wrote down what they wish for."
TRAINED: Final = (*HANDLERS, "complaints_manager", "investigator", "responsible_person")


@dataclass(kw_only=True)
class Counts:
    """The trust's other systems, and its training register."""

    desk: ApiDesk
    seed: int

    async def meet(self) -> None:
        """Nothing of it runs."""

    async def tidy(self) -> None:
        """Nothing is left lying here."""

    async def live(self) -> AsyncIterator[datetime]:
        """Record what people were trained in, then send the counts of each month in the one after it."""
        dice = Random(self.seed)
        yield datetime(2027, 4, 1, 8, 45, tzinfo=UTC)
        await self._trained(dice)
        about = date(2027, 4, 1)
        while about < date(2028, 11, 1):
            following = add_months(about, 1)
            yield datetime(following.year, following.month, 10, 10, tzinfo=UTC)
            await self.desk.post("/insight", {"items": self._of(about, dice)})
            about = following

    def _of(self, month: date, dice: Random) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        for theme, _ in THEMES[:6]:
            for site, ward, *_ in PLACES:
                base = {"theme": theme, "place": f"{site}.{ward}", "month": f"{month:%Y-%m}"}
                found += [base | {"source": source, "count": dice.randint(0, most)} for source, most in SOURCES]
                found.append(base | {"source": "staff_survey", "score": f"{dice.uniform(6, 8):.1f}"})
        return found

    async def _trained(self, dice: Random) -> None:
        body = self.desk.trust.body
        for subject in TRAINED:
            path = f"/people/{body.person(subject)}"
            for course in COURSES:
                if dice.random() < 0.8:
                    done = date(2026, dice.randint(5, 12), dice.randint(1, 28))
                    said = {"course": course, "doneOn": done.isoformat(), "evidence": "The register of the course."}
                    await self.desk.post(f"{path}/training", said)
        for role, words in OBJECTIVES:
            await self._agreed(role, words)

    async def _agreed(self, role: str, words: str) -> None:
        """Record what a role asks of somebody, and their own example of it."""
        path = f"/people/{self.desk.trust.body.person(role)}/objectives"
        said = {"role": role, "words": words, "agreedOn": "2027-03-01"}
        objective = await self.desk.post(path, said)
        await self.desk.post(f"{path}/{objective['id']}/examples", {"on": "2027-03-15", "words": EXAMPLE}, role)
