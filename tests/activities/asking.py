"""Steps of tests about requests to colleagues, investigations beside a complaint and holds."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID, uuid4

from contracts.commands import CommandKind
from db import casework_said, request_said
from db.models.act import Submission
from tests.activities.office_desk import Desk

K = CommandKind


def a_unit(desk: Desk, kind: str = "division", division: UUID | None = None) -> UUID:
    unit = uuid4()
    desk.apart.rows(
        "insert into unit (id, organisation_id, kind, code, name, division_id, active)"
        " values (%s, %s, %s, %s, 'Surgery', %s, true)",
        *(unit, desk.body.id, kind, unit.hex[:8], division),
    )
    return unit


def appoint(desk: Desk, role: str, who: str, unit: UUID | None = None) -> None:
    desk.apart.rows(
        "insert into appointment (id, organisation_id, person_id, role, unit_id, starts_on)"
        " values (%s, %s, %s, %s, %s, '2028-01-01')",
        *(uuid4(), desk.body.id, desk.body.person(who), role, unit),
    )


def away(desk: Desk, who: str, cover: str | None, first: date, last: date) -> None:
    desk.apart.rows(
        "insert into absence (id, organisation_id, person_id, starts_on, ends_on, cover_id, cancelled)"
        " values (%s, %s, %s, %s, %s, %s, false)",
        *(uuid4(), desk.body.id, desk.body.person(who), first, last, desk.body.person(cover) if cover else None),
    )


async def two_issues(desk: Desk) -> list[UUID]:
    """Set two issues, and return their ids by number."""
    issues = tuple(
        casework_said.IssueSaid(summary=words, effect="It hurt.", outcome_sought="An apology.")
        for words in ("Who was on the ward", "The lost notes")
    )
    await desk.must(K.SET_ISSUES, casework_said.SetIssues(issues=issues), "complaints_manager")
    return [UUID(row["id"]) for row in desk.rows("select * from issue where complaint_id = %s order by number")]


async def ask(desk: Desk, to: str | None = "senior_leader", **more: Any) -> UUID:
    """Ask a person of the body for a statement; return the request's id."""
    more = {"to_person_id": desk.body.person(to) if to else None, "kind": "statement", "what": "What you saw."} | more
    done = await desk.must(K.RAISE_REQUEST, request_said.RaiseRequest(**more), "investigator")
    return UUID(desk.row(f"select id from request where complaint_id = %s and act_id = '{done.id}'")["id"])


async def answer(desk: Desk, request: UUID, by: str | None = "senior_leader", **more: Any) -> Submission:
    values: dict[str, Any] = {"given_on": desk.apart.engine.now.date(), "words": "I saw nothing."} | more
    return await desk.do(K.ANSWER_REQUEST, request_said.AnswerRequest(request_id=request, **values), by)


async def review(
    desk: Desk, request: UUID, *, accepted: bool, by: str | None = "investigator", **more: Any
) -> Submission:
    said = request_said.ReviewRequest(request_id=request, accepted=accepted, **more)
    return await desk.do(K.REVIEW_REQUEST, said, by)


async def beside(desk: Desk, kind: str = "police", **more: Any) -> UUID:
    """Open an investigation beside the complaint; return its id."""
    values: dict[str, Any] = {
        "kind": kind, "body_name": "The police", "contact": "DS Example, 101", "known_on": desk.apart.engine.now.date()
    } | more  # fmt: skip
    done = await desk.must(K.OPEN_PARALLEL, request_said.OpenParallel(**values), "investigator")
    found = desk.row(f"select id from parallel_investigation where complaint_id = %s and act_id = '{done.id}'")
    return UUID(found["id"])


async def hold(
    desk: Desk, issues: list[UUID], parallel: UUID, *, by: str | None = "senior_leader", **more: Any
) -> Submission:
    values: dict[str, Any] = {
        "issue_ids": tuple(issues),
        "parallel_id": parallel,
        "reason": "They asked us not to speak to witnesses.",
        "review_on": date(2028, 3, 30),
        "decided_by": desk.body.person(by or "senior_leader"),
    }
    return await desk.do(K.HOLD_ISSUES, request_said.HoldIssues(**(values | more)), by)


async def look_again(
    desk: Desk, held: UUID, *, lifted: bool, by: str | None = "senior_leader", **more: Any
) -> Submission:
    values: dict[str, Any] = {"hold_id": held, "lifted": lifted, "reason": "They have charged nobody."}
    return await desk.do(K.REVIEW_HOLD, request_said.ReviewHold(**(values | more)), by)


def state_of(desk: Desk, request: UUID) -> str:
    return str(desk.row(f"select state from request where complaint_id = %s and id = '{request}'")["state"])


def about(desk: Desk, kind: str, subject: UUID) -> dict[str, Any]:
    """Return a complaint's clock of a kind about a subject."""
    return desk.row(f"select * from clock where complaint_id = %s and kind = '{kind}' and subject_id = '{subject}'")


def prompts(desk: Desk, template: str) -> list[str]:
    """Return who was sent a message of a template, by what the body knows them as, in no order."""
    names = {str(person): role for role, person in desk.body.people.items()}
    return sorted(names[notice["person_id"]] for notice in desk.notices(template))
