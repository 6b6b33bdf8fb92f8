"""Contact plans: a warning first, then a decision by a senior who does not handle the case.

A plan narrows how somebody reaches us, and nothing else: no command of a complaint asks whether there is one.
"""

from __future__ import annotations

from datetime import date
from typing import Any, Final
from uuid import UUID

from activities.acts import ledger, letters
from activities.acts.case import Case, Refused, check, refuse_if
from activities.acts.ledger import Terms
from contracts.failures import Refusal
from db.contact_plan_said import DecideContactPlan, Measures, WarnAboutConduct
from db.models.complaint import Party
from db.models.contact_plan import ConductWarning, ContactPlan
from db.models.correction import Contact
from db.queries import casework, people, tasks
from db.queries import contact_plans as rows
from policies import contact_plans as rules
from policies.conflicts import DECISION_MAKER, INVESTIGATOR
from policies.contact_plans import Narrowed

CLOCK: Final = "plan_review"
REVIEW: Final = "review_contact_plan"
APPEAL: Final = "decide_plan_appeal"


async def warn(case: Case, said: WarnAboutConduct) -> None:
    """Draft the letter that tells somebody what cannot go on. It counts as a warning once it is sent."""
    party = await party_of(case, said.party_id)
    refuse_if(said.happened_on > case.on, Refusal.DATE_IN_FUTURE)
    facts = {"what_happened": said.words, "happened_on": said.happened_on}
    notice = await letters.draft(case, "conduct_warning", facts, party)
    await case.session.flush()
    warning = ConductWarning(
        id=case.new_id("conduct_warning"),
        organisation_id=case.complaint.organisation_id,
        complaint_id=case.complaint.id,
        party_id=party.id,
        happened_on=said.happened_on,
        words=said.words,
        notice_id=notice.id,
        said_by=case.actor_id,
        said_at=case.at,
        act_id=case.act.act_id,
    )
    case.session.add(warning)
    case.event("conduct.warned", warning_id=warning.id, party_id=party.id, happened_on=said.happened_on,
               notice_id=notice.id)  # fmt: skip


async def decide(case: Case, said: DecideContactPlan) -> None:
    """Narrow how somebody reaches us, until a day of review; draft the letter that gives the reasons."""
    senior = await senior_apart(case)
    party = await party_of(case, said.party_id)
    refuse_if(bool(await rows.in_force(case.session, case.complaint.id, party.id)), Refusal.CONTRADICTS_RECORD)
    check(rules.review(said.review_on, today=case.on))
    check(rules.measures(narrowed(said.measures)))
    if not await rows.is_warned(case.session, case.complaint.id, party.id):
        refuse_if(said.no_warning is None, Refusal.NOT_WARNED)
        refuse_if(not said.no_warning_because, Refusal.REASON_NEEDED)
    name = await contact_name(case, said.measures)
    plan = _plan(case, said, senior, await rows.next_number(case.session, case.complaint.id))
    case.session.add(plan)
    await case.session.flush()
    case.event(
        "contact_plan.decided",
        plan_id=plan.id,
        party_id=party.id,
        decided_by=senior,
        no_warning=plan.no_warning,
        review_on=plan.review_on,
        single_contact_id=plan.single_contact_id,
        channels=None if plan.channels is None else len(plan.channels),
        every_days=plan.every_days,
        accompanied=plan.accompanied,
    )
    await review_by(case, plan, "decided")
    facts = {"measures": rules.in_words(narrowed(said.measures), name), "adjustments": plan.adjustments}
    await letters.draft(
        case, "contact_plan_decided", {**facts, "reason": plan.reasons, "review_on": plan.review_on}, party
    )


async def note_contact(case: Case, contact: Contact) -> None:
    """Note that somebody reached us outside of their plan. It is taken as ever: the plan bars nothing."""
    if contact.direction != "in" or contact.party_id is None:
        return
    for plan in await rows.in_force(case.session, case.complaint.id, contact.party_id):
        before = await rows.heard_from(case.session, case.complaint.id, contact.party_id)
        outside = rules.outside(
            narrowed_by(plan), channel=contact.channel, happened_at=contact.happened_at, before=before
        )
        if outside:
            case.event(
                "contact.outside_plan",
                contact_id=contact.id,
                plan_id=plan.id,
                channel="channels" in outside,
                too_often="every_days" in outside,
            )


async def senior_apart(case: Case) -> UUID:
    """Return who acts: a senior by appointment who does not handle the case. Refused for anybody else."""
    person_id = case.actor_id
    if person_id is None or not await people.holds_any(case.session, person_id, rules.SENIORS, case.on):
        raise Refused(Refusal.NOT_AUTHORISED)
    parts = [await casework.present_role(case.session, case.complaint.id, role)
             for role in (INVESTIGATOR, DECISION_MAKER)]  # fmt: skip
    handles = {case.complaint.owner_id, *(part.person_id for part in parts if part is not None)}
    # In a small body there may be nobody else.
    refuse_if(person_id in handles and not case.complaint.small_body, Refusal.NOT_AUTHORISED)
    return person_id


