"""Gathers what a response is composed of, and says whether a draft still is what the record says. Changes nothing."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from activities.acts import clearing, joint_composing, letters
from activities.acts.case import Case
from activities.acts.letter_facts import bereaved
from db.models.casework import Issue
from db.models.findings import Finding
from db.models.response import ResponseDraft
from db.queries import casework, findings, response, submissions_of_bodies, tiers
from policies.composing import Composed, FindingMade, IssueRaised, Material, RemedyDecided, compose
from policies.next_steps import tiers_ahead
from policies.procedure_rules import TierRule, WindowFrom
from policies.tiers import window_until


async def material_of(case: Case) -> Material:
    """Return what the record holds for the response of a case as it stands."""
    complaint, session = case.complaint, case.session
    party = await letters.complainant(case)
    ahead = tiers_ahead(case.procedure, stage=complaint.stage, tier=complaint.tier)
    return Material(
        reference=complaint.reference,
        recipient=party.name,
        received_on=complaint.received_on,
        bereaved=await bereaved(case, party),
        own_matter=not await response.affected_of(session, complaint.id),
        issues=await _issues(case),
        remedies=tuple(
            RemedyDecided(kind=each.kind, words=each.words, loss=each.financial_loss, injustice=each.injustice_amount)
            for each in await response.remedies_given(session, complaint.id)
        ),
        ahead=ahead,
        noticed_until=_noticed_until(case, ahead[0]) if ahead else None,
        joint=await joint_composing.joint_of(case),
    )


async def _issues(case: Case) -> tuple[IssueRaised, ...]:
    found = await _found(case)
    return tuple(
        IssueRaised(
            number=issue.number,
            summary=issue.summary,
            effect=issue.effect,
            outcome_sought=issue.outcome_sought,
            state=issue.state,
            confirmed=issue.confirmed_on is not None,
            finding=_made(found[issue.id]) if issue.id in found else None,
        )
        for issue in await casework.issues_of(case.session, case.complaint.id)
        if issue.state != "taken_back"
    )


async def _found(case: Case) -> dict[UUID, Finding]:
    """Return the findings by issue: what a tier answers with is what it found itself."""
    since = await tiers.entered_at(case.session, case.complaint.id, case.complaint.tier)
    present = await findings.present(case.session, case.complaint.id)
    return {issue_id: each for issue_id, each in present.items() if since is None or each.said_at >= since}


def _made(finding: Finding) -> FindingMade:
    return FindingMade(
        happened=finding.happened,
        should_have=finding.should_have,
        standard=finding.standard,
        evidence=finding.evidence,
        outcome=finding.outcome,
        reason=finding.reason,
    )


def _noticed_until(case: Case, tier: TierRule) -> date | None:
    """Return the last day of a window that counts from the person's notice; that from a response is not known yet."""
    if tier.window is None or tier.window.starts is not WindowFrom.NOTICE:
        return None
    complaint = case.complaint
    noticed_on = complaint.noticed_on or complaint.happened_on
    return window_until(tier.window, answered_on=None, noticed_on=noticed_on, calendar=case.calendars.nation)


def written(draft: ResponseDraft) -> dict[str, str]:
    """Return what people wrote for a draft, by element."""
    return {section["element"]: section["words"] for section in draft.sections}


async def stands(case: Case, draft: ResponseDraft) -> Composed:
    """Return a draft composed anew of the record as it stands now."""
    return compose(case.procedure, written(draft), await material_of(case))


async def pending(case: Case) -> ResponseDraft | None:
    """Return the draft that is on its way to the signature: the latest, unless it was issued already."""
    draft = await response.latest_draft(case.session, case.complaint.id)
    return draft if draft is not None and draft.issued_on is None else None


async def is_complete(case: Case) -> bool:
    """Say whether the draft has every element, and nothing that it was composed of has changed since (R-37)."""
    draft = await pending(case)
    return draft is not None and await is_whole(case, draft)


async def is_whole(case: Case, draft: ResponseDraft) -> bool:
    """Say whether a draft has every element of the procedure, and is composed of the record as it stands."""
    material = await material_of(case)
    lacking = compose(case.procedure, written(draft), material).missing
    return not lacking and draft.sources_sha256 == material.fingerprint


async def is_cleared(case: Case) -> bool:
    """Say whether the draft is cleared for signature, by everybody whose turn it is."""
    draft = await pending(case)
    return draft is not None and (await clearing.standing(case, draft)).cleared


async def told(case: Case) -> list[str]:
    """Return the ids of the findings that a response tells: those on open issues of ours."""
    found = await _found(case)
    return [str(found[issue.id].id) for issue in await _open_and_ours(case) if issue.id in found]


async def _open_and_ours(case: Case) -> list[Issue]:
    """Return the open issues but for those on which another body finds."""
    theirs = await submissions_of_bodies.others_issues(case.session, case.complaint.id)
    issues = await casework.issues_of(case.session, case.complaint.id)
    return [issue for issue in issues if issue.state == "open" and issue.id not in theirs]


async def all_answered(case: Case) -> bool:
    """Say whether each open issue is answered: the response that went out last tells the finding on it."""
    issued = [draft for draft in await response.drafts_of(case.session, case.complaint.id) if draft.issued_on]
    if not issued:
        return True  # it was answered elsewhere, or by a letter that somebody wrote whole
    tells = await told(case)
    return len(tells) == len(await _open_and_ours(case)) and set(tells) <= set(issued[0].findings)
