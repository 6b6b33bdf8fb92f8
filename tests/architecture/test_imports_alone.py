"""Each process imports what it is made of, alone: no order of imports that tests happen to have holds a circle open."""

from __future__ import annotations

import subprocess
import sys

import pytest


@pytest.mark.parametrize(
    "module", ["api.app", "worker", "runtime.cli", "activities.acts.dispatch", "workflows.complaint"]
)
def test_a_process_can_begin_with_it(module: str) -> None:
    said = subprocess.run([sys.executable, "-c", f"import {module}"], capture_output=True, text=True, check=False)
    assert said.returncode == 0, said.stderr[-800:]
