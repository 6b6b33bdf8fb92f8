"""What receivers get, verified by the library of another language: `standardwebhooks` for JavaScript."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

import pytest

from contracts.webhooks import EventType
from gateways.webhook_reach import WebhookReach
from gateways.webhooks import HttpWebhooks, OutgoingWebhook, new_secret
from policies.webhook_events import Envelope, body_of
from tests.receiver import Arrived, a_receiver

LIBRARY: Final = "standardwebhooks@1.1.1"
SCRIPT: Final = Path(__file__).parent / "elsewhere" / "verify.cjs"


@pytest.fixture(scope="module")
def library() -> Path:
    """A folder with the library in it, installed once on this machine."""
    if shutil.which("npm") is None or shutil.which("node") is None:
        assert "CI" not in os.environ, "node and npm are missing: the gate verifies with another language's library"
        pytest.skip("node and npm are not installed")
    folder = Path(tempfile.gettempdir()) / f"redress-{LIBRARY.replace('@', '-')}-{os.getuid()}"
    if not (folder / "node_modules" / "standardwebhooks").exists():
        folder.mkdir(mode=0o700, exist_ok=True)
        flags = ("--ignore-scripts", "--no-audit", "--no-fund", "--no-save")
        subprocess.run(
            ["npm", "install", "--prefix", str(folder), *flags, LIBRARY], check=True, capture_output=True, timeout=120
        )
    return folder


def verified(library: Path, asked: list[dict[str, Any]]) -> list[Any]:
    done = subprocess.run(
        ["node", str(SCRIPT), str(library)], input=json.dumps(asked), capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    found: list[Any] = json.loads(done.stdout)
    return found


def asked_of(arrived: Arrived, secret: str, **changes: Any) -> dict[str, Any]:
    return {"secret": secret, "headers": arrived.headers, "body": arrived.body.decode()} | changes


async def test_another_language_verifies_what_arrives_with_both_secrets_and_refuses_the_rest(library: Path) -> None:
    new, old = new_secret(), new_secret()
    at = datetime.now(UTC)
    body = body_of(
        Envelope(
            event_id=uuid4(), organisation="RX1", type=EventType.RECEIVED.value, occurred_at=at,
            reference="RX1-7K3M9QWD-C", stage="received", version=1, about={"channel": "written"},
        )
    )  # fmt: skip
    async with a_receiver() as receiver:
        gateway = HttpWebhooks(WebhookReach(allow_private=True))
        event_id = json.loads(body)["id"]
        for secrets in ((new,), (new, old)):
            await gateway.send(
                OutgoingWebhook(url=receiver.url, event_id=event_id, body=body, sent_at=at, secrets=secrets)
            )
    single, both = receiver.arrived
    stale = both.headers | {"webhook-timestamp": str(int(at.timestamp()) - 600)}
    found = verified(
        library,
        [
            asked_of(single, new),
            asked_of(both, new),
            asked_of(both, old),
            asked_of(single, old),
            asked_of(both, new_secret()),
            asked_of(both, new, body=both.body.decode().replace("received", "closed")),
            asked_of(both, new, headers=both.headers | {"webhook-id": str(uuid4())}),
            asked_of(both, new, headers=stale),
        ],
    )
    assert found[:3] == [json.loads(body)] * 3
    assert found[3:] == [None] * 5
