"""What the machine found, once for all: each as short as it can be told."""

from __future__ import annotations

from datetime import date, timedelta

from contracts.commands import CommandKind
from db import desk_said, said
from db.casework_said import MoveOn
from db.consent_said import RecordConsent
from db.involvement_said import NameStaff
from db.joint_said import NameBody
from tests.bodies import Body
from tests.lives import casework as steps
from tests.lives.casework import must, stands
from tests.lives.machine.life import Life
from tests.lives.machine.look import Looker, instant
from tests.world import World


async def test_what_was_built_on_an_older_version_is_refused_after_the_end_too(world: World, standards: Body) -> None:
    complaint = await world.log(standards, email=None)
    read = (await stands(world, standards, complaint))["version"]
    withdrawn = said.Withdraw(method="call", withdrawn_on=world.clock.now().date())
    await world.say(standards, complaint, CommandKind.WITHDRAW, withdrawn)
    note = desk_said.AddNote(words="She is content.")
    stale = await world.say(standards, complaint, CommandKind.ADD_NOTE, note, if_version=read)
    assert (stale.state, stale.refusal) == ("refused", "stale_version")
    present = (await stands(world, standards, complaint))["version"]
    fresh = await world.say(standards, complaint, CommandKind.ADD_NOTE, note, if_version=present)
    assert fresh.state == "applied"


async def test_what_builds_on_the_version_that_a_rung_of_staff_made_is_applied(world: World, standards: Body) -> None:
    complaint = await world.log(standards, email=None)
    life = Life(world, standards, Looker(world, standards), complaint)
    # The complaint's own reminder would fire at that very moment, and tell its workflow of the version or not.
    by_call = said.Acknowledge(method="call", made_on=world.clock.now().date(), discussion_offered=True)
    await must(world, standards, complaint, CommandKind.ACKNOWLEDGE, by_call)
    locum = NameStaff(kind="locum", name="Lou Locum")
    await must(world, standards, complaint, CommandKind.NAME_STAFF, locum)
    await life.quiet()
    await life.pass_time(timedelta(days=1))  # the reminder to tell them fires beside the complaint's workflow
    look, *_ = await life.quiet()
    assert look.version_heard < look.version
    note = desk_said.AddNote(words="She is content.")
    stale = await world.say(standards, complaint, CommandKind.ADD_NOTE, note, if_version=look.version_heard)
    assert (stale.state, stale.refusal) == ("refused", "stale_version")
    fresh = await world.say(standards, complaint, CommandKind.ADD_NOTE, note, if_version=look.version)
    assert fresh.state == "applied"
    await life.let_go()


async def test_what_a_body_is_asked_for_is_no_event_of_the_complaints_own(world: World, standards: Body) -> None:
    complaint = await world.log(standards, email=None)
    by_call = said.Acknowledge(method="call", made_on=world.clock.now().date(), discussion_offered=True)
    await must(world, standards, complaint, CommandKind.ACKNOWLEDGE, by_call)
    await must(world, standards, complaint, CommandKind.MOVE_ON, MoveOn(reason="It is not simple."))
    (issue,) = await steps.issues(world, standards, complaint, "The wait")
    discussed = said.RecordDiscussion(result="accepted", recorded_on=world.clock.now().date())
    await must(world, standards, complaint, CommandKind.RECORD_DISCUSSION, discussed)
    agreed = said.SetResponsePeriod(
        basis="agreed", respond_by=date(2028, 5, 2), update_every_days=28, agreed_with="Pat Example",
        agreed_on=world.clock.now().date(),
    )  # fmt: skip
    await must(world, standards, complaint, CommandKind.SET_RESPONSE_PERIOD, agreed)
    await steps.release(world, standards, complaint)  # a draft that waits would come up first
    before = (await stands(world, standards, complaint))["next_event_at"]
    party = await world.row(standards, "select id from party where complaint_id = :id", id=complaint)
    given = RecordConsent(scope="share_with_body", giver_id=party["id"], basis="statutory", body="A81001",
                          given_on=world.clock.now().date())  # fmt: skip
    await must(world, standards, complaint, CommandKind.RECORD_CONSENT, given)
    named = NameBody(code="A81001", name="A surgery", body_kind="nhs", bound="regulation_9", way="none",
                     issue_ids=(issue,))  # fmt: skip
    await must(world, standards, complaint, CommandKind.NAME_BODY, named)
    life = Life(world, standards, Looker(world, standards), complaint)
    look, happening, _ = await life.quiet()
    (waits,) = look.rows("clock", kind="body_acceptance")
    assert waits["contribution_id"] is not None
    assert min(instant(each["at"]) for each in waits["rungs"]) < before, "else nothing is shown"
    assert (await stands(world, standards, complaint))["next_event_at"] == before
    assert happening is not None and happening.next_rung is not None and happening.next_rung.at == before
    await life.let_go()
