"""Working a complaint: acknowledge, record the discussion, set the response period, extend, update."""

from __future__ import annotations

from datetime import date

from activities.acts import ledger, letters, reach, redating, rhythm, staff_outcome, statements, timescales, told
from activities.acts.case import Case, Refused, check, refuse_if
from activities.acts.ledger import Terms
from contracts.commands import CommandKind
from contracts.failures import Refusal
from db.models.clock import ClockRow
from db.models.complaint import Note
from db.models.work import Notice
from db.said import Acknowledge, Extend, RecordDiscussion, RecordUpdate, SetResponsePeriod
from policies import lawful
from policies.clock_rules import StartEvent, Unit, WhoseCalendar
from policies.extension_rules import BeyondCap, ExtensionRule


def keep_words(case: Case, kind: str, words: str | None) -> None:
    """Keep what was said as a note on the file."""
    if not words:
        return
    case.session.add(
        Note(
            id=case.new_id(f"note/{kind}"),
            organisation_id=case.complaint.organisation_id,
            complaint_id=case.complaint.id,
            kind=kind,
            author_id=case.actor_id,
            said_at=case.at,
            words=words,
        )
    )


async def acknowledge(case: Case, said: Acknowledge) -> None:
    """Record the call, meeting or letter that acknowledged and offered to discuss (reg 13(3), (7))."""
    check(
        lawful.acknowledgement(
            made_on=said.made_on,
            discussion_offered=said.discussion_offered or not case.procedure.knows(CommandKind.RECORD_DISCUSSION),
            received_on=case.complaint.received_on,
            today=case.on,
        )
    )
    # A later tier is acknowledged once it was asked for, not before.
    asked_on = [row.started_on for row in await ledger.met_by(case, CommandKind.ACKNOWLEDGE)]
    refuse_if(any(said.made_on < on for on in asked_on), Refusal.CONTRADICTS_RECORD)
    case.event("complaint.acknowledged", method=said.method, made_on=said.made_on)
    await ledger.meet_by(case, CommandKind.ACKNOWLEDGE, said.made_on)
    case.move(CommandKind.ACKNOWLEDGE)
    await ledger.begin(case, StartEvent.ACKNOWLEDGEMENT, said.made_on, Terms(cause="acknowledged"))
    case.complaint.waiting_on = "complainant"
    keep_words(case, "acknowledgement", said.words)
    await statements.given_with(case, said.statements, said.method, said.made_on)


async def record_discussion(case: Case, said: RecordDiscussion) -> None:
    """Record that the offer to discuss was accepted, declined, or had no reply."""
    check(_happened(case, said.recorded_on))
    case.complaint.discussion = said.result
    case.complaint.waiting_on = "owner"
    case.event("discussion.recorded", result=said.result, recorded_on=said.recorded_on)
    keep_words(case, "discussion", said.words)
    if said.result == "accepted":
        await reach.ask_for_interpreter(case, await letters.complainant(case))


async def set_response_period(case: Case, said: SetResponsePeriod) -> None:
    """Set the response period and the rhythm of updates, and draft the letter that notifies them."""
    # A period that runs is extended, with the reason: it is not set anew.
    refuse_if(await ledger.running(case, "response_period") is not None, Refusal.CONTRADICTS_RECORD)
    longest = await _longest(case)
    check(
        lawful.response_period(
            basis=said.basis,
            discussion=case.complaint.discussion,
            agreed_with=said.agreed_with,
            respond_by=said.respond_by,
            today=case.on,
            longest=longest,
        )
    )
    terms = Terms(
        cause=said.basis,
        given=said.respond_by,
        agreed_by=said.agreed_with,
        agreed_on=said.agreed_on,
    )
    await ledger.meet_by(case, CommandKind.SET_RESPONSE_PERIOD, case.on)
    await ledger.arm(case, "response_period", case.on, terms)
    case.complaint.update_every_days = said.update_every_days
    every = Terms(cause=said.basis, days=said.update_every_days)
    update = await ledger.arm(case, "next_update", case.on, every)
    case.move(CommandKind.SET_RESPONSE_PERIOD)
    case.complaint.waiting_on = "owner"
    case.event(
        "response_period.set",
        basis=said.basis,
        respond_by=said.respond_by,
        update_every_days=said.update_every_days,
    )
    facts = {
        "respond_by": said.respond_by,
        "basis": said.basis,
        "next_update_on": update.due_on,
        "limit_on": longest if longest < date.max else None,
    }
    await letters.draft(case, "period_set", facts)


