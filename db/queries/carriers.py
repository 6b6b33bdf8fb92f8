"""SQL of carriers: what an organisation has set, when its notices may leave, and where each of them is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.notices import NoticeState
from db.models.arrivals import Arrival, Carriage, CarrierSetting, QuietHours
from db.models.clock import ClockRow
from db.models.complaint import Complaint
from db.models.work import Notice, Task

NOTIFY = "notify"
OUT_TRAY = "out_tray"
NO_COPY = "no_copy"  # of a letter in the out-tray: nothing more is tried
_CARRIER_AT = text("select carrier_at(:address)")


async def setting(session: AsyncSession, carrier: str) -> CarrierSetting | None:
    """Return what the tenant has set for a carrier."""
    found: CarrierSetting | None = await session.scalar(select(CarrierSetting).where(CarrierSetting.carrier == carrier))
    return found


async def carrier_at(session: AsyncSession, address: str) -> UUID | None:
    """Return whose callbacks come to an address; None where nobody's do."""
    found: UUID | None = await session.scalar(_CARRIER_AT, {"address": address})
    return found


async def quiet_hours(session: AsyncSession) -> QuietHours | None:
    """Return when what the law does not ask for waits, where the tenant has said so."""
    found: QuietHours | None = await session.scalar(select(QuietHours))
    return found


async def carriage_of(session: AsyncSession, notice_id: UUID) -> Carriage | None:
    """Return where a notice is with its carrier; None where it was never tried."""
    found: Carriage | None = await session.scalar(
        select(Carriage).where(Carriage.notice_id == notice_id).execution_options(populate_existing=True)
    )
    return found


async def begin_carriage(session: AsyncSession, notice: Notice, carriage_id: UUID, carrier: str, now: datetime) -> None:
    """Write that a notice is about to be handed over. Where that is written already nobody knows what came of it."""
    await session.execute(
        insert(Carriage)
        .values(
            id=carriage_id,
            organisation_id=notice.organisation_id,
            complaint_id=notice.complaint_id,
            notice_id=notice.id,
            carrier=carrier,
            begun_at=now,
        )
        .on_conflict_do_nothing(index_elements=["notice_id"])
    )


async def note_status(
    session: AsyncSession, notice_id: UUID, status: str, now: datetime, carrier_id: UUID | None = None
) -> None:
    """Write what the carrier last said of a notice."""
    values: dict[str, object] = {"status": status, "looked_at": now}
    if carrier_id is not None:
        values["carrier_id"] = carrier_id
    await session.execute(update(Carriage).where(Carriage.notice_id == notice_id).values(**values))


async def note_tray(session: AsyncSession, notice_id: UUID, now: datetime, *, laid_out: bool) -> None:
    """Write that a letter lies in the out-tray, or that it was taken out of it."""
    # Whoever laid it out when it had been taken out already, did so too late: it is taken out once more.
    values = {"laid_out_at": now, "taken_out_at": None} if laid_out else {"taken_out_at": now}
    await session.execute(update(Carriage).where(Carriage.notice_id == notice_id).values(**values))


@dataclass(frozen=True, slots=True, kw_only=True)
class ToPost:
    """A letter that waits for somebody to post it."""

    notice: Notice
    reference: str
    task_id: UUID
    due_on: date | None
    in_tray: bool


async def to_post(
    session: AsyncSession, organisation_id: UUID, after: tuple[datetime, UUID] | None, limit: int
) -> list[ToPost]:
    """Return the tenant's letters that wait to be posted, the oldest first."""
    query = (
        select(Notice, Complaint.reference, Task.id, Task.due_on, Carriage.laid_out_at)
        .join(Complaint, Complaint.id == Notice.complaint_id)
        .outerjoin(Carriage, Carriage.notice_id == Notice.id)
        .join(Task, (Task.notice_id == Notice.id) & (Task.kind == "post_letter") & (Task.state == "open"))
        .where(Notice.organisation_id == organisation_id, Notice.state == NoticeState.RELEASED.value)
        .order_by(Notice.released_at, Notice.id)
        .limit(limit)
    )
    if after is not None:
        at, last = after
        query = query.where((Notice.released_at > at) | ((Notice.released_at == at) & (Notice.id > last)))
    rows = await session.execute(query)
    return [
        ToPost(notice=row[0], reference=row[1], task_id=row[2], due_on=row[3], in_tray=row[4] is not None)
        for row in rows
    ]


async def arrivals_of(session: AsyncSession, notice_id: UUID) -> Sequence[Arrival]:
    """Return what people saw become of a notice, in the order it was said."""
    rows = await session.scalars(
        select(Arrival).where(Arrival.notice_id == notice_id).order_by(Arrival.said_at, Arrival.id)
    )
    return rows.all()


async def undelivered_of(session: AsyncSession, complaint_id: UUID) -> Sequence[Notice]:
    """Return the notices of a complaint that met a clock, and that the person does not have as far as is known."""
    rows = await session.scalars(
        select(Notice)
        .join(ClockRow, ClockRow.id == Notice.met_clock_id)
        .where(
            Notice.complaint_id == complaint_id,
            (Notice.state.in_((NoticeState.FAILED.value, NoticeState.WITHHELD.value)))
            | ((Notice.state == NoticeState.RELEASED.value) & (Notice.failure.is_not(None))),
        )
        .order_by(Notice.settled_at, Notice.id)
    )
    return rows.all()
