"""Whether consent covers that a body is told of a complaint, and until when (SI 2009/309 reg 7(3))."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from activities.acts import consents
from activities.acts.case import Case
from db.models.joint import Contribution
from db.queries import consents as rows
from db.queries.complaint_reads import parties_of
from policies import consent
from policies.calendars import end_of_day
from policies.consent import State

SCOPE: Final = "share_with_body"


@dataclass(frozen=True, slots=True, kw_only=True)
class Covered:
    """Whether a body may be told today; `last_day` is the last day on which it may, where there is one."""

    may: bool
    last_day: date | None = None

    @property
    def until(self) -> datetime | None:
        """Return from when on the body may not be told any more: the midnight after the last day."""
        return None if self.last_day is None else end_of_day(self.last_day)


async def covers(case: Case, row: Contribution) -> Covered:
    """Say whether a body may be told of this complaint today: somebody who may agreed that this very body is told."""
    people = await parties_of(case.session, case.complaint.id)
    for each in reversed(await rows.consents_of(case.session, case.complaint.id)):
        if (each.scope, each.body) != (SCOPE, row.code) or each.given_on > case.on:
            continue
        if consent.state_of(consents.as_given(each, people), case.on) is State.IN_FORCE:
            return Covered(may=True, last_day=consents.last_day(each, people))
    return Covered(may=False)
