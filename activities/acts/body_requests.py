"""Information that a body is reasonably asked for: chased, looked at, sent back (SI 2009/309 reg 9(3)(b))."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Final
from uuid import UUID

from activities.acts import body_files, joint, ledger, taking_part
from activities.acts.case import Case, Refused, refuse_if
from activities.acts.heard_on import heard_on
from activities.acts.ledger import Terms
from contracts.failures import Refusal
from contracts.joint import ContributionState as State
from db.body_request_said import AskBody, ReviewBodyAnswer
from db.joint_messages import InformationGiven, InformationRequested, InformationSettled
from db.models.body_requests import BodyRequest, BodyRequestAnswer, BodyRequestFile
from db.models.joint import Contribution
from db.queries import body_requests, tasks

CLOCK: Final = "body_information"
_REVIEW: Final = "review_body_answer"
_OPEN, _UNDER_REVIEW = "open", "under_review"


async def ask_body(case: Case, said: AskBody) -> None:
    """Ask a body that takes part for information, by a date."""
    body = await joint.find_live(case, said.contribution_id)
    taking_part.refuse_unless_asked(body, accepted=True)
    refuse_if(said.due_on < case.on, Refusal.DATE_IN_PAST)
    row = BodyRequest(
        id=case.new_id("body_request"),
        organisation_id=body.organisation_id,
        complaint_id=body.complaint_id,
        contribution_id=body.id,
        what=said.what,
        state=_OPEN,
        asked_on=case.on,
        due_on=said.due_on,
        asked_by=case.actor_id,
        asked_at=case.at,
        act_id=case.act.act_id,
    )
    case.session.add(row)
    await case.session.flush()
    case.event("body_request.raised", request_id=row.id, contribution_id=body.id, body=body.code, due_on=row.due_on)
    told = await joint.post(case, body, InformationRequested(request_id=row.id, what=said.what, due_on=row.due_on))
    refuse_if(told is None, Refusal.CONSENT_MISSING)
    await _wait(case, body, row, "asked")
    if body.state == State.ACCEPTED:
        joint.move(case, body, State.CONTRIBUTING)


async def information(case: Case, row: Contribution, said: InformationGiven) -> None:
    """Hear what a body was asked for. It has to be looked at before the request is settled."""
    refuse_if(not taking_part.has_accepted(row), Refusal.NOT_ACCEPTED_YET)
    request = await _request(case, row, said.request_id)
    refuse_if(request.state != _OPEN, Refusal.REQUEST_SETTLED)
    refuse_if(not said.words.strip() and not said.file_ids, Refusal.REASON_NEEDED)
    answer = await _answer(case, request, said.words, heard_on(case))
    await _name_files(case, row, answer, said.file_ids)
    request.state = _UNDER_REVIEW
    case.event(
        "body_request.answered",
        request_id=request.id,
        contribution_id=row.id,
        body=row.code,
        round=answer.round,
        in_time=answer.in_time,
        files=len(set(said.file_ids)),
    )
    await ledger.meet_if_running(case, CLOCK, answer.given_on, request.id)
    await case.task(_REVIEW, "owner", name=str(request.id), subject_id=request.id)
    if row.state == State.ACCEPTED:
        joint.move(case, row, State.CONTRIBUTING)
    joint.touch(case, row)


async def review_answer(case: Case, said: ReviewBodyAnswer) -> None:
    """Accept what a body gave, send it back with the reason and a new date, or need nothing any more."""
    body = await joint.find_live(case, said.contribution_id)
    row = await _request(case, body, said.request_id)
    refuse_if(row.state not in (_OPEN, _UNDER_REVIEW), Refusal.REQUEST_SETTLED)
    refuse_if(row.state == _OPEN and said.result != "not_needed", Refusal.NOTHING_CHANGES)
    back = said.result == "sent_back"
    refuse_if(back and (not said.reason or said.due_on is None), Refusal.REASON_NEEDED)
    refuse_if(back and said.due_on is not None and said.due_on < case.on, Refusal.DATE_IN_PAST)
    await _look_at(case, row, said)
    await tasks.end_open(case.session, case.complaint.id, at=case.at, subject_id=row.id, kind=_REVIEW,
                         done_by=case.actor_id, done=True)  # fmt: skip
    settled = InformationSettled(
        request_id=row.id, result=said.result, reason=said.reason, due_on=said.due_on if back else None
    )
    await joint.post(case, body, settled)
    case.event("body_request.reviewed", request_id=row.id, contribution_id=body.id, body=body.code,
               result=said.result, due_on=settled.due_on)  # fmt: skip
    if back:
        await _wait(case, body, row, "sent_back")
    elif clock := await ledger.running(case, CLOCK, row.id):
        await ledger.stop(case, clock, said.result)
    joint.touch(case, body)


async def end_all(case: Case, body: Contribution) -> None:
    """Ask a body for nothing more: it is let go of. The clocks on its requests stop with its others."""
    for row in await body_requests.unsettled(case.session, body.id):
        row.state, row.settled_at = "not_needed", case.at
        await tasks.end_open(case.session, case.complaint.id, at=case.at, subject_id=row.id, kind=_REVIEW)
        case.event("body_request.ended", request_id=row.id, contribution_id=body.id, body=body.code)


async def on_accept(case: Case, body: Contribution) -> None:
    """Wait again for what a body was asked for before the case split from it: from today, where its date is past."""
    for row in await body_requests.unsettled(case.session, body.id):
        if row.state == _OPEN and await ledger.running(case, CLOCK, row.id) is None:
            await _wait(case, body, row, "taken_up")


async def _look_at(case: Case, row: BodyRequest, said: ReviewBodyAnswer) -> None:
    """Write down what came of the present round, and how the request stands now."""
    answer = await body_requests.last_answer(case.session, row.id)
    if row.state == _UNDER_REVIEW and answer is not None and said.result != "not_needed":
        answer.accepted, answer.reason = said.result == "accepted", said.reason
        answer.reviewed_by, answer.reviewed_at = case.actor_id, case.at
    if said.result == "sent_back":
        assert said.due_on is not None
        row.state, row.asked_on, row.due_on = _OPEN, case.on, said.due_on
    else:
        row.state = "done" if said.result == "accepted" else "not_needed"
        row.settled_at, row.reason = case.at, said.reason


async def _wait(case: Case, body: Contribution, row: BodyRequest, cause: str) -> None:
    """Start the clock on a request, or its next generation, with the workflow of the contribution."""
    if case.procedure.has_clock(CLOCK):
        terms = Terms(cause=cause, given=max(row.due_on, case.on), contribution_id=body.id)
        await ledger.arm(case, CLOCK, case.on, terms, row.id)


async def _request(case: Case, body: Contribution, request_id: UUID) -> BodyRequest:
    row = await case.session.get(BodyRequest, request_id)
    if row is None or row.contribution_id != body.id:
        raise Refused(Refusal.UNKNOWN_REQUEST)
    return row


async def _answer(case: Case, row: BodyRequest, words: str, given_on: date) -> BodyRequestAnswer:
    before = await body_requests.last_answer(case.session, row.id)
    answer = BodyRequestAnswer(
        id=case.new_id(f"body_answer/{row.id}"),
        organisation_id=row.organisation_id,
        complaint_id=row.complaint_id,
        request_id=row.id,
        round=before.round + 1 if before is not None else 1,
        asked_on=row.asked_on,
        due_on=row.due_on,
        given_on=given_on,
        in_time=given_on <= row.due_on,
        words=words,
        said_at=case.at,
        act_id=case.act.act_id,
    )
    case.session.add(answer)
    await case.session.flush()
    return answer


async def _name_files(case: Case, row: Contribution, answer: BodyRequestAnswer, file_ids: Collection[UUID]) -> None:
    wanted = list(dict.fromkeys(file_ids))
    await body_files.check(case, row, wanted)
    for file_id in wanted:
        case.session.add(
            BodyRequestFile(
                id=case.new_id(f"request_file/{answer.id}/{file_id}"),
                organisation_id=answer.organisation_id,
                complaint_id=answer.complaint_id,
                answer_id=answer.id,
                file_id=file_id,
            )
        )
