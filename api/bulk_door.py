"""Takes in bulk operations: who may ask for what, which complaints are meant, and that all of it can be done."""

from __future__ import annotations

import asyncio
from datetime import date
from typing import Final
from uuid import UUID

import structlog
from sqlalchemy.ext.asyncio import AsyncSession
from uuid_utils.compat import uuid7

from api.caller import Caller
from api.dates import today
from api.door import Envelope, fingerprint
from api.parts import Parts
from api.permissions import Permission
from api.problems import FieldError, Problem
from api.schemas.bulk import BulkAssignSaid, BulkSaid
from contracts.bulk import BulkKind, BulkStart
from db.models.bulk import BulkOperation
from db.queries import bulk, bulk_choice, people
from db.queries.bulk import NewBulk
from db.queries.bulk_choice import Chosen
from db.references import normalise

MOST_CHOSEN: Final = 10_000
MOST_NAMED: Final = 100  # unknown references in one problem
_BLANK: Final = "[["
_log = structlog.get_logger(__name__)

NEEDED: Final[dict[str, Permission]] = {
    BulkKind.ASSIGN.value: Permission.DRIVE,
    BulkKind.HAND_OVER_ACTIONS.value: Permission.DRIVE,  # asked for by a leaving alone; tried again by people, too
    BulkKind.ADD_NOTE.value: Permission.WRITE,
    BulkKind.SEND_UPDATE.value: Permission.RELEASE,
    BulkKind.EXPORT.value: Permission.EXPORT,
}


async def ask(parts: Parts, who: Caller, envelope: Envelope, body: BulkSaid) -> BulkOperation:
    """Store what is asked for with its complaints, or return what the same key asked for. Raises problems."""
    role = who.acting_as(NEEDED[body.kind])
    now, sent = parts.clock.now(), fingerprint(envelope, body)
    async with parts.database.tenant(who.organisation_id, now) as session:
        known = await bulk.asked_before(session, who.organisation_id, who.subject, envelope.route, envelope.key)
        if known is None:
            new = NewBulk(
                id=uuid7(),
                organisation_id=who.organisation_id,
                kind=body.kind.value,
                params=body.params(),
                complaints=await _complaints(session, who, body, today(now)),
                asked_by=who.person_id,
                role=role.value,
                asked_at=now,
                caller=who.subject,
                route=envelope.route,
                idempotency_key=envelope.key,
                body_hash=sent,
            )
            await _check(session, body)
            known = (await bulk.ask(session, new)).operation
        if known.body_hash != sent:
            raise Problem("idempotency_key_reused")
    return known


async def _complaints(session: AsyncSession, who: Caller, body: BulkSaid, on: date) -> list[UUID]:
    if body.references is not None:
        return await _named(session, who, body.references)
    assert body.filter is not None  # the schema sees to it
    if body.filter.is_empty:
        raise Problem.invalid("body", "/filter", "filter_empty", "Say what the complaints have in common.")
    chosen = Chosen(**body.filter.model_dump())
    found = await bulk_choice.by_filter(session, who.organisation_id, chosen, on=on, limit=MOST_CHOSEN + 1)
    if not found:
        raise Problem.invalid("body", "/filter", "nothing_found", "No complaint fits.")
    if len(found) > MOST_CHOSEN:
        raise Problem.invalid("body", "/filter", "too_many", "More complaints fit than one operation takes: 10,000.")
    return list(found)


async def _named(session: AsyncSession, who: Caller, references: list[str]) -> list[UUID]:
    """Return the complaints that references name, each once. Raises a problem that points at every unknown one."""
    stored = [normalise(reference) for reference in references]
    known = await bulk_choice.by_reference(session, who.organisation_id, [each for each in stored if each])
    unknown = [n for n, reference in enumerate(stored) if reference not in known]
    if unknown:
        detail = "There is no such complaint, it is not yours, or it is not opened yet."
        errors = [
            FieldError(place="body", pointer=f"/references/{n}", code="unknown_reference", detail=detail)
            for n in unknown[:MOST_NAMED]
        ]
        raise Problem("invalid_request", errors=errors)
    return list(dict.fromkeys(known[reference] for reference in stored if reference is not None))


async def _check(session: AsyncSession, body: BulkSaid) -> None:
    """Raise a problem for what every complaint would refuse."""
    if body.assign is not None:
        await _check_assign(session, body.assign)
    if body.update is not None:
        for name in ("subject", "body"):
            if _BLANK in getattr(body.update, name):
                raise Problem.invalid("body", f"/update/{name}", "blanks_left", "Blanks are left to fill in.")


async def _check_assign(session: AsyncSession, assign: BulkAssignSaid) -> None:
    owner_id = assign.owner_id
    if owner_id is not None and await people.active_person(session, owner_id) is None:
        raise Problem.invalid("body", "/assign/ownerId", "unknown_owner", "This is nobody who works here.")
    for unit_id, kind, name in ((assign.team_id, "team", "teamId"), (assign.division_id, "division", "divisionId")):
        unit = None if unit_id is None else await people.active_unit(session, unit_id)
        if unit_id is not None and (unit is None or unit.kind != kind):
            raise Problem.invalid("body", f"/assign/{name}", "unknown_unit", f"There is no such {kind} here.")


async def start(parts: Parts, operation: BulkOperation) -> None:
    """Start the workflow of an operation. One that cannot be started now is started by the sweep."""
    begin = BulkStart(organisation_id=operation.organisation_id, operation_id=operation.id)
    try:
        async with asyncio.timeout(parts.verdict_budget.total_seconds()):
            await parts.engine.start_bulk(begin)
    except Exception as error:  # noqa: BLE001 - whatever it is, the sweep stands behind it
        _log.warning("start.left_to_sweep", bulk=str(operation.id), failure=type(error).__name__)
