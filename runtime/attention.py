"""Finds what needs attention: proof that no complaint and nothing said about one was forgotten.

Every open complaint has exactly one running workflow, something that happens next, and an owner; all that was said
is applied or refused. The engine's list of what runs lags behind, so each discrepancy is looked at again.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

from contracts import names
from db.engine import SweeperDatabase
from db.queries import attention, attention_bulk, import_reads, webhooks
from db.queries.attention import OpenComplaint, Waiting
from db.queries.attention_joint import Contributing
from db.queries.attention_proceedings import Beside
from db.queries.attention_staff import Involved
from gateways.engine import Engine, EngineAway
from gateways.running import EngineRuns, Runs
from policies.calendars import local_date
from runtime import attention_governance
from runtime.attention_governance import Unkept
from runtime.attention_kept import BODIES, PROCEEDINGS, STAFF, unkept
from runtime.offices import Offices, offices_of

GRACE: Final = timedelta(minutes=2)  # what fell due less long ago is being fired
SUBMISSION_PATIENCE: Final = timedelta(minutes=1)
NOTICE_PATIENCE: Final = timedelta(days=4)
HELD_PATIENCE: Final = timedelta(days=31)
CHANGE_SET_PATIENCE: Final = timedelta(hours=1)
BULK_PATIENCE: Final = timedelta(days=1)
WEBHOOK_PATIENCE: Final = timedelta(hours=1)
BUDGET: Final = timedelta(seconds=20)
# More discrepancies than this are believed as they stand: then the engine has lost its data.
MOST_CONFIRMED: Final = 500
AT_ONCE: Final = 16
_MOMENT: Final = 1.0
_PREFIX: Final = names.complaint_workflow_id(UUID(int=0)).removesuffix(str(UUID(int=0)))

Pause = Callable[[float], Awaitable[None]]


class Kind(StrEnum):
    """What is not as it should be."""

    ENGINE_AWAY = "engine_away"
    NO_WORKFLOW = "no_workflow"
    STRAY_WORKFLOW = "stray_workflow"
    NO_NEXT_EVENT = "no_next_event"
    LATE_NEXT_EVENT = "late_next_event"
    NO_OWNER = "no_owner"
    VACANT_OFFICE = "vacant_office"
    NEEDS_ATTENTION = "needs_attention"
    LATE_SUBMISSION = "late_submission"
    PARKED_SUBMISSION = "parked_submission"
    STUCK_NOTICE = "stuck_notice"
    STUCK_CHANGE_SET = "stuck_change_set"
    STUCK_BULK = "stuck_bulk"
    LEAVER_WITH_CASES = "leaver_with_cases"
    STUCK_IMPORT = "stuck_import"
    STUCK_WEBHOOKS = "stuck_webhooks"
    NO_INVOLVEMENT_WORKFLOW = "no_involvement_workflow"
    LATE_INVOLVEMENT = "late_involvement"
    NO_CONTRIBUTION_WORKFLOW = "no_contribution_workflow"
    LATE_CONTRIBUTION = "late_contribution"
    NO_PROCEEDING_WORKFLOW = "no_proceeding_workflow"
    LATE_PROCEEDING = "late_proceeding"
    NO_GOVERNANCE_WORKFLOW = "no_governance_workflow"
    LATE_GOVERNANCE = "late_governance"
    NO_SERIES_SCHEDULE = "no_series_schedule"
    LATE_SERIES_SCHEDULE = "late_series_schedule"
    HINDERED_GOVERNANCE = "hindered_governance"
    MISSED_GOVERNANCE = "missed_governance"


@dataclass(frozen=True, slots=True, kw_only=True)
class AttentionItem:
    """One exception, with ids and codes only. Some are about no organisation, complaint or reference."""

    kind: Kind
    organisation_id: UUID | None = None
    complaint_id: UUID | None = None
    reference: str | None = None
    since: datetime | None = None
    detail: str | None = None

    def codes(self) -> dict[str, str]:
        """Return what is known of it as text, by name."""
        known = {
            "kind": self.kind.value,
            "organisation": self.organisation_id,
            "complaint": self.complaint_id,
            "reference": self.reference,
            "since": self.since.isoformat() if self.since else None,
            "detail": self.detail,
        }
        return {name: str(value) for name, value in known.items() if value is not None}


@dataclass(frozen=True, slots=True, kw_only=True)
class AttentionReport:
    """What was looked at, and what is not as it should be: with no exceptions, nothing was forgotten."""

    open_complaints: int
    exceptions: tuple[AttentionItem, ...] = ()

    @property
    def counts(self) -> dict[str, int]:
        """Return how many exceptions there are of each kind, the kinds without one included."""
        found = Counter(item.kind for item in self.exceptions)
        return {kind.value: found[kind] for kind in Kind}


async def attention_report(
    sweeper: SweeperDatabase, engine: Engine | Runs, now: datetime, *, pause: Pause = asyncio.sleep
) -> AttentionReport:
    """Look at every open complaint and all that waits. The engine's absence is one exception among the others."""
    runs = EngineRuns(engine) if isinstance(engine, Engine) else engine
    async with sweeper.session() as session:
        found = await attention.open_complaints(session)
        offices = offices_of(
            await attention.held_on(session, local_date(now)), await attention.away_on(session, local_date(now)), found
        )
        vacant = await attention.vacant_offices(session, local_date(now))
        submissions = await attention.waiting_submissions(session, before=now - SUBMISSION_PATIENCE)
        notices = await attention.waiting_notices(
            session, before=now - NOTICE_PATIENCE, held_before=now - HELD_PATIENCE
        )
        change_sets = await attention.waiting_change_sets(session, before=now - CHANGE_SET_PATIENCE)
        bulk = await attention_bulk.stuck_bulk(session, before=now - BULK_PATIENCE)
        stuck_imports = await import_reads.stuck_imports(session, before=now - BULK_PATIENCE)
        late_staff = await STAFF.late(session, before=now - GRACE)
        late_bodies = await BODIES.late(session, before=now - GRACE)
        late_beside = await PROCEEDINGS.late(session, before=now - GRACE)
        leavers = await attention_bulk.leavers_with_cases(session, today=local_date(now))
        stuck_webhooks = await webhooks.stuck(session, before=now - WEBHOOK_PATIENCE)
    late_occurrences, late_series = await attention_governance.late(sweeper, now)
    hindered = await attention_governance.hindered(sweeper)
    not_begun = await attention_governance.not_begun(sweeper, now)
    exceptions = [
        *_of_complaints(found, offices, now),
        *(AttentionItem(kind=Kind.VACANT_OFFICE, organisation_id=body, detail=role) for body, role in vacant),
        *(_waiting(_KINDS_OF_SUBMISSION.get(each.state, Kind.LATE_SUBMISSION), each) for each in submissions),
        *(_waiting(Kind.STUCK_NOTICE, each) for each in notices),
        *(_waiting(Kind.STUCK_CHANGE_SET, each) for each in change_sets),
        *(_waiting(Kind.STUCK_BULK, each) for each in bulk),
        *(_waiting(Kind.LEAVER_WITH_CASES, each) for each in leavers),
        *(_waiting(Kind.STUCK_IMPORT, each) for each in stuck_imports),
        *(_kept(Kind.LATE_INVOLVEMENT, each, STAFF.id(each)) for each in late_staff),
        *(_kept(Kind.LATE_CONTRIBUTION, each, BODIES.id(each)) for each in late_bodies),
        *(_kept(Kind.LATE_PROCEEDING, each, PROCEEDINGS.workflow_id(each)) for each in late_beside),
        *(_waiting(Kind.STUCK_WEBHOOKS, each) for each in stuck_webhooks),
        *(_governed(Kind.LATE_GOVERNANCE, each) for each in late_occurrences),
        *(_governed(Kind.LATE_SERIES_SCHEDULE, each) for each in late_series),
        *(_governed(Kind.HINDERED_GOVERNANCE, each) for each in hindered),
        *(_governed(Kind.MISSED_GOVERNANCE, each) for each in not_begun),
    ]
    try:
        exceptions += await _of_workflows(sweeper, runs, found, pause)
        exceptions += await _unkept(sweeper, runs, now, pause)
    except EngineAway:
        exceptions.append(AttentionItem(kind=Kind.ENGINE_AWAY))
    return AttentionReport(open_complaints=len(found), exceptions=tuple(exceptions))


