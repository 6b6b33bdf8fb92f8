"""The organisation's own words for what everybody who complains is told at the beginning."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter
from sqlalchemy.ext.asyncio import AsyncSession
from uuid_utils.compat import uuid7

from api.deps import PartsDep, Reader
from api.office_desk import DeskDep, Entry
from api.openapi import A_READ, A_WRITE, problems
from api.parts import Parts
from api.schemas.people_outside import StatementWordsSaid, StatementWordsShown
from db.models.organisation import Organisation
from db.models.people_outside import StatementWords
from db.queries.people_outside import statement_words

router = APIRouter(prefix="/v1/organisation/statements", tags=["organisation"])


@router.get("", operation_id="getStatementWords", response_model=StatementWordsShown, responses=problems(*A_READ))
async def get_statement_words(parts: PartsDep, who: Reader) -> StatementWordsShown:
    """Show the organisation's own words for advocacy and for non-detriment, and what letters say where it has none."""
    async with parts.database.tenant(who.organisation_id, parts.clock.now()) as session:
        return await _shown(parts, session, who.organisation_id)


@router.put("", operation_id="setStatementWords", response_model=StatementWordsShown, responses=problems(*A_WRITE))
async def set_statement_words(desk: DeskDep, body: StatementWordsSaid) -> StatementWordsShown:
    """Set the words for letters written from now on. What was written before stays as it is, and still counts."""
    ours = desk.who.organisation_id

    async def make(session: AsyncSession) -> Entry:
        before = await statement_words(session, ours)
        number = before[0].number if before else 0
        if before and (before[0].advocacy, before[0].non_detriment) == (body.advocacy, body.non_detriment):
            return Entry(kind="statements.kept", subject_id=ours, data={"number": number})
        row = StatementWords(
            id=uuid7(),
            organisation_id=ours,
            number=number + 1,
            advocacy=body.advocacy,
            non_detriment=body.non_detriment,
            changed_by=desk.who.person_id,
            changed_at=desk.now,
        )
        session.add(row)
        return Entry(kind="statements.changed", subject_id=ours, data={"number": row.number})

    async def show(session: AsyncSession, _: UUID) -> StatementWordsShown:
        return await _shown(desk.parts, session, ours)

    return await desk.change(body, make=make, show=show)


async def _shown(parts: Parts, session: AsyncSession, organisation_id: UUID) -> StatementWordsShown:
    rows = await statement_words(session, organisation_id)
    newest = rows[0] if rows else None
    organisation = await session.get_one(Organisation, organisation_id)
    own = (None, None) if newest is None else (newest.advocacy, newest.non_detriment)
    said = parts.consent.statements(organisation.nation, organisation.regime, *own)
    return StatementWordsShown.of(newest, said)
