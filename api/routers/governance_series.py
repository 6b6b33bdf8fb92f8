"""Series of what leaders do regularly: set up, paused and ended, each with a schedule of its own."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final
from uuid import UUID

from fastapi import APIRouter
from fastapi.responses import Response
from pydantic import BaseModel
from sqlalchemy.ext.asyncio import AsyncSession
from uuid_utils.compat import uuid7

from api.answers import reply
from api.caller import Caller
from api.deps import PartsDep, ReportReader
from api.governance_desk import at_best, check_asked_of
from api.office_desk import A_CHANGE, Desk, DeskDep, Entry, Make, wrong
from api.openapi import A_READ, answers, problems
from api.parts import Parts
from api.problems import Problem
from api.schemas.governance import MemberSaid, MembersSaid, RhythmSaid, SeriesSaid
from api.schemas.governance_shown import SeriesListed, SeriesShown
from contracts.governance import SeriesState
from db.models.governance import GovernanceMember, GovernanceSeries
from db.queries import governance, governance_facts, governance_people, governance_series

router = APIRouter(prefix="/v1/governance/series", tags=["governance"])
_OF_ONE: Final = problems(*A_CHANGE, "already_ended")
_CHOICE: Final = "Which report is compiled is not left open by this kind."
_MISSED: Final = "What was missed has not begun: let it begin first, by letting the series go on."
# What fell due since a day in the past begins late; nobody wants years of it.
_LONGEST_AGO: Final = timedelta(days=366)
_REQUESTED: Final = "This kind is begun when somebody asks, and no other is."


@router.get("", operation_id="listGovernanceSeries", response_model=SeriesListed, responses=problems(*A_READ))
async def list_governance_series(parts: PartsDep, who: ReportReader) -> SeriesListed:
    """List the series of the organisation, with who takes part in each and when it comes next."""
    async with parts.database.tenant(who.organisation_id, parts.clock.now()) as session:
        return SeriesListed(
            items=[await _shown(session, parts, who, each) for each in await governance.all_series(session)]
        )


@router.post(
    "",
    operation_id="setUpGovernanceSeries",
    status_code=201,
    responses=answers(201, SeriesShown, "It is set up.") | problems(*A_CHANGE),
)
async def set_up_governance_series(desk: DeskDep, body: SeriesSaid) -> Response:
    """Set up a series: how often, from when, and who takes part."""

    async def make(session: AsyncSession) -> Entry:
        rules = desk.parts.governing.newest(body.kind)
        if rules.on_request != (body.rhythm == "on_request"):
            raise wrong("/rhythm", "not_of_this_kind", _REQUESTED)
        if body.anchor_on < desk.today - _LONGEST_AGO:
            raise wrong("/anchorOn", "date_in_past", "What fell due longer ago than a year does not begin any more.")
        if body.report is not None and body.report not in rules.reports:
            raise wrong("/report", "not_of_this_kind", _CHOICE)
        await check_asked_of(session, desk, body.kind, body.report, "/report" if body.report else "/kind")
        assert desk.who.person_id is not None
        row = GovernanceSeries(
            id=uuid7(),
            organisation_id=desk.who.organisation_id,
            kind=body.kind,
            report=body.report,
            rhythm=body.rhythm,
            anchor_on=body.anchor_on,
            hour=body.hour,
            base=0,
            state=SeriesState.ACTIVE.value,
            changes=1,
            scheduled=0,
            changed_at=desk.now,
            set_up_by=desk.who.person_id,
        )
        session.add(row)
        await session.flush()
        await _name(session, desk, row, body.members)
        data = {"kind": row.kind, "rhythm": row.rhythm, "anchor_on": row.anchor_on.isoformat(), "hour": row.hour}
        return Entry(kind="governance.series_set_up", subject_id=row.id, data=data | {"members": len(body.members)})

    return reply(await _changed(desk, body, make=make), 201, {})


@router.post(
    "/{series_id}/members", operation_id="nameGovernanceMembers", response_model=SeriesShown, responses=_OF_ONE
)
async def name_governance_members(desk: DeskDep, series_id: UUID, body: MembersSaid) -> Response:
    """Name everybody who has a part in a series from now on, in one that has ended for what goes on of it. Who had one
    before stays on record.
    """

    async def make(session: AsyncSession) -> Entry:
        row = await _governed(session, series_id)
        for each in await governance.members(session, row.id):
            each.ended_at = desk.now
        await session.flush()
        await _name(session, desk, row, body.members)
        await governance_people.changed_for(session, desk.now, series_id=row.id)
        data = {"members": [{"part": each.part, "person_id": str(each.person_id)} for each in body.members]}
        return Entry(kind="governance.members_named", subject_id=row.id, data=data)

    return reply(await _changed(desk, body, series_id, make=make), 200, {})


@router.post(
    "/{series_id}/rhythm", operation_id="changeGovernanceRhythm", response_model=SeriesShown, responses=_OF_ONE
)
async def change_governance_rhythm(desk: DeskDep, series_id: UUID, body: RhythmSaid) -> Response:
    """Change how often a series comes round, from a day after its last occurrence. Numbers go on."""

    async def make(session: AsyncSession) -> Entry:
        row = await _going_on(session, series_id)
        if row.rhythm == "on_request":
            raise wrong("/rhythm", "not_of_this_kind", _REQUESTED)
        if body.anchor_on < desk.today:
            raise wrong("/anchorOn", "date_in_past", "What is past cannot be changed any more.")
        last = await governance.last_number(session, row.id)
        if desk.parts.governing.missed(row.rhythm, row.anchor_on, row.hour, row.base, last, desk.now):
            raise wrong("/rhythm", "missed_first", _MISSED)
        if body.anchor_on <= (await governance.last_day(session, row.id) or date.min):
            raise wrong("/anchorOn", "date_not_later", "The last occurrence was no earlier than this.")
        row.base = last
        row.rhythm, row.anchor_on, row.hour = body.rhythm, body.anchor_on, body.hour
        data = {"rhythm": row.rhythm, "anchor_on": row.anchor_on.isoformat(), "hour": row.hour}
        return Entry(kind="governance.rhythm_changed", subject_id=row.id, data=data)

    return reply(await _changed(desk, body, series_id, make=make), 200, {})


@router.post("/{series_id}/pause", operation_id="pauseGovernanceSeries", response_model=SeriesShown, responses=_OF_ONE)
async def pause_governance_series(desk: DeskDep, series_id: UUID) -> Response:
    """Pause a series. What falls due meanwhile begins, late, when it goes on."""
    return await _to(desk, series_id, SeriesState.PAUSED, "pause")


@router.post(
    "/{series_id}/resumption", operation_id="resumeGovernanceSeries", response_model=SeriesShown, responses=_OF_ONE
)
async def resume_governance_series(desk: DeskDep, series_id: UUID) -> Response:
    """Let a paused series go on: what was missed begins now, in order, and says that it is late."""
    return await _to(desk, series_id, SeriesState.ACTIVE, "resumption")


@router.post(
    "/{series_id}/ending",
    operation_id="endGovernanceSeries",
    response_model=SeriesShown,
    responses=problems(*A_CHANGE, "already_ended", "meeting_actions_open"),
)
async def end_governance_series(desk: DeskDep, series_id: UUID) -> Response:
    """End a series, once everything is settled that its meetings resolved. Occurrences that have begun go on."""
    return await _to(desk, series_id, SeriesState.ENDED, "ending")


async def _to(desk: Desk, series_id: UUID, state: SeriesState, name: str) -> Response:
    async def make(session: AsyncSession) -> Entry:
        row = await _going_on(session, series_id)
        if state is SeriesState.ENDED and await governance_facts.open_actions(session, row.id):
            raise Problem("meeting_actions_open")  # no meeting would follow them any more
        row.state = state.value
        return Entry(kind=f"governance.series_{state.value}", subject_id=row.id)

    return reply(await _changed(desk, None, series_id, name, make=make), 200, {})


async def _governed(session: AsyncSession, series_id: UUID) -> GovernanceSeries:
    """Return a series of which something goes on: one that has ended goes on as long as an occurrence of it does."""
    row = await governance.series(session, series_id, lock=True)
    if row is not None and await governance_series.has_open(session, row.id):
        return row
    return await _going_on(session, series_id)


async def _going_on(session: AsyncSession, series_id: UUID) -> GovernanceSeries:
    row = await governance.series(session, series_id, lock=True)
    if row is None:
        raise Problem("not_found")
    if row.state == SeriesState.ENDED:
        raise Problem("already_ended")
    return row


async def _name(session: AsyncSession, desk: Desk, row: GovernanceSeries, said: list[MemberSaid]) -> None:
    """Write who has a part. Raises a problem for somebody who is nobody, or has a part twice."""
    known: set[tuple[str, object]] = set()
    for number, each in enumerate(said):
        pointer = f"/members/{number}"
        if (each.person_id is None) == (each.name is None):
            raise wrong(pointer, "one_of_two", "Either a person of the organisation, or a name from outside it.")
        if each.name is not None and each.part not in ("member", "non_executive", "distribution"):
            raise wrong(f"{pointer}/name", "person_needed", "Somebody of the organisation has this part.")
        if (each.part, each.person_id or each.name) in known:
            raise wrong(pointer, "twice", "They have this part already.")
        known.add((each.part, each.person_id or each.name))
        if each.person_id is not None:
            await desk.person(session, each.person_id)
        session.add(
            GovernanceMember(
                id=uuid7(),
                organisation_id=row.organisation_id,
                series_id=row.id,
                part=each.part,
                person_id=each.person_id,
                name=each.name,
                since=desk.now,
            )
        )
    await session.flush()


async def _changed(desk: Desk, body: BaseModel | None, *path: object, make: Make) -> SeriesShown:
    """Make a change of a series, and see to its schedule; what cannot be seen to now is left to the sweep."""

    async def make_and_count(session: AsyncSession) -> Entry:
        entry = await make(session)
        await session.flush()
        row = await governance.series(session, entry.subject_id, lock=True)
        assert row is not None
        if path:
            row.changes, row.changed_at = row.changes + 1, desk.now
        return entry

    async def show(session: AsyncSession, series_id: UUID) -> SeriesShown:
        row = await governance.series(session, series_id)
        if row is None:
            raise Problem("not_found")
        return await _shown(session, desk.parts, desk.who, row)

    shown = await desk.change(body, *path, make=make_and_count, show=show)
    return await _scheduled(desk, shown)


async def _scheduled(desk: Desk, shown: SeriesShown) -> SeriesShown:
    """Bring the schedule of a series up to date, after the commit."""
    parts, who = desk.parts, desk.who
    async with parts.database.tenant(who.organisation_id, desk.now) as session:
        row = await governance.series(session, shown.id)
        if row is None or row.scheduled >= row.changes:
            return shown
        plan, repeated = governance_series.plan_of(row.id, row), governance_series.is_repeated(row)
    call = parts.engine.schedule_series(plan) if repeated else parts.engine.unschedule_series(plan)
    if not await at_best(parts, call, series=shown.id):
        return shown
    async with parts.database.tenant(who.organisation_id, desk.now) as session:
        await governance_series.scheduled(session, shown.id, plan.changes)
    return shown.model_copy(update={"scheduled": True})


async def _shown(session: AsyncSession, parts: Parts, who: Caller, row: GovernanceSeries) -> SeriesShown:
    members = await governance.members(session, row.id)
    ids = {each.person_id for each in members if each.person_id is not None}
    last = await governance.last_number(session, row.id)
    return SeriesShown.of(
        row,
        members,
        parts.governing.newest(row.kind),
        await governance_facts.names(session, ids),
        next_on=parts.governing.next_on(row.rhythm, row.anchor_on, row.hour, row.base, last),
        words=who.sees_words,
    )
