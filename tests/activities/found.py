"""A complaint whose issues are confirmed, and what is found, shown to people and offered on it."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from contracts.commands import CommandKind
from db import casework_said as casework
from db import eligibility_said as eligibility
from db import finding_said as said
from tests.activities.office_desk import Desk, a_desk
from tests.apart import MORNING, Apart
from tests.bodies import Body

TODAY = date(2028, 3, 2)  # a Thursday
K = CommandKind


async def a_case(apart: Apart, body: Body, issues: int = 2) -> Desk:
    """Take a complaint to where findings can be recorded: issues confirmed, an investigator, the plan shared."""
    apart.engine.now = MORNING
    desk = await a_desk(apart, body)
    await desk.acknowledge(TODAY)
    await desk.agree(date(2028, 6, 30))
    told = tuple(casework.IssueSaid(summary=f"Issue {n}", effect="Pain", outcome_sought="Sorry") for n in range(issues))
    await desk.must(K.SET_ISSUES, casework.SetIssues(issues=told))
    await desk.must(K.CONFIRM_ISSUES, casework.ConfirmIssues(confirmed_on=TODAY, method="call"))
    investigator = casework.AppointToCase(
        role="investigator",
        person_id=body.person("investigator"),
        training="Two days",
        trained_on=date(2026, 1, 5),
        prior_involvement=False,
        conflict=False,
    )
    await desk.must(K.APPOINT, investigator, "complaints_manager")
    plan = casework.SharePlan(evidence=("Notes",), delivery="letter", shared_with_person_on=TODAY, no_staff=True)
    await desk.must(K.SCREEN_ROUTES, eligibility.ScreenRoutes())
    await desk.must(K.SHARE_PLAN, plan)
    return desk


def issues_of(desk: Desk) -> list[UUID]:
    return [UUID(row["id"]) for row in desk.rows("select id from issue where complaint_id = %s order by number")]


def a_finding(issue: UUID, **changes: Any) -> said.RecordFinding:
    values: dict[str, Any] = {
        "issue_id": issue,
        "happened": "Nobody called.",
        "should_have": "Somebody should have called the same day.",
        "standard": "Trust policy 12, paragraph 4",
        "evidence": "The log of calls",
        "outcome": "upheld",
        "reason": "The log has no call.",
    }
    return said.RecordFinding(**(values | changes))


async def found_on_all(desk: Desk, outcome: str = "upheld") -> None:
    for issue in issues_of(desk):
        await desk.must(K.RECORD_FINDING, a_finding(issue, outcome=outcome), "investigator")


def to_complainant(desk: Desk, method: said.ViewsMethod = "writing", on: date = TODAY) -> said.SharedWith:
    return said.SharedWith(party_id=desk.party(), method=method, on=on)


def to_staff(desk: Desk, role: str = "senior_leader") -> said.SharedWith:
    return said.SharedWith(person_id=desk.body.person(role), method="meeting", on=TODAY)


def views(*shared: said.SharedWith, **changes: Any) -> said.ShareViews:
    return said.ShareViews(shared=shared, words="We think that the ward should have called you.", **changes)


def a_comment(**changes: Any) -> said.RecordComment:
    values: dict[str, Any] = {
        "words": "It was twice.",
        "received_on": TODAY,
        "effect": "accepted",
        "effect_words": "We say twice.",
    }
    return said.RecordComment(**(values | changes))


def money(level: int | None = 2, injustice: str | None = "250.00", **changes: Any) -> said.ProposeRemedy:
    values: dict[str, Any] = {
        "kind": "money",
        "words": "A payment for the distress.",
        "basis": "Scale of severity",
        "severity_level": level,
        "injustice_amount": None if injustice is None else Decimal(injustice),
    }
    return said.ProposeRemedy(**(values | changes))


async def proposed(desk: Desk, what: said.ProposeRemedy, by: str | None = "investigator") -> UUID:
    submission = await desk.must(K.PROPOSE_REMEDY, what, by)
    return UUID(desk.row(f"select id from remedy where complaint_id = %s and act_id = '{submission.id}'")["id"])


async def decide(desk: Desk, remedy: UUID, decision: str, by: str | None = "complaints_manager", **more: Any) -> Any:
    """Decide a remedy; return the submission."""
    values: dict[str, Any] = {"remedy_id": remedy, "decision": decision, "on": desk.apart.engine.now.date(), **more}
    return await desk.do(K.DECIDE_REMEDY, said.DecideRemedy(**values), by)


def later(desk: Desk, on: date) -> None:
    """Move the desk to ten in the morning of a day."""
    desk.at(MORNING + timedelta(days=(on - TODAY).days))
