"""How an organisation's notices leave: by whom, when, and which letters wait to be posted."""

from __future__ import annotations

from datetime import datetime, time
from uuid import UUID

from fastapi import APIRouter
from sqlalchemy.ext.asyncio import AsyncSession
from uuid_utils.compat import uuid7

from api.cursors import decode, encode
from api.deps import Cursor, Limit, PartsDep, Reader
from api.office_desk import Desk, DeskDep, Entry, wrong
from api.openapi import A_READ, A_WRITE, problems
from api.problems import Problem
from api.schemas.carriers import (
    CarriersSaid,
    CarriersShown,
    LetterToPost,
    NotifySaid,
    OutTray,
    QuietHoursSaid,
    QuietHoursShown,
)
from db.models.arrivals import CarrierSetting, QuietHours
from db.queries import carriers
from gateways.sealing import NoSecretsKey, about

router = APIRouter(prefix="/v1", tags=["organisation"])

_ORDER = "outTray"


@router.get(
    "/organisation/carriers", operation_id="getCarriers", response_model=CarriersShown, responses=problems(*A_READ)
)
async def get_carriers(parts: PartsDep, who: Reader) -> CarriersShown:
    """Show who carries the organisation's notices. Keys are not shown to anybody."""
    async with parts.database.tenant(who.organisation_id, parts.clock.now()) as session:
        return await _shown(session, who.organisation_code)


@router.put(
    "/organisation/carriers",
    operation_id="setCarriers",
    response_model=CarriersShown,
    responses=problems(*A_WRITE, "secrets_key_missing"),
)
async def set_carriers(desk: DeskDep, body: CarriersSaid) -> CarriersShown:
    """Say who carries what. It holds for what is released from now on; what is on its way stays with its carrier."""

    async def make(session: AsyncSession) -> Entry:
        await _set_notify(session, desk, body.notify)
        tray = await _row(session, desk, carriers.OUT_TRAY)
        tray.letters = body.out_tray
        said = body.notify
        data = {"out_tray": body.out_tray, "notify": said is not None}
        if said is not None:
            data |= {"emails": said.emails, "texts": said.texts, "letters": said.letters}
            data |= {"new_key": said.key is not None, "new_token": said.token is not None}
        return Entry(kind="carriers.changed", subject_id=desk.who.organisation_id, data=data)

    async def show(session: AsyncSession, _: UUID) -> CarriersShown:
        return await _shown(session, desk.who.organisation_code)

    return await desk.change(body, make=make, show=show)


@router.get(
    "/organisation/quiet-hours",
    operation_id="getQuietHours",
    response_model=QuietHoursShown,
    responses=problems(*A_READ),
)
async def get_quiet_hours(parts: PartsDep, who: Reader) -> QuietHoursShown:
    """Show when what the law does not ask for waits."""
    async with parts.database.tenant(who.organisation_id, parts.clock.now()) as session:
        return QuietHoursShown.of(await carriers.quiet_hours(session))


@router.put(
    "/organisation/quiet-hours",
    operation_id="setQuietHours",
    response_model=QuietHoursShown,
    responses=problems(*A_WRITE),
)
async def set_quiet_hours(desk: DeskDep, body: QuietHoursSaid) -> QuietHoursShown:
    """Say when what the law does not ask for waits. What the law asks for leaves at once, whatever is said here."""

    async def make(session: AsyncSession) -> Entry:
        row = await carriers.quiet_hours(session)
        if row is None:
            row = QuietHours(id=uuid7(), organisation_id=desk.who.organisation_id)
            session.add(row)
        row.quiet_from, row.quiet_until = _time(body.quiet_from), _time(body.quiet_until)
        row.working_days_only = body.working_days_only
        row.changed_by, row.changed_at = desk.who.person_id, desk.now
        data = body.model_dump(mode="json")
        return Entry(kind="quiet_hours.changed", subject_id=desk.who.organisation_id, data=data)

    async def show(session: AsyncSession, _: UUID) -> QuietHoursShown:
        return QuietHoursShown.of(await carriers.quiet_hours(session))

    return await desk.change(body, make=make, show=show)


@router.get("/out-tray", operation_id="getOutTray", response_model=OutTray, responses=problems(*A_READ))
async def get_out_tray(parts: PartsDep, who: Reader, cursor: Cursor = None, limit: Limit = 50) -> OutTray:
    """List the letters that wait to be posted, the oldest first. Completing its task says that one was posted."""
    key = decode(cursor, _ORDER, datetime)
    after = (key.value, key.id) if key is not None and isinstance(key.value, datetime) else None
    async with parts.database.tenant(who.organisation_id, parts.clock.now()) as session:
        rows = await carriers.to_post(session, who.organisation_id, after, limit + 1)
    items = [LetterToPost.of(row) for row in rows[:limit]]
    last = items[-1] if len(rows) > limit else None
    return OutTray(items=items, next=None if last is None else encode(_ORDER, last.since, last.notice_id))


async def _shown(session: AsyncSession, code: str) -> CarriersShown:
    notify = await carriers.setting(session, carriers.NOTIFY)
    return CarriersShown.of(notify, await carriers.setting(session, carriers.OUT_TRAY), code)


async def _row(session: AsyncSession, desk: Desk, carrier: str) -> CarrierSetting:
    row = await carriers.setting(session, carrier)
    if row is None:
        row = CarrierSetting(
            id=uuid7(),
            organisation_id=desk.who.organisation_id,
            carrier=carrier,
            emails=False,
            texts=False,
            letters=False,
        )
        session.add(row)
    row.changed_by, row.changed_at = desk.who.person_id, desk.now
    return row


async def _set_notify(session: AsyncSession, desk: Desk, said: NotifySaid | None) -> None:
    """Write what goes by Notify. Without it nothing does, and its key is let go of."""
    known = await carriers.setting(session, carriers.NOTIFY)
    if said is None and known is None:
        return
    row = await _row(session, desk, carriers.NOTIFY)
    if said is None:
        row.emails = row.texts = row.letters = False
        row.key_sealed = row.token_sealed = None
        return
    row.emails, row.texts, row.letters = said.emails, said.texts, said.letters
    row.email_template, row.text_template, row.reply_to = said.email_template, said.text_template, said.reply_to
    row.key_sealed = _sealed(desk, said.key, "key_sealed", row) or row.key_sealed
    row.token_sealed = _sealed(desk, said.token, "token_sealed", row) or row.token_sealed
    if row.key_sealed is None:
        raise wrong("/notify/key", "missing", "Notify needs a key.")


def _sealed(desk: Desk, secret: str | None, column: str, row: CarrierSetting) -> bytes | None:
    """Return a secret as it is kept, for one place only; None where none is said. Raises a problem without a key."""
    if secret is None:
        return None
    try:
        return desk.parts.sealing.seal(secret, about(f"carrier_setting.{column}", row.id))
    except NoSecretsKey:
        raise Problem("secrets_key_missing") from None


def _time(said: str | None) -> time | None:
    return None if said is None else time.fromisoformat(said)
