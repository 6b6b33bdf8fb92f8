"""Other routes than the complaint: looked for, advised of, and issues left to them. What is not covered stays open."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from activities.acts.case import Case, check, refuse_if
from contracts.failures import Refusal
from db.eligibility_said import RouteSaid, ScreenRoutes
from db.models.casework import Issue
from db.models.eligibility import RouteFound, RouteScreening
from db.queries import eligibility as rows
from db.queries import tasks
from db.queries.casework import issues_of
from policies import eligibility, lawful

_ADVISE: Final = "advise_of_routes"


async def screen(case: Case, said: ScreenRoutes) -> None:
    """Record which other routes there are, and which issues are left to them (R-10)."""
    issues = {issue.id: issue for issue in await issues_of(case.session, case.complaint.id)}
    for issue_id in (*said.taken_up, *(each for route in said.found for each in route.covers_issues)):
        refuse_if(issue_id not in issues or issues[issue_id].state == "taken_back", Refusal.UNKNOWN_ISSUE)
    for route in said.found:
        if route.advised_on is not None:
            check(lawful.happened(route.advised_on, received_on=case.complaint.received_on, today=case.on))
    _take_up(case, issues, said)
    _pass_on(case, issues, said)
    left = eligibility.left_open({issue.id: issue.state for issue in issues.values()})
    # That nothing stays with the complaint is never to happen unnoticed.
    refuse_if(not left and not said.nothing_left, Refusal.REASON_NEEDED)
    refuse_if(left and said.nothing_left, Refusal.CONTRADICTS_RECORD)
    await _write(case, said)
    await _ask_to_advise(case, said)


def _take_up(case: Case, issues: dict[UUID, Issue], said: ScreenRoutes) -> None:
    for issue_id in dict.fromkeys(said.taken_up):
        issue = issues[issue_id]
        refuse_if(issue.state != "passed_on", Refusal.CONTRADICTS_RECORD)
        issue.state = "open"
        case.event("issue.taken_up", issue_id=issue.id, number=issue.number)


def _pass_on(case: Case, issues: dict[UUID, Issue], said: ScreenRoutes) -> None:
    for route in said.found:
        for issue_id in route.covers_issues if route.passed_on else ():
            issue = issues[issue_id]
            # What is on hold waits for somebody who has decided so: the hold is reviewed first.
            refuse_if(issue.state == "on_hold" or issue_id in said.taken_up, Refusal.CONTRADICTS_RECORD)
            if issue.state == "open":
                issue.state = "passed_on"
                case.event("issue.passed_on", issue_id=issue.id, number=issue.number, route=route.route)


async def _write(case: Case, said: ScreenRoutes) -> None:
    complaint = case.complaint
    screening = RouteScreening(
        id=case.new_id("route_screening"),
        organisation_id=complaint.organisation_id,
        complaint_id=complaint.id,
        number=await rows.next_number(case.session, RouteScreening, complaint.id),
        nothing_left=said.nothing_left,
        act_id=case.act.act_id,
        decided_by=case.actor_id,
        decided_at=case.at,
    )
    case.session.add(screening)
    await case.session.flush()
    for number, route in enumerate(said.found):
        _add(case, screening, number, route)
    case.event(
        "routes.screened",
        screening_id=screening.id,
        found=len(said.found),
        nothing_left=said.nothing_left,
    )


def _add(case: Case, screening: RouteScreening, number: int, route: RouteSaid) -> None:
    case.session.add(
        RouteFound(
            id=case.new_id(f"route_found/{number}"),
            organisation_id=screening.organisation_id,
            complaint_id=screening.complaint_id,
            screening_id=screening.id,
            route=route.route,
            advised_on=route.advised_on,
            covers=[str(issue_id) for issue_id in dict.fromkeys(route.covers_issues)],
            passed_on=route.passed_on,
            words=route.words,
        )
    )
    case.event(
        "route.found",
        screening_id=screening.id,
        route=route.route,
        advised_on=route.advised_on,
        issues=len(route.covers_issues),
        passed_on=route.passed_on,
    )


async def _ask_to_advise(case: Case, said: ScreenRoutes) -> None:
    """Ask for what is left to say to the person; an earlier request is out of date."""
    await tasks.end_open(
        case.session, case.complaint.id, at=case.at, kind=_ADVISE, done_by=case.actor_id, done=not _unsaid(said)
    )
    if _unsaid(said):
        await case.task(_ADVISE, "owner")


def _unsaid(said: ScreenRoutes) -> list[RouteSaid]:
    return [route for route in said.found if route.advised_on is None]


async def are_screened(case: Case) -> bool:
    """Say whether somebody looked for other routes."""
    return await rows.is_screened(case.session, case.complaint.id)
