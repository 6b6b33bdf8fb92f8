"""How lives end: withdrawn, closed, reopened; and what is refused on the way."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from contracts.commands import CommandKind
from db import desk_said, said
from tests.bodies import Body
from tests.lives.steps import acknowledge, agree, drafts, respond
from tests.world import World, a_complaint, until


async def test_a_determined_period_needs_an_offer_that_was_not_accepted(world: World, body: Body) -> None:
    complaint = await world.log(body)
    await acknowledge(world, body, complaint, date(2028, 3, 2))
    what = said.SetResponsePeriod(basis="determined", respond_by=date(2028, 4, 28), update_every_days=14)
    early = await world.say(body, complaint, CommandKind.SET_RESPONSE_PERIOD, what)
    assert early.refusal == "discussion_not_recorded"
    accepted = said.RecordDiscussion(result="accepted", recorded_on=date(2028, 3, 2))
    await world.say(body, complaint, CommandKind.RECORD_DISCUSSION, accepted)
    assert (await world.say(body, complaint, CommandKind.SET_RESPONSE_PERIOD, what)).refusal == "discussion_accepted"
    silent = said.RecordDiscussion(result="no_reply", recorded_on=date(2028, 3, 2))
    await world.say(body, complaint, CommandKind.RECORD_DISCUSSION, silent)
    assert (await world.say(body, complaint, CommandKind.SET_RESPONSE_PERIOD, what)).state == "applied"
    (letter,) = await drafts(world, body, complaint)
    assert letter["template"] == "period_set"
    assert "28 April 2028" in letter["body"]


async def test_an_automatic_receipt_never_meets_the_acknowledgement(world: World, body: Body) -> None:
    complaint = await world.log(body)
    await until(lambda: _handed_over(world, body, complaint, "receipt"))
    clock = await world.row(
        body, "select state from clock where complaint_id = :id and kind = 'acknowledgement'", id=complaint
    )
    assert clock["state"] == "running"
    unoffered = said.Acknowledge(method="letter", made_on=date(2028, 3, 2), discussion_offered=False)
    refused = await world.say(body, complaint, CommandKind.ACKNOWLEDGE, unoffered)
    assert (refused.state, refused.refusal) == ("refused", "discussion_not_offered")


async def _handed_over(world: World, body: Body, complaint: UUID, template: str) -> bool:
    rows = await world.rows(
        body, "select state from notice where complaint_id = :id and template = :t", id=complaint, t=template
    )
    return bool(rows) and all(row["state"] == "handed_over" for row in rows)


async def test_a_withdrawn_complaint_stops_its_clocks_and_confirms_in_a_persons_name(world: World, body: Body) -> None:
    complaint = await world.log(body)
    await world.advance_to(datetime(2028, 3, 9, 10, 0, tzinfo=UTC), complaint)  # the acknowledgement is overdue
    what = said.Withdraw(method="call", withdrawn_on=date(2028, 3, 9), words="The ward put it right.")
    withdrawn = await world.say(body, complaint, CommandKind.WITHDRAW, what)
    assert withdrawn.state == "applied", withdrawn.refusal
    await world.handle(complaint).result()
    clocks = await world.rows(body, "select kind, state, breached_at from clock where complaint_id = :id", id=complaint)
    assert {clock["state"] for clock in clocks} == {"stopped"}
    assert [clock["kind"] for clock in clocks if clock["breached_at"]] == ["acknowledgement"]
    await until(lambda: _handed_over(world, body, complaint, "withdrawal"))
    letter = await world.row(
        body, "select * from notice where complaint_id = :id and template = 'withdrawal'", id=complaint
    )
    assert letter["released_by"] == body.person("handler")
    # Its arrival reaches the chain though the complaint's own workflow has ended.
    await until(lambda: _event(world, body, complaint, "notice.handed_over", letter["id"]))


async def _event(world: World, body: Body, complaint: UUID, kind: str, notice: UUID) -> bool:
    rows = await world.rows(
        body,
        "select 1 from case_event where complaint_id = :id and kind = :kind and data like :notice",
        id=complaint,
        kind=kind,
        notice=f"%{notice}%",
    )
    return bool(rows)


async def a_closed_complaint(world: World, body: Body, **changes: Any) -> UUID:
    complaint = await world.log(body, **changes)
    await acknowledge(world, body, complaint, date(2028, 3, 2))
    await agree(world, body, complaint, respond_by=date(2028, 4, 28), every=14)
    (letter,) = await drafts(world, body, complaint)
    await world.say(body, complaint, CommandKind.RELEASE_NOTICE, desk_said.ReleaseNotice(notice_id=letter["id"]))
    assert (await respond(world, body, complaint)).state == "applied"
    closed = await world.say(body, complaint, CommandKind.CLOSE, said.Close())
    assert closed.state == "applied", closed.refusal
    await world.handle(complaint).result()
    return complaint


async def test_closing_waits_for_drafts_and_nothing_moves_a_closed_complaint(world: World, body: Body) -> None:
    complaint = await world.log(body)
    await acknowledge(world, body, complaint, date(2028, 3, 2))
    await agree(world, body, complaint, respond_by=date(2028, 4, 28), every=14)
    await respond(world, body, complaint)
    refused = await world.say(body, complaint, CommandKind.CLOSE, said.Close())
    assert (refused.state, refused.refusal) == ("refused", "unreleased_drafts")
    (letter,) = await drafts(world, body, complaint)
    discard = desk_said.DiscardNotice(notice_id=letter["id"], reason="The response says it.")
    assert (await world.say(body, complaint, CommandKind.DISCARD_NOTICE, discard)).state == "applied"
    assert (await world.say(body, complaint, CommandKind.CLOSE, said.Close())).state == "applied"
    await world.handle(complaint).result()
    late = await acknowledge(world, body, complaint, date(2028, 3, 2))
    assert (late.state, late.refusal) == ("refused", "complaint_closed")


async def test_reopening_links_to_the_original_and_keeps_its_breach(world: World, body: Body) -> None:
    original = await world.log(body)
    await world.advance_to(datetime(2028, 3, 8, 10, 0, tzinfo=UTC), original)
    await acknowledge(world, body, original, date(2028, 3, 8))
    too_early = await _reopen(world, body, original)
    assert too_early[1] == "original_not_closed"
    what = said.Withdraw(method="call", withdrawn_on=date(2028, 3, 8))
    await world.say(body, original, CommandKind.WITHDRAW, what)
    await world.handle(original).result()
    await world.advance(timedelta(days=20))
    reopened, refusal = await _reopen(world, body, original)
    assert refusal is None
    row = await world.row(body, "select * from complaint where id = :id", id=reopened)
    assert (row["reopened_from"], row["received_on"], row["stage"]) == (original, date(2028, 3, 28), "received")
    kept = await world.row(
        body, "select breached_at from clock where complaint_id = :id and kind = 'acknowledgement'", id=original
    )
    assert kept["breached_at"] is not None
    assert (await _reopen(world, body, original))[1] == "already_reopened"


async def _reopen(world: World, body: Body, original: UUID) -> tuple[UUID, str | None]:

    complaint_id = uuid4()
    again = a_complaint(world.clock.now(), reopened_from=original)
    reference = f"{body.code}-{complaint_id.hex[:8].upper()}-0"
    submission = await world.say(body, complaint_id, CommandKind.LOG, again, reference=reference)
    return complaint_id, submission.refusal


async def test_nobody_signs_who_is_not_authorised(world: World, body: Body) -> None:
    complaint = await world.log(body)
    await acknowledge(world, body, complaint, date(2028, 3, 2))
    await agree(world, body, complaint, respond_by=date(2028, 4, 28), every=14)
    assert (await respond(world, body, complaint, by="investigator")).refusal == "not_authorised_to_sign"
    for_another = said.Respond(letter="Sorry.", signed_by=body.person("responsible_person"), outcome="upheld")
    forged = await world.say(body, complaint, CommandKind.RESPOND, for_another, by="handler")
    assert forged.refusal == "not_authorised_to_sign"


async def test_a_letter_by_post_is_handed_over_when_a_person_says_so(world: World, body: Body) -> None:
    complaint = await a_closed_complaint(world, body, email=None)
    task = await world.row(
        body,
        "select t.id, n.state, n.template from task t join notice n on n.id = t.notice_id"
        " where t.complaint_id = :id and t.kind = 'post_letter' and n.template = 'response' and t.state = 'open'",
        id=complaint,
    )
    assert task["state"] == "released"
    done = await world.say(body, complaint, CommandKind.COMPLETE_TASK, desk_said.CompleteTask(task_id=task["id"]))
    assert done.state == "applied", done.refusal or done.last_failure
    letter = await world.row(
        body, "select state from notice where complaint_id = :id and template = 'response'", id=complaint
    )
    assert letter["state"] == "handed_over"
    again = await world.say(body, complaint, CommandKind.COMPLETE_TASK, desk_said.CompleteTask(task_id=task["id"]))
    assert again.refusal == "task_already_done"


async def test_stopped_contact_withholds_a_released_letter_at_the_moment_of_sending(world: World, body: Body) -> None:
    complaint = await world.log(body)
    await acknowledge(world, body, complaint, date(2028, 3, 2))
    await agree(world, body, complaint, respond_by=date(2028, 4, 28), every=14)
    rules = desk_said.SetContactRules(stop_contact=True, hold=False, reason="Asked for no more letters.")
    assert (await world.say(body, complaint, CommandKind.SET_CONTACT_RULES, rules)).state == "applied"
    (letter,) = await drafts(world, body, complaint)
    await world.say(body, complaint, CommandKind.RELEASE_NOTICE, desk_said.ReleaseNotice(notice_id=letter["id"]))

    async def told() -> bool:
        rows = await world.rows(
            body, "select 1 from task where complaint_id = :id and kind = 'notice_withheld'", id=complaint
        )
        return bool(rows)

    await until(told)
    row = await world.row(body, "select state from notice where id = :id", id=letter["id"])
    assert row["state"] == "withheld"


async def test_a_released_draft_leaves_no_task_behind(world: World, body: Body) -> None:
    complaint = await world.log(body)
    await acknowledge(world, body, complaint, date(2028, 3, 2))
    await agree(world, body, complaint, respond_by=date(2028, 4, 28), every=14)
    (letter,) = await drafts(world, body, complaint)
    await world.say(body, complaint, CommandKind.RELEASE_NOTICE, desk_said.ReleaseNotice(notice_id=letter["id"]))
    tasks = await world.rows(
        body, "select kind, state from task where complaint_id = :id and notice_id = :n", id=complaint, n=letter["id"]
    )
    assert [(task["kind"], task["state"]) for task in tasks] == [("release_draft", "done")]
