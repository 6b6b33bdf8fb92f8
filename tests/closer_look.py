"""What is said on the way to a closer look: bodies that every test of it shares, and a practice of one person."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import psycopg

from contracts.commands import CommandKind
from db import casework_said, eligibility_said, said
from tests.activities.office_desk import Desk
from tests.bodies import ROLES, Body, make_body, plain

TRAINED: dict[str, Any] = {"training": "Complaint investigation, level 2", "trained_on": date(2027, 5, 4)}


def an_issue(**changes: Any) -> casework_said.IssueSaid:
    values = {"summary": "Nine hours' wait", "effect": "Pain all night", "outcome_sought": "An explanation"}
    return casework_said.IssueSaid(**(values | changes))


def issues(*each: casework_said.IssueSaid, taken_back: tuple[UUID, ...] = ()) -> casework_said.SetIssues:
    return casework_said.SetIssues(issues=each, taken_back=taken_back)


def a_part(person_id: UUID, role: str = "investigator", **changes: Any) -> casework_said.AppointToCase:
    values: dict[str, Any] = {"role": role, "person_id": person_id, "prior_involvement": False, "conflict": False}
    return casework_said.AppointToCase(**(values | (TRAINED if role == "investigator" else {}) | changes))


def a_plan(on: date, **changes: Any) -> casework_said.SharePlan:
    values: dict[str, Any] = {
        "evidence": ("The emergency department's records of the night",),
        "interviewees": ("The nurse in charge",),
        "delivery": "letter",
        "shared_with_person_on": on,
        "shared_with_staff_on": on,
    }
    return casework_said.SharePlan(**(values | changes))


def resolved(on: date, **changes: Any) -> casework_said.Resolve:
    values: dict[str, Any] = {
        "satisfied": True,
        "summary": "The ward manager rang, said sorry, and found the notes.",
        "method": "call",
        "resolved_on": on,
    }
    return casework_said.Resolve(**(values | changes))


async def to_closer_look(desk: Desk, on: date) -> None:
    """Bring a complaint of the second version to its closer look."""
    await desk.acknowledge(on)
    await desk.must(CommandKind.MOVE_ON, casework_said.MoveOn(reason="Too grave to be put right at once."))
    await desk.must(CommandKind.SCREEN_ROUTES, eligibility_said.ScreenRoutes())


async def ready_for_findings(desk: Desk, on: date) -> UUID:
    """Bring a complaint to where a finding may be recorded; return the id of its one issue."""
    await to_closer_look(desk, on)
    await desk.must(CommandKind.SET_ISSUES, issues(an_issue()))
    await desk.must(CommandKind.CONFIRM_ISSUES, casework_said.ConfirmIssues(confirmed_on=on, method="call"))
    await desk.must(CommandKind.APPOINT, a_part(desk.body.person("investigator")), by="complaints_manager")
    await desk.must(CommandKind.SHARE_PLAN, a_plan(on), by="investigator")
    return UUID(desk.row("select id from issue where complaint_id = %s")["id"])


def one_person_practice(migrator_dsn: str) -> Body:
    """Make an organisation in which every role is held by one and the same person: a small body."""
    body = make_body(migrator_dsn, follows=None)
    one = body.person("complaints_manager")
    with psycopg.connect(plain(migrator_dsn)) as connection:
        connection.execute("update appointment set person_id = %s where organisation_id = %s", (one, body.id))
        connection.execute("update person set active = false where organisation_id = %s and id <> %s", (body.id, one))
        connection.execute(
            "insert into adoption"
            " (id, organisation_id, procedure, figures, small_body, adopted_from, reason, adopted_at)"
            " values (%s, %s, 'nhs-england-2009', '{}', true, '2009-04-01', 'One doctor, one manager.', now())",
            (uuid4(), body.id),
        )
    return replace(body, people=dict.fromkeys(ROLES, one))


def acknowledged(on: date) -> said.Acknowledge:
    return said.Acknowledge(method="call", made_on=on, discussion_offered=True)
