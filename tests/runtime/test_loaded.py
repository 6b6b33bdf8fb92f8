"""What is loaded is not walked again: by a worker before it works, and by a run of tests before its first test."""

from __future__ import annotations

import gc
import subprocess
import sys

# In a process of its own: what is taken out of collections once stays out of them.
_A_PROCESS = """
import gc, weakref
from runtime.loaded import never_walk_again
class Knot: pass
def knot():
    made = Knot(); made.itself = made
    return weakref.ref(made)
gc.disable()
kept, garbage = [Knot() for _ in range(10_000)], knot()
never_walk_again()
assert garbage() is None, "what was garbage was kept for ever"
assert gc.get_freeze_count() > len(kept) > len(gc.get_objects()), gc.get_freeze_count()
later = knot()
gc.collect()
assert later() is None, "what became garbage later is not collected"
"""


def test_what_is_loaded_is_left_out_of_collections_and_nothing_else() -> None:
    done = subprocess.run([sys.executable, "-c", _A_PROCESS], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_a_run_of_tests_does_not_walk_what_it_collected() -> None:
    assert gc.get_freeze_count() > 100_000
