"""SQL of partners: other bodies that we speak with, their receivers, and the credentials of contributions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID, uuid5

from sqlalchemy import func, select, text, true, tuple_, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.joint import ContributionState, Way
from contracts.webhooks import SubscriptionState
from db.models.joint import Contribution
from db.models.partners import JointCredential, Partner, PartnerContact
from db.models.webhooks import WebhookSubscription
from db.queries.keyset import After

FIRST_CREDENTIAL = 1
_DOOR_AT = text("select joint_door_at(:address)")


async def door_at(session: AsyncSession, address: str) -> UUID | None:
    """Return the organisation whose door has an address; None where nobody's has."""
    found: UUID | None = None if "\x00" in address else await session.scalar(_DOOR_AT, {"address": address})
    return found


async def find(session: AsyncSession, partner_id: UUID, *, lock: bool = False) -> Partner | None:
    """Return a partner of the tenant as it stands, ended or not."""
    return await session.get(Partner, partner_id, populate_existing=True, with_for_update=lock)


async def by_code(session: AsyncSession, code: str) -> Partner | None:
    """Return the partner of a code that has not ended."""
    found: Partner | None = await session.scalar(
        select(Partner).where(Partner.code == code, Partner.ended_at.is_(None))
    )
    return found


async def listed(session: AsyncSession, *, ended: bool, after: After | None, limit: int) -> Sequence[Partner]:
    """Return the partners of the tenant, the newest first."""
    key = tuple_(Partner.created_at, Partner.id)
    rows = await session.scalars(
        select(Partner)
        .where(
            true() if ended else Partner.ended_at.is_(None),
            true() if after is None else key < tuple_(after.value, after.id),
        )
        .order_by(Partner.created_at.desc(), Partner.id.desc())
        .limit(limit)
    )
    return rows.all()


async def contacts_of(session: AsyncSession, partners: Iterable[UUID]) -> list[PartnerContact]:
    """Return the present contacts of some partners."""
    rows = await session.scalars(
        select(PartnerContact)
        .where(PartnerContact.partner_id.in_(list(partners)), PartnerContact.ended_at.is_(None))
        .order_by(PartnerContact.role, PartnerContact.said_at, PartnerContact.id)
    )
    return list(rows)


async def end_contacts(session: AsyncSession, partner_id: UUID, now: datetime) -> None:
    """End all contacts of a partner: others are named in their place."""
    await session.execute(
        update(PartnerContact)
        .where(PartnerContact.partner_id == partner_id, PartnerContact.ended_at.is_(None))
        .values(ended_at=now)
    )


async def subscription_of(session: AsyncSession, partner_id: UUID, *, lock: bool = False) -> WebhookSubscription | None:
    """Return where a partner receives what we tell it; None where it receives nothing."""
    query = select(WebhookSubscription).where(
        WebhookSubscription.partner_id == partner_id, WebhookSubscription.state != SubscriptionState.ENDED.value
    )
    found: WebhookSubscription | None = await session.scalar(query.with_for_update() if lock else query)
    return found


async def count_live(session: AsyncSession, partner_id: UUID) -> int:
    """Count the contributions of a partner that were not released."""
    query = select(func.count()).where(
        Contribution.partner_id == partner_id, Contribution.state != ContributionState.RELEASED.value
    )
    return int(await session.scalar(query) or 0)


async def told(session: AsyncSession, partner_id: UUID) -> Sequence[Contribution]:
    """Return the contributions of a partner's system that were not released, and to which something was said."""
    query = select(Contribution).where(
        Contribution.partner_id == partner_id,
        Contribution.way == Way.SYSTEM.value,
        Contribution.state != ContributionState.RELEASED.value,
        Contribution.sent > 0,
    )
    return (await session.scalars(query.order_by(Contribution.id))).all()


async def credential_number(session: AsyncSession, partner_id: UUID, contribution_id: UUID) -> int:
    """Return the number of the present credential of a contribution."""
    found: int | None = await session.scalar(
        select(JointCredential.number).where(
            JointCredential.partner_id == partner_id, JointCredential.contribution_id == contribution_id
        )
    )
    return found or FIRST_CREDENTIAL


async def note_credential(
    session: AsyncSession, organisation_id: UUID, partner_id: UUID, contribution_id: UUID, number: int, now: datetime
) -> None:
    """Write which number a credential has now. It only ever grows: what arrives late changes nothing."""
    new = upsert(JointCredential).values(
        id=uuid5(partner_id, f"credential/{contribution_id}"),
        organisation_id=organisation_id,
        partner_id=partner_id,
        contribution_id=contribution_id,
        number=number,
        changed_at=now,
    )
    await session.execute(
        new.on_conflict_do_update(
            index_elements=["partner_id", "contribution_id"],
            set_={"number": new.excluded.number, "changed_at": new.excluded.changed_at},
            where=JointCredential.number < new.excluded.number,
        )
    )
