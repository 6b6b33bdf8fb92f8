"""Evidence packs assembled by the case file: of which case, for which referral, and what goes into them."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from contracts.commands import CommandKind
from contracts.failures import Refusal
from contracts.notices import NoticeState
from db import desk_said
from db.pack_said import AssemblePack
from db.referral_said import RecordReferralEnquiry
from tests.activities.office_desk import Desk, a_desk
from tests.activities.referred import enquiry, refer
from tests.apart import Apart
from tests.bodies import Body

MANAGER = "complaints_manager"
SENT = (NoticeState.HANDED_OVER, NoticeState.DELIVERED)
SETTLED = (*SENT, NoticeState.FAILED, NoticeState.WITHHELD)


async def assemble(desk: Desk, **said: Any) -> dict[str, Any]:
    """Assemble a pack; return what was kept."""
    await desk.must(CommandKind.ASSEMBLE_PACK, AssemblePack(**({"purpose": "ombudsman"} | said)), MANAGER)
    return packs(desk)[-1]


def packs(desk: Desk) -> list[dict[str, Any]]:
    rows = desk.rows(
        "select id, number, purpose, state, referral_id, enquiry_id, event_seq, event_head, content_sha256, asked_by,"
        " encode(sha256(content), 'hex') as hash, convert_from(content, 'UTF8') as content"
        " from evidence_pack where complaint_id = %s order by number"
    )
    return [row | {"content": json.loads(row["content"])} for row in rows]


async def refused(desk: Desk, **said: Any) -> str | None:
    what = AssemblePack(**({"purpose": "ombudsman"} | said))
    return (await desk.do(CommandKind.ASSEMBLE_PACK, what, MANAGER)).refusal


async def test_a_pack_is_true_as_at_the_event_before_it_and_its_hash_is_in_the_chain(desk: Desk) -> None:
    before = desk.stands()
    pack = await assemble(desk)
    assert (pack["number"], pack["state"], pack["asked_by"]) == (1, "assembled", str(desk.body.person(MANAGER)))
    assert (pack["event_seq"], pack["event_head"]) == (before["event_seq"], before["event_head"])
    (event,) = desk.events("pack.assembled")
    assert event["data"]["content_sha256"] == pack["content_sha256"] == pack["hash"]
    second = await assemble(desk, purpose="regulator")
    assert (second["number"], second["event_seq"]) == (2, before["event_seq"] + 1)
    assert "An evidence pack was assembled" in "".join(second["content"]["chronology"])


async def test_a_pack_is_for_an_enquiry_of_a_referral_of_this_very_complaint(
    desk: Desk, beside: Apart, body: Body
) -> None:
    other = await a_desk(beside, body)
    theirs = await refer(other)
    assert await refused(desk, referral_id=theirs) == Refusal.UNKNOWN_REFERRAL
    ours = await refer(desk)
    for each, place in ((other, theirs), (desk, ours)):
        await each.must(
            CommandKind.RECORD_REFERRAL_ENQUIRY, RecordReferralEnquiry(referral_id=place, enquiry=enquiry(each))
        )
    asked, not_ours = (UUID(each.row("select id from referral_enquiry where complaint_id = %s")["id"])
                       for each in (desk, other))  # fmt: skip
    assert await refused(desk, enquiry_id=not_ours) == Refusal.UNKNOWN_ENQUIRY
    assert await refused(desk, enquiry_id=uuid4()) == Refusal.UNKNOWN_ENQUIRY
    pack = await assemble(desk, enquiry_id=asked)
    assert (pack["referral_id"], pack["enquiry_id"]) == (str(ours), str(asked))
    assert "referral_enquiry" in pack["content"]["texts"]["03-deadlines/deadlines.csv"]
    another = await refer(desk, their_reference="P-000124")
    assert await refused(desk, referral_id=another, enquiry_id=asked) == Refusal.UNKNOWN_ENQUIRY


async def test_restricted_content_needs_a_reason(desk: Desk) -> None:
    assert await refused(desk, include_restricted=True) == Refusal.REASON_NEEDED
    await assemble(desk, include_restricted=True, restricted_reason="They asked for all of it.")
    assert desk.row("select restricted_reason from evidence_pack where complaint_id = %s") == {
        "restricted_reason": "They asked for all of it."
    }
    assert "They asked" not in json.dumps([each["data"] for each in desk.events("pack.assembled")])


@pytest.mark.parametrize("state", list(NoticeState))
async def test_only_letters_that_went_out_are_among_the_letters_as_sent(desk: Desk, state: NoticeState) -> None:
    settled = desk.apart.engine.now if state in SETTLED else None
    change = "update notice set state = %s, settled_at = %s where complaint_id = %s returning 1"
    desk.apart.rows(change, state.value, settled, desk.complaint)
    content = (await assemble(desk))["content"]
    assert bool(content["letters"]) == (state in SENT)
    assert state.value.replace("_", " ") in content["texts"]["02-letters/letters.csv"]


async def test_a_deadline_that_was_missed_and_the_reason_for_every_later_date_are_told(desk: Desk) -> None:
    desk.at(desk.apart.engine.now + timedelta(days=8))
    await desk.fire("acknowledgement", "overdue")
    await desk.withdraw()
    texts = (await assemble(desk))["content"]["texts"]
    (line,) = [line for line in texts["03-deadlines/deadlines.csv"].splitlines() if "acknowledgement" in line]
    assert "2028-03-07" in line and ",2028-03-10 10:00," in line
    assert "A time limit was missed" in texts["01-chronology.csv"]


async def test_what_the_office_notes_for_itself_is_not_given_away(desk: Desk) -> None:
    for n in range(2):
        await desk.must(CommandKind.ADD_NOTE, desk_said.AddNote(words=f"Note {n}"))
    content = (await assemble(desk))["content"]
    assert content["texts"]["01-chronology.csv"].count("A note was put on the file") == 2
    assert "Note 1" not in json.dumps(content)
