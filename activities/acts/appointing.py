"""Who has a part in a case: its investigator and its decision-maker, with training and conflicts on record (R-26)."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from activities.acts import following
from activities.acts.case import Case, Refused, check, refuse_if
from contracts.failures import Refusal
from contracts.offices import MANAGER
from db.casework_said import AppointToCase
from db.models.casework import CaseRole
from db.queries import casework, involvements, people, tiers
from policies import conflicts
from policies.conflicts import DECISION_MAKER, INVESTIGATOR, Appointee

# Whoever holds one of these manages complaints, or signs responses.
_OFFICES: Final = (MANAGER, "responsible_person", "authorised_signatory", "delegate")


async def appoint(case: Case, said: AppointToCase) -> None:
    """Give somebody a part in the case, in the place of whoever had it; refused, or mitigated, on a conflict."""
    person = await people.active_person(case.session, said.person_id)
    if person is None:
        raise Refused(Refusal.UNKNOWN_PERSON)
    refuse_if(said.trained_on is not None and said.trained_on > case.on, Refusal.DATE_IN_FUTURE)
    who = await _appointee(
        case,
        said.role,
        said.person_id,
        prior_involvement=said.prior_involvement,
        conflict=said.conflict,
        trained=said.trained_on is not None and bool(said.training),
        mitigated=bool(said.mitigation),
    )
    check(conflicts.refusal(case.procedure.investigator, who))
    before = await casework.present_role(case.session, case.complaint.id, said.role)
    row = _row(case, said, [ground.value for ground in conflicts.grounds(who)])
    if before is not None:
        refuse_if(_same(before, row), Refusal.NOTHING_CHANGES)
        before.ends_on = max(case.on, before.starts_on)
        await case.session.flush()  # or two would be present at once
    case.session.add(row)
    case.event(
        "part.given",
        role=said.role,
        person_id=person.id,
        old_person_id=before.person_id if before else None,
        trained_on=said.trained_on,
        mitigated=bool(said.mitigation),
        from_another_body=bool(said.from_body),
        small_body=case.complaint.small_body,
    )
    for ground in row.grounds:
        case.event("part.mitigated", role=said.role, person_id=person.id, ground=ground)
    await case.session.flush()
    holder = await case.holder_of(said.role)
    case.note_holder(said.role, holder)
    if holder is not None:
        await casework.give_part_tasks(case.session, case.complaint.id, said.role, holder.id)
    await following.appointed(case, row)


async def investigator_is_clear(case: Case) -> bool:
    """Say whether somebody investigates whom nothing speaks against, as the record stands now."""
    row = await casework.present_role(case.session, case.complaint.id, INVESTIGATOR)
    if row is None:
        return False
    who = await _appointee(
        case,
        INVESTIGATOR,
        row.person_id,
        prior_involvement=row.prior_involvement,
        conflict=row.conflict,
        trained=row.trained_on is not None and bool(row.training),
        mitigated=bool(row.mitigation),
        with_other_part=False,  # who came to it later has said what makes that fair
    )
    return conflicts.refusal(case.procedure.investigator, who) is None


async def _appointee(
    case: Case, part: str, person_id: UUID, *, with_other_part: bool = True, **declared: Any
) -> Appointee:
    """Put together what is declared of somebody and what the record shows of them."""
    complaint, session = case.complaint, case.session
    original = complaint.reopened_from
    other = DECISION_MAKER if part == INVESTIGATOR else INVESTIGATOR
    beside = await casework.present_role(session, complaint.id, other) if with_other_part else None
    before = original is not None and await casework.handled(session, original, person_id)
    about_them = await involvements.live_of_person(session, complaint.id, person_id)
    return Appointee(
        part=part,
        handled_original=before,
        handled_tier_before=await casework.had_part_in_another_tier(session, complaint.id, person_id, complaint.tier),
        barred=await tiers.is_barred(session, complaint.id, complaint.tier, person_id)
        or (before and not complaint.small_body and _bars_same_handler(case)),
        has_other_part=beside is not None and beside.person_id == person_id,
        holds_office=await people.holds_any(session, person_id, _OFFICES, case.on),
        small_body=complaint.small_body,
        complained_about=about_them is not None,
        **declared,
    )


def _bars_same_handler(case: Case) -> bool:
    return any(tier.code == case.complaint.tier and tier.same_handler_barred for tier in case.procedure.tiers)


def _row(case: Case, said: AppointToCase, grounds: list[str]) -> CaseRole:
    return CaseRole(
        id=case.new_id(f"part/{said.role}"),
        organisation_id=case.complaint.organisation_id,
        complaint_id=case.complaint.id,
        role=said.role,
        person_id=said.person_id,
        tier=case.complaint.tier,
        trained_on=said.trained_on,
        training=said.training,
        prior_involvement=said.prior_involvement,
        conflict=said.conflict,
        mitigation=said.mitigation,
        grounds=grounds,
        from_body=said.from_body,
        starts_on=case.on,
        act_id=case.act.act_id,
        said_at=case.at,
    )


def _same(one: CaseRole, other: CaseRole) -> bool:
    facts = ("person_id", "tier", "trained_on", "training", "prior_involvement", "conflict", "mitigation", "from_body")
    return all(getattr(one, fact) == getattr(other, fact) for fact in (*facts, "grounds"))
