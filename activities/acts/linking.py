"""Complaints that belong together: linked, put into a group with a common cause, given up for another, and unlinked."""

from __future__ import annotations

from uuid import UUID

from activities.acts.case import Case, Refused, refuse_if
from contracts.failures import Refusal
from db.intake_said import Link, Unlink
from db.models.complaint import Complaint
from db.models.links import ComplaintLink
from db.queries import links


async def link(case: Case, said: Link) -> None:
    """Write that the complaint belongs together with another one of this organisation."""
    other = await case.session.get(Complaint, said.to_id)
    if other is None or other.organisation_id != case.complaint.organisation_id:
        raise Refused(Refusal.NO_SUCH_COMPLAINT)
    refuse_if(other.id == case.complaint.id, Refusal.CONTRADICTS_RECORD)
    refuse_if((said.kind == "common_cause") != (said.group is not None), Refusal.UNKNOWN_CODE)
    there = await links.present(case.session, case.complaint.id, other.id, said.kind, said.group)
    refuse_if(there is not None, Refusal.NOTHING_CHANGES)
    _write(case, other.id, said.kind, group=said.group, words=said.words)


async def unlink(case: Case, said: Unlink) -> None:
    """Write that a link does not hold. It may have been recorded with either of the two."""
    row = await case.session.get(ComplaintLink, said.link_id)
    if row is None or row.removed_at is not None or case.complaint.id not in (row.complaint_id, row.other_id):
        raise Refused(Refusal.UNKNOWN_LINK)
    # What a complaint was given up for is on record with the correction that ended it.
    refuse_if(row.kind == "duplicate", Refusal.CONTRADICTS_RECORD)
    row.removed_by, row.removed_at, row.removal_reason = case.actor_id, case.at, said.reason
    other_id = row.other_id if row.complaint_id == case.complaint.id else row.complaint_id
    case.event("complaint.unlinked", link_id=row.id, link=row.kind, other_id=other_id, group=row.group_code)


async def link_duplicate(case: Case, kept_id: UUID) -> None:
    """Write which complaint this one was given up for."""
    if await links.present(case.session, case.complaint.id, kept_id, "duplicate", None) is None:
        _write(case, kept_id, "duplicate")


def _write(case: Case, other_id: UUID, kind: str, *, group: str | None = None, words: str | None = None) -> None:
    row = ComplaintLink(
        id=case.new_id("link"),
        organisation_id=case.complaint.organisation_id,
        complaint_id=case.complaint.id,
        other_id=other_id,
        kind=kind,
        group_code=group,
        words=words,
        linked_by=case.actor_id,
        act_id=case.act.act_id,
        linked_at=case.at,
    )
    case.session.add(row)
    case.event("complaint.linked", link_id=row.id, link=kind, other_id=other_id, group=group)
