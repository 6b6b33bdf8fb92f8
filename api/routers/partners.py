"""Partners: other bodies that we speak with, the secrets that we share with them, and their receivers."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Final
from uuid import UUID, uuid5

from fastapi import APIRouter, Query
from fastapi.responses import Response
from sqlalchemy.ext.asyncio import AsyncSession
from uuid_utils.compat import uuid7

from api.answers import reply
from api.cursors import decode, encode
from api.deps import Cursor, Limit, PartsDep, Reader
from api.office_desk import Desk, DeskDep, Entry, Make, wrong
from api.openapi import A_READ, A_WRITE, ONE_READ, answers, header, problems
from api.partner_desk import check, found, name_contacts, settle_receiver, share, showing_secret, shown
from api.problems import Problem
from api.schemas.partners import (
    BY_SYSTEM,
    CredentialShown,
    NewPartnerSaid,
    Partners,
    PartnerSaid,
    PartnerSecret,
    PartnerShown,
    SecretSaid,
)
from api.webhook_desk import tell
from contracts.webhooks import JointEvent
from db.models.joint import Contribution
from db.models.partners import Partner
from db.queries import partners, webhooks
from db.queries.webhooks import NewDelivery

router = APIRouter(prefix="/v1/organisation/partners", tags=["partners"])

_ORDER: Final = "createdAt"
_A_CHANGE: Final = (*A_WRITE, "not_found", "partner_ended", "secrets_key_missing")


@router.post(
    "",
    operation_id="addPartner",
    status_code=201,
    responses=answers(201, PartnerSecret, "It is stored.", header("Location", "Where it is read."))
    | problems(*A_WRITE, "partner_known", "secrets_key_missing"),
)
async def add_partner(desk: DeskDep, body: NewPartnerSaid) -> Response:
    """Add another body. By system, the shared secret that is made is in this answer, and in no other."""
    check(desk, body)
    if body.code == desk.who.organisation_code:
        raise wrong("/code", "own_code", "This is your own code.")
    if body.secret is not None and body.way != BY_SYSTEM:
        raise wrong("/secret", "not_by_system", "A secret is shared with a body that takes part by a system.")

    async def make(session: AsyncSession) -> Entry:
        if await partners.by_code(session, body.code) is not None:
            raise Problem("partner_known")
        row = Partner(id=uuid7(), organisation_id=desk.who.organisation_id, code=body.code, secret_number=0)
        row.created_by, row.created_at = desk.who.person_id, desk.now
        _write(row, body, desk.now)
        data = share(desk, row, body.secret) if body.way == BY_SYSTEM else {}
        session.add(row)
        await session.flush()
        name_contacts(session, desk, row, body.contacts)
        await settle_receiver(session, desk, row)
        return Entry(kind="partner.added", subject_id=row.id, data={"code": row.code, "way": row.way, **data})

    made = await desk.change(body, make=make, show=showing_secret(desk))
    return reply(made, 201, {"Location": f"/v1/organisation/partners/{made.id}"})


@router.get("", operation_id="listPartners", response_model=Partners, responses=problems(*A_READ))
async def list_partners(
    parts: PartsDep,
    who: Reader,
    ended: Annotated[bool, Query(description="With those that have ended.")] = False,
    cursor: Cursor = None,
    limit: Limit = 25,
) -> Partners:
    """List the other bodies that we speak with, the newest first."""
    key = decode(cursor, _ORDER, datetime)
    after = key if key is not None and key.value is not None else None
    async with parts.database.tenant(who.organisation_id, parts.clock.now()) as session:
        rows = await partners.listed(session, ended=ended, after=after, limit=limit + 1)
        items = [await shown(session, who, row) for row in rows[:limit]]
    last = rows[limit - 1] if len(rows) > limit else None
    return Partners(items=items, next=None if last is None else encode(_ORDER, last.created_at, last.id))


@router.get("/{partner_id}", operation_id="getPartner", response_model=PartnerShown, responses=problems(*ONE_READ))
async def get_partner(parts: PartsDep, who: Reader, partner_id: UUID) -> PartnerShown:
    """Show another body."""
    async with parts.database.tenant(who.organisation_id, parts.clock.now()) as session:
        return await shown(session, who, await found(session, partner_id))


@router.put("/{partner_id}", operation_id="changePartner", response_model=PartnerShown, responses=problems(*_A_CHANGE))
async def change_partner(desk: DeskDep, partner_id: UUID, body: PartnerSaid) -> PartnerShown:
    """Say what is known of another body from now on, all of it. What waits to be told goes to its new address."""
    check(desk, body)

    async def make(session: AsyncSession) -> Entry:
        row = await found(session, partner_id, lock=True, ended=False)
        _write(row, body, desk.now)
        if row.way != BY_SYSTEM:
            row.secret = row.previous_secret = row.previous_until = None
        await partners.end_contacts(session, row.id, desk.now)
        name_contacts(session, desk, row, body.contacts)
        await settle_receiver(session, desk, row)
        return Entry(kind="partner.changed", subject_id=row.id, data={"way": row.way})

    return await _changed(desk, partner_id, make, body)


@router.post(
    "/{partner_id}/rotation",
    operation_id="rotatePartnerSecret",
    responses=answers(200, PartnerSecret, "The new secret holds from now on; for seven days the one before does, too.")
    | problems(*_A_CHANGE, "partner_without_secret"),
)
async def rotate_secret(desk: DeskDep, partner_id: UUID, body: SecretSaid) -> Response:
    """Share a new secret with another body. One that is made here is in this answer, and in no other."""

    async def make(session: AsyncSession) -> Entry:
        row = await found(session, partner_id, lock=True, ended=False)
        if row.way != BY_SYSTEM:
            raise Problem("partner_without_secret")
        data = share(desk, row, body.secret, at_once=body.at_once)
        row.changed_at = desk.now
        await settle_receiver(session, desk, row)
        return Entry(kind="partner.rotated", subject_id=row.id, data={**data, "at_once": body.at_once})

    return reply(await desk.change(body, partner_id, make=make, show=showing_secret(desk)), 200, {})


@router.post(
    "/{partner_id}/end",
    operation_id="endPartner",
    response_model=PartnerShown,
    responses=problems(*_A_CHANGE, "partner_in_use"),
)
async def end_partner(desk: DeskDep, partner_id: UUID) -> PartnerShown:
    """Speak with another body no more. Not while a contribution of it is awaited; its secret is forgotten."""

    async def make(session: AsyncSession) -> Entry:
        row = await found(session, partner_id, lock=True, ended=False)
        if count := await partners.count_live(session, row.id):
            raise Problem("partner_in_use", count=count)
        row.ended_at = row.changed_at = desk.now
        row.secret = row.previous_secret = row.previous_until = None
        await settle_receiver(session, desk, row)
        return Entry(kind="partner.ended", subject_id=row.id)

    return await _changed(desk, partner_id, make, None)


@router.post(
    "/{partner_id}/credentials/{contribution_id}/revocation",
    operation_id="revokeJointCredential",
    response_model=CredentialShown,
    responses=problems(*_A_CHANGE),
)
async def revoke_credential(desk: DeskDep, partner_id: UUID, contribution_id: UUID) -> CredentialShown:
    """Have the credential of one contribution be good no more. The other body is told the number of the next."""

    async def make(session: AsyncSession) -> Entry:
        row = await found(session, partner_id, lock=True, ended=False)
        contribution = await session.get(Contribution, contribution_id)
        if contribution is None or contribution.partner_id != row.id:
            raise Problem("not_found")
        number = await partners.credential_number(session, row.id, contribution_id) + 1
        await partners.note_credential(session, row.organisation_id, row.id, contribution_id, number, desk.now)
        receiver = await partners.subscription_of(session, row.id)
        if receiver is not None:
            told = [_told_of(contribution, number, desk.now)]
            await webhooks.queue(session, row.organisation_id, receiver.id, told, desk.now)
        data = {"contribution_id": str(contribution_id), "number": number}
        return Entry(kind="partner.credential_revoked", subject_id=row.id, data=data)

    async def show(session: AsyncSession, _: UUID) -> CredentialShown:
        number = await partners.credential_number(session, partner_id, contribution_id)
        return CredentialShown(contribution_id=contribution_id, number=number)

    answer = await desk.change(None, partner_id, contribution_id, make=make, show=show)
    await _wake(desk, partner_id)
    return answer


def _told_of(contribution: Contribution, number: int, now: datetime) -> NewDelivery:
    return NewDelivery(
        event_id=uuid5(contribution.id, f"credential/{number}"),
        complaint_id=None,
        type=JointEvent.CREDENTIAL.value,
        occurred_at=now,
        stage=None,
        version=None,
        about={"contributionId": str(contribution.id), "credential": number},
    )


def _write(row: Partner, said: PartnerSaid, now: datetime) -> None:
    row.name, row.body_kind, row.bound, row.way = said.name, said.body_kind, said.bound, said.way
    row.door_url, row.hook_url, row.changed_at = said.door_url, said.hook_url, now


async def _changed(desk: Desk, partner_id: UUID, make: Make, body: PartnerSaid | None) -> PartnerShown:
    async def show(session: AsyncSession, row_id: UUID) -> PartnerShown:
        return await shown(session, desk.who, await found(session, row_id))

    answer = await desk.change(body, partner_id, make=make, show=show)
    await _wake(desk, partner_id)
    return answer


async def _wake(desk: Desk, partner_id: UUID) -> None:
    """Have what waits for a partner's receiver be sent to where it is now."""
    async with desk.parts.database.tenant(desk.who.organisation_id, desk.now) as session:
        receiver = await partners.subscription_of(session, partner_id)
    if receiver is not None:
        await tell(desk, receiver.id)
