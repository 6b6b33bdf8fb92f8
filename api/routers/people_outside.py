"""The people outside a complaint: who is part of it, what they need, and what they were told at the beginning."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter
from fastapi.responses import Response

from api.answers import ANSWERS
from api.deps import Writer
from api.errands import ErrandDep
from api.openapi import ONE_READ, problems
from api.schemas.needs import Needs
from api.schemas.people_outside import (
    OutsideParties,
    OutsideParty,
    PartyAdded,
    RetirementSaid,
    StatementsSaid,
    StatementsShown,
)
from api.visits import VisitDep
from contracts.commands import CommandKind
from db import people_said
from db.queries import people_outside
from db.queries.complaint_reads import parties_of

router = APIRouter(prefix="/v1/complaints/{reference}", tags=["people"])


@router.get("/parties", operation_id="getParties", response_model=OutsideParties, responses=problems(*ONE_READ))
async def get_parties(visit: VisitDep) -> OutsideParties:
    """Show the people outside, with what each needs; those who have no part in the complaint any more come last."""
    async with visit.found() as (session, found):
        parties = await people_outside.everybody(session, found.id)
        needs = await people_outside.needs_in(session, found.id)
    words = visit.who.sees_words
    return OutsideParties(items=[OutsideParty.of(party, needs.get(party.id), words=words) for party in parties])


@router.post("/parties", operation_id="addParty", responses=ANSWERS)
async def add_party(errand: ErrandDep, who: Writer, body: PartyAdded) -> Response:
    """Add somebody outside: a representative, an advocate, an MP, a witness and so on, or who was affected."""
    return await errand.carry(who, CommandKind.ADD_PARTY, body, body.said())


@router.post("/parties/{party_id}/retirement", operation_id="retireParty", responses=ANSWERS)
async def retire_party(errand: ErrandDep, who: Writer, party_id: UUID, body: RetirementSaid) -> Response:
    """Say that somebody has no part in the complaint any more. What is on its way to them is stopped."""
    return await errand.carry(who, CommandKind.RETIRE_PARTY, body, body.said(party_id), party_id)


@router.post("/parties/{party_id}/needs", operation_id="setContactNeeds", responses=ANSWERS)
async def set_contact_needs(errand: ErrandDep, who: Writer, party_id: UUID, body: Needs) -> Response:
    """Say what somebody needs, and what is not safe. What waits to leave by an unsafe way is withheld."""
    said = people_said.SetContactNeeds(party_id=party_id, needs=body.said())
    return await errand.carry(who, CommandKind.SET_CONTACT_NEEDS, body, said, party_id)


@router.get("/statements", operation_id="getStatements", response_model=StatementsShown, responses=problems(*ONE_READ))
async def get_statements(visit: VisitDep) -> StatementsShown:
    """Show what shows that the person was told of advocacy, and that nobody is treated worse for complaining."""
    async with visit.found() as (session, found):
        rows = await people_outside.statements_given(session, found.id)
        parties = await parties_of(session, found.id)
    complains = next((party.id for party in parties if party.role == "complainant"), None)
    return StatementsShown.of(rows, complains, words=visit.who.sees_words)


@router.post("/statements", operation_id="giveStatements", responses=ANSWERS)
async def give_statements(errand: ErrandDep, who: Writer, body: StatementsSaid) -> Response:
    """Record that somebody was told of advocacy, or that nobody is treated worse for complaining."""
    return await errand.carry(who, CommandKind.GIVE_STATEMENTS, body, body.said())
