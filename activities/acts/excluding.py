"""A complaint is not handled: it ends, and a letter says why and where the person can go."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from activities.acts import ending, letters, silence
from activities.acts.case import Case, Refused, check, refuse_if
from contracts.commands import CommandKind
from contracts.failures import Refusal
from contracts.notices import NoticeState
from db.eligibility_said import Exclude
from db.models.complaint import Party
from db.models.eligibility import Exclusion
from db.models.work import Notice
from policies import lawful
from policies.letters import has_blanks
from policies.next_steps import ombudsman_of
from policies.procedure_rules import Channel, ExclusionRule


async def exclude(case: Case, said: Exclude) -> None:
    """Decline a complaint on a ground of its procedure, with written reasons (R-05)."""
    rule = _ground(case, said.code)
    check(lawful.happened(said.decided_on, received_on=case.complaint.received_on, today=case.on))
    stage = declined_stage(case)
    case.session.add(
        Exclusion(
            id=case.new_id("exclusion"),
            organisation_id=case.complaint.organisation_id,
            complaint_id=case.complaint.id,
            ground=rule.code,
            title=rule.title,
            legal_basis=rule.legal_basis,
            reasons=said.reasons,
            decided_on=said.decided_on,
            act_id=case.act.act_id,
            decided_by=case.actor_id,
            decided_at=case.at,
        )
    )
    facts = {"ground": rule.title, "legal_basis": rule.legal_basis, "reason": said.reasons}
    await decline(case, stage, "not_handled", facts, ground=rule.code, decided_on=said.decided_on)


def _ground(case: Case, code: str) -> ExclusionRule:
    found = next((each for each in case.procedure.exclusions if each.code == code), None)
    if found is None:
        raise Refused(Refusal.UNKNOWN_EXCLUSION)
    return found


def declined_stage(case: Case) -> str:
    """Return the stage in which a complaint ends that is not handled. Refused where it has come too far for that."""
    stage = case.procedure.after(case.complaint.stage, CommandKind.EXCLUDE)
    refuse_if(not case.procedure.is_terminal(stage), Refusal.NOT_IN_THIS_STAGE)
    return stage


async def decline(case: Case, stage: str, template: str, facts: Mapping[str, Any], **of_event: Any) -> None:
    """End a complaint that is not handled, with the letter that says why, in the name of whoever decided it."""
    refuse_if(has_blanks(str(facts["reason"])), Refusal.BLANKS_LEFT)
    await letters.discard(case, await letters.unreleased(case), "not_handled")
    await ending.end(case, stage, **of_event)
    await tell(case, template, facts)


async def tell(case: Case, template: str, facts: Mapping[str, Any], party: Party | None = None) -> Notice:
    """Write a decision to a person outside and release it in the decider's name.

    With nobody named, or before the switch date of an import, it stays unreleased and a task asks for it.
    """
    route = ombudsman_of(case.procedure)
    through_mp = route is not None and route.channel is Channel.MP
    notice = await letters.to_person(case, template, {"through_mp": through_mp, **facts}, NoticeState.DRAFT, party)
    if case.actor_id is not None and not await silence.is_kept(case):
        await letters.send(case, notice, case.actor_id)
    else:
        await case.task("send_decision", "owner", name=str(notice.id), notice_id=notice.id)
    return notice
