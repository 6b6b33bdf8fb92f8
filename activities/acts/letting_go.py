"""A body is let go of by hand: nothing is asked of it any more."""

from __future__ import annotations

from activities.acts import body_gone, joint, releasing, transfers
from activities.acts.case import Case
from activities.acts.working import keep_words
from db.joint_said import ReleaseContribution


async def release_contribution(case: Case, said: ReleaseContribution) -> None:
    """Let go of a body because we say so: its issues are ours again, but for what it answered, or a response named."""
    row = await joint.find_live(case, said.contribution_id)
    keep_words(case, "body_release", said.reason)
    if row.kind == transfers.KIND:
        await transfers.take_back(case, row, releasing.BY_LEAD)
        return
    await releasing.release(case, row, releasing.BY_LEAD)
    await body_gone.settle(case)
