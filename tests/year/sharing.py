"""What the trust learned and shares with a neighbour, each quarter; the neighbour reads it, and uses what it can."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final

from tests.year.case import morning
from tests.year.desk import OFFICE, ApiDesk

ASKS, DECIDES = "handler", OFFICE
AT_ONCE: Final = 3
QUARTERS: Final = tuple(datetime(year, month, 20, 11, tzinfo=UTC) for year in (2027, 2028) for month in (4, 7, 10))
NO_MORE: Final = "It holds for one ward alone."


@dataclass(kw_only=True)
class Sharing:
    """Those who choose what is shared, and those who read it elsewhere."""

    desk: ApiDesk
    neighbour: ApiDesk
    shared: list[str] = field(default_factory=list)

    async def meet(self) -> None:
        """Nothing of it runs."""

    async def tidy(self) -> None:
        """Nothing is left lying here."""

    async def live(self) -> AsyncIterator[datetime]:
        """Share what was learned and may be public, and withdraw the first of it at the end."""
        for moment in QUARTERS:
            yield moment
            for learning in await self._chosen():
                await self._share(learning)
            yield morning((moment + timedelta(days=6)).date(), 10)
            await self._read()
        if self.shared:
            await self.desk.post(f"{self.shared[0]}/withdrawal", {"reason": NO_MORE}, DECIDES)

    async def _chosen(self) -> list[str]:
        rows = await self.desk.trust.world.rows(
            self.desk.trust.body,
            "select l.id from learning l join learning_version v on v.learning_id = l.id and v.number = l.version"
            " where v.public_approved_by is not null and not exists"
            " (select 1 from learning_sharing s where s.learning_id = l.id)"
            " order by v.said_at, l.id limit :most",
            most=AT_ONCE,
        )
        return [str(row["id"]) for row in rows]

    async def _share(self, learning: str) -> None:
        asked = {"bodies": [self.neighbour.trust.body.code], "words": "We do it on every ward by now."}
        made = await self.desk.post(f"/learning/{learning}/sharing", asked, ASKS)
        path = f"/learning/{learning}/sharing/{made['id']}"
        await self.desk.post(f"{path}/decision", {"approve": True}, DECIDES)
        self.shared.append(path)

    async def _read(self) -> None:
        """The neighbour sees each that is new to it, and uses every other."""
        for number, each in enumerate((await self.neighbour.get("/shared-learning"))["items"]):
            if each.get("seenAt") is None:
                for mark in ("seen", "used")[: 1 + number % 2]:
                    await self.neighbour.post(f"/shared-learning/{each['id']}/marks", {"mark": mark})
