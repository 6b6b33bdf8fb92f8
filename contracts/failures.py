"""Kinds of failure that cross the wire, and the codes of refusal. Branch on these, never on message text."""

from __future__ import annotations

from enum import StrEnum


class ErrorType(StrEnum):
    """The `type` of an ApplicationError raised by our own activities and update handlers."""

    REFUSED = "REFUSED"  # not allowed now; details hold one Refusal code
    PARKED = "PARKED"  # the step failed; the complaint needs attention and its clocks run on
    NOT_FOUND = "NOT_FOUND"  # the row an act names is not there
    UNDELIVERABLE = "UNDELIVERABLE"  # a notice that no retry will deliver
    MISCONFIGURED = "MISCONFIGURED"  # a procedure or template that should have been refused at start


class Refusal(StrEnum):
    """Why a submission was refused; the code of a 409 (or 412 for STALE_VERSION) problem."""

    NOT_IN_THIS_STAGE = "not_in_this_stage"
    COMPLAINT_CLOSED = "complaint_closed"
    STALE_VERSION = "stale_version"
    NO_SUCH_COMPLAINT = "no_such_complaint"
    ORIGINAL_NOT_CLOSED = "original_not_closed"
    ALREADY_REOPENED = "already_reopened"
    DISCUSSION_NOT_OFFERED = "discussion_not_offered"
    DISCUSSION_NOT_RECORDED = "discussion_not_recorded"
    DISCUSSION_ACCEPTED = "discussion_accepted"
    DATE_BEFORE_RECEIPT = "date_before_receipt"
    DATE_IN_FUTURE = "date_in_future"
    DATE_NOT_LATER = "date_not_later"
    PERIOD_BEYOND_LIMIT = "period_beyond_limit"
    EXPIRED = "expired"
    AGREEMENT_NEEDED = "agreement_needed"
    NO_RUNNING_CLOCK = "no_running_clock"
    UNKNOWN_OWNER = "unknown_owner"
    UNKNOWN_SIGNATORY = "unknown_signatory"
    NOT_AUTHORISED_TO_SIGN = "not_authorised_to_sign"
    UNKNOWN_NOTICE = "unknown_notice"
    NOTICE_NOT_DRAFT = "notice_not_draft"
    CONTACT_ON_HOLD = "contact_on_hold"
    BLANKS_LEFT = "blanks_left"
    UNKNOWN_FILE = "unknown_file"
    NO_PROCEDURE = "no_procedure"
    UNKNOWN_TASK = "unknown_task"
    TASK_ALREADY_DONE = "task_already_done"
    UNRELEASED_DRAFTS = "unreleased_drafts"
    SAME_PERSON = "same_person"
    NOT_AWAITING_APPROVAL = "not_awaiting_approval"
    CALENDAR_MOVED_ON = "calendar_moved_on"
    UNKNOWN_TEAM = "unknown_team"
    UNKNOWN_PARTY = "unknown_party"
    UNKNOWN_CORRECTION = "unknown_correction"
    NOTHING_CHANGES = "nothing_changes"
    CONTRADICTS_RECORD = "contradicts_record"
    CORRECTION_PENDING = "correction_pending"
    CORRECTION_STALE = "correction_stale"
    REASON_NEEDED = "reason_needed"
    QUIET_UNTIL_SWITCH = "quiet_until_switch"
    ALREADY_IMPORTED = "already_imported"
    CASES_LEFT = "cases_left"
    SWITCH_REACHED = "switch_reached"
    NOT_INCOMPLETE = "not_incomplete"
    REQUIREMENTS_MISSING = "requirements_missing"  # `missing` of the verdict says which
    FIGURES_NOT_SET = "figures_not_set"
    BEYOND_CAP = "beyond_cap"
    NOT_EXEMPT = "not_exempt"
    UNKNOWN_EXCLUSION = "unknown_exclusion"
    NOT_OUT_OF_TIME = "not_out_of_time"
    FINDINGS_NEEDED = "findings_needed"
    UNKNOWN_CODE = "unknown_code"
    UNKNOWN_LINK = "unknown_link"
    UNKNOWN_ISSUE = "unknown_issue"
    UNKNOWN_PERSON = "unknown_person"
    UNKNOWN_REQUEST = "unknown_request"
    REQUEST_SETTLED = "request_settled"
    UNKNOWN_INVESTIGATION = "unknown_investigation"
    UNKNOWN_HOLD = "unknown_hold"
    UNKNOWN_VIEWS = "unknown_views"
    UNKNOWN_REMEDY = "unknown_remedy"
    REMEDY_SETTLED = "remedy_settled"
    BEYOND_AUTHORITY = "beyond_authority"
    CONFLICT_OF_INTEREST = "conflict_of_interest"
    NOT_TRAINED = "not_trained"
    HANDLER_BARRED = "handler_barred"
    SIGNED_BY_INVESTIGATOR = "signed_by_investigator"
    NOTHING_DRAFTED = "nothing_drafted"
    NOT_AUTHORISED_TO_CLEAR = "not_authorised_to_clear"
    WINDOW_CLOSED = "window_closed"
    UNKNOWN_TIER = "unknown_tier"
    WRONG_TIER = "wrong_tier"
    PERSON_HAS_DIED = "person_has_died"
    UNKNOWN_VERSION = "unknown_version"
    WOULD_BREAK = "would_break"
    DATE_IN_PAST = "date_in_past"
    WINDOW_NOT_ALLOWED = "window_not_allowed"
    NOT_AUTHORISED_TO_HOLD = "not_authorised_to_hold"
    UNKNOWN_INVOLVEMENT = "unknown_involvement"
    INVOLVEMENT_ENDED = "involvement_ended"
    ALREADY_TOLD = "already_told"
    NOT_TOLD_YET = "not_told_yet"
    NOT_AUTHORISED = "not_authorised"  # this needs somebody more senior, or somebody else
    UNKNOWN_COMMENT = "unknown_comment"
    UNKNOWN_PROMISE = "unknown_promise"
    PROMISE_SETTLED = "promise_settled"
    UNKNOWN_CONSENT = "unknown_consent"
    CONSENT_SETTLED = "consent_settled"
    CONSENT_MISSING = "consent_missing"
    UNSAFE_CHANNEL = "unsafe_channel"
    NO_ADDRESS = "no_address"
    STILL_NEEDED = "still_needed"  # a complaint cannot be without this person
    UNKNOWN_CONTACT_PLAN = "unknown_contact_plan"
    NOT_WARNED = "not_warned"
    NOTICE_NOT_SENT = "notice_not_sent"
    # Joint investigations.
    UNKNOWN_CONTRIBUTION = "unknown_contribution"
    CONTRIBUTION_RELEASED = "contribution_released"
    NOT_ACCEPTED_YET = "not_accepted_yet"
    NOTHING_SUBMITTED = "nothing_submitted"
    NOT_THEIR_ISSUE = "not_their_issue"
    NOT_THEIR_CONTRIBUTION = "not_their_contribution"  # another body says it
    BODY_ALREADY_NAMED = "body_already_named"
    UNKNOWN_BODY = "unknown_body"
    LEAD_NOT_DECIDED = "lead_not_decided"
    LEAD_ALREADY_DECIDED = "lead_already_decided"  # two bodies cannot both lead
    DECIDER_NEEDED = "decider_needed"
    UNKNOWN_MEETING = "unknown_meeting"
    UNKNOWN_DRAFT = "unknown_draft"
    UNKNOWN_ACTION = "unknown_action"
    UNKNOWN_ACCESS = "unknown_access"
    PROTOCOL_NOT_SPOKEN = "protocol_not_spoken"
    MESSAGE_MALFORMED = "message_malformed"  # no message of the protocol
    MESSAGE_CHANGED = "message_changed"  # the same id with other words
    NOT_LATE_YET = "not_late_yet"
    NOT_A_CONTRIBUTION = "not_a_contribution"
    JOINT_DRAFT_NEEDED = "joint_draft_needed"
    CONTRIBUTIONS_OPEN = "contributions_open"
    # Serious cases.
    NOT_SENIOR = "not_senior"
    SEVERITY_PENDING = "severity_pending"  # a lowering awaits its second person
    UNKNOWN_ESCALATION = "unknown_escalation"
    ALREADY_ESCALATED = "already_escalated"  # one of that cause is open
    ALREADY_ACKNOWLEDGED = "already_acknowledged"
    NOT_ACKNOWLEDGED = "not_acknowledged"
    NOT_ASKED = "not_asked"  # it was not this person who was called
    NOT_DECIDED = "not_decided"
    NOT_DONE_YET = "not_done_yet"  # what was decided is not on record
    UNKNOWN_INCIDENT = "unknown_incident"
    NOT_ASSESSED = "not_assessed"
    NOT_NOTIFIABLE = "not_notifiable"
    ELEMENTS_MISSING = "elements_missing"  # `missing` of the verdict says which
    STILL_OWED = "still_owed"
    UNKNOWN_REFERRAL = "unknown_referral"
    UNKNOWN_ENQUIRY = "unknown_enquiry"
    UNKNOWN_RECOMMENDATION = "unknown_recommendation"
    UNKNOWN_PACK = "unknown_pack"
    PROCEEDING_ENDED = "proceeding_ended"
    # Learning, and the actions that follow from it.
    UNKNOWN_LEARNING = "unknown_learning"
    EVIDENCE_NEEDED = "evidence_needed"
    NOT_CHECKED_YET = "not_checked_yet"  # the time to see whether it recurs has not passed
