"""What must hold after every fault of those who are kept informed: staff, promises, and the systems that subscribe."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import Any

from tests.faults.callers import Caller
from tests.faults.stack import Stack
from tests.receiver import Receiver

# Events of the chain that are told outside, and as what.
TOLD = {
    "complaint.acknowledged": "acknowledged",
    "complaint.logged": "received",
    "complaint.withdrawn": "withdrawn",
    "promise.kept": "promise_kept",
    "response_period.set": "period_set",
    "staff.told": "staff_told",
}
# What is owed to a member of staff who was told long ago: each ladder has these rungs, and chases after them.
LADDER = {"overdue", "escalation"}
OWED = {"staff_follow_up", "staff_support", "staff_invitation", "staff_update"}


async def everything_was_told(stack: Stack, caller: Caller, receiver: Receiver) -> None:
    """Every event is published, and reached the receiver; what came twice is the same; each case is told in order."""
    published = await stack.rows(
        "select event_id, complaint_id, type, state from webhook_delivery where organisation_id = %s order by n",
        caller.body.id,
    )
    assert {row["state"] for row in published} == {"delivered"}
    taken: dict[str, bytes] = {}
    for each in receiver.taken:
        assert taken.setdefault(each.headers["webhook-id"], each.body) == each.body
    assert Counter(taken.keys()) == Counter(str(row["event_id"]) for row in published)
    arrival = {event: place for place, event in enumerate(taken)}
    cases: dict[Any, list[int]] = defaultdict(list)
    for row in published:
        cases[row["complaint_id"]].append(arrival[str(row["event_id"])])
    assert all(places == sorted(places) for places in cases.values())
    happened = await stack.rows(
        "select kind, count(*) as times from case_event where organisation_id = %s group by kind", caller.body.id
    )
    times = Counter(str(row["type"]).split(".")[-2] for row in published)
    assert {TOLD[str(row["kind"])]: row["times"] for row in happened if row["kind"] in TOLD} == {
        told: times[told] for told in TOLD.values() if times[told]
    }


async def staff_are_kept(stack: Stack, caller: Caller, *, involved: int, promises: int) -> None:
    """What fell due for a member of staff fired, each rung once; a promise that was kept is kept once."""
    rows = await stack.rows(
        "select c.involvement_id, c.kind, f.rung, count(*) as times from fired_rung f join clock c on c.id = f.clock_id"
        " where c.organisation_id = %s and c.involvement_id is not null group by 1, 2, 3",
        caller.body.id,
    )
    assert {row["times"] for row in rows} == {1}
    fired: dict[Any, set[tuple[object, object]]] = defaultdict(set)
    for row in rows:
        fired[row["involvement_id"]].add((row["kind"], row["rung"]))
    assert len(fired) == involved
    for each in fired.values():
        assert each >= {(kind, rung) for kind in OWED for rung in LADDER}, each
    kept = await stack.rows("select state from promise where organisation_id = %s", caller.body.id)
    assert [row["state"] for row in kept] == ["kept"] * promises
    assert await stack.value("select count(*) from promise_kept where organisation_id = %s", caller.body.id) == promises
