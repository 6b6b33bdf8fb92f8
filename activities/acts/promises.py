"""Promises to people: made, also in a contact; kept by their own proof; released; what is left of them at the end."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from activities.acts import ledger, told
from activities.acts.case import Case, Refused, refuse_if
from activities.acts.ledger import Terms
from contracts.failures import Refusal
from db.models.clock import ClockRow
from db.models.complaint import Party
from db.models.correction import Contact
from db.models.involvement import Involvement
from db.models.promise import Promise, PromiseKept
from db.models.work import Task
from db.promise_said import KeepPromise, MakePromise, ReleasePromise
from db.queries import promises, tasks
from db.queries.promises import AGAIN, ONCE, TASK
from policies.calendars import local_date


async def make(case: Case, said: MakePromise) -> None:
    """Put a promise on record, with a clock on it and the task to keep it; after the end the task alone."""
    made_on = said.made_on or case.on
    refuse_if(made_on > case.on, Refusal.DATE_IN_FUTURE)
    refuse_if(said.party_id is not None and said.involvement_id is not None, Refusal.CONTRADICTS_RECORD)
    await _check_party(case, said.party_id)
    await _check_involvement(case, said.involvement_id)
    due_on = said.due_on or _rolled(case, made_on, said.every_days)
    refuse_if(due_on < case.on, Refusal.DATE_IN_PAST)
    refuse_if(said.every_days is not None and due_on == made_on, Refusal.DATE_NOT_LATER)
    await _begin(
        case,
        Promise(
            **_new(case, "promise", made_on, due_on),
            kind=said.kind,
            what=said.what,
            every_days=said.every_days,
            party_id=said.party_id,
            involvement_id=said.involvement_id,
            source="said",
        ),
    )


async def noted(case: Case, contact: Contact) -> None:
    """Put on record what was promised in a contact. Its day was checked with the contact."""
    assert contact.promised is not None and contact.promised_by is not None
    await case.session.flush()  # the contact before the promise that names it
    await _begin(
        case,
        Promise(
            **_new(case, f"promise/{contact.id}", local_date(contact.happened_at), contact.promised_by),
            kind="other",
            what=contact.promised,
            party_id=contact.party_id,
            source="contact",
            contact_id=contact.id,
        ),
    )


async def keep(case: Case, said: KeepPromise) -> None:
    """Record that a promise was kept. One that comes round starts again from that day."""
    promise = await _open(case, said.promise_id)
    refuse_if(said.kept_on > case.on, Refusal.DATE_IN_FUTURE)
    refuse_if(said.contact_id is None and not said.words, Refusal.REASON_NEEDED)
    if said.contact_id is not None:
        known = await promises.is_contact(case.session, case.complaint.id, said.contact_id)
        refuse_if(not known, Refusal.CONTRADICTS_RECORD)
    await _keep(case, promise, said.kept_on, said.contact_id, said.words)


async def release(case: Case, said: ReleasePromise) -> None:
    """Let go of a promise that binds no more. One that was overdue stays broken."""
    promise = await _open(case, said.promise_id)
    promise.state, promise.settled_on, promise.settled_by = "released", case.on, case.actor_id
    promise.released_because, promise.release_words = said.because, said.words
    case.event("promise.released", promise_id=promise.id, because=said.because)
    clock = await _clock(case, promise)
    if clock is not None:
        promise.due_on = clock.due_on
        await ledger.stop(case, clock, "released")
    await _end_task(case, promise, done=False)


async def kept_by_task(case: Case, task: Task, words: str | None) -> None:
    """Keep, today, the promise that a task was about: whoever did the task did what was promised."""
    if task.kind != TASK:
        return
    promise = await promises.promise_about(case.session, case.complaint.id, task.subject_id)
    if promise is not None:
        await _keep(case, promise, case.on, None, words)


async def end_with_case(case: Case) -> None:
    """Let what is still promised stay a task, before the clocks stop. What was overdue by then is broken."""
    for promise in await promises.open_of(case.session, case.complaint.id):
        clock = await _clock(case, promise)
        if clock is not None:
            promise.due_on, promise.clocked = clock.due_on, clock.due_at <= case.at
    await promises.keep_tasks(case.session, case.complaint.id)


async def _begin(case: Case, promise: Promise) -> None:
    case.session.add(promise)
    case.event(
        "promise.made",
        promise_id=promise.id,
        promise=promise.kind,
        made_on=promise.made_on,
        due_on=promise.due_on,
        every_days=promise.every_days,
        party_id=promise.party_id,
        involvement_id=promise.involvement_id,
        contact_id=promise.contact_id,
    )
    clock = await _start(case, promise, promise.made_on, "promised") if promise.clocked else None
    await _ask(case, promise, clock)
    if clock is not None:
        await told.told(
            case,
            clock,
            clock.generation,
            party_id=promise.party_id,
            involvement_id=promise.involvement_id,
            contact_id=promise.contact_id,
            on=promise.made_on,
        )


async def _start(case: Case, promise: Promise, on: date, cause: str) -> ClockRow:
    """Start the clock of a promise, or its next round. A day that was promised stays that day; a rhythm is counted."""
    if promise.every_days is None:
        return await ledger.arm(case, ONCE, on, Terms(cause=cause, given=promise.due_on), promise.id)
    days = promise.every_days if cause != "promised" else (promise.due_on - on).days
    clock = await ledger.arm(case, AGAIN, on, Terms(cause=cause, days=days), promise.id)
    promise.due_on = clock.due_on
    return clock


async def _keep(case: Case, promise: Promise, kept_on: date, contact_id: UUID | None, words: str | None) -> None:
    before = await promises.last_kept(case.session, promise.id)
    refuse_if(kept_on < promise.made_on, Refusal.CONTRADICTS_RECORD)
    refuse_if(before is not None and kept_on <= before.kept_on, Refusal.CONTRADICTS_RECORD)
    clock = await _clock(case, promise)
    due_on = clock.due_on if clock is not None else promise.due_on
    number = before.number + 1 if before is not None else 1
    in_time = kept_on <= due_on
    case.session.add(
        PromiseKept(
            id=case.new_id(f"kept/{promise.id}"),
            **_of(case),
            promise_id=promise.id,
            number=number,
            due_on=due_on,
            kept_on=kept_on,
            in_time=in_time,
            contact_id=contact_id,
            words=words,
            said_by=case.actor_id,
        )
    )
    case.event("promise.kept", promise_id=promise.id, number=number, due_on=due_on, kept_on=kept_on, in_time=in_time)
    # As done, before the clock takes its own tasks away as overtaken.
    await _end_task(case, promise, done=True)
    if clock is not None:
        await ledger.meet(case, clock, kept_on)
    if clock is not None and promise.every_days is not None:
        case.stopped.remove(clock.id)
        await _ask(case, promise, await _start(case, promise, kept_on, "kept"))
    else:
        promise.state, promise.settled_on, promise.settled_by = "kept", kept_on, case.actor_id


async def _ask(case: Case, promise: Promise, clock: ClockRow | None) -> None:
    """Ask the owner to keep a promise, once for each round: its clock reminds of this very task."""
    await case.task(
        TASK,
        "owner",
        name=str(promise.id),
        due_on=promise.due_on,
        clock_id=clock.id if clock is not None else None,
        subject_id=promise.contact_id or promise.id,
    )


async def _end_task(case: Case, promise: Promise, *, done: bool) -> None:
    await tasks.end_open(
        case.session,
        case.complaint.id,
        at=case.at,
        subject_id=promise.contact_id or promise.id,
        kind=TASK,
        done_by=case.actor_id,
        done=done,
    )


async def _clock(case: Case, promise: Promise) -> ClockRow | None:
    return await ledger.running(case, ONCE if promise.every_days is None else AGAIN, promise.id)


async def _open(case: Case, promise_id: UUID) -> Promise:
    promise = await case.session.get(Promise, promise_id)
    if promise is None or promise.complaint_id != case.complaint.id:
        raise Refused(Refusal.UNKNOWN_PROMISE)
    refuse_if(promise.state != "open", Refusal.PROMISE_SETTLED)
    return promise


async def _check_party(case: Case, party_id: UUID | None) -> None:
    if party_id is None:
        return
    party = await case.session.get(Party, party_id)
    if party is None or party.complaint_id != case.complaint.id:
        raise Refused(Refusal.UNKNOWN_PARTY)
    refuse_if(party.replaced_by is not None or party.retired_at is not None, Refusal.UNKNOWN_PARTY)
    refuse_if(party.death_known_at is not None, Refusal.PERSON_HAS_DIED)


async def _check_involvement(case: Case, involvement_id: UUID | None) -> None:
    if involvement_id is None:
        return
    row = await case.session.get(Involvement, involvement_id)
    if row is None or row.complaint_id != case.complaint.id:
        raise Refused(Refusal.UNKNOWN_INVOLVEMENT)
    refuse_if(row.state == "ended", Refusal.INVOLVEMENT_ENDED)


def _rolled(case: Case, on: date, every_days: int | None) -> date:
    """Return the day so many days later, or the next on which the organisation is open."""
    if every_days is None:
        raise Refused(Refusal.DATE_IN_PAST)  # a promise has a day or a rhythm: nobody can keep one without
    return case.calendars.organisation.next_open(on + timedelta(days=every_days))


def _new(case: Case, name: str, made_on: date, due_on: date) -> dict[str, Any]:
    return {
        "id": case.new_id(name),
        **_of(case),
        "made_on": made_on,
        "due_on": due_on,
        "made_by": case.actor_id,
        "state": "open",
        "clocked": case.complaint.open,
    }


def _of(case: Case) -> dict[str, Any]:
    complaint = case.complaint
    return {
        "organisation_id": complaint.organisation_id,
        "complaint_id": complaint.id,
        "said_at": case.at,
        "act_id": case.act.act_id,
    }
