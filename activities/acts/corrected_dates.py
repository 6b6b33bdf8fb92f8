"""The day of receipt put right: every clock that counts from it is derived again, old proofs and breaches kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from activities.acts import ledger, time_limit
from activities.acts.case import Case, check, refuse_if
from activities.acts.change import Change
from activities.acts.ledger import Terms
from activities.acts.redating import CORRECTED, arm_again
from contracts.failures import Refusal
from db.models.clock import ClockRow, ClockVersion
from db.office_said import ReceiptCorrected
from db.queries import clocks
from db.queries.clock_reads import clock_versions_of
from db.queries.corrections import days_on_record, last_converted_at
from policies import corrections, lawful
from policies.calendars import local_date
from policies.clock_rules import ClockRule, StartEvent, Unit, WhoseCalendar
from policies.clocks import Derivation, derive, jitter_for
from policies.corrections import Agreement, Moved
from policies.eligibility import dates_contradict
from policies.extension_rules import BeyondCap
from policies.procedure_files import load_procedures

_MAY_COUNT_FROM_RECEIPT: Final = (StartEvent.RECEIPT, StartEvent.ESCALATION, StartEvent.MOVED_ON)


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
    # What was done about a concern before it became this complaint has no say in when it did.
    known = await days_on_record(case.session, complaint.id)
    on_record = [day for day in known if day >= complaint.received_on]
    early = complaint.first_contact_on is not None and said.received_on < complaint.first_contact_on
    refuse_if(early, Refusal.CONTRADICTS_RECORD)
    before = dates_contradict(complaint.happened_on, complaint.noticed_on, said.received_on)
    refuse_if(before, Refusal.CONTRADICTS_RECORD)
    check(
        corrections.receipt(
            said.received_on,
            old=complaint.received_on,
            today=case.on,
            happened_by=min([await _written_down_on(case), *on_record]),
            # It keeps its version also where an earlier one governed the true day: moving it is an act of its own.
            in_force_from=load_procedures().first_day(case.procedure.code),
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
            await _judge_again(case, each.row, each.found, each.terms)
    await time_limit.look(case)


async def _judge_again(case: Case, row: ClockRow, found: Derivation, terms: Terms) -> None:
    """Give a clock that has ended a version with another due date, and judge it by that. Nothing is armed.

    A new lateness is a breach; one that was written stays written.
    """
    old_due_on, was_late = row.due_on, row.breached_at is not None or row.in_time is False
    row.generation += 1
    row.started_on, row.due_on, row.due_at = found.proof.started_on, found.due_on, found.due_at
    row.provisional, row.proof = found.provisional, found.proof.to_dict()
    well = corrections.judged(due_on=row.due_on, due_at=row.due_at, met_on=row.met_on, ended_at=row.ended_at)
    row.in_time = None if row.met_on is None else well
    version = ledger.new_version(case, row, found, terms)
    version.met_on, version.in_time = row.met_on, row.in_time
    case.session.add(version)
    case.event(
        "clock.judged_again",
        **ledger.identity(row),
        cause=terms.cause,
        started_on=row.started_on,
        old_due_on=old_due_on,
        due_on=row.due_on,
        met_on=row.met_on,
        in_time=row.in_time,
        would_have_been_in_time=was_late and well,
    )
    if not well:
        await ledger.breach(case, row)


async def _written_down_on(case: Case) -> date:
    """Return the local day on which the complaint was logged, or on which a concern was made one."""
    converted_at = await last_converted_at(case.session, case.complaint.id)
    return local_date(converted_at or case.complaint.logged_at)


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
        if rule.starts not in _MAY_COUNT_FROM_RECEIPT:
            continue
        row = await clocks.find_clock(case.session, case.complaint.id, rule.kind)
        if row is None:
            continue
        own = [version for version in versions if version.clock_id == row.id]
        if rule.starts is StartEvent.RECEIPT or _was_received_as_request(case, row, own):
            found.append(_again(case, rule, row, own, received_on))
    return found


def _was_received_as_request(case: Case, row: ClockRow, versions: list[ClockVersion]) -> bool:
    """Say whether what came that day was the request for a later tier of a complaint that had been closed."""
    reopened, asked = case.complaint.reopened_from is not None, versions[0].cause == "escalated"
    return reopened and asked and row.started_on == case.complaint.received_on


def _again(case: Case, rule: ClockRule, row: ClockRow, versions: list[ClockVersion], received_on: date) -> _Again:
    """Derive one clock. A longer end that was set stands where it is the later one, was in time and within the cap."""
    found = derive(rule, started_on=received_on, calendars=case.calendars, jitter_seconds=jitter_for(row.id))
    terms, agreed = Terms(cause=CORRECTED), _agreed(rule, versions)
    known = [_agreement(version) for version in agreed]
    place = corrections.binding(found.due_on, known, before_expiry=rule.extension.before_expiry)
    stands = None if place is None else agreed[place]
    if stands is not None:
        terms = Terms(
            cause=CORRECTED,
            given=_capped(case, rule, found.due_on, stands.due_on),
            reason=stands.reason,
            agreed_by=stands.agreed_by,
            agreed_on=stands.agreed_on,
        )
        found = derive(
            rule, started_on=received_on, calendars=case.calendars, given=terms.given, jitter_seconds=jitter_for(row.id)
        )
    reached = found.due_on if stands is None else stands.due_on
    void = next((version for version in reversed(agreed) if version.due_on > reached), None)
    return _Again(row=row, terms=terms, found=found, void=void)


def _capped(case: Case, rule: ClockRule, first: date, set_for: date) -> date:
    """Return a later end, no further away than the cap lets it be: what lies beyond it needed another first date."""
    if rule.extension.cap is None or rule.extension.beyond_cap is not BeyondCap.NEVER:
        return set_for
    whose = case.calendars.nation if rule.calendar is WhoseCalendar.NATION else case.calendars.organisation
    last = lawful.last_day(first, rule.extension.cap, working=rule.unit is Unit.WORKING_DAYS, calendar=whose)
    return min(set_for, last)


def _agreed(rule: ClockRule, versions: list[ClockVersion]) -> list[ClockVersion]:
    """Return the versions that hold an end that was set in place of the rule's own, the earliest first."""
    if rule.unit is Unit.DATE or not rule.extension.allowed:
        return []
    return [version for version in versions if version.cause == "extended" or version.agreed_on is not None]


def _agreement(version: ClockVersion) -> Agreement:
    """Return what was agreed. Where no day is on record, it is the day on which it was said."""
    return Agreement(agreed_on=version.agreed_on or local_date(version.made_at), due_on=version.due_on)
