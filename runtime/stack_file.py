"""The file .redress/stack.json: what runs in this checkout, where, under which pids; never a password.

It is there while a stack runs (or was killed), for people's scripts and for our own commands:

    state         "starting" or "ready"
    api           url, docs_url
    temporal      address, namespace, ui_url
    database      host, port, name
    paths         checkout, state_dir, logs_dir, mailbox_dir
    processes     name → {pid, started}: supervisor, postgres, temporal, api, worker
    demo          what the demonstration made: references and ids
"""

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Literal

from runtime.database_roles import DatabaseDsns, dsns_of
from runtime.places import checkout, secrets_key_in, write_atomically
from runtime.postgres import PostgresAddress
from runtime.postgres_data import SUPERUSER
from runtime.processes import Process


@dataclass(frozen=True, slots=True, kw_only=True)
class Stack:
    """What stands in the file."""

    state: Literal["starting", "ready"]
    api: dict[str, str]
    temporal: dict[str, str]
    database: dict[str, str | int]
    paths: dict[str, str]
    processes: dict[str, Process]
    demo: dict[str, str] = field(default_factory=dict)

    def write(self) -> None:
        """Replace the file in one step."""
        write_atomically(stack_path(), json.dumps(asdict(self), indent=2) + "\n")

    def dsns(self) -> DatabaseDsns:
        """Compose the DSNs from the address here and the password files of the state directory."""
        address = PostgresAddress(
            host=str(self.database["host"]),
            port=int(self.database["port"]),
            superuser=SUPERUSER,
            password="",
        )
        return dsns_of(address, Path(self.paths["state_dir"]), str(self.database["name"]))

    def settings(self) -> dict[str, str | int]:
        """Return the settings that follow from this stack."""
        host, _, port = self.api["url"].rpartition("/")[2].partition(":")
        dsns = self.dsns()
        return {
            "environment": "development",
            "state_dir": self.paths["state_dir"],
            "secrets_key": secrets_key_in(Path(self.paths["state_dir"])),
            "database_dsn_app": dsns.app,
            "database_dsn_migrator": dsns.migrator,
            "database_dsn_sweeper": dsns.sweeper,
            "temporal_address": self.temporal["address"],
            "temporal_namespace": self.temporal["namespace"],
            "temporal_ui_url": self.temporal["ui_url"],
            "api_host": host,
            "api_port": int(port),
        }


def stack_path() -> Path:
    """Name the file: always in the checkout, where scripts can find it."""
    return checkout() / ".redress" / "stack.json"


def read_stack() -> Stack | None:
    """Read the file; None when no stack runs here, or the file is not ours to understand."""
    try:
        found = json.loads(stack_path().read_text(encoding="utf-8"))
        processes = {name: Process(**entry) for name, entry in found.pop("processes").items()}
        return Stack(processes=processes, **found)
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return None


def remove_stack() -> None:
    """Remove the file, because nothing runs here any more."""
    stack_path().unlink(missing_ok=True)
