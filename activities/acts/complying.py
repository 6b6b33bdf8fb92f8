"""A recommendation that an action carries out: once the action is done its owner is asked to record the compliance.

Nothing is complied with by itself: whoever sees to the recommendation looks whether what was done is what was asked.
"""

from __future__ import annotations

from typing import Final

from activities.acts.case import Case
from activities.acts.ledger import running
from activities.acts.referral_decisions import RECOMMENDATION
from db.models.action import Action
from db.models.proceeding import Proceeding
from db.models.recommendation import Recommendation
from db.queries import tasks
from policies.standing_in import RECOMMENDATION_OWNER

TASK: Final = "record_compliance"


async def evidence_is_in(case: Case, action: Action) -> None:
    """Ask for the compliance that an action shows, where it carries out a recommendation that is still open."""
    if action.recommendation_id is None:
        return
    made = await case.session.get_one(Recommendation, action.recommendation_id)
    referral = await case.session.get_one(Proceeding, made.referral_id)
    if made.complied_on is not None or made.lifted_on is not None or referral.ended_on is not None:
        return
    await withdraw(case, action)  # one that is done again
    await _ask(case, made)


async def withdraw(case: Case, action: Action) -> None:
    """Ask for it no more: what the action had shown does not hold."""
    if action.recommendation_id is not None:
        await tasks.end_open(
            case.session, case.complaint.id, at=case.at, subject_id=action.recommendation_id, kind=TASK
        )


async def moved(case: Case, made: Recommendation) -> None:
    """Ask for it by the day on which the recommendation is due now."""
    if await tasks.is_open(case.session, case.complaint.id, TASK, made.id):
        await tasks.end_open(case.session, case.complaint.id, at=case.at, subject_id=made.id, kind=TASK)
        await _ask(case, made)


async def _ask(case: Case, made: Recommendation) -> None:
    clock = await running(case, RECOMMENDATION, made.id)
    await case.task(
        TASK, RECOMMENDATION_OWNER, name=str(made.id), due_on=made.target_on,
        clock_id=clock.id if clock is not None else None, subject_id=made.id,
    )  # fmt: skip
