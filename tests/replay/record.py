"""Record histories of real runs, by hand: `python -m tests.replay.record [name …]`.

A name is that of a history to keep (`complaint/opened`), or of a life to live (`opened_to_responded`): where no life is
named all are lived, and where no history is named all are kept. Real PostgreSQL, real Temporal with skipped time, real
workers. Histories are only ever added: one that is there already is kept as it is, and a change of a workflow needs a
life with a new name here.
"""

from __future__ import annotations

import asyncio
import json
import re
import socket
import sys
import tempfile
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
from pydantic import SecretStr, TypeAdapter
from temporalio.client import WorkflowHandle, WorkflowHistory

from contracts import names
from contracts.complaint import Happening
from db.engine import Database, SweeperDatabase
from gateways.engine import connect
from gateways.mail import MailUnavailable, OutgoingMail, Undeliverable
from gateways.sealing import new_key
from runtime.database_roles import DatabaseDsns, ensure_database
from runtime.migrating import upgrade as migrate
from runtime.postgres import temporary_postgres
from runtime.settings import Settings
from runtime.temporal import TemporalServer
from tests.bodies import Body, make_body, plain
from tests.gateways.notify_stub import NotifyStub, notify_stub
from tests.replay.stage import HISTORIES
from tests.world import MORNING, World, a_world, until

# So that a new run begins while the history is still small enough to keep.
A_LONG_HISTORY = 120


class ShortTempered(TemporalServer):
    """A server that suggests a new run early."""

    def _command(self, port: int, ui_port: int) -> list[str]:
        suggest = f"limit.historyCount.suggestContinueAsNew={A_LONG_HISTORY}"
        return [*super()._command(port, ui_port), "--dynamic-config-value", suggest]


class Mail:
    """A gateway that takes mail, or refuses it for ever, or is away."""

    def __init__(self) -> None:
        self.refuses = self.away = False

    async def send(self, mail: OutgoingMail) -> None:
        if self.away:
            raise MailUnavailable("mail_away")
        if self.refuses:
            raise Undeliverable("address_refused")


class Studio:
    """A world, and the folder that its histories go to."""

    def __init__(self, world: World, mail: Mail, notify: NotifyStub, secrets: str, dsns: DatabaseDsns) -> None:
        self.world, self.mail, self.notify, self.secrets = world, mail, notify, secrets
        self._dsns, self._only = dsns, {name for name in sys.argv[1:] if "/" in name}

    def body(self, **rules: Any) -> Body:
        return make_body(self._dsns.migrator, **rules)

    def write(self, sql: str, *values: object) -> None:
        """Write to the database as its owner: what has no command of its own, and what is to go wrong."""
        self.rows(sql, *values)

    def rows(self, sql: str, *params: Any) -> list[Any]:
        """Read, or write, as the owner of the database."""
        with psycopg.connect(plain(self._dsns.migrator)) as connection:
            found = connection.execute(sql, params)
            return found.fetchall() if found.description else []

    async def keep_waiting(self, name: str, workflow_id: str) -> None:
        """Keep a history as soon as it waits at a timer."""
        handle: WorkflowHandle[Any, Any] = self.world.client.get_workflow_handle(workflow_id)
        await waits_at_a_timer(handle)
        await self.keep(name, handle)

    async def complaint(self, name: str, complaint: UUID, run_id: str | None = None) -> None:
        """Keep a complaint's history as it is now, and where it stands."""
        await self.world.settled(complaint)
        workflow_id = names.complaint_workflow_id(complaint)
        handle = self.world.client.get_workflow_handle(workflow_id, run_id=run_id)
        happening = await handle.query(names.HAPPENING, result_type=Happening)
        if await self.keep(f"complaint/{name}", handle):
            stands = TypeAdapter(Happening).dump_python(happening, mode="json")
            _write(HISTORIES / "complaint" / f"{name}.expected.json", stands)

    async def keep(self, name: str, handle: WorkflowHandle[Any, Any]) -> bool:
        """Keep a history under a name, unless there is one. Say whether it was kept."""
        file = HISTORIES / f"{name}.json"
        if file.exists() or (self._only and name not in self._only):
            return False
        file.parent.mkdir(parents=True, exist_ok=True)
        _write(file, anonymous(await handle.fetch_history()))
        print(f"recorded {name}")
        return True


