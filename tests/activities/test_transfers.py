"""A complaint is passed on to whom it is for: ours until that body has it, then its own from that day."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from contracts.commands import CommandKind
from db import said
from db.desk_said import ReleaseNotice
from db.joint_messages import Accept, Decline, TransferTaken
from db.joint_said import RecordFromBody, ReleaseContribution
from tests.activities import joined
from tests.activities.found import TODAY, issues_of
from tests.activities.joined import agree, change, take_back
from tests.activities.office_desk import Desk
from tests.activities.parts import told
from tests.activities.passed_on import Passing, pass_on, passing
from tests.apart import MORNING, Apart
from tests.bodies import Body, make_body

K = CommandKind
TAKEN = TransferTaken(own_reference="GP/12", received_on=TODAY)


@pytest.fixture
async def desk(beside: Apart, standards: Body) -> Desk:
    return await joined.a_case(beside, standards, 3)


@pytest.fixture
def receiver(beside: Apart) -> Body:
    return make_body(beside.dsns.migrator)


@pytest.fixture
async def passed(desk: Desk, receiver: Body) -> Passing:
    """The whole complaint, passed on to another organisation of this installation."""
    return Passing(desk=desk, body=receiver, id=await pass_on(desk, receiver))


async def test_nothing_is_passed_on_without_the_persons_consent_for_this_very_body(desk: Desk) -> None:
    await agree(desk, "another")
    assert (await desk.do(K.TRANSFER, passing())).refusal == "consent_missing"
    assert desk.rows("select id from contribution where complaint_id = %s") == []
    assert desk.rows("select id from transfer where complaint_id = %s") == []


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"ground": "commissioner_to_provider"}, "agreement_needed"),
        ({"ground": "commissioner_to_provider", "provider_agreed_on": TODAY}, "agreement_needed"),
        ({"ground": "commissioner_to_provider", "provider_agreed_on": TODAY, "provider_agreed_by": " "},
         "agreement_needed"),
        ({"ground": "commissioner_to_provider", "provider_agreed_on": TODAY + timedelta(days=1),
          "provider_agreed_by": "Kim"}, "date_in_future"),
        ({"provider_agreed_on": TODAY - timedelta(days=9)}, "date_before_receipt"),
        ({"reason": " "}, "reason_needed"),
        ({"code": "no code"}, "unknown_code"),
        ({"issue_ids": (uuid4(),)}, "unknown_issue"),
        ({"way": "here"}, "unknown_body"),
        ({"way": "system", "partner_id": uuid4()}, "unknown_body"),
        ({"contacts": ()}, "no_address"),
    ],
)  # fmt: skip
async def test_what_cannot_be_passed_on_so_is_refused(desk: Desk, changes: dict[str, Any], why: str) -> None:
    await agree(desk)
    assert (await desk.do(K.TRANSFER, passing(**changes))).refusal == why
    assert desk.rows("select id from contribution where complaint_id = %s") == []


async def test_a_whole_complaint_stays_open_until_it_is_taken_and_then_ends(desk: Desk) -> None:
    one = await pass_on(desk, ground="commissioner_to_provider", provider_agreed_on=TODAY, provider_agreed_by="Kim")
    ((kind, offer),) = told(desk, one)
    assert (kind, offer["ground"], offer["complainant"]["name"]) == (
        "transfer",
        "commissioner_to_provider",
        "Pat Example",
    )
    assert (offer["narrative"], offer["issues"]) == ("I waited for nine hours and my notes were lost.", [])
    assert (desk.stands()["open"], desk.clock("acknowledgement")["state"]) == (True, "running")
    clock = desk.clock("transfer_receipt")
    assert (clock["state"], clock["due_on"], clock["contribution_id"]) == ("running", "2028-03-07", str(one))
    (letter,) = desk.notices("transferred")
    assert letter["state"] == "draft" and "Marker Receiver has agreed to look into it." in letter["body"]
    assert await joined.answer(desk, one, TAKEN) is None
    stands = desk.stands()
    assert (stands["stage"], stands["open"], stands["next_event_at"]) == ("transferred", False, None)
    assert (desk.clock("transfer_receipt")["in_time"], desk.clock("acknowledgement")["state"]) == (True, "stopped")
    row = desk.row("select * from contribution where complaint_id = %s")
    assert (row["state"], row["released_cause"], row["own_reference"]) == ("released", "taken", "GP/12")
    (found,) = desk.rows("select * from transfer where complaint_id = %s")
    assert (found["taken_on"], found["received_on"], found["whole"]) == ("2028-03-02", "2028-03-02", True)
    assert desk.notices("transferred")[0]["state"] == "draft" and desk.tasks("release_draft")
    await desk.must(K.RELEASE_NOTICE, ReleaseNotice(notice_id=UUID(letter["id"])))
    assert "arker" not in str(desk.events("transfer.offered") + desk.events("transfer.taken"))


async def test_of_a_part_only_its_issues_are_told_and_the_rest_goes_on(desk: Desk) -> None:
    one = await pass_on(desk, issue_ids=tuple(issues_of(desk)[:1]))
    ((_, offer),) = told(desk, one)
    assert [issue["number"] for issue in offer["issues"]] == [1]
    assert "nine hours" not in str(offer) and offer["summary"] == "Issue 0"
    assert {issue["state"] for issue in desk.rows("select state from issue where complaint_id = %s")} == {"open"}
    assert await joined.answer(desk, one, TAKEN) is None
    states = [row["state"] for row in desk.rows("select state from issue where complaint_id = %s order by number")]
    assert (states, desk.stands()["open"]) == (["passed_on", "open", "open"], True)
    assert desk.events("issue.passed_on")[0]["data"]["contribution_id"] == str(one)


async def test_it_is_passed_on_once_and_something_must_stay_of_a_part(desk: Desk) -> None:
    every = tuple(issues_of(desk))
    await agree(desk)
    assert (await desk.do(K.TRANSFER, passing(issue_ids=every))).refusal == "contradicts_record"
    await desk.must(K.TRANSFER, passing(issue_ids=every[:1]))
    assert (await desk.do(K.TRANSFER, passing(issue_ids=every[:1]))).refusal == "body_already_named"
    await agree(desk, "GP-82")
    assert (await desk.do(K.TRANSFER, passing(code="GP-82", issue_ids=every[:1]))).refusal == "contradicts_record"
    assert (await desk.do(K.TRANSFER, passing(code="GP-82"))).refusal == "contradicts_record"
    await desk.must(K.TRANSFER, passing(code="GP-82", issue_ids=every[1:2]))


async def test_a_whole_complaint_is_not_passed_on_while_another_body_contributes_to_it(desk: Desk) -> None:
    await joined.name(desk)
    await agree(desk, "GP-82")
    assert (await desk.do(K.TRANSFER, passing(code="GP-82"))).refusal == "contributions_open"
    issue = issues_of(desk)[-1:]
    assert (await desk.do(K.TRANSFER, passing(code="GP-82", issue_ids=tuple(issue)))).refusal == "contradicts_record"


async def test_what_is_declined_stays_ours_and_can_be_passed_on_anew(desk: Desk) -> None:
    one = await pass_on(desk)
    assert await joined.answer(desk, one, Decline(reason=" ")) == "reason_needed"
    assert await joined.answer(desk, one, Decline(reason="Not ours")) is None
    assert (desk.stands()["open"], len(desk.tasks("transfer_declined"))) == (True, 1)
    assert desk.notices("transferred")[0]["state"] == "discarded"
    assert await joined.answer(desk, one, TAKEN) == "contribution_released"
    await desk.must(K.TRANSFER, passing())


@pytest.mark.parametrize(
    ("message", "why"),
    [
        (Accept(contact="Sam", senior_lead="Kim"), "not_their_contribution"),
        (TransferTaken(own_reference=" ", received_on=TODAY), "message_malformed"),
        (TransferTaken(own_reference="x" * 65, received_on=TODAY), "message_malformed"),
        (TransferTaken(own_reference="GP/12", received_on=TODAY + timedelta(days=1)), "date_in_future"),
        (TransferTaken(own_reference="GP/12", received_on=TODAY - timedelta(days=1)), "contradicts_record"),
    ],
)
async def test_an_answer_that_cannot_be_right_is_kept_and_ends_nothing(desk: Desk, message: Any, why: str) -> None:
    one = await pass_on(desk)
    assert await joined.answer(desk, one, message) == why
    assert (desk.stands()["open"], desk.clock("transfer_receipt")["state"]) == (True, "running")


async def test_a_body_that_contributes_takes_nothing_over(desk: Desk) -> None:
    await agree(desk)
    one = await joined.name(desk)
    assert await joined.answer(desk, one, TAKEN) == "not_their_contribution"


async def test_a_letter_that_says_it_was_taken_is_written_down_with_its_own_day(desk: Desk) -> None:
    one = await pass_on(desk, way="none", contacts=())
    assert len(desk.tasks("tell_body")) == 1
    desk.at(MORNING + timedelta(days=7))
    body = {"own_reference": "R1", "received_on": "2028-03-03"}
    what = RecordFromBody(
        contribution_id=one, kind="transfer_taken", body=body, how="letter", said_on=TODAY + timedelta(days=4)
    )
    await desk.must(K.RECORD_FROM_BODY, what)
    clock = desk.clock("transfer_receipt")
    assert (clock["met_on"], clock["in_time"], desk.stands()["stage"]) == ("2028-03-06", True, "transferred")


async def test_what_we_take_back_is_read_by_nobody_and_the_letter_is_discarded(desk: Desk) -> None:
    one = await pass_on(desk)
    assert await change(desk, one, issue_ids=tuple(issues_of(desk)[:1])) == "contradicts_record"
    await desk.must(K.RELEASE_CONTRIBUTION, ReleaseContribution(contribution_id=one, reason="A mistake"))
    row = desk.row("select * from contribution where complaint_id = %s")
    assert (row["state"], row["open_to_body"], desk.clock("transfer_receipt")["state"]) == (
        "released",
        False,
        "stopped",
    )
    assert [kind for kind, _ in told(desk, one)] == ["transfer", "released"]
    assert (desk.notices("transferred")[0]["state"], desk.stands()["open"]) == ("discarded", True)


async def test_a_complaint_that_is_taken_back_is_passed_on_no_more(desk: Desk) -> None:
    await pass_on(desk)
    await desk.must(K.WITHDRAW, said.Withdraw(method="call", withdrawn_on=TODAY))
    row = desk.row("select * from contribution where complaint_id = %s")
    assert (row["state"], row["released_cause"], row["open_to_body"]) == ("released", "withdrawn", False)


async def test_the_receiver_has_a_complaint_of_its_own_with_its_own_clock_and_its_sender_knows(passed: Passing) -> None:
    step = await passed.pull()
    assert (step.taken, step.failure, step.over) == (1, None, True)
    own, stands = passed.own, passed.own.stands()
    assert (stands["matter"], stands["source"], stands["received_on"]) == ("complaint", "other_body", "2028-03-02")
    assert own.clock("acknowledgement")["due_on"] == "2028-03-07"
    words = own.row("select * from complaint_words where complaint_id = %s")["narrative"]
    assert passed.desk.body.code in words and "nine hours" in words and "2028-03-02 (written)" in words
    (person,) = own.rows("select * from party where complaint_id = %s")
    assert (person["name"], person["email"]) == ("Pat Example", "pat.complainant@example.org")
    (event,) = own.events("transfer.received")
    assert event["data"]["sender"] == passed.desk.body.code
    sent = passed.desk.stands()
    assert (sent["stage"], sent["open"], passed.row["own_reference"]) == ("transferred", False, stands["reference"])
    assert (passed.received()[0]["state"], passed.transfer["received_on"]) == ("brought", "2028-03-02")


async def test_it_is_taken_once_however_often_it_is_tried(passed: Passing) -> None:
    await passed.pull()
    again = await passed.pull()
    assert (again.taken, again.over, len(passed.received())) == (0, True, 1)
    assert passed.apart.rows("select count(*) from complaint where organisation_id = %s", passed.body.id) == [(1,)]
    assert len(joined.heard(passed.desk, passed.id)) == 1


@pytest.mark.parametrize(
    ("offered", "due"),
    [
        (datetime(2028, 3, 4, 11, 0, tzinfo=UTC), "2028-03-08"),  # a Saturday: Monday, Tuesday, Wednesday
        (datetime(2028, 4, 14, 11, 0, tzinfo=UTC), "2028-04-20"),  # Good Friday; Easter Monday is none, either
        (datetime(2028, 3, 2, 23, 30, tzinfo=UTC), "2028-03-07"),  # after hours is that day
    ],
)
async def test_it_counts_as_made_on_the_day_it_reached_the_receiver_and_not_on_the_day_somebody_looked(
    desk: Desk, receiver: Body, offered: datetime, due: str
) -> None:
    desk.at(offered)
    passed = Passing(desk=desk, body=receiver, id=await pass_on(desk, receiver))
    desk.at(offered + timedelta(days=5))
    await passed.pull()
    assert passed.own.stands()["received_on"] == offered.date().isoformat() == passed.transfer["received_on"]
    assert passed.own.clock("acknowledgement")["due_on"] == due


async def test_consent_taken_back_before_it_is_read_leaves_nothing_to_read(passed: Passing) -> None:
    (consent,) = passed.desk.rows("select id from consent where complaint_id = %s")
    await take_back(passed.desk, UUID(consent["id"]))
    step = await passed.pull()
    assert (passed.received(), step.over, passed.told()) == ([], True, ["transfer", "consent_ended"])
    row = passed.row
    assert (row["state"], row["released_cause"], row["open_to_body"]) == ("released", "consent_withdrawn", False)
    assert (len(passed.desk.tasks("transfer_ended")), passed.desk.stands()["open"]) == (1, True)
    assert (passed.desk.clock("transfer_receipt")["state"], passed.desk.notices("transferred")[0]["state"]) == (
        "stopped",
        "discarded",
    )


async def test_consent_that_runs_out_stops_it_and_a_later_one_lets_it_go_on(desk: Desk, receiver: Body) -> None:
    await agree(desk, receiver.code, expires_on=TODAY + timedelta(days=1))
    await desk.must(K.TRANSFER, passing(receiver))
    (found,) = desk.rows("select * from contribution where complaint_id = %s")
    assert datetime.fromisoformat(found["open_until"]) == datetime(2028, 3, 4, tzinfo=UTC)
    passed = Passing(desk=desk, body=receiver, id=UUID(found["id"]))
    desk.at(MORNING + timedelta(days=2))
    assert (await passed.pull()).over and passed.received() == []  # nobody has said so yet: it is so all the same
    desk.at(MORNING)
    await agree(desk, receiver.code)
    desk.at(MORNING + timedelta(days=2))
    assert (await passed.pull()).taken == 1


async def test_taken_when_consent_had_ended_meanwhile_both_sides_are_asked_to_settle_it(passed: Passing) -> None:
    (consent,) = passed.desk.rows("select id from consent where complaint_id = %s")
    await take_back(passed.desk, UUID(consent["id"]))
    # As it was when the receiver read it, an instant before.
    passed.apart.rows("update contribution set open_to_body = true, released_on = null where id = %s", passed.id)
    step = await passed.pull()
    assert (step.taken, step.failure, passed.received()[0]["state"]) == (1, None, "refused")
    assert (len(passed.desk.tasks("transfer_taken_late")), len(passed.own.tasks("transfer_refused"))) == (1, 1)
    assert passed.desk.stands()["open"] and passed.own.stands()["open"]
    await passed.pull()
    assert len(passed.own.tasks("transfer_news")) == 1  # that consent has ended


async def test_what_no_procedure_of_the_receiver_can_take_is_a_task_there_and_is_taken_later(desk: Desk) -> None:
    nobody = make_body(desk.apart.dsns.migrator, nation="wales", regime="nhs", follows=None)
    passed = Passing(desk=desk, body=nobody, id=await pass_on(desk, nobody))
    step = await passed.pull()
    again = await passed.pull()
    assert step.failure is not None and step.failure == again.failure and step.asks and not step.over
    assert step.again_at == desk.apart.engine.now + timedelta(days=1)
    tasks = "select kind, role, state from task where organisation_id = %s and kind = 'take_transfer'"
    assert desk.apart.rows(tasks, nobody.id) == [("take_transfer", "complaints_manager", "open")]
    assert (passed.received(), desk.clock("transfer_receipt")["state"]) == ([], "running")
    desk.apart.rows(
        "insert into adoption (id, organisation_id, procedure, procedure_version, figures, small_body, adopted_from,"
        " reason, adopted_at) values (%s, %s, 'nhs-england-2009', 1, '{}', false, '2009-04-01', 'test', now())",
        *(uuid4(), nobody.id),
    )
    desk.at(MORNING + timedelta(days=4))
    assert (await passed.pull()).taken == 1
    assert passed.own.stands()["received_on"] == "2028-03-02"  # not the day on which it could be taken
    assert desk.apart.rows(tasks, nobody.id)[0][2] == "done"


async def test_another_tenant_takes_nothing_that_is_not_passed_on_to_it(passed: Passing) -> None:
    stranger = make_body(passed.apart.dsns.migrator)
    step = await Passing(desk=passed.desk, body=stranger, id=passed.id).pull()
    assert (step.taken, step.over, passed.received(), passed.desk.stands()["open"]) == (0, True, [], True)


async def test_the_ladder_of_the_receiver_is_climbed_while_nobody_takes_it(desk: Desk) -> None:
    one = await pass_on(desk)
    desk.at(datetime(2028, 3, 8, 0, 5, tzinfo=UTC))
    await desk.fire("transfer_receipt", "overdue")
    assert [kind for kind, _ in told(desk, one)] == ["transfer", "reminder"]
    assert desk.clock("transfer_receipt")["breached_at"] is not None
    assert date.fromisoformat(desk.clock("transfer_receipt")["due_on"]) == date(2028, 3, 7)
