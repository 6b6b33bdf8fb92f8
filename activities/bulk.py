"""The effects of a bulk operation: say one thing to many complaints, or export them, and see what became of each.

Nothing changes a case here: each complaint is told through the one path, in the name of the person who asked, and
changes itself. Every step can be asked for again: an item is taken under its row's lock, and its submission has an
id made of operation, complaint and attempt.
"""

from __future__ import annotations

import asyncio
import hashlib
import io
import json
import logging
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from typing import Final
from uuid import UUID, uuid5

from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncSession
from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities.exporting import case_document
from contracts import names
from contracts.bulk import BulkAct, BulkKind, BulkStanding, BulkState, ItemState
from contracts.commands import CommandKind
from contracts.failures import ErrorType
from db.desk_said import Assign
from db.engine import Database
from db.learning_said import HandOverActions
from db.models.bulk import BulkItem, BulkOperation
from db.models.complaint import Complaint
from db.models.office import OfficeEvent
from db.queries import actions, submissions
from db.queries import bulk as rows
from db.queries.submissions import NewSubmission, append_submission
from db.said import from_body
from gateways.delivery import Deliverer, SubmissionStates, deliver_pending
from gateways.files import FileKey, FileStore, StoreAway

PAGE: Final = 40
# People go first: on two cores 3 were as quick as 6, and whoever spoke to a complaint meanwhile waited half as long.
AT_ONCE: Final = 3
# What is not delivered in this time is delivered by the next look, or by the delivery sweep.
BUDGET: Final = timedelta(seconds=3)
_AWAY: Final = (StoreAway, OperationalError, InterfaceError, PoolTimeout, OSError)
_log = logging.getLogger(__name__)


class Bulk:
    """Carry out the steps of a bulk operation."""

    def __init__(
        self,
        database: Database,
        engine: Deliverer,
        states: SubmissionStates,
        files: FileStore,
        *,
        page_size: int = PAGE,
    ) -> None:
        self._database = database
        self._engine = engine
        self._states = states
        self._files = files
        self._page_size = page_size

    @activity.defn(name=names.BULK_PAGE)
    async def page(self, act: BulkAct) -> BulkStanding:
        """Do the operation to the first items that wait. Raises NOT_FOUND."""
        async with self._database.tenant(act.organisation_id, act.now) as session:
            operation = await _found(session, act)
            waiting = await rows.in_state(session, operation.id, ItemState.WAITING, limit=self._page_size)

        async def one(item: BulkItem) -> None:
            if operation.kind == BulkKind.EXPORT:
                await self._export(act, operation, item)
            elif (said := await self._say(act, operation, item)) is not None:
                await self._deliver(act, item, said)

        await _a_few_at_once(waiting, one)
        return await self._standing(act)

    @activity.defn(name=names.BULK_SETTLE)
    async def settle(self, act: BulkAct) -> BulkStanding:
        """Deliver what is not delivered yet; when all is known the operation ends. Raises NOT_FOUND."""
        async with self._database.tenant(act.organisation_id, act.now) as session:
            said = await rows.in_state(session, act.operation_id, ItemState.SAID, limit=self._page_size)

        async def one(item: BulkItem) -> None:
            if item.submission_id is not None:
                await self._deliver(act, item, item.submission_id)

        await _a_few_at_once(said, one)
        return await self._standing(act, end=True)

    async def _say(self, act: BulkAct, operation: BulkOperation, asked: BulkItem) -> UUID | None:
        """Append what is said to one complaint, and return its id; None where there is nothing to deliver."""
        async with self._database.tenant(act.organisation_id, act.now) as session:
            item = await rows.lock_item(session, operation.id, asked.n)
            if item.state != ItemState.WAITING:
                return None
            item.attempt = operation.attempt
            if await _is_so_already(session, operation, item):
                item.state, item.settled_at = ItemState.DONE.value, act.now
                return None
            item.submission_id = await _said(session, operation, item)
            item.state = ItemState.SAID.value
            return item.submission_id

    async def _deliver(self, act: BulkAct, item: BulkItem, until: UUID) -> None:
        await deliver_pending(
            self._engine, self._states, act.organisation_id, item.complaint_id, budget=BUDGET, until=until
        )

    async def _export(self, act: BulkAct, operation: BulkOperation, asked: BulkItem) -> None:
        """Store one case as a document. What is away is waited for; a case that cannot be written has failed."""
        try:
            async with self._database.tenant(act.organisation_id, act.now) as session:
                document = await case_document(session, asked.complaint_id)
            digest = hashlib.sha256(document).hexdigest()
            # Another content, because the case moved on, is another object: nothing stored is ever replaced.
            file_id = uuid5(operation.id, f"{asked.complaint_id}/{digest}")
            key = FileKey(organisation_id=act.organisation_id, file_id=file_id)
            await self._files.put(key, io.BytesIO(document))
        except _AWAY:
            raise
        except Exception as failure:  # noqa: BLE001  one case must not hold up the others
            _log.warning("complaint %s could not be exported: %s", asked.complaint_id, type(failure).__name__)
            await self._exported(act, operation, asked, failure="export_failed")
            return
        await self._exported(act, operation, asked, stored_key=str(key), sha256=digest, size=len(document))

    async def _exported(self, act: BulkAct, operation: BulkOperation, asked: BulkItem, **found: str | int) -> None:
        async with self._database.tenant(act.organisation_id, act.now) as session:
            item = await rows.lock_item(session, operation.id, asked.n)
            if item.state == ItemState.WAITING:
                item.state = (ItemState.FAILED if "failure" in found else ItemState.DONE).value
                item.attempt, item.settled_at = operation.attempt, act.now
                for name, value in found.items():
                    setattr(item, name, value)

    async def _standing(self, act: BulkAct, *, end: bool = False) -> BulkStanding:
        """Say how the operation stands; with `end` it ends here when every item is settled."""
        async with self._database.tenant(act.organisation_id, act.now) as session:
            operation = await _found(session, act, lock=True)
            await rows.settle_said(session, operation.id, act.now)
            found = await rows.count(session, operation)
            unsettled = found[ItemState.WAITING] + found[ItemState.SAID]
            if end and unsettled == 0 and operation.state == BulkState.RUNNING:
                _end(session, act, operation)
            return BulkStanding(
                state=BulkState(operation.state),
                total=operation.total,
                waiting=found[ItemState.WAITING],
                said=found[ItemState.SAID],
                done=operation.done,
                refused=operation.refused,
                failed=operation.failed,
            )


