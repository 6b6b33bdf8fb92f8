"""No other body is named in an imported complaint before its switch date: nothing whatever is sent until then."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

from contracts.commands import CommandKind
from tests.activities import joined
from tests.activities.office_desk import Desk as OneDesk
from tests.activities.test_imports import SWITCH, TODAY, Desk, apart, desk
from tests.moving import a_row

__all__ = ["apart", "desk"]


async def test_a_body_is_named_from_the_switch_date_on(desk: Desk) -> None:
    (complaint,) = await desk.move_in(a_row("R/1", TODAY - timedelta(days=2)))
    desk.apart.engine.now = desk.now
    one = OneDesk(apart=desk.apart, body=desk.body, complaint=complaint)
    one.apart.rows(
        "insert into issue (id, organisation_id, complaint_id, number, summary, state, act_id, raised_at)"
        " select %s, organisation_id, id, 1, 'Marker', 'open', %s, logged_at from complaint where id = %s",
        *(uuid4(), uuid4(), complaint),
    )
    refused = await one.do(CommandKind.NAME_BODY, joined.naming(one), "complaints_manager")
    assert refused.refusal == "quiet_until_switch"
    assert one.rows("select id from contribution where complaint_id = %s") == []
    desk.apart.engine.now = desk.now + (SWITCH - TODAY)
    await one.must(CommandKind.NAME_BODY, joined.naming(one), "complaints_manager")
