"""Which bodies take part: what they are asked for, and whose word counts, hangs on it."""

from __future__ import annotations

from typing import Final

from activities.acts import joint
from activities.acts.case import Case, refuse_if
from contracts.failures import Refusal
from contracts.joint import ContributionState as State
from db.models.joint import Contribution
from db.queries import joint as contributions

# Having accepted, whatever came of it since.
_ACCEPTED: Final = frozenset(
    {State.ACCEPTED, State.CONTRIBUTING, State.SUBMITTED, State.REVISION_REQUESTED, State.APPROVED}
)


def hears(row: Contribution) -> bool:
    """Say whether a body is part of the talk between the bodies: it was invited, and has not declined."""
    return joint.is_spoken_with(row) and row.state != State.DECLINED and row.open_to_body


def has_accepted(row: Contribution) -> bool:
    """Say whether a body has accepted, and is spoken with."""
    return State(row.state) in _ACCEPTED and row.open_to_body


async def hearing(case: Case) -> list[Contribution]:
    """Return the bodies that are part of the talk, by their numbers."""
    live = await contributions.of_complaint(case.session, case.complaint.id, live=True)
    return [each for each in live if hears(each)]


def refuse_unless_asked(row: Contribution, *, accepted: bool) -> None:
    """Refuse what is asked of a body that consent does not cover, or that does not take part."""
    refuse_if(row.state == State.CONSENT_BLOCKED or not row.open_to_body, Refusal.CONSENT_MISSING)
    refuse_if(not hears(row) or (accepted and not has_accepted(row)), Refusal.NOT_ACCEPTED_YET)
