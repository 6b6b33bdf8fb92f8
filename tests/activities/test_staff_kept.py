"""What the workflow of an involvement is told, what leaves to staff, and what a calendar moves for them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.exceptions import ApplicationError
from temporalio.testing import ActivityEnvironment

from activities.involvements import MOST_CLOCKS, Involvements
from activities.notices import Notices
from activities.sweeps import YOUNGEST
from contracts.commands import CommandKind
from contracts.failures import ErrorType
from contracts.involvements import InvolvementAct, InvolvementLook, InvolvementState
from contracts.notices import NoticeAct, NoticeState
from db.desk_said import Redate, ReleaseNotice, SetContactRules
from db.queries import attention_staff
from gateways.mail import OutgoingMail
from gateways.typst_letters import TypstTypesetter
from tests.activities.office_desk import Desk
from tests.activities.staffed import a_colleague, clock_of, end, name, running, stands, tell
from tests.apart import MORNING, Apart

PAYLOAD = 2_048


@pytest.fixture(autouse=True)
def in_the_morning(beside: Apart) -> None:
    beside.engine.now = MORNING


async def look(desk: Desk, involvement: UUID, **changes: UUID) -> InvolvementLook:
    ids = {"organisation_id": desk.body.id, "complaint_id": desk.complaint, "involvement_id": involvement}
    act = InvolvementAct(now=desk.apart.engine.now, **(ids | changes))
    found: InvolvementLook = await Involvements(desk.apart.database).look(act)
    return found


async def test_a_look_hands_over_what_lies_ahead_and_writes_down_what_was_heard(desk: Desk) -> None:
    involvement = await name(desk)
    assert (stands(desk, involvement)["changes"], stands(desk, involvement)["heard"]) == (1, 0)
    seen = await look(desk, involvement)
    (clock,) = seen.clocks
    assert [rung.rung.value for rung in clock.rungs] == ["reminder", "overdue"]
    assert (seen.state, seen.changes, seen.over, seen.stage.value) == (InvolvementState.NAMED, 1, False, "received")
    assert stands(desk, involvement)["heard"] == 1
    desk.apart.engine.now = datetime(2028, 3, 3, 10, 0, tzinfo=UTC)
    await desk.fire("staff_notice", "reminder")
    (clock,) = (await look(desk, involvement)).clocks
    assert [rung.rung.value for rung in clock.rungs] == ["overdue", "escalation"]
    assert await end(desk, involvement) is None
    assert (await look(desk, involvement)).over is True


async def test_a_ladder_that_was_climbed_is_chased_so_that_something_always_lies_ahead(desk: Desk) -> None:
    involvement = await name(desk)
    for day, rung in ((3, "reminder"), (7, "overdue"), (8, "escalation")):
        desk.apart.engine.now = datetime(2028, 3, day, 10, 0, tzinfo=UTC)
        await desk.fire("staff_notice", rung)
    (clock,) = (await look(desk, involvement)).clocks
    assert [rung.rung.value for rung in clock.rungs] == ["chase_1"]


async def test_a_rung_hands_over_what_follows_and_wakes_nobody_but_whom_it_touches(desk: Desk) -> None:
    involvement = await name(desk)
    await look(desk, involvement)
    desk.apart.engine.now = datetime(2028, 3, 3, 10, 0, tzinfo=UTC)
    verdict = await desk.fire("staff_notice", "reminder")
    assert [rung.rung.value for clock in verdict.armed for rung in clock.rungs] == ["overdue", "escalation"]
    row = stands(desk, involvement)
    assert row["changes"] == row["heard"] == 1  # its own workflow has fired it: there is nothing to hear of
    assert (await look(desk, involvement)).more is False


async def test_with_every_clock_running_a_look_is_a_small_payload(desk: Desk) -> None:
    involvement = await name(desk)
    assert await tell(desk, involvement) is None
    # All that can run at once, as if views had been shared, a date moved, and the complaint answered at one time.
    desk.apart.rows(
        "insert into clock select (jsonb_populate_record(null::clock, to_jsonb(c) ||"
        " jsonb_build_object('id', gen_random_uuid(), 'kind', k))).* from clock c,"
        " unnest(array['staff_comment', 'staff_views', 'staff_change', 'staff_outcome', 'staff_experience']) k"
        " where c.complaint_id = %s and c.kind = 'staff_follow_up'",
        desk.complaint,
    )
    assert len(running(desk, involvement)) == 9
    seen = await look(desk, involvement)
    assert len(seen.clocks) == MOST_CLOCKS and seen.more
    (payload,) = await pydantic_data_converter.encode([seen])
    assert len(payload.data) <= PAYLOAD


async def test_a_stranger_is_shown_nothing(desk: Desk, beside: Apart) -> None:
    involvement = await name(desk)
    for changes in (
        {"organisation_id": beside.body().id},
        {"complaint_id": uuid4()},
        {"involvement_id": uuid4()},
    ):
        with pytest.raises(ApplicationError) as failure:
            await look(desk, involvement, **changes)
        assert failure.value.type == ErrorType.NOT_FOUND and failure.value.non_retryable
    assert stands(desk, involvement)["heard"] == 0


async def test_the_sweep_sees_what_was_not_heard_and_only_once_it_is_old_enough(desk: Desk, beside: Apart) -> None:
    involvement = await name(desk)

    async def unheard(now: datetime) -> set[UUID]:
        async with beside.sweeper.session() as session:
            found = await attention_staff.unheard(session, before=now - YOUNGEST, limit=1000)
        return {each.involvement_id for each in found}

    assert involvement not in await unheard(MORNING)
    assert involvement in await unheard(MORNING + timedelta(seconds=6))
    await look(desk, involvement)
    assert involvement not in await unheard(MORNING + timedelta(seconds=6))


async def test_a_clock_that_ran_out_and_is_not_marked_is_an_exception_until_its_rung_fires(
    desk: Desk, beside: Apart
) -> None:
    involvement = await name(desk)
    midnight = datetime(2028, 3, 7, 0, 0, tzinfo=UTC)

    async def late(now: datetime) -> set[UUID]:
        async with beside.sweeper.session() as session:
            return {each.involvement_id for each in await attention_staff.late(session, before=now)}

    assert involvement not in await late(midnight)
    assert involvement in await late(midnight + timedelta(minutes=3))
    desk.apart.engine.now = midnight + timedelta(minutes=4)
    await desk.fire("staff_notice", "overdue")
    assert involvement not in await late(midnight + timedelta(days=1))


async def test_what_is_owed_to_staff_is_no_next_event_of_the_complaint(desk: Desk) -> None:
    before = desk.stands()["next_event_at"]
    desk.apart.rows("update clock set state = 'stopped' where complaint_id = %s", desk.complaint)
    involvement = await name(desk)
    assert before is not None and desk.stands()["next_event_at"] is None
    assert running(desk, involvement) == {"staff_notice"}


async def test_a_closure_moves_what_is_owed_to_staff_and_their_workflow_is_told(desk: Desk) -> None:
    involvement = await name(desk)
    desk.apart.rows(
        "insert into closed_day (organisation_id, day, name, opens) values (%s, '2028-03-03', 'Flood', false)",
        desk.body.id,
    )
    told = len(desk.apart.engine.involvements)
    await desk.must(CommandKind.REDATE, Redate(change_set_id=uuid4()))
    clock = clock_of(desk, involvement, "staff_notice")
    assert (clock["due_on"], clock["generation"]) == ("2028-03-07", 2)
    assert [each.involvement_id for each in desk.apart.engine.involvements[told:]] == [involvement]
    assert desk.tasks("tell_staff")[0]["due_on"] == "2028-03-07"


class Mail:
    def __init__(self) -> None:
        self.sent: list[OutgoingMail] = []

    async def send(self, mail: OutgoingMail) -> None:
        self.sent.append(mail)


async def test_a_letter_to_staff_leaves_with_its_copy_though_contact_with_the_person_is_stopped(desk: Desk) -> None:
    involvement = await name(desk, kind="locum", name="Dr Lee", email="lee@agency.example.org")
    assert await tell(desk, involvement) is None
    rules = SetContactRules(stop_contact=True, hold=False, reason="Asked for no letters.")
    await desk.must(CommandKind.SET_CONTACT_RULES, rules)
    (draft,) = desk.notices("staff_follow_up")
    whole = ReleaseNotice(notice_id=UUID(draft["id"]), body="Here is where you find support.")
    await desk.must(CommandKind.RELEASE_NOTICE, whole)
    mail = Mail()
    carried: Any = Notices(desk.apart.database, mail, "complaints@default.example", TypstTypesetter())
    act = NoticeAct(organisation_id=desk.body.id, complaint_id=desk.complaint, notice_id=UUID(draft["id"]), now=MORNING)
    outcome = await ActivityEnvironment().run(carried.send, act)
    assert outcome.state is NoticeState.HANDED_OVER
    (sent,) = mail.sent
    assert sent.recipient == "lee@agency.example.org" and sent.attachment is not None
    # The chain hears of it with the next act.
    await name(desk, person_id=a_colleague(desk))
    assert [event["data"]["notice_id"] for event in desk.events("notice.handed_over")][-1] == draft["id"]


async def test_a_letter_goes_to_the_address_that_was_recorded_once_their_account_has_ended(desk: Desk) -> None:
    person = a_colleague(desk)
    involvement = await name(desk, person_id=person, email="robin@home.example.org")
    assert await tell(desk, involvement) is None
    desk.apart.rows("update person set active = false where id = %s", person)
    (draft,) = desk.notices("staff_follow_up")
    await desk.must(CommandKind.RELEASE_NOTICE, ReleaseNotice(notice_id=UUID(draft["id"]), body="Support is there."))
    mail = Mail()
    carried: Any = Notices(desk.apart.database, mail, "complaints@default.example", TypstTypesetter())
    act = NoticeAct(organisation_id=desk.body.id, complaint_id=desk.complaint, notice_id=UUID(draft["id"]), now=MORNING)
    await ActivityEnvironment().run(carried.send, act)
    assert [each.recipient for each in mail.sent] == ["robin@home.example.org"]
