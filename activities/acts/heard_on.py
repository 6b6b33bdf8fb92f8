"""The day on which a body said what an act takes in: what was recorded for it was said on an earlier day, perhaps."""

from __future__ import annotations

from datetime import date

from activities.acts.case import Case
from contracts.commands import CommandKind
from db.joint_said import RecordFromBody
from db.said import from_body


def heard_on(case: Case) -> date:
    """Return the local day on which a body said what is being taken in."""
    if case.said is None or case.said.kind != CommandKind.RECORD_FROM_BODY.value:
        return case.on
    said = from_body(CommandKind.RECORD_FROM_BODY, case.said.body)
    return min(said.said_on, case.on) if isinstance(said, RecordFromBody) else case.on