async def plan_of(case: Case, plan_id: UUID) -> ContactPlan:
    """Return a plan of this complaint that is in force. Refused where there is none."""
    plan = await case.session.get(ContactPlan, plan_id)
    if plan is None or plan.complaint_id != case.complaint.id or plan.state != "in_force":
        raise Refused(Refusal.UNKNOWN_CONTACT_PLAN)
    return plan


async def party_of(case: Case, party_id: UUID) -> Party:
    """Return a party of this complaint who lives. Refused for anybody else."""
    party = await case.session.get(Party, party_id)
    if party is None or party.complaint_id != case.complaint.id or party.replaced_by is not None:
        raise Refused(Refusal.UNKNOWN_PARTY)
    refuse_if(party.retired_at is not None, Refusal.UNKNOWN_PARTY)
    refuse_if(party.death_known_at is not None, Refusal.PERSON_HAS_DIED)
    return party


async def ask_appeal(case: Case, plan: ContactPlan, appeal_id: UUID, due_on: date | None) -> None:
    """Ask somebody who did not decide the plan to decide an appeal against it."""
    decided = await rows.deciders(case.session, plan)
    turn = ("responsible_person", "senior_leader", "complaints_manager")
    holders = [(role, await case.holder_of(role)) for role in turn]
    role = next((role for role, person in holders if person is not None and person.id not in decided), turn[0])
    await case.task(APPEAL, role, name=str(appeal_id), due_on=due_on or case.on, subject_id=appeal_id)


def narrowed_by(plan: ContactPlan) -> Narrowed:
    """Return what a plan narrows now."""
    return Narrowed(
        single_contact_id=plan.single_contact_id,
        channels=rules.channels_of(plan.channels),
        every_days=plan.every_days,
        accompanied=plan.accompanied,
    )


def narrowed(said: Measures) -> Narrowed:
    """Return measures as they are compared."""
    return Narrowed(
        single_contact_id=said.single_contact_id,
        channels=rules.channels_of(said.channels),
        every_days=said.every_days,
        accompanied=said.accompanied,
    )


async def contact_name(case: Case, said: Measures) -> str | None:
    """Return the name of the single contact, who has to work here."""
    if said.single_contact_id is None:
        return None
    person = await people.active_person(case.session, said.single_contact_id)
    if person is None:
        raise Refused(Refusal.UNKNOWN_PERSON)
    return person.name


async def review_by(case: Case, plan: ContactPlan, cause: str) -> None:
    """Have a plan looked at again by its day: its clock runs, or after the end of the complaint a task stands."""
    if not case.complaint.open:
        await ask_review(case, plan)
        return
    # Met in this very act by a review: it runs again from here.
    clock = await ledger.arm(case, CLOCK, case.on, Terms(cause=cause, given=plan.review_on), plan.id)
    if clock.id in case.stopped:
        case.stopped.remove(clock.id)


async def ask_review(case: Case, plan: ContactPlan) -> None:
    """Ask the complaints manager to have a plan looked at again."""
    await case.task(REVIEW, "complaints_manager", name=str(plan.id), due_on=plan.review_on, subject_id=plan.id)


async def end_tasks(case: Case, plan: ContactPlan, kind: str) -> None:
    """End the tasks of a kind about a plan, as done."""
    await tasks.end_open(
        case.session, case.complaint.id, at=case.at, subject_id=plan.id, kind=kind, done_by=case.actor_id, done=True
    )


def put(plan: ContactPlan, said: Measures) -> None:
    """Let a plan narrow what is said, and nothing else."""
    plan.single_contact_id, plan.every_days, plan.accompanied = (
        said.single_contact_id,
        said.every_days,
        said.accompanied,
    )
    plan.channels = None if said.channels is None else sorted(set(said.channels))


def _codes(said: Measures) -> dict[str, Any]:
    return {
        "single_contact_id": said.single_contact_id,
        "channels": None if said.channels is None else sorted(set(said.channels)),
        "every_days": said.every_days,
        "accompanied": said.accompanied,
    }


def _plan(case: Case, said: DecideContactPlan, senior: UUID, number: int) -> ContactPlan:
    return ContactPlan(
        id=case.new_id("contact_plan"),
        organisation_id=case.complaint.organisation_id,
        complaint_id=case.complaint.id,
        number=number,
        party_id=said.party_id,
        **_codes(said.measures),
        reasons=said.reasons,
        adjustments=said.adjustments_considered,
        no_warning=said.no_warning,
        no_warning_because=said.no_warning_because,
        review_on=said.review_on,
        state="in_force",
        decided_by=senior,
        decided_on=case.on,
        said_at=case.at,
        act_id=case.act.act_id,
    )
