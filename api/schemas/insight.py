"""What is counted beside complaints, by theme, place and month: how it is sent and shown."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, StrictInt

from api.schemas.base import Request, UtcTime, Wire
from api.schemas.learning import TwoCodes
from db.models.insight import Insight
from db.queries.insight import Taken

MOST_ITEMS = 5_000
Source = Literal["incident", "claim", "compliment", "staff_survey", "feedback", "other"]
Month = Annotated[str, Field(pattern=r"^[0-9]{4}-(0[1-9]|1[0-2])$", examples=["2026-10"])]


class InsightItem(Request):
    """One number of one month."""

    source: Source
    theme: TwoCodes = Field(
        description="A subject of the coding, perhaps with its sub-subject after a dot; or one of your own themes."
    )
    place: TwoCodes | None = Field(
        default=None, description="A site, perhaps with its ward or service after a dot; left out: of no one place."
    )
    month: Month
    count: Annotated[StrictInt, Field(ge=0, le=9_999_999)] | None = Field(
        default=None, description="Of every source but a staff survey."
    )
    score: Annotated[str, Field(pattern=r"^(10(\.0{1,2})?|[0-9](\.[0-9]{1,2})?)$")] | None = Field(
        default=None, description="Of a staff survey, from 0 to 10.", examples=["6.8"]
    )

    def cells(self) -> dict[str, str]:
        """Return it as the cells of a row of a file."""
        values = {name: getattr(self, name) for name in type(self).model_fields}
        return {name: "" if value is None else str(value) for name, value in values.items()}


class InsightSent(Request):
    """Counts of other systems. What is sent again for the same source, theme, place and month replaces what was."""

    items: Annotated[list[InsightItem], Field(min_length=1, max_length=MOST_ITEMS)]


class InsightTaken(Wire):
    """What became of what was sent: it is taken in whole."""

    batch_id: UUID
    taken: int
    replaced: int = Field(description="How many of them replaced a number that was known before; that stays on record.")

    @classmethod
    def of(cls, batch_id: UUID, found: Taken) -> InsightTaken:
        """Return a batch as it is shown."""
        return cls(batch_id=batch_id, taken=found.taken, replaced=found.replaced)


class InsightShown(Wire):
    """A number as it stands."""

    source: str
    theme: str
    place: str | None = None
    month: str = Field(examples=["2026-10"])
    count: int | None = None
    score: str | None = None
    batch_id: UUID
    said_at: UtcTime

    @classmethod
    def of(cls, row: Insight) -> InsightShown:
        """Return a row as it is shown."""
        return cls(
            source=row.source,
            theme=row.theme,
            place=row.place,
            month=f"{row.month:%Y-%m}",
            count=int(row.number) if row.unit == "count" else None,
            score=f"{row.number:.2f}" if row.unit == "score" else None,
            batch_id=row.batch_id,
            said_at=row.said_at,
        )


class InsightListed(Wire):
    """Numbers as they stand, the earliest month first."""

    items: list[InsightShown]
    next: str | None = None
