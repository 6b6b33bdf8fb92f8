"""Looks at a case in which one row is not as it was: what a law has to find out."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

from tests.lives.machine.look import Look, Row

GONE = object()


def broken(look: Look, table: str, change: Callable[[Row], Any], **like: object) -> Look:
    """Return a look in which the first row of a table that is like this was changed, or is gone."""
    tables = copy.deepcopy(look.tables)
    row = next(row for row in tables[table] if all(row[name] == value for name, value in like.items()))
    if change(row) is GONE:
        tables[table].remove(row)
    return Look(tables)


def put(**values: object) -> Callable[[Row], Any]:
    return lambda row: row.update(values)


def gone(_: Row) -> object:
    return GONE
