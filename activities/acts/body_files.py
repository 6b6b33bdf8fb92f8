"""Files of the complaint that a body names: with a round of its part, or as what shows that an action is done."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final
from uuid import UUID

from activities.acts.case import Case, refuse_if
from contracts.commands import CommandKind
from contracts.failures import Refusal
from db.models.joint import Contribution
from db.models.submissions import BodyAction, BodyFile
from db.queries import files, requests

# Before the id of a contribution: under what name its body sends files, by the door and on the page.
_SENT_BY: Final = ("body", "page")


async def check(case: Case, row: Contribution, wanted: Collection[UUID]) -> None:
    """Refuse files that are not on this complaint, and, where the body itself speaks, those that it did not send."""
    if not wanted:
        return
    session, complaint_id = case.session, case.complaint.id
    if case.said is not None and case.said.kind == CommandKind.FROM_BODY.value:
        there = await files.attached_by(session, complaint_id, wanted, [f"{way}/{row.id}" for way in _SENT_BY])
    else:
        there = await requests.attached(session, complaint_id, wanted)
    refuse_if(there < len(wanted), Refusal.UNKNOWN_FILE)


async def name(
    case: Case,
    row: Contribution,
    file_ids: Collection[UUID],
    submission_id: UUID,
    action: BodyAction | None = None,
) -> None:
    """Write down which files belong to what a body says. Refused for one that is not its own to name."""
    wanted = list(dict.fromkeys(file_ids))
    await check(case, row, wanted)
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
