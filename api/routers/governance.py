"""What leaders do regularly: each occurrence, its steps, and what is said of a report that is circulated."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Annotated, Final, Literal
from uuid import UUID

from fastapi import APIRouter, Path, Query
from fastapi.responses import Response
from sqlalchemy.ext.asyncio import AsyncSession
from uuid_utils.compat import uuid7

from api.answers import reply
from api.cursors import decode, encode
from api.dates import refuse_future
from api.deps import Cursor, Limit, PartsDep, ReportReader
from api.governance_desk import GovernanceDeskDep, Matter, check_asked_of, is_office, tell
from api.governance_view import shown_whole
from api.office_desk import Entry, wrong
from api.openapi import A_READ, A_WRITE, ONE_READ, answers, problems
from api.problems import Problem
from api.schemas.governance import (
    AbandonmentSaid,
    BeginningSaid,
    CommentSaid,
    CompletionOfStepSaid,
    Kind,
    SendingBackSaid,
)
from api.schemas.governance_shown import OccurrenceListed, Occurrences, OccurrenceShown
from contracts.governance import SeriesState
from db import report_states
from db.models.governance_meeting import GovernanceComment
from db.queries import governance, reports
from db.queries.governance import NewOccurrence
from db.queries.governance_facts import cases_of

router = APIRouter(prefix="/v1/governance", tags=["governance"])
SAYING: Final = (*A_WRITE, "not_found", "already_ended", "not_your_part")
Step = Annotated[str, Path(pattern=r"^[a-z][a-z0-9_]{0,63}$", description="The code of the step.")]


@router.get("", operation_id="listGovernance", response_model=Occurrences, responses=problems(*A_READ))
async def list_governance(
    parts: PartsDep,
    who: ReportReader,
    kind: Annotated[Kind | None, Query(description="Left out: every kind.")] = None,
    state: Annotated[Literal["open", "done", "abandoned"] | None, Query(description="Left out: every state.")] = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Occurrences:
    """List occurrences, the last begun first, each with the step that it waits for."""
    after = decode(cursor, "begunAt", datetime)
    place = None if after is None or not isinstance(after.value, datetime) else (after.value, after.id)
    async with parts.database.tenant(who.organisation_id, parts.clock.now()) as session:
        rows = await governance.listed(session, kind=kind, state=state, after=place, limit=limit + 1)
        items = [
            OccurrenceListed.listed(
                row, await governance.open_step(session, row.id), parts.governing.of(row.kind, row.rules)
            )
            for row in rows[:limit]
        ]
    last = rows[limit - 1] if len(rows) > limit else None
    return Occurrences(items=items, next=None if last is None else encode("begunAt", last.begun_at, last.id))


@router.get(
    "/{occurrence_id}", operation_id="getGovernance", response_model=OccurrenceShown, responses=problems(*ONE_READ)
)
async def get_governance(parts: PartsDep, who: ReportReader, occurrence_id: UUID) -> OccurrenceShown:
    """Show one occurrence: its steps, what was said of it, its cases, actions and distribution."""
    async with parts.database.tenant(who.organisation_id, parts.clock.now()) as session:
        row = await governance.occurrence(session, occurrence_id)
        if row is None:
            raise Problem("not_found")
        return await shown_whole(session, parts, who, row)


@router.post(
    "",
    operation_id="beginGovernance",
    status_code=201,
    responses=answers(201, OccurrenceShown, "It has begun.")
    | problems(*A_WRITE, "not_found", "series_not_active", "not_on_request", "not_your_part"),
)
async def begin_governance(desk: GovernanceDeskDep, body: BeginningSaid) -> Response:
    """Begin what is begun when somebody asks: days are counted from the day after the request was received."""
    parts, now = desk.desk.parts, desk.desk.now
    refuse_future(body, now)

    async def make(session: AsyncSession) -> Entry:
        series = await governance.series(session, body.series_id, lock=True)
        if series is None:
            raise Problem("not_found")
        if not is_office(desk.desk.who):
            raise Problem("not_your_part")
        if series.rhythm != "on_request":
            raise Problem("not_on_request")
        if series.state != SeriesState.ACTIVE:
            raise Problem("series_not_active")
        await check_asked_of(session, desk.desk, series.kind, series.report, "/seriesId")
        rules = parts.governing.newest(series.kind)
        first_on, last_on = parts.governing.period(series.kind, series.rhythm, body.requested_on)
        new = NewOccurrence(
            number=await governance.last_number(session, series.id) + 1,
            rules=rules.version,
            first_on=first_on,
            last_on=last_on,
            nominal_on=body.requested_on,
            begun_on=body.requested_on,
            begun_at=now,
            begun_by=desk.person_id,
            late=False,
            steps=parts.governing.planned(series.kind, rules.version, body.requested_on),
        )
        row = await governance.begin(session, series, new)
        data = {"kind": row.kind, "number": row.number, "requested_on": body.requested_on.isoformat()}
        return Entry(kind="governance.begun", subject_id=row.id, data=data)

    shown = await desk.change(body, make=make)
    await tell(parts, desk.desk.who, shown.id)
    return reply(shown, 201, {})


@router.post(
    "/{occurrence_id}/comments",
    operation_id="commentOnGovernance",
    response_model=OccurrenceShown,
    responses=problems(*SAYING, "step_not_open"),
)
async def comment_on_governance(desk: GovernanceDeskDep, occurrence_id: UUID, body: CommentSaid) -> Response:
    """Say what you have to say of the report, perhaps nothing. When every named senior has, the step is done."""

    async def say(session: AsyncSession, matter: Matter) -> Entry:
        row, step = matter.row, matter.step
        named = {whose for asked in matter.known.commenters for whose in asked}
        if step.code != "comment":
            raise Problem("step_not_open")
        if desk.person_id not in named:
            raise Problem("not_your_part")
        session.add(
            GovernanceComment(
                id=uuid7(),
                organisation_id=row.organisation_id,
                occurrence_id=row.id,
                step_id=step.id,
                person_id=desk.person_id,
                words=body.words,
                at=desk.desk.now,
            )
        )
        await session.flush()
        heard = replace(matter.known, commented=matter.known.commented | {desk.person_id})
        if matter.known.report and desk.desk.parts.governing.have_commented(heard):
            await governance.complete(session, row, step, desk.desk.now, by=None, words=None)
        return Entry(kind="governance.commented", subject_id=row.id, data={"step": step.code, "round": step.round})

    return reply(await desk.say(occurrence_id, body, say), 200, {})


@router.post(
    "/{occurrence_id}/steps/{step}/completion",
    operation_id="completeGovernanceStep",
    response_model=OccurrenceShown,
    responses=problems(
        *(*SAYING, "step_not_open", "step_incomplete"),
        *("report_compiled_by_you", "report_shown_already", "report_tells"),
    ),
)
async def complete_governance_step(
    desk: GovernanceDeskDep, occurrence_id: UUID, step: Step, body: CompletionOfStepSaid
) -> Response:
    """Say that the open step is done: approved, held, signed off, submitted, distributed. The next begins."""

    async def say(session: AsyncSession, matter: Matter) -> Entry:
        row = matter.row
        if matter.step.code != step:
            raise Problem("step_not_open")
        if not matter.theirs:
            raise Problem("not_your_part")
        row.receipt = body.receipt or row.receipt
        lacks = [each for each in matter.lacks if each != "receipt" or row.receipt is None]
        lacks = _left_out(lacks, body)
        if lacks:
            raise Problem("step_incomplete", missing=[f"governance_{each}" for each in lacks])
        if step == "choose":
            await _leave_unchosen(session, row.id)
        await _decide_report(session, matter, desk)
        await governance.complete(session, row, matter.step, desk.desk.now, by=desk.person_id, words=body.words)
        data = {"step": step, "round": matter.step.round, "receipt": body.receipt is not None}
        data |= {"without": sorted(body.without)} if body.without else {}
        return Entry(kind="governance.step_done", subject_id=row.id, data=data)

    return reply(await desk.say(occurrence_id, body, say, step), 200, {})


def _left_out(lacks: list[str], body: CompletionOfStepSaid) -> list[str]:
    """Return what a step lacks but for those to whom it does not go, with the reason. Raises a problem."""
    if not body.without:
        return lacks
    if body.words is None:
        raise wrong("/words", "reason_needed", "Say why it does not go to them.")
    for number, each in enumerate(body.without):
        if f"to_{each}" not in lacks:
            raise wrong(f"/without/{number}", "not_lacking", "It went to them, or does not have to.")
    return [each for each in lacks if each.removeprefix("to_") not in body.without]


async def _decide_report(session: AsyncSession, matter: Matter, desk: GovernanceDeskDep) -> None:
    """Let what a step decides be true of the report, too: that it is approved, and that anybody may read it."""
    row, now, tells = matter.row, desk.desk.now, desk.desk.parts.reports.tells
    if row.report_id is None or matter.step.code not in ("approve", "sign_off", "publish"):
        return
    await reports.lock(session, row.organisation_id)
    report = await reports.find(session, row.report_id, held=True)
    if report is None:
        return
    try:
        if matter.step.code != "publish" and report.state == "compiled":
            report_states.approve(report, desk.person_id, now)
            if desk.desk.parts.governing.publishes_next(row.kind, row.rules, matter.step.code):
                await report_states.room_for(session, report, tells)  # better said now than found by the machine
        elif (
            matter.step.code == "publish" and report.kind in report_states.FOR_EVERYBODY and report.state == "approved"
        ):
            await report_states.publish(session, report, desk.person_id, now, tells)
    except report_states.NotNow as why:
        raise Problem(why.code) from None


async def _leave_unchosen(session: AsyncSession, occurrence_id: UUID) -> None:
    for case, _ in await cases_of(session, occurrence_id):
        if case.state == "proposed":
            case.state = "left"


@router.post(
    "/{occurrence_id}/steps/{step}/sending-back",
    operation_id="sendBackGovernanceStep",
    response_model=OccurrenceShown,
    responses=problems(*SAYING, "step_not_open"),
)
async def send_back_governance_step(
    desk: GovernanceDeskDep, occurrence_id: UUID, step: Step, body: SendingBackSaid
) -> Response:
    """Send it back from the open step to an earlier one, with the reason: from there on it begins again.

    What the machine is hindered in the office sends back.
    """

    async def say(session: AsyncSession, matter: Matter) -> Entry:
        row, parts = matter.row, desk.desk.parts
        if matter.step.code != step:
            raise Problem("step_not_open")
        # A step of the machine is nobody's. One that is hindered would wait for ever, if what went before it has to be
        # done anew first.
        if not matter.theirs and not (matter.office and matter.step.hindered is not None):
            raise Problem("not_your_part")
        steps = parts.governing.of(row.kind, row.rules).steps
        codes = [each.code for each in steps]
        if body.to not in codes or codes.index(body.to) >= codes.index(step):
            raise wrong("/to", "not_before", "There is no such step before this one.")
        planned = parts.governing.again(row.kind, row.rules, body.to, desk.desk.today, row.begun_on)
        if codes.index(body.to) == 0:
            row.report_id, row.broken = None, None  # it is compiled anew
        await governance.send_back(
            session, row, matter.step, planned, desk.desk.now, by=desk.person_id, words=body.words,
            meeting=next((each.code for each in steps if "held" in each.needs), None),
        )  # fmt: skip
        data = {"step": step, "to": body.to, "round": matter.step.round}
        return Entry(kind="governance.step_sent_back", subject_id=row.id, data=data)

    return reply(await desk.say(occurrence_id, body, say, step), 200, {})


@router.post(
    "/{occurrence_id}/abandonment",
    operation_id="abandonGovernance",
    response_model=OccurrenceShown,
    responses=problems(*SAYING),
)
async def abandon_governance(desk: GovernanceDeskDep, occurrence_id: UUID, body: AbandonmentSaid) -> Response:
    """End an occurrence before its last step, with the reason, as the office. What was done stays on record."""

    async def say(session: AsyncSession, matter: Matter) -> Entry:
        if not matter.office:
            raise Problem("not_your_part")
        await governance.abandon(session, matter.row, desk.desk.now, by=desk.person_id, reason=body.reason)
        return Entry(kind="governance.abandoned", subject_id=matter.row.id, data={"step": matter.step.code})

    return reply(await desk.say(occurrence_id, body, say), 200, {})
