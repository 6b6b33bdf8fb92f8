"""The staff complained about: named, told or not for now, supported, and shown with all that is owed to them."""

from __future__ import annotations

from collections import defaultdict
from typing import Final
from uuid import UUID

from fastapi import APIRouter
from fastapi.responses import Response

from api.answers import ANSWERS
from api.deps import Writer
from api.errands import ErrandDep
from api.openapi import ONE_READ, problems
from api.schemas.staff import (
    DeferralSaid,
    Staff,
    StaffChanged,
    StaffClock,
    StaffEndSaid,
    StaffNamed,
    StaffShown,
    StaffStep,
    SupportSaid,
    TellingSaid,
)
from api.visits import VisitDep
from contracts.commands import CommandKind
from db.queries import involvements

router = APIRouter(prefix="/v1/complaints/{reference}/staff", tags=["staff"])
_ONE: Final = "/{involvement_id}"


@router.get("", operation_id="getStaff", response_model=Staff, responses=problems(*ONE_READ))
async def get_staff(visit: VisitDep) -> Staff:
    """Show the staff complained about, what is owed to each, and what was done for them."""
    now = visit.parts.clock.now()
    async with visit.found() as (session, found):
        lines = await involvements.lines_of(session, found.id)
        rows = await involvements.steps_of(session, found.id)
        clocks = await involvements.clocks_of(session, found.id)
        about = await involvements.issues_of_all(session, found.id)
        kept = await visit.kept_from(session, found)
    # Who they are, and what was said to them, is not part of what is shared with another organisation.
    words = visit.who.sees_words and found.organisation_id == visit.who.organisation_id
    owed: dict[UUID | None, list[StaffClock]] = defaultdict(list)
    for clock in clocks:
        owed[clock.involvement_id].append(
            StaffClock.of(clock, overdue=clock.state == "running" and clock.due_at <= now)
        )
    done: dict[UUID, list[StaffStep]] = defaultdict(list)
    for row, by in rows:
        done[row.involvement_id].append(StaffStep.of(row, by, words=words))
    issues: dict[UUID, list[UUID]] = defaultdict(list)
    for each in about:
        issues[each.involvement_id].append(each.issue_id)
    return Staff(
        items=[
            StaffShown.of(line, issues[line.row.id], owed[line.row.id], done[line.row.id], words=words)
            for line in lines
            if line.row.id not in kept
        ]
    )


@router.post("", operation_id="nameStaff", responses=ANSWERS)
async def name_staff(errand: ErrandDep, who: Writer, body: StaffNamed) -> Response:
    """Name a member of staff who is complained about, with an account here or without."""
    return await errand.carry(who, CommandKind.NAME_STAFF, body, body.said())


@router.post(_ONE, operation_id="changeStaff", responses=ANSWERS)
async def change_staff(errand: ErrandDep, who: Writer, involvement_id: UUID, body: StaffChanged) -> Response:
    """Say what is known better, or was agreed otherwise."""
    return await errand.carry(who, CommandKind.CHANGE_STAFF, body, body.said(involvement_id), involvement_id)


@router.post(_ONE + "/deferrals", operation_id="deferStaff", responses=ANSWERS)
async def defer_staff(errand: ErrandDep, who: Writer, involvement_id: UUID, body: DeferralSaid) -> Response:
    """Put off telling them, with a reason, an approver and a review date; or put it off again."""
    return await errand.carry(who, CommandKind.DEFER_STAFF, body, body.said(involvement_id), involvement_id)


@router.post(_ONE + "/telling", operation_id="tellStaff", responses=ANSWERS)
async def tell_staff(errand: ErrandDep, who: Writer, involvement_id: UUID, body: TellingSaid) -> Response:
    """Say that they were told, and how; the written follow-up is drafted."""
    return await errand.carry(who, CommandKind.TELL_STAFF, body, body.said(involvement_id), involvement_id)


@router.post(_ONE + "/support", operation_id="supportStaff", responses=ANSWERS)
async def support_staff(errand: ErrandDep, who: Writer, involvement_id: UUID, body: SupportSaid) -> Response:
    """Say that somebody spoke with them about how they are."""
    return await errand.carry(who, CommandKind.SUPPORT_STAFF, body, body.said(involvement_id), involvement_id)


@router.post(_ONE + "/end", operation_id="endStaff", responses=ANSWERS)
async def end_staff(errand: ErrandDep, who: Writer, involvement_id: UUID, body: StaffEndSaid) -> Response:
    """End it early: nothing more is owed to them, and why."""
    return await errand.carry(who, CommandKind.END_STAFF, body, body.said(involvement_id), involvement_id)
