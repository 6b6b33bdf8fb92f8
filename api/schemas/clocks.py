"""Clocks as they are shown: the ledger, every version of its due date, and the proofs."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from pydantic import Field

from api.schemas.base import UtcTime, Wire
from api.words import CLOCKS, title
from db.models.clock import ClockRow, ClockVersion, FiredRung
from db.models.work import Notice

_PROOF = Field(
    description="The rule and its article, and each day counted or skipped and why. Of a clock that is counted in"
    " minutes also the instants, `started_at` and `due_at`, and how many minutes each day gave."
)


class RungShown(Wire):
    """One reminder, the overdue mark, or one escalation that has fired."""

    rung: str
    title: str
    generation: int
    due_at: UtcTime
    fired_at: UtcTime
    late: bool = Field(description="Fired late, because nothing was running when it fell due.")


class VersionShown(Wire):
    """One version of a clock's due date."""

    generation: int
    started_on: date
    due_on: date
    due_at: UtcTime
    cause: str
    reason: str | None = None
    agreed_by: str | None = None
    agreed_on: date | None = None
    breached_at: UtcTime | None = None
    met_on: date | None = None
    in_time: bool | None = None
    made_at: UtcTime
    proof: dict[str, Any] = _PROOF

    @classmethod
    def of(cls, version: ClockVersion, *, words: bool) -> VersionShown:
        """Return a version as it is shown, with its words or without."""
        return cls(
            generation=version.generation,
            started_on=version.started_on,
            due_on=version.due_on,
            due_at=version.due_at,
            cause=version.cause,
            reason=version.reason if words else None,
            agreed_by=version.agreed_by if words else None,
            agreed_on=version.agreed_on,
            breached_at=version.breached_at,
            met_on=version.met_on,
            in_time=version.in_time,
            made_at=version.made_at,
            proof=version.proof,
        )


class UndeliveredShown(Wire):
    """A notice that met the clock in time, and that the person does not have as far as is known."""

    notice: UUID
    state: str
    failure: str | None = None
    since: UtcTime | None = None


class ClockShown(Wire):
    """A clock as it stands. Its due date is a local date; it is due by the end of that day, at `dueAt`.

    A clock that is counted in minutes (`proof.unit`) is due within the day, at `dueAt`.
    """

    id: UUID
    kind: str
    title: str
    subject_id: UUID | None = Field(default=None, description="The notice that the clock is about.")
    generation: int
    effect: str
    state: str
    started_on: date
    due_on: date
    due_at: UtcTime
    overdue: bool
    provisional: bool = Field(description="Beyond the horizon of the published calendar.")
    met_on: date | None = None
    in_time: bool | None = None
    ended_at: UtcTime | None = None
    breached_at: UtcTime | None = None
    rungs: list[Any] = Field(description="What will fire, and when.")
    fired: list[RungShown]
    proof: dict[str, Any] = _PROOF
    versions: list[VersionShown]
    undelivered: list[UndeliveredShown] = Field(
        default=[], description="What met it by being sent, and did not arrive: met in time, and yet not received."
    )


class Clocks(Wire):
    """The clocks of a complaint."""

    items: list[ClockShown]


def clocks_shown(
    rows: Iterable[tuple[ClockRow, bool]],
    versions: Iterable[ClockVersion],
    fired: Iterable[FiredRung],
    undelivered: Iterable[Notice] = (),
    *,
    words: bool,
) -> Clocks:
    """Return clocks as they are shown, each with its own versions and rungs."""
    versions, fired, undelivered = list(versions), list(fired), list(undelivered)
    return Clocks(
        items=[
            ClockShown(
                **{name: getattr(clock, name) for name in _SAME},
                title=clock.proof.get("title") or title(CLOCKS, clock.kind),
                overdue=overdue,
                fired=[_rung(rung) for rung in fired if rung.clock_id == clock.id],
                versions=[
                    VersionShown.of(version, words=words) for version in versions if version.clock_id == clock.id
                ],
                undelivered=[_undelivered(notice) for notice in undelivered if notice.met_clock_id == clock.id],
            )
            for clock, overdue in rows
        ]
    )


_SAME = (
    *(
        "id",
        "kind",
        "subject_id",
        "generation",
        "effect",
        "state",
        "started_on",
        "due_on",
        "due_at",
    ),
    *("provisional", "met_on", "in_time", "ended_at", "breached_at", "rungs", "proof"),
)


def _rung(rung: FiredRung) -> RungShown:
    return RungShown(
        rung=rung.rung,
        title=title({}, rung.rung),
        generation=rung.generation,
        due_at=rung.due_at,
        fired_at=rung.fired_at,
        late=rung.late,
    )


def _undelivered(notice: Notice) -> UndeliveredShown:
    return UndeliveredShown(notice=notice.id, state=notice.state, failure=notice.failure, since=notice.settled_at)
