"""What was promised or learned, and nobody has planned yet: somebody is asked for an action until there is one."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from activities.acts.case import Case
from contracts.offices import MANAGER
from db.models.action import Action
from db.models.learning import LearningVersion
from db.models.remedies import Remedy
from db.queries import actions, tasks
from policies import acting

TASK: Final = "plan_action"
_KIND: Final = "action"
_IN_ERROR: Final = "opened_in_error"


async def decided(case: Case, remedy: Remedy) -> None:
    """Ask for the action that a remedy promises, once it is decided; ask no more where it is not to be done."""
    if remedy.kind != _KIND:
        return
    if remedy.state not in acting.TO_BE_DONE:
        await _ask_no_more(case, remedy.id)
    elif remedy.state == "approved":
        await case.task(TASK, "owner", name=str(remedy.id), due_on=case.on, subject_id=remedy.id)


async def learned(case: Case, version: LearningVersion) -> None:
    """Ask once for an action where learning says what will change; ask no more where nothing is to."""
    subject_id = version.learning_id
    if version.will_change is None:
        await _ask_no_more(case, subject_id)
        return
    asked = await tasks.was_asked_for(case.session, case.complaint.id, TASK, subject_id)
    if not asked and not await actions.is_planned(case.session, learning_id=subject_id):
        await case.task(TASK, "owner", name=str(subject_id), due_on=case.on, subject_id=subject_id)


async def planned(case: Case, action: Action) -> None:
    """Ask no more for what an action follows from."""
    for subject_id in (action.remedy_id, action.learning_id):
        if subject_id is not None:
            await _ask_no_more(case, subject_id, done=True)


async def case_ended(case: Case) -> None:
    """Ask the manager for what was promised in the complaint and is planned by nobody: its end closes no promise."""
    if case.complaint.stage == _IN_ERROR:
        await tasks.end_open(case.session, case.complaint.id, at=case.at, kind=TASK)
        return
    for remedy_id in await actions.unplanned(case.session, case.complaint.id, acting.TO_BE_DONE, asked_by=TASK):
        await _ask_no_more(case, remedy_id)
        await case.task(TASK, MANAGER, name=str(remedy_id), due_on=case.on, subject_id=remedy_id)


async def _ask_no_more(case: Case, subject_id: UUID, *, done: bool = False) -> None:
    await tasks.end_open(
        case.session, case.complaint.id, at=case.at, subject_id=subject_id, kind=TASK,
        done_by=case.actor_id if done else None, done=done,
    )  # fmt: skip