_KINDS_OF_SUBMISSION: Final = {"pending": Kind.LATE_SUBMISSION, "parked": Kind.PARKED_SUBMISSION}


def _of_complaints(found: Iterable[OpenComplaint], offices: Offices, now: datetime) -> Iterator[AttentionItem]:
    for each in found:
        if each.nothing_next:
            yield _about(Kind.NO_NEXT_EVENT, each, each.logged_at)
        if each.next_event_at is not None and each.next_event_at < now - GRACE:
            yield _about(Kind.LATE_NEXT_EVENT, each, each.next_event_at)
        if not offices.somebody_has(each):
            yield _about(Kind.NO_OWNER, each, each.logged_at)
        if each.attention is not None:
            yield _about(Kind.NEEDS_ATTENTION, each, None, each.attention)


async def _of_workflows(
    sweeper: SweeperDatabase, runs: Runs, found: Iterable[OpenComplaint], pause: Pause
) -> list[AttentionItem]:
    """Compare what is open with what runs; a discrepancy counts if it is still there a moment later."""
    running = {_complaint_of(each) for each in await runs.running(names.COMPLAINT, BUDGET)} - {None}
    known = {each.complaint_id: each for each in found}
    missing = known.keys() - running
    strays = {each for each in running - known.keys() if each is not None}
    if not missing and not strays:
        return []
    await pause(_MOMENT)
    asked = [*missing, *strays]
    alive = await _alive(runs, asked)
    async with sweeper.session() as session:
        still_open = await attention.still_open(session, asked)
        coming = await attention.being_logged(session, asked)
    return [
        *(_about(Kind.NO_WORKFLOW, known[each], known[each].logged_at)
          for each in sorted(missing & still_open - alive)),
        *(AttentionItem(kind=Kind.STRAY_WORKFLOW, complaint_id=each)
          for each in sorted((strays & alive) - still_open - coming)),
    ]  # fmt: skip