async def waits_at_a_timer(handle: WorkflowHandle[Any, Any]) -> None:
    """Wait until a workflow has armed a timer."""

    async def waits() -> bool:
        history = await handle.fetch_history()
        return any(event.HasField("timer_started_event_attributes") for event in history.events)

    await until(waits)


def anonymous(history: WorkflowHistory) -> Any:
    """Return a history as JSON, without the names of this machine and its processes, and without tracebacks."""
    host = re.compile(rf"\d*@?{re.escape(socket.gethostname())}")

    def clean(value: Any, key: str = "") -> Any:
        if isinstance(value, dict):
            return {name: clean(each, name) for name, each in value.items() if name != "stackTrace"}
        if isinstance(value, list):
            return [clean(each) for each in value]
        if key == "identity":
            return "worker"
        return host.sub("worker", value) if isinstance(value, str) else value

    return clean(json.loads(history.to_json()))


def _write(file: Path, value: Any) -> None:
    with file.open("x", encoding="utf-8") as opened:
        json.dump(value, opened, indent=None, separators=(",", ":"), sort_keys=True)
        opened.write("\n")


async def record(target: str, dsns: DatabaseDsns, lives: Sequence[Callable[[Studio], Awaitable[None]]]) -> None:
    """Live every life, one after the other."""
    client = await connect(target, "default", lazy=False)
    database, sweeper, mail = Database(dsns.app), SweeperDatabase(dsns.sweeper), Mail()
    secrets = new_key()
    with tempfile.TemporaryDirectory(prefix="redress-record-") as folder, notify_stub() as notify:
        settings = Settings(
            environment="development",
            state_dir=Path(folder),
            secrets_key=SecretStr(secrets),
            notify_url=notify.url,
            webhooks_allow_private=True,
            public_url="https://redress.example",
        )
        async with a_world(client, database, sweeper, settings, mail) as world:
            for life in lives:
                world.clock.time, mail.refuses, mail.away = MORNING, False, False
                await life(Studio(world, mail, notify, secrets, dsns))
    await database.close()
    await sweeper.close()


def main() -> None:
    """Start the servers, record, and stop them. Only the short-tempered one begins new runs early."""
    from tests.replay.action_lives import ACTION_LIVES, long_action
    from tests.replay.candour_lives import CANDOUR_LIVES, long_candour
    from tests.replay.carrier_lives import CARRIER_LIVES, long_subscription
    from tests.replay.casework_lives import CASEWORK_LIVES
    from tests.replay.contribution_lives import CONTRIBUTION_LIVES, long_contribution
    from tests.replay.digest_lives import DIGEST_LIVES
    from tests.replay.escalation_lives import ESCALATION_LIVES, long_escalation
    from tests.replay.governance_lives import GOVERNANCE_LIVES, long_governance
    from tests.replay.informing_lives import INFORMING_LIVES, long_involvement
    from tests.replay.joint_lives import JOINT_LIVES, long_part
    from tests.replay.lives import LIVES
    from tests.replay.referral_lives import REFERRAL_LIVES, long_referral

    short = [*DIGEST_LIVES, *LIVES, long_involvement, long_subscription, long_contribution, long_part]
    short += [long_escalation, long_candour, long_referral, long_action, long_governance]
    patient = [*CASEWORK_LIVES, *INFORMING_LIVES, *CARRIER_LIVES, *CONTRIBUTION_LIVES, *JOINT_LIVES]
    patient += [*ESCALATION_LIVES, *CANDOUR_LIVES, *REFERRAL_LIVES, *ACTION_LIVES, *GOVERNANCE_LIVES]
    named = {name for name in sys.argv[1:] if "/" not in name}

    with tempfile.TemporaryDirectory(prefix="redress-record-") as folder, temporary_postgres() as postgres:
        dsns = ensure_database(postgres, Path(folder))
        migrate(dsns.migrator)
        for server, lives in ((ShortTempered, short), (TemporalServer, patient)):
            with server(Path(folder) / server.__name__, time_skipping=True) as address:
                asyncio.run(
                    record(address.target, dsns, [each for each in lives if not named or each.__name__ in named])
                )


if __name__ == "__main__":
    main()
