"""What somebody can say about a complaint, and the command that carries it to the workflow."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final
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


# What is owed to people by whoever handles a complaint, whatever its procedure: lawful in every open stage of it.
INFORMING: Final = (
    CommandKind.ADD_PARTY,
    CommandKind.RETIRE_PARTY,
    CommandKind.SET_CONTACT_NEEDS,
    CommandKind.GIVE_STATEMENTS,
    CommandKind.RECORD_CONSENT,
    CommandKind.WITHDRAW_CONSENT,
    CommandKind.WARN_ABOUT_CONDUCT,
    CommandKind.DECIDE_CONTACT_PLAN,
    CommandKind.REVIEW_CONTACT_PLAN,
    CommandKind.APPEAL_CONTACT_PLAN,
    CommandKind.DECIDE_APPEAL,
    CommandKind.FLAG_STAFF_SAFETY,
    CommandKind.MAKE_PROMISE,
    CommandKind.KEEP_PROMISE,
    CommandKind.RELEASE_PROMISE,
    CommandKind.RECORD_DELIVERY,
    CommandKind.RECORD_EXPERIENCE,
    CommandKind.NAME_STAFF,
    CommandKind.CHANGE_STAFF,
    CommandKind.DEFER_STAFF,
    CommandKind.TELL_STAFF,
    CommandKind.SUPPORT_STAFF,
    CommandKind.INVITE_STAFF,
    CommandKind.RECORD_STAFF_COMMENT,
    CommandKind.USE_STAFF_COMMENT,
    CommandKind.INFORM_STAFF,
    CommandKind.END_STAFF,
)

# What the law asks of bodies that look into one complaint together (SI 2009/309 reg 9), whatever the procedure of each.
JOINT: Final = (
    CommandKind.NAME_BODY,
    CommandKind.CHANGE_BODY,
    CommandKind.PROPOSE_LEAD,
    CommandKind.DECIDE_LEAD,
    CommandKind.SET_JOINT_TIMESCALE,
    CommandKind.ASK_BODY,
    CommandKind.REVIEW_BODY_ANSWER,
    CommandKind.CALL_MEETING,
    CommandKind.RECORD_MEETING,
    CommandKind.REQUEST_REVISION,
    CommandKind.APPROVE_CONTRIBUTION,
    CommandKind.NAME_GAP,
    CommandKind.SHARE_JOINT_DRAFT,
    CommandKind.RECORD_JOINT_COMMENT,
    CommandKind.WEIGH_JOINT_COMMENT,
    CommandKind.SETTLE_BODY_ACTION,
    CommandKind.RELEASE_CONTRIBUTION,
    CommandKind.ISSUE_ACCESS,
    CommandKind.REVOKE_ACCESS,
    CommandKind.RECORD_FROM_BODY,
    CommandKind.FROM_BODY,
    CommandKind.HEAR_LEAD,
    CommandKind.TELL_LEAD,
    CommandKind.TRANSFER,
)

# The office's own: lawful in every open stage of every complaint, whatever its procedure says.
OFFICE: Final = (
    CommandKind.RECORD_CONTACT,
    CommandKind.MARK_FILE,
    CommandKind.CORRECT,
    CommandKind.DECIDE_CORRECTION,
    CommandKind.SEND_UPDATE,
    CommandKind.MOVE_PROCEDURE,
)

# Lawful in every open stage of every complaint.
EVERYWHERE: Final = (*OFFICE, *INFORMING, *JOINT)

# Casework: a workflow takes it in every open stage, and the case file asks the procedure whether it is lawful there.
# So a plan stays small, however much a procedure knows.
CASEWORK: Final = (
    CommandKind.DECIDE_TIME_LIMIT,
    CommandKind.DECIDE_STANDING,
    CommandKind.SCREEN_ROUTES,
    CommandKind.SET_CODING,
    CommandKind.LINK,
    CommandKind.UNLINK,
    CommandKind.SET_ISSUES,
    CommandKind.CONFIRM_ISSUES,
    CommandKind.APPOINT,
    CommandKind.SHARE_PLAN,
    CommandKind.RAISE_REQUEST,
    CommandKind.ANSWER_REQUEST,
    CommandKind.REVIEW_REQUEST,
    CommandKind.CANCEL_REQUEST,
    CommandKind.OPEN_PARALLEL,
    CommandKind.UPDATE_PARALLEL,
    CommandKind.HOLD_ISSUES,
    CommandKind.REVIEW_HOLD,
    CommandKind.RECORD_FINDING,
    CommandKind.SHARE_VIEWS,
    CommandKind.RECORD_COMMENT,
    CommandKind.SKIP_VIEWS,
    CommandKind.PROPOSE_REMEDY,
    CommandKind.DECIDE_REMEDY,
    CommandKind.DRAFT_RESPONSE,
    CommandKind.CLEAR_RESPONSE,
    CommandKind.RECORD_DEATH,
    CommandKind.NAME_SUCCESSOR,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """Carry one submission to the workflow. What was said stays in PostgreSQL under `submission_id`."""

    submission_id: UUID
    kind: CommandKind
    said_at: datetime
    if_version: int | None = None
