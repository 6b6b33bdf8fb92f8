"""Who is asked to see to a letter: whoever owns the case; where it asks how it was, somebody who did not deal with it,
and nobody else takes the answer down.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

from activities.acts.case import Case, refuse_if
from activities.acts.letter_facts import purpose_of
from contracts.failures import Refusal
from contracts.offices import MANAGER
from db.models.work import Notice
from db.queries import tiers

SURVEY: Final = "survey"
STAFF_SURVEY: Final = "staff_survey"
_OWNER: Final = "owner"
# Who sees to it that somebody is asked how it was; each with whoever acts for them.
_IN_TURN: Final = (MANAGER, "responsible_person")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """The role that is asked about a letter, and who is kept out of it."""

    role: str = _OWNER
    kept: frozenset[UUID] = field(default_factory=frozenset)


async def whom_to_ask(case: Case, notice: Notice) -> Asked:
    """Return who posts a letter, rings instead, or looks into what became of it."""
    if purpose_of(notice.template) not in (SURVEY, STAFF_SURVEY):
        return Asked()
    kept = await tiers.not_apart(case.session, case.complaint)
    for role in _IN_TURN:
        if await case.holder_of(role, kept=kept) is not None:
            return Asked(role=role, kept=kept)
    return Asked(role=MANAGER, kept=kept)


async def check_who_records(case: Case) -> None:
    """Refuse an answer from the hand of whoever is not apart from the complaint: nobody says to them how it was."""
    if case.actor_id is not None:
        kept = await tiers.not_apart(case.session, case.complaint)
        refuse_if(case.actor_id in kept, Refusal.CONFLICT_OF_INTEREST)
