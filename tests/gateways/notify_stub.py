"""A server on loopback that answers as GOV.UK Notify does, by a script, and keeps what it took."""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import psycopg

from gateways.sealing import Sealing, about
from tests.bodies import Body, plain

KEY = f"test-{uuid4()}-{uuid4()}"
MARKER = "marker-of-an-answer"


class NotifyStub:
    """Answer each sending by the next word of the script: 201, another status, or a way of failing after it took it."""

    def __init__(self) -> None:
        self.script: list[int | str] = []
        self.taken: list[dict[str, Any]] = []
        self.asked = 0
        self.authorised: list[str] = []
        self.url = ""
        self.let_go = threading.Event()  # until then what is held has no answer

    def of(self, reference: object) -> list[dict[str, Any]]:
        return [each for each in self.taken if each["reference"] == str(reference)]

    def take(self, kind: str, said: dict[str, Any]) -> dict[str, Any]:
        found = {
            "id": str(uuid4()),
            "reference": said.get("reference"),
            "status": "created",
            "type": kind,
            "said": said,
        }
        self.taken.append(found)
        return found

    def pdf(self, number: int = 0) -> bytes:
        return base64.b64decode(self.taken[number]["said"]["content"])


def _handler(stub: NotifyStub) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            said = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            stub.authorised.append(self.headers["Authorization"])
            step = stub.script.pop(0) if stub.script else 201
            kind = urlsplit(self.path).path.rpartition("/")[2]
            if step in (201, "hang", "hold", "drop", "lost"):
                found = stub.take(kind, said)
            if step in ("hang", "hold"):
                stub.let_go.wait(60)
            if step in ("hold", "drop"):
                self.close_connection = True
                return
            if step in (201, "hang"):
                self._answer(201, found)
            else:
                status = 500 if step == "lost" else int(step)
                self._answer(status, {"status_code": status, "errors": [{"error": "X", "message": MARKER}]})

        def do_GET(self) -> None:
            stub.asked += 1
            wanted = parse_qs(urlsplit(self.path).query).get("reference", [""])[0]
            self._answer(200, {"notifications": stub.of(wanted), "links": {"current": MARKER}})

        def _answer(self, status: int, said: dict[str, Any]) -> None:
            body = json.dumps(said).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            try:
                self.wfile.write(body)
            except OSError:
                return

        def log_message(self, *_: object) -> None:
            return

    return Handler


@contextmanager
def notify_stub() -> Iterator[NotifyStub]:
    """Run a stub on a port of its own."""
    stub = NotifyStub()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(stub))
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    stub.url = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield stub
    finally:
        stub.let_go.set()
        server.shutdown()
        thread.join()
        server.server_close()


def switch_on_notify(migrator_dsn: str, body: Body, secrets_key: str) -> None:
    """Have the e-mails of an organisation to people outside go by Notify, with the key of the stub."""
    row_id = uuid4()
    sealed = Sealing.of(secrets_key).seal(KEY, about("carrier_setting.key_sealed", row_id))
    with psycopg.connect(plain(migrator_dsn)) as connection:
        connection.execute(
            "insert into carrier_setting (id, organisation_id, carrier, emails, texts, letters, email_template,"
            " key_sealed, changed_at) values (%s, %s, 'notify', true, false, false, %s, %s, now())",
            (row_id, body.id, uuid4(), sealed),
        )
