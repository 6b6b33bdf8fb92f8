"""Steps of tests about what reports know: chains read, versions looked at, a complaint with much in it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from activities.reporting import projecting, refolding
from contracts.commands import CommandKind
from db import desk_said, said
from db import eligibility_said as eligibility
from db import promise_said as promise
from db.models.report_facts import FOREVER
from tests.activities import escalated, referred
from tests.activities.as_counted import CASES, CLOCKS, ITEMS
from tests.activities.drafted import clear, draft, investigated, sign
from tests.activities.found import decide, later, money, proposed
from tests.activities.office_desk import Desk
from tests.apart import Apart
from tests.bodies import Body

K = CommandKind
TABLES = ("report_case", "report_clock", "report_item")
Version = dict[str, Any]


async def catch_up(desk: Desk) -> projecting.CaughtUp:
    now = desk.apart.engine.now
    async with desk.apart.database.tenant(desk.body.id, now) as session:
        return await projecting.catch_up(session, desk.body.id, now)


async def mark(desk: Desk, known_until: Any) -> None:
    async with desk.apart.database.tenant(desk.body.id, desk.apart.engine.now) as session:
        await projecting.mark(session, desk.body.id, known_until)


async def faults(desk: Desk) -> list[str]:
    async with desk.apart.database.tenant(desk.body.id, desk.apart.engine.now) as session:
        return [each.what for each in (await refolding.verify(session, desk.body.id)).faults]


def versions(desk: Desk, table: str, where: str = "known_us < until_us") -> list[Version]:
    """Return versions as they are kept, but for their own ids."""
    found = desk.rows(f"select * from {table} where complaint_id = %s and {where} order by seq, known_us")
    return [{name: value for name, value in row.items() if name != "id"} for row in found]


def the_case(desk: Desk) -> Version:
    (found,) = versions(desk, "report_case", f"until_us = {FOREVER}")
    return found


def items(desk: Desk, kind: str) -> list[Version]:
    return versions(desk, "report_item", f"until_us = {FOREVER} and kind = '{kind}'")


def clocks(desk: Desk, kind: str) -> list[Version]:
    return versions(desk, "report_clock", f"until_us = {FOREVER} and kind = '{kind}'")


def differences(apart: Apart, body: Body) -> list[Any]:
    """Return what reports know of an organisation otherwise than the tables of its cases say."""
    mine = {str(row[0]) for row in apart.rows("select id from complaint where organisation_id = %s", body.id)}
    found = [row for sql in (CASES, CLOCKS, ITEMS) for (row,) in apart.rows(f"select to_jsonb(x) from ({sql}) x")]
    return [row for row in found if (row.get("complaint_id") or row["id"]) in mine]


async def a_whole_life(apart: Apart, body: Body) -> Desk:
    """Take a complaint from the day it came to its end, and to an Ombudsman afterwards, with a lot on the way."""
    desk = await investigated(apart, body, issues=2)
    await code(desk)
    await make_promises(desk)
    raised = await escalated.escalate(desk)
    later(desk, date(2028, 3, 3))
    await escalated.acknowledge(desk, raised)
    payment = await proposed(desk, money(injustice="250.10"))
    await decide(desk, payment, "approved")
    await desk.must(K.ASSIGN, desk_said.Assign(owner_id=body.person("handler"), handover="Yours from today."))
    later(desk, date(2028, 4, 20))
    assert await draft(desk) is None
    assert await clear(desk) is None
    assert (await sign(desk)).state == "applied"
    await decide(desk, payment, "offered", on=date(2028, 4, 20))
    later(desk, date(2028, 4, 24))
    await settle_drafts(desk)
    await desk.must(K.CLOSE, said.Close(words="Answered."))
    later(desk, date(2028, 5, 15))
    await go_to_the_ombudsman(desk)
    return desk


async def code(desk: Desk) -> None:
    subject = eligibility.SubjectSaid
    issues = [UUID(row["id"]) for row in desk.rows("select id from issue where complaint_id = %s order by number")]
    subjects = tuple(subject(subject="communications", issue_id=each) for each in issues)
    await desk.must(
        K.SET_CODING,
        eligibility.SetCoding(
            age_band="age_26_55", complainant_status="patient", site="TAK01", service_area="maternity",
            profession="midwifery", subjects=subjects,
        ),
    )  # fmt: skip


async def make_promises(desk: Desk) -> None:
    kept = promise.MakePromise(kind="call", what="We ring you.", due_on=date(2028, 3, 10))
    await desk.must(K.MAKE_PROMISE, kept)
    (row,) = desk.rows("select id from promise where complaint_id = %s")
    done = promise.KeepPromise(promise_id=UUID(row["id"]), kept_on=desk.apart.engine.now.date(), words="Rang her.")
    await desk.must(K.KEEP_PROMISE, done)


async def settle_drafts(desk: Desk) -> None:
    for row in desk.rows("select id from notice where complaint_id = %s and state = 'draft'"):
        await desk.must(K.DISCARD_NOTICE, desk_said.DiscardNotice(notice_id=UUID(row["id"]), reason="Overtaken."))


async def go_to_the_ombudsman(desk: Desk) -> None:
    referral = await referred.refer(desk)
    wanted = referred.recommended(desk, desk.apart.engine.now.date() + timedelta(days=30))
    assert await referred.decide(desk, referral, recommendations=(wanted,)) is None
    (made,) = referred.of(desk, "recommendation")
    assert await referred.comply(desk, referral, UUID(made["id"])) is None
