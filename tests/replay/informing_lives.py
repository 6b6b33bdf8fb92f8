"""The recorded lives of keeping everyone informed: staff complained about, promises, consents, plans and formats."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

from contracts import names
from contracts.commands import CommandKind
from contracts.involvements import InvolvementStart
from db import consent_said, contact_plan_said, desk_said, office_said, promise_said, said
from db.delivery_said import RecordDelivery
from db.involvement_said import EndStaff
from db.party_said import NeedsSaid
from db.staff_said import InformStaff
from tests.bodies import Body
from tests.lives.casework import must
from tests.lives.member import Member, a_member
from tests.lives.steps import acknowledge
from tests.replay.record import Studio
from tests.world import MORNING, World

DAY = MORNING.date()
K = CommandKind


async def _kept(studio: Studio, name: str, member: Member) -> None:
    await member.settled()
    await studio.keep(f"involvement/{name}", member.handle)


def _end(member: Member) -> EndStaff:
    return EndStaff(involvement_id=member.id, cause="not_concerned", words="It was another ward.")


async def named_then_told(studio: Studio) -> None:
    """Named, reminded of, overdue; told late, supported by nobody, and let go of while the complaint goes on."""
    world, body = studio.world, studio.body()
    member = await a_member(world, body)
    await _kept(studio, "named", member)
    await studio.complaint("with_a_member_of_staff", member.complaint)
    await member.to(datetime(2028, 3, 3, 10, 0, tzinfo=UTC))
    await _kept(studio, "after_a_reminder", member)
    await member.to(datetime(2028, 3, 8, 10, 0, tzinfo=UTC))
    await _kept(studio, "after_escalations", member)
    await member.told()
    await _kept(studio, "told", member)
    await member.to(datetime(2028, 3, 14, 1, 0, tzinfo=UTC))
    await _kept(studio, "told_and_overdue", member)
    await must(world, body, member.complaint, K.END_STAFF, _end(member))
    await member.handle.result()
    await studio.keep("involvement/ended", member.handle)


async def put_off(studio: Studio) -> None:
    """Not to be told for now; the review is asked for, falls due, and is put off again."""
    member = await a_member(studio.world, studio.body())
    await member.deferred(13)
    await _kept(studio, "deferred", member)
    await member.to(datetime(2028, 3, 16, 1, 0, tzinfo=UTC))
    await _kept(studio, "deferral_overdue", member)
    await member.deferred(14)
    await _kept(studio, "deferred_again", member)


async def after_the_end(studio: Studio) -> None:
    """The complaint is over: they are still owed what came of it, are told, and it ends."""
    world, body = studio.world, studio.body()
    member = await a_member(world, body)
    await member.told()
    await member.say(K.WITHDRAW, said.Withdraw(method="call", withdrawn_on=DAY))
    await world.handle(member.complaint).result()
    await _kept(studio, "outlives_its_complaint", member)
    outcome = InformStaff(involvement_id=member.id, about="outcome", informed_on=DAY, how="call")
    await member.say(K.INFORM_STAFF, outcome)
    await _kept(studio, "outcome_told", member)
    await member.to(datetime(2028, 3, 17, 1, 0, tzinfo=UTC), alone=True)
    await _kept(studio, "experience_overdue", member)
    await must(world, body, member.complaint, K.END_STAFF, _end(member))
    await member.handle.result()
    await studio.keep("involvement/ended_after_the_complaint", member.handle)


async def misfortunes_of_a_rung(studio: Studio) -> None:
    """A rung that waits for what was said before it; one that fails and fires once mended; a press on "Cancel"."""
    world, body = studio.world, studio.body()
    member = await a_member(world, body)
    await world.say(body, member.complaint, K.ADD_NOTE, desk_said.AddNote(words="Said in time."), deliver=False)
    await _past_due(member)
    await _kept(studio, "rung_deferred", member)
    await world.deliver(body, member.complaint)
    await member.to(world.clock.time + timedelta(minutes=5), alone=True)
    await _kept(studio, "rung_fired_after_deferral", member)
    await member.handle.cancel()
    await _kept(studio, "cancel_pressed", member)

    world.clock.time = MORNING
    other = await a_member(world, body)
    rungs = (await other.row("select rungs from clock where involvement_id = :id"))["rungs"]
    _write_rungs(studio, other, [{**rungs[0], "does": None}, *rungs[1:]])
    await _past_due(other)
    await _kept(studio, "needs_attention", other)
    _write_rungs(studio, other, rungs)
    await other.to(world.clock.time + timedelta(minutes=15), alone=True)
    await _kept(studio, "rung_fired_once_mended", other)


async def _past_due(member: Member) -> None:
    """Move a member of staff until half a minute after their next rung has fallen due."""
    shown = (await member.handle.describe()).typed_search_attributes
    (due,) = [pair.value for pair in shown if pair.key.name == names.SA_NEXT_DUE_AT]
    await member.to(due + timedelta(seconds=30), alone=True)


def _write_rungs(studio: Studio, member: Member, rungs: list[object]) -> None:
    studio.write("update clock set rungs = %s where involvement_id = %s", json.dumps(rungs), member.id)


async def long_involvement(studio: Studio) -> None:
    """Told of so much that it begins a new run."""
    world, body = studio.world, studio.body()
    member = await a_member(world, body)
    first = (await member.handle.describe()).run_id
    start = InvolvementStart(organisation_id=body.id, complaint_id=member.complaint, involvement_id=member.id)
    while (await member.handle.describe()).run_id == first:
        await world.engine.tell_involvement(start)
        await member.settled()
    workflow_id = names.involvement_workflow_id(member.id)
    ended = world.client.get_workflow_handle(workflow_id, run_id=first)
    await studio.keep("involvement/run_that_ended", ended)
    await _kept(studio, "run_that_began", member)
    await member.to(datetime(2028, 3, 3, 10, 0, tzinfo=UTC))
    await _kept(studio, "run_that_went_on", member)


async def version_ahead(studio: Studio) -> None:
    """A rung of staff's clocks has made a version that the complaint's workflow does not know; a note builds on it."""
    world, body = studio.world, studio.body()
    member = await a_member(world, body)
    await _past_due(member)
    row = await world.row(body, "select version from complaint where id = :id", id=member.complaint)
    note = desk_said.AddNote(words="Built on what is shown.")
    done = await world.say(body, member.complaint, K.ADD_NOTE, note, if_version=row["version"])
    assert done.state == "applied", done.refusal
    await studio.complaint("version_ahead", member.complaint)


async def unknown_involvement(studio: Studio) -> None:
    """Nobody knows of this one: it cannot look, and waits to try again."""
    id = uuid4()
    await studio.world.engine.tell_involvement(
        InvolvementStart(organisation_id=studio.body().id, complaint_id=uuid4(), involvement_id=id)
    )
    await studio.keep_waiting("involvement/cannot_look", names.involvement_workflow_id(id))


async def promised(studio: Studio) -> None:
    world, body = studio.world, studio.body(follows=None)
    complaint = await world.log(body, email=None)
    await acknowledge(world, body, complaint, DAY)
    call = promise_said.MakePromise(kind="call", what="We ring you.", due_on=date(2028, 3, 6))
    await must(world, body, complaint, K.MAKE_PROMISE, call)
    rhythm = promise_said.MakePromise(kind="update", what="An update.", every_days=14)
    await must(world, body, complaint, K.MAKE_PROMISE, rhythm)
    await studio.complaint("promised", complaint)
    await world.advance_to(datetime(2028, 3, 7, 12, 0, tzinfo=UTC), complaint)
    await studio.complaint("promise_broken", complaint)
    row = await world.row(body, "select id from promise where complaint_id = :id and kind = 'update'", id=complaint)
    kept = promise_said.KeepPromise(promise_id=row["id"], kept_on=date(2028, 3, 7), words="Rang.")
    await must(world, body, complaint, K.KEEP_PROMISE, kept)
    await studio.complaint("promise_kept", complaint)


async def _party(world: World, body: Body, complaint: UUID, role: str = "complainant") -> UUID:
    rows = await world.rows(body, "select id, role from party where complaint_id = :id", id=complaint)
    return next(UUID(str(row["id"])) for row in rows if row["role"] == role)


async def consented(studio: Studio) -> None:
    """Somebody else is told under a consent with a last day, which runs out; behaviour has a plan with a review."""
    world, body = studio.world, studio.body(follows=None)
    people = (
        said.PartySaid(role="complainant", name="Dee", email="dee@example.org"),
        said.PartySaid(role="affected", name="Mum"),
    )
    complaint = await world.log(body, parties=people)
    await acknowledge(world, body, complaint, DAY)
    dee, mum = [await _party(world, body, complaint, role) for role in ("complainant", "affected")]
    consent = consent_said.RecordConsent(
        scope="correspond", giver_id=mum, recipient_id=dee, basis="statutory", given_on=DAY,
        expires_on=date(2028, 3, 13),
    )  # fmt: skip
    await must(world, body, complaint, K.RECORD_CONSENT, consent)
    await studio.complaint("consent_with_a_last_day", complaint)
    plan = contact_plan_said.DecideContactPlan(
        party_id=dee, measures=contact_plan_said.Measures(channels=("letter",)), reasons="Threats.",
        adjustments_considered="None.", review_on=date(2028, 3, 20), no_warning="threats",
        no_warning_because="To a nurse.",
    )  # fmt: skip
    await must(world, body, complaint, K.DECIDE_CONTACT_PLAN, plan, "responsible_person")
    await studio.complaint("under_a_contact_plan", complaint)
    await world.advance_to(datetime(2028, 3, 15, 12, 0, tzinfo=UTC), complaint)
    await studio.complaint("consent_ran_out", complaint)
    anew = replace(consent, given_on=date(2028, 3, 15), expires_on=date(2028, 6, 30))
    await must(world, body, complaint, K.RECORD_CONSENT, anew)
    row = await world.row(
        body, "select id from consent where complaint_id = :id and expires_on > '2028-06-01'", id=complaint
    )
    back = consent_said.WithdrawConsent(
        consent_id=row["id"], withdrawn_on=world.clock.time.date(), withdrawn_by=mum, how="call", words="No more."
    )
    await must(world, body, complaint, K.WITHDRAW_CONSENT, back)
    await studio.complaint("consent_withdrawn", complaint)


async def owed_in_a_format(studio: Studio) -> None:
    """A letter that its reader cannot read is released; somebody supplies it in Easy Read."""
    world, body = studio.world, studio.body(follows=None)
    pat = said.PartySaid(
        role="complainant", name="Pat Example", address="1 Example Street, Exampleton",
        needs=NeedsSaid(preferred_channel="letter", formats=("easy_read",)),
    )  # fmt: skip
    complaint = await world.log(body, parties=(pat,))
    await acknowledge(world, body, complaint, DAY)
    letter = office_said.SendUpdate(subject="How it stands", body="We wait for the ward.")
    await must(world, body, complaint, K.SEND_UPDATE, letter)
    await studio.complaint("owes_a_format", complaint)
    rows = await world.rows(
        body, "select id from notice where complaint_id = :id and failure = 'format_owed'", id=complaint
    )
    for row in rows:
        supplied = RecordDelivery(notice_id=row["id"], what="supplied_in_format", on=DAY)
        await must(world, body, complaint, K.RECORD_DELIVERY, supplied)
    await studio.complaint("format_supplied", complaint)


INFORMING_LIVES = [
    named_then_told,
    put_off,
    after_the_end,
    misfortunes_of_a_rung,
    version_ahead,
    unknown_involvement,
    promised,
    consented,
    owed_in_a_format,
]
