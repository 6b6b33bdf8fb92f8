"""What is asked of colleagues: a statement, records, an interview or advice. Chased, checked, and sent back."""

from __future__ import annotations

from datetime import date
from typing import Any, Final
from uuid import UUID

from activities.acts import ledger, letters
from activities.acts.case import Case, Refused, check, refuse_if
from activities.acts.ledger import Terms
from activities.acts.named_issues import named
from contracts.clocks import Effect
from contracts.commands import CommandKind
from contracts.failures import Refusal
from contracts.offices import REQUESTEE
from db.models.clock import ClockRow
from db.models.organisation import Person
from db.models.requests import RequestAnswer, RequestFile, RequestIssue, RequestRow
from db.queries import clocks, people, requests, tasks
from db.queries.requests import UNSETTLED
from db.request_said import AnswerRequest, CancelRequest, RaiseRequest, ReviewRequest
from policies import requests as rules

CLOCK: Final = "request"
REVIEW: Final = "request_review"
_OPEN, _UNDER_REVIEW = UNSETTLED
# What a colleague is asked for, as a message to them says it.
_ASKED_FOR: Final = {
    "statement": "a statement",
    "records": "records",
    "interview": "an interview",
    "clinical_advice": "clinical advice",
    "other": "something that the answer needs",
}


async def raise_request(case: Case, said: RaiseRequest) -> None:
    """Ask a colleague, or whoever leads a division or team, by a date worked back from that of the response."""
    await _check_asked(case, said)
    check(rules.set_date(said.due_on, today=case.on))
    issues = await named(case, said.issue_ids)
    row = _row(case, said)
    await _date(case, row, said.due_on)
    case.session.add(row)
    await case.session.flush()
    for issue in issues:
        case.session.add(RequestIssue(id=case.new_id(f"about/{issue.id}"), **_of(row), issue_id=issue.id))
    case.event(
        "request.raised",
        request_id=row.id,
        request=row.kind,
        person_id=row.person_id,
        unit_id=row.unit_id,
        issues=len(issues),
        due_on=row.due_on,
    )
    await _ask(case, row, "request", "asked")


async def answer_request(case: Case, said: AnswerRequest) -> None:
    """Record what was given, on the day it was given. It has to be looked at before the request is settled."""
    row = await _request(case, said.request_id)
    refuse_if(row.state != _OPEN, Refusal.REQUEST_SETTLED)
    check(rules.given(said.given_on, asked_on=row.asked_on, today=case.on))
    refuse_if(not (said.words or said.file_ids), Refusal.REASON_NEEDED)
    answer = await _answer(case, row, said)
    case.session.add(answer)
    await case.session.flush()
    await _add_files(case, answer, said.file_ids)
    row.state = _UNDER_REVIEW
    case.event(
        "request.answered",
        request_id=row.id,
        round=answer.round,
        given_on=answer.given_on,
        in_time=answer.in_time,
        files=len(set(said.file_ids)),
    )
    # As done, before the clock takes its own tasks away as overtaken.
    await _end_tasks(case, row, "answer_request", done=True)
    await ledger.meet_if_running(case, CLOCK, said.given_on, row.id)
    clock = await _arm(case, REVIEW, Terms(cause="answered"), row.id)
    await case.task(
        "review_request",
        "owner",
        name=str(row.id),
        due_on=clock.due_on if clock else None,
        clock_id=clock.id if clock else None,
        subject_id=row.id,
    )


