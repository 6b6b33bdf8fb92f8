"""Files of the complaint that a body names: with a round of its part, or as what shows that an action is done."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from activities.acts.case import Case, refuse_if
from contracts.failures import Refusal
from db.models.joint import Contribution
from db.models.submissions import BodyAction, BodyFile
from db.queries import requests


async def name(
    case: Case,
    row: Contribution,
    file_ids: Collection[UUID],
    submission_id: UUID,
    action: BodyAction | None = None,
) -> None:
    """Write down which files belong to what a body says. Refused for one that is not on this complaint."""
    wanted = list(dict.fromkeys(file_ids))
    if not wanted:
        return
    there = await requests.attached(case.session, case.complaint.id, wanted)
    refuse_if(there < len(wanted), Refusal.UNKNOWN_FILE)
    of = action.id if action is not None else submission_id
    for file_id in wanted:
        case.session.add(
            BodyFile(
                id=case.new_id(f"body_file/{of}/{file_id}"),
                organisation_id=row.organisation_id,
                complaint_id=row.complaint_id,
                submission_id=submission_id,
                body_action_id=action.id if action is not None else None,
                file_id=file_id,
                act_id=case.act.act_id,
            )
        )
