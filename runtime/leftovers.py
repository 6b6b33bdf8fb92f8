"""One supervisor per checkout: the lock it holds, how it is told to stop, what a killed one left."""

import fcntl
import json
import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

from runtime.processes import Process
from runtime.stack_file import Stack, read_stack, remove_stack, stack_path

_STOP_SECONDS = 90.0


class AlreadyRunningError(RuntimeError):
    """Another supervisor holds this checkout."""


@contextmanager
def supervisor_lock() -> Iterator[None]:
    """Hold this checkout; the kernel frees it when we die, however we die."""
    path = _lock_path()
    path.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise AlreadyRunningError(str(path)) from error
        ourselves = Process.of(os.getpid())
        assert ourselves is not None
        os.ftruncate(handle, 0)
        os.pwrite(handle, json.dumps(asdict(ourselves)).encode(), 0)
        yield
    finally:
        os.close(handle)


def running_supervisor() -> Process | None:
    """Return the supervisor of this checkout, if one lives."""
    try:
        process = Process(**json.loads(_lock_path().read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None
    return process if process.alive else None


def running_stack(seconds: float) -> Stack | None:
    """Wait for the running supervisor to be ready; None when it ended or took too long."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and running_supervisor():
        stack = read_stack()
        if stack is not None and stack.state == "ready":
            return stack
        time.sleep(0.1)
    return None


def end_leftovers() -> None:
    """End the API and the worker of a killed supervisor. PostgreSQL and Temporal are adopted later."""
    stack = read_stack()
    if stack is not None:
        for name in ("worker", "api"):
            if process := stack.processes.get(name):
                process.end()


def bring_down() -> bool:
    """Stop the stack of this checkout; return whether there was anything to stop."""
    supervisor = running_supervisor()
    if supervisor is not None:
        supervisor.send(signal.SIGTERM)
        if not supervisor.wait(_STOP_SECONDS):
            raise TimeoutError(f"the supervisor (pid {supervisor.pid}) did not stop")
        return True
    stack = read_stack()
    if stack is None:
        return False
    end_leftovers()
    for name, number in (("temporal", signal.SIGTERM), ("postgres", signal.SIGINT)):
        if process := stack.processes.get(name):
            process.end(number)
    remove_stack()
    return True


def _lock_path() -> Path:
    return stack_path().with_name("lock")
