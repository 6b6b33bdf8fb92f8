"""Contact plans looked at again: they go on, are eased, or end; and what stays of them when the complaint ends."""

from __future__ import annotations

from uuid import UUID

from activities.acts import contact_plans, ledger, letters
from activities.acts.case import Case, check, refuse_if
from contracts.failures import Refusal
from db.contact_plan_said import ReviewContactPlan
from db.models.complaint import Party
from db.models.contact_plan import ContactPlan, ContactPlanReview
from db.queries import contact_plans as rows
from db.queries import people, tasks
from policies import contact_plans as rules


async def review(case: Case, said: ReviewContactPlan) -> None:
    """Let a plan go on, ease it, or end it; either way the person is told, with the reasons."""
    senior = await contact_plans.senior_apart(case)
    plan = await contact_plans.plan_of(case, said.plan_id)
    refuse_if((said.measures is None) == (said.outcome == "eased"), Refusal.CONTRADICTS_RECORD)
    ends = said.outcome == "ended"
    if not ends:
        check(rules.review(said.review_on, today=case.on))
    if said.measures is not None:
        check(rules.easing(contact_plans.narrowed_by(plan), contact_plans.narrowed(said.measures)))
        await contact_plans.contact_name(case, said.measures)
        contact_plans.put(plan, said.measures)
    case.session.add(_review(case, plan, said, senior))
    case.event("contact_plan.reviewed", plan_id=plan.id, outcome=said.outcome, decided_by=senior,
               review_on=None if ends else said.review_on)  # fmt: skip
    if ends:
        await end(case, plan, "review")
    else:
        assert said.review_on is not None  # checked above
        plan.review_on = said.review_on
        await ledger.meet_if_running(case, contact_plans.CLOCK, case.on, plan.id)
        await contact_plans.end_tasks(case, plan, contact_plans.REVIEW)
        await contact_plans.review_by(case, plan, said.outcome)
    kept = None if ends else rules.in_words(contact_plans.narrowed_by(plan), await _name(case, plan.single_contact_id))
    facts = {"measures": kept, "reason": said.reasons, "review_on": None if ends else plan.review_on,
             "eased": said.outcome == "eased"}  # fmt: skip
    await letters.draft(case, "contact_plan_reviewed", facts, await case.session.get_one(Party, plan.party_id))


async def end(case: Case, plan: ContactPlan, cause: str) -> None:
    """End a plan: its review is over, and an appeal against it has nothing left to decide."""
    plan.state, plan.ended_on, plan.ended_cause = "ended", case.on, cause
    case.event("contact_plan.ended", plan_id=plan.id, cause=cause)
    await contact_plans.end_tasks(case, plan, contact_plans.REVIEW)
    await ledger.meet_if_running(case, contact_plans.CLOCK, case.on, plan.id)
    appeal = await rows.open_appeal(case.session, plan.id)
    if appeal is not None:
        appeal.state = "overtaken"
        await tasks.end_open(
            case.session, case.complaint.id, at=case.at, subject_id=appeal.id, kind=contact_plans.APPEAL
        )
        if clock := await ledger.running(case, "plan_appeal", appeal.id):
            await ledger.stop(case, clock, "plan_ended")


async def case_ended(case: Case) -> None:
    """Keep tasks of what nobody's clock reminds of any more: the plans that are in force, and appeals against them."""
    for plan in await rows.in_force(case.session, case.complaint.id):
        await contact_plans.end_tasks(case, plan, contact_plans.REVIEW)
        await contact_plans.ask_review(case, plan)
        if (appeal := await rows.open_appeal(case.session, plan.id)) is not None:
            await tasks.end_open(
                case.session, case.complaint.id, at=case.at, subject_id=appeal.id, kind=contact_plans.APPEAL
            )
            await contact_plans.ask_appeal(case, plan, appeal.id, None)


async def _name(case: Case, person_id: UUID | None) -> str | None:
    person = await people.active_person(case.session, person_id) if person_id is not None else None
    return person.name if person is not None else None


def _review(case: Case, plan: ContactPlan, said: ReviewContactPlan, senior: UUID) -> ContactPlanReview:
    stored = {"single_contact_id": str(plan.single_contact_id) if plan.single_contact_id else None,
              "channels": plan.channels, "every_days": plan.every_days, "accompanied": plan.accompanied}  # fmt: skip
    return ContactPlanReview(
        id=case.new_id("contact_plan_review"),
        organisation_id=plan.organisation_id,
        complaint_id=plan.complaint_id,
        plan_id=plan.id,
        outcome=said.outcome,
        reasons=said.reasons,
        review_on=None if said.outcome == "ended" else said.review_on,
        measures={} if said.outcome == "ended" else stored,
        decided_by=senior,
        decided_on=case.on,
        said_at=case.at,
        act_id=case.act.act_id,
    )
