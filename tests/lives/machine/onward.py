"""Which thing, said next, brings a case further: so that lives reach their later stages."""

from __future__ import annotations

from typing import Final

from contracts.commands import CommandKind
from policies.procedure_rules import Requirement
from tests.lives.machine.draws import Draws

# What helps with what is missing, in the order in which it is worth being said.
_HELPS: Final[dict[Requirement, CommandKind]] = {
    Requirement.STANDING_SETTLED: CommandKind.DECIDE_STANDING,
    Requirement.TIME_LIMIT_SETTLED: CommandKind.DECIDE_TIME_LIMIT,
    Requirement.ROUTES_SCREENED: CommandKind.SCREEN_ROUTES,
    Requirement.ROUTES_SCREENED: CommandKind.SCREEN_ROUTES,
    Requirement.ISSUES_CONFIRMED: CommandKind.CONFIRM_ISSUES,
    Requirement.INVESTIGATOR_CLEAR: CommandKind.APPOINT,
    Requirement.PLAN_SHARED: CommandKind.SHARE_PLAN,
    Requirement.REQUESTS_SETTLED: CommandKind.CANCEL_REQUEST,
    Requirement.NOTHING_ON_HOLD: CommandKind.REVIEW_HOLD,
    Requirement.FINDINGS_COMPLETE: CommandKind.RECORD_FINDING,
    Requirement.VIEWS_SHARED: CommandKind.SKIP_VIEWS,
    Requirement.REMEDIES_DECIDED: CommandKind.DECIDE_REMEDY,
    Requirement.RESPONSE_COMPLETE: CommandKind.DRAFT_RESPONSE,
    Requirement.RESPONSE_CLEARED: CommandKind.CLEAR_RESPONSE,
    Requirement.WRITTEN_RECORD_SENT: CommandKind.RELEASE_NOTICE,
    Requirement.ISSUES_ANSWERED: CommandKind.RECORD_FINDING,
    Requirement.CODING_COMPLETE: CommandKind.SET_CODING,
    Requirement.ANSWER_GIVEN: CommandKind.RESOLVE,
    Requirement.CONTRIBUTIONS_SETTLED: CommandKind.FROM_BODY,
    Requirement.LEAD_OURS: CommandKind.DECIDE_LEAD,
    Requirement.JOINT_DRAFT_SHARED: CommandKind.SHARE_JOINT_DRAFT,
    Requirement.JOINT_DRAFT_WITH_PERSON: CommandKind.SHARE_JOINT_DRAFT,
    Requirement.JOINT_COMMENTS_WEIGHED: CommandKind.WEIGH_JOINT_COMMENT,
    Requirement.SUPPLEMENT_SENT: CommandKind.SHARE_JOINT_DRAFT,
    Requirement.ESCALATION_ACKNOWLEDGED: CommandKind.ACKNOWLEDGE_ESCALATION,
}
# What waits for somebody, where it is, and what may be said of it.
_WAITING: Final[tuple[tuple[str, str, tuple[CommandKind, ...]], ...]] = (
    ("request", "open", (CommandKind.ANSWER_REQUEST, CommandKind.CANCEL_REQUEST)),
    ("request", "under_review", (CommandKind.REVIEW_REQUEST,)),
    ("issue_hold", "in_force", (CommandKind.REVIEW_HOLD,)),
    ("correction", "awaiting_approval", (CommandKind.DECIDE_CORRECTION,)),
    ("remedy", "proposed", (CommandKind.DECIDE_REMEDY,)),
    ("remedy", "approved", (CommandKind.DECIDE_REMEDY,)),
    ("notice", "draft", (CommandKind.RELEASE_NOTICE, CommandKind.DISCARD_NOTICE)),
    ("notice", "released", (CommandKind.CORRECT,)),
    ("task", "open", (CommandKind.COMPLETE_TASK,)),
    ("involvement", "named", (CommandKind.TELL_STAFF, CommandKind.TELL_STAFF, CommandKind.DEFER_STAFF)),
    ("involvement", "deferred", (CommandKind.TELL_STAFF, CommandKind.DEFER_STAFF)),
    (
        "involvement",
        "told",
        (
            CommandKind.INVITE_STAFF,
            CommandKind.SUPPORT_STAFF,
            CommandKind.INFORM_STAFF,
            CommandKind.RECORD_STAFF_COMMENT,
            CommandKind.INFORM_STAFF,
        ),
    ),
    ("involvement", "outcome_told", (CommandKind.RECORD_EXPERIENCE, CommandKind.INFORM_STAFF)),
    ("promise", "open", (CommandKind.KEEP_PROMISE,)),
    ("contact_plan", "in_force", (CommandKind.REVIEW_CONTACT_PLAN, CommandKind.APPEAL_CONTACT_PLAN)),
    ("contact_plan_appeal", "open", (CommandKind.DECIDE_APPEAL,)),
    ("contribution", "consent_blocked", (CommandKind.RECORD_CONSENT,)),
    ("contribution", "invited", (CommandKind.FROM_BODY, CommandKind.RECORD_FROM_BODY)),
    (
        "contribution",
        "accepted",
        (
            CommandKind.FROM_BODY,
            CommandKind.ASK_BODY,
            CommandKind.SET_JOINT_TIMESCALE,
            CommandKind.PROPOSE_LEAD,
            CommandKind.CALL_MEETING,
        ),
    ),
    ("contribution", "contributing", (CommandKind.FROM_BODY,)),
    ("contribution", "submitted", (CommandKind.APPROVE_CONTRIBUTION, CommandKind.REQUEST_REVISION)),
    ("contribution", "revision_requested", (CommandKind.FROM_BODY,)),
    ("contribution", "declined", (CommandKind.NAME_GAP, CommandKind.FROM_BODY)),
    ("contribution", "approved", (CommandKind.FROM_BODY, CommandKind.RECORD_JOINT_COMMENT)),
    ("body_request", "open", (CommandKind.FROM_BODY,)),
    ("body_request", "under_review", (CommandKind.REVIEW_BODY_ANSWER,)),
    ("body_action", "done", (CommandKind.SETTLE_BODY_ACTION,)),
    ("joint_meeting", "called", (CommandKind.RECORD_MEETING, CommandKind.FROM_BODY)),
)


