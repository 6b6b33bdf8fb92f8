"""A real Temporal server that can skip time, thrown away afterwards."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from runtime.ports import any_free
from runtime.temporal import TemporalServer


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
