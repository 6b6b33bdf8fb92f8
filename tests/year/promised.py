"""What is promised to somebody in the year: most of it is kept on its day."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from contracts.commands import CommandKind as K
from db import promise_said as promises
from tests.year.case import morning

if TYPE_CHECKING:
    from tests.year.life import Life


async def make(life: Life) -> None:
    """Promise a call within a week."""
    due_on = morning(life.today + timedelta(days=6), 9).date()
    await life.must(K.MAKE_PROMISE, promises.MakePromise(kind="call", what="We ring with news.", due_on=due_on))


async def settle(life: Life) -> None:
    """Say that it was kept, on its day; one that was not is broken, and binds no more."""
    (row,) = await life.rows("select id, due_on from promise where complaint_id = :id")
    if life.drawn.rarer.promise_kept:
        kept = promises.KeepPromise(promise_id=row["id"], kept_on=row["due_on"], words="We rang.")
        await life.must(K.KEEP_PROMISE, kept)
    else:
        await life.must(K.RELEASE_PROMISE, promises.ReleasePromise(promise_id=row["id"], because="overtaken"))
