"""Words for codes: what a stage, clock, task, event or refusal is called by people."""

from __future__ import annotations

from typing import Final

from api.procedure_titles import CLOCKS as CLOCKS
from api.procedure_titles import STAGES as STAGES

TASKS: Final = {
    "answer_referral": "Answer what the Ombudsman or the regulator asks",
    "comment_on_decision": "Comment on the preliminary decision, or say that there is nothing to say",
    "comply": "Comply with the recommendation, and record what shows it",
    "tell_compliance": "Tell the Ombudsman and the person that the recommendation was complied with",
    "hand_over_cases": "Give the cases of somebody who leaves to others",
    "assign_owner": "Give the case an owner",
    "release_draft": "Read the draft and release or discard it",
    "post_letter": "Post the letter",
    "confirm_withdrawal": "Confirm the withdrawal to the person",
    "decide_severity": "Decide whether the complaint is less serious than it was",
    "close_or_continue": "The person has an answer: close the complaint, or go on",
    "needs_attention": "Find out why a step failed, then resume the complaint",
    "submission_parked": "Find out why a submission cannot be delivered, then retry it",
    "notice_failed": "A message could not be delivered: reach the person another way",
    "notice_withheld": "A message was withheld: decide what to do instead",
    "arrival_unknown": "Nobody knows whether a message arrived: ask the person, or tell them another way",
    "assess_incident": "Assess whether the incident is notifiable under the duty of candour",
    "tell_of_incident": "Tell the person of the incident, in person",
    "write_of_incident": "Write the notice of the incident to the person",
    "offer_candour_support": "Offer the person support about the incident",
    "close_referral": "Nothing is owed to the body that asked: close the referral, or say what is still to come",
    "end_candour": "Nothing is owed about the incident any more: end candour, or say what is still to come",
    "approve_correction": "Approve or reject the correction",
    "information_governance": "A letter went to the wrong recipient: tell information governance",
    "write_again": "Write again, to the right person",
    "promised": "Keep what was promised",
    "tell_new_date": "A date that somebody was given has moved: tell them the new one, and why",
    "reminder.next_update": "An update is due soon: read the draft, add what is new, and release it",
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
    "get_consent": "Ask the person whether another body may be told: until then it is told nothing",
    "body_declined": "A body does not take part: speak with it, or name what the response will lack",
    "transfer_declined": "A body does not take what was passed on to it: find whom it is for, and tell the person",
    "transfer_ended": "The person does not agree any more that it is passed on: see what the body has read by now",
    "transfer_taken_late": "A body took what is not passed on to it any more: settle whose it is",
    "take_transfer": "Another body passed a complaint on, and no procedure of ours can take it: see to it, or log it",
    "transfer_refused": "Whoever passed this complaint on says that it is not ours any more: settle whose it is",
    "transfer_news": "The person took back that we may be told of this complaint: ask them how to go on",
    "body_split": "Nothing more may be shared with a body: see that the person knows who answers what",
    "acknowledge_escalation": "A senior leader is asked: say that you have this complaint in hand, or pass it on",
    "decide_escalation": "Decide what is done about this escalation",
    "look_escalation": "You oversee this complaint: look how it stands, and write it down",
    "escalation_more": "There is more about what you have in hand: see whether your decision still holds",
    "nobody_senior": "Nobody senior was found to ask: find somebody, and put them on the rota",
    "telephone_senior": "Ring the senior on the rota: no text message could be sent",
    "propose_lead": "Propose which body coordinates the complaint",
    "settle_lead_dispute": "The bodies do not agree who leads: decide it with a senior of the other side",
    "follow_the_lead": "Another body leads: pass on what it needs, and answer our own part to it",
    "agree_with_person": "The bodies have a timescale: agree the date of the response with the person",
    "timescale_disagreed": "A body cannot keep to the timescale: speak with it, and change the timescale or not",
    "review_body_answer": "A body gave what it was asked for: accept it, or send it back",
    "record_meeting": "Record the meeting with the other bodies: who was there for each, or that it is off",
    "answer_invitation": "Another body asks us to contribute: take part, or say why not",
    "look_at_issues": "The body that coordinates changed which issues are ours: look at them",
    "say_who_leads": "Say whether we agree which body coordinates",
    "take_the_lead": "We are to coordinate: take the complaint over, and name the other bodies",
    "answer_timescale": "Say whether we can keep to the timescale",
    "give_information": "Give the body that coordinates what it asked for",
    "say_who_attends": "Say who of ours attends the meeting",
    "revise_part": "Our part was sent back: revise it, and submit it again",
    "comment_on_draft": "Comment on the one draft before the person sees it",
    "answer_own_part": "Nothing more may be shared: answer our own part, or ask the person how to go on",
    "reminded_by_lead": "The body that coordinates reminds us of what is due",
    "read_response": "Read the one response to the person",
    "read_lead_message": "Read what the body that coordinates said: it is of a kind that is not known here",
    "refused_by_lead": "The body that coordinates refused what we said: see why, and say it anew",
    "joint_trouble": "The body that coordinates does not take our credential: have it renewed",
    "share_joint_draft": "The bodies have commented and all is weighed: change the draft, or share it with the person",
    "body_without_issue": "Every issue of a body was taken back: give it another, or let go of it",
    "weigh_joint_comment": "Weigh what was said of the joint draft, and say what came of it",
    "tell_body": "Something is to be said to a body that takes part without a system: ring it, or write to it",
    "use_staff_comment": "Weigh what the member of staff said, and say how it was used",
    "staff_not_told": "A member of staff was never told of the complaint: see that they are, or say why not",
    "tell_staff_it_is_over": "Tell the member of staff that it is over: the complaint was opened in error",
    "share_plan_with_staff": "Share the plan with the staff who are complained about",
    "renew_consent": "Whoever gave a consent has died: find out who may be told now",
    "review_contact_plan": "Look again at the contact plan: it goes on, is eased, or ends",
    "decide_plan_appeal": "Decide the appeal against the contact plan",
    "review_staff_safety": "Look again whether staff still have to take care",
    "consent_needed": "Find out whether the person agrees that the MP is told",
    "read_incoming": "Read the e-mail: answer it, or make a complaint of it",
    "read_answer": "Read the e-mail that came in, and answer it if it needs an answer",
    "find_address": "Find out how to reach the person in the way they prefer",
    "find_way": "No safe way to send this letter is known: find a way to reach the person",
    "supply_format": "Supply the letter in the form that the person needs",
    "call_instead": "Ring the person, and tell them what the letter says: they prefer a call",
    "book_interpreter": "Book an interpreter for the discussion with the person",
    "give_receipt": "Tell the person that what they sent reached us, in the form that they need",
    "give_statements": "Tell the person of advocacy, and that complaining does them no harm",
    "unsafe_contact": "Somebody was reached in a way that is not safe for them: look into it",
    "webhooks_failed": "Events do not arrive at a system that subscribes: see to it, then resume or replay",
    "tell_staff": "Tell the member of staff, in person where it can be, what is complained of",
    "support_staff": "Speak with the member of staff about how they are",
    "staff_conflict": "Somebody who handles the complaint is complained about: give their part to somebody else",
    "review_contribution": "Another body has submitted its part: approve it, or send it back with the reason",
    "write_supplement": "A part that was missing came after the response: tell the person in a second letter",
    "settle_body_action": "Another body says that what it promised is done: look at what shows it",
    "late_item": "Something came after the end: file it, answer it, or reopen the complaint",
}

