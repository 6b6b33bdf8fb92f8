"""The workers of one process: a worker for each task queue, and what each of them can do."""

from __future__ import annotations

import asyncio
import logging
import signal
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from temporalio.client import Client
from temporalio.common import VersioningBehavior, WorkerDeploymentVersion
from temporalio.worker import Worker, WorkerDeploymentConfig
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner, SandboxRestrictions

from activities.acts.dispatch import HANDLED
from activities.bulk import Bulk
from activities.case_file import CaseFile
from activities.change_sets import ChangeSets
from activities.contributions import Contributions
from activities.digests import Digests
from activities.feedback import FeedbackRounds
from activities.governance import Governance
from activities.governance_reports import Reports, compile_kept, publish_kept
from activities.governance_sweep import make_missing
from activities.import_rows import ImportRows
from activities.imports import Imports
from activities.involvements import Involvements
from activities.joint_carriers import HttpCarrier, LocalCarrier
from activities.joint_codes import JointCodes
from activities.joint_parts import JointParts
from activities.leavers import Leavers
from activities.notices import Notices
from activities.notify import ByNotify
from activities.proceedings import Proceedings
from activities.sweeps import Sweeps
from activities.webhooks import Webhooks
from contracts import names
from db.engine import Database, SweeperDatabase
from db.submission_store import SubmissionStore
from gateways.anchors import FolderAnchors
from gateways.clock import SystemClock
from gateways.delivery import deliver_pending
from gateways.engine import Engine, connect
from gateways.feedback_marks import FeedbackMarks
from gateways.joint_client import HttpJointClient
from gateways.mail import MailGateway
from gateways.mailbox import MailboxGateway
from gateways.out_tray import FolderOutTray
from gateways.part_links import PartLinks
from gateways.running import EngineRuns
from gateways.smtp import SmtpGateway, SmtpServer
from gateways.typst_letters import TypstTypesetter
from gateways.webhooks import HttpWebhooks
from policies.procedure_files import refuse_unhandled
from runtime.activity_fence import ActivityFence
from runtime.carrier_gateways import notify_gateway, sealing, webhook_reach
from runtime.file_gateways import file_store
from runtime.loaded import never_walk_again
from runtime.rules_at_start import READ_AT_START
from runtime.schedules import ensure_schedules
from runtime.settings import Settings
from workflows.afterwards import AfterwardsWorkflow
from workflows.bulk import BulkWorkflow
from workflows.change_set import ChangeSetWorkflow
from workflows.complaint import ComplaintWorkflow
from workflows.contribution import ContributionWorkflow
from workflows.governance import GovernanceWorkflow
from workflows.governance_turn import GovernanceTurnWorkflow
from workflows.importing import ImportWorkflow
from workflows.involvement import InvolvementWorkflow
from workflows.joint_code import JointCodeWorkflow
from workflows.joint_part import JointPartWorkflow
from workflows.leaver import LeaverWorkflow
from workflows.notice import NoticeWorkflow
from workflows.proceedings import ActionWorkflow, CandourWorkflow, EscalationWorkflow, ReferralWorkflow
from workflows.senior_digest import SeniorDigestWorkflow
from workflows.sweeps import AnchorWorkflow, DeliverySweepWorkflow
from workflows.webhooks import WebhooksWorkflow

