"""The launcher of PostgreSQL against the real server."""

import os
import re
import signal
import stat
from contextlib import ExitStack
from pathlib import Path

import psycopg
import pytest

from runtime.postgres import PostgresAddress, PostgresServer
from runtime.postgres_binaries import NoPostgresError, find_binaries
from runtime.postgres_data import PostgresError, WrongMajorError
from runtime.processes import Process


def rows(address: PostgresAddress) -> int:
    with address.connect() as connection:
        found = connection.execute("select count(*) from kept").fetchone()
    assert found is not None
    return int(found[0])


def killed(server: PostgresServer) -> None:
    process = server.process
    assert process is not None
    process.send(signal.SIGKILL)
    assert process.wait(10)


def test_what_was_committed_before_a_kill_is_there_after_the_restart(state_dir: Path, stopping: ExitStack) -> None:
    # With fsync, as people run it: this is the promise they rely on.
    server = PostgresServer(state_dir)
    stopping.callback(server.stop)
    address = server.start()
    with address.connect() as connection:
        connection.execute("create table kept (number int)")
        connection.execute("insert into kept select generate_series(1, 1000)")
    uncommitted = address.connect()
    uncommitted.autocommit = False
    uncommitted.execute("insert into kept values (0)")

    killed(server)

    assert not server.alive
    again = server.start()
    assert rows(again) == 1000
    assert again.port == address.port
    uncommitted.close()


def test_a_server_whose_parent_was_killed_is_used_again(state_dir: Path, stopping: ExitStack) -> None:
    first = PostgresServer(state_dir, fsync=False)
    stopping.callback(first.stop)
    address = first.start()
    second = PostgresServer(state_dir, fsync=False)
    stopping.callback(second.stop)

    assert second.start() == address
    assert second.pid == first.pid

    second.stop()
    assert not first.alive


def test_a_pid_that_now_belongs_to_a_stranger_does_not_prevent_the_start(state_dir: Path, stopping: ExitStack) -> None:
    server = PostgresServer(state_dir, fsync=False)
    stopping.callback(server.stop)
    server.start()
    killed(server)
    lock = state_dir / "postgres" / "data" / "postmaster.pid"
    lock.write_text(re.sub(r"^\d+", str(os.getpid()), lock.read_text()))

    server.start()

    assert server.alive


def test_data_of_another_major_version_is_refused_and_left_alone(state_dir: Path) -> None:
    with PostgresServer(state_dir, fsync=False):
        pass
    marker = state_dir / "postgres" / "data" / "PG_VERSION"
    marker.write_text("9\n")

    with pytest.raises(WrongMajorError, match="made by PostgreSQL 9"):
        PostgresServer(state_dir, fsync=False).start()

    assert marker.read_text() == "9\n"


def test_the_password_is_ours_alone_and_is_required(state_dir: Path) -> None:
    with PostgresServer(state_dir, fsync=False) as address:
        kept = state_dir / "postgres" / "superuser.password"
        assert stat.S_IMODE(kept.stat().st_mode) == 0o600
        assert kept.read_text() == address.password
        assert address.password not in repr(address)
        with pytest.raises(psycopg.OperationalError, match="authentication failed"):
            psycopg.connect(address.dsn(user="postgres", password="guess").replace("+psycopg", ""))


def test_a_lost_password_is_said_at_once(state_dir: Path) -> None:
    with PostgresServer(state_dir, fsync=False):
        pass
    (state_dir / "postgres" / "superuser.password").unlink()

    with pytest.raises(PostgresError, match="does not accept the password"):
        PostgresServer(state_dir, fsync=False).start()


def test_only_the_loopback_address_is_listened_on(state_dir: Path) -> None:
    with (
        PostgresServer(state_dir, fsync=False) as address,
        address.connect() as connection,
    ):
        settings = connection.execute(
            "select current_setting('listen_addresses'), current_setting('unix_socket_directories')"
        ).fetchone()
    assert settings == ("127.0.0.1", "")


def test_stopping_leaves_no_process_behind(state_dir: Path, stopping: ExitStack) -> None:
    server = PostgresServer(state_dir, fsync=False)
    stopping.callback(server.stop)
    server.start()
    pid = server.pid
    assert pid is not None

    server.stop()

    assert Process.of(pid) is None
    assert server.pid is None


def test_an_initdb_that_was_killed_half_way_is_begun_again(state_dir: Path) -> None:
    half = state_dir / "postgres" / "data.unfinished"
    half.mkdir(parents=True)
    (half / "PG_VERSION").write_text("18\n")

    with PostgresServer(state_dir, fsync=False) as address:
        assert address.port > 0


def test_a_configured_directory_without_postgresql_is_an_error_not_a_fallback(
    tmp_path: Path,
) -> None:
    with pytest.raises(NoPostgresError, match=str(tmp_path)):
        find_binaries(tmp_path)
