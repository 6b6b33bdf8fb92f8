"""What became of notices: told by Notify's callbacks, or recorded by a person who saw it."""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Depends, Path
from fastapi.responses import Response
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from sqlalchemy.ext.asyncio import AsyncSession

from api.answers import ANSWERS
from api.deps import PartsDep, Writer
from api.errands import ErrandDep
from api.openapi import ONE_READ, problems
from api.parts import Parts
from api.problems import Problem
from api.schemas.deliveries import (
    ArrivalShown,
    CarriageShown,
    Deliveries,
    DeliveryRecorded,
    NotifyCallback,
    NotifyReturned,
)
from api.visits import VisitDep
from contracts.commands import CommandKind
from contracts.notices import NoticeState
from db.desk_said import NoticeOutcomeSaid
from db.models.work import Notice
from db.outcome_said import saying
from db.queries import carriers
from db.queries.incoming import NOBODY
from db.queries.submissions import append_submission
from gateways.notify import DELIVERED, FAILURES, code_of
from gateways.sealing import NoSecretsKey, Unsealable, about

router = APIRouter(prefix="/v1", tags=["work"])

_RETURNED: Final = "returned_letter"
_TOKEN_COLUMN: Final = "carrier_setting.token_sealed"
_bearer = HTTPBearer(
    scheme_name="carrier", auto_error=False, description="The token that the organisation has set at its carrier."
)
_CALLBACK: Final = problems(
    *("unauthenticated", "forbidden", "malformed_body", "invalid_request", "body_too_large"),
    *("unsupported_media_type", "method_not_allowed", "unavailable", "internal_error"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Carrier:
    """A carrier that has shown whose it is."""

    parts: Parts
    organisation_id: UUID
    now: datetime


async def _carrier(
    parts: PartsDep,
    credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)],
    organisation: Annotated[str, Path(max_length=64, description="The organisation's code.")],
) -> Carrier:
    """Let in whoever shows the organisation's token.

    An organisation that is not known, or has no token, is turned away as a wrong token is, and by the same way.
    """
    if credentials is None:
        raise Problem("unauthenticated")
    now = parts.clock.now()
    async with parts.database.tenant(NOBODY, now) as session:
        known = None if "\x00" in organisation else await carriers.carrier_at(session, organisation)
    async with parts.database.tenant(known or NOBODY, now) as session:
        expected = await _token(parts, session)
    if not hmac.compare_digest(_digest(credentials.credentials), _digest(expected)) or known is None:
        raise Problem("forbidden")
    return Carrier(parts=parts, organisation_id=known, now=now)


async def _token(parts: Parts, session: AsyncSession) -> str:
    """Return the token that is expected: where there is none, one that nobody can know."""
    row = await carriers.setting(session, carriers.NOTIFY)
    if row is None or row.token_sealed is None:
        return secrets.token_urlsafe()
    try:
        return parts.sealing.unseal(row.token_sealed, about(_TOKEN_COLUMN, row.id))
    except (NoSecretsKey, Unsealable):
        return secrets.token_urlsafe()


def _digest(token: str) -> bytes:
    return sha256(token.encode("utf-8", errors="replace")).digest()


CarrierDep = Annotated[Carrier, Depends(_carrier)]


@router.post(
    "/carriers/notify/{organisation}/deliveries",
    operation_id="tellDelivery",
    status_code=204,
    response_class=Response,
    responses=_CALLBACK,
)
async def tell_delivery(carrier: CarrierDep, body: NotifyCallback) -> Response:
    """Take in a delivery receipt of GOV.UK Notify. Told twice, it counts once; about nothing of ours, for nothing."""
    status = code_of(body.status)
    if status == DELIVERED:
        await _tell(carrier, body.reference, NoticeState.DELIVERED, None, status)
    elif status in FAILURES:
        await _tell(carrier, body.reference, NoticeState.FAILED, status, status)
    return Response(status_code=204)


@router.post(
    "/carriers/notify/{organisation}/returned-letters",
    operation_id="tellReturnedLetter",
    status_code=204,
    response_class=Response,
    responses=_CALLBACK,
)
async def tell_returned_letter(carrier: CarrierDep, body: NotifyReturned) -> Response:
    """Take in that a letter by GOV.UK Notify was sent back. Told twice, it counts once."""
    await _tell(carrier, body.reference, NoticeState.FAILED, _RETURNED, _RETURNED)
    return Response(status_code=204)


async def _tell(carrier: Carrier, reference: str | None, state: NoticeState, failure: str | None, status: str) -> None:
    """Put on its complaint what became of a notice, once for each notice and state; the rest is done beside."""
    try:
        notice_id = UUID(reference or "")
    except ValueError:
        return
    async with carrier.parts.database.tenant(carrier.organisation_id, carrier.now) as session:
        notice = await session.get(Notice, notice_id)
        ours = notice is not None and notice.organisation_id == carrier.organisation_id
        if notice is None or not ours or notice.carrier != carriers.NOTIFY:
            return
        complaint_id = notice.complaint_id
        said = NoticeOutcomeSaid(notice_id=notice_id, state=state, failure=failure)
        await carriers.note_status(session, notice_id, status, carrier.now)
        await append_submission(session, saying(carrier.organisation_id, complaint_id, said, carrier.now))
    carrier.parts.starts.begin(carrier.organisation_id, complaint_id)


_PLACE: Final = "/complaints/{reference}/notices/{notice_id}/deliveries"


@router.post(_PLACE, operation_id="recordDelivery", responses=ANSWERS)
async def record_delivery(errand: ErrandDep, who: Writer, notice_id: UUID, body: DeliveryRecorded) -> Response:
    """Record what became of a notice: it came back, say, or the person was given it in the form they need."""
    return await errand.carry(who, CommandKind.RECORD_DELIVERY, body, body.said(notice_id), notice_id)


@router.get(_PLACE, operation_id="getDeliveries", response_model=Deliveries, responses=problems(*ONE_READ))
async def get_deliveries(visit: VisitDep, notice_id: UUID) -> Deliveries:
    """Show what is known of the way of a notice."""
    async with visit.found() as (session, found):
        notice = await session.get(Notice, notice_id)
        if notice is None or notice.complaint_id != found.id:
            raise Problem("not_found")
        carriage = await carriers.carriage_of(session, notice_id)
        rows = await carriers.arrivals_of(session, notice_id)
        own = found.organisation_id == visit.who.organisation_id
        return Deliveries(
            notice_id=notice.id,
            state=notice.state,
            failure=notice.failure,
            carriage=CarriageShown.of(carriage) if carriage is not None else None,
            items=[ArrivalShown.of(row, words=visit.who.sees_words and own) for row in rows],
        )
