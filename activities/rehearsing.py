"""Reads how open complaints stand, and asks what another version of their procedure would do to them. It only reads.

Complaints are read a page at a time, each under its own organisation.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from activities.acts.case import calendars_of
from activities.acts.redating import PROCEDURE_MOVED
from contracts.failures import Refusal
from db.engine import Database, SweeperDatabase
from db.models.clock import ClockRow, ClockVersion
from db.models.complaint import Complaint
from db.queries import adoptions, change_sets, moving, sweeps
from policies import duty_files
from policies.calendars import local_date
from policies.clock_rules import Unit
from policies.clocks import CHASE, Calendars
from policies.procedure import FigureError, Procedure
from policies.procedure_files import NoProcedureError, load_procedures
from policies.rehearsing import Break, Foreseen, Impact, Obstacle, Running, Standing, foresee

_PAGE: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Rehearsed:
    """What a version would do to one open complaint."""

    organisation_id: UUID
    organisation: str
    reference: str
    version: int
    stage: str
    foreseen: Foreseen


@dataclass(frozen=True, slots=True, kw_only=True)
class DryRun:
    """What moving a complaint to another version would do; `refusal` says that it cannot be moved at all."""

    foreseen: Foreseen = field(default_factory=Foreseen)
    refusal: Refusal | None = None
    procedure: Procedure | None = None
    figures: dict[str, int] | None = None


async def standings(session: AsyncSession, complaints: Sequence[Complaint]) -> list[Standing]:
    """Return how some open complaints of one organisation stand."""
    ids = [complaint.id for complaint in complaints]
    running: defaultdict[UUID, list[Running]] = defaultdict(list)
    for complaint, row, version in await change_sets.running_clocks_of(session, ids):
        running[complaint.id].append(_running(row, version, complaint.update_every_days))
    known = await moving.clocks_seen(session, ids)
    acknowledged = await _acknowledged(session, ids, known)
    let_go = await _let_go(session, complaints)
    seen: defaultdict[UUID, set[str]] = defaultdict(set)
    for row in known:
        seen[row.complaint_id].add(row.kind)
    return [
        Standing(
            complaint_id=each.id,
            nation=each.nation,
            matter=each.matter,
            stage=each.stage,
            tier=each.tier,
            channel=each.channel,
            received_on=each.received_on,
            acknowledged_on=acknowledged.get(each.id),
            running=tuple(running[each.id]),
            seen=frozenset(seen[each.id]),
            let_go=tuple(let_go[each.id]),
        )
        for each in complaints
    ]


def _running(row: ClockRow, version: ClockVersion, every_days: int | None) -> Running:
    """Return a clock with the terms on which it runs, as its proof holds them."""
    set_by_people = row.proof.get("unit") == Unit.DATE or bool(row.proof.get("extensions"))
    ahead = ((each["rung"], datetime.fromisoformat(each["at"]), each["to"]) for each in row.rungs)
    return Running(
        clock_id=row.id,
        kind=row.kind,
        subject_id=row.subject_id,
        effect=row.effect,
        started_on=row.started_on,
        due_on=version.due_on,
        agreed=version.due_on if set_by_people else None,
        days=every_days if row.kind == "next_update" else _days_of_duty(row, version),
        ahead=frozenset(each for each in ahead if not each[0].startswith(CHASE)),
    )


def _days_of_duty(row: ClockRow, version: ClockVersion) -> int | None:
    """Return the days that a duty was armed with: what is owed whatever the procedure says, none of them changes."""
    duties = {rule.kind for rule in duty_files.newest().clocks}
    days: int | None = version.proof.get("amount") if row.kind in duties else None
    return days


async def _acknowledged(session: AsyncSession, ids: Sequence[UUID], known: Iterable[ClockRow]) -> dict[UUID, date]:
    """Return the day on which each was acknowledged; of what came from elsewhere only the clock knows it."""
    found = {row.complaint_id: row.met_on for row in known if row.kind == "acknowledgement" and row.met_on}
    for complaint_id, data in await moving.events_of_kind(session, ids, "complaint.acknowledged"):
        if made_on := json.loads(data).get("made_on"):
            found[complaint_id] = date.fromisoformat(made_on)
    return found


async def _let_go(session: AsyncSession, complaints: Sequence[Complaint]) -> defaultdict[UUID, list[Running]]:
    """Return the clocks that a move to another version stopped, and nothing has started since."""
    stopped: dict[UUID, str] = {}
    for _, data in await moving.events_of_kind(session, [each.id for each in complaints], "clock.stopped"):
        event: dict[str, Any] = json.loads(data)
        stopped[UUID(event["clock_id"])] = event.get("cause", "")
    by_move = [clock_id for clock_id, cause in stopped.items() if cause == PROCEDURE_MOVED]
    rhythm = {each.id: each.update_every_days for each in complaints}
    found: defaultdict[UUID, list[Running]] = defaultdict(list)
    for row, version in await moving.stopped_clocks(session, by_move):
        found[row.complaint_id].append(_running(row, version, rhythm[row.complaint_id]))
    return found


async def dry_run(session: AsyncSession, complaint: Complaint, version: int, now: datetime) -> DryRun:
    """Say what moving a complaint to another version of its procedure would do to it."""
    today = local_date(now)
    try:
        target = load_procedures().get(complaint.procedure, version)
    except NoProcedureError:
        return DryRun(refusal=Refusal.UNKNOWN_VERSION)
    if version == complaint.procedure_version:
        return DryRun(refusal=Refusal.NOTHING_CHANGES)
    if target.effective_from > today:
        return DryRun(refusal=Refusal.UNKNOWN_VERSION)
    own = await own_figures(session, complaint.organisation_id, target.code, today)
    try:
        figures = target.figures_with(_known(target, own))
    except FigureError:
        return DryRun(refusal=Refusal.FIGURES_NOT_SET)
    new = load_procedures().pinned(target.code, version, figures)
    calendars = await calendars_of(session, complaint.nation, complaint.organisation_id)
    (standing,) = await standings(session, [complaint])
    foreseen = foresee(standing, new, calendars, now, in_place=False)
    return DryRun(foreseen=foreseen, procedure=new, figures=figures)


async def own_figures(session: AsyncSession, organisation_id: UUID, code: str, on: date) -> dict[str, int]:
    """Return the figures that an organisation has set for a procedure by a day."""
    known = await adoptions.adoptions_of(session, organisation_id)
    return next((dict(each.figures) for each in known if each.procedure == code and each.adopted_from <= on), {})


def _known(procedure: Procedure, figures: dict[str, int]) -> dict[str, int]:
    """Return those figures that a version has: a figure that it no longer needs does not stand in the way."""
    codes = {rule.code for rule in procedure.figures}
    return {code: value for code, value in figures.items() if code in codes}


async def rehearse(
    database: Database, sweeper: SweeperDatabase, candidate: Procedure, now: datetime
) -> AsyncIterator[Rehearsed]:
    """Yield what a version, shipped or only written, would do to every open complaint under its procedure.

    An edit of a version that there is touches those that are pinned to it; a new version, all that were moved to it.
    """
    async with sweeper.session() as session:
        organisations = await sweeps.organisations(session)
    edited = _exists(candidate)
    for organisation in organisations:
        after: UUID | None = None
        while True:
            async with database.tenant(organisation.organisation_id, now) as session:
                page = await moving.open_under(
                    session, organisation.organisation_id, candidate.code, after=after, limit=_PAGE
                )
                found = await _of_page(session, page, candidate, now, edited=edited) if page else []
            for complaint, foreseen in found:
                yield Rehearsed(
                    organisation_id=organisation.organisation_id,
                    organisation=organisation.code,
                    reference=complaint.reference,
                    version=complaint.procedure_version,
                    stage=complaint.stage,
                    foreseen=foreseen,
                )
            if len(page) < _PAGE:
                break
            after = page[-1].id


def _exists(candidate: Procedure) -> bool:
    try:
        load_procedures().get(candidate.code, candidate.version)
    except NoProcedureError:
        return False
    return True


async def _of_page(
    session: AsyncSession, page: Sequence[Complaint], candidate: Procedure, now: datetime, *, edited: bool
) -> list[tuple[Complaint, Foreseen]]:
    own = await own_figures(session, page[0].organisation_id, candidate.code, local_date(now))
    calendars: dict[str, Calendars] = {}
    filled: dict[tuple[tuple[str, int], ...], Procedure | None] = {}
    found = []
    for complaint, standing in zip(page, await standings(session, page), strict=True):
        if edited and complaint.procedure_version != candidate.version:
            found.append((complaint, Foreseen()))
            continue
        if complaint.nation not in calendars:
            calendars[complaint.nation] = await calendars_of(session, complaint.nation, complaint.organisation_id)
        figures = _known(candidate, own | dict(complaint.figures) if edited else own)
        key = tuple(sorted(figures.items()))
        if key not in filled:
            filled[key] = _filled(candidate, figures)
        new = filled[key]
        if new is None:
            found.append((complaint, Foreseen(obstacles=(Obstacle(why=Break.FIGURES_DO_NOT_FIT),))))
        else:
            found.append((complaint, foresee(standing, new, calendars[complaint.nation], now, in_place=edited)))
    return found


def _filled(candidate: Procedure, figures: dict[str, int]) -> Procedure | None:
    try:
        return candidate.with_figures(figures)
    except FigureError:
        return None


def counted(rehearsed: Iterable[Rehearsed]) -> dict[str, int]:
    """Return how many complaints a version leaves alone, changes and breaks."""
    counts = dict.fromkeys((impact.value for impact in Impact), 0)
    for each in rehearsed:
        counts[each.foreseen.impact.value] += 1
    return counts