# Who clears the response of a serious complaint.
CLEARERS: Final = {"complaints_manager": "The complaints manager, or their deputy", "senior": "A senior leader"}

REQUIREMENTS: Final = {
    "enquiry_answered": "What the Ombudsman or the regulator asked is answered",
    "decision_received": "A final decision is on record",
    "recommendation_complied": "Every recommendation is complied with",
    "compliance_told": "The Ombudsman was told of the compliance",
    "person_told": "The letter that tells the person of the compliance is released or discarded",
    "learning_published": "What was learned is published",
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
    "response_cleared": "The response is cleared by somebody else than whoever wrote it, or by each whose turn it is",
    "coding_complete": "The codes that the returns need are there",
    "remedies_decided": "Every proposed remedy is decided",
    "contributions_settled": "The part of each other body is approved, or the response names what is missing",
    "lead_ours": "It is settled that this organisation coordinates",
    "joint_draft_shared": "Each body has commented on the draft as it stands, or its time to comment is over",
    "joint_draft_with_person": "The person has had the draft and time to comment, or that is left out with a reason",
    "joint_comments_weighed": "Every comment on the draft is weighed",
    "supplement_sent": "What came after the response is told in a supplement, or is left out with a reason",
    "escalation_acknowledged": "A senior leader has acknowledged an escalation of this serious complaint",
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

# What somebody may be told about the person concerned, and why, or why not.
DISCLOSED: Final = {
    "nothing": "What tells nothing about the person: a receipt, a refusal, a question",
    "own": "What they told us themselves, and when they hear from us",
    "progress": "How it stands",
    "findings": "What was found",
    "records": "What stands in records of care",
}
WHY_TOLD: Final = {
    "discloses_nothing": "It tells nothing about the person concerned",
    "person_concerned": "They are the person concerned",
    "own_complaint": "They complained",
    "consent": "A consent covers it",
    "standing": "It was decided that they may speak for the person",
    "speaks_for_the_dead": "They speak for somebody who has died",
    "consent_as_logged": "Consent was shown when they were put on record",
    "implied_constituent": "A constituent turned to their MP",
    "standing_refused": "It was decided that they may not speak for the person",
    "consent_ended": "The consent was withdrawn, or has ended",
    "no_consent": "No consent covers it",
}

# What is owed to a member of staff complained about, as they read it themselves.
MY_CLOCKS: Final = {
    "staff_follow_up": "You get it in writing, with where to find support",
    "staff_support": "Your supporter speaks with you",
    "staff_invitation": "You are asked to comment",
    "staff_comment": "What you say is weighed",
    "staff_views": "You are shown the initial views",
    "staff_change": "You are told of the new date, and why",
    "staff_update": "You hear how it stands",
    "staff_outcome": "You are told what came of it",
    "staff_experience": "You are asked how it was for you",
}

STEPS: Final = {"reminder": "Reminder", "overdue": "Overdue", "escalation": "Overdue, brought to you"}


def title(words: dict[str, str], code: str) -> str:
    """Return what people call a code; a code without words is made readable."""
    return words.get(code) or code.replace("_", " ").replace(".", ": ").capitalize()


def task_title(kind: str) -> str:
    """Return what people call a task. One that a clock raised names the step and the clock."""
    if kind in TASKS:
        return TASKS[kind]
    step, _, clock = kind.partition(".")
    if step in STEPS and clock:
        return f"{STEPS[step]}: {title(CLOCKS, clock)}"
    return title(TASKS, kind)
