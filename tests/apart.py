"""A database of its own for tests that look across all organisations, and complaints in it without the engine."""

from __future__ import annotations

import hashlib
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit, urlunsplit
from uuid import UUID, uuid4

import psycopg

from activities.case_file import CaseFile
from contracts import names
from contracts.acts import Act, Outcome, Verdict
from contracts.bulk import BulkStart
from contracts.change_sets import ChangeSetStart, ChangeSetState, Decision, DecisionOutcome
from contracts.code import Code
from contracts.commands import CommandKind
from contracts.governance import GovernanceStart, SeriesPlan
from contracts.imports import ImportDecision, ImportOutcome, ImportStart, ImportState
from contracts.involvements import InvolvementStart
from contracts.joint import ContributionStart, JointCodeStart, JointPartStart
from contracts.leavers import LeaverStart
from contracts.notices import NoticeStart
from contracts.proceedings import ProceedingStart
from contracts.submissions import Pending
from contracts.webhooks import WebhooksStart
from db.engine import Database, SweeperDatabase
from db.queries.submissions import NewSubmission, append_submission
from db.said import Log, PartySaid, Said, to_body
from db.submission_store import SubmissionStore
from gateways.delivery import Delivered, Delivery, deliver_pending
from gateways.engine import EngineAway
from runtime.database_roles import MIGRATOR, DatabaseDsns, ensure_owned_database, ensure_schema
from runtime.migrating import upgrade as migrate
from runtime.postgres import PostgresAddress
from tests.bodies import Body, make_body, plain

_TEMPLATE = "apart_template"
_UNFINISHED = "apart_unfinished"
# Thursday 2 March 2028, ten in the morning.
MORNING = datetime(2028, 3, 2, 10, 0, tzinfo=UTC)


@dataclass(slots=True, kw_only=True)
class DirectEngine:
    """Apply at once what is delivered, as the workflow of each complaint would; note what is to be started."""

    database: Database
    now: datetime = MORNING
    away: bool = False
    delivered: list[Pending] = field(default_factory=list)
    notices: list[NoticeStart] = field(default_factory=list)
    change_sets: list[ChangeSetStart] = field(default_factory=list)
    decisions: list[Decision] = field(default_factory=list)
    bulk: list[BulkStart] = field(default_factory=list)
    leavers: list[LeaverStart] = field(default_factory=list)
    involvements: list[InvolvementStart] = field(default_factory=list)
    webhooks: list[WebhooksStart] = field(default_factory=list)
    joint_codes: list[JointCodeStart] = field(default_factory=list)
    contributions: list[ContributionStart] = field(default_factory=list)
    proceedings: list[ProceedingStart] = field(default_factory=list)
    joint_parts: list[JointPartStart] = field(default_factory=list)
    imports: list[ImportStart] = field(default_factory=list)
    import_decisions: list[ImportDecision] = field(default_factory=list)
    governance: list[GovernanceStart] = field(default_factory=list)
    series: list[SeriesPlan] = field(default_factory=list)
    unscheduled: list[SeriesPlan] = field(default_factory=list)
    running_ids: set[str] = field(default_factory=set)

    async def deliver(self, pending: Pending, budget: timedelta) -> Delivered:
        if self.away:
            return Delivered(delivery=Delivery.WAITING)
        self.delivered.append(pending)
        verdict = await self.apply(pending)
        if verdict.outcome is Outcome.REFUSED:
            return Delivered(delivery=Delivery.REFUSED, refusal=verdict.refusal)
        return Delivered(delivery=Delivery.APPLIED)

    async def deliver_afterwards(self, pending: Pending, budget: timedelta) -> Delivered:
        return await self.deliver(pending, budget)

    async def apply(self, pending: Pending) -> Verdict:
        act = Act(
            act_id=pending.command.submission_id,
            organisation_id=pending.organisation_id,
            complaint_id=pending.complaint_id,
            now=self.now,
            stage=Code("new"),
            command=pending.command,
        )
        case_file: Any = CaseFile(self.database, self)  # type: ignore[arg-type]
        verdict: Verdict = await case_file.apply(act)
        return verdict

    async def start_notice(self, start: NoticeStart) -> None:
        self.notices.append(start)

    async def start_change_set(self, start: ChangeSetStart) -> None:
        self.change_sets.append(start)

    async def start_import(self, start: ImportStart) -> None:
        self.imports.append(start)

    async def decide_import(self, import_id: UUID, decision: ImportDecision, budget: timedelta) -> ImportOutcome:
        self.import_decisions.append(decision)
        return ImportOutcome(state=ImportState.IMPORTING)

    async def start_bulk(self, start: BulkStart) -> None:
        self.bulk.append(start)

    async def tell_leaver(self, start: LeaverStart) -> None:
        self.leavers.append(start)

    async def tell_webhooks(self, start: WebhooksStart) -> None:
        self.webhooks.append(start)

    async def start_joint_code(self, start: JointCodeStart) -> None:
        self.joint_codes.append(start)

    async def tell_involvement(self, start: InvolvementStart) -> None:
        self.involvements.append(start)

    async def tell_contribution(self, start: ContributionStart) -> None:
        self.contributions.append(start)

    async def tell_proceeding(self, start: ProceedingStart) -> None:
        self.proceedings.append(start)

    async def tell_joint_part(self, start: JointPartStart) -> None:
        self.joint_parts.append(start)

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
        self.unscheduled.append(plan)

    async def decide_change_set(self, change_set_id: UUID, decision: Decision, budget: timedelta) -> DecisionOutcome:
        self.decisions.append(decision)
        return DecisionOutcome(state=ChangeSetState.APPLYING)

    async def running(self, workflow_type: str, budget: timedelta) -> frozenset[str]:
        return frozenset(self.running_ids)

    async def is_running(self, workflow_id: str, budget: timedelta) -> bool:
        return workflow_id in self.running_ids

    async def schedules(self, budget: timedelta) -> frozenset[str]:
        there = {names.governance_schedule_id(each.series_id) for each in self.series}
        return frozenset(there - {names.governance_schedule_id(each.series_id) for each in self.unscheduled})


