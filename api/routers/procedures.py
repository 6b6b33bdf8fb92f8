"""Procedures: what the organisation follows and adopts, and the version to which a complaint is moved."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from fastapi.responses import Response
from sqlalchemy.ext.asyncio import AsyncSession
from uuid_utils.compat import uuid7

from api.answers import ANSWERS, reply
from api.dates import today
from api.deps import Appointer, PartsDep, Reader
from api.errands import ErrandDep
from api.office_desk import Desk, DeskDep, Entry, row, wrong
from api.openapi import A_READ, A_WRITE, ONE_READ, answers, problems
from api.problems import FieldError, Problem
from api.schemas.procedures import (
    AdoptionSaid,
    AdoptionShown,
    ComplaintProcedure,
    DryRunShown,
    GoverningShown,
    MoveSaid,
    Procedures,
    VersionShown,
)
from api.visits import VisitDep
from contracts.commands import CommandKind
from contracts.failures import Refusal
from db.models.organisation import Adoption, Organisation
from db.procedure_said import MoveProcedure
from db.queries.adoptions import adoptions_of, begins_on

router = APIRouter(prefix="/v1")


@router.get(
    "/organisation/procedures",
    operation_id="getProcedures",
    tags=["organisation"],
    response_model=Procedures,
    responses=problems(*A_READ),
)
async def get_procedures(parts: PartsDep, who: Reader) -> Procedures:
    """Show what governs a complaint received today, what was adopted, and what could be."""
    now = parts.clock.now()
    async with parts.database.tenant(who.organisation_id, now) as session:
        organisation = await session.get_one(Organisation, who.organisation_id)
        known = await adoptions_of(session, who.organisation_id)
    governing = parts.rules.governing(organisation, known, "complaint", today(now))
    return Procedures(
        governing=None if isinstance(governing, Refusal) else GoverningShown.of(governing),
        why_not=governing.value if isinstance(governing, Refusal) else None,
        items=[AdoptionShown.of(each, words=who.sees_words) for each in known],
        known=[VersionShown.of(each) for each in parts.rules.versions(organisation)],
    )


@router.post(
    "/organisation/procedures",
    operation_id="adoptProcedure",
    tags=["organisation"],
    responses=answers(201, AdoptionShown, "It is adopted from that day on.") | problems(*A_WRITE, "already_adopted"),
)
async def adopt_procedure(desk: DeskDep, body: AdoptionSaid) -> Response:
    """Adopt a procedure from a day on, with the organisation's own figures."""

    async def make(session: AsyncSession) -> Entry:
        adoption = await _adopt(session, desk, body)
        data = {
            "procedure": body.code,
            "version": body.version,
            "figures": body.figures,
            "small_body": body.small_body,
            "adopted_from": body.adopted_from.isoformat(),
        }
        return Entry(kind="procedure.adopted", subject_id=adoption.id, data=data)

    async def shown(session: AsyncSession, adoption_id: UUID) -> AdoptionShown:
        return AdoptionShown.of(await row(session, Adoption, adoption_id), words=desk.who.sees_words)

    return reply(await desk.change(body, make=make, show=shown), 201, {})


async def _adopt(session: AsyncSession, desk: Desk, said: AdoptionSaid) -> Adoption:
    if said.adopted_from < desk.today:
        raise wrong("/adoptedFrom", "date_in_past", "What was received before today is governed already.")
    organisation = await session.get_one(Organisation, desk.who.organisation_id)
    faults = desk.parts.rules.adoption_faults(organisation, said.code, said.version, said.figures, said.adopted_from)
    if faults:
        errors = [FieldError(place="body", pointer=each.pointer, code=each.code, detail=each.detail) for each in faults]
        raise Problem("invalid_request", errors=errors)
    if await begins_on(session, said.code, said.adopted_from):
        raise Problem("already_adopted")
    adoption = Adoption(
        id=uuid7(),
        organisation_id=desk.who.organisation_id,
        procedure=said.code,
        procedure_version=said.version,
        figures=said.figures,
        small_body=said.small_body,
        adopted_from=said.adopted_from,
        reason=said.reason,
        adopted_by=desk.who.person_id,
        adopted_at=desk.now,
    )
    session.add(adoption)
    await session.flush()
    return adoption


@router.get(
    "/complaints/{reference}/procedure",
    operation_id="getComplaintProcedure",
    tags=["complaints"],
    response_model=ComplaintProcedure,
    responses=problems(*ONE_READ, "not_your_complaint"),
)
async def get_complaint_procedure(
    visit: VisitDep,
    to: Annotated[
        int | None, Query(ge=1, le=10_000, description="Show also what moving it to this version would do.")
    ] = None,
) -> ComplaintProcedure:
    """Show the rules of a complaint, and what moving it to another version would do."""
    rules = visit.parts.rules
    async with visit.found() as (session, found):
        if found.complaint is None:
            return ComplaintProcedure()
        complaint, dry_run = found.complaint, None
        if to is not None:
            # Figures and calendars are its own organisation's: nobody else can say what would become of it.
            if complaint.organisation_id != visit.who.organisation_id:
                raise Problem("not_your_complaint")
            foreseen = await rules.foresee(session, complaint, to, visit.parts.clock.now())
            dry_run = DryRunShown.of(foreseen, to, complaint.version)
    return ComplaintProcedure.of(complaint, rules.versions_of(complaint.procedure), dry_run)


@router.post("/complaints/{reference}/procedure", operation_id="moveProcedure", tags=["commands"], responses=ANSWERS)
async def move_procedure(errand: ErrandDep, who: Appointer, body: MoveSaid) -> Response:
    """Move a complaint to another version of its procedure: each clock that moves says so."""
    if body.if_revision is not None:
        stated = errand.envelope.if_version
        if stated not in (None, body.if_revision):
            raise wrong("/ifRevision", "contradiction", "The header If-Match names another version.")
        errand = replace(errand, envelope=replace(errand.envelope, if_version=body.if_revision))
    said = MoveProcedure(version=body.version, reason=body.reason)
    return await errand.carry(who, CommandKind.MOVE_PROCEDURE, body, said)
