"""SQL that reads a whole case for an export: every row that hangs on a complaint, as columns by name."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from sqlalchemy import Table, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from db.models import registry

# What a case consists of, in the order in which it is read: the name in the export, the table, its order.
_PARTS: Final[tuple[tuple[str, str, tuple[str, ...]], ...]] = (
    ("words", "complaint_words", ()),
    ("parties", "party", ("role", "id")),
    ("clocks", "clock", ("due_at", "id")),
    ("clockVersions", "clock_version", ("made_at", "clock_id", "generation")),
    ("events", "case_event", ("seq",)),
    ("notes", "note", ("said_at", "id")),
    ("contacts", "contact", ("happened_at", "id")),
    ("corrections", "correction", ("asked_at", "id")),
    ("notices", "notice", ("drafted_at", "id")),
    ("tasks", "task", ("raised_at", "id")),
    ("files", "case_file", ("added_at", "id")),
    ("exclusions", "exclusion", ("decided_at", "id")),
    ("timeLimit", "time_limit", ("number",)),
    ("standing", "standing", ("number",)),
    ("consents", "consent", ("number",)),
    ("conductWarnings", "conduct_warning", ("said_at", "id")),
    ("contactPlans", "contact_plan", ("number",)),
    ("contactPlanReviews", "contact_plan_review", ("said_at", "id")),
    ("contactPlanAppeals", "contact_plan_appeal", ("said_at", "id")),
    ("staffSafety", "staff_safety", ("said_at", "id")),
    ("routeScreenings", "route_screening", ("number",)),
    ("routesFound", "route_found", ("route", "id")),
    ("coding", "coding", ("id",)),
    ("codedSubjects", "coded_subject", ("position", "id")),
    ("incoming", "incoming", ("received_at", "id")),
    ("deaths", "bereavement", ("said_at", "id")),
    ("resolutionAttempts", "resolution_attempt", ("number",)),
    ("issues", "issue", ("number",)),
    ("issueVersions", "issue_version", ("issue_id", "version")),
    ("parts", "case_role", ("said_at", "id")),
    ("plans", "investigation_plan", ("version",)),
    ("requests", "request", ("raised_at", "id")),
    ("requestIssues", "request_issue", ("request_id", "issue_id")),
    ("requestAnswers", "request_answer", ("request_id", "round")),
    ("requestFiles", "request_file", ("answer_id", "file_id")),
    ("parallelInvestigations", "parallel_investigation", ("opened_at", "id")),
    ("parallelIssues", "parallel_issue", ("investigation_id", "issue_id")),
    ("parallelUpdates", "parallel_update", ("said_at", "id")),
    ("holds", "issue_hold", ("decided_on", "id")),
    ("heldIssues", "held_issue", ("hold_id", "issue_id")),
    ("holdReviews", "hold_review", ("said_at", "id")),
    ("findings", "finding", ("issue_id", "version")),
    ("views", "initial_views", ("round",)),
    ("viewsRecipients", "views_recipient", ("views_id", "shared_on", "id")),
    ("comments", "views_comment", ("said_at", "id")),
    ("remedies", "remedy", ("proposed_at", "id")),
    ("remedySteps", "remedy_step", ("remedy_id", "number")),
    ("responseDrafts", "response_draft", ("version",)),
    ("responseClearances", "response_clearance", ("draft_id", "number")),
    ("clearanceSteps", "clearance_step", ("draft_id", "number")),
    ("contributions", "contribution", ("number",)),
    ("bodyContacts", "body_contact", ("contribution_id", "said_at", "id")),
    ("contributionIssues", "contribution_issue", ("contribution_id", "issue_id")),
    ("jointMessages", "joint_message", ("contribution_id", "said_at", "id")),
    ("jointLeads", "joint_lead", ("number",)),
    ("jointLeadViews", "joint_lead_view", ("number",)),
    ("jointTimescales", "joint_timescale", ("number",)),
    ("jointTimescaleViews", "joint_timescale_view", ("number",)),
    ("bodyRequests", "body_request", ("asked_at", "id")),
    ("bodyRequestAnswers", "body_request_answer", ("request_id", "round")),
    ("bodyRequestFiles", "body_request_file", ("answer_id", "file_id")),
    ("jointMeetings", "joint_meeting", ("on", "id")),
    ("jointMeetingBodies", "joint_meeting_body", ("meeting_id", "id")),
    ("jointDrafts", "joint_draft", ("number",)),
    ("jointDraftReaders", "joint_draft_reader", ("joint_draft_id", "id")),
    ("jointComments", "joint_comment", ("number",)),
    ("letterCopies", "letter_copy", ("made_at", "notice_id")),
    ("carriages", "carriage", ("begun_at", "id")),
    ("arrivals", "arrival", ("said_at", "id")),
    ("promises", "promise", ("said_at", "id")),
    ("promisesKept", "promise_kept", ("promise_id", "number")),
    ("datesGiven", "told_date", ("said_at", "id")),
    ("staffInvolved", "involvement", ("number",)),
    ("staffInvolvedWords", "involvement_words", ("involvement_id",)),
    ("staffIssues", "involvement_issue", ("involvement_id", "issue_id")),
    ("staffSteps", "involvement_step", ("involvement_id", "number")),
    ("tierSteps", "tier_step", ("said_at", "id")),
    ("tierBars", "tier_bar", ("tier", "person_id")),
    ("contactNeeds", "contact_needs", ("party_id", "number")),
    ("statementsGiven", "statement_given", ("said_at", "id")),
    ("staffComments", "staff_comment", ("involvement_id", "number")),
    ("experiences", "experience", ("said_at", "id")),
    ("bodyAccess", "body_access", ("contribution_id", "number")),
    ("bodySubmissions", "body_submission", ("contribution_id", "round")),
    ("bodyAnswers", "body_answer", ("submission_id", "number")),
    ("bodyReviews", "body_review", ("decided_at", "id")),
    ("bodyActions", "body_action", ("contribution_id", "due_on", "id")),
    ("bodyFiles", "body_file", ("id",)),
    ("bodyGaps", "body_gap", ("said_at", "id")),
    ("ownPart", "joint_part", ("id",)),
    ("ownPartMessages", "part_message", ("said_at", "direction", "seq")),
    ("proceedings", "proceeding", ("kind", "number")),
    ("triage", "triage", ("number",)),
    ("severitySettings", "severity_setting", ("number",)),
    ("transfers", "transfer", ("said_at", "id")),
    ("transferReceived", "transfer_received", ("id",)),
    ("incidents", "incident", ("flagged_on", "id")),
    ("incidentAssessments", "incident_assessment", ("incident_id", "number")),
    ("candourNotices", "candour_notice", ("said_at", "id")),
    ("candourElements", "candour_element", ("candour_notice_id", "position")),
    ("candourEnquiries", "candour_enquiry", ("due_on", "id")),
    ("candourAttempts", "candour_attempt", ("said_at", "id")),
    ("candourSupport", "candour_support", ("said_at", "id")),
    ("escalations", "escalation", ("raised_at", "id")),
    ("escalationCalls", "escalation_call", ("escalation_id", "number")),
    ("escalationsAgain", "escalation_again", ("escalation_id", "number")),
    ("escalationDecisions", "escalation_decision", ("escalation_id", "number")),
    ("escalationLooks", "escalation_look", ("escalation_id", "number")),
    ("referrals", "referral", ("said_at", "id")),
    ("referralEnquiries", "referral_enquiry", ("referral_id", "number")),
    ("referralDecisions", "referral_decision", ("referral_id", "number")),
    ("decisionComments", "decision_comment", ("said_at", "id")),
    ("recommendations", "recommendation", ("referral_id", "number")),
    ("recommendationFiles", "recommendation_file", ("recommendation_id", "file_id")),
    ("referralLearning", "referral_learning", ("said_at", "id")),
    ("learning", "learning", ("number",)),
    ("learningVersions", "learning_version", ("learning_id", "number")),
    ("actions", "action", ("said_at", "id")),
    ("actionChanges", "action_change", ("action_id", "number")),
    ("actionProgress", "action_progress", ("action_id", "number")),
    ("actionCompletions", "action_done", ("action_id", "number")),
    ("actionFiles", "action_file", ("done_id", "file_id")),
    ("actionChecks", "action_check", ("action_id", "number")),
    ("actionLetters", "action_letter", ("action_id", "id")),
    ("evidencePacks", "evidence_pack", ("number",)),
    ("seen", "seen", ("at", "id")),
)
# A link belongs to both of its complaints, whichever it was recorded with.
_LINKS: Final = "complaint_link"
EXPORTED: Final = frozenset({"complaint", _LINKS, *(table for _, table, _ in _PARTS)})
# Of how things are stored, and of the content of files and letters, an export says nothing: their hashes name them.
# How it was for somebody is nobody's business who handles the case, nor is what opens their page.
_UNSAID: Final = {"experience": frozenset({"scores", "words", "link_hash"})}
_LEFT_OUT: Final = frozenset({"content", "stored_key", "archive_key", "recorded_at", "organisation_id", "complaint_id"})

Row = dict[str, Any]


async def case_rows(session: AsyncSession, complaint_id: UUID) -> tuple[Row, dict[str, list[Row]]]:
    """Return a complaint of the tenant and all that hangs on it, as of one moment. Raises LookupError without one."""
    complaint = _table("complaint")
    # Every act locks the complaint first, so none comes between the first of these reads and the last.
    await session.execute(select(complaint.c.id).where(complaint.c.id == complaint_id).with_for_update(read=True))
    found = await _rows(session, complaint, complaint.c.id == complaint_id, ())
    if not found:
        raise LookupError("no such complaint")
    parts = {
        name: await _rows(session, _table(table), _table(table).c.complaint_id == complaint_id, order)
        for name, table, order in _PARTS
    }
    links = _table(_LINKS)
    either = or_(links.c.complaint_id == complaint_id, links.c.other_id == complaint_id)
    parts["links"] = await _rows(session, links, either, ("linked_at", "id"), keep=("complaint_id",))
    for file in parts["files"]:
        if file["disclosure"] == "restricted":
            file["name"] = None  # read on the case itself, by those who work on it
    return found[0], parts


def _table(name: str) -> Table:
    return registry.metadata.tables[name]


async def _rows(
    session: AsyncSession, table: Table, condition: Any, order: tuple[str, ...], keep: tuple[str, ...] = ()
) -> list[Row]:
    left_out = _LEFT_OUT | _UNSAID.get(table.name, frozenset())
    columns = [column for column in table.columns if column.name not in left_out or column.name in keep]
    found = await session.execute(select(*columns).where(condition).order_by(*(table.c[name] for name in order)))
    return [dict(row) for row in found.mappings()]