@dataclass(frozen=True, slots=True, kw_only=True)
class Apart:
    """One database, its roles' ways into it, and an engine that applies at once."""

    dsns: DatabaseDsns
    database: Database
    sweeper: SweeperDatabase
    engine: DirectEngine

    @property
    def states(self) -> SubmissionStore:
        return SubmissionStore(self.database, lambda: self.engine.now)

    def body(self) -> Body:
        return make_body(self.dsns.migrator)

    async def say(self, body: Body, complaint_id: UUID, kind: CommandKind, said: Said, **changes: Any) -> UUID:
        """Append what is said now, and leave it."""
        content = to_body(kind, said)
        values: dict[str, Any] = {
            "id": uuid4(),
            "organisation_id": body.id,
            "complaint_id": complaint_id,
            "kind": kind,
            "body": content,
            "caller": "handler",
            "person_id": body.person("handler"),
            "role": "handler",
            "route": kind.value,
            "idempotency_key": None,
            "body_hash": hashlib.sha256(json.dumps(content).encode()).hexdigest(),
            "received_at": self.engine.now,
        }
        new = NewSubmission(**(values | changes))
        async with self.database.tenant(body.id, self.engine.now) as session:
            await append_submission(session, new)
        return new.id

    async def deliver(self, body: Body, complaint_id: UUID) -> int:
        budget = timedelta(seconds=20)
        return await deliver_pending(self.engine, self.states, body.id, complaint_id, budget=budget)

    async def log(self, body: Body, *, deliver: bool = True) -> UUID:
        """Log a complaint received today, and apply that unless told otherwise."""
        complaint_id = uuid4()
        said = Log(
            channel="written",
            received_on=self.engine.now.date(),
            summary="Long wait",
            narrative="Nine hours.",
            parties=(PartySaid(role="complainant", name="Pat Example", email="pat@example.org"),),
            owner_id=body.person("complaints_manager"),
        )
        reference = f"{body.code}-{complaint_id.hex[:8].upper()}-0"
        await self.say(body, complaint_id, CommandKind.LOG, said, reference=reference)
        if deliver:
            assert await self.deliver(body, complaint_id) == 1
        return complaint_id

    def rows(self, sql: str, *params: Any) -> list[Any]:
        """Read, or write, as the migrator, whom nothing is hidden from."""
        with psycopg.connect(plain(self.dsns.migrator), autocommit=True) as connection:
            found = connection.execute(sql, params)
            return found.fetchall() if found.description else []


@asynccontextmanager
async def a_database_apart(postgres: PostgresAddress, dsns: DatabaseDsns) -> AsyncIterator[Apart]:
    """Make a migrated database beside the session's own, for the same roles."""
    name = f"apart_{uuid4().hex[:12]}"
    with postgres.connect() as connection:
        _copy(connection, _migrated_once(postgres, dsns), name)
    own = DatabaseDsns(
        app=_beside(dsns.app, name), migrator=_beside(dsns.migrator, name), sweeper=_beside(dsns.sweeper, name)
    )
    database, sweeper = Database(own.app), SweeperDatabase(own.sweeper)
    try:
        yield Apart(dsns=own, database=database, sweeper=sweeper, engine=DirectEngine(database=database))
    finally:
        await database.close()
        await sweeper.close()


def _migrated_once(postgres: PostgresAddress, dsns: DatabaseDsns) -> str:
    """Return the name of a migrated database that nobody uses: a copy of it costs a tenth of the migrations."""
    with postgres.connect() as connection:
        if connection.execute("select 1 from pg_database where datname = %s", [_TEMPLATE]).fetchone() is None:
            ensure_owned_database(connection, _UNFINISHED)
            with postgres.connect(_UNFINISHED) as inside:
                ensure_schema(inside)
            migrate(_beside(dsns.migrator, _UNFINISHED))
            connection.execute(f"alter database {_UNFINISHED} rename to {_TEMPLATE}")
    return _TEMPLATE


def _copy(connection: psycopg.Connection[tuple[Any, ...]], template: str, name: str) -> None:
    connection.execute(f"create database {name} template {template} owner {MIGRATOR}")
    ensure_owned_database(connection, name)  # who may connect is not copied


def _beside(dsn: str, name: str) -> str:
    return urlunsplit(urlsplit(dsn)._replace(path=f"/{name}"))
