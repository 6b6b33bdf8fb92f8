"""What was said beside the scores of how it was, for those who govern: without a reference, and never of a few."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Annotated, Final

from fastapi import APIRouter, Query

from api.dates import today
from api.deps import Governor, PartsDep
from api.openapi import A_READ, problems
from api.schemas.feedback import FeedbackWords, Of, ThemeWords
from db.queries import feedback

router = APIRouter(prefix="/v1/feedback", tags=["work"])
_FEWEST: Final = 5
_WHOSE: Final = {"people": "party", "staff": "staff"}
# Quarters alone: from two stretches of days that overlap it could be worked out what was said in between.
Quarter = Annotated[
    str | None, Query(pattern=r"^20\d\d-Q[1-4]$", description="As 2028-Q1. Left out: the last that has ended.")
]


@router.get("/words", operation_id="getFeedbackWords", response_model=FeedbackWords, responses=problems(*A_READ))
async def get_feedback_words(
    parts: PartsDep, who: Governor, quarter: Quarter = None, of: Of = "people"
) -> FeedbackWords:
    """Show what people or staff said in a quarter that has ended, where five or more of them answered in it."""
    now = parts.clock.now()
    quarter = quarter or _last_before(today(now))
    first_on, last_on = _days(quarter)
    nothing = FeedbackWords(quarter=quarter, of=of, shown=False, items=[])
    if last_on >= today(now):
        return nothing
    async with parts.database.tenant(who.organisation_id, now) as session:
        days = (who.organisation_id, first_on, last_on, _WHOSE[of])
        if await feedback.answers(session, *days) < _FEWEST:
            return nothing
        said = await feedback.words(session, *days)
    return FeedbackWords(quarter=quarter, of=of, shown=True, items=list(_themed(said)))


def _themed(said: Iterable[tuple[str | None, str]]) -> Iterable[ThemeWords]:
    """Put words under their themes; those of which only a few said something come together, without a theme."""
    by_theme: dict[str | None, list[str]] = defaultdict(list)
    for theme, words in said:
        by_theme[theme].append(words)
    few = [theme for theme, words in by_theme.items() if theme is not None and len(words) < _FEWEST]
    for theme in few:
        by_theme[None] += by_theme.pop(theme)
    for theme in sorted(by_theme, key=lambda each: (each is None, each or "")):
        yield ThemeWords(theme=theme, words=sorted(by_theme[theme]))


def _last_before(day: date) -> str:
    last_on = date(day.year, day.month - (day.month - 1) % 3, 1) - timedelta(days=1)
    return f"{last_on.year}-Q{last_on.month // 3}"


def _days(quarter: str) -> tuple[date, date]:
    year, number = int(quarter[:4]), int(quarter[-1])
    first_on = date(year, 3 * number - 2, 1)
    after = date(year + 1, 1, 1) if number == 4 else date(year, 3 * number + 1, 1)
    return first_on, after - timedelta(days=1)