async def _alive(runs: Runs, complaints: list[UUID]) -> set[UUID]:
    """Return which of some complaints have a running workflow, by the engine's own record."""
    if len(complaints) > MOST_CONFIRMED:
        running = await runs.running(names.COMPLAINT, BUDGET)
        return {each for each in complaints if names.complaint_workflow_id(each) in running}
    room = asyncio.Semaphore(AT_ONCE)

    async def one(complaint_id: UUID) -> bool:
        async with room:
            return await runs.is_running(names.complaint_workflow_id(complaint_id), BUDGET)

    answers = await asyncio.gather(*(one(each) for each in complaints))
    return {each for each, alive in zip(complaints, answers, strict=True) if alive}


def _complaint_of(workflow_id: str) -> UUID | None:
    try:
        return UUID(workflow_id.removeprefix(_PREFIX))
    except ValueError:
        return None


def _about(kind: Kind, complaint: OpenComplaint, since: datetime | None, detail: str | None = None) -> AttentionItem:
    return AttentionItem(
        kind=kind,
        organisation_id=complaint.organisation_id,
        complaint_id=complaint.complaint_id,
        reference=complaint.reference,
        since=since,
        detail=detail,
    )


async def _unkept(sweeper: SweeperDatabase, runs: Runs, now: datetime, pause: Pause) -> list[AttentionItem]:
    """Return what has no workflow of its own, or no schedule, though something is awaited of it."""
    bodies = await unkept(BODIES, sweeper, runs, now, pause)
    staff = await unkept(STAFF, sweeper, runs, now, pause)
    beside = await unkept(PROCEEDINGS, sweeper, runs, now, pause)
    occurrences = await attention_governance.without_workflow(sweeper, runs, now, pause)
    series = await attention_governance.without_schedule(sweeper, runs, now, pause)
    return [
        *(_kept(Kind.NO_CONTRIBUTION_WORKFLOW, each, BODIES.id(each)) for each in bodies),
        *(_kept(Kind.NO_INVOLVEMENT_WORKFLOW, each, STAFF.id(each)) for each in staff),
        *(_kept(Kind.NO_PROCEEDING_WORKFLOW, each, PROCEEDINGS.workflow_id(each)) for each in beside),
        *(_governed(Kind.NO_GOVERNANCE_WORKFLOW, each) for each in occurrences),
        *(_governed(Kind.NO_SERIES_SCHEDULE, each) for each in series),
    ]


def _governed(kind: Kind, each: Unkept) -> AttentionItem:
    return AttentionItem(kind=kind, organisation_id=each.organisation_id, since=each.since, detail=each.id)


def _kept(kind: Kind, each: Involved | Contributing | Beside, which: UUID | str) -> AttentionItem:
    return AttentionItem(
        kind=kind,
        organisation_id=each.organisation_id,
        complaint_id=each.complaint_id,
        reference=each.reference,
        since=each.changed_at,
        detail=str(which),
    )


def _waiting(kind: Kind, waiting: Waiting) -> AttentionItem:
    return AttentionItem(
        kind=kind,
        organisation_id=waiting.organisation_id,
        complaint_id=waiting.complaint_id,
        reference=waiting.reference,
        since=waiting.since,
        detail=waiting.detail,
    )
