"""Reports: compiled and kept, listed, shown in each format, compiled again, approved, published, withdrawn."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Header, Query
from fastapi.responses import Response
from sqlalchemy.ext.asyncio import AsyncSession

from api.answers import reply
from api.caller import Caller
from api.cursors import decode, encode
from api.dates import refuse_future, today
from api.deps import Compiler, Cursor, Governor, Limit, PartsDep, ReportReader
from api.office_desk import Entry, wrong
from api.openapi import A_READ, A_WRITE, ONE_READ, answers, header, problems
from api.permissions import Permission
from api.problems import Problem
from api.report_answers import CONTENT, format_of, served
from api.report_desk import ReportDeskDep, shown
from api.schemas.base import AnyTime
from api.schemas.reports import (
    RebuiltShown,
    ReportAsked,
    ReportFormat,
    ReportKind,
    Reports,
    ReportShown,
    WithdrawalSaid,
)
from db import report_states
from db.models.report import Report
from db.queries import reports
from db.queries.report_scope import Scope
from db.report_states import NotNow
from reports import document as documents

router = APIRouter(prefix="/v1/reports", tags=["reports"])

_A_CHANGE: Final = (*A_WRITE, "not_found", "report_decided")
_LONGEST_YEARS: Final = 3


@router.post(
    "",
    operation_id="compileReport",
    status_code=201,
    responses=answers(201, ReportShown, "It is compiled and kept.", header("Location", "Where it is read."))
    | problems(*A_WRITE),
)
async def compile_report(desk: ReportDeskDep, who: Compiler, body: ReportAsked) -> Response:
    """Compile a report and keep it to the byte. What is learned later never changes it: it is in a later one."""
    refuse_future(body, desk.now)
    _check_days(body, body.known_until or desk.now)
    rules = desk.parts.reports
    if body.kind not in rules.kinds():
        raise wrong("/kind", "not_compiled_here", "Reports of this kind are not compiled here.")

    async def make(session: AsyncSession) -> Entry:
        scope = Scope(
            organisation_id=who.organisation_id,
            first_on=body.from_,
            last_on=body.until,
            known_until=body.known_until or desk.now,
        )
        try:
            report = await rules.keep(session, body.kind, scope, desk.now, who.person_id)
        except LookupError:
            raise wrong("/kind", "not_for_this_body", "No law asks a body like this one for such a report.") from None
        return Entry(kind="report.compiled", subject_id=report.id, data=_data(report))

    made = await desk.compile(who, body, make)
    return reply(made, 201, {"Location": f"/v1/reports/{made.id}"})


@router.get("", operation_id="listReports", response_model=Reports, responses=problems(*A_READ))
async def list_reports(
    parts: PartsDep, who: ReportReader, kind: ReportKind | None = None, cursor: Cursor = None, limit: Limit = 25
) -> Reports:
    """List the reports that were compiled, the newest first."""
    key = decode(cursor, "compiledAt", datetime)
    after = reports.After(compiled_at=key.value, id=key.id) if key and isinstance(key.value, datetime) else None
    async with parts.database.tenant(who.organisation_id, parts.clock.now()) as session:
        rows = await reports.page(session, kind=kind, after=after, limit=limit + 1)
    last = rows[limit - 1][0] if len(rows) > limit else None
    code, words = who.organisation_code, who.sees_words
    return Reports(
        items=[ReportShown.of(*row, organisation=code, words=words) for row in rows[:limit]],
        next=None if last is None else encode("compiledAt", last.compiled_at, last.id),
    )


@router.get("/{report_id}", operation_id="getReport", response_model=ReportShown, responses=problems(*ONE_READ))
async def get_report(parts: PartsDep, who: ReportReader, report_id: UUID) -> ReportShown:
    """Show what a report is about, and what became of it."""
    async with parts.database.tenant(who.organisation_id, parts.clock.now()) as session:
        return await shown(session, who, report_id)


@router.get(
    "/{report_id}/document",
    operation_id="getReportDocument",
    response_class=Response,
    responses=CONTENT | problems(*ONE_READ, "report_not_typeset"),
)
async def get_report_document(
    parts: PartsDep,
    who: ReportReader,
    report_id: UUID,
    format: Annotated[ReportFormat | None, Query(description="Left out: as `Accept` says; else JSON.")] = None,
    since: Annotated[
        AnyTime | None,
        Query(
            description="Beside each value, what it is as known before this instant: not the future. Not of a report in"
            " which small numbers are hidden."
        ),
    ] = None,
    accept: Annotated[str, Header(include_in_schema=False)] = "",
) -> Response:
    """Read a report: the JSON as it was compiled, or the same shown as CSV, HTML or PDF/UA."""
    now = parts.clock.now()
    async with parts.database.tenant(who.organisation_id, now) as session:
        report = await reports.find(session, report_id, whole=True)
        if report is None:
            raise Problem("not_found")
        if since is not None:
            _check_since(report, since, now)
            document = await parts.reports.since(session, report, since)
    if since is None:
        document = documents.read(report.document.encode())
    opened = f"/v1/reports/{report.id}" if who.may(Permission.READ) else None
    document = document if opened is None else parts.reports.openable(document)
    draft = report.state == "compiled"
    return await served(
        document,
        format or format_of(accept),
        typeset=parts.reports.typeset,
        name=_name(report, who),
        opened=opened,
        draft=draft,
        kept=None if since is not None else report.document.encode(),
    )


@router.get(
    "/{report_id}/rebuilt", operation_id="rebuildReport", response_model=RebuiltShown, responses=problems(*ONE_READ)
)
async def rebuild_report(parts: PartsDep, who: ReportReader, report_id: UUID) -> RebuiltShown:
    """Compile a report again, from the instant that it was compiled by, and say whether it is the same to the byte."""
    async with parts.database.tenant(who.organisation_id, parts.clock.now()) as session:
        report = await reports.find(session, report_id)
        if report is None:
            raise Problem("not_found")
        again = await parts.reports.rebuild(session, report)
    return RebuiltShown(identical=again.identical, sha256=again.sha256, rebuilt_sha256=again.rebuilt_sha256)


@router.post(
    "/{report_id}/approval",
    operation_id="approveReport",
    responses=answers(200, ReportShown, "It is approved.")
    | problems(*_A_CHANGE, "report_in_governance", "report_compiled_by_you"),
)
async def approve_report(desk: ReportDeskDep, who: Governor, report_id: UUID) -> Response:
    """Approve a report that another person compiled."""

    async def make(session: AsyncSession, report: Report) -> Entry:
        if who.person_id is None:
            raise Problem("person_needed")
        await _not_governed(session, report)
        try:
            report_states.approve(report, who.person_id, desk.now)
        except NotNow as why:
            raise Problem(why.code) from None
        return Entry(kind="report.approved", subject_id=report.id, data=_data(report))

    return reply(await desk.change(who, None, report_id, make), 200, {})


@router.post(
    "/{report_id}/publication",
    operation_id="publishReport",
    responses=answers(200, ReportShown, "It is published.")
    | problems(
        *(*_A_CHANGE, "report_in_governance", "report_not_approved", "report_not_for_everybody"),
        *("report_shown_already", "report_tells"),
    ),
)
async def publish_report(desk: ReportDeskDep, who: Governor, report_id: UUID) -> Response:
    """Publish an approved report on the page of the organisation, for everybody to read."""

    async def make(session: AsyncSession, report: Report) -> Entry:
        await _not_governed(session, report)
        try:
            tells = desk.parts.reports.tells
            published = await report_states.publish(session, report, who.person_id, desk.now, tells)
        except NotNow as why:
            raise Problem(why.code) from None
        return Entry(kind="report.published", subject_id=report.id, data=_data(report) | {"slug": published.slug})

    return reply(await desk.change(who, None, report_id, make), 200, {})


@router.post(
    "/{report_id}/withdrawal",
    operation_id="withdrawReport",
    responses=answers(200, ReportShown, "It is withdrawn.") | problems(*A_WRITE, "not_found", "report_not_published"),
)
async def withdraw_report(desk: ReportDeskDep, who: Governor, report_id: UUID, body: WithdrawalSaid) -> Response:
    """Withdraw a published report. Its address says so from then on, and not why."""

    async def make(session: AsyncSession, report: Report) -> Entry:
        try:
            await report_states.withdraw(session, report, who.person_id, desk.now, body.reason)
        except NotNow as why:
            raise Problem(why.code) from None
        return Entry(kind="report.withdrawn", subject_id=report.id, data=_data(report))

    return reply(await desk.change(who, body, report_id, make), 200, {})


async def _not_governed(session: AsyncSession, report: Report) -> None:
    """Raise a problem for a report that is approved and published step by step, by those whose steps these are."""
    if await reports.is_governed(session, report):
        raise Problem("report_in_governance")


def _check_days(body: ReportAsked, known_until: datetime) -> None:
    if body.until < body.from_:
        raise wrong("/until", "ends_before_start", "The last day is before the first.")
    if body.until >= _years_after(body.from_, _LONGEST_YEARS):
        raise wrong("/until", "too_long", "A report is about three years at most.")
    if body.until > today(known_until):
        raise wrong("/until", "not_begun", "This day had not begun by the instant until which it was known.")


def _years_after(day: date, years: int) -> date:
    """Return the same day in a later year; of 29 February, the first of March."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)


def _check_since(report: Report, since: datetime, now: datetime) -> None:
    if report.kind in report_states.SMALL_HIDDEN:
        # 48 and then 49 tells of one complaint.
        detail = "Small numbers are hidden in this report: beside a later value they could be worked out."
        raise Problem.invalid("query", "/since", "small_numbers_hidden", detail)
    if since > now:
        raise Problem.invalid("query", "/since", "instant_in_future", "This instant is not yet.")
    if since < report.known_until:
        raise Problem.invalid("query", "/since", "before_report", "This is before what the report is known until.")


def _data(report: Report) -> dict[str, str]:
    days = {"from": report.first_on.isoformat(), "until": report.last_on.isoformat()}
    return days | {"kind": report.kind, "sha256": report.sha256}


def _name(report: Report, who: Caller) -> str:
    """Return what a report is saved as: of codes and days alone."""
    return f"{who.organisation_code}-{report.kind}-{report.first_on.isoformat()}-to-{report.last_on.isoformat()}"
