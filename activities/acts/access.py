"""Who reaches the page of a body without a system: links are given, given to somebody else, and taken away.

A link is not made here, and stands nowhere: it is made of the key of the installation when it is sent. It opens until
the contribution is released, and while an action of the body is awaited.
"""

from __future__ import annotations

from typing import Final
from uuid import UUID

from activities.acts import body_letters, joint
from activities.acts.case import Case, Refused, refuse_if
from contracts.failures import Refusal
from contracts.joint import ContributionState, Way
from db.access_said import IssueAccess, RevokeAccess
from db.models.access import BodyAccess
from db.models.joint import BodyContact, Contribution
from db.queries import access as rows
from db.queries import joint as bodies

_READERS: Final = ("contact", "deputy")


async def issue(case: Case, said: IssueAccess) -> None:
    """Give somebody of a body a link: beside those who have one, or in place of one of them, whose link ends."""
    row = await _open(case, said.contribution_id)
    live = await rows.of_contribution(case.session, row.id, live=True)
    before = next((each for each in live if each.id == said.instead_of), None)
    refuse_if(said.instead_of is not None and before is None, Refusal.UNKNOWN_ACCESS)
    others = [each for each in live if each is not before]
    refuse_if(any(_same(each.email, said.email) for each in others), Refusal.NOTHING_CHANGES)
    role = "deputy"
    if before is not None:
        role = await _contact_ends(case, before)
        await _end(case, before, "replaced")
    await _give(case, row, said.name, said.email)
    contacts = await bodies.contacts_of(case.session, row.id)
    readers = [each for each in contacts if each.role in _READERS]
    contact = next((each for each in readers if _same(each.email, said.email)), None)
    if contact is None:
        contact = _contact(case, row, role, said)
        case.session.add(contact)
        await case.session.flush()
    await body_letters.give_link(case, row, contact)
    joint.touch(case, row)


async def revoke(case: Case, said: RevokeAccess) -> None:
    """Have a link open nothing from now on; whoever is on the page by it is so no longer."""
    row = await joint.find(case, said.contribution_id)
    found = next((each for each in await rows.of_contribution(case.session, row.id) if each.id == said.access_id), None)
    refuse_if(found is None, Refusal.UNKNOWN_ACCESS)
    assert found is not None
    refuse_if(found.revoked_at is not None, Refusal.NOTHING_CHANGES)
    found.revoked_reason = said.reason
    await _end(case, found, "said")


async def issue_for(case: Case, row: Contribution) -> BodyAccess | None:
    """Give the contact of a body that takes part by the page a link, once; None where there is nobody to give it to.

    To be called when the body is invited, and when its contact or its way changes: it may be called at any time. A body
    that goes another way now has no page: every link to it ends.
    """
    if row.way != Way.PAGE:
        for each in await rows.of_contribution(case.session, row.id, live=True):
            await _end(case, each, "replaced")
    if row.way != Way.PAGE or row.invited_on is None:
        return None
    contacts = await bodies.contacts_of(case.session, row.id)
    contact = next((each for each in reversed(contacts) if each.role == "contact" and each.email), None)
    contact = contact or next((each for each in reversed(contacts) if each.email), None)
    if contact is None or contact.email is None:
        return None
    for each in await rows.of_contribution(case.session, row.id, live=True):
        if _same(each.email, contact.email):
            return each
    return await _give(case, row, contact.name, contact.email)


async def end_of_those_gone(case: Case, row: Contribution) -> None:
    """Take the links away of whoever is nobody's contact: to be called when another contact was named here.

    An address that was wrong must open nothing.
    """
    present = await bodies.contacts_of(case.session, row.id)
    for held in await rows.of_contribution(case.session, row.id, live=True):
        if not any(_same(held.email, each.email) for each in present):
            await _end(case, held, "replaced")


async def end_all(case: Case, row: Contribution) -> None:
    """Take every link to a contribution away, unless it still has a page. It may be called at any time."""
    if rows.is_open(row):
        return
    for each in await rows.of_contribution(case.session, row.id, live=True):
        await _end(case, each, "released")


async def _open(case: Case, contribution_id: UUID) -> Contribution:
    """Return a contribution that somebody may be given a link to."""
    row = await joint.find(case, contribution_id)
    refuse_if(row.way != Way.PAGE, Refusal.CONTRADICTS_RECORD)
    refuse_if(row.state == ContributionState.CONSENT_BLOCKED, Refusal.CONSENT_MISSING)
    if not rows.is_open(row):
        raise Refused(Refusal.CONTRIBUTION_RELEASED)
    return row


async def _give(case: Case, row: Contribution, name: str, email: str) -> BodyAccess:
    number = await rows.next_number(case.session, row.id)
    found = BodyAccess(
        id=case.new_id(f"access/{row.id}/{number}"),
        organisation_id=row.organisation_id,
        complaint_id=row.complaint_id,
        contribution_id=row.id,
        number=number,
        name=name,
        email=email,
        issued_at=case.at,
        issued_by=case.actor_id,
        act_id=case.act.act_id,
    )
    case.session.add(found)
    await case.session.flush()
    case.event("access.issued", contribution_id=row.id, body=row.code, access_id=found.id, number=number)
    return found


async def _end(case: Case, found: BodyAccess, cause: str) -> None:
    found.revoked_at, found.revoked_cause = case.at, cause
    found.revoked_by = case.actor_id if cause != "released" else None
    await rows.end_sessions(case.session, found.id, case.at)
    case.event(
        "access.revoked", contribution_id=found.contribution_id, access_id=found.id, number=found.number, cause=cause
    )


async def _contact_ends(case: Case, before: BodyAccess) -> str:
    """End the contact whose link goes to somebody else, and return the role that goes with it."""
    role = "contact"
    for each in await bodies.contacts_of(case.session, before.contribution_id):
        if each.role in _READERS and _same(each.email, before.email):
            each.ended_at, role = case.at, each.role
    return role


def _contact(case: Case, row: Contribution, role: str, said: IssueAccess) -> BodyContact:
    return BodyContact(
        id=case.new_id(f"contact/{row.id}/{role}"),
        organisation_id=row.organisation_id,
        complaint_id=row.complaint_id,
        contribution_id=row.id,
        role=role,
        name=said.name,
        email=said.email,
        act_id=case.act.act_id,
        said_at=case.at,
    )


def _same(one: str | None, other: str | None) -> bool:
    return one is not None and other is not None and one.strip().casefold() == other.strip().casefold()