# Modules of `workflows/` are never passed through; everything they lean on is.
PASSED_THROUGH = (
    "activities", "contracts", "db", "gateways", "policies", "reports", "sqlalchemy", "psycopg", "pydantic",
    "pydantic_core", "temporalio", "jinja2", "holidays", "dateutil", "aiosmtplib", "annotated_types",
    "cryptography", "httpx2", "httpcore2", "standardwebhooks",
)  # fmt: skip
_log = logging.getLogger(__name__)
DELIVERY_BUDGET = timedelta(seconds=5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What the activities of one process stand on."""

    client: Client
    database: Database
    sweeper: SweeperDatabase
    engine: Engine
    mail: MailGateway
    states: SubmissionStore

    def deliver(self) -> Callable[[UUID, UUID], Awaitable[int]]:
        """Return the one delivery function over these parts."""

        async def deliver(organisation_id: UUID, complaint_id: UUID) -> int:
            return await deliver_pending(
                self.engine, self.states, organisation_id, complaint_id, budget=DELIVERY_BUDGET
            )

        return deliver


def runner() -> SandboxedWorkflowRunner:
    """Return the sandbox that workflows run in, here and in every test."""
    return SandboxedWorkflowRunner(restrictions=SandboxRestrictions.default.with_passthrough_modules(*PASSED_THROUGH))


def workers(parts: Parts, settings: Settings) -> list[Worker]:
    """Return one worker for each task queue. A malformed file of rules refuses the process here."""
    refuse_unhandled(HANDLED)
    for read in READ_AT_START:
        read()
    case_file = CaseFile(parts.database, parts.engine)
    typesetter, deliver, tray = TypstTypesetter(), parts.deliver(), FolderOutTray(settings.out_tray)
    links = PartLinks(sealing(settings), settings.outside_url)
    marks = FeedbackMarks(sealing(settings))
    notices = Notices(parts.database, parts.mail, settings.smtp_sender, typesetter, deliver, tray, links, marks)
    by_notify = ByNotify(parts.database, notify_gateway(settings), sealing(settings), typesetter, deliver)
    sweeps = Sweeps(parts.database, parts.sweeper, parts.engine, parts.states, FolderAnchors(settings.anchors))
    imports = Imports(parts.database, parts.engine, EngineRuns(parts.engine))
    import_rows = ImportRows(parts.database, parts.engine)
    change_sets = ChangeSets(parts.database, parts.sweeper, parts.engine, parts.states)
    bulk = Bulk(parts.database, parts.engine, parts.states, file_store(settings))
    leavers = Leavers(parts.database, parts.engine)
    digests = Digests(parts.database, parts.sweeper, parts.mail, settings.smtp_sender)
    kept = Reports(compile=compile_kept, publish=publish_kept)
    rounds = FeedbackRounds(parts.database, settings.outside_url, marks)
    governance = Governance(parts.database, parts.mail, settings.smtp_sender, kept, rounds.ask)
    webhooks = Webhooks(parts.database, HttpWebhooks(webhook_reach(settings)), sealing(settings))
    joint_codes = JointCodes(parts.database, parts.mail, settings.smtp_sender, sealing(settings))
    joint_parts = JointParts(
        parts.database,
        parts.engine,
        LocalCarrier(parts.database, parts.engine),
        HttpCarrier(parts.database, HttpJointClient(webhook_reach(settings)), sealing(settings)),
    )
    work: dict[str, tuple[list[type], list[Callable[..., object]]]] = {
        names.CASES: (
            [
                *(ComplaintWorkflow, AfterwardsWorkflow, InvolvementWorkflow, ContributionWorkflow),
                *(EscalationWorkflow, CandourWorkflow, ReferralWorkflow, ActionWorkflow),
            ],
            [
                *(case_file.apply, case_file.park),
                *(Involvements(parts.database).look, Contributions(parts.database).look),
                Proceedings(parts.database).look,
            ],
        ),
        names.DELIVERY: (
            [NoticeWorkflow, WebhooksWorkflow, JointCodeWorkflow, JointPartWorkflow, DeliverySweepWorkflow],
            [
                *(notices.send, notices.give_up, notices.report, by_notify.send, by_notify.follow),
                *(webhooks.look, webhooks.send, joint_codes.send, joint_parts.pull),
                *(joint_parts.push, sweeps.deliver_pending),
            ],
        ),
        names.BULK: (
            [
                *(ChangeSetWorkflow, BulkWorkflow, LeaverWorkflow, ImportWorkflow, AnchorWorkflow),
                *(SeniorDigestWorkflow, GovernanceTurnWorkflow, GovernanceWorkflow),
            ],
            [
                *(change_sets.dry_run, change_sets.enact, change_sets.redate, change_sets.settle),
                bulk.page,
                bulk.settle,
                *(leavers.look, leavers.hand_over),
                imports.check,
                imports.enact,
                imports.look,
                imports.reconcile,
                import_rows.rows,
                sweeps.export_anchor,
                *(digests.page, digests.compile, digests.tell),
                *(governance.begin, governance.look, governance.do),
            ],
        ),
    }
    return [
        Worker(
            parts.client,
            task_queue=queue,
            workflows=workflows,
            activities=activities,
            workflow_runner=runner(),
            interceptors=[ActivityFence()],
            deployment_config=deployment(settings),
            graceful_shutdown_timeout=timedelta(seconds=5),
        )
        for queue, (workflows, activities) in work.items()
    ]


def deployment(settings: Settings) -> WorkerDeploymentConfig | None:
    """Return the worker's version. Without a build id (development, tests) it has none."""
    if settings.worker_build_id is None:
        return None
    return WorkerDeploymentConfig(
        version=WorkerDeploymentVersion(settings.deployment_name, settings.worker_build_id),
        use_worker_versioning=True,
        default_versioning_behavior=VersioningBehavior.AUTO_UPGRADE,
    )


async def _connect_patiently(settings: Settings) -> Client:
    """Wait for the engine: a worker that starts before it is no reason to give up."""
    while True:
        try:
            return await connect(settings.temporal_address, settings.temporal_namespace, lazy=False)
        except RuntimeError:
            _log.warning("the engine is away; trying again")
            await asyncio.sleep(1)


@asynccontextmanager
async def parts_of(settings: Settings) -> AsyncIterator[Parts]:
    """Open what the activities stand on, and close it again."""
    client = await _connect_patiently(settings)
    database = Database(settings.need("database_dsn_app"))
    sweeper = SweeperDatabase(settings.need("database_dsn_sweeper"))
    try:
        yield Parts(
            client=client,
            database=database,
            sweeper=sweeper,
            engine=Engine(client),
            mail=mail_gateway(settings),
            states=SubmissionStore(database, SystemClock().now),
        )
    finally:
        await database.close()
        await sweeper.close()


def mail_gateway(settings: Settings) -> MailGateway:
    """Return the SMTP gateway where a host is set, else the local mailbox."""
    if settings.smtp_host is None:
        return MailboxGateway(settings.mailbox_dir)
    password = settings.smtp_password
    return SmtpGateway(
        SmtpServer(
            host=settings.smtp_host,
            port=settings.smtp_port,
            username=settings.smtp_username,
            password=password.get_secret_value() if password else None,
            starttls=settings.smtp_starttls,
        )
    )


async def _ensure_series(parts: Parts) -> None:
    """Make the schedules of series that the engine does not know; what cannot be made now is made at the next start."""
    try:
        await make_missing(parts.sweeper, parts.engine, await parts.engine.scheduled_series())
    except Exception as error:  # noqa: BLE001  whatever it is, the workers run
        _log.warning("the schedules of series could not be seen to (%s)", type(error).__name__)


async def run_workers(settings: Settings) -> None:
    """Run every worker until SIGINT or SIGTERM, then let what runs come to its end."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for sign in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(sign, stop.set)
    async with parts_of(settings) as parts, AsyncExitStack() as stack:
        for worker in workers(parts, settings):
            await stack.enter_async_context(worker)
        await ensure_schedules(parts.client)
        await _ensure_series(parts)
        never_walk_again()
        await stop.wait()
