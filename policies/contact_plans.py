"""Contact plans: for how long, by which measures, what eases one, and which contact is outside of one. Pure rules."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from contracts.failures import Refusal
from policies.calendars import add_months

# No plan runs for longer than this without anybody looking at it.
MOST_MONTHS: Final = 6
# By appointment; and never whoever handles the case.
SENIORS: Final = ("complaints_manager", "responsible_person", "senior_leader")
# How a contact came, as a plan speaks of it.
_AS: Final = {"voicemail": "call", "visit": "meeting"}
_SAID: Final = {
    "call": "by phone",
    "meeting": "in meetings that we arrange",
    "letter": "by letter",
    "email": "by e-mail",
    "text": "by text message",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Narrowed:
    """What a plan narrows; `channels` is None where they are all open."""

    single_contact_id: UUID | None = None
    channels: frozenset[str] | None = None
    every_days: int | None = None
    accompanied: bool = False

    @property
    def nothing(self) -> bool:
        """Say whether nothing is narrowed at all."""
        open_channels = self.channels is None
        return self.single_contact_id is None and open_channels and self.every_days is None and not self.accompanied


def review(review_on: date | None, *, today: date) -> Refusal | None:
    """Check a day of review: later than today, and at most six months on."""
    if review_on is None or review_on <= today:
        return Refusal.DATE_IN_PAST
    return Refusal.BEYOND_CAP if review_on > add_months(today, MOST_MONTHS) else None


def measures(narrowed: Narrowed) -> Refusal | None:
    """Check that a plan narrows something, and leaves at least one way to reach us."""
    if narrowed.nothing:
        return Refusal.NOTHING_CHANGES
    return Refusal.CONTRADICTS_RECORD if narrowed.channels is not None and not narrowed.channels else None


def easing(before: Narrowed, after: Narrowed) -> Refusal | None:
    """Check that a plan was eased: something is lighter, and nothing is new or heavier."""
    if after == before:
        return Refusal.NOTHING_CHANGES
    # Nothing left is the end of the plan, which is said as such.
    if refused := measures(after):
        return refused
    contact = after.single_contact_id is None or before.single_contact_id is not None
    channels = after.channels is None or (before.channels is not None and after.channels >= before.channels)
    days = after.every_days is None or (before.every_days is not None and after.every_days <= before.every_days)
    accompanied = before.accompanied or not after.accompanied
    return None if contact and channels and days and accompanied else Refusal.CONTRADICTS_RECORD


def in_words(narrowed: Narrowed, contact_name: str | None) -> str:
    """Return what a plan asks of somebody, one thing a line, as a letter says it."""
    found = []
    if contact_name is not None:
        found.append(f"Please speak with {contact_name} only. They know about your complaint.")
    if narrowed.channels is not None:
        ways = [_SAID[each] for each in _SAID if each in narrowed.channels]
        found.append(f"Please contact us {_either(ways)} only.")
    if narrowed.every_days is not None:
        often = "a day" if narrowed.every_days == 1 else f"every {narrowed.every_days} days"
        found.append(f"Please contact us about this complaint no more than once {often}.")
    if narrowed.accompanied:
        found.append("When we meet, two members of staff will be there. You are welcome to bring somebody, too.")
    return "\n".join(f"- {each}" for each in found)


def outside(narrowed: Narrowed, *, channel: str, happened_at: datetime, before: Sequence[datetime]) -> tuple[str, ...]:
    """Return the measures that a contact from somebody did not keep to; `before` is when they were in touch."""
    found = []
    if narrowed.channels is not None and _AS.get(channel, channel) not in narrowed.channels:
        found.append("channels")
    if narrowed.every_days is not None:
        since = happened_at - timedelta(days=narrowed.every_days)
        if any(since < each < happened_at for each in before):
            found.append("every_days")
    return tuple(found)


def channels_of(stored: Collection[str] | None) -> frozenset[str] | None:
    """Return channels as they are compared."""
    return None if stored is None else frozenset(stored)


def _either(ways: Sequence[str]) -> str:
    return ways[0] if len(ways) == 1 else f"{', '.join(ways[:-1])} or {ways[-1]}"
