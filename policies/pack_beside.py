"""What an evidence pack says of what ran beside a case, in the words in which it was said: candour, seniors, referrals,
what was learned and what was done about it.

What one body asks or decides is no part of a pack for another; what seniors said to each other is for those alone who
may ask for it, and so are the actions. Of learning only what was approved to be public is told, and how it was for
somebody never.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from policies.chronology import plain
from policies.pack_pages import as_page, cell, section, table

Row = Mapping[str, Any]

CANDOUR: Final = "08-candour.html"
SENIORS: Final = "09-seniors.html"
REFERRAL: Final = "10-referral.html"
LEARNING: Final = "11-learning.html"
ACTIONS: Final = "12-actions.html"
_HEAD: Final = ("when", "what", "by", "words", "facts")
# Whoever may ask what seniors of the organisation said to each other.
_MAY_ASK: Final = frozenset({"ombudsman", "regulator"})


def beside(
    rows: Mapping[str, Sequence[Row]], *, purpose: str, referral_id: UUID | None, restricted: bool
) -> dict[str, str]:
    """Return the pages of what ran beside a case, of which there is anything to tell in this pack."""
    asked = restricted or purpose in _MAY_ASK
    seniors, actions = (rows[each] if asked else () for each in ("seniors", "actions"))
    pages = (
        (CANDOUR, "Duty of candour", "Incident", rows["candour"]),
        (SENIORS, "What senior leaders were asked and decided", "Escalation", seniors),
        (REFERRAL, "What was asked and decided", "Referral", _of(rows["referrals"], referral_id)),
        (LEARNING, "What was learned", "Learning", rows["learning"]),
        (ACTIONS, "What was done about it", "Action", actions),
    )
    return {path: _page(title, called, found) for path, title, called, found in pages if found}


def _of(rows: Sequence[Row], referral_id: UUID | None) -> Sequence[Row]:
    return [row for row in rows if row["id"] == referral_id]


def _page(title: str, called: str, rows: Sequence[Row]) -> str:
    by_number: dict[int, list[list[Any]]] = defaultdict(list)
    for row in rows:
        facts = plain(row["facts"] or "")
        by_number[row["number"]].append(
            [cell(row["at"] or row["on_day"]), plain(row["what"]), row["who"], row["words"], facts]
        )
    sections = [section(f"{called} {number}", table("In order", _HEAD, of_it)) for number, of_it in by_number.items()]
    return as_page(title, sections)
