"""The ladder on the other side: a body that owes something is reminded, then its complaints manager, then its
responsible person. Our own clocks never wait for it.
"""

from __future__ import annotations

from activities.acts import body_levels, joint
from activities.acts.case import Case
from db.joint_messages import Level, Reminder
from db.models.clock import ClockRow
from db.models.joint import Contribution


async def remind(case: Case, clock: ClockRow, level: Level) -> None:
    """Remind a body of what a clock waits for, at a level of its own ladder."""
    if clock.contribution_id is None:
        return
    row = await case.session.get_one(Contribution, clock.contribution_id)
    if row.invited_on is None:
        return  # it was told nothing, not even that there is a complaint
    overdue = clock.due_at <= case.at
    heard_anyway = row.id not in case.contributing
    await joint.post(case, row, Reminder(about=clock.kind, due_on=clock.due_on, level=level, overdue=overdue))
    if heard_anyway:
        case.contributing.discard(row.id)  # the verdict of its own rung goes to its workflow: nothing to look for
    body_levels.climb(row, level)
    case.event(
        "body.reminded",
        contribution_id=row.id,
        body=row.code,
        clock_id=clock.id,
        clock=clock.kind,
        level=level,
        overdue=overdue,
    )
