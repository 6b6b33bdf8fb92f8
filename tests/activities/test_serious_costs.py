"""What serious cases cost: statements for each act, and bytes of what travels, with everything open at once."""

from __future__ import annotations

from collections.abc import Awaitable
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from temporalio.contrib.pydantic import pydantic_data_converter

from activities.proceedings import Proceedings
from contracts.commands import CommandKind
from contracts.proceedings import ProceedingAct
from db.desk_said import AddNote
from db.triage_said import Triage
from tests.activities import candid, referred
from tests.activities.escalated import acknowledge, decide, escalate, on_rota
from tests.activities.office_desk import Desk
from tests.activities.statements import counted
from tests.apart import MORNING, Apart

PAYLOAD = 2_048
A_LOOK = 7
# Statements for each act, with those of saying and delivering it: a sixth more than were counted when this was written.
BUDGET = {
    "note": 42,
    "triage": 44,
    "raise": 56,
    "first": 50,
    "again": 49,
    "acknowledge": 75,
    "oversee": 84,
    "flag": 70,
    "assess": 96,
    "tell": 90,
    "write": 76,
    "refer": 65,
    "overdue": 54,
}
K = CommandKind


@pytest.fixture(autouse=True)
def in_the_morning(beside: Apart) -> None:
    beside.engine.now = MORNING


async def cost(desk: Desk, act: Awaitable[Any]) -> int:
    with counted(desk.apart.database) as sent:
        await act
    return len(sent)


async def note(desk: Desk) -> int:
    return await cost(desk, desk.must(K.ADD_NOTE, AddNote(words="Rang the ward.")))


async def everything(desk: Desk) -> dict[str, UUID]:
    """Have all of it run beside one complaint: three escalations, two incidents, two referrals, one with twelve."""
    found = {"person": await escalate(desk), "safeguarding": await escalate(desk, cause="safeguarding")}
    await desk.must(K.TRIAGE, Triage(immediate_risk=True))
    found["incident"], found["other"] = await candid.notifiable(desk), await candid.flag(desk, words="She fell.")
    found["regulator"] = await referred.refer(desk, kind="regulator", body="cqc", enquiry=referred.enquiry(desk))
    found["ombudsman"] = await referred.refer(desk, enquiry=referred.enquiry(desk))
    days = [date(2028, 5, 1) + timedelta(days=n) for n in range(12)]
    made = tuple(referred.recommended(desk, day) for day in days)
    assert await referred.decide(desk, found["ombudsman"], recommendations=made) is None
    return found


async def test_no_act_about_serious_cases_sends_many_more_statements_than_it_did(desk: Desk) -> None:
    for place, who in enumerate(("senior_leader", "auditor", "responsible_person"), start=1):
        on_rota(desk, who, place)
    spent = {"note": await note(desk), "triage": await cost(desk, desk.must(K.TRIAGE, Triage(harm="low")))}
    spent["raise"] = await cost(desk, escalate(desk))
    spent["first"] = await cost(desk, desk.fire("escalation_call", "first"))
    spent["again"] = await cost(desk, desk.fire("escalation_call", "again"))
    raised = UUID(desk.row("select id from escalation where complaint_id = %s")["id"])
    spent["acknowledge"] = await cost(desk, acknowledge(desk, raised))
    spent["oversee"] = await cost(desk, decide(desk, raised, "oversee"))
    spent["flag"] = await cost(desk, candid.flag(desk))
    incident = UUID(desk.row("select id from incident where complaint_id = %s")["id"])
    spent["assess"] = await cost(desk, candid.assess(desk, incident))
    spent["tell"] = await cost(desk, candid.tell(desk, incident))
    spent["write"] = await cost(desk, candid.write(desk, incident))
    spent["refer"] = await cost(desk, referred.refer(desk, enquiry=referred.enquiry(desk)))
    spent["overdue"] = await cost(desk, desk.fire("referral_enquiry", "overdue"))
    assert {name: sent for name, sent in spent.items() if sent > BUDGET[name]} == {}
    assert spent.keys() == BUDGET.keys()


async def test_with_everything_open_a_note_costs_no_more_and_all_that_travels_stays_small(desk: Desk) -> None:
    alone = await note(desk)
    found = await everything(desk)
    assert await note(desk) <= alone
    for one in found.values():
        act = ProceedingAct(organisation_id=desk.body.id, complaint_id=desk.complaint, proceeding_id=one, now=MORNING)
        with counted(desk.apart.database) as sent:
            look = await Proceedings(desk.apart.database).look(act)
        (payload,) = await pydantic_data_converter.encode([look])
        assert len(payload.data) <= PAYLOAD and len(sent) <= A_LOOK
        # Twelve recommendations find no room in one look: their workflow looks again after each rung.
        assert look.more == (one == found["ombudsman"])
    await desk.withdraw()
    verdicts = desk.rows(
        "select octet_length(verdict::text) as size from verdict where complaint_id = %s and verdict ->> 'plan' is null"
    )
    assert len(verdicts) > len(found) and max(row["size"] for row in verdicts) <= PAYLOAD
