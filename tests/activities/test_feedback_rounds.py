"""Feedback rounds: everybody is asked once by a letter that goes by itself, and left in peace where they must be."""

from __future__ import annotations

import hashlib
from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from activities.feedback import FeedbackRounds
from activities.governance import Governance
from activities.reporting.projecting import catch_up
from contracts.commands import CommandKind as K
from db import said
from db.staff_said import Score
from tests.activities.office_desk import Desk, a_desk
from tests.activities.referred import refer
from tests.activities.rounds import ADDRESS, MARKS, a_round, answer, asked, begin, link_of
from tests.activities.told_staff import a_told_one, agreed, experience, inform, name, on, respond, stands, state
from tests.apart import Apart
from tests.bodies import Body
from tests.governing import Machine, set_up
from tests.world import MORNING


@pytest.fixture(autouse=True)
def _morning(beside: Apart) -> None:
    beside.engine.now = MORNING


@pytest.fixture
async def ended(desk: Desk) -> Desk:
    await desk.withdraw()
    return desk


def change(desk: Desk, column: str, value: str) -> None:
    desk.apart.rows(f"update complaint set {column} = {value} where id = %s", desk.complaint)


async def test_a_round_asks_once_by_a_letter_that_nobody_has_to_release(ended: Desk) -> None:
    round_id = await a_round(ended)
    (row,) = asked(ended)
    (letter,) = ended.notices("survey")
    assert (row["asked_how"], row["asked_on"], row["instrument"]) == ("survey", "2028-03-23", "people.v1")
    assert (row["round_id"], row["channel"], row["held_back"]) == (str(round_id), "email", None)
    assert (letter["state"], letter["statutory"], letter["released_by"]) == ("queued", False, None)
    assert letter["id"] not in [each["notice_id"] for each in ended.tasks("release_draft")]
    assert "I was listened to: 1 2 3 4 5" in letter["body"] and "You do not have to answer" in letter["body"]
    code = link_of(ended).removeprefix(f"{ADDRESS}/feedback/")
    assert row["link_hash"] == hashlib.sha256(code.replace("-", "").encode()).hexdigest()
    assert datetime.fromisoformat(row["expires_at"]) == ended.apart.engine.now + timedelta(weeks=8)
    await a_round(ended, timedelta(weeks=4))
    assert len(asked(ended)) == len(ended.notices("survey")) == len(ended.events("experience.recorded")) == 1


async def test_nobody_is_asked_before_three_weeks_or_after_six_months(ended: Desk) -> None:
    await a_round(ended, timedelta(days=20))
    assert asked(ended) == []
    on(ended, date(2028, 9, 3))
    await begin(ended)
    assert await ended.apart.deliver(ended.body, ended.complaint) == 0
    on(ended, date(2028, 9, 2))
    await begin(ended)
    assert await ended.apart.deliver(ended.body, ended.complaint) == 1
    assert len(ended.notices("survey")) == 1


async def test_the_same_round_again_and_two_rounds_at_once_ask_nobody_twice(ended: Desk) -> None:
    on(ended, date(2028, 3, 23))
    first = await begin(ended)
    waiting = "select id, body from submission where complaint_id = %s and kind = 'record_experience'"
    (kept,) = ended.rows(waiting)
    assert kept["body"]["round_id"] == str(first)
    await begin(ended)  # what waits to be applied asks already
    assert len(ended.rows(waiting)) == 1
    # Two that looked at the same moment: each has said it.
    ended.apart.rows("update submission set state = 'applied' where id = %s", kept["id"])
    await begin(ended)
    ended.apart.rows("update submission set state = 'pending' where id = %s", kept["id"])
    assert await ended.apart.deliver(ended.body, ended.complaint) == 2
    assert len(asked(ended)) == len(ended.notices("survey")) == 1
    states = ended.rows("select state from submission where complaint_id = %s and kind = 'record_experience'")
    assert sorted(each["state"] for each in states) == ["applied", "refused"]


async def test_whoever_was_asked_by_hand_or_said_so_by_themselves_is_not_asked(ended: Desk) -> None:
    assert (await experience(ended, "answered", party_id=ended.party())).refusal is None
    await a_round(ended)
    assert ended.notices("survey") == [] and len(asked(ended)) == 1


