"""What must hold after every fault: each thing said was applied once, in order, and nothing was forgotten."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from gateways.mail import message_id
from tests.faults.callers import Caller
from tests.faults.stack import Stack
from tests.faults.waiting import until

# The one event that each kind of thing said leaves in the chain.
TRACES = {
    "log": "complaint.logged",
    "acknowledge": "complaint.acknowledged",
    "record_discussion": "discussion.recorded",
    "set_response_period": "response_period.set",
    "add_note": "note.added",
    "withdraw": "complaint.withdrawn",
    "name_staff": "staff.named",
    "tell_staff": "staff.told",
    "make_promise": "promise.made",
    "keep_promise": "promise.kept",
    "notice_outcome": "notice.handed_over",
    "triage": "triage.judged",
    "raise_escalation": "escalation.raised",
    "acknowledge_escalation": "escalation.acknowledged",
    "flag_incident": "candour.flagged",
    "assess_incident": "candour.assessed",
    "tell_of_incident": "candour.told",
    "record_referral": "referral.received",
    "record_referral_enquiry": "referral.enquiry",
    "plan_action": "action.planned",
}
# The last letter of a complaint that has ended is journalled by an act of its own.
_UNSETTLED = """
    select (select count(*) from submission where state in ('pending', 'parked') and organisation_id = any(%s))
    + (select count(*) from notice n join complaint c on c.id = n.complaint_id where n.organisation_id = any(%s) and (
        n.state = 'queued' or (n.state = 'handed_over' and n.party_id is not null and not n.journalled and not c.open)
    ))
    + (select count(*) from webhook_delivery where state = 'queued' and organisation_id = any(%s))
    + (select count(*) from involvement where heard < changes and organisation_id = any(%s))
    + (select count(*) from proceeding where heard < changes and organisation_id = any(%s))
    + (select count(*) from clock c, jsonb_array_elements(c.rungs) r
        where coalesce(c.involvement_id, c.proceeding_id) is not null and c.state = 'running'
        and (r->>'at')::timestamptz <= %s and c.organisation_id = any(%s) and not exists (select from fired_rung f
            where f.clock_id = c.id and f.generation = c.generation and f.rung = r->>'rung'))
"""
_WAITING = """
    select kind, state, attempts, last_failure from submission
    where state in ('pending', 'parked') and organisation_id = any(%s)
    union all select template, state, null, failure from notice where state = 'queued' and organisation_id = any(%s)
    union all select type, state, attempts, failure from webhook_delivery
        where state = 'queued' and organisation_id = any(%s)
    union all select 'involvement', state, changes - heard, null from involvement where organisation_id = any(%s)
    union all select kind, state, changes - heard, null from proceeding where organisation_id = any(%s)
