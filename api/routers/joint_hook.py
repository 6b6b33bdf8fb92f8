"""The receiver of webhooks from other installations: a signed event says that one of our parts was told something.

It says nothing of what: that is fetched, with a credential. Whoever is not known, or did not sign, is told nothing.
"""

from __future__ import annotations

import json
from typing import Annotated, Any, Final
from uuid import UUID

import structlog
from fastapi import APIRouter, Path, Request
from fastapi.responses import Response

from api.deps import PartsDep
from api.openapi import problems
from api.parts import Parts
from api.problems import Problem
from contracts.joint import JointPartStart
from contracts.webhooks import JointEvent
from db.queries import partners
from db.queries.incoming import NOBODY
from gateways.hook_signatures import is_signed
from gateways.partner_secrets import secrets_of
from gateways.webhooks import new_secret

router = APIRouter(prefix="/joint/v1/{organisation_code}/hooks", tags=["joint protocol"])
_CODES: Final = ("unauthenticated", "too_many_calls", "invalid_request", "method_not_allowed", "body_too_large",
                 "malformed_body", "unsupported_media_type", "unavailable", "internal_error")  # fmt: skip
_LARGEST: Final = 64 * 1024
_MOST: Final = 10**9
_BODY: Final[dict[str, Any]] = {
    "requestBody": {
        "required": True,
        "description": "A CloudEvent in structured JSON, signed as Standard Webhooks does: docs/joint-protocol.md.",
        "content": {"application/cloudevents+json": {"schema": {"type": "object"}}},
    }
}
_log = structlog.get_logger(__name__)


@router.post(
    "/{partner_id}",
    operation_id="receiveJointEvent",
    status_code=204,
    response_class=Response,
    responses=problems(*_CODES),
    openapi_extra=_BODY,
)
async def receive_joint_event(
    request: Request,
    parts: PartsDep,
    code: Annotated[str, Path(alias="organisation_code", max_length=64, description="Of the body that contributes.")],
    partner_id: UUID,
) -> Response:
    """Hear that the body that coordinates has said something: it is fetched by itself. Duplicates change nothing."""
    address = request.client.host if request.client else None
    now = parts.clock.now()
    if not parts.joint_calls.take(address, now):
        raise Problem("too_many_calls")
    body = await request.body()
    organisation_id = await _signed(parts, code, partner_id, request, body)
    if organisation_id is None:
        _log.warning("joint.hook_turned_away")
        raise Problem("unauthenticated" if parts.joint_failures.take(address, now) else "too_many_calls")
    told = _told(body)
    if told is not None:
        contribution_id, number = told
        async with parts.database.tenant(organisation_id, now) as session:
            if number is not None:
                await partners.note_credential(session, organisation_id, partner_id, contribution_id, number, now)
        await parts.engine.tell_joint_part(
            JointPartStart(organisation_id=organisation_id, contribution_id=contribution_id, partner_id=partner_id)
        )
    return Response(status_code=204)


async def _signed(parts: Parts, code: str, partner_id: UUID, request: Request, body: bytes) -> UUID | None:
    """Return whose partner signed this. Where nothing can be right it is compared all the same: it takes as long."""
    now = parts.clock.now()
    async with parts.database.tenant(NOBODY, now) as session:
        organisation_id = await partners.door_at(session, code)
    known: list[str] = []
    async with parts.database.tenant(organisation_id or NOBODY, now) as session:
        partner = await partners.find(session, partner_id)
        if partner is not None and partner.ended_at is None:
            known = secrets_of(parts.sealing, partner, now)
    good = len(body) <= _LARGEST and is_signed(request.headers, body, known or [new_secret()], now)
    return organisation_id if good and known else None


def _told(body: bytes) -> tuple[UUID, int | None] | None:
    """Return which contribution an event is about, and the number of its credential; None for another kind of event."""
    try:
        event = json.loads(body)
        if event["type"] not in (JointEvent.MESSAGE.value, JointEvent.CREDENTIAL.value):
            return None
        data = event["data"]
        number = data.get("credential")
        return UUID(data["contributionId"]), number if type(number) is int and 0 < number < _MOST else None
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None
