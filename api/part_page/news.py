"""What a body was told, each message in one sentence."""

from __future__ import annotations

from typing import Final

from api.part_page.asking import long
from db.joint_messages import (
    ActionSettled,
    Approved,
    CommentWeighed,
    ConsentEnded,
    DraftShared,
    FinalResponse,
    InformationRequested,
    InformationSettled,
    Invitation,
    IssuesChanged,
    LeadDecided,
    MeetingCalled,
    PersonCommented,
    Released,
    Reminder,
    RevisionRequested,
    Timescale,
    ToBody,
    TransferOffered,
)

_DUE: Final = {
    "body_acceptance": "to say whether you take part",
    "body_contribution": "your part of the answer",
    "body_information": "information that was asked for",
    "body_revision": "your part, which was sent back",
    "body_comment": "your comment on the draft",
    "body_action": "an action of yours",
    "transfer_receipt": "to say that you have what was passed on to you",
}
_RESULTS: Final = {"accepted": "is enough", "sent_back": "is not enough yet", "not_needed": "is not needed any more"}
_USED: Final = {"used": "was used", "partly": "was used in part", "not_used": "was not used"}
_LEADS: Final = {"proposed": "is proposed", "agreed": "is agreed", "disputed": "is disputed", "decided": "was decided"}


def line_of(found: ToBody) -> str:
    """Return a message in one sentence."""
    match found:
        case Invitation():
            return f"You are asked to take part, and to say so by {long(found.accept_by)}."
        case IssuesChanged():
            return f"Which issues are yours has changed: there are {len(found.issues)} now."
        case LeadDecided():
            return f"Who coordinates {_LEADS[found.state]}: {found.lead}." + _because(found.reason)
        case Timescale():
            state = "agreed" if found.agreed else "proposed"
            return f"Timescale {state}: your part by {long(found.contribute_by)}, the response by" \
                   f" {long(found.respond_by)}."  # fmt: skip
        case InformationRequested():
            return f"Information is asked for by {long(found.due_on)}: {found.what}"
        case InformationSettled():
            return f"What was asked for {_RESULTS[found.result]}." + _because(found.reason)
        case MeetingCalled():
            what = "A meeting is called off" if found.cancelled else "A meeting is called"
            return f"{what}: {long(found.on)}, {found.at}. {found.purpose}"
        case RevisionRequested():
            return f"Your part was sent back, to be given again by {long(found.due_on)}: {found.reason}"
        case Approved():
            return "Your part goes into the response as it stands."
        case DraftShared():
            return f"The draft of the response is shared with you: comment by {long(found.comment_by)}."
        case PersonCommented():
            return f"The person said of the draft: {found.words}"
        case CommentWeighed():
            return f"Your comment on the draft {_USED[found.used]}: {found.reason}"
        case FinalResponse():
            return f"The {'supplement to the ' if found.supplement else ''}response was signed on" \
                   f" {long(found.signed_on)}."  # fmt: skip
        case Reminder():
            state = "was due" if found.overdue else "is due"
            return f"A reminder: {_DUE.get(found.about, 'something')} {state} on {long(found.due_on)}."
        case ConsentEnded():
            return "Nothing more may be shared with you. Answer your own part yourselves."
        case ActionSettled():
            return ("An action of yours is seen as done." if found.done else "An action of yours is not seen as done."
                    ) + _because(found.reason)  # fmt: skip
        case TransferOffered():
            return f"Passed on to you by {found.sender.name}, to whom it was made on {long(found.received_on)}."
        case Released():
            return "Nothing more is asked of you."
        case _:
            return "There is news."


def _because(reason: str | None) -> str:
    return f" {reason}" if reason else ""
