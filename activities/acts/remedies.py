"""Remedies: proposed, decided within the limits of authority, offered, taken up and paid."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from activities.acts import unplanned
from activities.acts.case import Case, Refused, check, refuse_if
from contracts.failures import Refusal
from db.finding_said import DecideRemedy, ProposeRemedy
from db.models.casework import Issue
from db.models.remedies import Remedy, RemedyStep
from db.queries import people, remedies
from policies import lawful
from policies.remedies import DECIDES, FOLLOWS, RULES


async def propose_remedy(case: Case, said: ProposeRemedy) -> None:
    """Propose what would put things right. Loss stands apart from injustice by the scale of severity (R-41)."""
    if said.issue_id is not None:
        issue = await case.session.get(Issue, said.issue_id)
        known = issue is not None and issue.complaint_id == case.complaint.id and issue.state != "taken_back"
        refuse_if(not known, Refusal.UNKNOWN_ISSUE)
    remedy = Remedy(
        id=case.new_id("remedy"),
        organisation_id=case.complaint.organisation_id,
        complaint_id=case.complaint.id,
        issue_id=said.issue_id,
        kind=said.kind,
        state="proposed",
        words=said.words,
        basis=said.basis,
        financial_loss=said.financial_loss,
        severity_level=said.severity_level,
        injustice_amount=said.injustice_amount,
        scale=RULES.scale_code if said.severity_level is not None else None,
        proposed_by=case.actor_id,
        act_id=case.act.act_id,
        proposed_at=case.at,
    )
    _check_sums(remedy, said.reason)
    case.session.add(remedy)
    await case.session.flush()
    await _step(case, remedy, "proposed", on=case.on, reason=said.reason)
    case.event("remedy.proposed", remedy_id=remedy.id, remedy=remedy.kind, issue_id=remedy.issue_id, **_sums(remedy))


async def decide_remedy(case: Case, said: DecideRemedy) -> None:
    """Approve, amend or reject a remedy, or record that it was offered, accepted, declined or paid."""
    remedy = await case.session.get(Remedy, said.remedy_id)
    if remedy is None or remedy.complaint_id != case.complaint.id:
        raise Refused(Refusal.UNKNOWN_REMEDY)
    refuse_if(said.decision not in FOLLOWS[remedy.state], Refusal.REMEDY_SETTLED)
    check(lawful.happened(said.on, received_on=case.complaint.received_on, today=case.on))
    if said.decision in DECIDES:
        await _decide(case, remedy, said)
    else:
        refuse_if(said.decision == "paid" and remedy.kind != "money", Refusal.CONTRADICTS_RECORD)
    remedy.state = "approved" if said.decision == "amended" else said.decision
    await _step(case, remedy, said.decision, on=said.on, reason=said.reason, mitigation=said.mitigation)
    case.event(f"remedy.{said.decision}", remedy_id=remedy.id, happened_on=said.on, **_sums(remedy))
    await unplanned.decided(case, remedy)


async def _decide(case: Case, remedy: Remedy, said: DecideRemedy) -> None:
    """Check a decision, and take over what it amends. A proposer may take back their own proposal: it pays nothing."""
    refuse_if(not case.complaint.open, Refusal.COMPLAINT_CLOSED)
    refuse_if(said.decision != "approved" and not said.reason, Refusal.REASON_NEEDED)
    before = (remedy.words, *_sums(remedy).values())
    if said.decision == "amended":
        _amend(remedy, said)
        refuse_if((remedy.words, *_sums(remedy).values()) == before, Refusal.NOTHING_CHANGES)
        _check_sums(remedy, said.reason)
    if remedy.kind == "money" and said.decision == "rejected":
        await _check_may_reject(case, remedy)
    elif remedy.kind == "money":
        await _check_authority(case, remedy, said.mitigation)


async def _check_may_reject(case: Case, remedy: Remedy) -> None:
    """Refuse to have somebody's proposal rejected by anybody but its proposer and those who decide on payments."""
    offices = tuple(limit.role for limit in RULES.authority.limits)
    if case.actor_id != remedy.proposed_by and not await _holds(case, offices):
        raise Refused(Refusal.BEYOND_AUTHORITY, offices)


async def _check_authority(case: Case, remedy: Remedy, mitigation: str | None) -> None:
    """Refuse a payment that is beyond whoever decides, and one that its proposer decides alone.

    All payments on a complaint count together: a sum cut into pieces is still that sum.
    """
    total = _total(remedy) + await remedies.approved_sum(case.session, case.complaint.id, but=remedy.id)
    offices = RULES.authority.may_decide(total)
    if not await _holds(case, offices):
        raise Refused(Refusal.BEYOND_AUTHORITY, offices)
    alone = case.actor_id == remedy.proposed_by
    refuse_if(alone and not (case.complaint.small_body and mitigation), Refusal.SAME_PERSON)


async def _holds(case: Case, offices: tuple[str, ...]) -> bool:
    return case.actor_id is not None and await people.holds_any(case.session, case.actor_id, offices, case.on)


def _amend(remedy: Remedy, said: DecideRemedy) -> None:
    remedy.words = said.words or remedy.words
    remedy.financial_loss = said.financial_loss or remedy.financial_loss
    remedy.severity_level = said.severity_level or remedy.severity_level
    remedy.injustice_amount = said.injustice_amount or remedy.injustice_amount
    remedy.scale = RULES.scale_code if remedy.severity_level is not None else None


def _check_sums(remedy: Remedy, reason: str | None) -> None:
    """Refuse sums that do not belong together, and without a reason one that is outside the band of its level."""
    level, amount = remedy.severity_level, remedy.injustice_amount
    money = remedy.financial_loss is not None or amount is not None or level is not None
    refuse_if(money != (remedy.kind == "money"), Refusal.CONTRADICTS_RECORD)
    refuse_if((level is None) != (amount is None), Refusal.CONTRADICTS_RECORD)
    outside = level is not None and amount is not None and not RULES.in_band(level, amount)
    refuse_if(outside and not reason, Refusal.REASON_NEEDED)


async def _step(
    case: Case, remedy: Remedy, step: str, *, on: date, reason: str | None, mitigation: str | None = None
) -> None:
    """Keep one step of a remedy. Nothing that follows a decision can have come before it."""
    before = await remedies.last_step(case.session, remedy.id)
    refuse_if(before is not None and before.step != "proposed" and on < before.happened_on, Refusal.CONTRADICTS_RECORD)
    case.session.add(
        RemedyStep(
            id=case.new_id(f"step/{remedy.id}"),
            organisation_id=case.complaint.organisation_id,
            complaint_id=case.complaint.id,
            remedy_id=remedy.id,
            number=before.number + 1 if before is not None else 1,
            step=step,
            words=remedy.words,
            financial_loss=remedy.financial_loss,
            severity_level=remedy.severity_level,
            injustice_amount=remedy.injustice_amount,
            reason=reason,
            mitigation=mitigation,
            happened_on=on,
            said_by=case.actor_id,
            act_id=case.act.act_id,
            said_at=case.at,
        )
    )


def _total(remedy: Remedy) -> Decimal:
    return (remedy.financial_loss or Decimal()) + (remedy.injustice_amount or Decimal())


def _sums(remedy: Remedy) -> dict[str, int | None]:
    """Return what the chain of evidence holds of a remedy's sums: whole pence."""
    return {
        "loss_pence": None if remedy.financial_loss is None else int(remedy.financial_loss * 100),
        "severity_level": remedy.severity_level,
        "injustice_pence": None if remedy.injustice_amount is None else int(remedy.injustice_amount * 100),
    }
