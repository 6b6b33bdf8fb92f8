"""Words for codes: what a stage, clock, task, event or refusal is called by people."""

from __future__ import annotations

from typing import Final

from api.procedure_titles import CLOCKS as CLOCKS
from api.procedure_titles import STAGES as STAGES

TASKS: Final = {
    "hand_over_cases": "Give the cases of somebody who leaves to others",
    "assign_owner": "Give the case an owner",
    "release_draft": "Read the draft and release or discard it",
    "post_letter": "Post the letter",
    "confirm_withdrawal": "Confirm the withdrawal to the person",
    "close_or_continue": "The person has an answer: close the complaint, or go on",
    "needs_attention": "Find out why a step failed, then resume the complaint",
    "submission_parked": "Find out why a submission cannot be delivered, then retry it",
    "notice_failed": "A message could not be delivered: reach the person another way",
    "notice_withheld": "A message was withheld: decide what to do instead",
    "approve_correction": "Approve or reject the correction",
    "information_governance": "A letter went to the wrong recipient: tell information governance",
    "write_again": "Write again, to the right person",
    "promised": "Keep what was promised",
    "decide_time_limit": "The complaint came after the time limit: waive it, or decline the complaint",
    "decide_standing": "Decide whether this person may speak for the other",
    "find_who_may_speak": "A representative was not accepted: find out who may speak, or whether the complaint ends",
    "advise_of_routes": "Advise the person of other routes that were found",
    "complete_coding": "Complete the codes for the returns",
    "send_decision": "Send the letter that tells a decision not to handle the complaint",
    "answer_request": "Give what was asked for, or say today that you cannot",
    "review_request": "Check what was given, and accept it or send it back",
    "refer_today": "Pass the safeguarding concern on today",
    "review_hold": "What the issues wait for is over: look again whether they must stay on hold",
    "clear_response": "Read the drafted response, and clear it or send it back",
    "sign_response": "Sign the response, or send it back",
    "redraft_response": "The drafted response was sent back: draft it again",
    "find_successor": "The person has died: find out whether somebody goes on with the complaint",
    "inquest": "The inquest is held today",
    "share_plan_with_staff": "Share the plan with the staff who are complained about",
    "consent_needed": "Find out whether the person agrees that the MP is told",
    "read_incoming": "Read the e-mail: answer it, or make a complaint of it",
    "read_answer": "Read the e-mail that came in, and answer it if it needs an answer",
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
    "response_complete": "The draft has every element that is prescribed, and is of the record as it stands",
    "issues_answered": "Every issue is answered by a response that went out, those that were on hold, too",
    "response_cleared": "The response is cleared by somebody else than whoever wrote it",
    "coding_complete": "The codes that the returns need are there",
    "remedies_decided": "Every proposed remedy is decided",
    # Why a complaint cannot be moved to another version of its procedure.
    "stage_unknown": "The version has no stage in which the complaint could stand",
    "tier_unknown": "The version has no tier at which the complaint is",
    "not_for_it": "The version is not for this nation or this kind of matter",
    "figures_do_not_fit": "The figures do not fit the version",
    "clock_without_rule": "A clock runs for which the version has no rule",
    "agreed_date_without_place": "A date was agreed or promised for which the version has no place",
    "answer_given": "The concern or enquiry has been answered",
    # Findings and days that a decision about handling the complaint needs, and codes for the returns.
    "good_reasons": "There were good reasons for not complaining in time",
    "still_fair": "It is still possible to investigate effectively and fairly",
    "reasonable_grounds": "There are reasonable grounds for a representative instead of the child",
    "best_interests": "The representative acts in the person's best interests",
    "capacity": "The person lacks the capacity to complain",
    "consent_basis": "There is something that shows that the person asked for it",
    "happened_on": "The day on which it happened",
    "noticed_on": "The day on which the person came to know of it",
    "age_band": "The age band of the patient",
    "complainant_status": "What the complainant is to the patient",
    "site": "The site, by its ODS code",
    "ward": "The ward",
    "service_area": "The service area",
    "subjects": "A subject for each issue",
    "profession": "The profession of the staff it is about",
}

# Parts that somebody has in one case, and what about them has to be mitigated.
PARTS: Final = {"investigator": "Investigator", "decision_maker": "Decision-maker"}
CONFLICTS: Final = {
    "declared_involvement": "Declared to have been involved before",
    "declared_conflict": "Declared a conflict of interest",
    "handled_original": "Handled the complaint that was reopened",
    "handled_tier_before": "Handled the complaint at another tier",
    "both_parts": "Investigates and decides",
    "several_roles": "Investigates, and manages complaints or signs responses",
}

STEPS: Final = {"reminder": "Reminder", "overdue": "Overdue", "escalation": "Overdue, brought to you"}


def title(words: dict[str, str], code: str) -> str:
    """Return what people call a code; a code without words is made readable."""
    return words.get(code) or code.replace("_", " ").replace(".", ": ").capitalize()


def task_title(kind: str) -> str:
    """Return what people call a task. One that a clock raised names the step and the clock."""
    step, _, clock = kind.partition(".")
    if step in STEPS and clock:
        return f"{STEPS[step]}: {title(CLOCKS, clock)}"
    return title(TASKS, kind)
