"""A clock that stands still, and an engine that settles what it is given as a test tells it to."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import psycopg

from api.parts import Exceptions
from contracts.bulk import BulkStart
from contracts.change_sets import ChangeSetStart, ChangeSetState, Decision, DecisionOutcome
from contracts.code import Code
from contracts.commands import CommandKind
from contracts.complaint import Happening, Resumed
from contracts.failures import Refusal
from contracts.governance import GovernanceStart, SeriesPlan
from contracts.imports import ImportDecision, ImportOutcome, ImportStart, ImportState
from contracts.joint import JointCodeStart, JointPartStart
from contracts.leavers import LeaverStart
from contracts.submissions import Pending
from contracts.webhooks import WebhooksStart
from gateways.delivery import Delivered, Delivery
from gateways.engine import EngineAway


class FixedClock:
    """Tell the same time until it is set."""

    def __init__(self, instant: datetime) -> None:
        self.instant = instant

    def now(self) -> datetime:
        return self.instant


class Inspection:
    """Report the exceptions that a test put there."""

    def __init__(self) -> None:
        self.found = Exceptions(counts={"submissions_waiting": 0})
        self.broken = False

    async def __call__(self, now: datetime) -> Exceptions:
        if self.broken:
            raise RuntimeError("the inspector is away")
        return self.found


class FakeEngine:
    """Stand in for the workflow of every complaint.

    It does in PostgreSQL the little of a case file that these tests look at: a LOG opens the complaint,
    every other command moves its version on, unless `verdicts` says otherwise for the next ones.
    """

    def __init__(self, dsn: str) -> None:
        self._dsn = dsn
        self.verdicts: list[Delivered] = []
        self.away = False
        self.delivered: list[Pending] = []
        self.resumed = Resumed(applied=1, parked=0)
        self.started: list[ChangeSetStart] = []
        self.decided: list[Decision] = []
        self.imports: list[ImportStart] = []
        self.import_decisions: list[ImportDecision] = []
        self.bulk: list[BulkStart] = []
        self.leavers: list[LeaverStart] = []
        self.webhooks: list[WebhooksStart] = []
        self.joint_codes: list[JointCodeStart] = []
        self.joint_parts: list[JointPartStart] = []
        self.governance: list[GovernanceStart] = []
        self.series: list[SeriesPlan] = []
        self.outcome = DecisionOutcome(state=ChangeSetState.APPLYING)

    async def deliver(self, pending: Pending, budget: timedelta) -> Delivered:
        if self.away:
            return Delivered(delivery=Delivery.WAITING)
        self.delivered.append(pending)
        if self.verdicts:
            return self.verdicts.pop(0)
        async with await psycopg.AsyncConnection.connect(self._dsn) as connection:
            await _apply(connection, pending)
        return Delivered(delivery=Delivery.APPLIED)

    async def deliver_afterwards(self, pending: Pending, budget: timedelta) -> Delivered:
        return await self.deliver(pending, budget)

    def refuse_next(self, refusal: Refusal) -> None:
        self.verdicts.append(Delivered(delivery=Delivery.REFUSED, refusal=refusal))

    async def happening(self, complaint_id: UUID, budget: timedelta) -> Happening:
        if self.away:
            raise EngineAway
        return Happening(stage=Code("received"), version=1, next_rung=None, waiting_in_inbox=0, parked=0)

    async def resume(self, complaint_id: UUID, submission_id: UUID, budget: timedelta) -> Resumed:
        if self.away:
            raise EngineAway
        return self.resumed

    async def start_change_set(self, start: ChangeSetStart) -> None:
        if self.away:
            raise EngineAway
        self.started.append(start)

    async def start_import(self, start: ImportStart) -> None:
        if self.away:
            raise EngineAway
        self.imports.append(start)

    async def decide_import(self, import_id: UUID, decision: ImportDecision, budget: timedelta) -> ImportOutcome:
        if self.away:
            raise EngineAway
        self.import_decisions.append(decision)
        return ImportOutcome(state=ImportState.IMPORTING)

    async def tell_governance(self, start: GovernanceStart) -> None:
        if self.away:
            raise EngineAway
        self.governance.append(start)

    async def schedule_series(self, plan: SeriesPlan) -> None:
        if self.away:
            raise EngineAway
        self.series.append(plan)

    async def unschedule_series(self, plan: SeriesPlan) -> None:
        if self.away:
            raise EngineAway

    async def start_bulk(self, start: BulkStart) -> None:
        if self.away:
            raise EngineAway
        self.bulk.append(start)

    async def tell_leaver(self, start: LeaverStart) -> None:
        if self.away:
            raise EngineAway
        self.leavers.append(start)

    async def tell_webhooks(self, start: WebhooksStart) -> None:
        if self.away:
            raise EngineAway
        self.webhooks.append(start)

    async def tell_joint_part(self, start: JointPartStart) -> None:
        self.joint_parts.append(start)

    async def start_joint_code(self, start: JointCodeStart) -> None:
        if self.away:
            raise EngineAway
        self.joint_codes.append(start)

    async def decide_change_set(self, change_set_id: UUID, decision: Decision, budget: timedelta) -> DecisionOutcome:
        if self.away:
            raise EngineAway
        self.decided.append(decision)
        return self.outcome


async def _apply(connection: psycopg.AsyncConnection[Any], pending: Pending) -> None:
    """Apply a submission once, as the case file does: whoever comes second finds it applied."""
    submission_id = pending.command.submission_id
    mine = await connection.execute(
        "select id from submission where id = %s and state = 'pending' for update", (submission_id,)
    )
    if await mine.fetchone() is None:
        return
    if pending.command.kind is CommandKind.LOG:
        await _open(connection, pending)
    else:
        await connection.execute("update complaint set version = version + 1 where id = %s", (pending.complaint_id,))
    if pending.command.kind is CommandKind.ATTACH_FILE:
        await connection.execute("update case_file set attached = true where submission_id = %s", (submission_id,))
    await connection.execute(
        "update submission set state = 'applied', settled_at = %s where id = %s",
        (datetime.now(UTC), submission_id),
    )


async def _open(connection: psycopg.AsyncConnection[Any], pending: Pending) -> None:
    row = await connection.execute(
        "select body, reference, received_at from submission where id = %s",
        (pending.command.submission_id,),
    )
    found = await row.fetchone()
    assert found is not None
    body, reference, received_at = found
    await connection.execute(
        "insert into complaint (id, organisation_id, reference, regime, nation, procedure, procedure_version,"
        " stage, open, version, channel, received_on, logged_at, stop_contact, hold, event_seq, event_head,"
        " owner_id, reopened_from, next_event_at)"
        " values (%s, %s, %s, 'nhs', 'england', 'nhs-england-2009', 1, 'received', true, 1, %s, %s, %s,"
        " false, false, 0, '', %s, %s, %s)",
        (
            pending.complaint_id,
            pending.organisation_id,
            reference,
            body["channel"],
            body["received_on"],
            received_at,
            body["owner_id"],
            body["reopened_from"],
            received_at + timedelta(days=1),
        ),
    )
    await connection.execute(
        "insert into complaint_words values (%s, %s, %s, %s, %s)",
        (
            pending.complaint_id,
            pending.organisation_id,
            body["summary"],
            body["narrative"],
            body["desired_outcome"],
        ),
    )
    for party in body["parties"]:
        await connection.execute(
            "insert into party (id, organisation_id, complaint_id, role, name, email, born_on)"
            " values (gen_random_uuid(), %s, %s, %s, %s, %s, %s)",
            (
                pending.organisation_id,
                pending.complaint_id,
                party["role"],
                party["name"],
                party["email"],
                party["born_on"],
            ),
        )
