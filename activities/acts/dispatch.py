"""Which handler takes which command. The only place that knows them all."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, Final

from activities.acts import (
    appointing,
    arrivals,
    bereavement,
    coding,
    consenting,
    contact_plans,
    converting,
    corrections,
    drafting,
    ending,
    escalating,
    excluding,
    exempting,
    experiences,
    findings_of,
    gates,
    holds,
    involving,
    issues,
    linking,
    moving,
    office,
    papers,
    parallel,
    people_of,
    plan_appeals,
    plan_reviews,
    planning,
    promises,
    redating,
    remedies,
    requests,
    resolving,
    responding,
    routes,
    rungs,
    staff_comments,
    staff_informing,
    standing_for,
    statements,
    telling,
    time_limit,
    views,
    working,
)
from activities.acts.case import Case
from contracts.clocks import RungRef
from contracts.commands import CommandKind
from db.said import Said

# Each takes the shape that `db.said.SHAPES` names for its command.
_HANDLERS: Final[dict[CommandKind, Callable[[Case, Any], Awaitable[None]]]] = {
    CommandKind.ACKNOWLEDGE: working.acknowledge,
    CommandKind.RECORD_DISCUSSION: working.record_discussion,
    CommandKind.SET_RESPONSE_PERIOD: working.set_response_period,
    CommandKind.EXTEND: working.extend,
    CommandKind.RECORD_UPDATE: working.record_update,
    CommandKind.DRAFT_RESPONSE: drafting.draft_response,
    CommandKind.CLEAR_RESPONSE: drafting.clear_response,
    CommandKind.RESPOND: responding.respond,
    CommandKind.CLOSE: ending.close,
    CommandKind.WITHDRAW: ending.withdraw,
    CommandKind.ASSIGN: office.assign,
    CommandKind.SET_CONTACT_RULES: office.set_contact_rules,
    CommandKind.COMPLETE_TASK: office.complete_task,
    CommandKind.RELEASE_NOTICE: office.release_notice,
    CommandKind.DISCARD_NOTICE: office.discard_notice,
    CommandKind.NOTICE_OUTCOME: arrivals.notice_outcome,
    CommandKind.RECORD_DELIVERY: arrivals.record_delivery,
    CommandKind.SEND_UPDATE: office.send_update,
    CommandKind.ADD_NOTE: papers.add_note,
    CommandKind.ATTACH_FILE: papers.attach_file,
    CommandKind.MARK_FILE: papers.mark_file,
    CommandKind.RECORD_CONTACT: papers.record_contact,
    CommandKind.CORRECT: corrections.correct,
    CommandKind.DECIDE_CORRECTION: corrections.decide,
    CommandKind.ESCALATE: escalating.escalate,
    CommandKind.RECORD_DEATH: bereavement.record_death,
    CommandKind.NAME_SUCCESSOR: bereavement.name_successor,
    CommandKind.RAISE_REQUEST: requests.raise_request,
    CommandKind.ANSWER_REQUEST: requests.answer_request,
    CommandKind.REVIEW_REQUEST: requests.review_request,
    CommandKind.CANCEL_REQUEST: requests.cancel_request,
    CommandKind.OPEN_PARALLEL: parallel.open_parallel,
    CommandKind.UPDATE_PARALLEL: parallel.update_parallel,
    CommandKind.HOLD_ISSUES: holds.hold_issues,
    CommandKind.REVIEW_HOLD: holds.review_hold,
    CommandKind.RECORD_FINDING: findings_of.record_finding,
    CommandKind.SHARE_VIEWS: views.share_views,
    CommandKind.RECORD_COMMENT: views.record_comment,
    CommandKind.SKIP_VIEWS: views.skip_views,
    CommandKind.PROPOSE_REMEDY: remedies.propose_remedy,
    CommandKind.DECIDE_REMEDY: remedies.decide_remedy,
    CommandKind.REDATE: redating.redate,
    CommandKind.MOVE_PROCEDURE: moving.move_procedure,
    CommandKind.MAKE_PROMISE: promises.make,
    CommandKind.KEEP_PROMISE: promises.keep,
    CommandKind.RELEASE_PROMISE: promises.release,
    CommandKind.EXCLUDE: excluding.exclude,
    CommandKind.DECIDE_TIME_LIMIT: time_limit.decide,
    CommandKind.DECIDE_STANDING: standing_for.decide,
    CommandKind.SCREEN_ROUTES: routes.screen,
    CommandKind.SET_CODING: coding.set_coding,
    CommandKind.BEGIN_RESOLUTION: resolving.begin_resolution,
    CommandKind.RESOLVE: resolving.resolve,
    CommandKind.MOVE_ON: resolving.move_on,
    CommandKind.SET_ISSUES: issues.set_issues,
    CommandKind.CONFIRM_ISSUES: issues.confirm_issues,
    CommandKind.APPOINT: appointing.appoint,
    CommandKind.SHARE_PLAN: planning.share_plan,
    CommandKind.CONVERT: converting.convert,
    CommandKind.EXEMPT: exempting.exempt,
    CommandKind.NAME_STAFF: involving.name_staff,
    CommandKind.CHANGE_STAFF: involving.change_staff,
    CommandKind.DEFER_STAFF: telling.defer_staff,
    CommandKind.TELL_STAFF: telling.tell_staff,
    CommandKind.SUPPORT_STAFF: telling.support_staff,
    CommandKind.END_STAFF: telling.end_staff,
    CommandKind.INVITE_STAFF: staff_comments.invite,
    CommandKind.RECORD_STAFF_COMMENT: staff_comments.record,
    CommandKind.USE_STAFF_COMMENT: staff_comments.use,
    CommandKind.INFORM_STAFF: staff_informing.inform,
    CommandKind.RECORD_EXPERIENCE: experiences.record,
    CommandKind.ADD_PARTY: people_of.add_party,
    CommandKind.RETIRE_PARTY: people_of.retire_party,
    CommandKind.SET_CONTACT_NEEDS: people_of.set_needs,
    CommandKind.GIVE_STATEMENTS: statements.give,
    CommandKind.RECORD_CONSENT: consenting.record_consent,
    CommandKind.WITHDRAW_CONSENT: consenting.withdraw_consent,
    CommandKind.WARN_ABOUT_CONDUCT: contact_plans.warn,
    CommandKind.DECIDE_CONTACT_PLAN: contact_plans.decide,
    CommandKind.REVIEW_CONTACT_PLAN: plan_reviews.review,
    CommandKind.APPEAL_CONTACT_PLAN: plan_appeals.appeal,
    CommandKind.DECIDE_APPEAL: plan_appeals.decide_appeal,
    CommandKind.FLAG_STAFF_SAFETY: plan_appeals.flag_staff_safety,
    CommandKind.LINK: linking.link,
    CommandKind.UNLINK: linking.unlink,
}

# What a procedure may allow, for then somebody does it.
HANDLED: Final = frozenset(_HANDLERS)


async def apply_command(case: Case, kind: CommandKind, said: Said) -> None:
    """Do what was said to the case, if its gate is open. Raises Refused where it is not allowed now."""
    await gates.pass_or_refuse(case, kind, getattr(said, "when", None))
    await _HANDLERS[kind](case, said)
    await coding.ask_after(case, kind)


async def apply_rung(case: Case, ref: RungRef) -> None:
    """Fire a rung."""
    await rungs.fire(case, ref)
