"""What is logged when another body passes a complaint on to us: all that we were told, and from where it comes."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from activities.acts.body_contacts import is_address
from contracts.code import Code
from contracts.joint import JointPartStart
from db.joint_messages import PersonTold, TransferOffered
from db.said import Log, PartySaid
from db.transfer_said import TransferTakenIn

CODE: Final = 64
_LINE, _WORDS, _NAME = 500, 50_000, 200  # of what another body says, so much is kept


def log_of(start: JointPartStart, seq: int, told: TransferOffered, on: date) -> Log:
    """Return what is logged, as received on a day."""
    sender = told.sender
    lines = [f"Passed on by {sender.name} (their reference {told.reference}), to whom it was made on"
             f" {told.received_on:%Y-%m-%d} ({told.channel}).", "", told.narrative]  # fmt: skip
    for each in told.issues:
        lines += ["", f"Issue {each.number} there: {each.summary}"]
        lines += [more for more in (each.effect, each.outcome_sought) if more and more not in told.narrative]
    complainant = _party("complainant", told.complainant, told)
    affected = () if told.affected is None else (_party("affected", told.affected, None),)
    return Log(
        channel="electronic",
        received_on=on,
        summary=told.summary[:_LINE] or told.reference[:_LINE],
        narrative="\n".join(lines)[:_WORDS],
        parties=(complainant, *affected),
        desired_outcome=told.desired_outcome,
        matter="complaint",
        source="other_body",
        transfer=TransferTakenIn(
            contribution_id=start.contribution_id,
            seq=seq,
            sender_code=sender.code[:CODE],
            sender_name=sender.name[:_NAME],
            sender_reference=told.reference[:_NAME],
            ground=told.ground,
            first_received_on=told.received_on,
            sender_organisation_id=start.lead_organisation_id,
            partner_id=start.partner_id,
        ),
    )


def _party(role: Any, person: PersonTold, told: TransferOffered | None) -> PartySaid:
    email = told.complainant_email if told is not None else None
    number = person.nhs_number
    return PartySaid(
        role=role,
        name=person.name[:_NAME],
        email=email if email is not None and is_address(email) else None,
        phone=told.complainant_phone[:CODE] if told is not None and told.complainant_phone else None,
        address=person.address,
        born_on=person.born_on,
        nhs_number=number if number is not None and len(number) == 10 and number.isdigit() else None,
        relation=_relation(told),
    )


def _relation(told: TransferOffered | None) -> str | None:
    """Return what the one is to the other, where that is a code."""
    try:
        return Code(told.relation).value if told is not None and told.relation else None
    except ValueError:
        return None
