"""Ending processes: ours, all of them, and nobody else's."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from runtime import leftovers
from runtime.children import Child, ChildError
from runtime.processes import Process, command_line

PATIENT = "import time, sys; print('up', flush=True); time.sleep(600)"
STUBBORN = f"import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); {PATIENT}"


@pytest.fixture
def child(tmp_path: Path) -> Iterator[Callable[[str], Child]]:
    made = []

    def make(code: str) -> Child:
        child = Child("test", [sys.executable, "-c", code], tmp_path / "logs" / "child.log")
        made.append(child)
        return child

    yield make
    for each in made:
        each.stop()


def up(child: Child) -> Callable[[], bool]:
    return lambda: child.last_words().startswith("up")


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr("runtime.stack_file.checkout", lambda: tmp_path)
    return tmp_path


def test_a_child_stops_when_asked(child: Callable[[str], Child]) -> None:
    started = child(PATIENT)
    started.start()
    started.wait_until(up(started), 20)
    process = started.process
    assert process is not None

    started.stop()

    assert not process.alive
    assert not started.alive


def test_a_child_that_ignores_the_request_is_killed(child: Callable[[str], Child]) -> None:
    started = child(STUBBORN)
    started.start()
    started.wait_until(up(started), 20)
    process = started.process
    assert process is not None

    assert process.end(patience=0.2) is False
    assert not process.alive


def test_a_child_that_ends_while_starting_says_why(child: Callable[[str], Child]) -> None:
    started = child("raise SystemExit('no such setting')")
    started.start()
    with pytest.raises(ChildError, match="no such setting"):
        started.wait_until(lambda: False, 20)


def test_a_child_that_never_becomes_ready_is_given_up(child: Callable[[str], Child]) -> None:
    started = child(PATIENT)
    started.start()
    with pytest.raises(ChildError, match="not ready after 0 s"):
        started.wait_until(lambda: False, 0)


def test_a_child_can_be_started_again_after_it_was_killed(child: Callable[[str], Child]) -> None:
    started = child(PATIENT)
    started.start()
    first = started.process
    assert first is not None
    first.send(signal.SIGKILL)
    assert first.wait(10)

    started.start()

    assert started.alive
    assert started.process != first


def test_another_process_with_a_reused_pid_is_left_alone() -> None:
    ourselves = Process.of(os.getpid())
    assert ourselves is not None
    earlier = replace(ourselves, started="before")

    assert not earlier.alive
    # Would end this very test run if the pid alone counted.
    earlier.send(signal.SIGKILL)
    assert earlier.end() is True


def test_a_command_line_is_read_and_is_empty_for_nobody() -> None:
    assert "python" in command_line(os.getpid())
    assert command_line(2**22 + 1) == ""


def test_only_one_supervisor_holds_a_checkout(checkout: Path) -> None:
    with leftovers.supervisor_lock():
        assert leftovers.running_supervisor() == Process.of(os.getpid())
        with pytest.raises(leftovers.AlreadyRunningError), leftovers.supervisor_lock():
            pass
    with leftovers.supervisor_lock():
        pass


def test_a_killed_supervisor_does_not_count_as_running(checkout: Path) -> None:
    code = (
        f"import runtime.stack_file as s; from pathlib import Path\n"
        f"s.checkout = lambda: Path({str(checkout)!r})\n"
        "from runtime.leftovers import supervisor_lock\n"
        f"with supervisor_lock(): {PATIENT}\n"
    )
    holder = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE)
    assert holder.stdout is not None
    holder.stdout.readline()
    found = leftovers.running_supervisor()
    assert found is not None
    assert found.pid == holder.pid
    with pytest.raises(leftovers.AlreadyRunningError), leftovers.supervisor_lock():
        pass

    holder.kill()
    holder.communicate()

    assert leftovers.running_supervisor() is None
    with leftovers.supervisor_lock():
        pass


def test_there_is_nothing_to_bring_down_in_a_fresh_checkout(checkout: Path) -> None:
    assert leftovers.bring_down() is False
