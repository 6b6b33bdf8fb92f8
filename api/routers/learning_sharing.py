"""Learning that is shared with other bodies: asked for, decided by another person, sent, withdrawn."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Final
from uuid import UUID

from fastapi import APIRouter
from fastapi.responses import Response
from sqlalchemy.ext.asyncio import AsyncSession
from uuid_utils.compat import uuid7

from api.answers import reply
from api.cursors import decode, encode
from api.dates import refuse_future
from api.deps import Cursor, Limit, PartsDep, Reader
from api.office_desk import Desk, Entry
from api.openapi import A_WRITE, ONE_READ, answers, header, problems
from api.problems import Problem
from api.schemas.partners import BodyCode
from api.schemas.sharing import SharingAsked, SharingDecided, Sharings, SharingSent, SharingShown, SharingWithdrawn
from api.sharing_desk import (
    AskingDep,
    DecidingDep,
    check_words,
    deciding,
    found,
    name_bodies,
    person_of,
    showing,
    shown,
    wake,
)
from db import sharing_states
from db.models.learning import Learning
from db.models.sharing import LearningSharing
from db.queries import sharing
from db.sharing_states import NotNow

router = APIRouter(prefix="/v1/learning/{learning_id}/sharing", tags=["work"])
_ORDER: Final = "sharing"
_A_CHANGE: Final = (*A_WRITE, "not_found")


@router.post(
    "",
    operation_id="askToShareLearning",
    status_code=201,
    responses=answers(201, SharingShown, "It is asked.", header("Location", "Where it is read."))
    | problems(*_A_CHANGE, "learning_not_public"),
)
async def ask(desk: AskingDep, learning_id: UUID, body: SharingAsked) -> Response:
    """Ask for learning to be shared with other bodies, in the words that were approved to be public."""
    person_id = person_of(desk)

    async def make(session: AsyncSession) -> Entry:
        version = await sharing.standing(session, learning_id)
        if version is None:
            raise Problem("not_found")
        if not sharing_states.is_public(version):
            raise Problem("learning_not_public")
        await check_words(session, desk, version, body.words)
        row = LearningSharing(
            id=uuid7(),
            organisation_id=desk.who.organisation_id,
            learning_id=learning_id,
            version=version.number,
            remark=body.words,
            state="asked",
            asked_by=person_id,
            asked_at=desk.now,
        )
        session.add(row)
        await session.flush()
        await name_bodies(session, row, desk, body)
        await session.flush()
        return await _entry(session, row, "learning.sharing_asked")

    made = await desk.change(body, learning_id, make=make, show=showing(desk.who))
    return reply(made, 201, {"Location": f"/v1/learning/{learning_id}/sharing"})


@router.get("", operation_id="listSharingOfLearning", response_model=Sharings, responses=problems(*ONE_READ))
async def list_sharing(
    parts: PartsDep, who: Reader, learning_id: UUID, cursor: Cursor = None, limit: Limit = 25
) -> Sharings:
    """List with whom learning is shared, was, or is to be, and what they made of it, the newest first."""
    after = decode(cursor, _ORDER, datetime)
    async with parts.database.tenant(who.organisation_id, parts.clock.now()) as session:
        if await session.get(Learning, learning_id) is None:
            raise Problem("not_found")
        rows = await sharing.listed(session, learning_id=learning_id, after=after, limit=limit + 1)
        items = await shown(session, who, rows[:limit])
    last = rows[limit - 1] if len(rows) > limit else None
    return Sharings(items=items, next=None if last is None else encode(_ORDER, last.asked_at, last.id))


@router.post(
    "/{sharing_id}/decision",
    operation_id="decideSharing",
    responses=answers(200, SharingShown, "It is decided.")
    | problems(*_A_CHANGE, "sharing_decided", "asked_by_you", "learning_not_public", "learning_changed"),
)
async def decide(desk: DecidingDep, learning_id: UUID, sharing_id: UUID, body: SharingDecided) -> Response:
    """Decide, as another person than who asked, whether it is shared. From then on the bodies read it."""

    async def change(session: AsyncSession, row: LearningSharing) -> str:
        if not body.approve:
            sharing_states.decline(row, deciding(desk), body.reason or "")
            return "learning.sharing_declined"
        version = await sharing.standing(session, learning_id)
        theme = version.theme if version is not None else ""
        title = await desk.parts.sharing.theme_title(session, row.organisation_id, desk.today, theme)
        await sharing_states.approve(session, row, deciding(desk), title)
        return "learning.shared"

    return await _changed(desk, learning_id, sharing_id, body, change)


@router.post(
    "/{sharing_id}/withdrawal",
    operation_id="withdrawSharing",
    responses=answers(200, SharingShown, "It is withdrawn.") | problems(*_A_CHANGE, "not_shared"),
)
async def withdraw(desk: DecidingDep, learning_id: UUID, sharing_id: UUID, body: SharingWithdrawn) -> Response:
    """Share it no more. Bodies of this installation read it no more; partners are told."""

    async def change(session: AsyncSession, row: LearningSharing) -> str:
        await sharing_states.withdraw(session, row, deciding(desk), body.reason)
        return "learning.sharing_withdrawn"

    return await _changed(desk, learning_id, sharing_id, body, change)


@router.post(
    "/{sharing_id}/bodies/{code}/sent",
    operation_id="recordLearningSent",
    responses=answers(200, SharingShown, "It is on record.") | problems(*_A_CHANGE, "nothing_to_send"),
)
async def record_sent(
    desk: AskingDep, learning_id: UUID, sharing_id: UUID, code: BodyCode, body: SharingSent
) -> Response:
    """Record that a person sent it to a partner without a system, or told the partner that it is withdrawn."""
    refuse_future(body, desk.now)

    async def change(session: AsyncSession, row: LearningSharing) -> str:
        named = [each for each in await sharing.bodies(session, [row.id]) if each.code == code]
        if not named:
            raise Problem("not_found")
        await sharing_states.sent(session, row, named[0], body.on, deciding(desk))
        return "learning.sharing_sent"

    return await _changed(desk, learning_id, sharing_id, body, change, code)


async def _changed(
    desk: Desk,
    learning_id: UUID,
    sharing_id: UUID,
    body: SharingDecided | SharingWithdrawn | SharingSent,
    change: Callable[[AsyncSession, LearningSharing], Awaitable[str]],
    *path: str,
) -> Response:
    async def make(session: AsyncSession) -> Entry:
        row = await found(session, learning_id, sharing_id, held=True)
        try:
            kind = await change(session, row)
        except NotNow as why:
            raise Problem(why.code) from None
        return await _entry(session, row, kind)

    answer = await desk.change(body, learning_id, sharing_id, *path, make=make, show=showing(desk.who))
    await wake(desk, sharing_id)
    return reply(answer, 200, {})


async def _entry(session: AsyncSession, row: LearningSharing, kind: str) -> Entry:
    codes = sharing_states.codes_of(await sharing.bodies(session, [row.id]))
    data = {"learning_id": str(row.learning_id), "version": row.version, "bodies": codes}
    return Entry(kind=kind, subject_id=row.id, data=data)
