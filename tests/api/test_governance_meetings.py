"""Panels through the API: cases told with consent or anonymised, minutes, and actions that are carried over."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest

from db.references import check_character
from tests.api.boards import Board

pytestmark = pytest.mark.at_once
PANEL = {"chair": ["responsible_person"], "member": ["senior_leader"]}


def party(board: Board, complaint: UUID) -> UUID:
    """Put somebody who complained into a complaint."""
    found = uuid4()
    board.rows._connection.execute(
        "insert into party (id, organisation_id, complaint_id, role, name) values (%s, %s, %s, 'complainant', 'Pat')",
        (found, board.rows.id, complaint),
    )
    return found


def a_complaint(board: Board) -> tuple[str, UUID]:
    """Put a complaint in, whose reference can be read."""
    digits = uuid4().hex[:8].upper()
    reference = f"{board.rows.organisation.code}-{digits}-{check_character(digits)}"
    return reference, board.rows.complaint(reference=reference)


async def test_a_story_is_told_with_consent_or_anonymised_and_another_person_approves_it(board: Board) -> None:
    occurrence = await board.begun(await board.series("panel", PANEL))
    reference, complaint = a_complaint(board)
    case = {"reference": reference, "how": "anonymised", "story": "Somebody waited for nine hours."}
    no_consent = case | {"how": "with_consent"}
    assert await board.refused(f"/{occurrence}/cases", no_consent, "responsible_person") == "invalid_request"
    assert (
        await board.refused(f"/{occurrence}/cases", case | {"reference": "X-1"}, "responsible_person")
        == "invalid_request"
    )
    (chosen,) = (await board.said(f"/{occurrence}/cases", case, "responsible_person"))["cases"]
    assert (chosen["state"], chosen["why"]) == ("chosen", "chosen")
    choose = f"/{occurrence}/steps/choose/completion"
    assert await board.refused(choose, {}, "responsible_person") == "step_incomplete"
    approval = f"/{occurrence}/cases/{chosen['id']}/approval"
    assert await board.refused(approval, {"approved": True}, "responsible_person") == "another_person_needed"
    (approved,) = (await board.said(approval, {"approved": True}, "senior_leader"))["cases"]
    assert approved["state"] == "approved"
    assert (await board.said(choose, {}, "responsible_person"))["step"] == "hold"
    gone = {"reason": "They took it back."}
    consent = {"partyId": str(party(board, complaint)), "givenOn": "2026-11-17", "evidence": "Their letter."}
    told = case | {"how": "with_consent", "consent": consent}
    assert await board.refused(f"/{occurrence}/cases", told, "responsible_person") == "case_decided"
    (withdrawn,) = (await board.said(f"/{occurrence}/cases/{chosen['id']}/withdrawal", gone, "senior_leader"))["cases"]
    assert (withdrawn["state"], withdrawn["story"]) == ("withdrawn", None)


async def test_a_story_is_withdrawn_also_after_the_meeting_and_is_kept_no_more(board: Board) -> None:
    occurrence = await board.begun(await board.series("panel", PANEL))
    reference, complaint = a_complaint(board)
    consent = {"partyId": str(party(board, complaint)), "givenOn": "2026-11-17", "evidence": "Their letter."}
    told = {"reference": reference, "how": "with_consent", "story": "I waited.", "consent": consent}
    (case,) = (await board.said(f"/{occurrence}/cases", told, "responsible_person"))["cases"]
    await board.said(f"/{occurrence}/cases/{case['id']}/approval", {"approved": True}, "senior_leader")
    await board.said(f"/{occurrence}/steps/choose/completion", {}, "responsible_person")
    minutes = {"heldOn": "2026-11-18", "attendees": [{"name": "A guest"}], "minutes": "We met."}
    await board.said(f"/{occurrence}/minutes", minutes, "responsible_person")
    for step in ("hold", "follow"):
        done = await board.said(f"/{occurrence}/steps/{step}/completion", {}, "responsible_person")
    assert (done["state"], done["cases"][0]["story"]) == ("done", "I waited.")
    path, gone = f"/{occurrence}/cases/{case['id']}/withdrawal", {"reason": "They took it back."}
    assert await board.refused(path, gone, "auditor") == "forbidden"
    first = await board.post(path, gone, "senior_leader", "taken-back")
    again = await board.post(path, gone, "senior_leader", "taken-back")
    assert first.status_code == again.status_code == 200 and first.json() == again.json()
    assert (first.json()["state"], first.json()["cases"][0]["state"], first.json()["cases"][0]["story"]) == (
        "done", "withdrawn", None,
    )  # fmt: skip
    assert await board.refused(path, gone, "senior_leader") == "case_decided"
    assert await board.refused(f"/{uuid4()}/cases/{case['id']}/withdrawal", gone, "senior_leader") == "not_found"
    kept = board.rows._connection.execute("select story from panel_case where id = %s", (case["id"],)).fetchone()
    assert kept == (None,)


async def test_nobody_whom_a_complaint_is_about_decides_how_it_is_told(board: Board) -> None:
    occurrence = await board.begun(await board.series("panel", PANEL))
    reference, complaint = a_complaint(board)
    case = {"reference": reference, "how": "anonymised", "story": "Somebody waited for nine hours."}
    named = board.rows.person("senior_leader")
    board.rows._connection.execute(
        "insert into involvement (id, organisation_id, complaint_id, number, person_id, kind, state, named_on,"
        " changed_at, act_id) values (%s, %s, %s, 1, %s, 'employed', 'named', '2026-11-16', now(), %s)",
        (uuid4(), board.rows.id, complaint, named, uuid4()),
    )
    assert await board.refused(f"/{occurrence}/cases", case, "senior_leader") == "not_your_part"
    (chosen,) = (await board.said(f"/{occurrence}/cases", case, "responsible_person"))["cases"]
    approval = f"/{occurrence}/cases/{chosen['id']}/approval"
    assert await board.refused(approval, {"approved": True}, "senior_leader") == "not_your_part"
    board.rows._connection.execute(
        "update involvement set state = 'ended', ended_on = '2026-11-17', ended_cause = 'not_concerned'"
        " where complaint_id = %s",
        (complaint,),
    )
    (approved,) = (await board.said(approval, {"approved": True}, "senior_leader"))["cases"]
    assert approved["state"] == "approved"


async def test_an_action_stands_on_the_agenda_of_each_meeting_until_it_is_settled(board: Board) -> None:
    series = await board.series("panel", PANEL)
    first = await board.begun(series)
    owner = str(board.rows.person("senior_leader"))
    await board.said(f"/{first}/steps/choose/completion", {}, "responsible_person")
    assert await board.refused(f"/{first}/steps/hold/completion", {}, "responsible_person") == "step_incomplete"
    minutes = {"heldOn": "2026-11-18", "attendees": [{"personId": owner}, {"name": "A guest"}], "minutes": "We met."}
    await board.said(f"/{first}/minutes", minutes, "responsible_person")
    assert await board.refused(f"/{first}/minutes", minutes, "responsible_person") == "already_held"
    await board.said(f"/{first}/steps/hold/completion", {}, "responsible_person")
    resolved = {"what": "Ask wards for a daily check.", "ownerId": owner, "dueOn": "2026-11-25"}
    (action,) = (await board.said(f"/{first}/actions", resolved, "responsible_person"))["actions"]
    assert (await board.said(f"/{first}/steps/follow/completion", {}, "responsible_person"))["state"] == "done"

    board.clock.instant = datetime(2026, 12, 2, 10, tzinfo=UTC)
    second = await board.begun(series)
    (carried,) = (await board.get(f"/{second}")).json()["actions"]
    assert (carried["id"], carried["carried"], carried["overdue"]) == (action["id"], True, True)
    await board.said(f"/{second}/steps/choose/completion", {}, "responsible_person")
    await board.said(f"/{second}/minutes", minutes | {"heldOn": "2026-12-02"}, "responsible_person")
    await board.said(f"/{second}/steps/hold/completion", {}, "responsible_person")
    follow = f"/{second}/steps/follow/completion"
    assert await board.refused(follow, {}, "responsible_person") == "step_incomplete"
    moved = {"dueOn": "2027-01-05", "reason": "The wards were short of staff."}
    await board.said(f"/{second}/actions/{action['id']}/date", moved, "responsible_person")
    assert (await board.said(follow, {}, "responsible_person"))["state"] == "done"
    settled = {"state": "done", "on": "2026-12-02", "words": "The wards check daily."}
    shown = await board.said(f"/{second}/actions/{action['id']}/settlement", settled, "senior_leader")
    assert (shown["actions"][0]["state"], shown["actions"][0]["moved"]) == ("done", 1)
    board.clock.instant = datetime(2027, 1, 2, 10, tzinfo=UTC)
    assert (await board.get(f"/{await board.begun(series)}")).json()["actions"] == []
