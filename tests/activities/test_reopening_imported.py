"""An imported complaint is not reopened before its switch date: until then the other system speaks to the people."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

from contracts.commands import CommandKind
from db.said import Log, PartySaid
from tests.activities.test_imports import SWITCH, TODAY, Desk, a_row, apart, desk

__all__ = ["apart", "desk"]


def again(desk: Desk, original: object) -> Log:
    party = PartySaid(role="complainant", name="Pat Example", email="pat@example.org")
    return Log(
        channel="written", received_on=desk.now.date(), summary="Once more", narrative="Nothing has changed.",
        parties=(party,), reopened_from=original,  # type: ignore[arg-type]
    )  # fmt: skip


async def reopen(desk: Desk, original: object) -> tuple[str, str | None]:
    complaint = uuid4()
    desk.apart.engine.now = desk.now
    reference = f"{desk.body.code}-{complaint.hex[:8].upper()}-0"
    submission = await desk.apart.say(desk.body, complaint, CommandKind.LOG, again(desk, original), reference=reference)
    await desk.apart.deliver(desk.body, complaint)
    ((state, refusal),) = desk.apart.rows("select state, refusal from submission where id = %s", submission)
    return str(state), refusal


async def test_it_is_refused_until_the_switch_date_and_taken_from_then_on(desk: Desk) -> None:
    ended = a_row(
        "R/1", TODAY - timedelta(days=60), stage="closed", acknowledged_on=TODAY - timedelta(days=59),
        period_set_on=TODAY - timedelta(days=50), respond_by=TODAY - timedelta(days=20), basis="agreed",
        responded_on=TODAY - timedelta(days=30), outcome="upheld", ended_on=TODAY - timedelta(days=20),
    )  # fmt: skip
    (original,) = await desk.move_in(ended)
    assert await reopen(desk, original) == ("refused", "quiet_until_switch")
    desk.now += SWITCH - TODAY
    assert await reopen(desk, original) == ("applied", None)
