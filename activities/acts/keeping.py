"""Which workflow keeps a clock: the complaint's own, or that of an involvement, a contribution or a proceeding."""

from __future__ import annotations

from activities.acts.case import Case
from db.models.clock import ClockRow


def is_the_complaints(row: ClockRow) -> bool:
    """Say whether the complaint's own workflow keeps a clock."""
    return row.involvement_id is None and row.contribution_id is None and row.proceeding_id is None


def have_looked(case: Case, row: ClockRow) -> None:
    """Have the workflow that keeps a clock look, where it is not the complaint's own."""
    if row.involvement_id is not None:
        case.involved.add(row.involvement_id)
    elif row.contribution_id is not None:
        case.contributing.add(row.contribution_id)
    elif row.proceeding_id is not None:
        case.beside.add(row.proceeding_id)