async def extend(case: Case, said: Extend) -> None:
    """Give the response period or the six months a later end, and draft the letter that says so."""
    row = await ledger.running(case, said.clock)
    refuse_if(row is None, Refusal.NO_RUNNING_CLOCK)
    assert row is not None
    rule = case.procedure.clock(said.clock).extension
    refuse_if(not rule.allowed, Refusal.NO_RUNNING_CLOCK)
    check(await _within_cap(case, row, rule, said))
    check(
        lawful.extension(
            due_on=row.due_on,
            respond_by=said.respond_by,
            agreed_with=said.agreed_with,
            agreed_on=said.agreed_on,
            today=case.on,
            received_on=case.complaint.received_on,
            needs_agreement=rule.needs_agreement,
            before_expiry=rule.before_expiry,
            longest=None if said.clock == "relevant_period" else await _longest(case),
        )
    )
    await _check_calendar(case, row, said)
    old_due_on = row.due_on
    await _lengthen(case, row.started_on, said)
    case.event("period.extended", clock_id=row.id, clock=said.clock, old_due_on=old_due_on,
               due_on=said.respond_by, agreed_on=said.agreed_on)  # fmt: skip
    facts = {"due_on": old_due_on, "new_due_on": said.respond_by, "reason": said.reason,
             "agreed": said.agreed_with is not None, "names_ombudsman": rule.names_ombudsman}  # fmt: skip
    await letters.draft(case, "extension", facts)
    await timescales.changed(case, row, old_due_on, said.reason)
    await staff_outcome.timescale_changed(case, case.on)


async def _within_cap(case: Case, row: ClockRow, rule: ExtensionRule, said: Extend) -> Refusal | None:
    """Check a new date against what all extensions together may add to the date that was due first."""
    if rule.cap is None:
        return None
    clock = case.procedure.clock(row.kind)
    first = await redating.first_due_on(case, row)
    whose = case.calendars.nation if clock.calendar is WhoseCalendar.NATION else case.calendars.organisation
    last = lawful.last_day(first, rule.cap, working=clock.unit is Unit.WORKING_DAYS, calendar=whose)
    beyond = said.respond_by > last
    excused = rule.beyond_cap is BeyondCap.WITH_GOOD_REASON and said.good_reason
    return Refusal.BEYOND_CAP if beyond and not excused else None


async def _check_calendar(case: Case, row: ClockRow, said: Extend) -> None:
    """Refuse a date that the clock has by itself, by a change of the calendar that is on its way to this case."""
    counted = case.procedure.clock(row.kind).unit is not Unit.DATE
    if counted and said.respond_by <= await redating.first_due_on(case, row):
        raise Refused(Refusal.DATE_NOT_LATER)


async def _lengthen(case: Case, started_on: date, said: Extend) -> None:
    terms = Terms(
        cause="extended",
        given=said.respond_by,
        reason=said.reason,
        agreed_by=said.agreed_with,
        agreed_on=said.agreed_on,
    )
    await ledger.arm(case, said.clock, started_on, terms)


async def record_update(case: Case, said: RecordUpdate) -> None:
    """Record that the person was told how things stand; the next update is due a rhythm later."""
    check(_happened(case, said.given_on))
    case.event("update.given", method=said.method, given_on=said.given_on)
    keep_words(case, "update", said.words)
    await renew_update(case, said.given_on)


async def renew_update(case: Case, given_on: date, letter: Notice | None = None) -> None:
    """Meet the running update clock and start its next generation, on the day that the letter names where it does.

    An update older than the present generation is on the file, and moves nothing.
    """
    row = await ledger.running(case, "next_update")
    if row is None or case.complaint.update_every_days is None or given_on < row.started_on:
        return
    await ledger.meet(case, row, given_on)
    case.stopped.remove(row.id)
    terms = Terms(cause="update_given", days=rhythm.days_until_next(case, given_on, letter))
    await ledger.arm(case, "next_update", given_on, terms)
    if letter is not None:
        await told.by_notice(case, letter)


def _happened(case: Case, on: date) -> Refusal | None:
    return lawful.happened(on, received_on=case.complaint.received_on, today=case.on)


async def _longest(case: Case) -> date:
    """Return the last day of the six months, or of what was agreed in their place.

    Once they have expired they bind no promise: the response is owed as soon as practicable.
    """
    row = await ledger.running(case, "relevant_period")
    if row is None:
        refuse_if(case.procedure.has_clock("relevant_period"), Refusal.NO_RUNNING_CLOCK)
        return date.max
    return row.due_on if row.due_on >= case.on else date.max
