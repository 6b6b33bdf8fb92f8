"""The recorded lives of contributions, at the body that coordinates, and of complaints that several bodies answer."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

from contracts import names
from contracts.commands import CommandKind
from contracts.joint import PROTOCOL, ContributionStart
from db import desk_said, said
from db.body_request_said import AskBody
from db.joint_messages import ActionPromised, ToLead, kind_of, to_json
from db.joint_said import FromBody, ReleaseContribution
from db.submission_said import ApproveContribution, RequestRevision
from tests.contributing import THURSDAY, Contributing, a_part, accept, contribute, owe
from tests.replay.record import Studio

K = CommandKind


async def _kept(studio: Studio, name: str, one: Contributing) -> None:
    await one.settled()
    await studio.keep(f"contribution/{name}", one.handle)


async def _from_body(one: Contributing, message: ToLead) -> str | None:
    """Have the body say something itself; return why it was refused, if it was."""
    message_id = uuid4()
    what = FromBody(
        contribution_id=one.id, message_id=message_id, protocol=PROTOCOL, kind=kind_of(message), body=to_json(message),
        via="page",
    )  # fmt: skip
    done = await one.world.say(one.body, one.complaint, K.FROM_BODY, what, by=None)
    assert done.state == "applied", done.refusal or done.last_failure
    refusals = await one.column("select refusal from joint_message where contribution_id = :id order by said_at, seq")
    return next((each for each in refusals if each is not None), None)


async def silent_then_answering(studio: Studio) -> None:
    """Invited, reminded, overdue, chased at the top of its ladder; it accepts late, submits, and is let go."""
    world = studio.world
    one = await contribute(world, studio, studio.body())
    await _kept(studio, "invited", one)
    await studio.complaint("invited_a_body", one.complaint)
    for name, day, hour in (
        ("after_a_reminder", date(2028, 3, 7), 9),
        ("overdue", date(2028, 3, 10), 0),
        ("after_escalations", date(2028, 3, 16), 9),
        ("after_a_chase", date(2028, 3, 23), 9),
    ):
        await one.to(day, hour)
        await _kept(studio, name, one)
    await one.hear(accept())
    await _kept(studio, "accepted", one)
    ask = AskBody(contribution_id=one.id, what="Your rota.", due_on=date(2028, 4, 6))
    await one.say(K.ASK_BODY, ask)
    await _kept(studio, "asked", one)
    foreign = replace(a_part(), issues=(replace(a_part().issues[0], number=7),))
    assert await _from_body(one, foreign) is not None
    await studio.complaint("heard_and_refused_a_body", one.complaint)
    await one.hear(a_part())
    await _kept(studio, "submitted", one)
    again = RequestRevision(contribution_id=one.id, reason="Which ward?", due_on=date(2028, 4, 13))
    await one.say(K.REQUEST_REVISION, again)
    await _kept(studio, "sent_back", one)
    await one.hear(a_part())
    await one.say(K.APPROVE_CONTRIBUTION, ApproveContribution(contribution_id=one.id))
    await _kept(studio, "approved", one)
    await studio.complaint("approved_a_part", one.complaint)
    await one.say(K.RELEASE_CONTRIBUTION, ReleaseContribution(contribution_id=one.id, reason="It is all there."))
    await one.handle.result()
    await studio.keep("contribution/released", one.handle)
    await studio.complaint("let_go_of_a_body", one.complaint)


async def with_an_action(studio: Studio) -> None:
    """A part is approved with an action promised in it: its clock runs on, and so does the workflow."""
    one = await contribute(studio.world, studio, studio.body())
    await one.hear(accept())
    action = ActionPromised(action_id=uuid4(), what="A course.", due_on=date(2028, 5, 2))
    promised = replace(a_part(), actions=(action,))
    await one.hear(promised)
    await one.say(K.APPROVE_CONTRIBUTION, ApproveContribution(contribution_id=one.id))
    await _kept(studio, "approved_with_an_action", one)
    await one.to(date(2028, 5, 3), 10)
    await _kept(studio, "action_overdue", one)


async def after_the_complaint(studio: Studio) -> None:
    """The complaint is withdrawn: the body is let go of. One that owes more begins anew, and outlives it."""
    world, body = studio.world, studio.body()
    one = await contribute(world, studio, body)
    await one.say(K.WITHDRAW, said.Withdraw(method="call", withdrawn_on=THURSDAY))
    await world.handle(one.complaint).result()
    await one.handle.result()
    await studio.keep("contribution/ended_with_its_complaint", one.handle)
    one.ended = True
    owe(studio, one, "body_action")
    start = ContributionStart(organisation_id=body.id, complaint_id=one.complaint, contribution_id=one.id)
    await world.engine.tell_contribution(start)
    await one.settled()
    await world.skipper.fast_forward(one.handle, world.clock.now() - datetime.now(UTC))
    await one.to(date(2028, 3, 10), 0)
    await _kept(studio, "outlives_its_complaint", one)


async def misfortunes(studio: Studio) -> None:
    """A rung that waits for what was said before it; one that fails and fires once mended; a press on "Cancel"."""
    world, body = studio.world, studio.body()
    one = await contribute(world, studio, body)
    await world.say(body, one.complaint, K.ADD_NOTE, desk_said.AddNote(words="Said in time."), deliver=False)
    await _past_due(one)
    await _kept(studio, "rung_deferred", one)
    await world.deliver(body, one.complaint)
    await _alone(one, world.clock.time + timedelta(minutes=5))
    await _kept(studio, "rung_fired_after_deferral", one)
    await one.handle.cancel()
    await _kept(studio, "cancel_pressed", one)

    world.clock.time = datetime(2028, 3, 2, 10, 0, tzinfo=UTC)
    other = await contribute(world, studio, studio.body())
    rungs = (await other.row("select rungs from clock where contribution_id = :id"))["rungs"]
    _write_rungs(studio, other, [{**rungs[0], "does": None}, *rungs[1:]])
    await _past_due(other)
    await _kept(studio, "needs_attention", other)
    _write_rungs(studio, other, rungs)
    await _alone(other, world.clock.time + timedelta(minutes=15))
    await _kept(studio, "rung_fired_once_mended", other)


async def _past_due(one: Contributing) -> None:
    """Move a contribution until half a minute after its next rung has fallen due."""
    due = (await one.shown())[names.SA_NEXT_DUE_AT]
    await _alone(one, due + timedelta(seconds=30))


async def _alone(one: Contributing, instant: datetime) -> None:
    """Move the contribution's workflow, and the world's time with it; the complaint's stays where it is."""
    await one.world.skipper.fast_forward(one.handle, instant - one.world.clock.time)
    one.world.clock.time = instant
    await one.settled()


