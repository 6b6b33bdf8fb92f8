"""A letter through the real workers: released, set, kept, sent, and of the words that stand in the chain."""

from __future__ import annotations

import io

from pypdf import PdfReader

from contracts.commands import CommandKind
from db import said
from db.queries.copies import copies_checked
from tests.bodies import Body
from tests.world import World, until


async def test_a_released_letter_leaves_with_a_copy_of_the_words_in_the_chain(world: World, body: Body) -> None:
    complaint = await world.log(body)
    withdrawn = await world.say(
        body, complaint, CommandKind.WITHDRAW, said.Withdraw(withdrawn_on=world.clock.now().date(), method="call")
    )
    assert withdrawn.state == "applied", withdrawn.refusal
    sql = "select * from notice where complaint_id = :id and template like 'withdrawal%'"

    async def left() -> bool:
        return bool((await world.row(body, sql, id=complaint))["state"] == "handed_over")

    await until(left)
    notice = await world.row(body, sql, id=complaint)
    copy = await world.row(body, "select * from letter_copy where complaint_id = :id", id=complaint)
    assert copy["notice_id"] == notice["id"] and copy["made_at"] <= notice["settled_at"]
    assert "Pat Example" in PdfReader(io.BytesIO(copy["content"])).pages[0].extract_text()
    async with world.database.tenant(body.id, world.clock.now()) as session:
        [checked] = await copies_checked(session, body.id, None, 10)
    assert (checked.whole, checked.of_its_words) == (True, True)
