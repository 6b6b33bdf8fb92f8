"""Say what happened to a complaint, and so move it on."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import Response
from sqlalchemy.ext.asyncio import AsyncSession

from api.answers import ANSWERS
from api.deps import Driver, Releaser, Signer, Writer
from api.errands import ErrandDep
from api.schemas import said as shapes
from api.whose import check_whose
from contracts.commands import CommandKind
from db.models.act import Submission

router = APIRouter(prefix="/v1/complaints/{reference}", tags=["commands"], responses=ANSWERS)


@router.post("/acknowledgement", operation_id="acknowledge")
async def acknowledge(errand: ErrandDep, who: Driver, body: shapes.AcknowledgementSaid) -> Response:
    """Say that the complaint was acknowledged and a discussion was offered."""
    return await errand.carry(who, CommandKind.ACKNOWLEDGE, body, body.said())


@router.post("/discussion", operation_id="recordDiscussion")
async def record_discussion(errand: ErrandDep, who: Driver, body: shapes.DiscussionSaid) -> Response:
    """Say what became of the offer to discuss."""
    return await errand.carry(who, CommandKind.RECORD_DISCUSSION, body, body.said())


@router.post("/response-period", operation_id="setResponsePeriod")
async def set_response_period(errand: ErrandDep, who: Driver, body: shapes.ResponsePeriodSaid) -> Response:
    """Say by when the person will have the response, agreed or determined."""
    return await errand.carry(who, CommandKind.SET_RESPONSE_PERIOD, body, body.said())


@router.post("/extension", operation_id="extend")
async def extend(errand: ErrandDep, who: Driver, body: shapes.ExtensionSaid) -> Response:
    """Give a period a later date."""
    return await errand.carry(who, CommandKind.EXTEND, body, body.said())


@router.post("/updates", operation_id="recordUpdate")
async def record_update(errand: ErrandDep, who: Driver, body: shapes.UpdateSaid) -> Response:
    """Say that the person was told how things stand."""
    return await errand.carry(who, CommandKind.RECORD_UPDATE, body, body.said())


@router.post("/updates/letter", operation_id="sendUpdate")
async def send_update(errand: ErrandDep, who: Releaser, body: shapes.UpdateLetterSaid) -> Response:
    """Write an update to the person and release it, in your own name."""
    return await errand.carry(who, CommandKind.SEND_UPDATE, body, body.said())


@router.post("/response", operation_id="respond")
async def respond(errand: ErrandDep, who: Signer, body: shapes.ResponseSaid) -> Response:
    """Give the written response, signed."""
    return await errand.carry(who, CommandKind.RESPOND, body, body.said())


@router.post("/closure", operation_id="close")
async def close(errand: ErrandDep, who: Driver, body: shapes.ClosureSaid) -> Response:
    """Close the complaint."""
    return await errand.carry(who, CommandKind.CLOSE, body, body.said())


@router.post("/withdrawal", operation_id="withdraw")
async def withdraw(errand: ErrandDep, who: Driver, body: shapes.WithdrawalSaid) -> Response:
    """Say that the person withdrew the complaint."""
    return await errand.carry(who, CommandKind.WITHDRAW, body, body.said())


@router.post("/owner", operation_id="assign")
async def assign(errand: ErrandDep, who: Driver, body: shapes.AssignSaid) -> Response:
    """Give the complaint another owner, or to the unassigned queue."""

    async def prepare(session: AsyncSession, submission: Submission) -> None:
        await check_whose(session, body)

    return await errand.carry(who, CommandKind.ASSIGN, body, body.said(), prepare=prepare)


@router.post("/notes", operation_id="addNote")
async def add_note(errand: ErrandDep, who: Writer, body: shapes.NoteSaid) -> Response:
    """Put a note on the file."""
    return await errand.carry(who, CommandKind.ADD_NOTE, body, body.said())


@router.post("/contact-rules", operation_id="setContactRules")
async def set_contact_rules(errand: ErrandDep, who: Driver, body: shapes.ContactRulesSaid) -> Response:
    """Say whether anything may be sent to the people outside."""
    return await errand.carry(who, CommandKind.SET_CONTACT_RULES, body, body.said())
