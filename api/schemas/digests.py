"""Shapes of the seniors' digest: what one week brought, in numbers, and the single breaches that are in it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from pydantic import Field

from api.procedure_titles import CLOCKS
from api.schemas.base import UtcTime, Wire
from db.models.alarms import DigestItem, SeniorDigest

_WEEK = timedelta(days=6)


class MissedClock(Wire):
    """How often clocks of one kind were missed."""

    clock: str
    title: str
    missed: int


class EscalationsOfWeek(Wire):
    """What the week brought in escalations to seniors."""

    opened: int
    by_cause: dict[str, int]
    acknowledged: int
    minutes_median: int | None = Field(description="From raising to acknowledgement, of those acknowledged that week.")
    still_asking: int = Field(description="Open at the end of the week, and acknowledged by nobody.")


class Digest(Wire):
    """The digest of one week, Monday to Sunday: what went to managers and divisions, and woke no senior."""

    week: date = Field(description="The Monday.")
    until: date
    compiled_at: UtcTime
    late: bool = Field(description="It was compiled after its time, because a run was missed.")
    told: int = Field(description="How many people were told by e-mail that it is there.")
    quiet: bool = Field(description="Nothing was missed and nobody was asked for.")
    missed: int
    clocks: list[MissedClock]
    escalations: EscalationsOfWeek

    @classmethod
    def of(cls, row: SeniorDigest) -> Digest:
        """Return a digest as it was compiled."""
        return cls(**_common(row))


class Digests(Wire):
    """Digests, the latest first."""

    items: list[Digest]
    next: date | None = Field(description="Ask again with `before` set to this day; null when there is no more.")


class MissedOnce(Wire):
    """One single breach: the complaint by its reference, and whose division it was."""

    reference: str
    complaint_id: UUID
    clock: str
    title: str
    due_on: date
    breached_at: UtcTime
    division_id: UUID | None
    division: str | None


class WholeDigest(Digest):
    """The digest of one week with the breaches in it."""

    items: list[MissedOnce]
    divisions: dict[str, int] = Field(
        description="Breaches by the id of a division; `none` is of those of no division."
    )
    more: int = Field(description="So many breaches more than are shown.")

    @classmethod
    def whole(cls, row: SeniorDigest, items: list[tuple[DigestItem, str, str | None]]) -> WholeDigest:
        """Return a digest with its items: each with the reference and the name of its division."""
        common = _common(row)
        return cls(
            **common,
            items=[_item(*each) for each in items],
            divisions=row.figures["breaches"]["byDivision"],
            more=common["missed"] - len(items),
        )


def _common(row: SeniorDigest) -> dict[str, Any]:
    breaches, escalations = row.figures["breaches"], row.figures["escalations"]
    return {
        "week": row.week_on,
        "until": row.week_on + _WEEK,
        "compiled_at": row.compiled_at,
        "late": row.late,
        "told": row.told,
        "quiet": not (breaches["total"] or escalations["opened"] or escalations["stillAsking"]),
        "missed": breaches["total"],
        "clocks": [
            MissedClock(clock=kind, title=CLOCKS.get(kind, kind), missed=count)
            for kind, count in breaches["byClock"].items()
        ],
        "escalations": EscalationsOfWeek(
            opened=escalations["opened"],
            by_cause=escalations["byCause"],
            acknowledged=escalations["acknowledged"],
            minutes_median=escalations["minutesMedian"],
            still_asking=escalations["stillAsking"],
        ),
    }


def _item(item: DigestItem, reference: str, division: str | None) -> MissedOnce:
    return MissedOnce(
        reference=reference,
        complaint_id=item.complaint_id,
        clock=item.clock,
        title=CLOCKS.get(item.clock, item.clock),
        due_on=item.due_on,
        breached_at=item.breached_at,
        division_id=item.unit_id,
        division=division,
    )