@pytest.mark.parametrize("cause", ["stop_contact", "hold"])
async def test_whoever_is_not_to_be_written_to_is_held_back_and_asked_later(ended: Desk, cause: str) -> None:
    change(ended, cause, "true")
    await a_round(ended)
    (row,) = asked(ended)
    assert (row["held_back"], row["held_on"], row["held_until"]) == (cause, "2028-03-23", "2028-04-20")
    assert (row["asked_on"], row["link_hash"]) == (None, None) and ended.notices("survey") == []
    (event,) = [each["data"] for each in ended.events("experience.recorded")]
    assert (event["step"], event["cause"]) == ("held_back", cause)
    await a_round(ended, timedelta(weeks=5))  # not looked at again yet
    await a_round(ended, timedelta(weeks=7))  # still so: nothing more is written down
    assert len(ended.events("experience.recorded")) == 1
    change(ended, cause, "false")
    await a_round(ended, timedelta(weeks=11))
    (row,) = asked(ended)
    assert (row["held_back"], row["asked_on"]) == (None, "2028-05-18") and len(ended.notices("survey")) == 1


async def test_mourning_is_waited_for_to_its_very_end(ended: Desk) -> None:
    ended.apart.rows(
        "insert into party (id, organisation_id, complaint_id, role, name, died_on)"
        " values (%s, %s, %s, 'affected', 'Sam Sample', '2028-02-20')",
        *(uuid4(), ended.body.id, ended.complaint),
    )
    await a_round(ended)
    (row,) = asked(ended)
    assert (row["held_back"], row["held_until"]) == ("mourning", "2028-04-16")
    on(ended, date(2028, 4, 15))
    await begin(ended)
    assert await ended.apart.deliver(ended.body, ended.complaint) == 0
    on(ended, date(2028, 4, 16))
    await begin(ended)
    await ended.apart.deliver(ended.body, ended.complaint)
    assert len(ended.notices("survey")) == 1


async def test_nobody_is_asked_by_a_way_that_is_not_safe_or_while_an_ombudsman_has_it(ended: Desk) -> None:
    party = ended.party()
    ended.apart.rows("update party set email = null where id = %s", party)
    await a_round(ended)
    assert [row["held_back"] for row in asked(ended)] == ["no_safe_way"]
    await refer(ended)
    await a_round(ended, timedelta(weeks=8))
    assert [row["held_back"] for row in asked(ended)] == ["ombudsman"]
    assert len(ended.events("experience.recorded")) == 2 and ended.notices("survey") == []


async def test_who_has_died_is_never_asked_and_a_reopened_complaint_is_asked_about_once(
    ended: Desk, standards: Body
) -> None:
    other = await a_desk(ended.apart, ended.body)
    await other.withdraw()
    ended.apart.rows("update party set death_known_at = now() where id = %s", ended.party())
    await a_desk(ended.apart, ended.body, reopened_from=other.complaint)
    on(ended, date(2028, 3, 23))
    await begin(ended)
    for each in (ended, other):
        assert await each.apart.deliver(each.body, each.complaint) == 0
        assert asked(each) == []


async def test_by_post_the_letter_waits_for_somebody_to_post_it(desk: Desk) -> None:
    post = await a_desk(desk.apart, desk.body, email=None)
    await post.withdraw()
    await a_round(post)
    (letter,) = post.notices("survey")
    assert (letter["channel"], letter["state"], letter["carrier"]) == ("letter", "released", "out_tray")
    assert f"{ADDRESS}/feedback/" in letter["body"]
    assert asked(post)[0]["channel"] == "letter"


async def test_staff_who_know_the_outcome_are_asked_too_and_have_as_long_again_to_answer(desk: Desk) -> None:
    await agreed(desk)
    member, untold = await a_told_one(desk), await name(desk, "operator")
    await respond(desk)
    await inform(desk, member, "outcome")
    await desk.must(K.WITHDRAW, said.Withdraw(method="call", withdrawn_on=MORNING.date()))
    await a_round(desk)
    rows = {row["involvement_id"]: row for row in asked(desk)}
    assert rows[str(member)]["instrument"] == "staff.v1" and str(untold) not in rows and len(rows) == 2
    (letter,) = desk.notices("staff_survey")
    assert letter["state"] in ("queued", "released") and "I was supported when I needed it" in letter["body"]
    assert state(desk, "staff_experience", member) in ("running", "met")
    on(desk, date(2028, 3, 30))
    refused = await answer(desk, involvement_id=member, scores=(), words="It was long.")
    assert refused is None and stands(desk, member)["ended_cause"] == "done"


