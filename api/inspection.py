"""What the records say needs attention: what waits too long, and open complaints without a next event or owner.

Whether each open complaint has its running workflow is asked of the engine elsewhere: here nothing is
asked but PostgreSQL, so that a probe stays cheap.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from api.dates import today
from api.parts import Exceptions, Inspect
from db.engine import SweeperDatabase
from db.queries import attention
from db.queries.attention import OpenComplaint, Waiting

_PATIENCE: Final = timedelta(minutes=1)
_PATIENCE_UNDER_HOLD: Final = timedelta(days=30)
_MOST_ITEMS: Final = 500

KINDS: Final = (
    *("submission_waiting", "notice_waiting", "change_of_calendar_waiting"),
    *("needs_attention", "nothing_next", "no_owner"),
)


def over(sweeper: SweeperDatabase) -> Inspect:
    """Return the inspection of a database, through the sweeper's views."""

    async def inspect(now: datetime) -> Exceptions:
        before = now - _PATIENCE
        async with sweeper.session() as session:
            found = [
                *_waited("submission_waiting", await attention.waiting_submissions(session, before=before)),
                *_waited(
                    "notice_waiting",
                    await attention.waiting_notices(session, before=before, held_before=now - _PATIENCE_UNDER_HOLD),
                ),
                *_waited(
                    "change_of_calendar_waiting",
                    await attention.waiting_change_sets(session, before=before),
                ),
                *_wanting(await attention.open_complaints(session, today(now))),
            ]
        counted = Counter(item["kind"] for item in found)
        return Exceptions(counts={kind: counted[kind] for kind in KINDS}, items=tuple(found[:_MOST_ITEMS]))

    return inspect


def _waited(kind: str, rows: list[Waiting]) -> Iterator[dict[str, str]]:
    for row in rows:
        yield {
            "kind": kind,
            "organisation": str(row.organisation_id),
            "complaint": str(row.complaint_id or ""),
            "reference": row.reference or "",
            "detail": row.detail,
        }


def _wanting(complaints: list[OpenComplaint]) -> Iterator[dict[str, str]]:
    for row in complaints:
        for kind, wants, detail in (
            ("needs_attention", row.attention is not None, row.attention or ""),
            ("nothing_next", row.nothing_next, ""),
            ("no_owner", not row.owned, ""),
        ):
            if wants:
                yield {
                    "kind": kind,
                    "organisation": str(row.organisation_id),
                    "complaint": str(row.complaint_id),
                    "reference": row.reference,
                    "detail": detail,
                }
