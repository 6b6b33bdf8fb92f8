"""The demonstration: made once, found again, through the real API over HTTP with a stand-in for the engine."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import datetime

import psycopg
import pytest
import uvicorn

from api.app import create_app
from api.parts import Exceptions
from db.references import normalise
from runtime.commands.api_calls import CommandError
from runtime.commands.credentials import Wanted, calls_as, minted
from runtime.database_roles import DatabaseDsns, ensure_owned_database, ensure_schema
from runtime.demo import ensure_demo
from runtime.demo_cast import MARLOW_VALE, ORGANISATIONS, TARN_AND_FELL
from runtime.migrating import upgrade
from runtime.places import checkout
from runtime.postgres import PostgresAddress
from runtime.settings import Settings
from tests.api.fakes import FakeEngine
from tests.bodies import plain

DATABASE = "demonstration"


@pytest.fixture(scope="module")
def own_dsns(postgres: PostgresAddress, dsns: DatabaseDsns, tmp_path_factory: pytest.TempPathFactory) -> DatabaseDsns:
    """A database of these tests alone, with the roles' passwords as the session's database has them."""
    with postgres.connect() as connection:
        ensure_owned_database(connection, DATABASE)
    with postgres.connect(DATABASE) as connection:
        ensure_schema(connection)
    found = DatabaseDsns(**{role: getattr(dsns, role).rpartition("/")[0] + f"/{DATABASE}" for role in
                            ("app", "migrator", "sweeper")})  # fmt: skip
    upgrade(found.migrator)
    return found


class Api:
    """The real API on a free port, in a thread of its own."""

    def __init__(self, settings: Settings, engine: FakeEngine) -> None:
        async def nothing(now: datetime) -> Exceptions:
            return Exceptions(counts={})

        app = create_app(settings, engine=engine, inspect=nothing)
        config = uvicorn.Config(app, log_config=None, lifespan="on", host="127.0.0.1", port=settings.api_port)
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, daemon=True)

    def __enter__(self) -> Api:
        self._thread.start()
        deadline = time.monotonic() + 20
        while not self._server.started and time.monotonic() < deadline:
            self._thread.join(0.02)
        return self

    def __exit__(self, *raised: object) -> None:
        self._server.should_exit = True
        self._thread.join(20)


@pytest.fixture(scope="module")
def settings(own_dsns: DatabaseDsns, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    return Settings(
        environment="development",
        state_dir=tmp_path_factory.mktemp("state"),
        database_dsn_app=own_dsns.app,
        database_dsn_migrator=own_dsns.migrator,
        database_dsn_sweeper=own_dsns.sweeper,
        api_port=port,
    )


@pytest.fixture(scope="module")
def engine(own_dsns: DatabaseDsns) -> FakeEngine:
    return FakeEngine(plain(own_dsns.migrator))


@pytest.fixture(autouse=True, scope="module")
def api(settings: Settings, engine: FakeEngine) -> Iterator[Api]:
    with Api(settings, engine) as running:
        yield running


@pytest.fixture
def rows(own_dsns: DatabaseDsns) -> Iterator[psycopg.Connection[tuple[object, ...]]]:
    with psycopg.connect(plain(own_dsns.migrator), autocommit=True) as connection:
        yield connection


def test_a_second_run_finds_the_complaint_of_the_first(
    settings: Settings, rows: psycopg.Connection[tuple[object, ...]]
) -> None:
    first, second = ensure_demo(settings), ensure_demo(settings)
    assert first == second
    assert normalise(first["reference"]) == first["reference"]
    (complaint,) = rows.execute(
        "select 'complaint/' || id from complaint where organisation_id = %s", [MARLOW_VALE.id]
    ).fetchall()
    assert complaint == (first["workflow_id"],)


def test_what_people_changed_since_is_left_alone(
    settings: Settings, rows: psycopg.Connection[tuple[object, ...]]
) -> None:
    ensure_demo(settings)
    rows.execute("update person set active = false where subject = 'leo.marchetti'")
    ensure_demo(settings)
    assert rows.execute("select active from person where subject = 'leo.marchetti'").fetchone() == (False,)
    people = sum(len(organisation.people) for organisation in ORGANISATIONS)
    assert rows.execute("select count(*) from person").fetchone() == (people,)


def test_each_organisation_has_everybody_that_a_clock_may_have_to_reach(
    settings: Settings, rows: psycopg.Connection[tuple[object, ...]]
) -> None:
    ensure_demo(settings)
    for organisation in ORGANISATIONS:
        held = rows.execute("select role from appointment where organisation_id = %s", [organisation.id]).fetchall()
        assert {("complaints_manager",), ("responsible_person",), ("authorised_signatory",)} <= set(held)
        assert {("deputy_complaints_manager",), ("delegate",)} <= set(held)
        in_team = rows.execute(
            "select a.role from appointment a join unit u on u.id = a.unit_id where u.organisation_id = %s"
            " and u.kind = 'team'",
            [organisation.id],
        ).fetchall()
        assert {("team_lead",), ("member",)} == set(in_team)


def test_a_token_is_for_whoever_holds_the_role(settings: Settings) -> None:
    ensure_demo(settings)
    made = minted(settings, Wanted(role="responsible_person", organisation="demo-tf"))
    assert (made.subject, made.organisation.id) == ("sunita.rao", TARN_AND_FELL.id)


def test_a_reference_chooses_the_organisation_that_may_see_it(settings: Settings) -> None:
    reference = ensure_demo(settings)["reference"]
    calls = calls_as(settings, Wanted(), reference=reference)
    parties = calls.get(f"/v1/complaints/{reference}")["words"]["parties"]
    assert {party["name"] for party in parties} == {"Marian Holloway", "Walter Holloway"}
    assert minted(settings, Wanted(), reference=reference).organisation.id == MARLOW_VALE.id


@pytest.mark.parametrize(
    "wanted",
    [Wanted(role="king"), Wanted(organisation="nobody"), Wanted(role="investigator", organisation="DEMO-XX")],
)
def test_a_token_for_nobody_is_refused_in_one_sentence(settings: Settings, wanted: Wanted) -> None:
    ensure_demo(settings)
    with pytest.raises(CommandError):
        minted(settings, wanted)


def test_no_token_is_minted_outside_development(settings: Settings) -> None:
    ensure_demo(settings)
    with pytest.raises(CommandError, match="REDRESS_TOKEN"):
        minted(settings.model_copy(update={"environment": "production"}), Wanted())


def test_attention_names_what_is_not_as_it_should_be_and_fails(settings: Settings, temporal_target: str) -> None:
    reference = ensure_demo(settings)["reference"]
    done = _redress("attention", settings.model_copy(update={"temporal_address": temporal_target}))
    assert done.returncode == 1
    assert f"no workflow: {reference}" in done.stdout  # the stand-in opens complaints without one
    assert " open, " in done.stdout.splitlines()[-1]


def test_verify_says_what_it_looked_at(settings: Settings) -> None:
    ensure_demo(settings)
    done = _redress("verify", settings)
    assert f"complaints of {len(ORGANISATIONS)} organisations" in done.stdout
    assert "0 files, 0 bytes, read through: sound" in done.stdout
    assert done.returncode == (1 if "WRONG" in done.stdout else 0)


def test_show_and_log_go_through_the_api(settings: Settings) -> None:
    ensure_demo(settings)
    logged = _redress("log", settings, "examples/lost-hearing-aids.json", "--org", "DEMO-TF", "--received-on", "today")
    reference = logged.stdout.strip()
    assert reference.startswith("TF-")
    shown = _redress("show", settings, reference.lower()).stdout
    assert f"Complaint    {reference}  Hearing aids lost" in shown
    assert "\x1b" not in shown


def test_a_database_that_is_away_is_told_in_one_sentence(settings: Settings) -> None:
    nowhere = "postgresql+psycopg://redress_sweeper:x@127.0.0.1:1/redress"
    done = _redress("token", settings.model_copy(update={"database_dsn_sweeper": nowhere}))
    assert done.stderr == "redress: the database does not answer: is the stack up? 'redress doctor' looks closer\n"
    assert done.returncode == 1


def _redress(command: str, settings: Settings, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "runtime.cli", command, *arguments],
        env=os.environ | settings.as_environment(),
        cwd=checkout(),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
