"""Folds the chain of evidence of one complaint, event by event, into what reports count. Pure: the same chain always
comes to the same.

What it holds in mind is plain JSON, so that reading can go on where it stopped.
"""

from __future__ import annotations

from policies.reporting import case_fold, items, judged
from policies.reporting.held_case import CaseFold
from policies.reporting.held_items import Items
from policies.reporting.told import Change, Facts, Row, Told


class Folding:
    """The reading of one chain: what it holds in mind, and what each event changes of what is known."""

    def __init__(self, held: Row | None = None) -> None:
        held = held or {}
        self._case = CaseFold(held.get("case") or {}, held.get("mind") or {})
        self._clocks: dict[str, Row] = held.get("clocks") or {}
        self._items: Row = held.get("items") or {}

    def held(self) -> Row:
        """Return what it holds in mind."""
        return {
            "case": self._case.row,
            "mind": self._case.mind,
            "clocks": self._clocks,
            "items": self._items,
        }

    def take(self, told: Told) -> list[Change]:
        """Take up the next event; return what is known otherwise from it on."""
        changes: list[Change] = []
        if told.kind in judged.HEARD:
            changes += judged.judge(self._clocks, told)
        if told.kind in items.HEARD:
            heard = Items(self._items)
            items.HEARD[told.kind](heard, told)
            changes += heard.changed.values()
        if told.kind in case_fold.HEARD or told.kind.startswith(case_fold.STAGE):
            row = case_fold.take(self._case, told)
            if row is not None:
                changes.append(Change(Facts.CASE, (), row))
        return changes
