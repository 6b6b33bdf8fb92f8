"""Each law about bodies that contribute can fail: a case that keeps them all is broken, one row at a time."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from contracts.commands import CommandKind
from contracts.joint import PROTOCOL
from db import said
from db.body_request_said import AskBody
from db.casework_said import MoveOn
from db.consent_said import RecordConsent
from db.joint_messages import Accept, ActionPromised, Decline, IssueAnswered, Submission, ToLead, kind_of, to_json
from db.joint_said import FromBody, NameBody, ReleaseContribution
from db.submission_said import ApproveContribution
from runtime.database_roles import DatabaseDsns
from tests.bodies import Body, make_body
from tests.lives import casework as steps
from tests.lives.casework import must
from tests.lives.machine import laws_of_joint as laws
from tests.lives.machine.kept import Kept
from tests.lives.machine.life import Life
from tests.lives.machine.look import Look, Looker, Row
from tests.lives.machine.spoiled import broken, gone, put
from tests.world import MORNING, World

K = CommandKind
THERE, SILENT, GONE_AGAIN = "A81001", "E08000012", "VN4XX"


@dataclass(frozen=True)
class Lived:
    """Four bodies: one here that submitted and is asked, one approved, one blocked, one released. `refused`: a message
    of the first, with the case before it.
    """

    before: Look
    look: Look
    kept: dict[UUID, Kept]
    read: Look
    code: str
    refused: UUID

    def check(self, look: Look) -> None:
        laws.of_a_step(self.look, look)
        laws.of_a_case(look, self.kept)


@pytest.fixture(scope="module")
async def lived(living: World, dsns: DatabaseDsns) -> Lived:
    world = living
    body = make_body(dsns.migrator, email=False, follows=None)
    here = make_body(dsns.migrator, email=False)
    world.clock.time = MORNING
    complaint = await world.log(body, email=None)
    life, on = Life(world, body, Looker(world, body), complaint, (here,)), world.clock.now().date()
    acknowledged = said.Acknowledge(method="call", made_on=on, discussion_offered=True)
    await must(world, body, complaint, K.ACKNOWLEDGE, acknowledged)
    await must(world, body, complaint, K.MOVE_ON, MoveOn(reason="It is not simple."))
    issues = await steps.issues(world, body, complaint, "The wait", "The notes", "The call", "The bill")
    ids = [
        await _named(world, body, complaint, code, issue, consent=code != SILENT)
        for code, issue in zip((here.code, THERE, SILENT, GONE_AGAIN), issues, strict=True)
    ]
    for one in (*ids[:2], ids[3]):
        await _says(world, body, complaint, one, Accept(contact="Con Tact", senior_lead="Sen Ior"))
    asked = AskBody(contribution_id=ids[0], what="The rota", due_on=on + timedelta(days=5))
    await must(world, body, complaint, K.ASK_BODY, asked)
    for one, number in ((ids[0], 1), (ids[1], 2)):
        await _says(world, body, complaint, one, _part(world, number))
    await must(world, body, complaint, K.APPROVE_CONTRIBUTION, ApproveContribution(contribution_id=ids[1]))
    let_go = ReleaseContribution(contribution_id=ids[3], reason="It is not theirs.")
    await must(world, body, complaint, K.RELEASE_CONTRIBUTION, let_go)
    before, *_ = await life.quiet()
    refused = await _says(world, body, complaint, ids[0], Decline(reason="No."))
    look, _, kept = await life.quiet()
    read = (await life.readable(look))[here.code]
    await life.let_go()
    return Lived(before, look, kept, read, here.code, refused)


async def _named(world: World, body: Body, complaint: UUID, code: str, issue: UUID, *, consent: bool) -> UUID:
    if consent:
        row = await world.row(body, "select id from party where complaint_id = :id", id=complaint)
        given = RecordConsent(scope="share_with_body", giver_id=row["id"], basis="statutory", body=code,
                              given_on=world.clock.now().date())  # fmt: skip
        await must(world, body, complaint, K.RECORD_CONSENT, given)
    way: Any = "none" if code in (THERE, SILENT, GONE_AGAIN) else "here"
    what = NameBody(code=code, name="A body", body_kind="nhs", bound="regulation_9", way=way, issue_ids=(issue,))
    await must(world, body, complaint, K.NAME_BODY, what)
    row = await world.row(body, "select id from contribution where complaint_id = :id and code = :code", id=complaint,
                          code=code)  # fmt: skip
    found: UUID = row["id"]
    return found


async def _says(world: World, body: Body, complaint: UUID, contribution: UUID, said: ToLead) -> UUID:
    what = FromBody(contribution_id=contribution, message_id=uuid4(), protocol=PROTOCOL, kind=kind_of(said),
                    body=to_json(said), via="page")  # fmt: skip
    done = await world.say(body, complaint, K.FROM_BODY, what, by=None)
    assert done.state == "applied"
    return done.id


def _part(world: World, number: int) -> Submission:
    answer = IssueAnswered(number=number, did="We asked.", found="It was so.", conclusion="upheld")
    due = world.clock.now().date() + timedelta(days=30)
    action = ActionPromised(action_id=uuid4(), what="We train.", due_on=due)
    return Submission(issues=(answer,), signed_by="Sen Ior", signed_role="Manager", actions=(action,))


Spoil = tuple[str, str, Callable[[Row], Any], dict[str, object]]
SPOILT: list[Spoil] = [
    ("joint_message was rewritten", "joint_message", put(body={}), {"direction": "out"}),
    ("joint_message was rewritten", "joint_message", gone, {"direction": "in"}),
    ("body_answer was rewritten", "body_answer", put(conclusion="not_upheld"), {}),
    ("body_answer was rewritten", "body_answer", put(found="It was not."), {}),
    ("body_review was rewritten", "body_review", gone, {}),
    ("a contribution is gone", "contribution", gone, {"code": THERE}),
    ("that was released is back", "contribution", put(state="accepted"), {"code": GONE_AGAIN}),
    ("are counted", "contribution", put(sent=99), {"code": THERE}),
    ("rounds", "contribution", put(round=2), {"code": THERE}),
    ("released, and", "contribution", put(state="released"), {"code": THERE}),
    ("no consent, and open", "contribution", put(open_to_body=True), {"code": SILENT}),
    ("no consent, and", "contribution", put(state="consent_blocked"), {"code": THERE}),
    ("invited, and body_acceptance", "contribution", put(state="invited"), {"code": THERE}),
    ("its review runs", "clock", put(state="stopped"), {"kind": "contribution_review", "state": "running"}),
    ("body_information run", "clock", put(state="stopped"), {"kind": "body_information"}),
    ("actions are not awaited", "clock", put(state="stopped"), {"kind": "body_action"}),
    ("kept by another", "clock", put(contribution_id=None), {"kind": "body_information"}),
    ("kept by another", "clock", put(contribution_id=str(UUID(int=7))), {"kind": "acknowledgement"}),
    ("its workflow has it as", "contribution", put(state="contributing", submitted_on=None), {"code": THERE}),
]


@pytest.mark.parametrize(("told", "table", "change", "like"), SPOILT, ids=[f"{each[1]}:{each[0]}" for each in SPOILT])
async def test_a_law_of_bodies_fails(
    lived: Lived, told: str, table: str, change: Callable[[Row], Any], like: dict[str, object]
) -> None:
    lived.check(lived.look)
    with pytest.raises(AssertionError, match=told):
        lived.check(broken(lived.look, table, change, **like))


async def test_a_gap_in_the_numbers_of_messages_is_found_out(lived: Lived) -> None:
    spoilt = broken(lived.look, "joint_message", put(seq=9), direction="out", seq=2)
    with pytest.raises(AssertionError, match="are numbered"):
        laws.of_a_case(spoilt, lived.kept)


async def test_a_part_that_we_wrote_ourselves_is_found_out(lived: Lived) -> None:
    act = lived.look.rows("submission", kind="approve_contribution")[0]["id"]
    spoilt = broken(lived.look, "body_submission", put(act_id=act))
    with pytest.raises(AssertionError, match="has to say itself"):
        laws.of_a_step(spoilt, spoilt)


async def test_a_workflow_that_is_away_and_one_that_outlives_its_contribution_are_found_out(lived: Lived) -> None:
    for running in (True, False):
        kept = {each: replace(one, running=running) for each, one in lived.kept.items()}
        with pytest.raises(AssertionError, match="its workflow lives"):
            laws.of_a_case(lived.look, kept)


async def test_a_released_body_that_is_still_asked_for_something_is_found_out(lived: Lived) -> None:
    (row,) = lived.look.rows("contribution", code=GONE_AGAIN)
    look = Look(copy.deepcopy(lived.look.tables))
    look.tables["task"].append({**look.tables["task"][0], "state": "open", "kind": "get_consent",
                                "subject_id": row["id"]})  # fmt: skip
    with pytest.raises(AssertionError, match="released, and asked for"):
        laws.of_a_case(look, lived.kept)


async def test_what_was_told_without_consent_is_found_out(lived: Lived) -> None:
    empty = Look({**lived.look.tables, "joint_message": []})
    laws.of_a_step(empty, lived.look)
    for spoilt in (
        broken(lived.look, "consent", gone, body=lived.code),
        broken(lived.look, "consent", put(body="X9"), body=lived.code),
        broken(lived.look, "consent", put(expires_on="2028-03-01"), body=lived.code),
        broken(lived.look, "consent", put(withdrawn_on="2028-03-02", withdrawn_at="2028-03-01T10:00:00+00:00"),
               body=lived.code),
    ):  # fmt: skip
        with pytest.raises(AssertionError, match="without consent"):
            laws.of_a_step(Look({**spoilt.tables, "joint_message": []}), spoilt)


async def test_what_a_body_must_not_read_is_found_out(lived: Lived) -> None:
    def check(look: Look, read: Look) -> None:
        laws.of_a_reader(look, read, lived.code, MORNING)

    assert lived.read.rows("joint_message"), "it reads what it was told"
    check(lived.look, lived.read)
    with pytest.raises(AssertionError, match="without consent a body reads"):
        check(broken(lived.look, "consent", gone, body=lived.code), lived.read)
    with pytest.raises(AssertionError, match="another organisation reads"):
        check(lived.look, Look({**lived.read.tables, "issue": lived.look.rows("issue")}))
    with pytest.raises(AssertionError, match="never told"):
        check(lived.look, Look({**lived.read.tables, "contribution": lived.look.rows("contribution")}))
    others = [*lived.read.rows("joint_message"), *lived.look.rows("joint_message", direction="in")]
    with pytest.raises(AssertionError, match="what others said"):
        check(lived.look, Look({**lived.read.tables, "joint_message": others}))
    all_out = lived.look.rows("joint_message", direction="out")
    with pytest.raises(AssertionError, match="said to another"):
        check(lived.look, Look({**lived.read.tables, "joint_message": all_out}))


async def test_a_refused_message_that_leaves_more_than_itself_is_found_out(lived: Lived) -> None:
    def check(look: Look) -> str:
        return laws.of_a_message(lived.before, look, lived.refused)

    assert check(lived.look) == " but contradicts_record"
    with pytest.raises(AssertionError, match="refused changed"):
        check(broken(lived.look, "clock", put(state="stopped"), kind="body_information"))
    with pytest.raises(AssertionError, match="refused changed contribution"):
        check(broken(lived.look, "contribution", put(declined_on="2028-03-02"), code=lived.code))
    with pytest.raises(AssertionError, match="refused made"):
        check(broken(lived.look, "case_event", put(kind="contribution.declined"), kind="contribution.message_refused"))


async def test_a_response_without_the_part_of_a_body_is_found_out(lived: Lived) -> None:
    with pytest.raises(AssertionError, match="no gap is named"):
        laws.of_a_response(lived.look)
    settled = broken(lived.look, "contribution", put(gap_named_on="2028-03-02"), code=lived.code)
    laws.of_a_response(broken(settled, "contribution", put(gap_named_on="2028-03-02"), code=SILENT))


async def test_a_clock_that_waited_for_a_body_is_found_out(lived: Lived) -> None:
    for change in (put(state="stopped"), put(due_on="2028-09-30"), put(generation=2)):
        spoilt = broken(lived.look, "clock", change, kind="relevant_period")
        with pytest.raises(AssertionError, match="moved relevant_period"):
            laws.of_a_step(lived.before, spoilt)


async def test_a_body_that_owes_nothing_after_the_end_is_found_out(lived: Lived) -> None:
    over = broken(lived.look, "complaint", put(open=False))
    with pytest.raises(AssertionError, match="owes nothing is still"):
        laws.of_a_case(over, lived.kept)
