"""What came in the year that was no complaint: a concern or an enquiry is answered, a compliment is passed on."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from contracts.commands import CommandKind as K
from db import casework_said as casework
from db import said
from tests.year.case import OneCase, morning
from tests.year.rarer import Contact
from tests.year.words import MATTERS

PRAISE = "Everybody was kind, and nothing was too much for them."


@dataclass(kw_only=True)
class Contacted(OneCase):
    """One concern, enquiry, compliment, or piece of feedback."""

    drawn: Contact

    @property
    def handler(self) -> str:
        return self.trust.handler(self.drawn.number)

    async def live(self) -> AsyncIterator[datetime]:
        """Take it in, answer it where it asks for an answer, and close it."""
        drawn = self.drawn
        yield morning(drawn.received_on, 10)
        words = PRAISE if drawn.matter == "compliment" else MATTERS[drawn.theme]
        name = f"Caller {drawn.number}"
        await self.log(
            matter=drawn.matter,
            parties=(said.PartySaid(role="complainant", name=name, email=f"c{drawn.number}@example.org"),),
            received_on=drawn.received_on,
            channel=drawn.channel,
            summary=words,
            narrative=words,
            owner_id=self.trust.body.person(self.handler),
        )
        yield morning(self.today + timedelta(days=drawn.days), 10)
        if drawn.matter in ("concern", "enquiry"):
            answer = casework.Resolve(
                satisfied=True, summary="We rang, and it was settled.", method="call", resolved_on=self.today
            )
            await self.must(K.RESOLVE, answer)
        await self.tidy()
        await self.must(K.CLOSE, said.Close())
