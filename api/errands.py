"""One command on its way: what every command's route needs, bundled."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends
from fastapi.responses import Response
from pydantic import BaseModel

from api.answers import DoorDep, EnvelopeDep, answer
from api.caller import Caller
from api.dates import refuse_future
from api.deps import PartsDep, Reference
from api.door import Door, Envelope, Prepare, Saying, fingerprint, nothing_to_prepare
from api.parts import Parts
from contracts.commands import CommandKind
from db.said import Said


@dataclass(frozen=True, slots=True, kw_only=True)
class Errand:
    """A command about one complaint."""

    parts: Parts
    door: Door
    reference: str
    envelope: Envelope

    async def carry(
        self,
        who: Caller,
        kind: CommandKind,
        body: BaseModel,
        said: Said,
        *path: object,
        prepare: Prepare = nothing_to_prepare,
    ) -> Response:
        """Take what was said through the door and answer it. `path` is what else the path named."""
        refuse_future(body, self.parts.clock.now())
        saying = Saying(
            kind=kind,
            said=said,
            envelope=self.envelope,
            fingerprint=fingerprint(self.envelope, body, self.reference, *path),
        )
        submission = await self.door.say(who, self.reference, saying, prepare)
        return await answer(self.parts, who, submission)


def _errand(parts: PartsDep, door: DoorDep, reference: Reference, envelope: EnvelopeDep) -> Errand:
    return Errand(parts=parts, door=door, reference=reference, envelope=envelope)


ErrandDep = Annotated[Errand, Depends(_errand)]
