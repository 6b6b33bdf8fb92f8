"""How it was is asked and taken down by somebody who did not deal with the complaint."""

from __future__ import annotations

from uuid import UUID

import pytest

from contracts.notices import NoticeState
from db import desk_said
from tests.activities.asking import appoint
from tests.activities.office_desk import Desk, a_desk
from tests.activities.outside import need
from tests.activities.rounds import a_round, asked
from tests.activities.staffed import name
from tests.activities.told_staff import K, experience
from tests.apart import MORNING, Apart
from tests.bodies import Body


@pytest.fixture(autouse=True)
def _morning(beside: Apart) -> None:
    beside.engine.now = MORNING


async def owned(desk: Desk, *people: str) -> None:
    """Let some people own a complaint one after the other, and let it end."""
    for who in people:
        await desk.must(K.ASSIGN, desk_said.Assign(owner_id=desk.body.person(who), handover="Yours."))
    await desk.withdraw()


async def test_whoever_owned_it_takes_down_no_answer_and_somebody_else_does(desk: Desk) -> None:
    await owned(desk, "investigator", "handler")
    for who in ("handler", "investigator"):  # the one now, and the one before
        assert (await experience(desk, "answered", who, party_id=desk.party())).refusal == "conflict_of_interest"
    assert asked(desk) == []
    assert (await experience(desk, "asked", "handler", party_id=desk.party())).refusal is None
    assert (await experience(desk, "answered", "senior_leader", party_id=desk.party())).refusal is None
    assert asked(desk)[0]["recorded_by"] == str(desk.body.person("senior_leader"))


async def test_that_they_would_rather_not_say_anybody_may_write_down(desk: Desk) -> None:
    await owned(desk, "handler")
    assert (await experience(desk, "declined", "handler", party_id=desk.party())).refusal is None


async def test_whoever_is_complained_about_takes_down_no_answer_and_posts_no_letter(desk: Desk) -> None:
    await name(desk, person_id=desk.body.person("complaints_manager"), supporter_id=desk.body.person("investigator"))
    assert await need(desk, preferred_channel="call") is None
    await desk.withdraw()
    refused = await experience(desk, "answered", "complaints_manager", party_id=desk.party())
    assert refused.refusal == "conflict_of_interest"
    await a_round(desk)
    (letter,) = desk.notices("survey")
    (task,) = [each for each in desk.tasks("call_instead") if each["notice_id"] == letter["id"]]
    assert task["assignee_id"] == str(desk.body.person("responsible_person"))


async def test_in_a_small_body_there_may_be_nobody_else(desk: Desk) -> None:
    await owned(desk, "handler")
    desk.apart.rows("update complaint set small_body = true where id = %s", desk.complaint)
    assert (await experience(desk, "answered", "handler", party_id=desk.party())).refusal is None


async def rung_by(desk: Desk) -> tuple[str, str]:
    """Let a round ask whoever prefers a call; return who is to ring them, and in which role."""
    assert await need(desk, preferred_channel="call") is None
    await owned(desk, "handler")
    await a_round(desk)
    (letter,) = desk.notices("survey")
    (task,) = [each for each in desk.tasks("call_instead") if each["notice_id"] == letter["id"]]
    assert asked(desk)[0]["asked_on"] == "2028-03-23"
    return task["role"], task["assignee_id"]


async def test_the_manager_rings_whoever_prefers_a_call(beside: Apart, body: Body) -> None:
    desk = await a_desk(beside, body, owner_id=body.person("handler"))
    assert await rung_by(desk) == ("complaints_manager", str(body.person("complaints_manager")))


async def test_where_the_manager_dealt_with_it_the_deputy_rings(desk: Desk) -> None:
    appoint(desk, "deputy_complaints_manager", "auditor")
    assert await rung_by(desk) == ("complaints_manager", str(desk.body.person("auditor")))


async def test_where_no_deputy_is_there_either_the_responsible_person_sees_to_it(desk: Desk) -> None:
    assert await rung_by(desk) == ("responsible_person", str(desk.body.person("responsible_person")))


async def test_what_did_not_arrive_is_looked_into_by_somebody_apart_too(beside: Apart, body: Body) -> None:
    desk = await a_desk(beside, body, owner_id=body.person("handler"))
    await owned(desk, "investigator")
    await a_round(desk)
    (letter,) = desk.notices("survey")
    said = desk_said.NoticeOutcomeSaid(notice_id=UUID(letter["id"]), state=NoticeState.FAILED, failure="mail_refused")
    await desk.must(K.NOTICE_OUTCOME, said, None)
    (task,) = desk.tasks("notice_failed")
    assert (task["role"], task["assignee_id"]) == ("complaints_manager", str(body.person("complaints_manager")))


async def test_a_form_that_no_machine_made_is_supplied_by_somebody_apart_too(beside: Apart, body: Body) -> None:
    desk = await a_desk(beside, body, owner_id=body.person("handler"), email=None)
    await owned(desk, "investigator")
    await a_round(desk)
    (letter,) = desk.notices("survey")
    beside.rows("update notice set failure = 'format_owed', carrier = null where id = %s", letter["id"])
    said = desk_said.NoticeOutcomeSaid(notice_id=UUID(letter["id"]), state=NoticeState.RELEASED, failure="format_owed")
    await desk.must(K.NOTICE_OUTCOME, said, None)
    (task,) = desk.tasks("supply_format")
    assert (task["role"], task["assignee_id"]) == ("complaints_manager", str(body.person("complaints_manager")))
