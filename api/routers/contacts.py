"""The contact log of a complaint: calls, voicemails, meetings, visits, letters and messages, in and out."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import Response

from api.answers import ANSWERS
from api.deps import Writer
from api.errands import ErrandDep
from api.openapi import ONE_READ, problems
from api.schemas.contacts import Contacts, ContactSaid, ContactShown
from api.visits import VisitDep
from contracts.commands import CommandKind
from db.queries.corrections import contacts_of

router = APIRouter(prefix="/v1/complaints/{reference}/contacts", tags=["work"])


@router.get("", operation_id="getContacts", response_model=Contacts, responses=problems(*ONE_READ))
async def get_contacts(visit: VisitDep) -> Contacts:
    """Show the contacts of a complaint."""
    async with visit.found() as (session, found):
        rows = await contacts_of(session, found.id)
    return Contacts(items=[ContactShown.of(row, name, words=visit.who.sees_words) for row, name in rows])


@router.post("", operation_id="recordContact", responses=ANSWERS)
async def record_contact(errand: ErrandDep, who: Writer, body: ContactSaid) -> Response:
    """Put a contact into the log. What was promised becomes a task."""
    return await errand.carry(who, CommandKind.RECORD_CONTACT, body, body.said())
