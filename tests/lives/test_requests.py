"""The life of a request to a colleague: silent, chased up to the director, answered late, sent back, accepted."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4

from contracts.commands import CommandKind
from db import request_said
from db.models.office import Absence, Unit
from db.models.organisation import Appointment
from tests.bodies import Body
from tests.lives.steps import acknowledge, agree
from tests.world import World


def at(day: int, hour: int = 12) -> datetime:
    return datetime(2028, 3, day, hour, tzinfo=UTC)


async def the_division(world: World, body: Body) -> None:
    """Appoint a lead of the service, who is away from the thirteenth to the seventeenth, and a director above."""
    division = uuid4()
    async with world.database.tenant(body.id, world.clock.now()) as session:
        session.add(Unit(id=division, organisation_id=body.id, kind="division", code="surgery", name="Surgery"))
        await session.flush()
        for who, role in (
            ("senior_leader", "member"), ("auditor", "service_lead"), ("responsible_person", "divisional_director")
        ):  # fmt: skip
            session.add(
                Appointment(
                    id=uuid4(), organisation_id=body.id, person_id=body.person(who), role=role, unit_id=division,
                    starts_on=date(2028, 1, 1), ends_on=None,
                )
            )  # fmt: skip
        session.add(
            Absence(
                id=uuid4(), organisation_id=body.id, person_id=body.person("auditor"), starts_on=date(2028, 3, 13),
                ends_on=date(2028, 3, 17), cover_id=body.person("operator"), cancelled=False,
            )
        )  # fmt: skip


async def asked_of(world: World, body: Body, complaint: UUID, request: UUID) -> list[tuple[str, str, str]]:
    """Return the rungs of the request that fired, with the role and who was told, in the order they fired."""
    names = {person: role for role, person in body.people.items()}
    rows = await world.rows(
        body,
        "select t.kind, t.role, t.assignee_id from task t where t.complaint_id = :id and t.subject_id = :request"
        " and t.kind like '%.request' order by t.raised_at, t.kind desc",
        id=complaint,
        request=request,
    )
    return [(row["kind"].split(".")[0], row["role"], names[row["assignee_id"]]) for row in rows]


async def test_a_silent_colleague_is_chased_up_to_the_director(world: World, standards: Body) -> None:
    body = standards
    await the_division(world, body)
    complaint = await world.log(body)
    await acknowledge(world, body, complaint, date(2028, 3, 2))
    await agree(world, body, complaint, respond_by=date(2028, 3, 24), every=28)

    async def say(kind: CommandKind, said: Any, by: str) -> None:
        done = await world.say(body, complaint, kind, said, by=by)
        assert done.state == "applied", done.refusal or done.last_failure

    # Thursday the second: asked, with ten working days before the response left to them.
    ask = request_said.RaiseRequest(kind="statement", what="What you saw.", to_person_id=body.person("senior_leader"))
    await say(CommandKind.RAISE_REQUEST, ask, "investigator")
    row = await world.row(body, "select id, due_on from request where complaint_id = :id", id=complaint)
    request = row["id"]
    assert row["due_on"] == date(2028, 3, 10)

    # Wednesday the eighth a reminder; Friday is over; on Monday the lead is away, and the cover is told.
    await world.advance_to(at(9), complaint)
    assert await asked_of(world, body, complaint, request) == [("reminder", "requestee", "senior_leader")]
    await world.advance_to(at(13), complaint)
    told = await asked_of(world, body, complaint, request)
    assert told[1:] == [("overdue", "requestee", "senior_leader"), ("escalation", "service_lead", "operator")]
    # Wednesday: the director; Friday: the complaints manager; a week later the manager again, nothing being given.
    await world.advance_to(at(15), complaint)
    told = await asked_of(world, body, complaint, request)
    assert told[3:] == [("escalation", "divisional_director", "responsible_person")]
    await world.advance_to(at(17), complaint)
    told = await asked_of(world, body, complaint, request)
    assert told[4:] == [("escalation", "complaints_manager", "complaints_manager")]

    # Monday the twentieth: answered at last, and sent back.
    await world.advance_to(at(20), complaint)
    answer = request_said.AnswerRequest(request_id=request, given_on=date(2028, 3, 20), words="I was not there.")
    await say(CommandKind.ANSWER_REQUEST, answer, "senior_leader")
    left = await world.rows(
        body,
        "select id from task where complaint_id = :id and kind like '%.request' and state = 'open'",
        id=complaint,
    )
    assert left == []
    back = request_said.ReviewRequest(request_id=request, accepted=False, reason="Who was, then?")
    await say(CommandKind.REVIEW_REQUEST, back, "investigator")
    row = await world.row(body, "select state, due_on from request where id = :id", id=request)
    # The response is due on Friday: three working days are the least that anybody is given.
    assert (row["state"], row["due_on"]) == ("open", date(2028, 3, 23))

    # The colleague is reminded of the new day, gives what was missing in time, and it is accepted.
    await world.advance_to(at(21), complaint)
    assert (await asked_of(world, body, complaint, request))[5:] == [("reminder", "requestee", "senior_leader")]
    await say(CommandKind.ANSWER_REQUEST, request_said.AnswerRequest(
        request_id=request, given_on=date(2028, 3, 21), words="Nurse B was."), "handler")  # fmt: skip
    await say(CommandKind.REVIEW_REQUEST, request_said.ReviewRequest(request_id=request, accepted=True), "investigator")
    versions = await world.rows(
        body,
        "select v.due_on, v.in_time, v.breached_at is not null as breached from clock_version v"
        " join clock c on c.id = v.clock_id where c.complaint_id = :id and c.kind = 'request' order by v.generation",
        id=complaint,
    )
    assert [tuple(row.values()) for row in versions] == [
        (date(2028, 3, 10), False, True),
        (date(2028, 3, 23), True, False),
    ]
    running = await world.rows(
        body, "select kind from clock where complaint_id = :id and state = 'running' and subject_id = :request",
        id=complaint, request=request,
    )  # fmt: skip
    assert running == []
    # Nobody of all these was told anything but reference, date and kind.
    mails = await world.rows(
        body, "select subject || body as text from notice where complaint_id = :id and audience = 'staff'", id=complaint
    )
    assert len(mails) >= 8
    assert not [mail for mail in mails if "Pat" in mail["text"] or "saw" in mail["text"] or "Nurse" in mail["text"]]
