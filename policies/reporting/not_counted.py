"""Names the events that say nothing to reports. A new event is either folded or named here: a test sees to it."""

from __future__ import annotations

from typing import Final

_BY_FAMILY: Final[dict[str, str]] = {
    "access": "issued revoked",
    "action": "counted dropped ended not_told progress told",
    "body": "reminded",
    "body_request": "answered ended raised reviewed",
    "calendar": "changed",
    "candour": "drafted kept_back supported told tried written",
    "clock": "redated stopped",
    "complaint": "linked unlinked",
    "conduct": "warned",
    "consent": "ended_by_death recorded withdrawn",
    "contact": "outside_plan recorded unsafe",
    "contact_plan": "appeal_decided appealed decided ended reviewed",
    "contact_rules": "set",
    "contribution": (
        "accepted action_done action_not_told action_settled approved changed consent_refused declined "
        "gap_closed gap_named heard issue_given issue_taken message_refused moved released sent_back shut "
        "split split_not_told submitted told withheld"
    ),
    "copy": "not_covered",
    "correction": "asked rejected",
    "discussion": "recorded",
    "escalation": "called decided followed handed_on looked nobody_found passed",
    "experience": "not_answered",
    "file": "attached marked",
    "hold": "decided ended goes_on lifted",
    "issue": "changed confirmed held passed_on",
    "joint_draft": "comment_weighed commented left_out person_said_nothing shared with_person",
    "lead": "agreed decided disputed moved proposed viewed",
    "meeting": "answered attended called cancelled held",
    "needs": "set",
    "note": "added",
    "notice": (
        "arrival_unknown channel_changed delivered delivery_recorded discarded failed format_owed handed_over "
        "kept_silent left_uncovered outcome_noted released withheld written"
    ),
    "pack": "assembled",
    "parallel": "opened updated",
    "part": "heard lead mitigated refused reminded signed split told",
    "party": "replaced retired",
    "period": "extended extension_void",
    "promise": "kept made released",
    "recommendation": "person_not_told",
    "referral": "answered enquiry learning",
    "request": "accepted answered cancelled ended raised sent_back",
    "response": "cleared drafted sent_back step_cleared",
    "route": "found",
    "routes": "screened",
    "rung": "fired",
    "severity": "lowering_asked lowering_overtaken lowering_rejected",
    "staff": "comment_used commented conflict deferred informed invited letter_wanted said_nothing supported",
    "staff_safety": "flagged lifted",
    "standing": "decided",
    "successor": "named",
    "task": "done",
    "tier": "nobody_barred",
    "time_limit": "kept passed waived",
    "timescale": "agreed changed proposed viewed",
    "transfer": "answer_refused declined ended heard not_told offered received stopped taken",
    "update": "given",
    "views": "commented shared skipped",
}
NOT_COUNTED: Final = frozenset(f"{family}.{each}" for family, names in _BY_FAMILY.items() for each in names.split())