def next_saying(d: Draws, missing: dict[CommandKind, list[str]]) -> CommandKind:
    """Return what to say next of a case as it stands."""
    if not d.look.open:
        return d.one(CommandKind.COMPLETE_TASK, CommandKind.ADD_NOTE, CommandKind.CORRECT)
    if d.look.complaint["owner_id"] is None and d.one(True, False):
        return CommandKind.ASSIGN
    if d.look.complaint["waiting_on"] == "successor" and d.one(True, False):
        return CommandKind.NAME_SUCCESSOR
    if d.look.rows("notice", state="draft") and d.one(False, True):
        return CommandKind.RELEASE_NOTICE
    if _is_of_several(d) and d.one(False, False, True):
        return CommandKind.NAME_BODY
    if _speaks_unasked(d) and d.one(True, False):
        return CommandKind.RECORD_CONSENT
    for kind in (CommandKind.CONVERT, CommandKind.ACKNOWLEDGE, CommandKind.RESPOND, CommandKind.MOVE_ON):
        if _leads_on(kind, d):
            return _helpful(kind, d, missing)
    if d.allows(CommandKind.SET_RESPONSE_PERIOD) and d.look.stage == "acknowledged":
        return CommandKind.SET_RESPONSE_PERIOD if d.look.complaint["discussion"] else CommandKind.RECORD_DISCUSSION
    return _afterwards(d, missing)


def waiting(d: Draws) -> list[CommandKind]:
    """Return what may be said of all that waits for somebody."""
    found = [kind for table, state, kinds in _WAITING if d.look.rows(table, state=state) for kind in kinds]
    if d.look.rows("views_recipient"):
        found.append(CommandKind.RECORD_COMMENT)
    if d.look.rows("staff_comment", effect=None):
        found.append(CommandKind.USE_STAFF_COMMENT)
    if d.look.rows("joint_comment", used=None):
        found.append(CommandKind.WEIGH_JOINT_COMMENT)
    if d.look.rows("notice", failure="format_owed"):
        found.append(CommandKind.RECORD_DELIVERY)
    if d.look.rows("parallel_investigation"):
        found += [CommandKind.UPDATE_PARALLEL, CommandKind.HOLD_ISSUES]
    return [kind for kind in found if d.allows(kind) or not d.look.open]


