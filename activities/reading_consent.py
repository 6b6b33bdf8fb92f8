"""Reads who may be told what about a complaint, and why, by the very rules that refuse a letter."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from activities.acts import consents
from db.models.complaint import Complaint
from db.queries import consents as rows
from db.queries.complaint_reads import parties_of
from policies import consent
from policies.consent import Discloses


@dataclass(frozen=True, slots=True, kw_only=True)
class Disclosed:
    """Whether a party may be told one kind of thing, and why; `consent_id` where a consent decides that."""

    party_id: UUID
    role: str
    what: str
    may: bool
    why: str
    consent_id: UUID | None


async def disclosures_of(session: AsyncSession, complaint: Complaint, on: date) -> tuple[Disclosed, ...]:
    """Return what each party of a complaint may be told on a day, and why."""
    found = []
    for party in await parties_of(session, complaint.id):
        recipient = await consents.recipient_of(session, complaint, party)
        for what in Discloses:
            told = consent.may_be_told(recipient, what, on)
            found.append(
                Disclosed(
                    party_id=party.id,
                    role=party.role,
                    what=what.value,
                    may=told.may,
                    why=told.why.value,
                    consent_id=told.consent_id,
                )
            )
    return tuple(found)


async def states_of(session: AsyncSession, complaint: Complaint, on: date) -> dict[UUID, str]:
    """Return how each consent of a complaint stands on a day."""
    people = await parties_of(session, complaint.id)
    given = await rows.consents_of(session, complaint.id)
    return {each.id: consent.state_of(consents.as_given(each, people), on).value for each in given}
