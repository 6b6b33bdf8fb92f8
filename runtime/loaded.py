"""What a process has loaded is never garbage: it is taken out of every later garbage collection."""

from __future__ import annotations

import gc


def never_walk_again() -> None:
    """Keep all that is there by now out of later collections; what is garbage already is collected first.

    A full collection walks every object, on whatever thread it falls. On a workflow's it counts as the workflow's own
    work, of which the SDK breaks off what lasts two seconds: a long walk on a busy machine looks like a deadlock.
    """
    gc.collect()
    gc.freeze()
