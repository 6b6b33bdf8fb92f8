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
    WINDOW_CLOSED = "window_closed"
    UNKNOWN_TIER = "unknown_tier"
    WRONG_TIER = "wrong_tier"
    PERSON_HAS_DIED = "person_has_died"
    UNKNOWN_VERSION = "unknown_version"
    WOULD_BREAK = "would_break"
