"""Who coordinates: proposed by a rule, agreed or disputed by the bodies, decided by named people, moved later.

Every step is a row of its own; the last one stands (SI 2009/309 reg 9(3)(a)).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from activities.acts import joint, lead_told, ledger, taking_part
from activities.acts.case import Case, Refused, refuse_if
from activities.acts.ledger import Terms
from contracts.failures import Refusal
from contracts.joint import ContributionState as State
from db.joint_messages import LeadView
from db.lead_said import DecideLead, LeadDecider, ProposeLead
from db.models.joint import Contribution
from db.models.leading import JointLead, JointLeadView
from db.queries import casework, leading, tasks
from db.queries import joint as contributions
from policies import lead_files
from policies.leading import BodyStanding, CriterionResult, propose

CLOCK: Final = "lead_decision"
DISPUTE: Final = "settle_lead_dispute"
PROPOSE: Final = "propose_lead"
SETTLED: Final = frozenset({"agreed", "decided", "moved"})
# A malformed rule refuses the process at its start.
_RULES: Final = lead_files.load_lead_rules()


async def propose_lead(case: Case, said: ProposeLead) -> None:
    """Propose who leads to every body that is spoken with: by the rule, or somebody else with the reason."""
    bodies = await taking_part.hearing(case)
    refuse_if(not bodies, Refusal.UNKNOWN_BODY)
    before = await leading.present(case.session, case.complaint.id)
    refuse_if(before is not None and before.state in SETTLED, Refusal.LEAD_ALREADY_DECIDED)
    known = {case.organisation.code, *(each.code for each in bodies)}
    refuse_if(not {said.lead, said.person_prefers} <= {None, *known}, Refusal.UNKNOWN_BODY)
    refuse_if(said.lead is not None and not said.reason, Refusal.REASON_NEEDED)
    found = propose(await _standings(case, bodies), _order(case), said.person_prefers)
    row = await _step(
        case,
        "proposed",
        said.lead or found.lead,
        rule="chosen" if said.lead is not None else found.rule,
        rules_version=_RULES[-1].version,
        person_prefers=said.person_prefers,
        outcomes=[_plain(each) for each in found.outcomes],
        reason=said.reason,
    )
    same = before is not None and before.state == "proposed"
    refuse_if(
        same and (before.lead_code, before.rule, before.outcomes) == (row.lead_code, row.rule, row.outcomes),  # type: ignore[union-attr]
        Refusal.NOTHING_CHANGES,
    )
    await _end_tasks(case)
    await lead_told.bodies(case, row)
    await _wait(case, "lead_proposed")


async def lead_view(case: Case, row: Contribution, said: LeadView) -> None:
    """Hear whether a body agrees who leads. All agree: settled. One does not: it goes to seniors on both sides."""
    present = await leading.present(case.session, case.complaint.id)
    if present is None:
        raise Refused(Refusal.LEAD_NOT_DECIDED)
    refuse_if(row.state == State.DECLINED, Refusal.NOT_ACCEPTED_YET)
    other = said.proposes is not None and said.proposes != present.lead_code
    refuse_if(said.agrees and other, Refusal.CONTRADICTS_RECORD)
    settled = present.state in SETTLED
    refuse_if(settled and not said.agrees, Refusal.LEAD_ALREADY_DECIDED)
    refuse_if(not said.agrees and not (said.reason or other), Refusal.REASON_NEEDED)
    if said.proposes is not None:
        known = {case.organisation.code, *(each.code for each in await taking_part.hearing(case))}
        refuse_if(said.proposes not in known, Refusal.UNKNOWN_BODY)
    await _keep_view(case, row, present, said)
    if settled:
        return
    if said.agrees:
        await _settle_if_agreed(case, present)
    elif present.state != "disputed":
        await _dispute(case, present)


async def decide_lead(case: Case, said: DecideLead) -> None:
    """Decide who leads, with who decided it on each side of a dispute; or move the lead later."""
    bodies = await taking_part.hearing(case)
    known = {case.organisation.code, *(each.code for each in bodies)}
    refuse_if(said.lead not in known, Refusal.UNKNOWN_BODY)
    present = await leading.present(case.session, case.complaint.id)
    refuse_if(not bodies and present is None, Refusal.UNKNOWN_BODY)
    await _check_deciders(case, present, said.deciders, known)
    await _check_willing(case, present, said, bodies)
    moves = present is not None and present.state in SETTLED
    refuse_if(moves and present is not None and present.lead_code == said.lead, Refusal.NOTHING_CHANGES)
    row = await _step(
        case,
        "moved" if moves else "decided",
        said.lead,
        rule="decided",
        person_prefers=present.person_prefers if present is not None else None,
        deciders={each.code: each.name for each in said.deciders},
        reason=said.reason,
    )
    await _settle(case, row)


async def is_ours(case: Case) -> bool:
    """Say whether it was agreed or decided that we lead. A proposal that nobody answered is not: a senior decides."""
    present = await leading.present(case.session, case.complaint.id)
    return present is not None and present.state in SETTLED and present.lead_code == case.organisation.code


async def proposed(case: Case) -> JointLead | None:
    """Return how it stands with who leads, for an invitation: its last row."""
    return await leading.present(case.session, case.complaint.id)


async def on_accept(case: Case, row: Contribution) -> None:
    """Tell a body that takes part how it stands with who leads; where nothing was proposed, ask the owner to."""
    present = await leading.present(case.session, case.complaint.id)
    if present is not None:
        await lead_told.body(case, row, present)
        if present.state not in SETTLED:
            await _settle_if_agreed(case, present)
            await _wait_again(case)
    elif not await tasks.is_open(case.session, case.complaint.id, PROPOSE):
        await case.task(PROPOSE, "owner")


async def look_again(case: Case) -> None:
    """See whether it is settled who leads now that a body is gone. With none left there is nothing to agree on."""
    present = await leading.present(case.session, case.complaint.id)
    if await taking_part.hearing(case):
        if present is not None and present.state not in SETTLED:
            await _settle_if_agreed(case, present)
        return
    await _end_tasks(case)
    if clock := await ledger.running(case, CLOCK):
        await ledger.stop(case, clock, "no_body_left")


async def _wait_again(case: Case) -> None:
    """Wait for who leads where that stopped because no body was left, and one is again."""
    present = await leading.present(case.session, case.complaint.id)
    if present is not None and present.state not in SETTLED and await ledger.running(case, CLOCK) is None:
        await _wait(case, "body_accepted")


async def _standings(case: Case, bodies: Sequence[Contribution]) -> list[BodyStanding]:
    """Return the bodies as the rule sees them, us first. How grave an issue is, nothing on record says."""
    shares = await leading.issues_by_body(case.session, [each.id for each in bodies])
    taken = await contributions.taken_issues(case.session, case.complaint.id)
    issues = await casework.issues_of(case.session, case.complaint.id)
    mine = sum(each.id not in taken and each.state != "taken_back" for each in issues)
    first = case.complaint.source != "other_body"
    us = BodyStanding(code=case.organisation.code, issues=mine, ours=True, received_first=first)
    return [us, *(BodyStanding(code=each.code, issues=shares.get(each.id, 0)) for each in bodies)]


def _order(case: Case) -> Any:
    return _RULES[-1].order_for(case.procedure.code, case.complaint.regime).criteria


async def _check_deciders(
    case: Case, present: JointLead | None, deciders: Sequence[LeadDecider], known: set[str]
) -> None:
    """Check that somebody is named for each side of a dispute: for us, and for each body that does not agree."""
    named = {each.code for each in deciders}
    refuse_if(not named <= known or len(named) < len(deciders), Refusal.UNKNOWN_BODY)
    if present is None or present.state != "disputed":
        return
    last = await leading.last_views(case.session, present.proposal_id)
    bodies = {each.id: each.code for each in await taking_part.hearing(case)}
    sides = {bodies[each] for each, view in last.items() if each in bodies and not view.agrees}
    refuse_if(not {case.organisation.code, *sides} <= named, Refusal.DECIDER_NEEDED)


async def _check_willing(
    case: Case, present: JointLead | None, said: DecideLead, bodies: Sequence[Contribution]
) -> None:
    """Refuse to make a body lead for which nobody speaks: it agreed to this proposal, or somebody of it decided."""
    body = next((each for each in bodies if each.code == said.lead), None)
    if body is None or any(each.code == said.lead for each in said.deciders):
        return
    last = await leading.last_views(case.session, present.proposal_id) if present is not None else {}
    agreed = present is not None and present.lead_code == said.lead and _agrees(last, body.id)
    refuse_if(not agreed, Refusal.DECIDER_NEEDED)


async def _step(case: Case, state: str, lead: str, **more: Any) -> JointLead:
    """Write the next row of who leads, and journal it."""
    before = await leading.present(case.session, case.complaint.id)
    own_id = case.new_id(f"lead/{state}")
    values: dict[str, Any] = {"rules_version": None, "person_prefers": None, "outcomes": [], "deciders": {}}
    values |= {"reason": None, "proposal_id": own_id} | more
    row = JointLead(
        id=own_id,
        organisation_id=case.complaint.organisation_id,
        complaint_id=case.complaint.id,
        number=before.number + 1 if before is not None else 1,
        state=state,
        lead_code=lead,
        ours=lead == case.organisation.code,
        said_by=case.actor_id,
        said_at=case.at,
        act_id=case.act.act_id,
        **values,
    )
    case.session.add(row)
    await case.session.flush()
    case.event("lead.moved" if state == "moved" else f"lead.{state}", lead=lead, ours=row.ours, rule=row.rule)
    return row


async def _keep_view(case: Case, row: Contribution, present: JointLead, said: LeadView) -> None:
    case.session.add(
        JointLeadView(
            id=case.new_id(f"lead_view/{row.id}"),
            organisation_id=row.organisation_id,
            complaint_id=row.complaint_id,
            contribution_id=row.id,
            proposal_id=present.proposal_id,
            number=await leading.next_view(case.session, JointLeadView, row.complaint_id),
            agrees=said.agrees,
            proposes=said.proposes,
            reason=said.reason,
            senior=said.senior,
            said_at=case.at,
            act_id=case.act.act_id,
        )
    )
    await case.session.flush()
    case.event("lead.viewed", contribution_id=row.id, body=row.code, agrees=said.agrees, proposes=said.proposes)
    joint.touch(case, row)


async def _settle_if_agreed(case: Case, present: JointLead) -> None:
    """Settle who leads when every body that takes part agrees, and the one that would lead does, too."""
    last = await leading.last_views(case.session, present.proposal_id)
    bodies = await taking_part.hearing(case)
    asked = [each for each in bodies if taking_part.has_accepted(each) or each.code == present.lead_code]
    if not asked or not all(_agrees(last, each.id) for each in asked):
        return
    if any(not _agrees(last, each.id) for each in bodies if each.id in last):
        return
    row = await _step(case, "agreed", present.lead_code, **_same(present))
    await _settle(case, row)


async def _dispute(case: Case, present: JointLead) -> None:
    """Put a dispute to seniors on both sides: a named decider of each settles it."""
    row = await _step(case, "disputed", present.lead_code, **_same(present))
    await lead_told.bodies(case, row)
    clock_id = await _wait(case, "lead_disputed")
    for role in ("complaints_manager", "responsible_person"):
        await case.task(DISPUTE, role, clock_id=clock_id)


async def _settle(case: Case, row: JointLead) -> None:
    await _end_tasks(case)
    await ledger.meet_if_running(case, CLOCK, case.on)
    if row.ours:
        await tasks.end_open(case.session, case.complaint.id, at=case.at, kind=lead_told.FOLLOW)
    await lead_told.settled(case, row)


async def _wait(case: Case, cause: str) -> UUID | None:
    """Start the clock on who leads, or give it its next generation."""
    if not (case.complaint.open and case.procedure.has_clock(CLOCK)):
        return None
    return (await ledger.arm(case, CLOCK, case.on, Terms(cause=cause))).id


async def _end_tasks(case: Case) -> None:
    for kind in (DISPUTE, PROPOSE):
        await tasks.end_open(case.session, case.complaint.id, at=case.at, kind=kind, done_by=case.actor_id, done=True)


def _same(present: JointLead) -> dict[str, Any]:
    """Return what a step takes over from the proposal that it is about."""
    taken = ("rule", "rules_version", "person_prefers", "outcomes", "proposal_id")
    return {name: getattr(present, name) for name in taken}


def _agrees(last: Mapping[UUID, JointLeadView], contribution_id: UUID) -> bool:
    view = last.get(contribution_id)
    return view is not None and view.agrees


def _plain(found: CriterionResult) -> dict[str, Any]:
    """Return what a criterion came to as the row keeps it."""
    return {"criterion": found.criterion.value, "result": found.result.value, "left": list(found.left)}
