"""Steps of a closer look, as its people would take them: issues, plan, findings, views, draft, clearance."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from contracts.commands import CommandKind
from db import casework_said as casework
from db import desk_said, said
from db import eligibility_said as eligibility
from db import finding_said as found
from db import response_said as response
from db.models.act import Submission
from policies.procedure_files import load_procedures
from policies.procedure_rules import Source
from tests.bodies import Body
from tests.world import World

WORDS = "Written in plain words, for the person who complained."


async def must(
    world: World, body: Body, complaint: UUID, kind: CommandKind, what: said.Said, by: str = "handler"
) -> Submission:
    """Say something that has to be lawful."""
    done = await world.say(body, complaint, kind, what, by=by)
    assert done.state == "applied", (kind.value, done.refusal, done.missing, done.last_failure)
    return done


async def issues(world: World, body: Body, complaint: UUID, *summaries: str) -> list[UUID]:
    """Set down issues and have the person confirm them; return their ids."""
    said_ = tuple(
        casework.IssueSaid(summary=each, effect="She lost trust.", outcome_sought="An answer.") for each in summaries
    )
    await must(world, body, complaint, CommandKind.SET_ISSUES, casework.SetIssues(issues=said_))
    confirmed = casework.ConfirmIssues(confirmed_on=today(world), method="call")
    await must(world, body, complaint, CommandKind.CONFIRM_ISSUES, confirmed)
    rows = await world.rows(body, "select id from issue where complaint_id = :id order by number", id=complaint)
    return [row["id"] for row in rows]


async def appoint(world: World, body: Body, complaint: UUID, investigator: str, decides: str) -> None:
    """Appoint who investigates and who decides."""
    people: tuple[tuple[casework.Part, str], ...] = (("investigator", investigator), ("decision_maker", decides))
    for role, person in people:
        what = casework.AppointToCase(
            role=role,
            person_id=body.person(person),
            prior_involvement=False,
            conflict=False,
            training="Investigation skills",
            trained_on=date(2026, 5, 4),
        )
        await must(world, body, complaint, CommandKind.APPOINT, what, "complaints_manager")


async def plan(world: World, body: Body, complaint: UUID) -> None:
    """Look for other routes, and share the plan of the investigation."""
    await must(world, body, complaint, CommandKind.SCREEN_ROUTES, eligibility.ScreenRoutes())
    what = casework.SharePlan(
        evidence=("The rota",), delivery="letter", shared_with_person_on=today(world), shared_with_staff_on=today(world)
    )
    await must(world, body, complaint, CommandKind.SHARE_PLAN, what)


async def findings(world: World, body: Body, complaint: UUID, *outcomes: str, by: str = "investigator") -> None:
    """Find on every issue, in the order of their numbers."""
    rows = await world.rows(
        body, "select id from issue where complaint_id = :id and state = 'open' order by number", id=complaint
    )
    for row, outcome in zip(rows, outcomes, strict=True):
        what = found.RecordFinding(
            issue_id=row["id"], happened=WORDS, should_have=WORDS, standard=WORDS, evidence=WORDS, outcome=outcome,
            reason=WORDS,
        )  # fmt: skip
        await must(world, body, complaint, CommandKind.RECORD_FINDING, what, by)


async def draft(world: World, body: Body, complaint: UUID, by: str = "handler") -> None:
    """Draft the response: words for every element that takes them."""
    what = await a_draft(world, body, complaint)
    await must(world, body, complaint, CommandKind.DRAFT_RESPONSE, what, by)


async def a_draft(world: World, body: Body, complaint: UUID, words: str = WORDS) -> response.DraftResponse:
    """Return a draft that has the same words for every element that takes them."""
    row = await world.row(body, "select procedure, procedure_version from complaint where id = :id", id=complaint)
    procedure = load_procedures().get(row["procedure"], row["procedure_version"])
    mine = (Source.TEXT, Source.REMEDIES)
    sections = tuple(
        response.SectionSaid(element=each.code, words=words) for each in procedure.elements if each.source in mine
    )
    return response.DraftResponse(sections=sections)


async def clear(world: World, body: Body, complaint: UUID, by: str) -> None:
    """Clear the draft for signature."""
    await must(world, body, complaint, CommandKind.CLEAR_RESPONSE, response.ClearResponse(cleared=True), by)


async def sign(world: World, body: Body, complaint: UUID, by: str = "responsible_person") -> None:
    """Sign the response as it was drafted and cleared."""
    what = said.Respond(signed_by=body.person(by))
    await must(world, body, complaint, CommandKind.RESPOND, what, by)


async def release(world: World, body: Body, complaint: UUID, *templates: str) -> None:
    """Release the drafts of some templates, or all; gaps in them are filled in."""
    for row in await drafts(world, body, complaint):
        if not templates or row["template"] in templates:
            words = row["body"].replace("[[", "").replace("]]", "")
            what = desk_said.ReleaseNotice(notice_id=row["id"], body=words)
            await must(world, body, complaint, CommandKind.RELEASE_NOTICE, what)


async def drafts(world: World, body: Body, complaint: UUID) -> Sequence[Any]:
    """Return the drafts that wait to be released."""
    return await world.rows(
        body, "select * from notice where complaint_id = :id and state = 'draft' order by drafted_at", id=complaint
    )


async def stands(world: World, body: Body, complaint: UUID) -> Any:
    """Return the complaint as it stands."""
    return await world.row(body, "select * from complaint where id = :id", id=complaint)


async def clocks(world: World, body: Body, complaint: UUID) -> dict[str, Any]:
    """Return the clocks of the whole case, by kind."""
    rows = await world.rows(body, "select * from clock where complaint_id = :id and subject_id is null", id=complaint)
    return {row["kind"]: row for row in rows}


async def code(world: World, body: Body, complaint: UUID) -> None:
    """Set every code that the returns need: each issue has a subject of its own."""
    rows = await world.rows(body, "select id from issue where complaint_id = :id", id=complaint)
    what = eligibility.SetCoding(
        age_band="age_26_55",
        complainant_status="patient",
        site="RX101",
        service_area="general_practice",
        subjects=tuple(eligibility.SubjectSaid(subject="communications", issue_id=row["id"]) for row in rows),
        profession="medical",
    )
    await must(world, body, complaint, CommandKind.SET_CODING, what)


def today(world: World) -> date:
    """Return the world's day."""
    return world.clock.time.date()
