"""Whether somebody is to be left in peace for now, and not asked how it was: why, and until when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from activities.acts import reach, silence
from activities.acts.case import Case
from contracts.failures import Refusal
from db.models.complaint import Party
from db.queries import acts, feedback, tiers
from db.queries.response import affected_of
from policies import reaching
from policies.calendars import local_date

# Whoever lost somebody is left in peace for so long.
MOURNING: Final = timedelta(weeks=8)
# What ends nobody knows when is looked at again after so long.
LOOK_AGAIN: Final = timedelta(weeks=4)


@dataclass(frozen=True, slots=True, kw_only=True)
class Peace:
    """Why somebody is not asked, as a code; until when, as far as is known; and how whoever asks by hand is refused."""

    cause: str
    until: date | None = None
    refusal: Refusal = Refusal.CONTACT_ON_HOLD

    def until_or(self, on: date) -> date:
        """Return the day on which to look again."""
        return self.until or on + LOOK_AGAIN


async def of_party(case: Case, party: Party) -> Peace | None:
    """Return why a party outside is not to be asked now; None where they may be."""
    complaint = case.complaint
    if party.retired_at is not None:
        return Peace(cause="no_longer_a_party", refusal=Refusal.UNKNOWN_PARTY)
    if party.death_known_at is not None:
        return Peace(cause="person_has_died", refusal=Refusal.PERSON_HAS_DIED)
    if complaint.stop_contact or complaint.hold:
        return Peace(cause="stop_contact" if complaint.stop_contact else "hold")
    if found := await of_anybody(case):
        return found
    if (until := await _mourning_until(case)) is not None:
        return Peace(cause="mourning", until=until)
    return None


async def of_anybody(case: Case) -> Peace | None:
    """Return why nobody is to be asked about this complaint now, outside or inside."""
    if await silence.is_kept(case):
        return Peace(cause="quiet_until_switch", refusal=Refusal.QUIET_UNTIL_SWITCH)
    if await acts.is_reopened(case.session, case.complaint.id):
        return Peace(cause="reopened")
    if await _ombudsman_has_it(case):
        return Peace(cause="ombudsman")
    return None


async def is_out_of_reach(case: Case, party: Party) -> bool:
    """Say whether nothing can be written to somebody in a way that is safe for them."""
    found = await reach.needs(case, party)
    way = reaching.choose(found, email=party.email is not None, address=party.address is not None, text=False)
    return way is None


async def _ombudsman_has_it(case: Case) -> bool:
    """Say whether an Ombudsman looks into it, or was asked to and has not been heard of since."""
    open_, ended = await feedback.ombudsman_referrals(case.session, case.complaint.id)
    steps = await tiers.steps_of(case.session, case.complaint.id)
    return open_ > 0 or (ended == 0 and any(step.kind == "ombudsman" for step in steps))


async def _mourning_until(case: Case) -> date | None:
    """Return until when to wait because whom the complaint is about died a short while ago, as far as is known."""
    days = []
    for each in await affected_of(case.session, case.complaint.id):
        known = local_date(each.death_known_at) if each.death_known_at is not None else None
        died = each.died_on or known
        if died is not None and case.on < died + MOURNING:
            days.append(died + MOURNING)
    return max(days, default=None)
