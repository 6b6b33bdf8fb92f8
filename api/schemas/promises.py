"""Promises: how they are made, kept and released, how they are shown, and the figures of kept and broken."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Annotated, Self
from uuid import UUID

from pydantic import Field, StrictInt, model_validator

from api.schemas.base import AgreedDay, EventDay, Reason, Request, UtcTime, Wire
from api.schemas.complaints import PersonRef
from api.words import CLOCKS, title
from db import promise_said
from db.models.clock import ClockRow, ClockVersion
from db.models.promise import Promise, PromiseKept
from db.promise_said import PromiseKind, ReleasedBecause
from db.queries.promises import Tally


class PromiseMade(Request):
    """Somebody was told what would happen: by a day, every so many days, or both: then the day is the first."""

    kind: PromiseKind
    what: Reason = Field(description="What was promised, in the words in which it was.")
    due_on: AgreedDay | None = None
    every_days: Annotated[StrictInt, Field(ge=1, le=366)] | None = Field(
        default=None, description="Each time it is kept it starts again; a closed day moves to the next open one."
    )
    made_on: EventDay | None = Field(default=None, description="Left out: today.")
    party_id: UUID | None = Field(default=None, description="The person outside to whom it was made.")
    involvement_id: UUID | None = Field(default=None, description="The member of staff complained about.")

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.due_on is None and self.every_days is None:
            raise ValueError("A promise has a day or a rhythm.")
        if self.party_id is not None and self.involvement_id is not None:
            raise ValueError("A promise is made to one person.")
        return self

    def said(self) -> promise_said.MakePromise:
        """Return what was said."""
        return promise_said.MakePromise(**self.model_dump())


class KeepingSaid(Request):
    """A promise was kept: by a contact that is on record, or as the words say."""

    kept_on: EventDay
    contact_id: UUID | None = None
    words: Reason | None = None

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.contact_id is None and self.words is None:
            raise ValueError("Say how it was kept: a contact, or words.")
        return self

    def said(self, promise_id: UUID) -> promise_said.KeepPromise:
        """Return what was said."""
        return promise_said.KeepPromise(promise_id=promise_id, **self.model_dump())


class PromiseReleased(Request):
    """A promise binds no more."""

    because: ReleasedBecause
    words: Reason | None = None

    def said(self, promise_id: UUID) -> promise_said.ReleasePromise:
        """Return what was said."""
        return promise_said.ReleasePromise(promise_id=promise_id, **self.model_dump())


class KeptShown(Wire):
    """One time a promise was kept."""

    number: int
    due_on: date
    kept_on: date
    in_time: bool
    contact_id: UUID | None = None
    words: str | None = None
    said_by: PersonRef | None = None
    said_at: UtcTime

    @classmethod
    def of(cls, row: PromiseKept, name: str | None, *, words: bool) -> KeptShown:
        """Return one time as it is shown."""
        return cls(
            number=row.number,
            due_on=row.due_on,
            kept_on=row.kept_on,
            in_time=row.in_time,
            contact_id=row.contact_id,
            words=row.words if words else None,
            said_by=PersonRef.of(row.said_by, name if words else None),
            said_at=row.said_at,
        )


class PromiseShown(Wire):
    """A promise of a complaint. Its words are left out for those who may not see them."""

    id: UUID
    kind: str
    what: str | None = None
    state: str = Field(description="open, kept or released")
    due_on: date = Field(description="Of the present round, where it comes round.")
    every_days: int | None = None
    made_on: date
    made_by: PersonRef | None = None
    source: str = Field(description="contact, where it was noted in the contact log; else said")
    contact_id: UUID | None = None
    party_id: UUID | None = None
    involvement_id: UUID | None = None
    clock_id: UUID | None = Field(default=None, description="Its clock, with the proof of each round.")
    kept: int = Field(description="How often it was kept in time.")
    broken: int = Field(description="How often it was not: a broken promise stays broken, however it ends.")
    settled_on: date | None = None
    released_because: str | None = None
    release_words: str | None = None
    rounds: list[KeptShown]

    @classmethod
    def of(
        cls,
        row: Promise,
        maker: str | None,
        clocks: Sequence[tuple[ClockRow, ClockVersion]],
        rounds: list[KeptShown],
        on: date,
        *,
        words: bool,
    ) -> PromiseShown:
        """Return a promise as it is shown; `clocks` are the versions of its own clock, if it has one."""
        clock = clocks[-1][0] if clocks else None
        kept, broken = _counted(row, [version for _, version in clocks], rounds, on)
        return cls(
            **{name: getattr(row, name) for name in _SAME},
            what=row.what if words else None,
            due_on=clock.due_on if clock is not None and row.clocked else row.due_on,
            made_by=PersonRef.of(row.made_by, maker if words else None),
            clock_id=clock.id if clock is not None else None,
            kept=kept,
            broken=broken,
            release_words=row.release_words if words else None,
            rounds=rounds,
        )


class PromiseFigures(Wire):
    """How it goes with the promises of a complaint: `kept` and `broken` count rounds, `made` and `open` promises."""

    made: int
    kept: int
    broken: int
    open: int


class KeptAndBroken(Wire):
    """How often what one kind of clock promises was kept and broken: each due date that was set counts once."""

    kind: str
    title: str
    kept: int = Field(description="Done by its day.")
    broken: int = Field(description="Done after its day, or not at all.")
    kept_unrecorded: int = Field(description="Of those kept: recorded so late that it counted as overdue meanwhile.")
    running: int = Field(description="Not yet due, or overdue and not yet marked.")

    @classmethod
    def of(cls, tally: Tally) -> KeptAndBroken:
        """Return the figures of one kind of clock."""
        return cls(
            kind=tally.kind,
            title=title(CLOCKS, tally.kind),
            kept=tally.kept,
            broken=tally.broken,
            kept_unrecorded=tally.kept_unrecorded,
            running=tally.running,
        )


class Promises(Wire):
    """The promises of a complaint, oldest first, and how often all that it owes people was kept."""

    items: list[PromiseShown]
    figures: PromiseFigures
    clocks: list[KeptAndBroken] = Field(description="Of every clock that is a promise: dates and updates, too.")

    @classmethod
    def of(cls, items: list[PromiseShown], tallies: Iterable[Tally]) -> Promises:
        """Return the promises with their figures."""
        return cls(
            items=items,
            figures=PromiseFigures(
                made=len(items),
                kept=sum(item.kept for item in items),
                broken=sum(item.broken for item in items),
                open=sum(item.state == "open" for item in items),
            ),
            clocks=[KeptAndBroken.of(each) for each in tallies],
        )


class OrganisationFigures(Wire):
    """What an organisation promised for a stretch of time, and how much of it was kept."""

    from_: date = Field(alias="from")
    until: date
    kept: int
    broken: int
    items: list[KeptAndBroken]

    @classmethod
    def of(cls, first: date, last: date, tallies: list[Tally]) -> OrganisationFigures:
        """Return the figures with their sums."""
        return cls(
            from_=first,
            until=last,
            kept=sum(each.kept for each in tallies),
            broken=sum(each.broken for each in tallies),
            items=[KeptAndBroken.of(each) for each in tallies],
        )


_SAME = (
    *("id", "kind", "state", "every_days", "made_on", "source", "contact_id", "party_id", "involvement_id"),
    *("settled_on", "released_because"),
)


def _counted(row: Promise, versions: list[ClockVersion], rounds: list[KeptShown], on: date) -> tuple[int, int]:
    """Return how often a promise was kept in time, and how often it was not."""
    kept = sum(version.in_time is True for version in versions)
    broken = sum(version.in_time is not True and _is_judged(version) for version in versions)
    if row.clocked:
        return kept, broken
    # No clock judges it any more: the last round is what people say of it, and the calendar.
    if row.state == "kept":
        return kept + rounds[-1].in_time, broken + (not rounds[-1].in_time)
    let_go = row.settled_on if row.state == "released" and row.settled_on is not None else on
    return kept, broken + (row.due_on < let_go)


def _is_judged(version: ClockVersion) -> bool:
    return version.in_time is not None or version.breached_at is not None
