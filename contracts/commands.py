"""What somebody can say about a complaint, and the command that carries it to the workflow."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID


class CommandKind(StrEnum):
    """What somebody can say about a complaint. A new value needs the workers deployed before the API."""

    LOG = "log"
    ACKNOWLEDGE = "acknowledge"
    RECORD_DISCUSSION = "record_discussion"
    SET_RESPONSE_PERIOD = "set_response_period"
    EXTEND = "extend"
    RECORD_UPDATE = "record_update"
    RESPOND = "respond"
    CLOSE = "close"
    WITHDRAW = "withdraw"
    ASSIGN = "assign"
    ADD_NOTE = "add_note"
    ATTACH_FILE = "attach_file"
    SET_CONTACT_RULES = "set_contact_rules"
    RELEASE_NOTICE = "release_notice"
    DISCARD_NOTICE = "discard_notice"
    NOTICE_OUTCOME = "notice_outcome"
    COMPLETE_TASK = "complete_task"
    REDATE = "redate"
    RECORD_CONTACT = "record_contact"
    MARK_FILE = "mark_file"
    CORRECT = "correct"
    DECIDE_CORRECTION = "decide_correction"
    SEND_UPDATE = "send_update"
    IMPORT = "import"  # a complaint from another system; opens it, as LOG does
    # Moves of the full lifecycle.
    BEGIN_RESOLUTION = "begin_resolution"
    RESOLVE = "resolve"
    MOVE_ON = "move_on"
    ESCALATE = "escalate"
    EXEMPT = "exempt"
    EXCLUDE = "exclude"
    CONVERT = "convert"
    # Casework: whether a complaint is handled, and how it is coded.
    DECIDE_TIME_LIMIT = "decide_time_limit"
    DECIDE_STANDING = "decide_standing"
    SCREEN_ROUTES = "screen_routes"
    SET_CODING = "set_coding"
    LINK = "link"
    UNLINK = "unlink"
    # Casework: a closer look.
    SET_ISSUES = "set_issues"
    CONFIRM_ISSUES = "confirm_issues"
    APPOINT = "appoint"
    SHARE_PLAN = "share_plan"
    RAISE_REQUEST = "raise_request"
    ANSWER_REQUEST = "answer_request"
    REVIEW_REQUEST = "review_request"
    CANCEL_REQUEST = "cancel_request"
    OPEN_PARALLEL = "open_parallel"
    UPDATE_PARALLEL = "update_parallel"
    HOLD_ISSUES = "hold_issues"
    REVIEW_HOLD = "review_hold"
    RECORD_FINDING = "record_finding"
    SHARE_VIEWS = "share_views"
    RECORD_COMMENT = "record_comment"
    SKIP_VIEWS = "skip_views"
    PROPOSE_REMEDY = "propose_remedy"
    DECIDE_REMEDY = "decide_remedy"
    DRAFT_RESPONSE = "draft_response"
    CLEAR_RESPONSE = "clear_response"
    # Casework: the people outside, and the rules themselves.
    RECORD_DEATH = "record_death"
    NAME_SUCCESSOR = "name_successor"
    MOVE_PROCEDURE = "move_procedure"  # to another version, after a dry run, by a named person
    # Keeping everyone informed: the people outside, and what was agreed with them.
    ADD_PARTY = "add_party"
    RETIRE_PARTY = "retire_party"
    SET_CONTACT_NEEDS = "set_contact_needs"
    GIVE_STATEMENTS = "give_statements"
    RECORD_CONSENT = "record_consent"
    WITHDRAW_CONSENT = "withdraw_consent"
    WARN_ABOUT_CONDUCT = "warn_about_conduct"
    DECIDE_CONTACT_PLAN = "decide_contact_plan"
    REVIEW_CONTACT_PLAN = "review_contact_plan"
    APPEAL_CONTACT_PLAN = "appeal_contact_plan"
    DECIDE_APPEAL = "decide_appeal"
    FLAG_STAFF_SAFETY = "flag_staff_safety"
    MAKE_PROMISE = "make_promise"
    KEEP_PROMISE = "keep_promise"
    RELEASE_PROMISE = "release_promise"
    RECORD_DELIVERY = "record_delivery"  # what a person saw become of a notice: it came back, say
    RECORD_EXPERIENCE = "record_experience"
    # Keeping everyone informed: the staff complained about.
    NAME_STAFF = "name_staff"
    CHANGE_STAFF = "change_staff"
    DEFER_STAFF = "defer_staff"
    TELL_STAFF = "tell_staff"
    SUPPORT_STAFF = "support_staff"
    INVITE_STAFF = "invite_staff"
    RECORD_STAFF_COMMENT = "record_staff_comment"
    USE_STAFF_COMMENT = "use_staff_comment"
    INFORM_STAFF = "inform_staff"
    END_STAFF = "end_staff"
    # Joint investigations: what the body that coordinates says.
    NAME_BODY = "name_body"
    CHANGE_BODY = "change_body"
    PROPOSE_LEAD = "propose_lead"
    DECIDE_LEAD = "decide_lead"
    SET_JOINT_TIMESCALE = "set_joint_timescale"
    ASK_BODY = "ask_body"
    REVIEW_BODY_ANSWER = "review_body_answer"
    CALL_MEETING = "call_meeting"
    RECORD_MEETING = "record_meeting"
    REQUEST_REVISION = "request_revision"
    APPROVE_CONTRIBUTION = "approve_contribution"
    NAME_GAP = "name_gap"
    SHARE_JOINT_DRAFT = "share_joint_draft"
    RECORD_JOINT_COMMENT = "record_joint_comment"
    WEIGH_JOINT_COMMENT = "weigh_joint_comment"
    SETTLE_BODY_ACTION = "settle_body_action"
    RELEASE_CONTRIBUTION = "release_contribution"
    ISSUE_ACCESS = "issue_access"  # to the page of a body without a system
    REVOKE_ACCESS = "revoke_access"
    RECORD_FROM_BODY = "record_from_body"  # what a body said by word of mouth or on paper, written down for it
    FROM_BODY = "from_body"  # a message of the protocol, from the body itself
    # Joint investigations: what a body that contributes hears and says in its own case.
    HEAR_LEAD = "hear_lead"
    TELL_LEAD = "tell_lead"
    # A complaint, or a part of it, is another body's.
    TRANSFER = "transfer"
    # Serious cases: how serious it is, and who senior has it in hand.
    TRIAGE = "triage"
    SET_SEVERITY = "set_severity"
    DECIDE_SEVERITY = "decide_severity"
    RAISE_ESCALATION = "raise_escalation"
    ACKNOWLEDGE_ESCALATION = "acknowledge_escalation"
    PASS_ESCALATION = "pass_escalation"
    DECIDE_ESCALATION = "decide_escalation"
    FOLLOW_ESCALATION = "follow_escalation"
    # Duty of candour.
    FLAG_INCIDENT = "flag_incident"
    ASSESS_INCIDENT = "assess_incident"
    TELL_OF_INCIDENT = "tell_of_incident"  # in person
    LOG_CANDOUR_ATTEMPT = "log_candour_attempt"
    OFFER_CANDOUR_SUPPORT = "offer_candour_support"
    WRITE_OF_INCIDENT = "write_of_incident"
    END_CANDOUR = "end_candour"
    # What an Ombudsman or a regulator asks.
    RECORD_REFERRAL = "record_referral"
    RECORD_REFERRAL_ENQUIRY = "record_referral_enquiry"
    ASSEMBLE_PACK = "assemble_pack"
    ANSWER_REFERRAL = "answer_referral"
    RECORD_REFERRAL_DECISION = "record_referral_decision"
    COMMENT_ON_DECISION = "comment_on_decision"
    RECORD_COMPLIANCE = "record_compliance"
    TELL_COMPLIANCE = "tell_compliance"
    PUBLISH_LEARNING = "publish_learning"
    CLOSE_REFERRAL = "close_referral"
    # Learning, and the actions that follow from it.
    RECORD_LEARNING = "record_learning"
    PLAN_ACTION = "plan_action"
    CHANGE_ACTION = "change_action"
    RECORD_ACTION_PROGRESS = "record_action_progress"
    COMPLETE_ACTION = "complete_action"
    CHECK_ACTION = "check_action"
    DROP_ACTION = "drop_action"
    HAND_OVER_ACTIONS = "hand_over_actions"


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """Carry one submission to the workflow. What was said stays in PostgreSQL under `submission_id`."""

    submission_id: UUID
    kind: CommandKind
    said_at: datetime
    if_version: int | None = None
