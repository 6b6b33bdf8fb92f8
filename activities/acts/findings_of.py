"""Findings on issues: recorded, replaced by a later version, and never erased."""

from __future__ import annotations

from uuid import UUID

from activities.acts import joint_issues
from activities.acts.case import Case, Refused, refuse_if
from contracts.failures import Refusal
from db.finding_said import RecordFinding
from db.models.casework import Issue
from db.models.findings import Finding
from db.queries import casework, findings
from policies.outcomes import CaseOutcome, case_outcome


async def record_finding(case: Case, said: RecordFinding) -> None:
    """Record what was found on one issue: what happened, what should have, and why that is the finding (R-30)."""
    await add(case, said)


async def add(case: Case, said: RecordFinding, comment_id: UUID | None = None) -> Finding:
    """Add a version of the finding on an issue; `comment_id` is the comment that led to it."""
    issue = await _issue(case, said.issue_id)
    codes = {rule.code for rule in case.procedure.outcomes}
    refuse_if(bool(codes) and said.outcome not in codes, Refusal.UNKNOWN_CODE)
    before = (await findings.present(case.session, case.complaint.id)).get(issue.id)
    refuse_if(before is not None and _same(before, said), Refusal.NOTHING_CHANGES)
    version = before.version + 1 if before is not None else 1
    finding = Finding(
        id=case.new_id(f"finding/{issue.id}"),
        organisation_id=case.complaint.organisation_id,
        complaint_id=case.complaint.id,
        issue_id=issue.id,
        version=version,
        happened=said.happened,
        should_have=said.should_have,
        standard=said.standard,
        evidence=said.evidence,
        outcome=said.outcome,
        reason=said.reason,
        comment_id=comment_id,
        found_by=case.actor_id,
        act_id=case.act.act_id,
        said_at=case.at,
    )
    case.session.add(finding)
    case.event(
        "finding.recorded",
        finding_id=finding.id,
        issue_id=issue.id,
        version=version,
        outcome=said.outcome,
        replaces=before.id if before is not None else None,
        comment_id=comment_id,
    )
    return finding


async def derived_outcome(case: Case) -> CaseOutcome | None:
    """Return the outcome of the case as its findings give it (R-31); None where nothing gives it.

    Issues on hold, passed on or taken back have no part in it, whatever was found on them before; nor have those of
    other bodies, each of which has its own outcome.
    """
    issues = await casework.issues_of(case.session, case.complaint.id)
    found = await findings.present(case.session, case.complaint.id)
    theirs = await joint_issues.others(case)
    ours = [issue for issue in issues if issue.state == "open" and issue.id not in theirs]
    outcomes = [found[issue.id].outcome for issue in ours if issue.id in found]
    return case_outcome(outcomes, case.procedure.outcomes)


async def _issue(case: Case, issue_id: UUID) -> Issue:
    issue = await case.session.get(Issue, issue_id)
    if issue is None or issue.complaint_id != case.complaint.id or issue.state in ("taken_back", "passed_on"):
        raise Refused(Refusal.UNKNOWN_ISSUE)
    # Somebody else has to finish first: what is found now could stand in their way.
    refuse_if(issue.state == "on_hold", Refusal.CONTRADICTS_RECORD)
    # Each body finds on its own issues only.
    refuse_if(issue.id in await joint_issues.others(case), Refusal.NOT_THEIR_ISSUE)
    return issue


def _same(before: Finding, said: RecordFinding) -> bool:
    names = ("happened", "should_have", "standard", "evidence", "outcome", "reason")
    return all(getattr(before, name) == getattr(said, name) for name in names)
