"""Every file of rules is read when a worker starts: a malformed one refuses the process, and parks no act later."""

from __future__ import annotations

from importlib import import_module
from inspect import getdoc, getmembers, isroutine
from pathlib import Path

import policies
from runtime.rules_at_start import READ_AT_START

_PROMISE = "refuses the process at its start"
_PROMISING = sorted(
    file.stem for file in Path(policies.__path__[0]).glob("*.py") if _PROMISE in " ".join(file.read_text().split())
)


def test_what_promises_to_refuse_the_process_is_read_at_its_start() -> None:
    read = {(each.__module__, each.__name__) for each in READ_AT_START}
    for name in _PROMISING:
        module = import_module(f"policies.{name}")
        assert _PROMISE in " ".join((getdoc(module) or "").split())
        loaders = {
            (module.__name__, called)
            for called, what in getmembers(module, isroutine)
            if called.startswith("load_") and what.__module__ == module.__name__
        }
        assert loaders and loaders <= read, f"{name} is not read when a worker starts"


def test_the_mix_triage_chains_candour_and_duties_all_promise_it() -> None:
    assert {"alarm_files", "triage_files", "clearance_files", "candour_files", "duty_files"} <= set(_PROMISING)
