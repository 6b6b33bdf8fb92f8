"""Small chains of evidence for tests, and what they come to."""

from __future__ import annotations

from typing import Any, Final

from policies.reporting.fold import Folding
from policies.reporting.told import Facts, Row, Told

Event = tuple[str, str, Row]
OWNER, OTHER = "owner", "other"
LOGGED: Final[Event] = (
    "complaint.logged",
    "2028-03-02",
    {
        "matter": "complaint",
        "source": "person",
        "channel": "written",
        "received_on": "2028-03-01",
        "procedure": "nhs-england-2009",
        "procedure_version": 2,
        "reopened_from": None,
        "owner_id": OWNER,
        "team_id": None,
        "division_id": "surgery",
        "death": False,
    },
)


def an_event(kind: str, day: str = "2028-03-10", /, **data: Any) -> Event:
    return kind, day, data


def folded(*events: Event, logged: bool = True) -> dict[tuple[Any, ...], Row]:
    """Return what a chain comes to, by table and key."""
    folding = Folding()
    known: dict[tuple[Any, ...], Row] = {}
    for seq, (kind, on, data) in enumerate((LOGGED, *events) if logged else events, start=1):
        for change in folding.take(Told(kind, on, seq, data)):
            if change.row is None:
                del known[change.table, *change.key]
            else:
                known[change.table, *change.key] = change.row
    return known


def the_case(*events: Event, logged: bool = True) -> Row:
    return folded(*events, logged=logged)[(Facts.CASE,)]