def _write_rungs(studio: Studio, one: Contributing, rungs: list[object]) -> None:
    studio.write("update clock set rungs = %s where contribution_id = %s", json.dumps(rungs), one.id)


async def unknown_contribution(studio: Studio) -> None:
    """Nobody knows of this one: it cannot look, and waits to try again."""
    id = uuid4()
    await studio.world.engine.tell_contribution(
        ContributionStart(organisation_id=studio.body().id, complaint_id=uuid4(), contribution_id=id)
    )
    await studio.keep_waiting("contribution/cannot_look", names.contribution_workflow_id(id))


async def long_contribution(studio: Studio) -> None:
    """Told of so much that it begins a new run."""
    world, body = studio.world, studio.body()
    one = await contribute(world, studio, body)
    first = (await one.handle.describe()).run_id
    start = ContributionStart(organisation_id=body.id, complaint_id=one.complaint, contribution_id=one.id)
    while (await one.handle.describe()).run_id == first:
        await world.engine.tell_contribution(start)
        await one.settled()
    ended = world.client.get_workflow_handle(one.handle.id, run_id=first)
    await studio.keep("contribution/run_that_ended", ended)
    await _kept(studio, "run_that_began", one)
    await one.to(date(2028, 3, 7), 9)
    await _kept(studio, "run_that_went_on", one)


CONTRIBUTION_LIVES = [
    silent_then_answering,
    with_an_action,
    after_the_complaint,
    misfortunes,
    unknown_contribution,
]
