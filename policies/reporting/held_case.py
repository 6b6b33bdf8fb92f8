"""The case in the hands of the fold: what is known of it, and what has to be held in mind beside it, in plain JSON."""

from __future__ import annotations

from typing import Any, Final

from policies.reporting.told import Row

OWN: Final = ("owner_id", "team_id", "division_id")
CODED: Final = ("age_band", "complainant_status", "site", "ward", "service_area", "profession")
_BLANK: Final[Row] = {
    **dict.fromkeys(("acknowledged_on", "resolved_on", "satisfied", "closer_look_on", "responded_on")),
    **dict.fromkeys(("ended_on", "ended_as", "outcome", "severity", "place", "ombudsman_on", *OWN, *CODED)),
    **dict.fromkeys(("upheld", "partly_upheld", "not_upheld"), 0),
    "death": False,
    "joint": False,
    "reopened": False,
    "themes": [],
    "professions": [],
}


class CaseFold:
    """The case as it is known, and what has to be held in mind beside it: its issues, and what is under way."""

    def __init__(self, row: Row, mind: Row) -> None:
        self.row = row
        self.mind = mind or {"issues": {}, "coded": [], "trying": False}

    def put(self, **values: Any) -> None:
        """Set some of what is known. Before the event that opens it, nothing is."""
        if self.row and any(self.row[name] != value for name, value in values.items()):
            self.row = {**self.row, **values}

    def open(self, **values: Any) -> None:
        """Begin with what the opening says."""
        self.row = {**_BLANK, **values}

    def first(self, name: str, on: str) -> None:
        """Set a day that is not known yet."""
        if self.row and self.row[name] is None:
            self.put(**{name: on})

    def looks_closer(self, on: str) -> None:
        """Note the first sign of a closer look; early resolution is over with it."""
        self.mind["trying"] = False
        self.first("closer_look_on", on)
