"""Issues of another body change while it works on them: it is told, and nobody waits for what was taken back."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final
from uuid import UUID

from activities.acts import inviting, joint
from activities.acts.case import Case
from db.queries import joint as rows
from db.queries import tasks

WITHOUT: Final = "body_without_issue"


async def changed(case: Case, issue_ids: Collection[UUID]) -> None:
    """Tell each body whose issues these are how its issues stand now; ask the owner about one that has none left."""
    for row in await rows.of_complaint(case.session, case.complaint.id, live=True):
        held = {each.issue_id for each in await rows.contribution_issues(case.session, row.id) if not each.removed_at}
        if not held & set(issue_ids):
            continue
        joint.touch(case, row)
        await inviting.issues_changed(case, row)
        left = await rows.issues_of(case.session, row.id)
        if not left and not await tasks.is_open(case.session, case.complaint.id, WITHOUT, row.id):
            await case.task(WITHOUT, "owner", name=str(row.id), subject_id=row.id)
