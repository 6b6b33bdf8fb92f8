"""Feedback rounds on a desk: a complaint that has ended, a round by the activity itself, and what came of it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

from activities.feedback import FeedbackRounds
from db.feedback_codes import with_code
from db.models.governance import Governance
from db.staff_said import RecordExperience, Score
from gateways.feedback_marks import FeedbackMarks
from gateways.sealing import Sealing, new_key
from tests.activities.office_desk import Desk
from tests.activities.told_staff import K, on

ADDRESS = "https://complaints.example.org"
MARKS = FeedbackMarks(Sealing.of(new_key()))
ENDED = date(2028, 3, 2)


async def begin(desk: Desk, *, page_size: int = 100, marks: FeedbackMarks = MARKS) -> UUID:
    """Have a round ask whoever is to be asked; return its id."""
    round_id = uuid4()
    row = Governance(id=round_id, organisation_id=desk.body.id)
    rounds = FeedbackRounds(desk.apart.database, ADDRESS, marks, page_size=page_size)
    async with desk.apart.database.tenant(desk.body.id, desk.apart.engine.now) as session:
        await rounds.ask(session, row, desk.apart.engine.now)
    return round_id


async def a_round(desk: Desk, after: timedelta = timedelta(weeks=3), *, marks: FeedbackMarks = MARKS) -> UUID:
    """Let time pass since the complaint ended, have a round ask, and deliver what it says."""
    on(desk, ENDED + after)
    round_id = await begin(desk, marks=marks)
    await desk.apart.deliver(desk.body, desk.complaint)
    return round_id


def asked(desk: Desk) -> list[dict[str, Any]]:
    return desk.rows("select * from experience where complaint_id = %s order by said_at, id")


def link_of(desk: Desk, template: str = "survey", *, marks: FeedbackMarks = MARKS) -> str:
    """Return the address in a letter as it leaves: what is kept of it has no code."""
    (letter,) = desk.notices(template)
    (row,) = [each for each in asked(desk) if each["party_id"] == letter["party_id"] and each["link_hash"]]
    secrets = marks.of(UUID(row["round_id"]), UUID(row["party_id"] or row["involvement_id"]))
    leaving = with_code(letter["body"], secrets, row["link_hash"])
    assert leaving is not None and leaving != letter["body"]
    return next(line for line in leaving.splitlines() if line.startswith(f"{ADDRESS}/feedback/"))


async def answer(desk: Desk, by: str | None = None, **more: Any) -> str | None:
    """Answer as the page does; return why it was refused."""
    values: dict[str, Any] = {
        "on": desk.apart.engine.now.date(),
        "scores": (Score(statement="simple", score=5), Score(statement="listened_to", score=2)),
        "words": "It took long.",
        "through": "page",
    }
    if "involvement_id" not in more:
        values["party_id"] = desk.party()
    what = RecordExperience(step="answered", **(values | more))
    return (await desk.do(K.RECORD_EXPERIENCE, what, by)).refusal
