"""What stages and clocks of the procedures are called by people, in whichever procedure they stand."""

from __future__ import annotations

from typing import Final

STAGES: Final = {
    "received": "Received",
    "acknowledged": "Acknowledged",
    "early_resolution": "Early resolution",
    "resolved": "Resolved early",
    "closer_look": "Closer look",
    "responded": "Responded",
    "closed": "Closed",
    "withdrawn": "Withdrawn",
    "opened_in_error": "Opened in error",
    "answered": "Answered",
    "exempt": "Resolved by the next working day, outside the Regulations",
    "not_accepted": "Not handled, with written reasons",
    "stage_1": "Stage 1",
    "stage_2_received": "Stage 2 asked for",
    "stage_2": "Stage 2",
    "stage_2_responded": "Stage 2 response given",
    "investigation": "Stage 2, investigation",
    "tier_2": "Tier 2, second look",
    "tier_2_responded": "Tier 2 response given",
    "refused": "Refused",
    "ended_on_death": "Ended: the person died, and nobody goes on",
}

CLOCKS: Final = {
    "acknowledgement": "Acknowledge the complaint and offer to discuss it",
    "relevant_period": "Respond within six months",
    "settle_period": "Agree or determine the response period",
    "response_period": "Respond by the date agreed or determined",
    "next_update": "Give the person the next update",
    "draft_release": "Release or discard the draft",
    "closing": "Close the complaint, or go on with it",
    "early_resolution": "Resolve the complaint early, or take a closer look",
    "confirm_issues": "Confirm the issues with the person",
    "allocation": "Give the case an owner",
    "correction_approval": "Approve or reject the correction",
    "request": "Give what was asked for: a statement, records, an interview or advice",
    "request_review": "Check what was given, and accept it or send it back",
    "referral": "Pass the concern on today",
    "hold_review": "Look again whether the issues must stay on hold",
    "answer": "Answer the person",
    "written_record": "Send the person the written record of what they said",
    "comments": "Weigh the comments on the initial views",
    "clearance": "Clear the drafted response, or send it back",
    "signature": "Sign the response",
    "stage_1": "Give the stage 1 response",
    "stage_2_acknowledgement": "Acknowledge the request for stage 2",
    "stage_2": "Give the stage 2 response",
    "investigation": "Give the decision after investigation",
    "closer_look": "Respond",
    "tier_2_acknowledgement": "Acknowledge the request for tier 2",
    "tier_2": "Give the response of tier 2",
}
