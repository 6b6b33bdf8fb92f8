"""The plan of an investigation: evidence, interviewees, decision-maker, delivery; shared with all concerned (R-25)."""

from __future__ import annotations

from datetime import date
from typing import Final
from uuid import UUID

from activities.acts import consents, letters
from activities.acts.case import Case, check, refuse_if
from contracts.failures import Refusal
from db.casework_said import SharePlan
from db.models.casework import InvestigationPlan
from db.models.organisation import Person
from db.queries import casework, people, tasks
from policies import lawful
from policies.conflicts import DECISION_MAKER, INVESTIGATOR
from policies.resolving import listed

_TASK: Final = "share_plan_with_staff"
_DELIVERIES: Final = {"letter": "in a letter", "meeting": "at a meeting", "call": "in a call"}


async def share_plan(case: Case, said: SharePlan) -> None:
    """Record a version of the plan and with whom it was shared, and draft the letter that sets it out."""
    _check_day(case, said.shared_with_person_on)
    if said.shared_with_staff_on is not None:
        _check_day(case, said.shared_with_staff_on)
    refuse_if(said.no_staff and said.shared_with_staff_on is not None, Refusal.CONTRADICTS_RECORD)
    told = await consents.may_be_told(case, await letters.complainant(case), "plan_shared")
    refuse_if(not told, Refusal.CONSENT_MISSING)
    decides = await _decision_maker(case, said)
    before = await casework.latest_plan(case.session, case.complaint.id)
    plan = _row(case, said, (before.version if before else 0) + 1, decides)
    case.session.add(plan)
    case.event(
        "plan.shared",
        plan_id=plan.id,
        version=plan.version,
        decision_maker_id=plan.decision_maker_id,
        delivery=said.delivery,
        shared_with_person_on=said.shared_with_person_on,
        shared_with_staff_on=said.shared_with_staff_on,
        no_staff=said.no_staff,
    )
    await tasks.end_open(case.session, case.complaint.id, at=case.at, kind=_TASK, done_by=case.actor_id, done=True)
    if said.shared_with_staff_on is None and not said.no_staff:
        await case.task(_TASK, "owner", name=str(plan.version), due_on=case.on, subject_id=plan.id)
    await letters.discard(case, await letters.unreleased(case, "plan_shared"), "plan_changed")
    await letters.draft(case, "plan_shared", _facts(case, said, decides))


async def is_shared(case: Case) -> bool:
    """Say whether the plan that counts is shared with the person, and with the staff where any are concerned."""
    plan = await casework.latest_plan(case.session, case.complaint.id)
    return plan is not None and (plan.no_staff or plan.shared_with_staff_on is not None)


def _check_day(case: Case, on: date) -> None:
    check(lawful.happened(on, received_on=case.complaint.received_on, today=case.on))


async def _decision_maker(case: Case, said: SharePlan) -> Person | None:
    """Return who decides: whoever has that part in the case, else whom the plan names."""
    named = said.decision_maker_id
    present = await casework.present_role(case.session, case.complaint.id, DECISION_MAKER)
    if present is not None:
        refuse_if(named not in (None, present.person_id), Refusal.CONTRADICTS_RECORD)
        return await case.session.get(Person, present.person_id)
    if named is None:
        return None
    person = await people.active_person(case.session, named)
    refuse_if(person is None, Refusal.UNKNOWN_PERSON)
    await _refuse_investigator(case, named)
    return person


async def _refuse_investigator(case: Case, named: UUID) -> None:
    """Refuse to name as decision-maker, where nobody is appointed, whoever investigates: that has to be appointed."""
    investigates = await casework.present_role(case.session, case.complaint.id, INVESTIGATOR)
    same = investigates is not None and investigates.person_id == named
    refuse_if(same and case.procedure.investigator is not None, Refusal.CONFLICT_OF_INTEREST)


def _row(case: Case, said: SharePlan, version: int, decides: Person | None) -> InvestigationPlan:
    return InvestigationPlan(
        id=case.new_id("plan"),
        organisation_id=case.complaint.organisation_id,
        complaint_id=case.complaint.id,
        version=version,
        evidence=list(said.evidence),
        interviewees=list(said.interviewees),
        decision_maker_id=None if decides is None else decides.id,
        delivery=said.delivery,
        shared_with_person_on=said.shared_with_person_on,
        shared_with_staff_on=said.shared_with_staff_on,
        no_staff=said.no_staff,
        words=said.words,
        shared_by=case.actor_id,
        act_id=case.act.act_id,
        said_at=case.at,
    )


def _facts(case: Case, said: SharePlan, decides: Person | None) -> dict[str, object]:
    return {
        "matter": case.complaint.matter,
        "evidence": listed(list(said.evidence)),
        "interviewees": listed(list(said.interviewees)) if said.interviewees else None,
        "decision_maker_name": None if decides is None else decides.name,
        "delivery": _DELIVERIES[said.delivery],
        "shared_on": said.shared_with_person_on,
    }
