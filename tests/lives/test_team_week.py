"""A week of a complaints team: absences, a leaver, late post, a date put right, a letter to the wrong person.

The bulk reassignment of three hundred cases in the same week, with the worker killed in the middle of it, is in
`tests/faults/test_bulk_killed.py`: a worker that is killed has to be a process of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from contracts import names
from contracts.commands import CommandKind
from contracts.leavers import LeaverStart
from db import desk_said
from db.models.office import Absence, Leaver, OfficeEvent
from db.models.organisation import Appointment
from db.office_said import Correct, DecideCorrection, LetterMisdirected, ReceiptCorrected
from tests.bodies import Body
from tests.lives.steps import acknowledge, agree, drafts, fired
from tests.world import World, until

# The week begins on Thursday 2 March 2028 at ten, and ends on the Saturday of the week after.
FRIDAY_THE_TENTH = date(2028, 3, 10)


def at(day: int, hour: int, minute: int = 30) -> datetime:
    """Return an instant of this March (in winter London is UTC)."""
    return datetime(2028, 3, day, hour, minute, tzinfo=UTC)


async def away(world: World, body: Body, who: str, first: date, last: date, cover: str | None) -> None:
    """Put an absence on record."""
    async with world.database.tenant(body.id, world.clock.now()) as session:
        session.add(
            Absence(
                id=uuid4(), organisation_id=body.id, person_id=body.person(who), starts_on=first, ends_on=last,
                cover_id=body.person(cover) if cover else None, cancelled=False,
            )
        )  # fmt: skip


async def leaves(world: World, body: Body, who: str, successor: str) -> UUID:
    """Announce that somebody leaves, and start what owns it, at the world's time."""
    leaver, now = uuid4(), world.clock.now()
    async with world.database.tenant(body.id, now) as session:
        session.add(
            Leaver(
                id=leaver, organisation_id=body.id, person_id=body.person(who), last_day=FRIDAY_THE_TENTH,
                successor_id=body.person(successor), state="announced", announced_at=now,
            )
        )  # fmt: skip
        session.add(
            OfficeEvent(
                id=uuid4(), organisation_id=body.id, kind="leaver.announced", subject_id=leaver, at=now,
                actor_id=body.person("complaints_manager"), role="complaints_manager", data={},
                caller="complaints_manager", route="/leaving", idempotency_key=uuid4().hex, body_hash="0" * 64,
            )
        )  # fmt: skip
    await world.engine.tell_leaver(LeaverStart(organisation_id=body.id, leaver_id=leaver))
    handle = world.client.get_workflow_handle(names.leaver_workflow_id(leaver))
    await world.skipper.fast_forward(handle, now - datetime.now(UTC))
    return leaver


async def open_tasks(world: World, body: Body, complaint: UUID, kind: str) -> list[UUID | None]:
    """Return who has the open tasks of a kind about a complaint."""
    rows = await world.rows(
        body,
        "select assignee_id from task where complaint_id = :id and kind = :kind and state = 'open'",
        id=complaint,
        kind=kind,
    )
    return [row["assignee_id"] for row in rows]


async def versions(world: World, body: Body, complaint: UUID, clock: str) -> Sequence[Any]:
    return await world.rows(
        body,
        "select v.generation, v.started_on, v.due_on, v.cause, v.breached_at, v.proof from clock_version v"
        " join clock c on c.id = v.clock_id where c.complaint_id = :id and c.kind = :clock order by v.generation",
        id=complaint,
        clock=clock,
    )


