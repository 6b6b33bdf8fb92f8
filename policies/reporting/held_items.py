"""The items of one complaint in the hands of the fold, in plain JSON."""

from __future__ import annotations

from typing import Any, Final

from policies.reporting.told import Change, Facts, Row, Told

UNKNOWN: Final = "unknown"


class Items:
    """The items of one complaint as they stand, in plain JSON, and those that the event in hand has changed."""

    def __init__(self, held: Row) -> None:
        self._held = held
        self.changed: dict[str, Change] = {}

    def get(self, kind: str, item_id: object) -> Row | None:
        """Return an item as it stands."""
        found: Row | None = self._held.get(f"{kind}/{item_id}")
        return found

    def put(self, kind: str, item_id: object, part: str | None = None, **values: Any) -> None:
        """Set some of what is known of an item; it begins with the first event that tells of it."""
        name = f"{kind}/{item_id}" if part is None else f"{kind}/{item_id}/{part}"
        before = self._held.get(name)
        if before is None:
            if "on" not in values:
                return  # its beginning is not in the chain
            before = {**_EMPTY, "item_id": str(item_id), "kind": kind, "part": part}
        row = {**before, **values}
        if row != before:
            self._held[name] = row
            self.changed[name] = Change(Facts.ITEM, (kind, str(item_id), part), row)

    def refer(self, kind: str, item_id: object, told: Told, **values: Any) -> None:
        """Set what is known of an item that may begin with this event."""
        begins = {} if self.get(kind, item_id) is not None else {"on": told.on}
        self.put(kind, item_id, **begins, **values)


_EMPTY: Final[Row] = {
    "state": UNKNOWN, "on": None, "due_on": None, "done_on": None, "code": None, "second": None, "number": None,
    "flag": None,
}  # fmt: skip
