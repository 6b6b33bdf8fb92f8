"""What a machine can say, and when it is worth saying."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from contracts.commands import CommandKind
from tests.lives.machine.draws import Draws
from tests.lives.machine.sayings_candour import CANDOUR
from tests.lives.machine.sayings_closer import CLOSER
from tests.lives.machine.sayings_early import EARLY, Saying
from tests.lives.machine.sayings_joint import JOINT
from tests.lives.machine.sayings_learning import LEARNING
from tests.lives.machine.sayings_office import OFFICE
from tests.lives.machine.sayings_people import PEOPLE
from tests.lives.machine.sayings_referral import REFERRAL
from tests.lives.machine.sayings_serious import SERIOUS
from tests.lives.machine.sayings_staff import STAFF

SAYINGS: dict[CommandKind, Callable[[Draws], Saying]] = {
    **EARLY,
    **CLOSER,
    **OFFICE,
    **STAFF,
    **PEOPLE,
    **JOINT,
    **SERIOUS,
    **CANDOUR,
    **REFERRAL,
    **LEARNING,
}
# What ends a complaint: said only of one that has lived a while, so that lives are long.
ENDS = frozenset({CommandKind.CLOSE, CommandKind.WITHDRAW, CommandKind.EXEMPT, CommandKind.EXCLUDE,
                  CommandKind.RECORD_DEATH, CommandKind.END_STAFF})  # fmt: skip
# What is about something, and the table that it is in: said at random only where there is any.
ABOUT: dict[CommandKind, tuple[str, dict[str, Any]]] = {
    CommandKind.UNLINK: ("complaint_link", {"removed_at": None}),
    CommandKind.ANSWER_REQUEST: ("request", {}),
    CommandKind.REVIEW_REQUEST: ("request", {}),
    CommandKind.CANCEL_REQUEST: ("request", {}),
    CommandKind.UPDATE_PARALLEL: ("parallel_investigation", {}),
    CommandKind.HOLD_ISSUES: ("parallel_investigation", {}),
    CommandKind.REVIEW_HOLD: ("issue_hold", {}),
    CommandKind.CONFIRM_ISSUES: ("issue", {}),
    CommandKind.RECORD_FINDING: ("issue", {}),
    CommandKind.SHARE_VIEWS: ("finding", {}),
    CommandKind.RECORD_COMMENT: ("views_recipient", {}),
    CommandKind.DECIDE_REMEDY: ("remedy", {}),
    CommandKind.DECIDE_CORRECTION: ("correction", {"state": "awaiting_approval"}),
    CommandKind.MARK_FILE: ("case_file", {"attached": True}),
    CommandKind.RELEASE_NOTICE: ("notice", {"state": "draft"}),
    CommandKind.DISCARD_NOTICE: ("notice", {"state": "draft"}),
    CommandKind.RECORD_DEATH: ("party", {"death_known_at": None}),
    CommandKind.NAME_SUCCESSOR: ("bereavement", {}),
    CommandKind.CLEAR_RESPONSE: ("response_draft", {"issued_on": None}),
    CommandKind.CHANGE_STAFF: ("involvement", {}),
    CommandKind.DEFER_STAFF: ("involvement", {}),
    CommandKind.TELL_STAFF: ("involvement", {}),
    CommandKind.SUPPORT_STAFF: ("involvement", {}),
    CommandKind.INVITE_STAFF: ("involvement", {}),
    CommandKind.RECORD_STAFF_COMMENT: ("involvement", {}),
    CommandKind.INFORM_STAFF: ("involvement", {}),
    CommandKind.END_STAFF: ("involvement", {}),
    CommandKind.USE_STAFF_COMMENT: ("staff_comment", {}),
    CommandKind.WITHDRAW_CONSENT: ("consent", {}),
    CommandKind.REVIEW_CONTACT_PLAN: ("contact_plan", {}),
    CommandKind.APPEAL_CONTACT_PLAN: ("contact_plan", {}),
    CommandKind.DECIDE_APPEAL: ("contact_plan_appeal", {}),
    CommandKind.KEEP_PROMISE: ("promise", {}),
    CommandKind.RELEASE_PROMISE: ("promise", {}),
    CommandKind.RECORD_DELIVERY: ("notice", {}),
    CommandKind.NAME_BODY: ("issue", {}),
    **{each: ("contribution", {}) for each in JOINT if each is not CommandKind.NAME_BODY},
    CommandKind.REVIEW_BODY_ANSWER: ("body_request", {}),
    CommandKind.REQUEST_REVISION: ("body_submission", {}),
    CommandKind.APPROVE_CONTRIBUTION: ("body_submission", {}),
    CommandKind.RECORD_JOINT_COMMENT: ("joint_draft", {}),
    CommandKind.WEIGH_JOINT_COMMENT: ("joint_comment", {}),
    CommandKind.SETTLE_BODY_ACTION: ("body_action", {}),
    CommandKind.REVOKE_ACCESS: ("body_access", {}),
    CommandKind.DECIDE_SEVERITY: ("severity_setting", {"state": "pending"}),
    CommandKind.ACKNOWLEDGE_ESCALATION: ("escalation", {}),
    CommandKind.PASS_ESCALATION: ("escalation", {}),
    CommandKind.DECIDE_ESCALATION: ("escalation", {}),
    CommandKind.FOLLOW_ESCALATION: ("escalation_decision", {}),
    **{each: ("incident", {}) for each in CANDOUR if each is not CommandKind.FLAG_INCIDENT},
    **{
        each: ("referral", {})
        for each in REFERRAL
        if each not in (CommandKind.RECORD_REFERRAL, CommandKind.ASSEMBLE_PACK)
    },
    CommandKind.ANSWER_REFERRAL: ("referral_enquiry", {}),
    CommandKind.COMMENT_ON_DECISION: ("referral_decision", {}),
    CommandKind.RECORD_COMPLIANCE: ("recommendation", {}),
    CommandKind.TELL_COMPLIANCE: ("recommendation", {}),
    CommandKind.PUBLISH_LEARNING: ("referral_decision", {}),
    **{each: ("action", {}) for each in LEARNING if each not in (CommandKind.RECORD_LEARNING, CommandKind.PLAN_ACTION)},
}
# How far a life has come already when the machine takes it up.
ALREADY = (0, 0, 8, 16, 24)
