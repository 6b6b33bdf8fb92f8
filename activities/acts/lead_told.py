"""Who is told who leads: the bodies, by message, and the person, in a letter; and what follows where it is not us."""

from __future__ import annotations

from typing import Any, Final

from activities.acts import joint, joint_consent, letters, releasing, taking_part
from activities.acts.case import Case
from db.joint_messages import LeadDecided
from db.models.joint import Contribution
from db.models.leading import JointLead
from db.queries import joint as contributions

LETTER: Final = "joint_lead"
FOLLOW: Final = "follow_the_lead"
MOVED: Final = "lead_moved"


async def bodies(case: Case, lead: JointLead) -> None:
    """Tell every body how it stands with who leads: whoever leads first."""
    for row in sorted(await taking_part.hearing(case), key=lambda each: each.code != lead.lead_code):
        await body(case, row, lead)


async def body(case: Case, row: Contribution, lead: JointLead) -> None:
    """Tell one body how it stands with who leads."""
    state: Any = "decided" if lead.state == "moved" else lead.state
    await joint.post(
        case,
        row,
        LeadDecided(
            state=state,
            lead=lead.lead_code,
            yours=lead.lead_code == row.code,
            rule=lead.rule,
            decided_by=", ".join(f"{name} ({code})" for code, name in sorted(lead.deciders.items())) or None,
            reason=lead.reason,
        ),
    )


async def settled(case: Case, lead: JointLead) -> None:
    """Tell everybody that it is settled who leads. Where another body does, hand over to it."""
    await bodies(case, lead)
    if case.complaint.open:
        await letters.draft(case, LETTER, await _facts(case, lead))
    if not lead.ours:
        await _hand_over(case)


async def _hand_over(case: Case) -> None:
    """Let go of the contributions: the body that leads names us, and the others, in its turn. Our part goes on."""
    for row in await contributions.of_complaint(case.session, case.complaint.id, live=True):
        await releasing.release(case, row, MOVED)
    if case.complaint.open:
        await case.task(FOLLOW, "owner")


async def _facts(case: Case, lead: JointLead) -> dict[str, Any]:
    """Return what the letter says: who leads, and with whom. A body that consent does not cover is not named."""
    there = [each for each in await taking_part.hearing(case) if (await joint_consent.covers(case, each)).may]
    leads = next((each.name for each in there if each.code == lead.lead_code), None)
    others = [each.name for each in there if each.code != lead.lead_code]
    return {
        "lead_name": case.organisation.name if lead.ours else leads or lead.lead_code,
        "we_lead": lead.ours,
        "other_bodies": "\n".join(f"{n}. {name}" for n, name in enumerate(others, start=1)) or None,
    }
