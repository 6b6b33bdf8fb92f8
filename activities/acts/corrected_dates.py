"""The day of receipt put right: every clock that counts from it is derived again, old proofs and breaches kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from activities.acts import ledger
from activities.acts.case import Case
from activities.acts.change import Change
from activities.acts.ledger import Terms
from activities.acts.redating import CORRECTED, arm_again
from activities.acts.working import check
from db.models.clock import ClockRow, ClockVersion
from db.office_said import ReceiptCorrected
from db.queries import clocks
from db.queries.clock_reads import clock_versions_of
from db.queries.corrections import days_on_record
from policies import corrections
from policies.calendars import local_date
from policies.clock_rules import ClockRule, StartEvent, Unit
from policies.clocks import Derivation, derive, jitter_for
from policies.corrections import Agreement, Moved


@dataclass(frozen=True, slots=True, kw_only=True)
class _Again:
    """A clock that counts from receipt, derived from another day."""

    row: ClockRow
    terms: Terms
    found: Derivation
    void: ClockVersion | None = None  # an agreed end that came too late by the true day of receipt

    @property
    def moved(self) -> Moved:
        effect = self.found.proof.effect
        return Moved(effect=effect, old_due_on=self.row.due_on, due_on=self.found.due_on)


async def weigh(case: Case, said: ReceiptCorrected) -> Change:
    """Say what another day of receipt would move. Refused where the record, or the law, has no place for it."""
    complaint = case.complaint
    on_record = await days_on_record(case.session, complaint.id)
    check(
        corrections.receipt(
            said.received_on,
            old=complaint.received_on,
            today=case.on,
            happened_by=min([local_date(complaint.logged_at), *on_record]),
            in_force_from=case.procedure.effective_from,
            in_force_until=case.procedure.effective_until,
        )
    )
    again = await _derived(case, said.received_on)
    due = {each.row.kind: each.found.due_on for each in again}
    return Change(
        before={"received_on": complaint.received_on, "due": {each.row.kind: each.row.due_on for each in again}},
        after={"received_on": said.received_on, "due": due, "void": [each.row.kind for each in again if each.void]},
        facts={"old_received_on": complaint.received_on, "received_on": said.received_on},
        needs_approval=corrections.needs_approval(each.moved for each in again),
    )


async def make(case: Case, said: ReceiptCorrected) -> None:
    """Move the day of receipt. What runs is armed again; what has ended is judged again, and arms nothing."""
    again = await _derived(case, said.received_on)
    case.complaint.received_on = said.received_on
    for each in again:
        _tell_void(case, each)
        if each.row.state == "running":
            await arm_again(case, each.row, said.received_on, each.terms)
        else:
            await ledger.judge_again(case, each.row, each.found, each.terms)


def _tell_void(case: Case, each: _Again) -> None:
    """Journal that an agreed end does not bind: it was agreed only after the true six months (reg 14(3)(b))."""
    if each.void is None:
        return
    case.event(
        "period.extension_void",
        clock_id=each.row.id,
        clock=each.row.kind,
        agreed_on=_agreement(each.void).agreed_on,
        expired_on=each.found.due_on,
        would_have_been_due_on=each.void.due_on,
    )


async def _derived(case: Case, received_on: date) -> list[_Again]:
    versions = await clock_versions_of(case.session, case.complaint.id)
    found = []
    for rule in case.procedure.clocks:
        if rule.starts is not StartEvent.RECEIPT:
            continue
        row = await clocks.find_clock(case.session, case.complaint.id, rule.kind)
        if row is not None:
            own = [version for version in versions if version.clock_id == row.id]
            found.append(_again(case, rule, row, own, received_on))
    return found


def _again(case: Case, rule: ClockRule, row: ClockRow, versions: list[ClockVersion], received_on: date) -> _Again:
    """Derive one clock. A longer end that the person agreed to stands where it is the later one, and was in time."""
    found = derive(rule, started_on=received_on, calendars=case.calendars, jitter_seconds=jitter_for(row.id))
    terms, agreed = Terms(cause=CORRECTED), _agreed(rule, versions)
    place = corrections.binding(found.due_on, [_agreement(version) for version in agreed])
    if place is not None:
        stands = agreed[place]
        terms = Terms(
            cause=CORRECTED,
            given=stands.due_on,
            reason=stands.reason,
            agreed_by=stands.agreed_by,
            agreed_on=stands.agreed_on,
        )
        found = derive(
            rule, started_on=received_on, calendars=case.calendars, given=terms.given, jitter_seconds=jitter_for(row.id)
        )
    void = next((version for version in reversed(agreed) if version.due_on > found.due_on), None)
    return _Again(row=row, terms=terms, found=found, void=void)


def _agreed(rule: ClockRule, versions: list[ClockVersion]) -> list[ClockVersion]:
    """Return the versions that hold an end that was agreed in place of the months, the earliest first."""
    if rule.unit is not Unit.MONTHS:
        return []
    return [version for version in versions if version.cause == "extended" or version.agreed_on is not None]


def _agreement(version: ClockVersion) -> Agreement:
    """Return what was agreed. Where no day is on record, it is the day on which it was said."""
    return Agreement(agreed_on=version.agreed_on or local_date(version.made_at), due_on=version.due_on)
