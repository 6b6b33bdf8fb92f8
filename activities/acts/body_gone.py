"""What the bodies were to agree on between them is looked at anew whenever one of them is gone."""

from __future__ import annotations

from activities.acts import joint_timescale, leading
from activities.acts.case import Case


async def settle(case: Case) -> None:
    """Settle what only a body that is gone stood in the way of; with nobody left to agree, stop waiting for it."""
    if case.complaint.open:
        await case.session.flush()
        await leading.look_again(case)
        await joint_timescale.look_again(case)
