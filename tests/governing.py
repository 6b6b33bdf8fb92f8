"""What governance goes through in a test: series and reports of its own, and the machine played step by step."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from activities.governance import Governance
from activities.governance_reports import Compiled, Hindered, Reports
from contracts.governance import Deed, GovernanceAct, GovernanceLook, TurnAct
from db.engine import Database
from db.models.governance import GovernanceMember, GovernanceSeries
from gateways.mail import MailUnavailable, OutgoingMail


@dataclass(slots=True)
class Post:
    """A mail gateway that keeps what it is given, and is away as often as it is told."""

    sent: list[OutgoingMail] = field(default_factory=list)
    away: int = 0

    async def send(self, mail: OutgoingMail) -> None:
        if self.away:
            self.away -= 1
            raise MailUnavailable("connection_refused")
        self.sent.append(mail)


@dataclass(slots=True)
class Press:
    """Compiles and publishes nothing, and counts it; of a return so many equalities are broken as it is told."""

    broken: int | None = None
    faults: int = 0
    hindered: str | None = None
    compiled: list[tuple[str, UUID]] = field(default_factory=list)
    published: list[tuple[UUID, UUID | None]] = field(default_factory=list)

    async def compile(self, session: Any, row: Any, kind: str, now: datetime) -> Compiled:
        if self.faults:
            self.faults -= 1
            raise RuntimeError("the compiler is broken")
        self.compiled.append((kind, row.id))
        return Compiled(report_id=uuid4(), broken=self.broken)

    async def publish(self, session: Any, row: Any, approved_by: UUID | None, now: datetime) -> None:
        if self.hindered is not None:
            raise Hindered(self.hindered)
        self.published.append((row.id, approved_by))

    def reports(self) -> Reports:
        return Reports(compile=self.compile, publish=self.publish)


@dataclass(slots=True)
class Machine:
    """The activities of governance, and the loop of the workflow without the engine."""

    database: Database
    press: Press = field(default_factory=Press)
    post: Post = field(default_factory=Post)

    @property
    def steps(self) -> Governance:
        return Governance(self.database, self.post, "complaints@example.org", self.press.reports())

    async def turn(self, organisation_id: UUID, series_id: UUID, now: datetime) -> Sequence[UUID]:
        act = TurnAct(organisation_id=organisation_id, series_id=series_id, now=now)
        return (await self.steps.begin(act)).occurrences

    async def rest(self, organisation_id: UUID, occurrence_id: UUID, now: datetime) -> tuple[list[str], GovernanceLook]:
        """Look and do until nothing is to be done now; return the deeds in order, and the last look."""
        deeds: list[str] = []
        while True:
            act = GovernanceAct(organisation_id=organisation_id, occurrence_id=occurrence_id, now=now)
            look = await self.steps.look(act)
            if look.deed is None:
                return deeds, look
            assert len(deeds) < 40, f"it does not come to rest: {deeds}"
            await self.do(act, look.deed)
            deeds.append(look.deed.value)

    async def do(self, act: GovernanceAct, deed: Deed) -> bool:
        asked = GovernanceAct(
            organisation_id=act.organisation_id, occurrence_id=act.occurrence_id, now=act.now, deed=deed
        )
        return (await self.steps.do(asked)).done


async def set_up(
    database: Database,
    organisation_id: UUID,
    now: datetime,
    kind: str,
    rhythm: str,
    anchor_on: date,
    people: dict[str, list[UUID]],
    *,
    by: UUID,
) -> UUID:
    """Write a series with its people."""
    series_id = uuid4()
    async with database.tenant(organisation_id, now) as session:
        session.add(
            GovernanceSeries(
                id=series_id, organisation_id=organisation_id, kind=kind, rhythm=rhythm, anchor_on=anchor_on, hour=7,
                state="active", changed_at=now, set_up_by=by,
            )
        )  # fmt: skip
        await session.flush()
        for part, persons in people.items():
            for person_id in persons:
                session.add(
                    GovernanceMember(
                        id=uuid4(), organisation_id=organisation_id, series_id=series_id, part=part,
                        person_id=person_id, since=now,
                    )
                )  # fmt: skip
    return series_id
