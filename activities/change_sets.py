"""The effects of a change of a calendar: find what it would move, enact it, send the new dates.

Each complaint is examined under its own organisation. A date is never changed here: each complaint is sent a
`redate` submission, and changes its own dates by the one path.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import Sequence
from datetime import timedelta
from itertools import groupby
from typing import Final
from uuid import UUID, uuid5

from sqlalchemy.ext.asyncio import AsyncSession
from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities.acts.case import calendars_of
from activities.moves import Move, moves_of, with_proposed
from contracts import names
from contracts.change_sets import ChangeSetAct, ChangeSetState, DecisionOutcome, DryRunPage, RedatePage, Settled
from contracts.commands import CommandKind
from contracts.failures import ErrorType, Refusal
from db.desk_said import Redate
from db.engine import Database, SweeperDatabase
from db.models.change_set import ChangeSet, ChangeSetItem
from db.queries import change_sets as rows
from db.queries import sweeps
from db.queries.submissions import NewSubmission, append_submission
from db.queries.sweeps import CaseId
from db.said import to_body
from gateways.delivery import Deliverer, SubmissionStates, deliver_pending

DRY_RUN_PAGE: Final = 100
REDATE_PAGE: Final = 40
AT_ONCE: Final = 4
# What is not delivered in this time, the delivery sweep delivers.
BUDGET: Final = timedelta(seconds=3)

_ENDED: Final = {
    ChangeSetState.APPLYING: None,
    ChangeSetState.APPLIED: None,
    ChangeSetState.REJECTED: None,
    ChangeSetState.SUPERSEDED: Refusal.CALENDAR_MOVED_ON,
}


class ChangeSets:
    """Carry out the steps of a change-set. Every step can be asked for again."""

    def __init__(
        self,
        database: Database,
        sweeper: SweeperDatabase,
        engine: Deliverer,
        states: SubmissionStates,
        *,
        dry_run_page: int = DRY_RUN_PAGE,
        redate_page: int = REDATE_PAGE,
    ) -> None:
        self._database = database
        self._sweeper = sweeper
        self._engine = engine
        self._states = states
        self._dry_run_page = dry_run_page
        self._redate_page = redate_page

    @activity.defn(name=names.DRY_RUN)
    async def dry_run(self, act: ChangeSetAct) -> DryRunPage:
        """Write which clocks of one page of complaints would move; after the last page, ask for approval."""
        change_set = await self._found(act)
        if change_set.state != ChangeSetState.PROPOSED:
            return DryRunPage(state=ChangeSetState(change_set.state), examined=0, moved=0, last=True)
        page = await self._page(change_set, act.after, self._dry_run_page)
        moved = 0
        for organisation_id, cases in _by_organisation(page):
            async with self._database.tenant(organisation_id, act.now) as session:
                moves = await _moves(session, cases, change_set, enacted=False)
                for move in moves:
                    await rows.put_item(session, _item(change_set, move, None))
            moved += len({move.complaint_id for move in moves})
        last = len(page) < self._dry_run_page
        if last:
            await self._ask_for_approval(act, act.examined + len(page), act.moved + moved)
        return DryRunPage(
            state=ChangeSetState.AWAITING_APPROVAL if last else ChangeSetState.PROPOSED,
            examined=len(page),
            moved=moved,
            last=last,
            after=page[-1].complaint_id if page else act.after,
        )

    @activity.defn(name=names.ENACT)
    async def enact(self, act: ChangeSetAct) -> DecisionOutcome:
        """Do what was decided: put the day into the calendar, or end the change-set. Raises NOT_FOUND."""
        async with self._database.tenant(act.organisation_id, act.now) as session:
            change_set = await rows.find(session, act.change_set_id, lock=True)
            if change_set is None:
                raise _not_found()
            state = ChangeSetState(change_set.state)
            if change_set.decision_id is None or change_set.decision_id != act.decision_id:
                return DecisionOutcome(state=state, refusal=Refusal.NOT_AWAITING_APPROVAL)
            if state in _ENDED:
                return DecisionOutcome(state=state, refusal=_ENDED[state])
            if change_set.decided_by == change_set.proposed_by:
                return DecisionOutcome(state=state, refusal=Refusal.SAME_PERSON)
            change_set.state = await _decided_state(session, change_set)
            return DecisionOutcome(
                state=ChangeSetState(change_set.state), refusal=_ENDED[ChangeSetState(change_set.state)]
            )

    @activity.defn(name=names.REDATE)
    async def redate(self, act: ChangeSetAct) -> RedatePage:
        """Send new dates to those of one page of complaints whose clocks the calendar now moves."""
        change_set = await self._found(act)
        page = await self._page(change_set, act.after, self._redate_page)
        told: list[CaseId] = []
        for organisation_id, cases in _by_organisation(page):
            async with self._database.tenant(organisation_id, act.now) as session:
                moves = await _moves(session, cases, change_set, enacted=True)
                for complaint_id, of_one in groupby(moves, key=lambda move: move.complaint_id):
                    case = CaseId(organisation_id=organisation_id, complaint_id=complaint_id)
                    if await _tell(session, act, change_set, case, list(of_one)):
                        told.append(case)
        await self._deliver_all(told)
        return RedatePage(
            sent=len(told), last=len(page) < self._redate_page, after=page[-1].complaint_id if page else act.after
        )

    @activity.defn(name=names.SETTLE)
    async def settle(self, act: ChangeSetAct) -> Settled:
        """Count the complaints that have not taken their new dates; with none, the change is applied."""
        async with self._sweeper.session() as session:
            outstanding = await sweeps.outstanding(session, act.change_set_id)
        if outstanding == 0:
            async with self._database.tenant(act.organisation_id, act.now) as session:
                change_set = await rows.find(session, act.change_set_id, lock=True)
                if change_set is None:
                    raise _not_found()
                if change_set.state == ChangeSetState.APPLYING:
                    change_set.state = ChangeSetState.APPLIED.value
        return Settled(outstanding=outstanding)

    async def _found(self, act: ChangeSetAct) -> ChangeSet:
        async with self._database.tenant(act.organisation_id, act.now) as session:
            change_set = await rows.find(session, act.change_set_id)
        if change_set is None:
            raise _not_found()
        return change_set

    async def _page(self, change_set: ChangeSet, after: UUID | None, limit: int) -> list[CaseId]:
        async with self._sweeper.session() as session:
            if change_set.scope == "nation":
                return await sweeps.counted_in_nation(session, change_set.nation, after=after, limit=limit)
            return await sweeps.counted_in_organisation(session, change_set.organisation_id, after=after, limit=limit)

    async def _ask_for_approval(self, act: ChangeSetAct, examined: int, moved: int) -> None:
        async with self._database.tenant(act.organisation_id, act.now) as session:
            change_set = await rows.find(session, act.change_set_id, lock=True)
            if change_set is not None and change_set.state == ChangeSetState.PROPOSED:
                change_set.state = ChangeSetState.AWAITING_APPROVAL.value
                change_set.examined, change_set.moved = examined, moved

    async def _deliver_all(self, cases: Sequence[CaseId]) -> None:
        room = asyncio.Semaphore(AT_ONCE)

        async def one(case: CaseId) -> None:
            async with room:
                await deliver_pending(
                    self._engine, self._states, case.organisation_id, case.complaint_id, budget=BUDGET
                )

        await asyncio.gather(*(one(case) for case in cases))


def caller_of(change_set_id: UUID) -> str:
    """Return the caller in whose name a change-set speaks to complaints."""
    return f"change-set/{change_set_id}"


async def _decided_state(session: AsyncSession, change_set: ChangeSet) -> str:
    """Do what was decided, and return where the change-set stands after it."""
    if not change_set.approved:
        return ChangeSetState.REJECTED.value
    await rows.lock_calendar(session, change_set.nation)
    if not await rows.is_enacted(session, change_set.id):
        revision = await rows.calendar_revision(
            session, change_set.scope, change_set.nation, change_set.organisation_id
        )
        if revision != change_set.revision:
            return ChangeSetState.SUPERSEDED.value
        await rows.enact(session, change_set)
    return ChangeSetState.APPLYING.value


async def _moves(session: AsyncSession, cases: Sequence[CaseId], change_set: ChangeSet, *, enacted: bool) -> list[Move]:
    """Return which clocks of one organisation's complaints a change moves, by complaint."""
    calendars = await calendars_of(session, change_set.nation, cases[0].organisation_id)
    if not enacted:
        calendars = with_proposed(calendars, change_set)
    found = await rows.running_clocks_of(session, [case.complaint_id for case in cases])
    return list(moves_of(found, calendars))


