"""`redress up` in its two ways: here, until Ctrl-C, or detached, until `redress down`."""

import subprocess
import sys
import time
from pathlib import Path

from runtime.children import rotate
from runtime.leftovers import AlreadyRunningError, running_stack, supervisor_lock
from runtime.places import checkout
from runtime.progress import Progress
from runtime.settings import Settings
from runtime.stack_file import read_stack
from runtime.supervisor import Supervisor

_READY_SECONDS = 300.0


def run_here(*, stop_with: str = "Ctrl-C") -> int:
    """Run the stack until told to stop; when one runs already, show where it is."""
    progress = Progress()
    try:
        with supervisor_lock():
            # From the variables only: a stack.json that lies here was left by a killed run.
            return Supervisor(Settings(), progress).run(stop_with=stop_with)
    except AlreadyRunningError:
        return _show_running(progress)


def run_detached() -> int:
    """Start the stack in the background, relay what it says, and return when it is ready."""
    progress = Progress()
    log = Settings().logs_dir / "supervisor.log"
    rotate(log)
    log.touch()
    with log.open("ab") as output:
        seen = output.tell()
        child = subprocess.Popen(
            [sys.executable, "-m", "runtime.running"],
            cwd=checkout(),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    deadline = time.monotonic() + _READY_SECONDS
    while time.monotonic() < deadline:
        finished = child.poll() is not None or _is_ready(child.pid)
        seen = _relay(log, seen)
        if finished:
            return child.returncode or 0
        time.sleep(0.1)
    progress.failed(f"not ready after {_READY_SECONDS:.0f} s: see {log}, or stop it with 'redress down'")
    return 1


def _show_running(progress: Progress) -> int:
    progress.say("The stack already runs here.")
    stack = running_stack(_READY_SECONDS)
    if stack is None:
        progress.failed("it did not become ready: see its log, or stop it with 'redress down'")
        return 1
    progress.summary(stack, stop_with="redress down")
    return 0


def _is_ready(pid: int) -> bool:
    stack = read_stack()
    if stack is None or stack.state != "ready":
        return False
    supervisor = stack.processes.get("supervisor")
    return supervisor is not None and supervisor.pid == pid


def _relay(log: Path, seen: int) -> int:
    """Print what was added to the log; return how far it has been read."""
    with log.open("rb") as source:
        source.seek(seen)
        sys.stdout.buffer.write(source.read())
        sys.stdout.buffer.flush()
        return source.tell()


if __name__ == "__main__":
    raise SystemExit(run_here(stop_with="redress down"))
