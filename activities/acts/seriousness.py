"""What a serious complaint asks for whatever its procedure says: a chain that clears its response, and a senior's hand
on it before it is closed. Changes nothing.
"""

from __future__ import annotations

from typing import Final

from activities.acts import clearing, triage
from activities.acts.case import Case
from contracts.commands import CommandKind
from contracts.severities import GRAVE
from db.queries import escalations, seriousness
from policies.procedure_rules import Requirement

# What is asked of these rests on no procedure, and so is said in none.
BASIS: Final = {
    CommandKind.CLOSE: "Local, R-38: no serious complaint is closed without a senior leader's hand on it",
    CommandKind.RESPOND: "Local, R-38 and R-39: a serious complaint's response is cleared by a chain",
}


async def required(case: Case, command: CommandKind) -> tuple[Requirement, ...]:
    """Return what a command asks for because a complaint is serious.

    Only `close` waits for a hand: a response that is ready is never held back, and nobody who takes a complaint back,
    or whose complaint is another body's, waits for a senior.
    """
    if command is CommandKind.CLOSE and await _is_grave(case):
        return (Requirement.ESCALATION_ACKNOWLEDGED,)
    if command is CommandKind.RESPOND and case.procedure.elements and clearing.chain_of(case):
        return (Requirement.RESPONSE_CLEARED,)
    return ()


async def _is_grave(case: Case) -> bool:
    """Say whether a complaint is, or ever was, serious; of one that an earlier version opened, whether it would be."""
    return await seriousness.was_serious(case.session, case.complaint) or await triage.would_be(case) in GRAVE


async def is_acknowledged(case: Case) -> bool:
    """Say whether an escalation of the complaint was acknowledged by a senior."""
    return await escalations.acknowledged(case.session, case.complaint.id)
