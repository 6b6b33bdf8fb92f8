"""What a life costs its history: events by command and by rung, bytes by payload."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from temporalio.api.enums.v1 import EventType
from temporalio.client import WorkflowHandle

from contracts import names
from contracts.commands import CommandKind
from db import desk_said, said
from db.candour_said import AssessIncident, FlagIncident
from db.consent_said import RecordConsent
from db.escalation_said import AcknowledgeEscalation, RaiseEscalation
from db.joint_messages import Accept, IssueAnswered, to_json
from db.joint_messages import Submission as PartSubmitted
from db.joint_said import NameBody, RecordFromBody
from db.lead_said import SetJointTimescale
from db.referral_said import EnquirySaid, RecordReferral
from runtime.database_roles import DatabaseDsns
from tests.bodies import Body, make_body
from tests.lives import casework as steps
from tests.lives.member import a_member
from tests.lives.steps import acknowledge
from tests.world import World, until

A_COMMAND, A_RUNG, A_LIFE, A_PAYLOAD = 14, 12, 300, 2048
A_ROUND = 20  # of a part: something was said by either side, is carried, and the next is waited for


async def events(world: World, complaint: UUID) -> list[Any]:
    """Return the events of a complaint, without those that skipping time adds."""
    return await events_of(world.handle(complaint))


async def events_of(handle: WorkflowHandle[Any, Any]) -> list[Any]:
    history = await handle.fetch_history()
    return [event for event in history.events if not _of_skipping(event.event_type)]


def _of_skipping(event_type: Any) -> bool:
    name = EventType.Name(event_type)
    return "TIME_SKIPPING" in name or name.endswith("OPTIONS_UPDATED")


def payloads(event: Any) -> list[int]:
    """Return the size of every payload in one event."""
    found: list[int] = []

    def walk(message: Any) -> None:
        if message.DESCRIPTOR.full_name == "temporal.api.common.v1.Payload":
            found.append(message.ByteSize())
            return
        for field, value in message.ListFields():
            if field.message_type is None:
                continue
            for each in value.values() if hasattr(value, "values") else value if hasattr(value, "append") else [value]:
                if hasattr(each, "DESCRIPTOR"):
                    walk(each)

    walk(event)
    return found


async def test_a_command_and_a_rung_keep_to_their_budget_of_events(world: World, body: Body) -> None:
    complaint = await world.log(body, email=None)
    costs: dict[str, int] = {}
    before = len(await events(world, complaint))

    async def cost(name: str) -> None:
        nonlocal before
        await world.settled(complaint)
        after = len(await events(world, complaint))
        costs[name], before = after - before, after

    day = date(2028, 3, 2)
    await world.say(body, complaint, CommandKind.ADD_NOTE, desk_said.AddNote(words="Rang the ward."))
    await cost("add_note")
    await world.say(
        body,
        complaint,
        CommandKind.ACKNOWLEDGE,
        said.Acknowledge(method="call", made_on=day, discussion_offered=True),
    )
    await cost("acknowledge")
    await world.advance_to(datetime(2028, 3, 8, 10, 0, tzinfo=UTC), complaint)  # reminder of settle_period
    await cost("rung")
    fired = await world.rows(body, "select rung from fired_rung where complaint_id = :id", id=complaint)
    assert len(fired) == 1
    assert costs["rung"] <= A_RUNG, costs
    assert max(costs["add_note"], costs["acknowledge"]) <= A_COMMAND, costs
    sizes = [size for event in await events(world, complaint) for size in payloads(event)]
    assert max(sizes) <= A_PAYLOAD, sorted(sizes)[-5:]


async def test_an_involvement_keeps_to_the_same_budget(world: World, body: Body) -> None:
    member = await a_member(world, body)
    costs: dict[str, int] = {}
    before = len(await events_of(member.handle))

    async def cost(name: str) -> None:
        nonlocal before
        after = len(await events_of(member.handle))
        costs[name], before = after - before, after

    for rung, day in (("reminder", 3), ("overdue", 7), ("escalation", 8)):
        await member.to(datetime(2028, 3, day, 10 if rung != "overdue" else 1, 0, tzinfo=UTC))
        await cost(rung)
    await member.told()
    await cost("told")
    fired = await world.rows(body, "select rung from fired_rung where complaint_id = :id", id=member.complaint)
    assert {row["rung"] for row in fired} >= {"reminder", "overdue", "escalation"}
    assert max(costs["reminder"], costs["overdue"], costs["escalation"]) <= A_RUNG, costs
    assert costs["told"] <= A_COMMAND, costs
    sizes = [size for event in await events_of(member.handle) for size in payloads(event)]
    assert max(sizes) <= A_PAYLOAD, sorted(sizes)[-5:]


async def test_what_runs_beside_a_complaint_keeps_to_the_same_budget(world: World, body: Body) -> None:
    """An escalation that nobody answers, an incident and a referral: their rungs, and the commands about them."""
    complaint = await world.log(body, email=None)
    costs: dict[str, int] = {}
    rungs: dict[str, int] = {}

    async def spend(kind: CommandKind, what: said.Said, by: str = "complaints_manager") -> None:
        before = len(await events(world, complaint))
        await steps.must(world, body, complaint, kind, what, by)
        await world.settled(complaint)
        costs[kind.value] = len(await events(world, complaint)) - before

    day = date(2028, 3, 2)
    await spend(CommandKind.RAISE_ESCALATION, RaiseEscalation(reason="She was left.", level="immediate"))
    await spend(CommandKind.FLAG_INCIDENT, FlagIncident(words="A dose was given twice.", became_known_on=day))
    asked = EnquirySaid(what="The file.", asked_on=day, due_on=date(2028, 3, 10))
    referred = RecordReferral(
        kind="ombudsman", body="phso", their_reference="P-1", received_on=day, scope="All.", enquiry=asked
    )
    await spend(CommandKind.RECORD_REFERRAL, referred)
    rows = await world.rows(body, "select id, kind from proceeding where complaint_id = :id", id=complaint)
    ids = {row["kind"]: row["id"] for row in rows}
    handles = {
        kind: world.client.get_workflow_handle(names.proceeding_workflow_id(kind, id)) for kind, id in ids.items()
    }
    # While the calls go on, everything else is said at its usual price.
    for number, minutes in enumerate((2, 15, 15, 30), start=1):
        length = timedelta(minutes=minutes)
        rungs[f"call {number}"] = await _fires(world, body, complaint, handles["escalation"], length)
    await spend(CommandKind.ADD_NOTE, desk_said.AddNote(words="Rang the ward."))
    for kind, days in (("candour", 2), ("referral", 2)):
        rungs[kind] = await _fires(world, body, complaint, handles[kind], timedelta(days=days))
    acknowledged = AcknowledgeEscalation(escalation_id=ids["escalation"])
    await spend(CommandKind.ACKNOWLEDGE_ESCALATION, acknowledged, "responsible_person")
    assessed = AssessIncident(incident_id=ids["candour"], notifiable=True, harm="moderate", reasons="It was.")
    await spend(CommandKind.ASSESS_INCIDENT, assessed)
    assert max(costs.values()) <= A_COMMAND, costs
    assert max(rungs.values()) <= A_RUNG, rungs
    for handle in handles.values():
        assert max(size for event in await events_of(handle) for size in payloads(event)) <= A_PAYLOAD


async def _fires(world: World, body: Body, complaint: UUID, handle: WorkflowHandle[Any, Any], length: timedelta) -> int:
    """Move what runs beside a complaint, from the machine's time at first; return the events for each rung it fired."""
    fired = "select count(*) as number from fired_rung where complaint_id = :id"

    async def quiet() -> bool:
        raw = (await handle.describe()).raw_description
        return not raw.pending_activities and not raw.HasField("pending_workflow_task")

    await until(quiet)
    if not any(event.HasField("timer_fired_event_attributes") for event in await events_of(handle)):
        just_before = world.clock.now() - timedelta(minutes=1)
        await world.skipper.fast_forward(handle, just_before - datetime.now(UTC))
        await until(quiet)
    events_before, rungs_before = len(await events_of(handle)), (await world.row(body, fired, id=complaint))["number"]
    await world.skipper.fast_forward(handle, length)
    await until(quiet)
    rungs = (await world.row(body, fired, id=complaint))["number"] - rungs_before
    assert rungs > 0
    return -(-(len(await events_of(handle)) - events_before) // rungs)


async def test_an_act_about_six_bodies_keeps_to_the_same_budget(world: World, dsns: DatabaseDsns) -> None:
    """All that is said of several bodies at once: one timescale for six, and the end of a complaint with six open."""
    body = make_body(dsns.migrator, follows=None)
    complaint = await world.log(body, email=None)
    await acknowledge(world, body, complaint, date(2028, 3, 2))
    codes = [f"A8100{number}" for number in range(1, 7)]
    issues = await steps.issues(world, body, complaint, *codes)
    party = await world.row(body, "select id from party where complaint_id = :id", id=complaint)
    costs: list[tuple[str, int]] = []
    opened = len(await events(world, complaint))  # with the plan, which is the procedure's and not of any body

    async def spend(kind: CommandKind, what: said.Said) -> None:
        before = len(await events(world, complaint))
        await steps.must(world, body, complaint, kind, what)
        await world.settled(complaint)
        costs.append((kind.value, len(await events(world, complaint)) - before))

    for code, issue in zip(codes, issues, strict=True):
        consent = RecordConsent(
            scope="share_with_body", giver_id=party["id"], basis="statutory", given_on=date(2028, 3, 2), body=code
        )
        await steps.must(world, body, complaint, CommandKind.RECORD_CONSENT, consent)
        named = NameBody(
            code=code, name=f"Practice {code}", body_kind="nhs", bound="regulation_9", way="none", issue_ids=(issue,)
        )
        await spend(CommandKind.NAME_BODY, named)
    rows = await world.rows(body, "select id from contribution where complaint_id = :id order by number", id=complaint)
    for row in rows:
        accepted = RecordFromBody(
            contribution_id=row["id"], kind="accept", body=to_json(Accept(contact="Sam", senior_lead="Kim")),
            how="call", said_on=date(2028, 3, 2),
        )  # fmt: skip
        await spend(CommandKind.RECORD_FROM_BODY, accepted)
    timescale = SetJointTimescale(contribute_by=date(2028, 4, 3), respond_by=date(2028, 5, 2))
    await spend(CommandKind.SET_JOINT_TIMESCALE, timescale)
    for number, row in enumerate(rows, start=1):
        answer = IssueAnswered(number=number, did="Looked.", found="So.", conclusion="upheld", remedy="Sorry.")
        part = to_json(PartSubmitted(issues=(answer,), signed_by="Kim", signed_role="Partner"))
        submitted = RecordFromBody(
            contribution_id=row["id"], kind="submission", body=part, how="letter", said_on=date(2028, 3, 2)
        )
        await spend(CommandKind.RECORD_FROM_BODY, submitted)
    # Six clocks on looking at what they submitted run at once; all of them stop with the complaint.
    await spend(CommandKind.WITHDRAW, said.Withdraw(method="call", withdrawn_on=date(2028, 3, 2)))
    assert max(cost for _, cost in costs) <= A_COMMAND, costs
    sizes = [size for event in (await events(world, complaint))[opened:] for size in payloads(event)]
    assert max(sizes) <= A_PAYLOAD, sorted(sizes)[-5:]


async def test_a_life_of_eight_commands_six_rungs_and_monthly_updates_stays_small(world: World, body: Body) -> None:
    complaint = await world.log(body)
    day = date(2028, 3, 2)
    commands: list[tuple[CommandKind, said.Said]] = [
        (CommandKind.ACKNOWLEDGE, said.Acknowledge(method="call", made_on=day, discussion_offered=True)),
        (CommandKind.RECORD_DISCUSSION, said.RecordDiscussion(result="accepted", recorded_on=day)),
        (
            CommandKind.SET_RESPONSE_PERIOD,
            said.SetResponsePeriod(
                basis="agreed", respond_by=date(2028, 8, 30), update_every_days=30, agreed_with="Pat", agreed_on=day
            ),
        ),
        (CommandKind.ADD_NOTE, desk_said.AddNote(words="A note.")),
    ]
    for kind, what in commands:
        assert (await world.say(body, complaint, kind, what)).state == "applied"
    drafts = await world.rows(body, "select id from notice where complaint_id = :id and state = 'draft'", id=complaint)
    for draft in drafts:
        await world.say(body, complaint, CommandKind.RELEASE_NOTICE, desk_said.ReleaseNotice(notice_id=draft["id"]))
    for _month in range(5):
        await _until_prompted(world, body, complaint)
        await _release_updates(world, body, complaint)
    answer = said.Respond(letter="Sorry.", signed_by=body.person("responsible_person"), outcome="upheld")
    responded = await world.say(body, complaint, CommandKind.RESPOND, answer, by="responsible_person")
    assert responded.state == "applied", responded.refusal
    closed = await world.say(body, complaint, CommandKind.CLOSE, said.Close())
    assert closed.state == "applied", closed.refusal
    await world.handle(complaint).result()
    rungs = await world.rows(body, "select rung from fired_rung where complaint_id = :id", id=complaint)
    assert len(rungs) >= 6
    history = await events(world, complaint)
    assert len(history) <= A_LIFE, len(history)


async def _until_prompted(world: World, body: Body, complaint: UUID) -> None:
    """Move to the day on which the owner is prompted to write the next update."""
    (clock,) = await world.rows(
        body, "select rungs from clock where complaint_id = :id and kind = 'next_update'", id=complaint
    )
    prompt = datetime.fromisoformat(clock["rungs"][0]["at"])
    await world.advance_to(prompt + timedelta(hours=1), complaint)


async def _release_updates(world: World, body: Body, complaint: UUID) -> None:
    drafts = await world.rows(body, "select id from notice where complaint_id = :id and state = 'draft'", id=complaint)
    for draft in drafts:
        released = await world.say(
            body,
            complaint,
            CommandKind.RELEASE_NOTICE,
            desk_said.ReleaseNotice(notice_id=draft["id"], body="Here is how things stand."),
        )
        assert released.state == "applied", released.refusal
