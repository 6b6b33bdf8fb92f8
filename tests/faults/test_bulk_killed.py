"""The worker is killed in the middle of a bulk reassignment: it goes on where it was, and tells nobody twice."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from api.dev_issuer import mint
from tests.faults.callers import Caller, today
from tests.faults.stack import Stack
from tests.faults.waiting import until
from tests.moving import MAPPING, a_row, as_csv

CASES = 300


async def test_every_case_has_its_new_owner_by_one_submission_though_the_worker_was_killed(
    stack: Stack, caller: Caller
) -> None:
    await moved_in(stack, caller)
    old, new = caller.body.person("handler"), caller.body.person("investigator")
    asked = await caller.say(
        "bulk", "/v1/bulk", {"kind": "assign", "assign": {"ownerId": str(new)}, "filter": {"ownerId": str(old)}}
    )
    assert (asked.status, asked.body["total"]) == (201, CASES)
    await until(lambda: is_said(stack, caller, CASES // 3), "a third of the cases to be told", 60)
    await stack.kill("worker")
    assert await unsettled(stack, caller) > 0, "the operation was over before the worker was killed"
    await stack.start("worker")
    await until(lambda: ended(caller, str(asked.location)), "the operation to end", 120)
    shown = (await caller.get(str(asked.location))).json()
    assert (shown["state"], shown["done"], shown["notYetKnown"]) == ("done", CASES, 0)
    rows = await stack.rows(
        "select complaint_id, state, person_id from submission where caller = %s", f"bulk/{asked.body['id']}"
    )
    assert Counter(row["state"] for row in rows) == {"applied": CASES}
    assert len({row["complaint_id"] for row in rows}) == CASES
    assert {row["person_id"] for row in rows} == {old}
    events = "select count(*) from case_event where kind = 'owner.assigned' and organisation_id = %s"
    assert await stack.value(events, caller.body.id) == CASES
    owners = await stack.rows("select distinct owner_id from complaint where organisation_id = %s", caller.body.id)
    assert [UUID(str(row["owner_id"])) for row in owners] == [new]
    report = await stack.verified()
    assert report.sound, report.findings


async def moved_in(stack: Stack, caller: Caller) -> None:
    """Open the complaints by an import: dry run, decision, and a workflow for each."""
    token = mint(stack.settings, caller.body.id, "complaints_manager", ("complaints_manager",), timedelta(hours=1))
    headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": str(uuid4())}
    rows = as_csv(a_row(f"OLD/{n}", today()) for n in range(CASES))
    handed_in = await caller.client.post(
        "/v1/imports",
        files={"file": ("old.csv", rows, "text/csv"), "mapping": ("mapping.toml", MAPPING, "application/toml")},
        data={"switchOn": str(today())},
        headers=headers,
    )
    assert handed_in.status_code == 201, handed_in.text
    place = handed_in.headers["Location"]

    async def stands(state: str) -> bool:
        shown = (await caller.client.get(place, headers=headers)).json()
        return bool(shown["state"] == state)

    await until(lambda: stands("checked"), "the dry run", 60)
    decided = await caller.client.post(f"{place}/decision", json={"decision": "go"}, headers=headers)
    assert decided.status_code in (200, 202), decided.text
    await until(lambda: stands("done"), "every complaint to be opened", 90)


async def is_said(stack: Stack, caller: Caller, count: int) -> bool:
    told = "select count(*) from bulk_item where state <> 'waiting' and organisation_id = %s"
    found: Any = await stack.value(told, caller.body.id)
    return bool(found >= count)


async def unsettled(stack: Stack, caller: Caller) -> int:
    left = "select count(*) from bulk_item where state in ('waiting', 'said') and organisation_id = %s"
    found: Any = await stack.value(left, caller.body.id)
    return int(found)


async def ended(caller: Caller, location: str) -> bool:
    return bool((await caller.get(location)).json()["state"] != "running")
