"""What the routes of sharing have in common: who may ask and decide, which bodies there are, and how it is shown."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Annotated, Final
from uuid import UUID

from fastapi import Depends
from sqlalchemy.ext.asyncio import AsyncSession
from uuid_utils.compat import uuid7

from api.answers import PlainEnvelopeDep
from api.caller import Caller
from api.deps import Governor, PartsDep, Writer
from api.office_desk import Desk, wrong
from api.permissions import Permission
from api.problems import Problem
from api.schemas.sharing import SharingAsked, SharingShown
from api.webhook_desk import tell
from db.models.learning import LearningVersion
from db.models.sharing import LearningSharing, LearningSharingBody
from db.queries import learning, partners, sharing
from db.queries.joint import organisation_at
from db.sharing_states import Deciding

Show = Callable[[AsyncSession, UUID], Awaitable[SharingShown]]
_HERE, _PARTNER = "here", "partner"
_MOST_PARTNERS: Final = 50


def _asking(parts: PartsDep, who: Writer, envelope: PlainEnvelopeDep) -> Desk:
    return Desk(parts=parts, who=who, envelope=envelope, now=parts.clock.now(), permission=Permission.WRITE)


def _deciding(parts: PartsDep, who: Governor, envelope: PlainEnvelopeDep) -> Desk:
    return Desk(parts=parts, who=who, envelope=envelope, now=parts.clock.now(), permission=Permission.GOVERN)


AskingDep = Annotated[Desk, Depends(_asking)]
DecidingDep = Annotated[Desk, Depends(_deciding)]


def person_of(desk: Desk) -> UUID:
    """Return the person who says it. Raises a problem for a system."""
    if desk.who.person_id is None:
        raise Problem("person_needed")
    return desk.who.person_id


def deciding(desk: Desk) -> Deciding:
    """Return who decides, when, and as which organisation."""
    who = desk.who
    return Deciding(
        person_id=person_of(desk), at=desk.now, today=desk.today, code=who.organisation_code, name=who.organisation_name
    )


async def found(session: AsyncSession, learning_id: UUID, sharing_id: UUID, *, held: bool = False) -> LearningSharing:
    """Return what was asked about learning. Raises a problem where it is not there to be seen."""
    row = await sharing.find(session, sharing_id, held=held)
    if row is None or row.learning_id != learning_id:
        raise Problem("not_found")
    return row


async def check_words(session: AsyncSession, desk: Desk, version: LearningVersion, words: str | None) -> None:
    """Refuse words that name somebody of the complaint. Whoever approves them looks for the rest."""
    if words is None:
        return
    names = await learning.names_in_case(session, version.complaint_id)
    if desk.parts.sharing.names_somebody(words, names):
        raise wrong("/words", "names_somebody", "These words hold the name of somebody.")


async def name_bodies(session: AsyncSession, row: LearningSharing, desk: Desk, body: SharingAsked) -> None:
    """Write with whom it is to be shared. Raises a problem that points at a body that is not known here."""
    known: set[str] = set()
    for number, code in enumerate(body.bodies):
        pointer = f"/bodies/{number}"
        if code in known:
            raise wrong(pointer, "repeated", "This body is named twice.")
        known.add(code)
        if code == desk.who.organisation_code:
            raise wrong(pointer, "own_body", "This is your own organisation.")
        session.add(await _body(session, row, code, pointer))


async def _body(session: AsyncSession, row: LearningSharing, code: str, pointer: str) -> LearningSharingBody:
    partner = await partners.by_code(session, code)
    here = await organisation_at(session, code)
    if here is None and partner is None:
        raise wrong(pointer, "unknown_body", "No body of this installation, and no partner, has this code.")
    return LearningSharingBody(
        id=uuid7(),
        organisation_id=row.organisation_id,
        sharing_id=row.id,
        code=code,
        name=partner.name if partner is not None else None,
        way=_HERE if here is not None else _PARTNER,
        shared_with=here,
        partner_id=partner.id if here is None and partner is not None else None,
    )


def showing(who: Caller) -> Show:
    """Return what shows what was asked, as the caller may see it."""

    async def show(session: AsyncSession, sharing_id: UUID) -> SharingShown:
        row = await sharing.find(session, sharing_id)
        if row is None:
            raise Problem("not_found")
        return (await shown(session, who, [row]))[0]

    return show


async def shown(session: AsyncSession, who: Caller, rows: Sequence[LearningSharing]) -> list[SharingShown]:
    """Return what was asked, as the caller may see it."""
    bodies = await sharing.bodies(session, [each.id for each in rows])
    marks = await sharing.marks(session, [each.id for each in bodies])
    return [SharingShown.of(each, bodies, marks, words=who.sees_words) for each in rows]


async def wake(desk: Desk, sharing_id: UUID) -> None:
    """Have the partners' receivers look: something may wait for them."""
    async with desk.parts.database.tenant(desk.who.organisation_id, desk.now) as session:
        receivers = await sharing.receivers(session, sharing_id, _MOST_PARTNERS)
    for each in receivers:
        await tell(desk, each)
