"""Who leads over the real case file: proposed, agreed, disputed, decided by people with names, moved, handed over."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from activities.acts import leading
from activities.acts.joint import find
from contracts.commands import CommandKind
from db.joint_messages import LeadView
from tests.activities import parts
from tests.activities.asking import two_issues
from tests.activities.cases import a_case
from tests.activities.leads import COUNCIL, GP, Joint, three_bodies
from tests.activities.office_desk import Desk, a_desk
from tests.apart import Apart
from tests.bodies import make_body

K = CommandKind
WHO = ("senior_leader", "Marker Chief")


@pytest.fixture
async def joint(full: Desk) -> Joint:
    return await three_bodies(full)


async def is_ours(joint: Joint) -> bool:
    async with a_case(joint.desk) as case:
        return await leading.is_ours(case)


async def test_the_rule_proposes_with_the_reason_for_each_criterion_and_every_body_is_asked(joint: Joint) -> None:
    assert await joint.propose() is None
    lead = joint.lead()
    # One issue each for us and for the practice, none for the council: who received it first decides.
    assert (lead["state"], lead["lead_code"], lead["ours"], lead["rule"]) == (
        "proposed", joint.ours, True, "first_recipient",
    )  # fmt: skip
    assert [each["result"] for each in lead["outcomes"]] == ["unknown", "unknown", "narrows", "decides"]
    assert lead["outcomes"][2]["left"] == [joint.ours, GP]
    for body in (joint.gp, joint.council):
        (message,) = joint.told(body, "lead")
        assert (message["state"], message["lead"], message["yours"]) == ("proposed", joint.ours, False)
    assert joint.desk.clock("lead_decision")["due_on"] == "2028-03-09"
    assert joint.desk.events("lead.proposed")[0]["data"]["lead"] == joint.ours
    assert not await is_ours(joint)
    assert await joint.propose() == "nothing_changes"
    assert len(joint.leads()) == 1


async def test_the_person_prefers_or_somebody_chooses_another_with_the_reason(joint: Joint) -> None:
    assert await joint.propose(person_prefers="elsewhere") == "unknown_body"
    assert await joint.propose(lead="elsewhere", reason="Why not; marker.") == "unknown_body"
    assert await joint.propose(lead=GP) == "reason_needed"
    assert await joint.propose(person_prefers=COUNCIL) is None
    assert (joint.lead()["lead_code"], joint.lead()["rule"]) == (COUNCIL, "person_preference")
    assert joint.told(joint.council, "lead")[0]["yours"] is True
    assert await joint.propose(lead=GP, reason="They know the person; marker.") is None
    assert (joint.lead()["lead_code"], joint.lead()["rule"]) == (GP, "chosen")
    assert joint.desk.clock("lead_decision")["generation"] == 2
    assert "marker" not in str(joint.desk.rows("select data from case_event where complaint_id = %s")).lower()


async def test_when_all_agree_it_is_settled_and_the_person_is_told(joint: Joint) -> None:
    await joint.propose()
    await joint.agrees(joint.gp)
    assert joint.lead()["state"] == "proposed" and not await is_ours(joint)
    await joint.agrees(joint.council)
    assert joint.lead()["state"] == "agreed" and await is_ours(joint)
    assert joint.desk.clock("lead_decision")["state"] == "met"
    for body in (joint.gp, joint.council):
        assert [each["state"] for each in joint.told(body, "lead")] == ["proposed", "agreed"]
    (letter,) = joint.desk.notices("joint_lead")
    assert letter["state"] == "draft" and "We will coordinate it." in letter["body"]
    assert letter["body"].count("Marker Council") == 2 and "1. Marker Council\n2. Marker Council" in letter["body"]
    # Nothing is proposed anew, and a late claim is refused; that somebody agrees still is none.
    assert await joint.propose() == "lead_already_decided"
    claim = LeadView(agrees=False, proposes=COUNCIL, reason="We should; marker.")
    assert await joint.hears(joint.council, claim) == "lead_already_decided"
    await joint.agrees(joint.gp)
    assert len(joint.leads()) == 2


async def test_a_dispute_goes_to_seniors_and_is_settled_by_a_named_person_of_each_side(joint: Joint) -> None:
    await joint.propose()
    joint.desk.at(datetime(2028, 3, 6, 10, tzinfo=UTC))
    await joint.disputes(joint.council, COUNCIL)
    assert joint.lead()["state"] == "disputed" and joint.lead()["lead_code"] == joint.ours
    assert {task["role"] for task in joint.desk.tasks("settle_lead_dispute")} == {
        "complaints_manager", "responsible_person",
    }  # fmt: skip
    clock = joint.desk.clock("lead_decision")
    assert (clock["generation"], clock["due_on"], clock["state"]) == (2, "2028-03-13", "running")
    await joint.disputes(joint.council, COUNCIL)  # again: on record, and nobody is asked twice
    assert len(joint.desk.tasks("settle_lead_dispute")) == 2 and len(joint.leads()) == 2
    await joint.agrees(joint.gp)
    assert joint.lead()["state"] == "disputed"
    assert await joint.decide(joint.ours) == "decider_needed"
    assert await joint.decide(joint.ours, (joint.ours, "A. Marker")) == "decider_needed"
    assert await joint.decide(joint.ours, (joint.ours, "A"), ("elsewhere", "B")) == "unknown_body"
    assert await joint.decide("elsewhere", (joint.ours, "A"), (COUNCIL, "B")) == "unknown_body"
    assert await joint.decide(joint.ours, (joint.ours, "A. Marker"), (COUNCIL, "B. Marker")) is None
    lead = joint.lead()
    assert (lead["state"], lead["rule"], lead["deciders"]) == (
        "decided", "decided", {joint.ours: "A. Marker", COUNCIL: "B. Marker"},
    )  # fmt: skip
    said = joint.told(joint.council, "lead")[-1]
    assert said["state"] == "decided"
    assert set(said["decided_by"].split(", ")) == {f"A. Marker ({joint.ours})", f"B. Marker ({COUNCIL})"}
    assert joint.desk.tasks("settle_lead_dispute") == []
    assert joint.desk.clock("lead_decision")["state"] == "met" and await is_ours(joint)
    assert "arker" not in str(joint.desk.rows("select data from case_event where complaint_id = %s"))


async def test_a_body_that_disputes_may_come_round(joint: Joint) -> None:
    await joint.propose()
    await joint.disputes(joint.council)
    await joint.agrees(joint.gp, joint.council)
    assert joint.lead()["state"] == "agreed"
    assert joint.desk.tasks("settle_lead_dispute") == []


async def test_a_view_that_says_nothing_or_contradicts_itself_is_refused(joint: Joint) -> None:
    assert await joint.hears(joint.gp, LeadView(agrees=True)) == "lead_not_decided"
    await joint.propose()
    assert await joint.hears(joint.gp, LeadView(agrees=True, proposes=GP)) == "contradicts_record"
    assert await joint.hears(joint.gp, LeadView(agrees=False)) == "reason_needed"
    assert await joint.hears(joint.gp, LeadView(agrees=False, proposes="elsewhere", reason="x")) == "unknown_body"
    assert joint.desk.rows("select id from joint_lead_view where complaint_id = %s") == []
    assert joint.lead()["state"] == "proposed"


async def test_nobody_who_was_not_invited_or_declined_leads_or_is_asked(full: Desk) -> None:
    joint = await three_bodies(full, gp="declined", council="consent_blocked")
    assert await joint.propose() == "unknown_body"
    assert await joint.decide(joint.ours) == "unknown_body"
    full.apart.rows("update contribution set state = 'accepted' where id = %s", joint.gp)
    assert await joint.propose(person_prefers=COUNCIL) == "unknown_body"
    assert await joint.propose(lead=COUNCIL, reason="x") == "unknown_body"
    assert await joint.propose() is None
    assert joint.told(joint.council, "lead") == []
    # The one that takes part agrees: nobody waits for one that may not be told.
    await joint.agrees(joint.gp)
    assert joint.lead()["state"] == "agreed"
    assert "Marker Council" in full.notices("joint_lead")[0]["body"]
    assert "2. " not in full.notices("joint_lead")[0]["body"]


async def test_a_body_that_accepts_later_is_told_and_asked_while_it_is_open(full: Desk) -> None:
    joint = await three_bodies(full, council="invited")
    await joint.propose()
    full.apart.rows("update contribution set state = 'accepted' where id = %s", joint.council)
    await on_accept(joint, joint.council)
    await joint.agrees(joint.gp)
    assert joint.lead()["state"] == "proposed"
    await joint.agrees(joint.council)
    assert joint.lead()["state"] == "agreed"
    await on_accept(joint, joint.council)
    assert [each["state"] for each in joint.told(joint.council, "lead")] == [
        "proposed", "proposed", "agreed", "agreed",
    ]  # fmt: skip


async def test_where_nothing_was_proposed_the_owner_is_asked_to_once(joint: Joint) -> None:
    for body in (joint.gp, joint.council):
        await on_accept(joint, body)
    assert len(joint.desk.tasks("propose_lead")) == 1
    await joint.propose()
    assert joint.desk.tasks("propose_lead") == []


async def test_when_another_body_leads_it_is_told_first_and_we_let_go_and_follow(joint: Joint) -> None:
    await joint.propose(person_prefers=GP)
    await joint.agrees(joint.council)
    # Whoever is to lead has to want it.
    assert joint.lead()["state"] == "proposed"
    await joint.agrees(joint.gp)
    assert joint.lead()["state"] == "agreed" and not await is_ours(joint)
    for body in (joint.gp, joint.council):
        assert joint.state(body) == "released"
        assert joint.told(body, "released") == [{"cause": "lead_moved"}]
    assert joint.told(joint.gp, "lead")[-1]["yours"] is True
    first = joint.desk.rows(
        "select contribution_id from joint_message where complaint_id = %s and kind = 'lead'"
        " and body ->> 'state' = 'agreed'"
    )
    seqs = joint.desk.events("contribution.told")
    settled = [each["data"]["body"] for each in seqs if each["data"]["message"] == "lead"][-2:]
    assert settled == [GP, COUNCIL] and len(first) == 2
    assert [task["role"] for task in joint.desk.tasks("follow_the_lead")] == ["owner"]
    (letter,) = joint.desk.notices("joint_lead")
    assert "Marker Council will coordinate it." in letter["body"]
    # Our own complaint goes on, with its clocks.
    assert joint.desk.stands()["open"] and joint.desk.clock("relevant_period")["state"] == "running"


async def test_the_lead_moves_later_with_a_reason_and_what_stood_before_stays(joint: Joint) -> None:
    await joint.propose()
    await joint.agrees(joint.gp, joint.council)
    assert await joint.decide(joint.ours) == "nothing_changes"
    assert await joint.decide(COUNCIL) == "decider_needed"  # nobody leads for whom nobody of theirs has spoken
    assert await joint.decide(COUNCIL, (COUNCIL, "B. Marker")) is None
    assert [each["state"] for each in joint.leads()] == ["proposed", "agreed", "moved"]
    assert joint.told(joint.council, "lead")[-1] | {"decided_by": None} == {
        "state": "decided", "lead": COUNCIL, "yours": True, "rule": "decided", "decided_by": None,
        "reason": "They hold the records; marker.",
    }  # fmt: skip
    assert joint.state(joint.gp) == "released"
    assert await joint.hears(joint.gp, LeadView(agrees=False, reason="x")) == "contribution_released"
    # It comes back to us, though nobody contributes any more.
    assert await joint.decide(joint.ours) is None
    assert await is_ours(joint)
    assert joint.desk.events("lead.moved")[-1]["data"]["ours"] is True


async def test_silence_decides_nothing_and_the_clock_says_so(joint: Joint) -> None:
    await joint.propose()
    joint.desk.at(datetime(2028, 3, 10, 9, tzinfo=UTC))
    await joint.desk.fire("lead_decision", "overdue")
    assert joint.lead()["state"] == "proposed" and not await is_ours(joint)
    assert joint.desk.events("clock.breached")[0]["data"]["clock"] == "lead_decision"
    assert await joint.decide(joint.ours) is None
    assert await is_ours(joint)


async def test_what_is_said_of_a_strangers_contribution_is_refused(joint: Joint, beside: Apart) -> None:
    other = make_body(beside.dsns.migrator, follows=None)
    stranger = await a_desk(beside, other)
    await two_issues(stranger)
    await joint.propose()
    done = await parts.hears(stranger, joint.gp, LeadView(agrees=True))
    assert done.refusal == "unknown_contribution"
    second = await a_desk(beside, joint.desk.body)
    done = await parts.hears(second, joint.gp, LeadView(agrees=True))
    assert done.refusal == "unknown_contribution"
    assert joint.desk.rows("select id from joint_lead_view where complaint_id = %s") == []


async def test_the_steps_are_never_rewritten(joint: Joint) -> None:
    await joint.propose()
    with pytest.raises(Exception, match="append"):
        joint.desk.apart.rows("update joint_lead set lead_code = 'x' where complaint_id = %s", joint.desk.complaint)


async def on_accept(joint: Joint, body: UUID) -> Any:
    """Do what accepting does here, as the answer to an invitation calls it."""
    async with a_case(joint.desk) as case:
        await leading.on_accept(case, await find(case, body))
        await case.session.flush()
