"""A world for whole lives: real PostgreSQL, real Temporal with skipped time, real workers, one clock.

A life begins at a fixed moment (`MORNING`), so that a test counts the same days whenever it runs.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import text
from temporalio.client import Client, WorkflowHandle
from temporalio.common import WorkflowIDConflictPolicy
from temporalio.testing import TimeSkipper

from contracts import names
from contracts.commands import CommandKind
from contracts.complaint import Start
from db.engine import Database, SweeperDatabase
from db.models.act import Submission
from db.queries.submissions import NewSubmission, append_submission, get_submission
from db.references import check_character
from db.said import Log, PartySaid, Said, to_body
from db.submission_store import SubmissionStore
from gateways.delivery import deliver_pending
from gateways.engine import Engine
from gateways.mailbox import MailboxGateway
from runtime.settings import Settings
from runtime.workers import Parts, workers
from tests.bodies import Body

# Thursday 2 March 2028, ten in the morning: past every leap and far from both ends of summer time.
MORNING = datetime(2028, 3, 2, 10, 0, tzinfo=UTC)
# No single jump is longer than this: the server fires what lies in between one after the other.
LEAP = timedelta(days=3)


class WorldClock:
    """The time of a life: it moves only when the life is moved."""

    def __init__(self, start: datetime) -> None:
        self.time = start

    def now(self) -> datetime:
        return self.time


@dataclass(slots=True, kw_only=True)
class World:
    """Everything that a life needs, in one process."""

    client: Client
    skipper: TimeSkipper
    database: Database
    sweeper: SweeperDatabase
    engine: Engine
    mailbox: Any
    clock: WorldClock = field(default_factory=lambda: WorldClock(MORNING))
    budget: timedelta = timedelta(seconds=20)  # how long somebody who says something waits for the verdict

    @property
    def states(self) -> SubmissionStore:
        return SubmissionStore(self.database, self.clock.now)

    async def say(
        self,
        body: Body,
        complaint_id: UUID,
        kind: CommandKind,
        said: Said,
        *,
        by: str | None = "handler",
        submission_id: UUID | None = None,
        if_version: int | None = None,
        reference: str | None = None,
        deliver: bool = True,
    ) -> Submission:
        """Append what was said at the world's time and deliver it; return the submission as it then is."""
        submission_id = submission_id or uuid4()
        content = to_body(kind, said)
        new = NewSubmission(
            id=submission_id,
            organisation_id=body.id,
            complaint_id=complaint_id,
            kind=kind,
            body=content,
            caller=by or "case-system",
            person_id=body.person(by) if by else None,
            role=by or "case_system",
            route=kind.value,
            idempotency_key=str(submission_id),
            body_hash=hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest(),
            received_at=self.clock.now(),
            reference=reference,
            if_version=if_version,
        )
        async with self.database.tenant(body.id, self.clock.now()) as session:
            await append_submission(session, new)
        if deliver:
            await self.deliver(body, complaint_id, submission_id)
        return await self.submission(body, submission_id)

    async def deliver(self, body: Body, complaint_id: UUID, until: UUID | None = None) -> int:
        return await deliver_pending(self.engine, self.states, body.id, complaint_id, budget=self.budget, until=until)

    async def submission(self, body: Body, submission_id: UUID) -> Submission:
        async with self.database.tenant(body.id, self.clock.now()) as session:
            found = await get_submission(session, submission_id)
        assert found is not None
        return found

    async def log(self, body: Body, **changes: Any) -> UUID:
        """Log a complaint at the world's time, in a workflow whose time is the world's.

        Unless a life says otherwise the complaints manager owns it.
        """
        changes.setdefault("owner_id", body.person("complaints_manager"))
        complaint_id = uuid4()
        handle = await self.client.start_workflow(
            names.COMPLAINT,
            Start(organisation_id=body.id, complaint_id=complaint_id),
            id=names.complaint_workflow_id(complaint_id),
            task_queue=names.CASES,
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
        )
        ahead = self.clock.now() - datetime.now(UTC)
        await self.skipper.fast_forward(handle, ahead)
        digits = complaint_id.hex[:8].upper()
        reference = f"{body.code}-{digits}-{check_character(digits)}"
        submission = await self.say(
            body, complaint_id, CommandKind.LOG, a_complaint(self.clock.now(), **changes), reference=reference
        )
        assert submission.state == "applied", submission.refusal or submission.last_failure
        return complaint_id

    def handle(self, complaint_id: UUID) -> WorkflowHandle[Any, Any]:
        return self.client.get_workflow_handle(names.complaint_workflow_id(complaint_id))

    async def advance(self, length: timedelta, *complaints: UUID) -> None:
        """Move the world's time, and every complaint named, in lock-step."""
        left = length
        while left > timedelta():
            step = min(left, LEAP)
            await asyncio.gather(*(self.skipper.fast_forward(self.handle(each), step) for each in complaints))
            self.clock.time += step
            left -= step
        await asyncio.gather(*(self.settled(each) for each in complaints))

    async def advance_to(self, instant: datetime, *complaints: UUID) -> None:
        await self.advance(instant - self.clock.time, *complaints)

    async def settled(self, complaint_id: UUID) -> None:
        """Wait until a complaint has fired all that is due and waits again."""

        async def quiet() -> bool:
            description = await self.handle(complaint_id).describe()
            pending = description.raw_description.pending_activities
            task = description.raw_description.HasField("pending_workflow_task")
            return not pending and not task

        await until(quiet)

    async def rows(self, body: Body, sql: str, **params: Any) -> Sequence[Any]:
        """Read rows as the application, under the organisation."""
        async with self.database.tenant(body.id, self.clock.now()) as session:
            return (await session.execute(text(sql), params)).mappings().all()

    async def row(self, body: Body, sql: str, **params: Any) -> Any:
        (found,) = await self.rows(body, sql, **params)
        return found


def a_complaint(now: datetime, **changes: Any) -> Log:
    """Return what is said when a believable complaint is logged."""
    email = changes.pop("email", "pat.complainant@example.org")
    address = None if email else "1 Example Street, Exampleton"
    party = PartySaid(role="complainant", name="Pat Example", email=email, address=address)
    said: dict[str, Any] = {
        "channel": "written",
        "received_on": now.date(),
        "summary": "Long wait and lost notes",
        "narrative": "I waited for nine hours and my notes were lost.",
        "parties": (party,),
    }
    return Log(**{**said, **changes})


async def until(condition: Callable[[], Awaitable[bool]], seconds: float = 60) -> None:
    """Wait for a condition, and fail when it does not come."""
    async with asyncio.timeout(seconds):
        while not await condition():  # noqa: ASYNC110  what is awaited happens in other processes
            await asyncio.sleep(0.02)


@asynccontextmanager
async def a_world(
    client: Client, database: Database, sweeper: SweeperDatabase, settings: Settings, mail: Any = None
) -> AsyncIterator[World]:
    """Open a world with workers for every task queue."""
    engine = Engine(client)
    mailbox = mail or MailboxGateway(settings.mailbox_dir)
    world = World(
        client=client,
        skipper=TimeSkipper(client),
        database=database,
        sweeper=sweeper,
        engine=engine,
        mailbox=mailbox,
    )
    parts = Parts(client=client, database=database, sweeper=sweeper, engine=engine, mail=mailbox, states=world.states)
    async with AsyncExitStack() as stack:
        for worker in workers(parts, settings):
            await stack.enter_async_context(worker)
        yield world
