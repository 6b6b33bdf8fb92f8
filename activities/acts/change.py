"""What a correction would do to a case, weighed before it is made: the same values, weighed again, are approved."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from pydantic_core import to_jsonable_python


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What stands now, what would stand, and what the chain of evidence may hold of it.

    `before` and `after` may hold words and are kept as JSON with the correction; `facts` are ids, codes and dates.
    """

    before: dict[str, Any]
    after: dict[str, Any]
    facts: dict[str, Any] = field(default_factory=dict)
    needs_approval: bool = False


def plain(values: dict[str, Any]) -> dict[str, Any]:
    """Return values as they are stored: JSON."""
    stored: dict[str, Any] = to_jsonable_python(values)
    return stored