"""


async def all_holds(stack: Stack, callers: Sequence[Caller], seconds: float = 90) -> None:
    """Wait until nothing is under way for these callers, then prove that all is as it should be."""
    ours = sorted({caller.body.id for caller in callers})
    await nothing_under_way(stack, ours, seconds)
    await applied_once(stack, callers, ours)
    await versions_count_the_acts(stack, ours)
    await events_are_there_once(stack, ours)
    await notices_arrived(stack, ours)
    report = await stack.verified()
    assert report.sound, report.findings
    found = await stack.attention()
    assert found.exceptions == (), found.exceptions


async def nothing_under_way(stack: Stack, ours: list[UUID], seconds: float) -> None:
    """Wait until all that was said has its verdict, and every queued notice has gone; sweep meanwhile."""
    looks = 0

    async def quiet() -> bool:
        nonlocal looks
        looks += 1
        if await stack.value(_UNSETTLED, ours, ours, ours, ours, ours, datetime.now(UTC), ours) == 0:
            return True
        if looks % 10 == 0:
            await stack.sweep()
        return False

    try:
        await until(quiet, "everything to be applied and sent", seconds)
    except AssertionError:
        print(await stack.rows(_WAITING, ours, ours, ours, ours, ours))
        raise


async def applied_once(stack: Stack, callers: Sequence[Caller], ours: list[UUID]) -> None:
    """Every answer of success stands for one applied submission, and nothing else was taken in."""
    answers = [answer for caller in callers for answer in caller.answers]
    assert {answer.status for answer in answers} <= {200, 201, 202}
    rows = await stack.rows("select * from submission where organisation_id = any(%s)", ours)
    said = [row["idempotency_key"] for row in rows if row["kind"] != "notice_outcome"]
    assert Counter(said) == Counter(answer.key for answer in answers)
    assert {row["state"] for row in rows} <= {"applied"}
    logged = {row["reference"] for row in rows if row["kind"] == "log"}
    assert logged == {answer.body["reference"] for answer in answers if answer.said == "log"}
    verdicts = await stack.rows(
        "select act_id from verdict where organisation_id = any(%s) and verdict->>'outcome' = 'applied'", ours
    )
    rungs = await stack.rows("select act_id from fired_rung where organisation_id = any(%s)", ours)
    acts = [row["id"] for row in rows] + [row["act_id"] for row in rungs]
    assert Counter(row["act_id"] for row in verdicts) == Counter(acts)


async def versions_count_the_acts(stack: Stack, ours: list[UUID]) -> None:
    """Each complaint's acts are numbered without a gap or a repeat, in the order in which they were said."""
    rows = await stack.rows(
        "select c.id, c.version, (v.verdict->>'version')::int as number, s.seq"
        " from complaint c join verdict v on v.complaint_id = c.id left join submission s on s.id = v.act_id"
        " where c.organisation_id = any(%s) and v.verdict->>'outcome' = 'applied' order by c.id, number",
        ours,
    )
    complaints: dict[Any, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        complaints[row["id"]].append(row)
    logged = await stack.value("select count(*) from submission where kind = 'log' and organisation_id = any(%s)", ours)
    assert len(complaints) == logged
    for acts in complaints.values():
        assert [act["number"] for act in acts] == list(range(1, acts[0]["version"] + 1))
        said = [act["seq"] for act in acts if act["seq"] is not None]
        assert said == sorted(said)


async def events_are_there_once(stack: Stack, ours: list[UUID]) -> None:
    """Every act said left its one event, and every clock was armed once for each of its generations."""
    rows = await stack.rows(
        "select s.id, s.kind, e.kind as event, count(e.seq) as times from submission s"
        " left join case_event e on e.act_id = s.id and e.complaint_id = s.complaint_id"
        " where s.organisation_id = any(%s) group by s.id, s.kind, e.kind",
        ours,
    )
    seen = {(row["id"], row["event"]): row["times"] for row in rows}
    for row in rows:
        assert seen.get((row["id"], TRACES[str(row["kind"])])) == 1, row
    armed = await stack.value(
        "select count(*) from case_event where kind = 'clock.armed' and organisation_id = any(%s)", ours
    )
    assert armed == await stack.value("select count(*) from clock_version where organisation_id = any(%s)", ours)
    notes = "select count(*) from {} where organisation_id = any(%s)"
    said = await stack.value(notes.format("submission") + " and kind = 'add_note'", ours)
    assert await stack.value(notes.format("note") + " and kind = 'note'", ours) == said


async def notices_arrived(stack: Stack, ours: list[UUID]) -> None:
    """Every notice that was to go is handed over and arrived; what arrived twice is the same message twice."""
    rows = await stack.rows("select * from notice where organisation_id = any(%s)", ours)
    unsent = {"draft", "discarded"}
    assert {row["state"] for row in rows} <= {"handed_over"} | unsent
    by_notify = [row["id"] for row in rows if row["state"] == "handed_over" and row["carrier"] == "notify"]
    # Notify is asked before anything goes to it a second time: there, each is there once.
    assert all(len(stack.notify.of(each)) == 1 for each in by_notify)
    by_mail = {row["id"] for row in rows if row["state"] == "handed_over"} - set(by_notify)
    gone = {message_id(each, stack.settings.smtp_sender) for each in by_mail}  # type: ignore[arg-type]
    kept = {message_id(row["id"], stack.settings.smtp_sender) for row in rows if row["state"] in unsent}  # type: ignore[arg-type]
    arrived = stack.postbox.arrived
    assert gone <= arrived.keys()
    assert not kept & arrived.keys()
    assert all(len(set(arrived[each])) == 1 for each in gone)
    receipts = Counter(row["complaint_id"] for row in rows if row["template"] == "receipt")
    complaints = await stack.rows("select id from complaint where organisation_id = any(%s)", ours)
    assert receipts == Counter(row["id"] for row in complaints)
