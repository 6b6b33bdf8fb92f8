"""Who may do what: the one table of roles and permissions.

Roles come from the token only. Whether a signature counts is decided by the case file, against the
organisation's appointments: what stands here is only who may bring one.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from contracts.command_groups import INFORMING, JOINT, LEARNING, SERIOUS
from contracts.commands import CommandKind


class Role(StrEnum):
    """What a token says its bearer is to the organisation."""

    CASE_SYSTEM = "case_system"
    HANDLER = "handler"
    INVESTIGATOR = "investigator"
    COMPLAINTS_MANAGER = "complaints_manager"
    RESPONSIBLE_PERSON = "responsible_person"
    SENIOR_LEADER = "senior_leader"
    OPERATOR = "operator"
    AUDITOR = "auditor"
    COLLEAGUE = "colleague"  # works here, and handles no complaints
    BODY = "body"  # another body, of its own contribution: no token says this, the door of the protocol does
    SYSTEM = "system"  # what comes in by itself, through the online form: no token says this


class Permission(StrEnum):
    """One thing that a caller may do."""

    READ = "read"  # ids, codes, dates and numbers
    READ_WORDS = "read_words"  # what people wrote, and who they are
    LOG = "log"
    DRIVE = "drive"  # the commands that move a complaint, and whose it is
    WRITE = "write"  # notes and files
    WORK = "work"  # completing tasks
    RELEASE = "release"  # sending words to people, or deciding not to
    DRAFT = "draft"  # the response, and its clearance: whether that counts the case file decides
    SIGN = "sign"  # the response: a handler may be the decision-maker of a case
    TAKE_IN_HAND = "take_in_hand"  # an escalation: who is senior, and who was asked, the case file knows
    HOLD = "hold"  # putting issues on hold for what others investigate
    APPROVE = "approve"  # a correction that another person asked for
    INVESTIGATE = "investigate"  # issues, plan, findings, initial views and the comments on them, remedies proposed
    DECIDE = "decide"  # what only a manager may: to leave out a step, not to handle a complaint
    PROPOSE_CALENDAR = "propose_calendar"
    DECIDE_CALENDAR = "decide_calendar"
    CHANGE_NATION = "change_nation"  # beside the two above, for a nation's legal calendar
    EXPORT = "export"  # whole cases, many at once, to take away
    APPOINT = "appoint"  # people, their parts in a case, appointments and absences, divisions and teams
    SEE_OFFICE = "see_office"  # the ledger of what changed there
    SEE_CASELOAD = "see_caseload"  # of everybody; one's own, and that of a team one leads, is seen anyhow
    TIDY_FILTERS = "tidy_filters"  # shared filters of others
    IMPORT = "import"  # complaints from another system
    SEE_ATTENTION = "see_attention"
    SEE_DIGEST = "see_digest"  # of each week: what woke no senior
    SEE_REPORTS = "see_reports"  # figures over all complaints, and what is behind them
    COMPILE = "compile"  # a report; and what is counted beside complaints: incidents, claims, training
    GOVERN = "govern"  # meetings, comments on reports, their approval and publication
    SUBSCRIBE = "subscribe"  # a system to events: a case system sees its own subscriptions alone
    SPEAK_AS_BODY = "speak_as_body"  # of one's own contribution to what another body coordinates
    OWN_PART = "own_part"  # of a complaint about oneself: to read it, and to comment, and what one's role asks
    OPERATE = "operate"  # resuming parked complaints, delivering again


_P = Permission
_STAFF: Final = frozenset({_P.READ, _P.READ_WORDS, _P.WRITE, _P.WORK})
_HANDLING: Final = (
    _STAFF | {_P.OWN_PART, _P.LOG, _P.DRIVE, _P.RELEASE, _P.INVESTIGATE, _P.DRAFT, _P.SIGN} | {_P.TAKE_IN_HAND}
)
_APPOINTING: Final = frozenset({_P.APPOINT, _P.SEE_OFFICE})

GRANTS: Final[dict[Role, frozenset[Permission]]] = {
    Role.CASE_SYSTEM: _STAFF | {_P.LOG, _P.DRIVE, _P.SUBSCRIBE},
    Role.HANDLER: _HANDLING,
    Role.INVESTIGATOR: _STAFF | {_P.OWN_PART, _P.INVESTIGATE, _P.DRAFT, _P.TAKE_IN_HAND},
    Role.COMPLAINTS_MANAGER: _HANDLING
    | _APPOINTING
    | {_P.SEE_CASELOAD, _P.TIDY_FILTERS, _P.IMPORT, _P.SUBSCRIBE}
    | {_P.DECIDE, _P.HOLD, _P.APPROVE, _P.EXPORT, _P.PROPOSE_CALENDAR, _P.DECIDE_CALENDAR, _P.SEE_ATTENTION}
    | {_P.SEE_DIGEST, _P.SEE_REPORTS, _P.COMPILE, _P.GOVERN},
    Role.RESPONSIBLE_PERSON: _HANDLING
    | _APPOINTING
    | {_P.DECIDE, _P.HOLD, _P.APPROVE, _P.DECIDE_CALENDAR, _P.SEE_ATTENTION, _P.SEE_CASELOAD, _P.SEE_DIGEST}
    | {_P.SEE_REPORTS, _P.COMPILE, _P.GOVERN},
    Role.SENIOR_LEADER: _STAFF
    | {_P.OWN_PART, _P.DRAFT, _P.SIGN, _P.HOLD, _P.TAKE_IN_HAND, _P.SEE_DIGEST}
    | {_P.SEE_REPORTS, _P.GOVERN},
    Role.OPERATOR: frozenset(
        {_P.READ, _P.OWN_PART, _P.WORK, _P.OPERATE, _P.SEE_ATTENTION, _P.IMPORT, _P.SUBSCRIBE}
        | {_P.PROPOSE_CALENDAR, _P.DECIDE_CALENDAR, _P.CHANGE_NATION}
    ),
    Role.COLLEAGUE: frozenset({_P.OWN_PART}),
    Role.AUDITOR: frozenset(
        {_P.READ, _P.OWN_PART, _P.READ_WORDS, _P.EXPORT, _P.SEE_OFFICE, _P.SEE_DIGEST, _P.SEE_REPORTS}
    ),
    Role.BODY: frozenset({_P.SPEAK_AS_BODY}),
    Role.SYSTEM: frozenset({_P.LOG}),
}

IN_TOKENS: Final = tuple(role for role in Role if role not in {Role.SYSTEM, Role.BODY})

_DRIVING: Final = (
    CommandKind.ACKNOWLEDGE,
    CommandKind.RECORD_DISCUSSION,
    CommandKind.SET_RESPONSE_PERIOD,
    CommandKind.EXTEND,
    CommandKind.RECORD_UPDATE,
    CommandKind.CLOSE,
    CommandKind.WITHDRAW,
    CommandKind.ASSIGN,
    CommandKind.SET_CONTACT_RULES,
    CommandKind.SCREEN_ROUTES,
    CommandKind.SET_CODING,
    CommandKind.CONVERT,
    CommandKind.EXEMPT,
    CommandKind.LINK,
    CommandKind.UNLINK,
    CommandKind.ESCALATE,
    CommandKind.BEGIN_RESOLUTION,
    CommandKind.RESOLVE,
    CommandKind.MOVE_ON,
    CommandKind.RECORD_DEATH,
    CommandKind.NAME_SUCCESSOR,
)

# What is asked of colleagues, and what others investigate: whoever works on the case says it, the investigator too.
_ASKING: Final = (
    CommandKind.RAISE_REQUEST,
    CommandKind.ANSWER_REQUEST,
    CommandKind.REVIEW_REQUEST,
    CommandKind.CANCEL_REQUEST,
    CommandKind.OPEN_PARALLEL,
    CommandKind.UPDATE_PARALLEL,
)

# What people can say through the API. Outcomes of notices and new dates are said by the machine only.
NEEDED: Final[dict[CommandKind, Permission]] = {
    CommandKind.LOG: _P.LOG,
    **dict.fromkeys(_DRIVING, _P.DRIVE),
    CommandKind.DRAFT_RESPONSE: _P.DRAFT,
    CommandKind.CLEAR_RESPONSE: _P.DRAFT,
    CommandKind.RESPOND: _P.SIGN,
    CommandKind.ADD_NOTE: _P.WRITE,
    CommandKind.ATTACH_FILE: _P.WRITE,
    CommandKind.MARK_FILE: _P.WRITE,
    CommandKind.RELEASE_NOTICE: _P.RELEASE,
    CommandKind.DISCARD_NOTICE: _P.RELEASE,
    CommandKind.COMPLETE_TASK: _P.WORK,
    CommandKind.RECORD_CONTACT: _P.WRITE,
    CommandKind.CORRECT: _P.DRIVE,
    CommandKind.DECIDE_CORRECTION: _P.APPROVE,
    CommandKind.SET_ISSUES: _P.INVESTIGATE,
    CommandKind.CONFIRM_ISSUES: _P.INVESTIGATE,
    CommandKind.SHARE_PLAN: _P.INVESTIGATE,
    CommandKind.APPOINT: _P.APPOINT,
    CommandKind.RECORD_FINDING: _P.INVESTIGATE,
    CommandKind.SHARE_VIEWS: _P.INVESTIGATE,
    CommandKind.RECORD_COMMENT: _P.INVESTIGATE,
    CommandKind.SKIP_VIEWS: _P.DECIDE,
    CommandKind.EXCLUDE: _P.DECIDE,
    CommandKind.DECIDE_TIME_LIMIT: _P.DECIDE,
    CommandKind.DECIDE_STANDING: _P.DECIDE,
    CommandKind.PROPOSE_REMEDY: _P.INVESTIGATE,
    CommandKind.DECIDE_REMEDY: _P.DRIVE,
    CommandKind.SEND_UPDATE: _P.RELEASE,
    **dict.fromkeys(_ASKING, _P.WRITE),
    CommandKind.HOLD_ISSUES: _P.HOLD,
    CommandKind.REVIEW_HOLD: _P.HOLD,
    CommandKind.MOVE_PROCEDURE: _P.APPOINT,
    # What keeps everyone informed: whoever handles the case says it, but for what follows.
    **dict.fromkeys(INFORMING, _P.WRITE),
    CommandKind.DECIDE_CONTACT_PLAN: _P.HOLD,  # a senior, and not whoever handles the case: the case file decides
    CommandKind.REVIEW_CONTACT_PLAN: _P.HOLD,
    CommandKind.DECIDE_APPEAL: _P.HOLD,
    # Joint investigations: whoever handles the case says it, but for what follows. What a body that coordinates says to
    # us is heard by the machine only.
    **{kind: _P.WRITE for kind in JOINT if kind is not CommandKind.HEAR_LEAD},
    CommandKind.FROM_BODY: _P.SPEAK_AS_BODY,
    CommandKind.DECIDE_LEAD: _P.HOLD,  # a senior
    CommandKind.NAME_GAP: _P.DECIDE,
    CommandKind.REQUEST_REVISION: _P.DRAFT,
    CommandKind.APPROVE_CONTRIBUTION: _P.DRAFT,
    CommandKind.SHARE_JOINT_DRAFT: _P.DRAFT,
    CommandKind.TRANSFER: _P.DECIDE,
    # Serious cases: whoever handles the case says it, but for what a senior says. Who is senior the case file knows.
    **dict.fromkeys(SERIOUS, _P.WRITE),
    # A team lead, a cover or a delegate may be called whose token says no more than that they handle complaints.
    CommandKind.DECIDE_SEVERITY: _P.TAKE_IN_HAND,
    CommandKind.ACKNOWLEDGE_ESCALATION: _P.TAKE_IN_HAND,
    CommandKind.PASS_ESCALATION: _P.TAKE_IN_HAND,
    CommandKind.DECIDE_ESCALATION: _P.TAKE_IN_HAND,
    CommandKind.FOLLOW_ESCALATION: _P.TAKE_IN_HAND,
    CommandKind.ASSESS_INCIDENT: _P.HOLD,
    CommandKind.END_CANDOUR: _P.HOLD,
    CommandKind.ASSEMBLE_PACK: _P.DECIDE,
    CommandKind.CLOSE_REFERRAL: _P.DECIDE,
    # Learning: whoever works on the case says it; an action is let go of by a manager or a senior.
    # Who leaves is announced, and their actions are handed over for that: nobody says it to one complaint.
    **{kind: _P.WRITE for kind in LEARNING if kind is not CommandKind.HAND_OVER_ACTIONS},
    CommandKind.DROP_ACTION: _P.HOLD,
}

# A person must stand behind these: a token that names nobody of the organisation is not enough.
NEEDS_A_PERSON: Final = frozenset(
    {_P.OWN_PART, _P.RELEASE, _P.DRAFT, _P.SIGN, _P.HOLD, _P.APPROVE, _P.INVESTIGATE, _P.DECIDE, _P.APPOINT, _P.IMPORT}
    | {_P.GOVERN, _P.COMPILE}
    | {_P.PROPOSE_CALENDAR, _P.DECIDE_CALENDAR, _P.TAKE_IN_HAND}
)


def role_granting(roles: frozenset[Role], permission: Permission) -> Role | None:
    """Return the role under which a caller may do something, the same one each time."""
    return next((role for role in Role if role in roles and permission in GRANTS[role]), None)
