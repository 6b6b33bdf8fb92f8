"""Lives a year: each complaint in its own time, all of them in the order of days, and time stands still for reports."""

from __future__ import annotations

import asyncio
import heapq
import time
import traceback
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

from tests.year.chance import Drawn
from tests.year.contacts import Contacted
from tests.year.counts import Counts
from tests.year.leaders import Leaders
from tests.year.life import Life
from tests.year.rarer import Contact
from tests.year.seniors import Senior
from tests.year.sharing import Sharing
from tests.year.trust import Trust

# So many cases are worked on at once: an office has several hands, and a machine few cores.
HANDS: Final = 4
# More that fail are no bad luck: the program, or the year, is wrong.
RESTING: Final = 25
# Who goes on at one moment does so by number: those of seniors lie beyond all others.
SENIORS: Final = 1_000_000
Whose = Life | Contacted | Leaders | Counts | Sharing | Senior


@dataclass(kw_only=True)
class Year:
    """The year of a trust: who has still to live, in the order in which they go on."""

    trust: Trust
    lives: list[Life | Contacted] = field(default_factory=list)
    leaders: list[Leaders] = field(default_factory=list)
    office: Sequence[Counts | Sharing] = ()
    waiting: list[tuple[datetime, int, AsyncIterator[datetime], Whose]] = field(default_factory=list)
    said: bool = False
    patient: bool = False  # whatever fails rests, and the others live on
    resting: list[Whose] = field(default_factory=list)
    steps: int = 0
    began: float = field(default_factory=time.monotonic)

    async def begin(self, drawn: Sequence[Drawn], contacts: Sequence[Contact] = ()) -> None:
        """Take in every complaint of the year, each that comes back once more, and what else came."""
        for each in drawn:
            life = Life(trust=self.trust, drawn=each)
            await self._take_in(life, each.number)
            if life.drawn.reopened and not (each.grave or each.ombudsman):
                again = Life(trust=self.trust, drawn=replace(each, number=len(drawn) + each.number), original=life)
                await self._take_in(again, again.drawn.number)
        for contact in contacts:
            await self._take_in(Contacted(trust=self.trust, drawn=contact), 2 * len(drawn) + contact.number)
        for number, other in enumerate([*self.leaders, *self.office], start=1):
            await self._take_in(other, -number)

    async def _take_in(self, whose: Whose, number: int) -> None:
        if isinstance(whose, Life | Contacted):
            self.lives.append(whose)
        going = whose.live()
        heapq.heappush(self.waiting, (await anext(going), number, going, whose))

    async def _call(self, life: Life) -> None:
        """Have a senior come to a case, unless one is on the way."""
        if not any(isinstance(each[3], Senior) and each[3].life is life for each in self.waiting):
            await self._take_in(Senior(life=life), SENIORS + life.drawn.number)

    async def until(self, instant: datetime) -> None:
        """Live until an instant: then everything that runs stands there, and nothing is left to be done before it."""
        while self.waiting and self.waiting[0][0] <= instant:
            moment = self.waiting[0][0]
            self.trust.world.clock.time = max(moment, self.trust.world.clock.time)
            await asyncio.gather(*(self._go_on(*each) for each in self._next(moment)))
        self.trust.world.clock.time = instant
        everybody = [*self.lives, *self.leaders]
        for at in range(0, len(everybody), 8):
            await asyncio.gather(*(self._guarded(each, instant, each.meet) for each in everybody[at : at + 8]))

    def _next(self, moment: datetime) -> list[tuple[datetime, int, AsyncIterator[datetime], Whose]]:
        """Take out who goes on at a moment: several cases at once, as none looks at another; leaders look at all."""
        found = [heapq.heappop(self.waiting)]
        while len(found) < HANDS and self.waiting and self.waiting[0][0] == moment:
            if not (_is_case(found[0][3]) and _is_case(self.waiting[0][3])):
                break
            found.append(heapq.heappop(self.waiting))
        return found

    async def _go_on(self, moment: datetime, number: int, going: AsyncIterator[datetime], whose: Whose) -> None:
        async def on() -> None:
            await whose.meet()
            following = await anext(going, None)
            await whose.meet()
            await whose.tidy()
            await whose.meet()
            if following is not None:
                heapq.heappush(self.waiting, (following, number, going, whose))
            if isinstance(whose, Life) and whose.calls:
                await self._call(whose)

        await self._guarded(whose, moment, on)
        self.steps += 1
        if self.said and self.steps % 200 == 0:
            self._say(moment)

    def _say(self, moment: datetime) -> None:
        took = time.monotonic() - self.began
        begun = sum(isinstance(each, Life) and each.complaint is not None for each in self.lives)
        print(f"{moment:%d %B %Y}: {self.steps} steps, {begun} complaints, {took:.0f} s", flush=True)

    async def _guarded(self, whose: Whose, moment: datetime, act: Callable[[], Awaitable[None]]) -> None:
        """Let whatever fails rest, where the others are to live on."""
        whose = whose.life if isinstance(whose, Senior) else whose
        if any(each is whose for each in self.resting):
            return
        try:
            await act()
        except Exception as fault:
            fault.add_note(f"at {moment}: {name(whose)}")
            if not self.patient or len(self.resting) >= RESTING:
                raise
            self.resting.append(whose)
            print(f"RESTS from {moment:%d %B %Y}: {name(whose)}", flush=True)
            traceback.print_exception(fault)


def _is_case(whose: Whose) -> bool:
    return isinstance(whose, Life | Contacted)


def name(whose: Whose) -> str:
    """Return whose life it is, for whoever has to look why it rests."""
    return repr(whose.drawn) if isinstance(whose, Life | Contacted) else type(whose).__name__
