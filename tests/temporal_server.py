"""Real Temporal servers that can skip time, thrown away afterwards."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.testing import WorkflowEnvironment

from runtime.ports import any_free
from runtime.temporal import TemporalServer, find_temporal

_SKIPPING: Final = (
    "frontend.WorkflowTimeSkippingEnabled=true",
    'history.timerProcessorMaxTimeShift="10ms"',
)
_ATTEMPTS: Final = 5


@contextmanager
def a_temporal_server() -> Iterator[str]:
    """Run one on ports that nobody looks for, so that test runs beside each other do not meet; yield its address."""
    folder = Path(tempfile.mkdtemp(prefix="redress-temporal-"))
    server = TemporalServer(folder, time_skipping=True, port=any_free(), ui_port=any_free())
    try:
        yield server.start().target
    finally:
        server.stop(patience=0)
        shutil.rmtree(folder, ignore_errors=True)


async def a_skipping_environment() -> WorkflowEnvironment:
    """Start a server of the caller's own whose time runs ahead by itself.

    The server looks for ports for its own services and then binds them; another test may have taken one in between,
    and it ends at once. That is worth another start, with other ports.
    """
    attempts = _ATTEMPTS
    while True:
        attempts -= 1
        try:
            return await WorkflowEnvironment.start_time_skipping_v2(
                dev_server_existing_path=str(find_temporal()),
                dev_server_extra_args=[part for value in _SKIPPING for part in ("--dynamic-config-value", value)],
                dev_server_log_level="error",
                data_converter=pydantic_data_converter,
            )
        except RuntimeError:
            if not attempts:
                raise