async def _tell(
    session: AsyncSession, act: ChangeSetAct, change_set: ChangeSet, case: CaseId, moves: Sequence[Move]
) -> bool:
    """Append a complaint's new dates as something said. Say whether it had to be said.

    It is said again only where an act that was under way when the day was enacted counted by the old calendar
    and was finished after the first new dates were.
    """
    said = await rows.said_by(session, case.complaint_id, caller_of(change_set.id))
    if said and said[-1].state != "applied":
        return False
    name = f"{case.complaint_id}/{len(said)}" if said else str(case.complaint_id)
    submission_id = uuid5(change_set.id, name)
    body = to_body(CommandKind.REDATE, Redate(change_set_id=change_set.id))
    canonical = json.dumps(body, sort_keys=True, separators=(",", ":")).encode()
    await append_submission(
        session,
        NewSubmission(
            id=submission_id,
            organisation_id=case.organisation_id,
            complaint_id=case.complaint_id,
            kind=CommandKind.REDATE,
            body=body,
            caller=caller_of(change_set.id),
            person_id=None,
            role="system",
            route=names.REDATE,
            idempotency_key=None,
            body_hash=hashlib.sha256(canonical).hexdigest(),
            received_at=act.now,
        ),
    )
    for move in moves:
        await rows.put_item(session, _item(change_set, move, submission_id))
    return True


def _item(change_set: ChangeSet, move: Move, submission_id: UUID | None) -> ChangeSetItem:
    return ChangeSetItem(
        change_set_id=change_set.id,
        clock_id=move.clock_id,
        organisation_id=move.organisation_id,
        complaint_id=move.complaint_id,
        generation=move.generation,
        old_due_on=move.old_due_on,
        new_due_on=move.new_due_on,
        submission_id=submission_id,
    )


def _by_organisation(page: Sequence[CaseId]) -> list[tuple[UUID, list[CaseId]]]:
    ordered = sorted(page, key=lambda case: (case.organisation_id, case.complaint_id))
    return [(key, list(cases)) for key, cases in groupby(ordered, key=lambda case: case.organisation_id)]


def _not_found() -> ApplicationError:
    return ApplicationError("no such change-set", type=ErrorType.NOT_FOUND, non_retryable=True)
