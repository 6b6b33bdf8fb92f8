"""What a new date, initial views, a response and the end of a complaint mean for the staff complained about."""

from __future__ import annotations

from datetime import date
from typing import Final
from uuid import UUID

from activities.acts import involved, ledger
from activities.acts.case import Case
from activities.acts.ledger import Terms
from activities.acts.staff_informing import (
    CHANGE,
    COMMENT,
    OUTCOME,
    OVERTAKEN,
    UPDATE,
    VIEWS,
    have_told,
    outcome_is_known,
)
from activities.acts.staff_records import EXPERIENCE, discard_drafts, end_if_done
from activities.acts.told import TELL
from contracts.involvements import InvolvementState
from contracts.offices import MANAGER
from db.finding_said import SharedWith
from db.models.findings import InitialViews
from db.models.involvement import Involvement
from db.queries import involvements, staff_comments, tasks

IN_ERROR: Final = "opened_in_error"
_UNTOLD: Final = (InvolvementState.NAMED.value, InvolvementState.DEFERRED.value)
# How they heard, by how initial views were shared with them.
_HOW: Final = {"writing": "letter", "call": "call", "meeting": "in_person"}


async def timescale_changed(case: Case, on: date) -> None:
    """Owe everybody who was given the old date the new one (R-19). What is owed already is owed from then."""
    for row in await _awaiting(case):
        if await ledger.running(case, CHANGE, row.id) is None:
            await involved.begin(case, row, CHANGE, on, Terms(cause="timescale_changed"))


async def views_shared(case: Case, views: InitialViews, shared: tuple[SharedWith, ...]) -> None:
    """Owe the initial views to those whose issues they are about, but to whom they were shown in this very act."""
    shown = {each.person_id: each for each in shared if each.person_id is not None}
    viewed = await staff_comments.issues_viewed(case.session, views)
    for row in await _awaiting(case):
        if row.person_id in shown:
            each = shown[row.person_id]
            await have_told(case, row, "initial_views", each.on, _HOW[each.method], case.actor_id)
        elif await _concerned(case, row.id, viewed) and await ledger.running(case, VIEWS, row.id) is None:
            await involved.begin(case, row, VIEWS, views.started_on, Terms(cause="views_shared"))


async def answered(case: Case) -> None:
    """Owe the outcome to everybody who was told. A second response, on what was on hold, owes it again."""
    for row in await involvements.of_complaint(case.session, case.complaint.id, live=True):
        if row.state not in _UNTOLD:
            await _owe(case, row, "responded", case.on)


async def goes_on(case: Case, on: date) -> None:
    """Keep informed whoever knows the outcome of a tier from which the complaint goes on to the next."""
    for row in await involvements.of_complaint(case.session, case.complaint.id, live=True):
        if row.state == InvolvementState.OUTCOME_TOLD.value and not await _awaits(case, row):
            await involved.stop(case, row, EXPERIENCE, "escalated")
            await involved.begin(case, row, UPDATE, on, Terms(cause="escalated", days=row.update_every_days))


async def case_ended(case: Case) -> None:
    """Owe the outcome to everybody who was told and does not know it; end what has no purpose any more.

    Whoever was never told is still owed that: their clock runs on, and the manager is asked to see to it or to say why
    not. Where there never was a complaint, nothing is owed but a word that it is over.
    """
    cause = case.complaint.stage
    for row in await involvements.of_complaint(case.session, case.complaint.id, live=True):
        if cause == IN_ERROR:
            await _never_was(case, row)
        elif row.state in _UNTOLD:
            await case.task("staff_not_told", MANAGER, name=str(row.id), due_on=case.on, subject_id=row.id)
        elif await _awaits(case, row):
            for kind in OVERTAKEN:
                await involved.stop(case, row, kind, cause)
            if not await staff_comments.is_any_unused(case.session, row.id):
                await involved.stop(case, row, COMMENT, cause)
            await discard_drafts(case, row, cause, OVERTAKEN)
            await _owe(case, row, cause, case.on)
        else:
            await end_if_done(case, row)
        # No date lies ahead any more of which they were to be told.
        await tasks.end_open(case.session, case.complaint.id, at=case.at, subject_id=row.id, kind=TELL)
        case.involved.add(row.id)


async def told_late(case: Case, row: Involvement, on: date) -> None:
    """Owe the outcome at once to somebody who is told only when it is known. After the end they are not invited."""
    if not await outcome_is_known(case):
        return
    await involved.task_done(case, row, "staff_not_told")
    if not case.complaint.open:
        for kind in OVERTAKEN:
            await involved.stop(case, row, kind, "told_late")
    await _owe(case, row, "told_late", on)


async def _owe(case: Case, row: Involvement, cause: str, on: date) -> None:
    """Start the clock on telling them the outcome, once for each outcome."""
    if await ledger.running(case, OUTCOME, row.id) is not None:
        return
    await involved.stop(case, row, EXPERIENCE, cause)
    await involved.begin(case, row, OUTCOME, on, Terms(cause=cause))


async def _never_was(case: Case, row: Involvement) -> None:
    """End the involvement in a complaint that was opened in error; whoever was told hears that it is over."""
    was_told = row.state not in _UNTOLD
    await involved.finish(case, row, IN_ERROR)
    if was_told:
        await case.task("tell_staff_it_is_over", "supporter", name=str(row.id), due_on=case.on, subject_id=row.id)


async def _concerned(case: Case, involvement_id: UUID, viewed: set[UUID]) -> bool:
    """Say whether views on some issues concern somebody; where either is about nothing in particular, they do."""
    issues = await involvements.issues_of(case.session, involvement_id)
    theirs = {each.issue_id for each in issues if each.removed_at is None}
    return not theirs or not viewed or bool(theirs & viewed)


async def _awaiting(case: Case) -> list[Involvement]:
    """Return those who were told, and for whom an outcome lies ahead."""
    live = await involvements.of_complaint(case.session, case.complaint.id, live=True)
    return [row for row in live if await _awaits(case, row)]


async def _awaits(case: Case, row: Involvement) -> bool:
    """Say whether somebody was told and awaits an outcome: the first, or that of what was on hold, with updates."""
    if row.state == InvolvementState.OUTCOME_TOLD.value:
        return await ledger.running(case, UPDATE, row.id) is not None
    return row.state == InvolvementState.TOLD.value
