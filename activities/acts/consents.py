"""Whether somebody may be told something: loads what is on record about them, and lets the policy decide.

Asked at the release of a letter and again at the moment of sending. Nothing here changes a case.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from activities.acts.case import Case
from activities.acts.letter_facts import purpose_of
from contracts.commands import CommandKind
from db.models.complaint import Complaint, Party
from db.models.consent import Consent
from db.models.eligibility import Standing as StandingRow
from db.models.work import Notice
from db.queries import consents as rows
from db.queries import eligibility
from db.queries.complaint_reads import parties_of
from policies import consent
from policies.calendars import local_date
from policies.consent import Discloses, Given, Recipient, Standing, State, Told
from policies.procedure_files import load_procedures

MISSING: Final = "consent_missing"  # why a notice was withheld


async def may_be_told(case: Case, party: Party, template: str) -> bool:
    """Say whether a party may be told today what a letter of this template tells."""
    return (await told(case.session, case.complaint, party, template, case.on)).may


async def may_leave(case: Case, notice: Notice) -> bool:
    """Say whether a notice to a person outside may leave today. One to staff is not asked about."""
    return await _covers(case.session, notice, case.on)


async def may_leave_now(session: AsyncSession, notice_id: UUID, on: date) -> bool:
    """Say at the moment of sending whether a notice may leave."""
    return await _covers(session, await session.get_one(Notice, notice_id), on)


async def _covers(session: AsyncSession, notice: Notice, on: date) -> bool:
    if notice.party_id is None:
        return True
    complaint = await session.get_one(Complaint, notice.complaint_id)
    party = await session.get_one(Party, notice.party_id)
    return (await told(session, complaint, party, notice.template, on)).may


async def told(session: AsyncSession, complaint: Complaint, party: Party, template: str, on: date) -> Told:
    """Return whether a party may be told what a letter of a template tells, and why."""
    what = consent.disclosed_by(purpose_of(template))
    if what is Discloses.NOTHING:
        return consent.may_be_told(Recipient(role=party.role), what, on)
    return consent.may_be_told(await recipient_of(session, complaint, party), what, on)


async def recipient_of(session: AsyncSession, complaint: Complaint, party: Party) -> Recipient:
    """Return a party as the record knows them, to be asked about anything."""
    people = await parties_of(session, complaint.id)
    about = concerned(people)
    decided = (await eligibility.present_standing(session, complaint.id)).get(party.id)
    given = await rows.consents_of(session, complaint.id)
    return Recipient(
        role=party.role,
        concerned=about is not None and about.id == party.id,
        concerned_died=party.ground == "died" if about is None else about.death_known_at is not None,
        concerned_born_on=None if about is None else about.born_on,
        ground=party.ground,
        consent_basis=party.consent_basis,
        standing=None if decided is None else _standing(decided),
        decides_standing=load_procedures().governing(complaint).knows(CommandKind.DECIDE_STANDING),
        consents=[as_given(each, people) for each in given if each.recipient_id == party.id],
    )


def concerned(people: Sequence[Party]) -> Party | None:
    """Return whom a complaint is about: whoever was affected, else whoever complains and speaks for nobody else."""
    affected = next((each for each in people if each.role == "affected" and each.retired_at is None), None)
    if affected is not None:
        return affected
    return next((each for each in people if each.role == "complainant" and each.ground is None), None)


def as_given(row: Consent, people: Sequence[Party]) -> Given:
    """Return a consent as the policy sees it: whoever gave it may have died since."""
    ended, ended_at = None, None
    giver = next((each for each in people if each.id == row.giver_id), None)
    if row.superseded_by is not None:
        ended = State.SUPERSEDED
    elif row.withdrawn_on is not None:
        ended, ended_at = State.WITHDRAWN, row.withdrawn_at
    elif giver is not None and giver.death_known_at is not None and not row.after_death:
        ended, ended_at = State.ENDED_BY_DEATH, giver.death_known_at
    return Given(
        id=row.id,
        scope=row.scope,
        recipient_id=row.recipient_id,
        said_at=row.said_at,
        expires_on=last_day(row, people),
        ended=ended,
        ended_at=ended_at,
    )


def last_day(row: Consent, people: Sequence[Party]) -> date | None:
    """Return the last day of a consent, if it has one."""
    about = concerned(people)
    return consent.last_day(row.expires_on, row.giver_ground, None if about is None else about.born_on)


def _standing(row: StandingRow) -> Standing:
    return Standing(
        may_speak=row.may_speak,
        ground=row.ground,
        consent_basis=row.consent_basis,
        decided_at=row.decided_at,
        decided_on=local_date(row.decided_at),
    )
