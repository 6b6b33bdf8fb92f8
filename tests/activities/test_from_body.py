"""What a body says: taken in once, or kept with why it was refused; a refusal changes nothing else."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from activities.acts import from_body
from activities.acts.case import Case, Refused
from contracts.commands import CommandKind
from contracts.failures import Refusal
from db.joint_messages import Accept, ActionPromised, Decline, IssueAnswered, LeadView, Submission, to_json
from db.joint_said import RecordFromBody
from db.models.joint import Contribution
from db.queries import joint as rows
from db.queries.acts import lock_complaint
from db.queries.events import check_complaint
from tests.activities import joined
from tests.activities.found import TODAY
from tests.activities.joined import ACCEPT, a_case, agree, answer, heard, name
from tests.activities.office_desk import Desk, a_desk
from tests.activities.parts import part
from tests.apart import MORNING, Apart
from tests.bodies import Body

K = CommandKind
DECLINE = Decline(reason="Marker: none of ours was there.")
PART = Submission(
    issues=(IssueAnswered(number=1, did="We looked.", found="Nothing.", conclusion="upheld"),),
    signed_by="Marker Partner", signed_role="Partner",
)  # fmt: skip


@pytest.fixture
async def joint(beside: Apart, standards: Body) -> tuple[Desk, UUID]:
    desk = await a_case(beside, standards, 2)
    await agree(desk)
    return desk, await name(desk)


async def chain(desk: Desk) -> list[object]:
    async with desk.apart.database.tenant(desk.body.id, MORNING) as session:
        complaint = await lock_complaint(session, desk.complaint)
        assert complaint is not None
        return list(await check_complaint(session, complaint))


def refusals(desk: Desk) -> list[tuple[str, str]]:
    found = desk.events("contribution.message_refused")
    return [(each["data"]["message"], each["data"]["refusal"]) for each in found]


async def test_a_body_accepts_with_whom_to_speak_to_and_its_clock_is_met(joint: tuple[Desk, UUID]) -> None:
    desk, one = joint
    assert await answer(desk, one, ACCEPT) is None
    row = part(desk, one)
    assert (row["state"], row["accepted_on"], row["own_reference"]) == ("accepted", "2028-03-02", "GP/12")
    assert desk.clock("body_acceptance")["state"] == "met"
    contacts = desk.rows(
        "select role, name from body_contact where complaint_id = %s and ended_at is null order by role"
    )
    assert contacts == [
        {"role": "contact", "name": "Marker Manager"}, {"role": "senior_lead", "name": "Marker Partner"}
    ]  # fmt: skip
    assert await answer(desk, one, ACCEPT) == "nothing_changes"
    assert refusals(desk) == [("accept", "nothing_changes")]
    assert "Marker" not in str(desk.rows("select data::jsonb from case_event where complaint_id = %s"))


async def test_a_body_that_declined_may_take_part_after_all(joint: tuple[Desk, UUID]) -> None:
    desk, one = joint
    assert await answer(desk, one, DECLINE) is None
    assert [task["subject_id"] for task in desk.tasks("body_declined")] == [str(one)]
    assert await answer(desk, one, DECLINE) == "nothing_changes"
    assert await answer(desk, one, ACCEPT) is None
    assert (part(desk, one)["state"], desk.tasks("body_declined")) == ("accepted", [])
    assert await answer(desk, one, DECLINE) == "contradicts_record"


async def test_the_same_message_is_taken_in_once_and_with_other_words_never(joint: tuple[Desk, UUID]) -> None:
    desk, one = joint
    same = uuid4()
    await joined.says(desk, one, ACCEPT, same)
    await joined.says(desk, one, ACCEPT, same)
    assert len(heard(desk, one)) == 1
    assert await answer(desk, one, DECLINE, same) == "message_changed"
    async with desk.apart.database.tenant(desk.body.id, MORNING) as session:
        first = await rows.answer_to(session, one, same)
        assert first is not None
        assert (first.kind, first.refusal) == ("accept", None)
        assert await rows.answer_to(session, uuid4(), same) is None
    assert part(desk, one)["state"] == "accepted"


@pytest.mark.parametrize(
    ("changes", "why", "kept"),
    [
        ({"protocol": 2}, "protocol_not_spoken", "accept"),
        ({"protocol": 10**12}, "protocol_not_spoken", "accept"),
        ({"kind": "Marker told us " * 9}, "protocol_not_spoken", "unknown"),
        ({"kind": "invitation"}, "protocol_not_spoken", "unknown"),
        ({"body": {"contact": 7}}, "message_malformed", "accept"),
        ({"body": {}}, "message_malformed", "accept"),
        ({"body": {"contact": " ", "senior_lead": "x"}}, "message_malformed", "accept"),
        ({"body": {"contact": "a", "senior_lead": "b", "email": "nobody"}}, "message_malformed", "accept"),
        ({"body": {"contact": "a", "senior_lead": "b", "own_reference": "x" * 65}}, "message_malformed", "accept"),
    ],
)
async def test_what_is_no_message_of_ours_is_kept_refused_and_changes_nothing(
    joint: tuple[Desk, UUID], changes: dict[str, Any], why: str, kept: str
) -> None:
    desk, one = joint
    assert await answer(desk, one, ACCEPT, **changes) == why
    assert refusals(desk) == [(kept, why)]
    assert part(desk, one)["state"] == "invited"
    assert await chain(desk) == []


async def test_a_refusal_after_half_of_the_work_takes_it_all_back(joint: tuple[Desk, UUID]) -> None:
    desk, one = joint
    await answer(desk, one, ACCEPT)
    twice = ActionPromised(action_id=uuid4(), what="Train.", due_on=joined.tomorrow(30))
    part_of_2 = replace(PART, issues=(replace(PART.issues[0], number=2),))
    before = desk.stands()["event_seq"]
    assert await answer(desk, one, PART) == "not_their_issue"
    # By then the round was counted, and the submission written.
    assert await answer(desk, one, replace(part_of_2, actions=(twice, twice))) == "contradicts_record"
    events = desk.rows(f"select kind from case_event where complaint_id = %s and seq > {before} order by seq")
    assert [each["kind"] for each in events] == ["contribution.message_refused"] * 2
    row = part(desk, one)
    assert (row["state"], row["round"]) == ("accepted", 0)
    assert desk.rows("select id from body_submission where complaint_id = %s") == []
    assert await chain(desk) == []
    assert await answer(desk, one, part_of_2) is None
    assert part(desk, one)["round"] == 1


async def test_what_a_refused_message_did_to_the_case_in_hand_is_forgotten(
    joint: tuple[Desk, UUID], monkeypatch: pytest.MonkeyPatch
) -> None:
    desk, one = joint

    async def half(case: Case, row: Contribution, said: Decline) -> None:
        case.event("contribution.declined", contribution_id=row.id)
        row.own_reference, case.complaint.waiting_on = "GONE", "nobody"
        await case.task("body_declined", "owner")
        case.stopped.append(row.id)
        await case.session.flush()
        raise Refused(Refusal.UNKNOWN_ACTION)

    monkeypatch.setitem(from_body._HEARD, "decline", half)
    before = desk.stands()
    assert await answer(desk, one, DECLINE) == "unknown_action"
    after = desk.stands()
    assert after["event_seq"] == before["event_seq"] + 1
    assert (after["waiting_on"], part(desk, one)["own_reference"]) == (before["waiting_on"], None)
    assert (desk.events("contribution.declined"), desk.tasks("body_declined")) == ([], [])
    stopped = desk.rows("select verdict -> 'stopped' as stopped from verdict where complaint_id = %s")
    assert str(one) not in str(stopped)
    assert await chain(desk) == []


async def test_consent_that_ended_by_time_alone_closes_the_bodys_mouth_too(beside: Apart, standards: Body) -> None:
    desk = await a_case(beside, standards, 2)
    await agree(desk, expires_on=joined.tomorrow(5))
    one = await name(desk)
    desk.at(MORNING + timedelta(days=5))
    assert await answer(desk, one, DECLINE) is None
    desk.at(MORNING + timedelta(days=6))
    assert await answer(desk, one, ACCEPT) == "consent_missing"
    assert part(desk, one)["state"] == "declined"


async def test_a_body_from_which_the_case_split_is_not_heard_and_accepts_anew_when_invited_again(
    joint: tuple[Desk, UUID],
) -> None:
    desk, one = joint
    await answer(desk, one, ACCEPT)
    await joined.take_back(desk, UUID(desk.rows("select id from consent where complaint_id = %s")[0]["id"]))
    assert await answer(desk, one, ACCEPT) == "consent_missing"
    await agree(desk)
    assert await answer(desk, one, ACCEPT) is None
    assert part(desk, one)["state"] == "accepted"


async def test_a_contribution_of_another_complaint_is_unknown(
    joint: tuple[Desk, UUID], beside: Apart, standards: Body
) -> None:
    desk, one = joint
    elsewhere = await a_desk(beside, standards)
    done = await joined.says(elsewhere, one, ACCEPT)
    assert done.refusal == "unknown_contribution"
    assert heard(desk, one) == []


async def test_what_was_said_by_telephone_is_recorded_or_refused_to_whoever_records_it(
    joint: tuple[Desk, UUID],
) -> None:
    desk, one = joint

    async def record(message: Accept | Decline | LeadView, **changes: object) -> str | None:
        values = {
            "contribution_id": one, "kind": "accept", "body": to_json(message), "how": "call", "said_on": TODAY,
        } | changes  # fmt: skip
        return (await desk.do(K.RECORD_FROM_BODY, RecordFromBody(**values))).refusal  # type: ignore[arg-type]

    assert await record(ACCEPT, said_on=joined.tomorrow()) == "date_in_future"
    assert await record(ACCEPT, said_on=joined.tomorrow(-1)) == "contradicts_record"
    assert await record(ACCEPT, kind="nothing") == "protocol_not_spoken"
    assert await record(ACCEPT, body={}) == "message_malformed"
    assert await record(ACCEPT) is None
    assert await record(ACCEPT) == "nothing_changes"
    (kept,) = heard(desk, one)
    assert (kept["via"], kept["refusal"], kept["said_by"]) == ("recorded", None, str(desk.body.person("handler")))
    assert desk.events("contribution.heard")[0]["data"]["how"] == "call"