async def review_request(case: Case, said: ReviewRequest) -> None:
    """Accept what was given, or send it back with the reason. The lateness of the round before stays on record."""
    row = await _request(case, said.request_id)
    refuse_if(row.state == _OPEN, Refusal.NOTHING_CHANGES)
    refuse_if(row.state != _UNDER_REVIEW, Refusal.REQUEST_SETTLED)
    # Nobody checks what they gave themselves, but where there is nobody else.
    refuse_if(case.actor_id is not None and case.actor_id == row.person_id and not case.complaint.small_body,
              Refusal.SAME_PERSON)  # fmt: skip
    refuse_if(not said.accepted and not said.reason, Refusal.REASON_NEEDED)
    check(rules.set_date(None if said.accepted else said.due_on, today=case.on))
    answer = await requests.last_answer(case.session, row.id)
    assert answer is not None  # nothing is under review without one
    own = row.unit_id if row.person_id is None and answer.recorded_by == case.actor_id else None
    leads = own is not None and await requests.leads(case.session, own, case.actor_id, case.on)
    refuse_if(leads and not case.complaint.small_body, Refusal.SAME_PERSON)
    answer.accepted, answer.reason = said.accepted, said.reason
    answer.reviewed_by, answer.reviewed_at = case.actor_id, case.at
    await _end_tasks(case, row, "review_request", done=True)
    await ledger.meet_if_running(case, REVIEW, case.on, row.id)
    if said.accepted:
        row.state, row.settled_at = "done", case.at
        case.event("request.accepted", request_id=row.id, round=answer.round)
        return
    row.state = _OPEN
    await _date(case, row, said.due_on)
    case.event("request.sent_back", request_id=row.id, round=answer.round, due_on=row.due_on)
    await _ask(case, row, "request_again", "sent_back")


async def cancel_request(case: Case, said: CancelRequest) -> None:
    """Call off what is not needed any more, and tell whoever was asked."""
    row = await _request(case, said.request_id)
    refuse_if(row.state not in UNSETTLED, Refusal.REQUEST_SETTLED)
    waits = row.state == _OPEN
    row.state, row.settled_at, row.reason = "cancelled", case.at, said.reason
    case.event("request.cancelled", request_id=row.id)
    for kind in (CLOCK, REVIEW):
        if clock := await ledger.running(case, kind, row.id):
            await ledger.stop(case, clock, "request_cancelled")
    for kind in ("answer_request", "review_request"):
        await _end_tasks(case, row, kind)
    if waits and (person := await case.holder_of(REQUESTEE, row.id)):
        await letters.to_staff(case, "request_over", person, {})


async def end_with_case(case: Case) -> None:
    """End what nobody needs any more because the case has ended, and tell those who were asked, each once."""
    told: dict[UUID, Person] = {}
    for row in await requests.unsettled(case.session, case.complaint.id):
        if row.state == _OPEN and (person := await case.holder_of(REQUESTEE, row.id)):
            told[person.id] = person
        row.state, row.settled_at = "ended", case.at
        case.event("request.ended", request_id=row.id)
    for person in told.values():
        await letters.to_staff(case, "request_over", person, {})


async def are_settled(case: Case) -> bool:
    """Say whether nothing that was asked of colleagues is open, or waits for somebody to look at it."""
    return not await requests.is_any_unsettled(case.session, case.complaint.id)


async def _check_asked(case: Case, said: RaiseRequest) -> None:
    refuse_if(said.to_person_id is None and said.to_unit_id is None, Refusal.UNKNOWN_PERSON)
    if said.to_person_id is not None:
        refuse_if(await people.active_person(case.session, said.to_person_id) is None, Refusal.UNKNOWN_PERSON)
    if said.to_unit_id is not None:
        refuse_if(await people.active_unit(case.session, said.to_unit_id) is None, Refusal.UNKNOWN_TEAM)


async def _date(case: Case, row: RequestRow, given: date | None) -> None:
    """Give a request its date: the one that is set, else worked back from that of the response."""
    response = await response_clock(case)
    respond_by = response.due_on if response is not None else None
    if given is not None:
        worked = rules.as_given(given, respond_by)
    else:
        worked = rules.worked_back(case.on, respond_by, case.calendars.organisation)
    row.asked_on, row.due_on, row.steps = case.on, worked.due_on, list(worked.steps)
    row.response_clock = response.kind if response is not None else None


