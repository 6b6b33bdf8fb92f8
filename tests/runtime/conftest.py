"""A state directory that an unprivileged account can enter too: pytest's own are closed to others."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest


@pytest.fixture
def state_dir() -> Iterator[Path]:
    directory = Path(tempfile.mkdtemp(prefix="redress-test-"))
    yield directory
    shutil.rmtree(directory)


@pytest.fixture
def stopping(state_dir: Path) -> Iterator[ExitStack]:
    """What must be stopped however the test ends: `stopping.callback(server.stop)`."""
    with ExitStack() as stack:
        yield stack
