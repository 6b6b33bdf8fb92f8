"""Steps of tests about escalations: the rota, an escalation raised, its ladder climbed, and what seniors say of it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from contracts.commands import CommandKind
from db import escalation_said as said
from tests.activities.office_desk import Desk

K = CommandKind
REASON = "She was left for nine hours."


def a_person(desk: Desk, name: str, *, email: bool = True) -> str:
    """Add somebody who works there, under a name by which steps know them."""
    desk.body.people[name] = uuid4()
    desk.apart.rows(
        "insert into person (id, organisation_id, subject, name, email, active) values (%s, %s, %s, %s, %s, true)",
        *(desk.body.person(name), desk.body.id, name, name.title(), f"{name}@example.org" if email else None),
    )
    return name


def on_rota(
    desk: Desk,
    who: str,
    place: int,
    hours: str = "both",
    first: date = date(2028, 1, 1),
    last: date | None = None,
    mobile: str | None = None,
) -> None:
    if who not in desk.body.people:
        a_person(desk, who)
    desk.apart.rows(
        "insert into rota (id, organisation_id, person_id, place, hours, first_on, last_on, mobile)"
        " values (%s, %s, %s, %s, %s, %s, %s, %s)",
        *(uuid4(), desk.body.id, desk.body.person(who), place, hours, first, last, mobile),
    )


async def escalate(desk: Desk, level: str = "serious", by: str | None = "handler", **more: Any) -> UUID:
    what = said.RaiseEscalation(reason=REASON, level=level, **more)  # type: ignore[arg-type]
    await desk.must(K.RAISE_ESCALATION, what, by)
    return UUID(escalations(desk)[-1]["id"])


def escalations(desk: Desk) -> list[dict[str, Any]]:
    return desk.rows(
        "select e.*, p.number from escalation e join proceeding p on p.id = e.id where e.complaint_id = %s"
        " order by p.number"
    )


def escalation(desk: Desk) -> dict[str, Any]:
    (found,) = escalations(desk)
    return found


def state(desk: Desk, escalation_id: UUID) -> str:
    found = desk.rows(f"select state from proceeding where complaint_id = %s and id = '{escalation_id}'")
    return str(found[0]["state"])


def calls(desk: Desk) -> list[tuple[str, str | None, str]]:
    """Return who was called at which step, by the names that tests know, and what came of it.

    Calls are numbered within their escalation: those of the one that was raised first come first.
    """
    names = {str(person_id): name for name, person_id in desk.body.people.items()}
    found = desk.rows(
        "select c.* from escalation_call c join escalation e on e.id = c.escalation_id"
        " where c.complaint_id = %s order by e.raised_at, c.number"
    )
    return [(each["step"], names.get(each["person_id"]), each["outcome"]) for each in found]


async def climb(desk: Desk, kind: str, *rungs: str) -> None:
    """Fire rungs of a clock, each at its own instant."""
    for rung in rungs:
        row = next(each for each in desk.clock(kind)["rungs"] if each["rung"] == rung)
        desk.apart.engine.now = datetime.fromisoformat(row["at"])
        verdict = await desk.fire(kind, rung)
        assert verdict.refusal is None, verdict


async def acknowledge(desk: Desk, escalation_id: UUID, by: str | None = "senior_leader") -> str | None:
    return (
        await desk.do(K.ACKNOWLEDGE_ESCALATION, said.AcknowledgeEscalation(escalation_id=escalation_id), by)
    ).refusal


async def pass_on(desk: Desk, escalation_id: UUID, by: str | None) -> str | None:
    what = said.PassEscalation(escalation_id=escalation_id, reason="I am in theatre.")
    return (await desk.do(K.PASS_ESCALATION, what, by)).refusal


async def decide(
    desk: Desk, escalation_id: UUID, decision: str, by: str | None = "senior_leader", **more: Any
) -> str | None:
    what = said.DecideEscalation(
        escalation_id=escalation_id,
        decision=decision,  # type: ignore[arg-type]
        reason=more.pop("reason", "It is the third."),
        **more,
    )
    return (await desk.do(K.DECIDE_ESCALATION, what, by)).refusal


async def follow(
    desk: Desk, escalation_id: UUID, by: str | None = "senior_leader", words: str = "On track.", **more: Any
) -> str | None:
    what = said.FollowEscalation(escalation_id=escalation_id, words=words, **more)
    return (await desk.do(K.FOLLOW_ESCALATION, what, by)).refusal


def assigned(desk: Desk, kind: str) -> list[str]:
    """Return who has the open tasks of a kind."""
    names = {str(person_id): name for name, person_id in desk.body.people.items()}
    return sorted(names.get(each["assignee_id"], "") for each in desk.tasks(kind))


def running(desk: Desk) -> set[str]:
    found = desk.rows(
        "select kind from clock where complaint_id = %s and state = 'running' and proceeding_id is not null"
    )
    return {each["kind"] for each in found}
