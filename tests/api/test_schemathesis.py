"""Requests made up from the OpenAPI document: every answer is one that the document promises."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx2
import pytest
import schemathesis
import uvicorn
from hypothesis import HealthCheck, Phase, seed, settings
from schemathesis import GenerationMode
from schemathesis.specs.openapi.checks import positive_data_acceptance

from api.app import create_app
from api.dev_issuer import mint
from runtime.database_roles import DatabaseDsns
from runtime.settings import Settings
from tests.api.fakes import FakeEngine, FixedClock, Inspection
from tests.api.people import ACORN, a_complaint
from tests.bodies import plain
from tests.described import described

EVERY_ROLE = ("complaints_manager", "operator", "case_system")


class Serving:
    """The API on a real port, with a complaint to talk about."""

    def __init__(self, dsns: DatabaseDsns, state_dir: Path) -> None:
        clock = FixedClock(datetime.now(UTC))
        self._settings = Settings(
            environment="development",
            state_dir=state_dir,
            database_dsn_app=dsns.app,
            database_dsn_sweeper=dsns.sweeper,
        )
        app = create_app(self._settings, engine=FakeEngine(plain(dsns.migrator)), clock=clock, inspect=Inspection())
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        self._server = uvicorn.Server(uvicorn.Config(app, log_config=None, lifespan="on"))
        self._thread = threading.Thread(target=self._server.run, args=([self._socket],))

    def __enter__(self) -> Serving:
        self._thread.start()
        headers = self.headers | {"Idempotency-Key": "first"}
        switched = self.headers | {"Idempotency-Key": "switched"}
        httpx2.put(f"{self.url}/v1/organisation/intake", json={"form": True, "email": True}, headers=switched)
        logged = httpx2.post(f"{self.url}/v1/complaints", json=a_complaint(), headers=headers)
        self.reference = str(logged.json()["reference"])
        return self

    def __exit__(self, *_: object) -> None:
        self._server.should_exit = True
        self._thread.join()
        self._socket.close()

    @property
    def headers(self) -> dict[str, str]:
        token = mint(self._settings, ACORN.id, "complaints_manager", EVERY_ROLE, timedelta(hours=1))
        return {"Authorization": f"Bearer {token}"}


@pytest.fixture(scope="module")
def serving_api(api_dsns: DatabaseDsns, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    with Serving(api_dsns, tmp_path_factory.mktemp("api-state")) as serving:
        yield serving


@schemathesis.serializer("message/rfc822", "text/csv")  # type: ignore[misc]
def _as_it_is(context: Any, value: Any) -> bytes:
    """A mail is sent as it came, and a file of counts as it is."""
    return value if isinstance(value, bytes) else str(value).encode("utf-8", errors="replace")


schema = schemathesis.openapi.from_dict(described())


@schema.parametrize()
@seed(20090401)
@settings(
    max_examples=12,
    deadline=None,
    database=None,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=list(HealthCheck),
)
def test_every_answer_is_one_that_the_document_promises(case: Any, serving_api: Serving) -> None:
    if case.meta.generation.mode is GenerationMode.POSITIVE and "reference" in case.path_parameters:
        # A made-up reference names nothing: well-formed requests are about a complaint that is there.
        case.path_parameters["reference"] = serving_api.reference
    # Some rules depend on the day (what happened is not in the future) and stand in no schema.
    case.call_and_validate(
        base_url=serving_api.url,
        headers=serving_api.headers,
        excluded_checks=[positive_data_acceptance],
    )