def _is_of_several(d: Draws) -> bool:
    """Say whether bodies may be named, and fewer than two are."""
    live = [row for row in d.look.rows("contribution") if row["state"] != "released"]
    taken = d.look.rows("contribution_issue", removed_at=None)
    return d.allows(CommandKind.NAME_BODY) and len(live) < 2 and len(taken) < len(d.issues("open", "on_hold"))


def settling(d: Draws) -> CommandKind:
    """Return what brings the parts of bodies nearer to their end: approved, or named as missing."""
    waits = {row["state"] for row in d.look.rows("contribution") if row["gap_named_on"] is None}
    if "submitted" in waits:
        return CommandKind.APPROVE_CONTRIBUTION
    if waits & {"invited", "accepted", "contributing", "revision_requested"}:
        return CommandKind.FROM_BODY
    return d.one(CommandKind.RECORD_CONSENT, CommandKind.RECORD_CONSENT, CommandKind.NAME_GAP)


def _speaks_unasked(d: Draws) -> bool:
    """Say whether whoever complained speaks for another with nothing that shows that they agree."""
    people = d.look.rows("party", role="complainant", replaced_by=None, ground="asked", consent_basis=None)
    shown = {row["recipient_id"] for row in d.look.rows("consent", withdrawn_on=None, scope="represent")}
    shown |= {row["party_id"] for row in d.look.rows("standing")}
    return d.allows(CommandKind.RESPOND) and any(row["id"] not in shown for row in people)


def _leads_on(kind: CommandKind, d: Draws) -> bool:
    """Say whether a command brings a case to another stage, or meets a clock."""
    if not d.allows(kind):
        return False
    moves = any((move.stage, move.command) == (d.look.stage, kind) for move in d.procedure.moves)
    meets = any(kind in d.procedure.clock(row["kind"]).met_by for row in d.look.running)
    return kind is CommandKind.CONVERT or moves or (kind is CommandKind.ACKNOWLEDGE and meets)


def _helpful(kind: CommandKind, d: Draws, missing: dict[CommandKind, list[str]]) -> CommandKind:
    """Return what helps with what a command lacks, or with what that lacks in its turn; else the command."""
    wanted = {Requirement(each) for each in missing.get(kind, [])}
    if not wanted:
        return _by_the_way(kind, d)
    helps = next((command for requirement, command in _HELPS.items() if requirement in wanted), kind)
    if helps is CommandKind.CONFIRM_ISSUES and not d.issues("open", "on_hold"):
        return CommandKind.SET_ISSUES
    if helps is CommandKind.FROM_BODY:
        return settling(d)
    if helps is CommandKind.SKIP_VIEWS:
        return d.one(CommandKind.SKIP_VIEWS, CommandKind.SHARE_VIEWS)
    if helps is kind or not d.allows(helps):
        return kind
    return _helpful(helps, d, {other: lacks for other, lacks in missing.items() if other is not kind})


def _by_the_way(kind: CommandKind, d: Draws) -> CommandKind:
    """Now and then take a way round: early resolution, or a period that is agreed, before a closer look."""
    if kind is not CommandKind.MOVE_ON:
        return kind
    agreed = CommandKind.SET_RESPONSE_PERIOD if d.look.complaint["discussion"] else CommandKind.RECORD_DISCUSSION
    ways = [each for each in (CommandKind.BEGIN_RESOLUTION, agreed, CommandKind.RESOLVE) if d.allows(each)]
    return d.one(kind, *ways)


def _afterwards(d: Draws, missing: dict[CommandKind, list[str]]) -> CommandKind:
    """Ask for the next tier where there is one inside; else close, once the life is long enough."""
    gone = {row["tier"] for row in d.look.rows("tier_step")}
    inside = any(tier.enters and tier.code not in gone for tier in d.procedure.tiers)
    if d.allows(CommandKind.ESCALATE) and inside:
        return CommandKind.ESCALATE
    if d.allows(CommandKind.CLOSE) and d.ripe:
        drafts = d.look.rows("notice", state="draft")
        return CommandKind.RELEASE_NOTICE if drafts else _helpful(CommandKind.CLOSE, d, missing)
    return d.one(CommandKind.ADD_NOTE, CommandKind.COMPLETE_TASK, CommandKind.RECORD_UPDATE, CommandKind.RAISE_REQUEST,
                 CommandKind.OPEN_PARALLEL, CommandKind.PROPOSE_REMEDY, CommandKind.CORRECT)  # fmt: skip
