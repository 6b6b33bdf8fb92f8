"""Lives a year: each complaint in its own time, all of them in the order of days, and time stands still for reports."""

from __future__ import annotations

import asyncio
import heapq
import time
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from tests.year.chance import Drawn
from tests.year.counts import Counts
from tests.year.leaders import Leaders
from tests.year.life import Life
from tests.year.trust import Trust


@dataclass(kw_only=True)
class Year:
    """The year of a trust: who has still to live, in the order in which they go on."""

    trust: Trust
    lives: list[Life] = field(default_factory=list)
    leaders: list[Leaders] = field(default_factory=list)
    counts: Counts | None = None
    waiting: list[tuple[datetime, int, AsyncIterator[datetime], Life | Leaders | Counts]] = field(default_factory=list)
    said: bool = False

    async def begin(self, drawn: Sequence[Drawn]) -> None:
        """Take in every complaint of the year."""
        for each in drawn:
            life = Life(trust=self.trust, drawn=each)
            self.lives.append(life)
            await self._take_in(life, each.number)
        for number, leaders in enumerate(self.leaders, start=1):
            await self._take_in(leaders, -number)
        if self.counts is not None:
            await self._take_in(self.counts, -len(self.leaders) - 1)

    async def _take_in(self, whose: Life | Leaders | Counts, number: int) -> None:
        going = whose.live()
        heapq.heappush(self.waiting, (await anext(going), number, going, whose))

    async def until(self, instant: datetime) -> None:
        """Live until an instant: then everything that runs stands there, and nothing is left to be done before it."""
        began, done = time.monotonic(), 0
        while self.waiting and self.waiting[0][0] <= instant:
            moment, number, going, whose = heapq.heappop(self.waiting)
            self.trust.world.clock.time = max(moment, self.trust.world.clock.time)
            await whose.meet()
            try:
                following = await anext(going)
            except StopAsyncIteration:
                following = None
            except Exception as fault:
                fault.add_note(f"{number} on {moment}: {whose.drawn if isinstance(whose, Life) else whose}")
                raise
            await whose.meet()
            await whose.tidy()
            await whose.meet()
            if following is not None:
                heapq.heappush(self.waiting, (following, number, going, whose))
            done += 1
            if self.said and done % 200 == 0:
                print(f"{moment:%d %B %Y}: {done} steps in {time.monotonic() - began:.0f} s", flush=True)
        self.trust.world.clock.time = instant
        everybody = [*self.lives, *self.leaders]
        for at in range(0, len(everybody), 8):
            await asyncio.gather(*(each.meet() for each in everybody[at : at + 8]))