async def test_a_week_of_a_complaints_team(world: World, body: Body) -> None:
    handler, manager, responsible = (
        body.person(each) for each in ("handler", "complaints_manager", "responsible_person")
    )
    # The investigator covers for the handler from Monday to Wednesday; the senior leader is the manager's deputy.
    await away(world, body, "handler", date(2028, 3, 6), date(2028, 3, 8), cover="investigator")
    await away(world, body, "complaints_manager", date(2028, 3, 7), date(2028, 3, 9), cover=None)
    async with world.database.tenant(body.id, world.clock.now()) as session:
        session.add(
            Appointment(
                id=uuid4(), organisation_id=body.id, person_id=body.person("senior_leader"),
                role="deputy_complaints_manager", starts_on=date(2028, 1, 1), ends_on=None,
            )
        )  # fmt: skip

    # Thursday. One complaint of today, one whose letter has been in the post room since 21 February, and one more.
    today = await world.log(body, owner_id=handler, email=None)
    late_post = await world.log(body, owner_id=handler, received_on=date(2028, 2, 21))
    second = await world.log(body, owner_id=handler, email=None)
    cases = (today, late_post, second)
    await world.settled(late_post)

    # Logged late, it keeps its true day of receipt, and is overdue on arrival; that is not the system's lateness.
    rungs = await world.rows(
        body, "select rung, late from fired_rung where complaint_id = :id order by due_at", id=late_post
    )
    assert [(row["rung"], row["late"]) for row in rungs] == [
        ("overdue", False), ("escalation_1", False), ("escalation_2", False),
    ]  # fmt: skip
    assert await open_tasks(world, body, late_post, "overdue.acknowledgement") == [handler]

    # A letter is addressed to the wrong person before anybody has posted it.
    await acknowledge(world, body, second, date(2028, 3, 2))
    await agree(world, body, second, respond_by=date(2028, 4, 28), every=14)
    (draft,) = await drafts(world, body, second)
    released = desk_said.ReleaseNotice(notice_id=draft["id"])
    assert (await world.say(body, second, CommandKind.RELEASE_NOTICE, released)).state == "applied"
    assert await open_tasks(world, body, second, "post_letter") == [handler]
    wrong = Correct(correction=LetterMisdirected(notice_id=draft["id"]), reason="It has the neighbour's address.")
    assert (await world.say(body, second, CommandKind.CORRECT, wrong)).state == "applied"
    letter = await world.row(body, "select state from notice where id = :id", id=draft["id"])
    assert letter["state"] == "withheld"
    assert await open_tasks(world, body, second, "post_letter") == []
    assert await open_tasks(world, body, second, "write_again") == [handler]
    assert await open_tasks(world, body, second, "information_governance") == []  # it never left

    # The post room finds the envelope: the complaint of today was received on Tuesday 29 February.
    (before,) = await versions(world, body, today, "acknowledgement")
    moved = Correct(correction=ReceiptCorrected(received_on=date(2028, 2, 29)), reason="Stamped by the post room.")
    asked = await world.say(body, today, CommandKind.CORRECT, moved)
    assert asked.state == "applied", asked.refusal
    assert [row["due_on"] for row in await versions(world, body, today, "acknowledgement")] == [date(2028, 3, 7)]
    correction = await world.row(body, "select id from correction where complaint_id = :id", id=today)
    approve = DecideCorrection(correction_id=correction["id"], approved=True)
    own = await world.say(body, today, CommandKind.DECIDE_CORRECTION, approve)
    assert (own.state, own.refusal) == ("refused", "same_person")
    decided = await world.say(body, today, CommandKind.DECIDE_CORRECTION, approve, by="complaints_manager")
    assert decided.state == "applied", decided.refusal
    old, new = await versions(world, body, today, "acknowledgement")
    assert (old["due_on"], old["proof"]) == (date(2028, 3, 7), before["proof"])
    assert (new["cause"], new["started_on"], new["due_on"]) == ("corrected", date(2028, 2, 29), date(2028, 3, 3))

    # Friday: the handler is there and is reminded; at its end the corrected date has passed.
    await world.advance_to(at(3, 12), *cases)
    assert set(await open_tasks(world, body, today, "reminder.acknowledgement")) == {handler}

    # Monday: the handler is away, and what would be theirs is the cover's.
    await world.advance_to(at(6, 12), *cases)
    assert ("acknowledgement", "overdue") in await fired(world, body, today)
    assert body.person("investigator") not in await open_tasks(world, body, today, "overdue.acknowledgement")
    escalated = await open_tasks(world, body, today, "escalation.acknowledgement")
    assert escalated == [manager]

    # Wednesday: the manager is away without cover, and the deputy stands in.
    await world.advance_to(at(8, 12), *cases)
    # One date missed wakes no senior: it is in the digest of the week.
    assert responsible not in await open_tasks(world, body, today, "escalation.acknowledgement")
    missed = await world.rows(body, "select clock from digest_item where complaint_id = :id", id=today)
    assert [row["clock"] for row in missed] == ["acknowledgement"]
    mine = await world.rows(
        body,
        "select t.kind, t.assignee_id from task t where t.complaint_id = :id and t.raised_at > :since",
        id=late_post,
        since=at(6, 23),
    )
    assert handler not in {row["assignee_id"] for row in mine}

    # The handler leaves on Friday the tenth. The successor has the cases at once; the account ends with the last day.
    leaver = await leaves(world, body, "handler", successor="investigator")
    handle = world.client.get_workflow_handle(names.leaver_workflow_id(leaver))

    async def handed_over() -> bool:
        rows = await world.rows(body, "select owner_id from complaint")
        return {row["owner_id"] for row in rows} == {body.person("investigator")}

    await until(handed_over)
    operation = await world.row(body, "select id from bulk_operation where leaver_id = :id", id=leaver)
    await world.client.get_workflow_handle(names.bulk_workflow_id(operation["id"])).result()
    assert set(await open_tasks(world, body, today, "overdue.acknowledgement")) == {body.person("investigator")}
    await world.skipper.fast_forward(handle, at(11, 0, 5) - world.clock.now())
    await handle.result()
    gone = await world.row(body, "select active from person where id = :id", id=handler)
    assert gone["active"] is False

    # Saturday: no case has lost its clocks, and the old date, proof and breach are where they were.
    await world.advance_to(at(11, 12), *cases)
    left = await world.rows(body, "select id, next_event_at, attention from complaint where open")
    assert {row["id"] for row in left} == set(cases)
    assert all(row["next_event_at"] > world.clock.now() and row["attention"] is None for row in left)
    old, new = await versions(world, body, today, "acknowledgement")
    assert old["breached_at"] is None and new["breached_at"] is not None
    assert timedelta() <= new["breached_at"] - datetime(2028, 3, 4, tzinfo=UTC) < timedelta(minutes=1)
