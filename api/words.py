"""Words for codes: what a stage, clock, task, event or refusal is called by people."""

from __future__ import annotations

from typing import Final

from contracts.commands import CommandKind
from contracts.failures import Refusal

STAGES: Final = {
    "received": "Received",
    "acknowledged": "Acknowledged",
    "closer_look": "Closer look",
    "responded": "Responded",
    "closed": "Closed",
    "withdrawn": "Withdrawn",
    "opened_in_error": "Opened in error",
    "refused": "Refused",
}

CLOCKS: Final = {
    "acknowledgement": "Acknowledge the complaint and offer to discuss it",
    "relevant_period": "Respond within six months",
    "settle_period": "Agree or determine the response period",
    "response_period": "Respond by the date agreed or determined",
    "next_update": "Give the person the next update",
    "draft_release": "Release or discard the draft",
    "closing": "Close the complaint, or go on with it",
    "allocation": "Give the case an owner",
    "correction_approval": "Approve or reject the correction",
}

TASKS: Final = {
    "hand_over_cases": "Give the cases of somebody who leaves to others",
    "assign_owner": "Give the case an owner",
    "release_draft": "Read the draft and release or discard it",
    "post_letter": "Post the letter",
    "confirm_withdrawal": "Confirm the withdrawal to the person",
    "close_or_continue": "The response is out: close the complaint, or go on",
    "needs_attention": "Find out why a step failed, then resume the complaint",
    "submission_parked": "Find out why a submission cannot be delivered, then retry it",
    "notice_failed": "A message could not be delivered: reach the person another way",
    "notice_withheld": "A message was withheld: decide what to do instead",
    "approve_correction": "Approve or reject the correction",
    "information_governance": "A letter went to the wrong recipient: tell information governance",
    "write_again": "Write again, to the right person",
    "promised": "Keep what was promised",
    "late_item": "Something came after the end: file it, answer it, or reopen the complaint",
}

REQUIREMENTS: Final = {
    "standing_settled": "It is decided whether the representative may speak for the person",
    "time_limit_settled": "The complaint is in time, or the time limit is waived with both findings",
    "routes_screened": "Other routes were looked for, and the person was advised of them",
    "written_record_sent": "The written record of the oral complaint was sent to the person",
    "issues_confirmed": "The issues, their effect and the outcomes sought are confirmed with the person",
    "plan_shared": "The plan of the investigation is shared with the person and the staff",
    "investigator_clear": "An investigator is appointed who was not involved before, or with mitigation on record",
    "requests_settled": "What was asked of colleagues is answered or called off",
    "nothing_on_hold": "No issue is on hold",
    "findings_complete": "Every issue has a finding",
    "views_shared": "Initial views are shared and their comment window is over, or were skipped with a reason",
    "response_complete": "The response has every element that the procedure prescribes",
    "response_cleared": "The response is cleared by somebody else than whoever wrote it",
    "coding_complete": "The codes that the returns need are there",
    "remedies_decided": "Every proposed remedy is decided",
}

STEPS: Final = {"reminder": "Reminder", "overdue": "Overdue", "escalation": "Overdue, brought to you"}