async def test_what_is_answered_stands_in_no_event_and_reports_count_it(ended: Desk) -> None:
    await a_round(ended)
    assert await answer(ended) is None
    assert await answer(ended) == "nothing_changes"
    (row,) = asked(ended)
    assert (row["answered_through"], row["scores"]) == ("page", {"simple": 5, "listened_to": 2})
    last = ended.events("experience.recorded")[-1]["data"]
    assert last["step"] == "answered" and last["instrument"] == "people.v1"
    assert not any("listened" in name or name.startswith("s_") for name in last) and "long" not in str(last)
    async with ended.apart.database.tenant(ended.body.id, ended.apart.engine.now) as session:
        await catch_up(session, ended.body.id, ended.apart.engine.now)
    items = ended.rows(
        "select part, number, second, state from report_item where complaint_id = %s and kind = 'score' order by part"
    )
    assert [(each["part"], each["number"], each["second"]) for each in items] == [
        ("listened_to", 2, "people.v1"),
        ("simple", 5, "people.v1"),
    ]


async def test_statements_of_another_instrument_are_refused_and_old_answers_stay_valid(ended: Desk) -> None:
    await a_round(ended)
    odd: Any = (Score(statement="told_early", score=5),)
    assert await answer(ended, scores=odd) == "contradicts_record"
    mixed: Any = (Score(statement="simple", score=5), Score(statement="would_trust_again", score=1))
    assert await answer(ended, scores=mixed) == "contradicts_record"
    twice: Any = (Score(statement="simple", score=5), Score(statement="simple", score=1))
    assert await answer(ended, scores=twice) == "contradicts_record"
    old: Any = (Score(statement="would_trust_again", score=1),)
    assert await answer(ended, scores=old) is None
    assert asked(ended)[0]["instrument"] == "experience.v1"


async def test_an_answer_is_never_altered(ended: Desk) -> None:
    await a_round(ended)
    assert await answer(ended) is None
    with pytest.raises(psycopg.errors.RestrictViolation):
        ended.apart.rows("update experience set scores = '{}' where complaint_id = %s", ended.complaint)


async def test_a_small_page_leaves_nobody_out(beside: Apart, body: Body) -> None:
    desks = [await a_desk(beside, body) for _ in range(3)]
    for desk in desks:
        await desk.withdraw()
    on(desks[0], date(2028, 3, 23))
    await begin(desks[0], page_size=1)
    for desk in desks:
        assert await beside.deliver(body, desk.complaint) == 1
        assert len(desk.notices("survey")) == 1


async def test_an_occurrence_of_a_series_asks_and_is_done_with_and_does_not_ask_again(ended: Desk) -> None:
    machine = AskingMachine(ended.apart.database)
    by, now = ended.body.person("complaints_manager"), ended.apart.engine.now
    series = await set_up(
        ended.apart.database, ended.body.id, now, "feedback_round", "weekly", date(2028, 3, 6), {}, by=by
    )
    on(ended, date(2028, 4, 4))  # four were missed, while nothing ran: only what is due now asks
    begun = await machine.turn(ended.body.id, series, ended.apart.engine.now)
    assert len(begun) >= 4
    for each in begun:
        deeds, look = await machine.rest(ended.body.id, each, ended.apart.engine.now)
        assert deeds.count("ask") == 1 and look.over
    waiting = ended.rows("select id from submission where complaint_id = %s and kind = 'record_experience'")
    assert len(waiting) == 1
    await ended.apart.deliver(ended.body, ended.complaint)
    assert len(ended.notices("survey")) == 1


class AskingMachine(Machine):
    """The activities of governance, which ask for real."""

    @property
    def steps(self) -> Governance:
        ask = FeedbackRounds(self.database, ADDRESS, MARKS).ask
        return Governance(self.database, self.post, "complaints@example.org", self.press.reports(), ask)
