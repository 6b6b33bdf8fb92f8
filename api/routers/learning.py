"""What is learned from complaints: recorded, shown by complaint and by theme; and an organisation's own themes."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Query
from fastapi.responses import Response
from sqlalchemy.ext.asyncio import AsyncSession
from uuid_utils.compat import uuid7

from api.answers import ANSWERS, reply
from api.cursors import decode, encode
from api.deps import Cursor, Limit, PartsDep, Reader, Writer
from api.errands import ErrandDep
from api.office_desk import A_CHANGE, DeskDep, Entry, row, wrong
from api.openapi import A_READ, A_WRITE, ONE_READ, answers, problems
from api.schemas.learning import (
    LearningLine,
    LearningLines,
    LearningOfComplaint,
    LearningRecorded,
    LearningShown,
    ThemeAdded,
    Themes,
    ThemeSaid,
    ThemeShown,
    TwoCodes,
)
from api.visits import VisitDep
from contracts.commands import CommandKind
from db.models.learning import OrganisationTheme
from db.queries import learning

router = APIRouter(prefix="/v1", tags=["work"])
_PREFIX: Final = "/complaints/{reference}/learning"
_THEMES: Final = "/organisation/themes"
_ORDER: Final = "learning"


@router.get("/learning", operation_id="listLearning", response_model=LearningLines, responses=problems(*A_READ))
async def list_learning(
    parts: PartsDep,
    who: Reader,
    theme: Annotated[TwoCodes | None, Query()] = None,
    place: Annotated[TwoCodes | None, Query()] = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> LearningLines:
    """List what the organisation learned, as it stands, the oldest first."""
    after = decode(cursor, _ORDER, datetime)
    async with parts.database.tenant(who.organisation_id, parts.clock.now()) as session:
        lines = await learning.worklist(session, theme=theme, place=place, after=after, limit=limit + 1)
    last = lines[limit - 1].learning if len(lines) > limit else None
    return LearningLines(
        items=[LearningLine.of_line(line, words=who.sees_words) for line in lines[:limit]],
        next=None if last is None else encode(_ORDER, last.said_at, last.id),
    )


@router.get(_PREFIX, operation_id="getLearning", response_model=LearningOfComplaint, responses=problems(*ONE_READ))
async def get_learning(visit: VisitDep) -> LearningOfComplaint:
    """Show what was learned from a complaint, with every version of it."""
    async with visit.found() as (session, found):
        if found.organisation_id != visit.who.organisation_id:
            return LearningOfComplaint(items=[])
        lines = await learning.of_complaint(session, found.id)
        versions = await learning.versions_about(session, found.id)
    words = visit.who.sees_words
    return LearningOfComplaint(items=[LearningShown.whole(line, versions, words=words) for line in lines])


@router.post(_PREFIX, operation_id="recordLearning", responses=ANSWERS)
async def record_learning(errand: ErrandDep, who: Writer, body: LearningRecorded) -> Response:
    """Record what was learned, its next version, or the approval of its words for the public."""
    return await errand.carry(who, CommandKind.RECORD_LEARNING, body, body.said())


@router.get(_THEMES, operation_id="listThemes", response_model=Themes, responses=problems(*A_READ))
async def list_themes(parts: PartsDep, who: Reader) -> Themes:
    """List the organisation's own themes, those that are no more in use included."""
    async with parts.database.tenant(who.organisation_id, parts.clock.now()) as session:
        found = await learning.themes(session)
    return Themes(items=[ThemeShown.of(each) for each in found])


@router.post(
    _THEMES,
    operation_id="addTheme",
    status_code=201,
    responses=answers(201, ThemeShown, "It is added.") | problems(*A_WRITE),
)
async def add_theme(desk: DeskDep, body: ThemeAdded) -> Response:
    """Add a theme of the organisation's own, beside the subjects of the coding."""

    async def make(session: AsyncSession) -> Entry:
        if await learning.is_theme_taken(session, body.code):
            raise wrong("/code", "taken", "Another theme has this code.")
        theme = OrganisationTheme(
            id=uuid7(), organisation_id=desk.who.organisation_id, active=True, **body.model_dump()
        )
        session.add(theme)
        return Entry(kind="theme.added", subject_id=theme.id, data={"code": theme.code})

    return reply(await desk.change(body, make=make, show=_theme), 201, {})


@router.post(
    _THEMES + "/{theme_id}",
    operation_id="changeTheme",
    responses=answers(200, ThemeShown, "As it stands now.") | problems(*A_CHANGE),
)
async def change_theme(desk: DeskDep, theme_id: UUID, body: ThemeSaid) -> Response:
    """Give a theme another title, or take it out of use. What was recorded with it goes on as it was."""

    async def make(session: AsyncSession) -> Entry:
        theme = await row(session, OrganisationTheme, theme_id)
        data = {"code": theme.code, "title_changed": theme.title != body.title, "active": body.active}
        theme.title, theme.active = body.title, body.active
        return Entry(kind="theme.changed", subject_id=theme.id, data=data)

    return reply(await desk.change(body, theme_id, make=make, show=_theme), 200, {})


async def _theme(session: AsyncSession, theme_id: UUID) -> ThemeShown:
    return ThemeShown.of(await row(session, OrganisationTheme, theme_id))
