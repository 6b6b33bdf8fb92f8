"""The recorded lives of the weekly digest of seniors. They come first: it goes through every organisation there is."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, timedelta
from typing import Any
from uuid import uuid4, uuid5

from temporalio.client import WorkflowExecutionStatus, WorkflowHandle
from temporalio.service import RPCError

from contracts import names
from contracts.digests import DigestStart
from tests.bodies import Body
from tests.replay.record import Studio
from tests.world import until

# One week for each life: a week that was compiled is not compiled again.
WEEK = date(2028, 1, 3)
SEVEN = timedelta(days=7)


async def _begun(studio: Studio, week_on: date, **carried: Any) -> WorkflowHandle[Any, Any]:
    start, id = DigestStart(week_on=week_on, **carried), f"digest/{uuid4()}"
    return await studio.world.client.start_workflow(names.SENIOR_DIGEST, start, id=id, task_queue=names.BULK)


async def _kept(studio: Studio, name: str, handle: WorkflowHandle[Any, Any]) -> None:
    """Keep a run that has to end."""

    async def over() -> bool:
        return (await handle.describe()).status is not WorkflowExecutionStatus.RUNNING

    await until(over)
    await studio.keep(f"senior_digest/{name}", handle)


async def digest_told(studio: Studio) -> None:
    """Written for three organisations and told to their seniors; again, where all of it was done already."""
    for _ in range(3):
        studio.body()
    await _kept(studio, "told", await _begun(studio, WEEK))
    await _kept(studio, "nothing_left_to_do", await _begun(studio, WEEK))


async def mail_is_away(studio: Studio) -> None:
    """Mail is away for days: nobody is told, and the digest is there all the same."""
    studio.mail.away = True
    handle = await _begun(studio, WEEK + SEVEN)

    async def retried() -> bool:
        raw = (await handle.describe()).raw_description
        return any(each.attempt > 1 for each in raw.pending_activities)

    await until(retried)
    await studio.keep("senior_digest/mail_is_away", handle)

    # The first organisation is waited for for days, those behind it are not.
    async def moved() -> bool:
        with suppress(RPCError):  # it may have ended
            await studio.world.skipper.fast_forward(handle, timedelta(hours=6))
        return (await handle.describe()).status is not WorkflowExecutionStatus.RUNNING

    await until(moved, seconds=240)
    await _kept(studio, "nobody_told", handle)


async def not_written(studio: Studio) -> None:
    """The digest of one organisation cannot be written, until that is mended."""
    week, body = WEEK + 2 * SEVEN, studio.body()
    _in_the_way(studio, body, week)
    handle = await _begun(studio, week)
    await studio.keep_waiting("senior_digest/needs_attention", handle.id)
    studio.write("delete from senior_digest where organisation_id = %s", body.id)
    await studio.world.skipper.fast_forward(handle, timedelta(minutes=11))
    await _kept(studio, "told_once_mended", handle)


def _in_the_way(studio: Studio, body: Body, week: date) -> None:
    """Give the digest of another week the id of the one that is to be written."""
    studio.write(
        "insert into senior_digest (id, organisation_id, week_on, compiled_at, late, figures)"
        " values (%s, %s, '2027-01-04', now(), false, '{}')",
        *(uuid5(body.id, f"senior_digest/{week}"), body.id),
    )


async def long_digest(studio: Studio) -> None:
    """More organisations than one run goes through."""
    for _ in range(14):
        studio.body()
    handle = await _begun(studio, WEEK + 3 * SEVEN)
    first = (await handle.describe()).run_id
    runs = [first]
    while True:
        described = await studio.world.client.get_workflow_handle(handle.id).describe()
        if described.run_id not in runs:
            runs.append(described.run_id)
        if described.status is WorkflowExecutionStatus.COMPLETED:
            break
    client = studio.world.client
    await _kept(studio, "run_that_ended", client.get_workflow_handle(handle.id, run_id=first))
    assert len(runs) > 1
    await _kept(studio, "run_that_began", client.get_workflow_handle(handle.id, run_id=runs[1]))


DIGEST_LIVES = [digest_told, mail_is_away, not_written, long_digest]
