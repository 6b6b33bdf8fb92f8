"""What a list of complaints is narrowed to: by the query of a request, over a saved filter where one is named."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any, Final, Literal
from uuid import UUID

from fastapi import Depends, Query
from sqlalchemy.ext.asyncio import AsyncSession

from api.caller import Caller
from api.dates import today
from api.problems import Problem
from api.schemas.base import Day
from api.schemas.filters import CODE, UNIT, Narrowing
from contracts.severities import Severity
from db.queries.filters import find_filter
from db.queries.whose import unit_named
from db.queries.worklist import Wanted
from db.references import normalise

Code = Annotated[str | None, Query(pattern=CODE)]
_AS_THEY_ARE: Final = ("stage", "waiting_on", "open", "overdue", "needs_attention", "severity", "due_before")


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What the query of a request says. The names are those of `Narrowing`."""

    stage: Code = None
    waiting_on: Annotated[Code, Query(alias="waitingOn")] = None
    owner: Annotated[
        UUID | Literal["me", "unassigned"] | None, Query(description="A person's id, `me`, or `unassigned`.")
    ] = None
    covered_by_me: Annotated[
        bool | None, Query(alias="coveredByMe", description="Of those for whom I stand in today.")
    ] = None
    team: Annotated[
        str | None, Query(pattern=UNIT, description="A team's id or code: the case's, else its owner's.")
    ] = None
    division: Annotated[
        str | None, Query(pattern=UNIT, description="A division's id or code: the case's, else its team's or owner's.")
    ] = None
    reference: Annotated[str | None, Query(max_length=64)] = None
    open: bool | None = None
    overdue: Annotated[bool | None, Query(description="A clock of it has run out.")] = None
    needs_attention: Annotated[bool | None, Query(alias="needsAttention")] = None
    severity: Annotated[
        Severity | None, Query(description="How serious it is; one that was never triaged is of none.")
    ] = None
    due_before: Annotated[
        Day | None,
        Query(alias="dueBefore", description="A clock of it ends before this day."),
    ] = None
    saved: Annotated[
        UUID | None, Query(alias="filter", description="A saved filter; what the query says goes before it.")
    ] = None

    async def narrowing(self, session: AsyncSession, who: Caller) -> Narrowing:
        """Return what is asked for, with what a saved filter adds. Raises a problem for one that is not there."""
        kept: dict[str, Any] = {}
        if self.saved is not None:
            found = await find_filter(session, self.saved, who.person_id)
            if found is None:
                raise Problem.invalid("query", "/filter", "not_found", "There is no such filter.")
            kept = Narrowing.model_validate(found.query).model_dump(mode="json", exclude_none=True)
        said = {name: getattr(self, name) for name in Narrowing.model_fields if name != "sort"}
        return Narrowing.model_validate(kept | _given(said), by_name=True)


def _given(said: dict[str, Any]) -> dict[str, Any]:
    """Return what was given, days as they are written."""
    given = {name: value for name, value in said.items() if value is not None}
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in given.items()}


FiltersDep = Annotated[Filters, Depends()]


async def wanted(session: AsyncSession, who: Caller, asked: Narrowing, now: datetime) -> Wanted | None:
    """Return what to look for; None when nothing can match."""
    reference = None if asked.reference is None else normalise(asked.reference)
    owner_id = who.person_id if asked.owner == "me" else asked.owner
    units = {
        kind: await unit_named(session, who.organisation_id, kind, name)
        for kind, name in (("team", asked.team), ("division", asked.division))
        if name is not None
    }
    nobody = (asked.owner is not None and owner_id is None) or (bool(asked.covered_by_me) and who.person_id is None)
    if nobody or (asked.reference and reference is None) or None in units.values():
        return None
    return Wanted(
        organisation_id=who.organisation_id,
        now=now,
        on=today(now),
        owner_id=None if owner_id == "unassigned" else owner_id,
        unassigned=owner_id == "unassigned",
        covered_by=who.person_id if asked.covered_by_me else None,
        team_id=units.get("team"),
        division_id=units.get("division"),
        reference=reference,
        **{name: getattr(asked, name) for name in _AS_THEY_ARE},
    )
