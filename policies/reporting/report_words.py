"""What reports call the codes that are written in the program itself and are in no list of codes."""

from __future__ import annotations

from typing import Final

NOT_RECORDED: Final = "Not recorded"

FIXED: Final = {
    "matter": {
        "complaint": "Complaint",
        "concern": "Concern",
        "enquiry": "Enquiry",
        "compliment": "Compliment",
        "feedback": "Feedback",
        "contribution": "Part in another body's complaint",
    },
    "source": {
        "person": "The person concerned",
        "representative": "A representative",
        "advocate": "An advocate",
        "mp": "A Member of Parliament",
        "regulator": "A regulator",
        "other_body": "Another body",
        "staff": "A member of staff",
    },
    "channel": {
        "oral": "Spoken",
        "written": "In writing",
        "electronic": "Electronically",
        "assisted": "Written down for the person",
    },
    "severity": {
        "routine": "Routine",
        "elevated": "Elevated",
        "serious": "Serious",
        "immediate": "Immediate",
    },
    "effect": {"statutory": "By law", "promise": "Promise", "internal": "Internal"},
    "decision": {"preliminary": "Preliminary", "final": "Final", "not_investigated": "Not investigated"},
    "decision_outcome": {
        "upheld": "Upheld",
        "partly_upheld": "Upheld in part",
        "not_upheld": "Not upheld",
        "other": "Another outcome",
    },
    "recommendation": {
        "open": "Open",
        "complied": "Complied with",
        "told": "Complied with, and told",
        "lifted": "Lifted",
    },
    "recommended": {
        "apology": "An apology",
        "payment": "A payment",
        "action": "An action",
        "policy": "A change of policy",
        "training": "Training",
        "other": "Something else",
    },
    "follows": {"learning": "Learning", "remedy": "A remedy", "other": "Something else"},
    "governance": {
        "board_report": "Reports to the board",
        "annual_report": "Annual reports",
        "panel": "Complaints panels",
        "non_executive": "Meetings of the non-executive with the independent tier",
        "discussion": "Discussions with people who use the service",
        "return": "Returns",
        "learning_summary": "Public summaries of learning",
        "governance_report": "Reports to the regulator",
        "feedback_round": "Rounds of asking how it was",
    },
    "party": {"party": "People", "staff": "Staff"},
    "insight": {
        "received": "Complaints",
        "incident": "Incidents",
        "claim": "Claims",
        "feedback": "Other feedback",
        "other": "Other",
        "compliment": "Compliments",
        "staff_survey": "Staff survey",
    },
    "recurs": {"theme": "The same theme", "place": "The same place", "both": "The same theme at the same place"},
    "waited": {
        "up_to_30": "Up to 30 days",
        "up_to_60": "31 to 60 days",
        "up_to_90": "61 to 90 days",
        "up_to_180": "91 to 180 days",
        "longer": "More than 180 days",
    },
    "caseload": {
        "up_to_5": "1 to 5 cases",
        "up_to_10": "6 to 10 cases",
        "up_to_15": "11 to 15 cases",
        "up_to_20": "16 to 20 cases",
        "more": "More than 20 cases",
    },
}
