"""A complaint on its way to a signed response: found on, decided, drafted, cleared."""

from __future__ import annotations

from typing import Any

from contracts.commands import CommandKind
from db import finding_said
from db.engine import Database, SweeperDatabase
from db.response_said import ClearResponse, DraftResponse, SectionSaid
from db.said import Respond
from runtime.database_roles import DatabaseDsns
from tests.activities.found import a_case, decide, found_on_all, proposed
from tests.activities.office_desk import Desk
from tests.apart import Apart, DirectEngine
from tests.bodies import Body

K = CommandKind
WRITTEN = {
    "how_considered": "We read your notes and spoke with the ward manager.",
    "action": "A second nurse now sees who comes in at night.",
    "learning": "We will write to you in June about what has changed.",
}


def an_apart(dsns: DatabaseDsns, database: Database, sweeper: SweeperDatabase) -> Apart:
    """Return the session's own database for a complaint that several tests look at and none changes."""
    return Apart(dsns=dsns, database=database, sweeper=sweeper, engine=DirectEngine(database=database))


async def investigated(apart: Apart, body: Body, issues: int = 1) -> Desk:
    """Take a complaint to where a response can be drafted: every finding, views skipped, a remedy approved."""
    desk = await a_case(apart, body, issues)
    await found_on_all(desk)
    await desk.must(K.SKIP_VIEWS, finding_said.SkipViews(reason="Nobody disputes it."), "complaints_manager")
    sorry = finding_said.ProposeRemedy(kind="apology", words="We are sorry that nobody called.", basis="Fault found")
    decision = await decide(desk, await proposed(desk, sorry), "approved")
    assert decision.state == "applied", decision.refusal
    return desk


def a_draft(remark: str | None = None, **sections: str) -> DraftResponse:
    """Return what is said when a response is drafted; an empty text leaves a section out."""
    told = {**WRITTEN, **sections}
    said = tuple(SectionSaid(element=element, words=words) for element, words in told.items() if words)
    return DraftResponse(sections=said, remark=remark)


async def draft(desk: Desk, by: str | None = "handler", **sections: str) -> str | None:
    """Draft the response; return why it was refused."""
    return (await desk.do(K.DRAFT_RESPONSE, a_draft(**sections), by)).refusal


async def clear(desk: Desk, by: str | None = "complaints_manager", *, cleared: bool = True, **more: Any) -> str | None:
    """Clear the draft or send it back; return why that was refused."""
    return (await desk.do(K.CLEAR_RESPONSE, ClearResponse(cleared=cleared, **more), by)).refusal


async def sign(desk: Desk, by: str = "responsible_person", **more: Any) -> Any:
    """Sign the response; return the submission."""
    return await desk.do(K.RESPOND, Respond(signed_by=desk.body.person(by), **more), by)


def drafts(desk: Desk) -> list[dict[str, Any]]:
    return desk.rows("select * from response_draft where complaint_id = %s order by version")
