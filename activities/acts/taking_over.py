"""A complaint that another body passed on to us: ours from the first, and what its sender still says of it (R-48)."""

from __future__ import annotations

from typing import Final

from activities.acts.case import Case, refuse_if
from contracts.failures import Refusal
from db.models.transfers import TransferReceived
from db.part_said import HearLead
from db.queries import transfers as rows
from db.transfer_said import TransferTakenIn

REFUSED: Final = "transfer_refused"
NEWS: Final = "transfer_news"
# What a sender says that calls for somebody: the person took back that we may be told.
_CALLS: Final = frozenset({"consent_ended"})
_LONGEST: Final = 64


async def open_received(case: Case, said: TransferTakenIn) -> None:
    """Write down whose complaint it was. That we have it is brought to the sender by itself."""
    organisation_id = case.complaint.organisation_id
    refuse_if((said.sender_organisation_id is None) == (said.partner_id is None), Refusal.CONTRADICTS_RECORD)
    row = TransferReceived(
        id=rows.received_id_of(organisation_id, said.contribution_id),
        organisation_id=organisation_id,
        complaint_id=case.complaint.id,
        contribution_id=said.contribution_id,
        sender_organisation_id=said.sender_organisation_id,
        partner_id=said.partner_id,
        sender_code=said.sender_code,
        sender_name=said.sender_name,
        sender_reference=said.sender_reference,
        ground=said.ground,
        first_received_on=said.first_received_on,
        message_id=case.new_id("transfer_taken"),
        heard=said.seq,
        state="queued",
        act_id=case.act.act_id,
        opened_at=case.at,
    )
    case.session.add(row)
    await case.session.flush()
    case.event(
        "transfer.received",
        contribution_id=row.contribution_id,
        sender=row.sender_code,
        ground=row.ground,
        first_received_on=row.first_received_on,
        received_on=case.complaint.received_on,
    )


async def hear(case: Case, row: TransferReceived, said: HearLead) -> None:
    """Take in what the sender says since, each message once; or that it refused our answer."""
    if said.refused_id is not None:
        refuse_if(said.refused_id != row.message_id, Refusal.CONTRADICTS_RECORD)
        case.event("transfer.answer_refused", contribution_id=row.contribution_id, refusal=said.kind[:_LONGEST])
        await case.task(REFUSED, "complaints_manager", name="refused", subject_id=row.id)
        return
    if said.seq <= row.heard:
        return
    row.heard = said.seq
    kind = said.kind if said.kind.isascii() and said.kind.isidentifier() else "unknown"
    case.event("transfer.heard", contribution_id=row.contribution_id, message=kind[:_LONGEST], seq=said.seq)
    if kind in _CALLS:
        await case.task(NEWS, "complaints_manager", name=str(said.seq), subject_id=row.id)
