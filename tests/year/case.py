"""One case of the year at the world's time: what is said of it, what runs for it, and what an office does each day."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final
from uuid import UUID

from contracts import names
from contracts.commands import CommandKind as K
from db import said
from policies.calendars import Calendar, Nation
from tests.lives import casework as steps
from tests.year.company import Company, Position
from tests.year.trust import Trust

_OPEN: Final = Calendar.legal(Nation("england"), (), 0)
# Everything that runs beside a case, by its own id.
_BESIDE: Final = (
    "select kind, id from proceeding where complaint_id = :id"
    " union all select 'involvement', id from involvement where complaint_id = :id"
    " union all select 'contribution', id from contribution where complaint_id = :id"
)


@dataclass(kw_only=True)
class OneCase:
    """A case and all that runs for it. Whoever lives it says in `live` when it goes on."""

    trust: Trust
    complaint: UUID | None = None
    company: Company = field(init=False)

    def __post_init__(self) -> None:
        self.company = Company(world=self.trust.world)

    @property
    def world(self) -> Any:
        return self.trust.world

    @property
    def today(self) -> date:
        found: date = self.world.clock.time.date()
        return found

    @property
    def handler(self) -> str:
        raise NotImplementedError

    def live(self) -> AsyncIterator[datetime]:
        """Live, and say each time when it goes on."""
        raise NotImplementedError

    async def must(self, kind: K, what: said.Said, by: str | None = None) -> None:
        """Say something that has to be lawful."""
        assert self.complaint is not None
        await steps.must(self.world, self.trust.body, self.complaint, kind, what, by or self.handler)

    async def rows(self, sql: str, **params: Any) -> Sequence[Any]:
        """Read rows; `:id` is the case."""
        found: Sequence[Any] = await self.world.rows(self.trust.body, sql, **{"id": self.complaint, **params})
        return found

    async def log(self, **what: Any) -> None:
        """Log it; it stands at the world's time from then on."""
        self.complaint = await self.world.log(self.trust.body, **what)
        assert self.complaint is not None
        self.company.ids.add(names.complaint_workflow_id(self.complaint))
        described = await self.world.handle(self.complaint).describe()
        run = described.raw_description.workflow_execution_info.first_run_id
        self.company.stand[run] = Position(at=self.world.clock.time, machine=datetime.now(UTC))

    async def meet(self) -> None:
        """Bring what has begun beside the case to the world's time."""
        if self.complaint is None:
            return
        for row in await self.rows(_BESIDE):
            self.company.ids.add(_workflow(row["kind"], row["id"]))
        await self.company.to(self.world.clock.time)

    async def tidy(self) -> None:
        """Do what an office does the same day: release what was drafted."""
        if self.complaint is None:
            return
        for row in await steps.drafts(self.world, self.trust.body, self.complaint):
            words = row["body"].replace("[[", "").replace("]]", "")
            await self.must(K.RELEASE_NOTICE, steps.desk_said.ReleaseNotice(notice_id=row["id"], body=words))


def _workflow(kind: str, id: UUID) -> str:
    if kind == "involvement":
        return names.involvement_workflow_id(id)
    return names.contribution_workflow_id(id) if kind == "contribution" else names.proceeding_workflow_id(kind, id)


def morning(day: date, hour: int) -> datetime:
    """Return an hour of the first open day from a day on."""
    while not _OPEN.is_open(day):
        day += timedelta(days=1)
    return datetime.combine(day, time(hour), UTC)
