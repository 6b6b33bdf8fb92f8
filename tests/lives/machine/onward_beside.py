"""Which thing, said next, brings what runs beside a complaint further: so that it is begun, and reaches its end."""

from __future__ import annotations

from typing import Final

from contracts.commands import CommandKind
from tests.lives.machine.draws import Draws
from tests.lives.machine.look import Row

_BEGINS: Final = (
    CommandKind.TRIAGE,
    CommandKind.FLAG_INCIDENT,
    CommandKind.RECORD_REFERRAL,
    CommandKind.SET_SEVERITY,
    CommandKind.RAISE_ESCALATION,
    CommandKind.PLAN_ACTION,
    CommandKind.RECORD_LEARNING,
)
_MOST: Final = 5  # of what runs beside one complaint at once: more would only be more of the same
_NEXT: Final[dict[tuple[str, str], tuple[CommandKind, ...]]] = {
    ("escalation", "asking"): (
        CommandKind.ACKNOWLEDGE_ESCALATION,
        CommandKind.PASS_ESCALATION,
        CommandKind.ACKNOWLEDGE_ESCALATION,
    ),
    ("escalation", "acknowledged"): (CommandKind.DECIDE_ESCALATION,),
    ("escalation", "decided"): (CommandKind.FOLLOW_ESCALATION,),
    ("candour", "flagged"): (CommandKind.ASSESS_INCIDENT,),
    ("candour", "notifiable"): (
        CommandKind.TELL_OF_INCIDENT,
        CommandKind.LOG_CANDOUR_ATTEMPT,
        CommandKind.OFFER_CANDOUR_SUPPORT,
        CommandKind.WRITE_OF_INCIDENT,
    ),
    ("candour", "told_in_person"): (CommandKind.WRITE_OF_INCIDENT, CommandKind.OFFER_CANDOUR_SUPPORT),
    ("candour", "not_reached"): (CommandKind.WRITE_OF_INCIDENT, CommandKind.OFFER_CANDOUR_SUPPORT),
    ("candour", "told_in_writing"): (
        CommandKind.WRITE_OF_INCIDENT,
        CommandKind.OFFER_CANDOUR_SUPPORT,
        CommandKind.END_CANDOUR,
        CommandKind.END_CANDOUR,
    ),
    ("candour", "results_told"): (CommandKind.END_CANDOUR, CommandKind.OFFER_CANDOUR_SUPPORT),
    ("referral", "received"): (
        CommandKind.RECORD_REFERRAL_DECISION,
        CommandKind.RECORD_REFERRAL_ENQUIRY,
        CommandKind.ASSEMBLE_PACK,
    ),
    ("referral", "provisional"): (CommandKind.COMMENT_ON_DECISION, CommandKind.RECORD_REFERRAL_DECISION),
    ("referral", "decided"): (CommandKind.CLOSE_REFERRAL, CommandKind.PUBLISH_LEARNING),
    ("referral", "complying"): (CommandKind.PUBLISH_LEARNING, CommandKind.CLOSE_REFERRAL, CommandKind.CLOSE_REFERRAL),
    ("action", "open"): (
        CommandKind.RECORD_ACTION_PROGRESS,
        CommandKind.CHANGE_ACTION,
        CommandKind.COMPLETE_ACTION,
        CommandKind.COMPLETE_ACTION,
        CommandKind.COMPLETE_ACTION,
        CommandKind.DROP_ACTION,
    ),
    ("action", "done"): (CommandKind.CHECK_ACTION, CommandKind.CHECK_ACTION, CommandKind.RECORD_LEARNING),
}


def next_beside(d: Draws) -> CommandKind:
    """Return what to say next of what runs beside a case, or what begins something."""
    live = d.look.rows("proceeding", ended_on=None)
    if d.look.rows("severity_setting", state="pending") and d.one(True, False):
        return CommandKind.DECIDE_SEVERITY
    if not live or (len(live) < _MOST and d.one(False, False, False, True)):
        return d.one(*_BEGINS)
    row = d.row(live)
    assert row is not None
    return _waits(d, row) or d.one(*_NEXT[row["kind"], row["state"]])


def _waits(d: Draws, row: Row) -> CommandKind | None:
    """Return what a part of a proceeding waits for: a letter to be released, an enquiry, a recommendation."""
    of_candour = {each["notice_id"] for each in d.look.rows("candour_notice", incident_id=row["id"])}
    made = d.look.rows("recommendation", referral_id=row["id"])
    told = {each["notice_id"] for each in d.look.rows("action_letter", action_id=row["id"])}
    letters = of_candour | told | {each["notice_id"] for each in made}
    if any(each["id"] in letters for each in d.look.rows("notice", state="draft")) and d.one(True, True, False):
        return CommandKind.RELEASE_NOTICE
    if d.look.rows("referral_enquiry", referral_id=row["id"], answered_on=None) and d.one(True, False):
        return d.one(CommandKind.ANSWER_REFERRAL, CommandKind.ASSEMBLE_PACK)
    open_ = [each for each in made if each["told_body_on"] is None]
    if open_ and d.one(True, True, False):
        return d.one(CommandKind.RECORD_COMPLIANCE, CommandKind.TELL_COMPLIANCE)
    return None
