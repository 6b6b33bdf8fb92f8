"""Nothing that ends a complaint ends what runs beside it; and what was to be passed on today is not lost with it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from contracts.commands import CommandKind
from db import eligibility_said, said
from db import office_said as office
from db.bereavement_said import NameSuccessor, RecordDeath
from db.desk_said import AddNote, DiscardNotice
from db.joint_messages import TransferTaken
from db.request_said import UpdateParallel
from db.said import Respond
from tests.activities.asking import beside as investigated_beside
from tests.activities.graver import acknowledge, escalations, never_triaged, set_severity
from tests.activities.office_desk import Desk, a_desk
from tests.activities.parts import must_hear
from tests.activities.passed_on import pass_on
from tests.apart import Apart
from tests.bodies import Body

K = CommandKind
TODAY = date(2028, 3, 2)


async def withdrawn(desk: Desk) -> None:
    await desk.withdraw()


async def excluded(desk: Desk) -> None:
    what = eligibility_said.Exclude(code="investigated_before", reasons="We answered it in 2026.", decided_on=TODAY)
    await desk.must(K.EXCLUDE, what, "complaints_manager")


async def ended_on_death(desk: Desk) -> None:
    died = RecordDeath(party_id=desk.party(), known_on=TODAY, died_on=TODAY - timedelta(days=3))
    await desk.must(K.RECORD_DEATH, died)
    await desk.must(K.NAME_SUCCESSOR, NameSuccessor(reason="The family does not want to go on."))


async def transferred(desk: Desk) -> None:
    await must_hear(desk, await pass_on(desk), TransferTaken(own_reference="GP-1", received_on=TODAY))


async def opened_in_error(desk: Desk) -> None:
    assert await desk.correct(office.OpenedInError(cause="not_a_complaint")) is None
    assert await desk.decide(by="responsible_person") is None


async def duplicated(desk: Desk) -> None:
    kept = await a_desk(desk.apart, desk.body)
    assert await desk.correct(office.OpenedInError(cause="duplicate", duplicate_of=kept.complaint)) is None
    assert await desk.decide(by="responsible_person") is None


WAYS: dict[str, Callable[[Desk], Awaitable[None]]] = {
    "withdrawn": withdrawn,
    "not_accepted": excluded,
    "ended_on_death": ended_on_death,
    "transferred": transferred,
    "opened_in_error": opened_in_error,
    "duplicate": duplicated,
}


def of_escalation(desk: Desk, escalation: dict[str, Any]) -> tuple[list[Any], list[Any]]:
    """Return the running clocks that an escalation has, and the open tasks about it."""
    clocks = desk.rows(
        "select kind, due_at, state from clock where complaint_id = %s and state = 'running'"
        f" and proceeding_id = '{escalation['id']}'"
    )
    tasks = desk.rows(
        "select kind, assignee_id from task where complaint_id = %s and state = 'open'"
        f" and subject_id = '{escalation['id']}'"
    )
    return clocks, tasks


@pytest.mark.parametrize("way", WAYS)
async def test_however_it_ends_the_escalation_goes_on_and_a_concern_is_still_passed_on(full: Desk, way: str) -> None:
    assert await set_severity(full, "serious") is None
    (severity,) = escalations(full, "severity")
    await full.fire(of_escalation(full, severity)[0][0]["kind"], "first")
    before = of_escalation(full, severity)
    assert [task["kind"] for task in before[1]] == ["acknowledge_escalation"]
    concern = await investigated_beside(full, "safeguarding")
    await WAYS[way](full)
    stands = full.stands()
    assert (stands["open"], stands["stage"]) == (False, way if way != "duplicate" else "opened_in_error")
    (severity,) = escalations(full, "severity")
    assert (severity["state"], severity["ended_on"]) == ("asking", None)
    assert of_escalation(full, severity) == before
    (raised,) = [each for each in escalations(full, "safeguarding") if each["subject_id"] == str(concern)]
    assert (raised["level"], raised["state"]) == ("immediate", "asking")
    assert len(of_escalation(full, raised)[0]) == 1
    (task,) = full.tasks("refer_today")
    assert (task["subject_id"], task["clock_id"], task["due_on"]) == (str(concern), None, "2028-03-02")
    assert full.clock("referral")["state"] == "stopped"
    assert await acknowledge(full, severity) is None


async def test_it_is_passed_on_after_the_end_and_then_nobody_is_asked_to(full: Desk) -> None:
    concern = await investigated_beside(full, "safeguarding")
    await full.withdraw()
    what = UpdateParallel(parallel_id=concern, status="referred", words="The council has it.", referred_on=TODAY)
    assert (await full.do(K.UPDATE_PARALLEL, what)).refusal is None
    assert full.tasks("refer_today") == []
    row = full.row("select referred_on from parallel_investigation where complaint_id = %s")
    assert row["referred_on"] == str(TODAY)


async def test_what_was_passed_on_in_time_raises_nothing_at_the_end(full: Desk) -> None:
    await investigated_beside(full, "safeguarding", referred_on=TODAY)
    before = len(escalations(full, "safeguarding"))
    await full.withdraw()
    assert len(escalations(full, "safeguarding")) == before
    assert full.tasks("refer_today") == []


async def ready_to_close(desk: Desk) -> None:
    """Take a complaint under the first version of the procedure to the signed response."""
    await desk.acknowledge(TODAY)
    await desk.agree(date(2028, 6, 30))
    for notice in desk.rows("select id from notice where complaint_id = %s and state = 'draft'"):
        await desk.must(K.DISCARD_NOTICE, DiscardNotice(notice_id=UUID(notice["id"]), reason="Told by telephone."))
    signed = Respond(letter="We are sorry.", outcome="upheld", signed_by=desk.body.person("responsible_person"))
    await desk.must(K.RESPOND, signed, "responsible_person")


async def test_a_serious_complaint_is_answered_and_not_closed_before_a_senior_has_acknowledged(desk: Desk) -> None:
    await set_severity(desk, "serious")
    await ready_to_close(desk)
    refused = await desk.do(K.CLOSE, said.Close())
    assert (refused.refusal, refused.missing) == ("requirements_missing", ["escalation_acknowledged"])
    assert await acknowledge(desk, escalations(desk)[0]) is None
    await desk.must(K.CLOSE, said.Close())
    assert desk.stands()["stage"] == "closed"


async def test_calling_it_less_serious_without_anybody_elses_approval_does_not_open_the_gate(desk: Desk) -> None:
    await set_severity(desk, "serious")
    await set_severity(desk, "routine")
    await ready_to_close(desk)
    assert (await desk.do(K.CLOSE, said.Close())).missing == ["escalation_acknowledged"]


async def test_what_an_earlier_version_opened_is_not_closed_untriaged_though_somebody_died(desk: Desk) -> None:
    await ready_to_close(desk)
    never_triaged(desk)
    desk.apart.rows("update party set death_known_at = '2028-03-01T09:00Z' where complaint_id = %s", desk.complaint)
    assert (await desk.do(K.CLOSE, said.Close())).missing == ["escalation_acknowledged"]
    await desk.must(K.ADD_NOTE, AddNote(words="Why can it not be closed?"))
    assert desk.stands()["severity"] == "serious"
    assert await acknowledge(desk, escalations(desk)[0]) is None
    await desk.must(K.CLOSE, said.Close())


async def test_what_an_earlier_version_opened_is_closed_as_ever_where_nothing_is_grave(desk: Desk) -> None:
    await ready_to_close(desk)
    never_triaged(desk)
    await desk.must(K.CLOSE, said.Close())


async def test_a_complaint_that_was_never_serious_is_closed_by_whoever_handles_it(desk: Desk) -> None:
    await set_severity(desk, "elevated")
    await ready_to_close(desk)
    await desk.must(K.CLOSE, said.Close())


async def test_an_acknowledged_escalation_of_another_complaint_does_not_count(
    desk: Desk, beside: Apart, body: Body
) -> None:
    other = await a_desk(beside, body)
    await set_severity(other, "serious")
    await acknowledge(other, escalations(other)[0])
    await set_severity(desk, "serious")
    assert await acknowledge(desk, escalations(other)[0]) == "unknown_escalation"
    await ready_to_close(desk)
    assert (await desk.do(K.CLOSE, said.Close())).missing == ["escalation_acknowledged"]
