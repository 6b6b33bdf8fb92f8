"""Appeals against contact plans, decided by somebody who did not decide the plan; and the flag for staff safety."""

from __future__ import annotations

from typing import Final

from activities.acts import contact_plans, ledger, letters, plan_reviews
from activities.acts.case import Case, Refused, check, refuse_if
from activities.acts.ledger import Terms
from contracts.failures import Refusal
from db.contact_plan_said import AppealContactPlan, DecideAppeal, FlagStaffSafety
from db.models.complaint import Party
from db.models.contact_plan import ContactPlanAppeal, StaffSafety
from db.queries import contact_plans as rows
from db.queries import tasks
from policies import contact_plans as rules

CLOCK: Final = "plan_appeal"
_SAFETY: Final = "review_staff_safety"


async def appeal(case: Case, said: AppealContactPlan) -> None:
    """Take an appeal against a plan; the plan stays in force until somebody else has decided."""
    plan = await contact_plans.plan_of(case, said.plan_id)
    refuse_if(said.appealed_on > case.on, Refusal.DATE_IN_FUTURE)
    refuse_if(said.appealed_on < plan.decided_on, Refusal.CONTRADICTS_RECORD)
    refuse_if(await rows.open_appeal(case.session, plan.id) is not None, Refusal.NOTHING_CHANGES)
    row = ContactPlanAppeal(
        id=case.new_id("contact_plan_appeal"),
        organisation_id=plan.organisation_id,
        complaint_id=plan.complaint_id,
        plan_id=plan.id,
        appealed_on=said.appealed_on,
        words=said.words,
        state="open",
        said_at=case.at,
        act_id=case.act.act_id,
    )
    case.session.add(row)
    await case.session.flush()
    case.event("contact_plan.appealed", plan_id=plan.id, appeal_id=row.id, appealed_on=row.appealed_on)
    due_on = None
    if case.complaint.open:
        due_on = (await ledger.arm(case, CLOCK, said.appealed_on, Terms(cause="appealed"), row.id)).due_on
    await contact_plans.ask_appeal(case, plan, row.id, due_on)


async def decide_appeal(case: Case, said: DecideAppeal) -> None:
    """Decide an appeal. Upheld, the plan ends; either way the person is told, with the reasons."""
    plan = await contact_plans.plan_of(case, said.plan_id)
    row = await rows.open_appeal(case.session, plan.id)
    if row is None:
        raise Refused(Refusal.UNKNOWN_CONTACT_PLAN)
    refuse_if(case.actor_id in await rows.deciders(case.session, plan), Refusal.SAME_PERSON)
    senior = await contact_plans.senior_apart(case)
    row.state = "upheld" if said.upheld else "dismissed"
    row.reasons, row.decided_by, row.decided_on = said.reasons, senior, case.on
    case.event("contact_plan.appeal_decided", plan_id=plan.id, appeal_id=row.id, upheld=said.upheld, decided_by=senior)
    await tasks.end_open(
        case.session, case.complaint.id, at=case.at, subject_id=row.id, kind=contact_plans.APPEAL, done_by=senior,
        done=True,
    )  # fmt: skip
    await ledger.meet_if_running(case, CLOCK, case.on, row.id)
    await case.session.flush()
    if said.upheld:
        await plan_reviews.end(case, plan, "appeal")
    facts = {"upheld": said.upheld, "reason": said.reasons, "review_on": None if said.upheld else plan.review_on}
    await letters.draft(case, "plan_appeal_decided", facts, await case.session.get_one(Party, plan.party_id))


async def flag_staff_safety(case: Case, said: FlagStaffSafety) -> None:
    """Set, say anew, or lift the flag that staff take care when they meet somebody of this complaint."""
    refuse_if(not said.flagged and not case.complaint.staff_safety, Refusal.NOTHING_CHANGES)
    refuse_if(not said.flagged and said.review_on is not None, Refusal.CONTRADICTS_RECORD)
    if said.review_on is not None:
        check(rules.review(said.review_on, today=case.on))
    row = StaffSafety(
        id=case.new_id("staff_safety"),
        organisation_id=case.complaint.organisation_id,
        complaint_id=case.complaint.id,
        flagged=said.flagged,
        words=said.words,
        review_on=said.review_on,
        said_by=case.actor_id,
        said_at=case.at,
        act_id=case.act.act_id,
    )
    case.session.add(row)
    case.complaint.staff_safety = said.flagged
    case.event("staff_safety.flagged" if said.flagged else "staff_safety.lifted", review_on=said.review_on)
    await tasks.end_open(case.session, case.complaint.id, at=case.at, kind=_SAFETY, done_by=case.actor_id, done=True)
    if said.review_on is not None:
        await case.task(_SAFETY, "complaints_manager", name=str(row.id), due_on=said.review_on, subject_id=row.id)