REFUSALS: Final[dict[Refusal, str]] = {
    Refusal.NOT_IN_THIS_STAGE: "This cannot be done in the stage the complaint is in.",
    Refusal.COMPLAINT_CLOSED: "The complaint is closed.",
    Refusal.STALE_VERSION: "The complaint has changed since the version you named.",
    Refusal.NO_SUCH_COMPLAINT: "There is no such complaint.",
    Refusal.ORIGINAL_NOT_CLOSED: "The original complaint is not closed.",
    Refusal.ALREADY_REOPENED: "The original complaint has been reopened already.",
    Refusal.DISCUSSION_NOT_OFFERED: "An acknowledgement offers to discuss the complaint.",
    Refusal.DISCUSSION_NOT_RECORDED: "Record first what became of the offer to discuss.",
    Refusal.DISCUSSION_ACCEPTED: "The discussion was accepted: agree the period with the person.",
    Refusal.DATE_BEFORE_RECEIPT: "The date is before the day of receipt.",
    Refusal.DATE_IN_FUTURE: "The date is in the future.",
    Refusal.DATE_NOT_LATER: "The new date is not later than the present one.",
    Refusal.PERIOD_BEYOND_LIMIT: "The date is beyond the six months, which were not agreed longer.",
    Refusal.EXPIRED: "The period has expired and can no longer be extended.",
    Refusal.AGREEMENT_NEEDED: "This needs the person's agreement.",
    Refusal.NO_RUNNING_CLOCK: "No such clock is running.",
    Refusal.UNKNOWN_OWNER: "The new owner is not a person of this organisation.",
    Refusal.UNKNOWN_SIGNATORY: "The signatory is not a person of this organisation.",
    Refusal.NOT_AUTHORISED_TO_SIGN: "The signatory is not authorised to sign responses.",
    Refusal.UNKNOWN_NOTICE: "There is no such notice on this complaint.",
    Refusal.NOTICE_NOT_DRAFT: "The notice is no longer a draft.",
    Refusal.UNKNOWN_TASK: "There is no such task on this complaint.",
    Refusal.TASK_ALREADY_DONE: "The task has been done already.",
    Refusal.BLANKS_LEFT: "The words still have blanks to fill in.",
    Refusal.UNKNOWN_FILE: "The file is not there.",
    Refusal.CONTACT_ON_HOLD: "Nothing may be sent while contact is on hold.",
    Refusal.NO_PROCEDURE: "No procedure was in force on the day of receipt.",
    Refusal.UNRELEASED_DRAFTS: "Drafts to people are neither released nor discarded.",
    Refusal.SAME_PERSON: "Another person than the one who proposed it must decide.",
    Refusal.NOT_AWAITING_APPROVAL: "This change does not await approval.",
    Refusal.UNKNOWN_TEAM: "There is no such team or division in this organisation.",
    Refusal.CASES_LEFT: "Open cases are still this person's: hand them over first.",
    Refusal.CALENDAR_MOVED_ON: "The calendar has moved on since the dry run: propose the change again.",
    Refusal.UNKNOWN_PARTY: "There is no such person on this complaint.",
    Refusal.UNKNOWN_CORRECTION: "There is no such correction on this complaint.",
    Refusal.NOTHING_CHANGES: "Nothing would change.",
    Refusal.CONTRADICTS_RECORD: "This contradicts what is on record.",
    Refusal.CORRECTION_PENDING: "A correction of this awaits approval: it has to be approved or rejected first.",
    Refusal.CORRECTION_STALE: "What the correction rests on has changed since: reject it, and ask again.",
    Refusal.REASON_NEEDED: "This needs a reason, or a word on what came of it.",
    Refusal.QUIET_UNTIL_SWITCH: "Nothing may be sent about an imported complaint before the switch date.",
    Refusal.ALREADY_IMPORTED: "The complaint has been imported already.",
    Refusal.SWITCH_REACHED: "The switch date is reached: what went out cannot be taken back.",
    Refusal.NOT_INCOMPLETE: "The import is not incomplete: there is nothing to try again.",
    Refusal.REQUIREMENTS_MISSING: "Something has to be on record first: `missing` says what.",
    Refusal.FIGURES_NOT_SET: "The procedure needs figures that the organisation has not set.",
    Refusal.BEYOND_CAP: "The new date is beyond what the procedure allows as an extension.",
    Refusal.NOT_EXEMPT: "Only an oral complaint that was resolved to the person's satisfaction in time is exempt.",
    Refusal.UNKNOWN_EXCLUSION: "The procedure has no such ground for not handling a complaint.",
    Refusal.NOT_OUT_OF_TIME: "The complaint is within the time limit: there is nothing to decide.",
    Refusal.FINDINGS_NEEDED: "A decision needs every finding that the procedure names.",
    Refusal.UNKNOWN_CODE: "A code is not one of the lists in force.",
    Refusal.UNKNOWN_LINK: "There is no such link.",
    Refusal.UNKNOWN_ISSUE: "There is no such issue on this complaint.",
    Refusal.UNKNOWN_PERSON: "There is no such person in this organisation.",
    Refusal.UNKNOWN_REQUEST: "There is no such request on this complaint.",
    Refusal.REQUEST_SETTLED: "The request is settled already.",
    Refusal.UNKNOWN_INVESTIGATION: "There is no such investigation beside this complaint.",
    Refusal.UNKNOWN_HOLD: "There is no such hold in force.",
    Refusal.UNKNOWN_VIEWS: "No such views were shared, or their comment window is over.",
    Refusal.UNKNOWN_REMEDY: "There is no such remedy on this complaint.",
    Refusal.REMEDY_SETTLED: "The remedy is decided already.",
    Refusal.BEYOND_AUTHORITY: "The sum is beyond what this person may decide.",
    Refusal.CONFLICT_OF_INTEREST: "This person was involved or has a conflict, and no mitigation is on record.",
    Refusal.NOT_TRAINED: "No training for investigations is on record for this person.",
    Refusal.HANDLER_BARRED: "Who handled the complaint before may not handle it here.",
    Refusal.SIGNED_BY_INVESTIGATOR: "Whoever investigated may not sign the response alone.",
    Refusal.NOTHING_DRAFTED: "No response is drafted.",
    Refusal.WINDOW_CLOSED: "The window for this is over.",
    Refusal.UNKNOWN_TIER: "The procedure has no such tier.",
    Refusal.WRONG_TIER: "Another tier comes first.",
    Refusal.PERSON_HAS_DIED: "The person has died: nothing goes to them.",
    Refusal.UNKNOWN_VERSION: "There is no such version of this procedure.",
    Refusal.WOULD_BREAK: "The complaint would break under that version.",
}

