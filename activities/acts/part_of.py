"""Our part in what another body coordinates, in the hands of an act: found, and its dates kept."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from activities.acts import ledger
from activities.acts.case import Case, Refused
from activities.acts.ledger import Terms
from contracts.failures import Refusal
from db.models.parts import JointPart
from db.queries import parts
from db.said import Log

ACCEPTANCE, CONTRIBUTION, INFORMATION = "part_acceptance", "part_contribution", "part_information"
REVISION, COMMENT, ACTION, SEPARATELY = "part_revision", "part_comment", "part_action", "part_separate"
_WITH_THE_LEAD = (ACCEPTANCE, CONTRIBUTION, REVISION)


async def find(case: Case) -> JointPart:
    """Return the part that this case is. Refused for a complaint of our own."""
    found = await parts.part_of(case.session, case.complaint.id)
    if found is None:
        raise Refused(Refusal.NOT_A_CONTRIBUTION)
    return found


async def open_part(case: Case, log: Log) -> None:
    """Write down in whose complaint this is a part. What the lead says of it is heard as its messages."""
    said = log.part
    if said is None or (said.lead_organisation_id is None) == (said.partner_id is None):
        raise Refused(Refusal.CONTRADICTS_RECORD)
    organisation_id = case.complaint.organisation_id
    part = JointPart(
        id=parts.part_id_of(organisation_id, said.contribution_id),
        organisation_id=organisation_id,
        complaint_id=case.complaint.id,
        contribution_id=said.contribution_id,
        lead_organisation_id=said.lead_organisation_id,
        partner_id=said.partner_id,
        lead_code=said.lead_code,
        lead_name=said.lead_name,
        lead_reference=said.lead_reference,
        bound=said.bound,
        accept_by=said.accept_by,
        act_id=case.act.act_id,
        opened_at=case.at,
    )
    case.session.add(part)
    await case.session.flush()
    case.event(
        "part.opened", part_id=part.id, contribution_id=part.contribution_id, lead=part.lead_code, bound=part.bound
    )


async def due(case: Case, kind: str, on: date, cause: str, subject_id: UUID | None = None) -> None:
    """Have something be due on the day that was asked for, unless it is due that day already."""
    row = await ledger.running(case, kind, subject_id)
    if row is None or row.due_on != on:
        await ledger.arm(case, kind, case.on, Terms(cause=cause, given=on), subject_id)


async def done(case: Case, kind: str, subject_id: UUID | None = None) -> None:
    """Meet what was due, today."""
    await ledger.meet_if_running(case, kind, case.on, subject_id)


async def no_longer(case: Case, kind: str, cause: str, subject_id: UUID | None = None) -> None:
    """Stop what is owed no more."""
    if row := await ledger.running(case, kind, subject_id):
        await ledger.stop(case, row, cause)


async def nothing_is_owed(case: Case, cause: str) -> None:
    """Stop what was owed to the lead for the whole part."""
    for kind in _WITH_THE_LEAD:
        await no_longer(case, kind, cause)
