"""Which commands are lawful whatever a procedure says, and which the case file asks it about."""

from __future__ import annotations

from typing import Final

from contracts.commands import CommandKind

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

# What runs beside a complaint, whatever its procedure, and may outlive it: a hand of somebody senior on it, candour
# about harm, what an Ombudsman or a regulator asks.
SERIOUS: Final = (
    CommandKind.TRIAGE,
    CommandKind.SET_SEVERITY,
    CommandKind.DECIDE_SEVERITY,
    CommandKind.RAISE_ESCALATION,
    CommandKind.ACKNOWLEDGE_ESCALATION,
    CommandKind.PASS_ESCALATION,
    CommandKind.DECIDE_ESCALATION,
    CommandKind.FOLLOW_ESCALATION,
    CommandKind.FLAG_INCIDENT,
    CommandKind.ASSESS_INCIDENT,
    CommandKind.TELL_OF_INCIDENT,
    CommandKind.LOG_CANDOUR_ATTEMPT,
    CommandKind.OFFER_CANDOUR_SUPPORT,
    CommandKind.WRITE_OF_INCIDENT,
    CommandKind.END_CANDOUR,
    CommandKind.RECORD_REFERRAL,
    CommandKind.RECORD_REFERRAL_ENQUIRY,
    CommandKind.ASSEMBLE_PACK,
    CommandKind.ANSWER_REFERRAL,
    CommandKind.RECORD_REFERRAL_DECISION,
    CommandKind.COMMENT_ON_DECISION,
    CommandKind.RECORD_COMPLIANCE,
    CommandKind.TELL_COMPLIANCE,
    CommandKind.PUBLISH_LEARNING,
    CommandKind.CLOSE_REFERRAL,
)

# What is learned from a complaint, whatever its procedure and however it ended, and what is done about it.
LEARNING: Final = (
    CommandKind.RECORD_LEARNING,
    CommandKind.PLAN_ACTION,
    CommandKind.CHANGE_ACTION,
    CommandKind.RECORD_ACTION_PROGRESS,
    CommandKind.COMPLETE_ACTION,
    CommandKind.CHECK_ACTION,
    CommandKind.DROP_ACTION,
    CommandKind.HAND_OVER_ACTIONS,
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
EVERYWHERE: Final = (*OFFICE, *INFORMING, *JOINT, *SERIOUS, *LEARNING)

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