# Where in the API each thing that people can say is said, by the last part of its path.
SAID_AT: Final[dict[CommandKind, str]] = {
    CommandKind.ACKNOWLEDGE: "acknowledgement",
    CommandKind.RECORD_DISCUSSION: "discussion",
    CommandKind.SET_RESPONSE_PERIOD: "response-period",
    CommandKind.EXTEND: "extension",
    CommandKind.RECORD_UPDATE: "updates",
    CommandKind.RESPOND: "response",
    CommandKind.CLOSE: "closure",
    CommandKind.WITHDRAW: "withdrawal",
    CommandKind.ASSIGN: "owner",
    CommandKind.ADD_NOTE: "notes",
    CommandKind.ATTACH_FILE: "files",
    CommandKind.MARK_FILE: "files/{fileId}/marks",
    CommandKind.SET_CONTACT_RULES: "contact-rules",
    CommandKind.RELEASE_NOTICE: "notices/{noticeId}/release",
    CommandKind.DISCARD_NOTICE: "notices/{noticeId}/discard",
    CommandKind.COMPLETE_TASK: "tasks/{taskId}/completion",
    CommandKind.RECORD_CONTACT: "contacts",
    CommandKind.CORRECT: "corrections",
    CommandKind.DECIDE_CORRECTION: "corrections/{correctionId}/decision",
    CommandKind.SEND_UPDATE: "updates/letter",
}


def title(words: dict[str, str], code: str) -> str:
    """Return what people call a code; a code without words is made readable."""
    return words.get(code) or code.replace("_", " ").replace(".", ": ").capitalize()


def task_title(kind: str) -> str:
    """Return what people call a task. One that a clock raised names the step and the clock."""
    step, _, clock = kind.partition(".")
    if step in STEPS and clock:
        return f"{STEPS[step]}: {title(CLOCKS, clock)}"
    return title(TASKS, kind)
