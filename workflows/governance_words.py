"""What operators read of an occurrence in its timeline: what the machine does, and what it waits for until when."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from contracts.governance import Deed, GovernanceLook

_DEEDS: Final = {
    Deed.COMPILE: "Compile the report",
    Deed.PROPOSE: "Propose cases of interest",
    Deed.PUBLISH: "Publish the report",
    Deed.ASK: "Ask people how it was",
    Deed.OPENED: "Write the task for whose step it is",
    Deed.REMINDER: "Remind whose step it is",
    Deed.OVERDUE: "Say that the step is overdue",
    Deed.ESCALATION: "Bring the overdue step to those above",
    Deed.HINDERED: "Tell who can put right what keeps the step from being done",
    Deed.INFORMED: "Tell who reads it that it is there",
    Deed.ACTION: "Remind whoever owes what a meeting resolved",
    Deed.MAIL: "Say by e-mail whose step it is",
    Deed.MAIL_LEFT: "Leave an e-mail that could not be sent",
}


def deed_words(deed: Deed) -> str:
    """Return what a deed does, in words."""
    return _DEEDS[deed]


def wait_words(look: GovernanceLook, until: datetime) -> str:
    """Return for which step an occurrence waits, by when it is due, and when it is looked at again."""
    step = "no step" if look.step is None else look.step.value
    due = f", due by {_stamp(look.due_at)}" if look.due_at is not None else ""
    return f"Waits for {step}{due}; look again at {_stamp(until)}"


def _stamp(instant: datetime) -> str:
    return f"{instant:%Y-%m-%d %H:%M} UTC"