async def response_clock(case: Case) -> ClockRow | None:
    """Return the clock that says by when the person is to have the response.

    The one that was promised, else that of the law, else of those that a response meets the first to run out. What
    the organisation sets itself, such as the date of the signature, is no promise to anybody.
    """
    running = await clocks.running_clocks(case.session, case.complaint.id)
    for kind in requests.OF_THE_RESPONSE:
        if found := [row for row in running if row.kind == kind]:
            return found[0]
    met = (
        row
        for row in running
        if row.subject_id is None
        and row.effect != Effect.INTERNAL.value
        and CommandKind.RESPOND in case.procedure.clock(row.kind).met_by
    )
    return next(met, None)


async def response_due_on(case: Case) -> date | None:
    """Return by when the person is to have the response, where a clock says so and that day has not passed."""
    clock = await response_clock(case)
    return clock.due_on if clock is not None and clock.due_on >= case.on else None


async def _ask(case: Case, row: RequestRow, template: str, cause: str) -> None:
    """Put a request to whoever is to answer it: the clock, a task, and a message with no names in it."""
    terms = Terms(cause=cause, given=row.due_on, reason=". ".join(row.steps))
    clock = await _arm(case, CLOCK, terms, row.id)
    person = await case.task(
        "answer_request",
        REQUESTEE,
        name=str(row.id),
        due_on=row.due_on,
        clock_id=clock.id if clock else None,
        subject_id=row.id,
    )
    if person is not None:
        await letters.to_staff(case, template, person, {"request_kind": _ASKED_FOR[row.kind], "due_on": row.due_on})


async def _arm(case: Case, kind: str, terms: Terms, request_id: UUID) -> Any:
    """Start a clock about a request, where the procedure has one of the kind."""
    if not case.procedure.has_clock(kind):
        return None
    return await ledger.arm(case, kind, case.on, terms, request_id)


async def _end_tasks(case: Case, row: RequestRow, kind: str, *, done: bool = False) -> None:
    by = case.actor_id if done else None
    await tasks.end_open(
        case.session, case.complaint.id, at=case.at, subject_id=row.id, kind=kind, done_by=by, done=done
    )


async def _request(case: Case, request_id: UUID) -> RequestRow:
    row = await case.session.get(RequestRow, request_id)
    if row is None or row.complaint_id != case.complaint.id:
        raise Refused(Refusal.UNKNOWN_REQUEST)
    return row


async def _answer(case: Case, row: RequestRow, said: AnswerRequest) -> RequestAnswer:
    before = await requests.last_answer(case.session, row.id)
    number = before.round + 1 if before is not None else 1
    return RequestAnswer(
        id=case.new_id("answer"),
        **_of(row),
        round=number,
        asked_on=row.asked_on,
        due_on=row.due_on,
        given_on=said.given_on,
        working_days=rules.took(row.asked_on, said.given_on, case.calendars.organisation),
        in_time=said.given_on <= row.due_on,
        words=said.words,
        recorded_by=case.actor_id,
        recorded_at=case.at,
        act_id=case.act.act_id,
    )


async def _add_files(case: Case, answer: RequestAnswer, file_ids: tuple[UUID, ...]) -> None:
    wanted = set(file_ids)
    there = await requests.attached(case.session, case.complaint.id, wanted) if wanted else 0
    refuse_if(there != len(wanted), Refusal.UNKNOWN_FILE)
    for file_id in wanted:
        case.session.add(
            RequestFile(
                id=case.new_id(f"file/{file_id}"),
                organisation_id=answer.organisation_id,
                complaint_id=answer.complaint_id,
                answer_id=answer.id,
                file_id=file_id,
            )
        )


def _row(case: Case, said: RaiseRequest) -> RequestRow:
    return RequestRow(
        id=case.new_id("request"),
        organisation_id=case.complaint.organisation_id,
        complaint_id=case.complaint.id,
        kind=said.kind,
        profession=said.profession,
        person_id=said.to_person_id,
        unit_id=said.to_unit_id,
        what=said.what,
        state=_OPEN,
        raised_by=case.actor_id,
        raised_at=case.at,
        act_id=case.act.act_id,
    )


def _of(row: RequestRow) -> dict[str, Any]:
    return {"organisation_id": row.organisation_id, "complaint_id": row.complaint_id, "request_id": row.id}
