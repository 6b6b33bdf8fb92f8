"""A feedback round: whoever was part of a complaint that ended a while ago is asked how it was, through the one path.

Each is asked by a submission of their own, which the delivery sweep carries; what comes of it, the act decides. A round
that is begun twice, or beside another, asks nobody twice.
"""

from __future__ import annotations

import hashlib
import json
from datetime import datetime, time, timedelta
from typing import Final
from uuid import UUID, uuid5

from sqlalchemy.ext.asyncio import AsyncSession
from temporalio import activity

from activities.acts.apart import SURVEY
from contracts.commands import CommandKind
from db.engine import Database
from db.feedback_codes import new_code, without_code
from db.models.governance import Governance
from db.queries import feedback
from db.queries.feedback import Ended, ToAsk
from db.queries.submissions import NewSubmission, append_submission
from db.said import to_body
from db.staff_said import RecordExperience
from gateways.feedback_marks import FeedbackMarks
from policies.calendars import add_months, at_local, local_date

PATH: Final = "/feedback"
PAGE: Final = 100
# So long after the end somebody is asked, and so long after it they are not any more.
AFTER: Final = timedelta(weeks=3)
MONTHS: Final = 6
ROUTE: Final = "feedback_round"


class FeedbackRounds:
    """Ask those whose turn it is. `outside_url` is where people outside reach this installation.

    Without a key of this installation nobody gets a link: they answer in writing, or ask for a call.
    """

    def __init__(self, database: Database, outside_url: str, marks: FeedbackMarks, *, page_size: int = PAGE) -> None:
        self._database = database
        self._marks = marks
        self._address = f"{outside_url.rstrip('/')}{PATH}"
        self._page_size = page_size

    async def ask(self, session: AsyncSession, row: Governance, now: datetime) -> None:
        """Ask for one occurrence of a series: page by page, each in a transaction of its own."""
        ended, after = of_round(row.organisation_id, now), None
        while True:
            async with self._database.tenant(row.organisation_id, now) as page:
                found = await feedback.to_ask(page, ended, after, self._page_size)
                for each in found:
                    await append_submission(page, self._question(row, each, now))
            if not found:
                return
            after = found[-1].key
            if activity.in_activity():
                activity.heartbeat()

    def _question(self, row: Governance, whom: ToAsk, now: datetime) -> NewSubmission:
        said = RecordExperience(
            step="asked",
            on=local_date(now),
            party_id=whom.party_id,
            involvement_id=whom.involvement_id,
            how=SURVEY,
            round_id=row.id,
            link=self._link(row.id, whom),
        )
        body = to_body(CommandKind.RECORD_EXPERIENCE, said)
        canonical = json.dumps(body, sort_keys=True, separators=(",", ":")).encode()
        return NewSubmission(
            id=uuid5(row.id, f"{whom.complaint_id}/{whom.key[1]}"),
            organisation_id=row.organisation_id,
            complaint_id=whom.complaint_id,
            kind=CommandKind.RECORD_EXPERIENCE,
            body=body,
            caller=f"feedback/{row.id}",
            person_id=None,
            role="system",
            route=ROUTE,
            idempotency_key=None,
            body_hash=hashlib.sha256(canonical).hexdigest(),
            received_at=now,
        )

    def _link(self, round_id: UUID, whom: ToAsk) -> str | None:
        """Return the address of somebody's page as it is said: the code itself is made again when the letter leaves."""
        secret = next(iter(self._marks.of(round_id, whom.key[1])), None)
        return None if secret is None else without_code(self._address, new_code(secret))


def of_round(organisation_id: UUID, now: datetime) -> Ended:
    """Return which complaints a round on a day is about: those that ended three weeks to six months ago."""
    today = local_date(now)
    return Ended(
        organisation_id=organisation_id,
        first=at_local(add_months(today, -MONTHS), time()),
        last=at_local(today - AFTER + timedelta(days=1), time()),
        today=today,
    )
