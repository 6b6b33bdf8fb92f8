"""Somebody says something of what leaders do regularly: under a key, journalled, and then told to its workflow."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated, Any
from uuid import UUID

import structlog
from fastapi import Depends
from pydantic import BaseModel
from sqlalchemy.ext.asyncio import AsyncSession

from api.answers import PlainEnvelopeDep
from api.caller import Caller
from api.dates import refuse_future, today
from api.deps import Governor, PartsDep
from api.governance_view import shown_whole
from api.kept_answers import OCCURRENCE
from api.office_desk import Desk, Entry, Make, wrong
from api.parts import Parts
from api.permissions import Permission
from api.problems import Problem
from api.schemas.governance_shown import OccurrenceShown
from contracts.governance import GovernanceStart, OccurrenceState
from db.models.governance import Governance, GovernanceStep
from db.models.organisation import Organisation
from db.queries import governance
from db.queries.governance_facts import Known, known

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Matter:
    """An open occurrence, locked, with its open step, and what is known of it."""

    row: Governance
    step: GovernanceStep
    known: Known
    office: bool
    theirs: bool
    lacks: list[str]

    def takes_part(self, person_id: UUID) -> bool:
        """Say whether somebody has any part in it, or is of the office."""
        return self.office or any(whose == person_id for part, whose in self.known.members if part != "distribution")


Say = Callable[[AsyncSession, Matter], Awaitable[Entry]]


@dataclass(frozen=True, slots=True, kw_only=True)
class GovernanceDesk:
    """Somebody who may govern says something."""

    desk: Desk

    @property
    def person_id(self) -> UUID:
        """Return who says it: what may be said demands a person."""
        assert self.desk.who.person_id is not None
        return self.desk.who.person_id

    async def say(self, occurrence_id: UUID, body: BaseModel | None, say: Say, *path: object) -> OccurrenceShown:
        """Say something of an open occurrence once, and tell its workflow. Raises a problem."""
        if body is not None:
            refuse_future(body, self.desk.now)

        async def make(session: AsyncSession) -> Entry:
            matter = await self._matter(session, occurrence_id)
            entry = await say(session, matter)
            governance.changed(matter.row, self.desk.now)
            return entry

        shown = await self.change(body, occurrence_id, *path, make=make, occurrence_id=occurrence_id)
        await tell(self.desk.parts, self.desk.who, occurrence_id)
        return shown

    async def change(
        self, body: BaseModel | None, *path: object, make: Make, occurrence_id: UUID | None = None
    ) -> OccurrenceShown:
        """Make a change once, and return how the occurrence stands then: the same again under the same key.

        Without an id the subject of the change is the occurrence.
        """
        show = self._show(occurrence_id)
        return await self.desk.change(body, *path, make=make, show=show, kept=OCCURRENCE)

    def _show(self, occurrence_id: UUID | None = None) -> Callable[[AsyncSession, UUID], Awaitable[OccurrenceShown]]:
        async def show(session: AsyncSession, subject_id: UUID) -> OccurrenceShown:
            row = await governance.occurrence(session, occurrence_id or subject_id)
            if row is None:
                raise Problem("not_found")
            return await shown_whole(session, self.desk.parts, self.desk.who, row)

        return show

    async def _matter(self, session: AsyncSession, occurrence_id: UUID) -> Matter:
        row = await governance.occurrence(session, occurrence_id, lock=True)
        if row is None:
            raise Problem("not_found")
        step = await governance.open_step(session, row.id)
        if row.state != OccurrenceState.OPEN or step is None:
            raise Problem("already_ended")
        facts = await known(session, row, step, today(self.desk.now))
        office = is_office(self.desk.who)
        weighed = self.desk.parts.governing.weigh(row.kind, row.rules, step.code, facts, self.person_id, office=office)
        return Matter(row=row, step=step, known=facts, office=office, theirs=weighed.theirs, lacks=list(weighed.lacks))


def taking_part(desk: GovernanceDesk, matter: Matter) -> None:
    """Raise a problem for somebody who has no part in a series."""
    if not matter.takes_part(desk.person_id):
        raise Problem("not_your_part")


async def check_asked_of(session: AsyncSession, desk: Desk, kind: str, report: str | None, pointer: str) -> None:
    """Raise a problem for a kind, or a report of it, that no law asks of a body like the one that sets it up."""
    body = await session.get_one(Organisation, desk.who.organisation_id)
    if not desk.parts.governing.is_for(kind, report, body.nation, body.regime):
        raise wrong(pointer, "not_for_this_body", "No law asks a body like this one for such a report.")


def is_office(who: Caller) -> bool:
    """Say whether somebody is of the office: the complaints manager, or the responsible person."""
    return who.may(Permission.COMPILE)


async def tell(parts: Parts, who: Caller, occurrence_id: UUID) -> None:
    """Tell the workflow of an occurrence to look. One that cannot be reached now is left to the sweep."""
    start = GovernanceStart(organisation_id=who.organisation_id, occurrence_id=occurrence_id)
    await at_best(parts, parts.engine.tell_governance(start), occurrence=occurrence_id)


async def at_best(parts: Parts, call: Awaitable[Any], **what: UUID) -> bool:
    """Ask the engine for something after the commit; whatever goes wrong, the sweep stands behind it."""
    try:
        async with asyncio.timeout(parts.verdict_budget.total_seconds()):
            await call
    except Exception as error:  # noqa: BLE001  what was said is stored
        _log.warning("start.left_to_sweep", failure=type(error).__name__, **{k: str(v) for k, v in what.items()})
        return False
    return True


def _desk(parts: PartsDep, who: Governor, envelope: PlainEnvelopeDep) -> GovernanceDesk:
    return GovernanceDesk(
        desk=Desk(parts=parts, who=who, envelope=envelope, now=parts.clock.now(), permission=Permission.GOVERN)
    )


GovernanceDeskDep = Annotated[GovernanceDesk, Depends(_desk)]