def caller_of(operation_id: UUID) -> str:
    """Return the caller under whose name a bulk operation speaks to complaints."""
    return f"bulk/{operation_id}"


async def _a_few_at_once(items: Sequence[BulkItem], one: Callable[[BulkItem], Awaitable[None]]) -> None:
    """Do something to each item, a few at a time; the engine hears that this worker is alive."""
    room = asyncio.Semaphore(AT_ONCE)

    async def in_turn(item: BulkItem) -> None:
        async with room:
            await one(item)
            if activity.in_activity():
                activity.heartbeat()

    # Every one comes to its end before a failure is raised: nothing of this step runs on behind the next try.
    for outcome in await asyncio.gather(*(in_turn(item) for item in items), return_exceptions=True):
        if isinstance(outcome, BaseException):
            raise outcome


async def _found(session: AsyncSession, act: BulkAct, *, lock: bool = False) -> BulkOperation:
    operation = await rows.find(session, act.operation_id, lock=lock)
    if operation is None:
        raise ApplicationError("no such operation", type=ErrorType.NOT_FOUND, non_retryable=True)
    return operation


async def _is_so_already(session: AsyncSession, operation: BulkOperation, item: BulkItem) -> bool:
    """Say whether there is nothing to say: a complaint is whose it shall be already, and nothing is to be noted."""
    if operation.kind not in (BulkKind.ASSIGN, BulkKind.HAND_OVER_ACTIONS):
        return False
    # What somebody said before and is not applied yet may give it to another.
    if await submissions.oldest_pending(session, item.complaint_id) is not None:
        return False
    said = from_body(CommandKind(operation.kind), operation.params)
    if isinstance(said, HandOverActions):
        return not await actions.open_of(session, item.complaint_id, said.owner_id)
    assert isinstance(said, Assign)
    if said.handover is not None:
        return False
    complaint = await session.get_one(Complaint, item.complaint_id)
    return (
        complaint.owner_id == said.owner_id
        and said.team_id in (None, complaint.team_id)
        and said.division_id in (None, complaint.division_id)
    )


async def _said(session: AsyncSession, operation: BulkOperation, item: BulkItem) -> UUID:
    """Append what is said, or take up again what was said before: a parked submission may yet be applied."""
    before = None if item.submission_id is None else await submissions.get_submission(session, item.submission_id)
    if before is not None and before.state != "refused":
        await submissions.redeliver(session, before.id)
        return before.id
    canonical = json.dumps(operation.params, sort_keys=True, separators=(",", ":")).encode()
    new = NewSubmission(
        id=uuid5(operation.id, f"{item.complaint_id}/{item.attempt}"),
        organisation_id=item.organisation_id,
        complaint_id=item.complaint_id,
        kind=CommandKind(operation.kind),
        body=operation.params,
        caller=caller_of(operation.id),
        person_id=operation.tried_by,
        role=operation.tried_role,
        route=names.BULK_PAGE,
        idempotency_key=None,
        body_hash=hashlib.sha256(canonical).hexdigest(),
        received_at=operation.tried_at,  # it was said when somebody asked for it, however long the way is
    )
    await append_submission(session, new)
    return new.id


def _end(session: AsyncSession, act: BulkAct, operation: BulkOperation) -> None:
    """End an operation; that cases were exported stands in the ledger of the office."""
    whole = operation.done == operation.total
    operation.state = (BulkState.DONE if whole else BulkState.INCOMPLETE).value
    operation.ended_at = act.now
    if operation.kind != BulkKind.EXPORT:
        return
    session.add(
        OfficeEvent(
            id=uuid5(operation.id, f"export.made/{operation.attempt}"),
            organisation_id=operation.organisation_id,
            kind="export.made",
            subject_id=operation.id,
            at=act.now,
            actor_id=operation.tried_by,
            role=operation.tried_role,
            data={"cases": operation.done, "failed": operation.failed},
            caller=caller_of(operation.id),
            route=names.BULK_SETTLE,
            idempotency_key=None,
            body_hash=operation.body_hash,
        )
    )
