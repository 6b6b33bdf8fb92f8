"""What governance asks of PostgreSQL: statements for each look and deed, with few people taking part and with many."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime
from uuid import UUID, uuid4

import psycopg
import pytest

from contracts.governance import Deed, GovernanceAct
from db.queries import governance
from runtime.database_roles import DatabaseDsns
from tests.activities.statements import counted
from tests.apart import Apart
from tests.bodies import Body, make_body, plain
from tests.governing import Machine, Post, set_up

BEGAN = datetime(2028, 3, 1, 7, 5, tzinfo=UTC)
# A sixth more than were counted when this was written; whoever is told by e-mail is looked up, one by one.
A_LOOK, A_DEED, FOR_EACH = 14, 12, 1


async def everything(apart: Apart, body: Body, kind: str, commenters: int) -> dict[str, list[int]]:
    """Have one occurrence go its whole way, each step as late as can be; return what each look and deed sent."""
    machine, people = Machine(apart.database, post=Post()), [body.person("senior_leader")]
    with psycopg.connect(plain(apart.dsns.migrator), autocommit=True) as connection:
        for number in range(1, commenters):
            people.append(uuid4())
            connection.execute(
                "insert into person (id, organisation_id, subject, name, active) values (%s, %s, %s, %s, true)",
                (people[-1], body.id, f"senior-{number}", f"Senior {number}"),
            )
    who = {"commenter": people, "approver": [body.person("responsible_person")]}
    who["chair"] = who["approver"]
    now, by = BEGAN, body.person("complaints_manager")
    series = await set_up(apart.database, body.id, now, kind, "monthly", now.date(), who, by=by)
    (occurrence,) = await machine.turn(body.id, series, now)
    spent: dict[str, list[int]] = defaultdict(list)
    chased = False
    while True:
        act = GovernanceAct(organisation_id=body.id, occurrence_id=occurrence, now=now)
        with counted(apart.database) as sent:
            look = await machine.steps.look(act)
        spent["look"].append(len(sent))
        if look.over:
            return spent
        if look.deed is not None:
            with counted(apart.database) as sent:
                await machine.do(act, look.deed)
            spent[look.deed.value].append(len(sent))
            chased = chased or look.deed is Deed.ESCALATION
        elif look.look_at is not None and not chased:
            now = look.look_at
        else:
            chased = False
            await complete(apart, body, occurrence, now)


async def complete(apart: Apart, body: Body, occurrence: UUID, now: datetime) -> None:
    """End the open step, as the API does."""
    async with apart.database.tenant(body.id, now) as session:
        row, step = await governance.occurrence(session, occurrence, lock=True), None
        assert row is not None
        step = await governance.open_step(session, occurrence)
        assert step is not None
        await governance.complete(session, row, step, now, by=body.person("responsible_person"), words="Done.")


@pytest.mark.parametrize("kind", ["board_report", "panel", "return"])
async def test_no_look_or_deed_sends_many_statements_and_only_telling_grows_with_those_who_are_told(
    beside: Apart, dsns: DatabaseDsns, kind: str
) -> None:
    few, many = [await everything(beside, make_body(dsns.migrator), kind, number) for number in (1, 6)]
    for spent in (few, many):
        assert max(spent.pop("look")) <= A_LOOK
    assert few.keys() == many.keys() >= {"compile", "opened", "reminder", "overdue", "escalation", "mail"}
    assert {deed: max(sent) for deed, sent in few.items() if max(sent) > A_DEED} == {}
    growth = {deed: max(sent) - max(few[deed]) for deed, sent in many.items()}
    assert growth.pop("mail") <= 5 * FOR_EACH and set(growth.values()) == {0}, growth
