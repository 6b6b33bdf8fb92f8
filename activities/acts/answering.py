"""Whether what was no complaint has been answered."""

from __future__ import annotations

from typing import Final

from activities.acts.case import Case
from db.queries import casework
from policies.procedure_rules import Matter

_NEEDS_NO_ANSWER: Final = (Matter.COMPLIMENT, Matter.FEEDBACK)


async def is_answered(case: Case) -> bool:
    """Say whether a concern or an enquiry has been answered, to whatever satisfaction; a compliment needs no answer."""
    if case.complaint.matter in _NEEDS_NO_ANSWER:
        return True
    attempts = await casework.attempts_of(case.session, case.complaint.id)
    return any(attempt.result is not None for attempt in attempts)
