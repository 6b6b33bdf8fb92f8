"""The senior leader of the year: takes what was asked in hand within two hours, and oversees it to its end."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from contracts.commands import CommandKind as K
from db import escalation_said as escalation

if TYPE_CHECKING:
    from tests.year.life import Life

SENIOR: Final = "senior_leader"
_ASKED: Final = (
    "select e.id, e.acknowledged_at, e.decision, e.raised_at, c.open from escalation e join proceeding p on p.id = e.id"
    " join complaint c on c.id = e.complaint_id where e.complaint_id = :id and p.ended_on is null order by e.raised_at"
)


@dataclass(frozen=True, eq=False, kw_only=True)
class Senior:
    """Comes some minutes after they were called to a case."""

    life: Life

    async def meet(self) -> None:
        await self.life.meet()

    async def tidy(self) -> None:
        """What they say is all that they do."""

    async def live(self) -> AsyncIterator[datetime]:
        """Take in hand what was asked for."""
        yield self.life.world.clock.time + timedelta(minutes=8 + self.life.drawn.number * 37 % 101)
        for row in await self.life.rows(_ASKED):
            if row["acknowledged_at"] is None:
                await _in_hand(self.life, row)


async def called(life: Life) -> bool:
    """Oversee what is in hand; say whether anything new waits for somebody to come."""
    new = False
    for row in await life.rows(_ASKED):
        if row["acknowledged_at"] is None:
            new = True
        elif row["decision"] is not None and (not row["open"] or life.drawn.number % 2):
            await _followed(life, row)
    return new


async def _followed(life: Life, row: Any) -> None:
    looked = escalation.FollowEscalation(escalation_id=row["id"], words="I looked.")
    await life.must(K.FOLLOW_ESCALATION, looked, SENIOR)


async def _in_hand(life: Life, row: Any) -> None:
    one = row["id"]
    await life.must(K.ACKNOWLEDGE_ESCALATION, escalation.AcknowledgeEscalation(escalation_id=one), SENIOR)
    see = escalation.DecideEscalation(
        escalation_id=one, decision="oversee", reason="I will see the response before it goes."
    )
    await life.must(K.DECIDE_ESCALATION, see, SENIOR)
    if not row["open"]:
        await _followed(life, row)
