"""Cases of interest of a panel: which are proposed, whose story may be told, and what happens to it on the way."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from psycopg.types.json import Jsonb

from db.references import check_character
from tests.api.boards import Board

pytestmark = pytest.mark.at_once
PANEL = {"chair": ["responsible_person"], "member": ["senior_leader"]}
OCTOBER = date(2026, 10, 12)
MINUTES = {"heldOn": "2026-11-18", "attendees": [{"name": "A guest"}], "minutes": "We met."}


def complaint(board: Board, **values: Any) -> tuple[str, UUID]:
    digits = uuid4().hex[:8].upper()
    reference = f"{board.rows.organisation.code}-{digits}-{check_character(digits)}"
    return reference, board.rows.complaint(reference=reference, **values)


def pat(board: Board, case: UUID) -> UUID:
    return board.rows._put("party", complaint_id=case, role="complainant", name="Pat Quillfeather")


def changed(board: Board, sql: str, *params: Any) -> None:
    board.rows._connection.execute(sql, params)


def event(board: Board, case: UUID, kind: str, at: datetime, **data: Any) -> None:
    changed(
        board,
        "insert into case_event (complaint_id, seq, organisation_id, kind, at_us, act_id, role, data, prev_hash, hash)"
        " values (%s, 1, %s, %s, %s, %s, 'system', %s, %s, %s)",
        *(case, board.rows.id, kind, int(at.timestamp() * 1_000_000), uuid4(), json.dumps(data), "0" * 64, "1" * 64),
    )


async def chosen(board: Board, occurrence: str, reference: str, party: UUID) -> dict[str, Any]:
    consent = {"partyId": str(party), "givenOn": "2026-11-17", "evidence": "Their letter."}
    said = {"reference": reference, "how": "with_consent", "story": "Pat waited for nine hours.", "consent": consent}
    cases = (await board.said(f"/{occurrence}/cases", said, "responsible_person"))["cases"]
    found: dict[str, Any] = next(each for each in cases if each["reference"] == reference)
    return found


async def test_what_is_serious_upheld_or_happened_again_is_proposed_once_for_its_weightiest_reason(
    board: Board,
) -> None:
    serious, _ = complaint(board, received_on=OCTOBER, severity="serious")
    later, late_case = complaint(board, received_on=date(2026, 6, 1), severity="serious")
    event(board, late_case, "severity.raised", datetime(2026, 10, 20, 9, tzinfo=UTC), severity="serious")
    again, again_case = complaint(board, received_on=OCTOBER, severity="serious")
    event(board, again_case, "action.counted", datetime(2026, 10, 31, 22, 30, tzinfo=UTC), counted=3)
    held, held_case = complaint(board, received_on=date(2026, 5, 1))
    event(board, held_case, "action.checked", datetime(2026, 10, 5, 9, tzinfo=UTC), result="held", counted=0)
    recurred, recurred_case = complaint(board, received_on=date(2026, 5, 1))
    board.rows._put(
        "recurrence", complaint_id=recurred_case, kind="theme", theme="communications", number=1,
        first_on=date(2026, 5, 1), last_on=OCTOBER, count=3, cases=Jsonb([]), found_on=OCTOBER, act_id=uuid4(),
    )  # fmt: skip
    error, _ = complaint(board, received_on=OCTOBER, severity="serious", stage="opened_in_error")
    november, _ = complaint(board, received_on=date(2026, 11, 1), severity="immediate")
    series = await board.series("panel", PANEL)
    occurrence = await board.begun(series)
    cases = (await board.get(f"/{occurrence}")).json()["cases"]
    assert {each["reference"]: each["why"] for each in cases} == {
        serious: "serious", later: "serious", recurred: "recurrence", again: "action_counted",
    }  # fmt: skip
    assert held not in str(cases) and error not in str(cases) and november not in str(cases)


async def test_a_story_that_was_to_be_told_at_a_meeting_that_came_to_nothing_is_proposed_again(board: Board) -> None:
    reference, case = complaint(board, received_on=date(2026, 11, 10), severity="serious")
    series = await board.series("panel", PANEL, rhythm="weekly")
    occurrences = await board.machine.turn(board.rows.id, UUID(series), board.clock.instant)
    last = str(occurrences[-1])
    await board.rest(last)
    one = await chosen(board, last, reference, pat(board, case))
    await board.said(f"/{last}/cases/{one['id']}/approval", {"approved": True}, "senior_leader")
    await board.said(f"/{last}/abandonment", {"reason": "Nobody came."}, "complaints_manager")
    changed(board, "update complaint set received_on = '2026-11-17' where id = %s", case)
    board.clock.instant = datetime(2026, 11, 23, 10, 30, tzinfo=UTC)
    following = (await board.machine.turn(board.rows.id, UUID(series), board.clock.instant))[-1]
    await board.rest(str(following))
    assert [each["reference"] for each in (await board.get(f"/{following}")).json()["cases"]] == [reference]


async def test_a_story_is_told_with_consent_and_not_when_the_person_has_died_or_is_no_part_of_it(board: Board) -> None:
    occurrence = await board.begun(await board.series("panel", PANEL))
    reference, case = complaint(board)
    party = pat(board, case)
    one = await chosen(board, occurrence, reference, party)
    approval = f"/{occurrence}/cases/{one['id']}/approval"
    (approved,) = (await board.said(approval, {"approved": True}, "senior_leader"))["cases"]
    assert (approved["state"], approved["story"]) == ("approved", "Pat waited for nine hours.")
    choose = f"/{occurrence}/steps/choose/completion"

    changed(board, "update party set death_known_at = '2026-11-18' where id = %s", party)
    whole = (await board.get(f"/{occurrence}")).json()
    assert (whole["cases"][0]["unfit"], whole["cases"][0]["story"], whole["lacks"]) == (
        "person_has_died", None, ["cases_chosen"],
    )  # fmt: skip
    assert await board.refused(choose, {}, "responsible_person") == "step_incomplete"
    consent = {"partyId": str(party), "givenOn": "2026-11-17", "evidence": "Their letter."}
    told = {"reference": reference, "how": "with_consent", "story": "Pat waited.", "consent": consent}
    assert await board.refused(f"/{occurrence}/cases", told, "responsible_person") == "invalid_request"
    anonymised = {"reference": reference, "how": "anonymised", "story": "Somebody waited for nine hours."}
    (again,) = (await board.said(f"/{occurrence}/cases", anonymised, "responsible_person"))["cases"]
    assert (again["state"], again["unfit"], again["consentedOn"]) == ("chosen", None, None)
    await board.said(approval, {"approved": True}, "senior_leader")
    assert (await board.said(choose, {}, "responsible_person"))["step"] == "hold"


async def test_what_changes_after_the_meeting_takes_nothing_back_that_was_told_and_before_it_does(board: Board) -> None:
    occurrence = await board.begun(await board.series("panel", PANEL))
    reference, case = complaint(board)
    one = await chosen(board, occurrence, reference, pat(board, case))
    changed(board, "update complaint set stage = 'opened_in_error' where id = %s", case)
    approval = f"/{occurrence}/cases/{one['id']}/approval"
    assert await board.refused(approval, {"approved": True}, "senior_leader") == "story_unfit"
    changed(board, "update complaint set stage = 'received' where id = %s", case)
    await board.said(approval, {"approved": True}, "senior_leader")
    await board.said(f"/{occurrence}/steps/choose/completion", {}, "responsible_person")
    await board.said(f"/{occurrence}/minutes", MINUTES, "responsible_person")
    changed(board, "update party set retired_at = now(), retired_cause = 'left' where complaint_id = %s", case)
    shown = await board.said(f"/{occurrence}/steps/hold/completion", {}, "responsible_person")
    assert (shown["cases"][0]["unfit"], shown["cases"][0]["story"]) == (None, "Pat waited for nine hours.")


async def test_a_case_that_is_chosen_at_the_meeting_is_decided_before_it_ends(board: Board) -> None:
    occurrence = await board.begun(await board.series("panel", PANEL))
    await board.said(f"/{occurrence}/steps/choose/completion", {}, "responsible_person")
    reference, case = complaint(board)
    one = await chosen(board, occurrence, reference, pat(board, case))
    await board.said(f"/{occurrence}/minutes", MINUTES, "responsible_person")
    hold = f"/{occurrence}/steps/hold/completion"
    assert await board.refused(hold, {}, "responsible_person") == "step_incomplete"
    await board.said(f"/{occurrence}/cases/{one['id']}/approval", {"approved": False}, "senior_leader")
    assert (await board.said(hold, {}, "responsible_person"))["step"] == "follow"


async def test_an_anonymised_story_that_names_somebody_of_the_case_is_refused(board: Board) -> None:
    occurrence = await board.begun(await board.series("panel", PANEL))
    reference, case = complaint(board)
    pat(board, case)
    said = {"reference": reference, "how": "anonymised", "story": "Then pat  QUILLFEATHER waited."}
    answer = await board.post(f"/{occurrence}/cases", said, "responsible_person")
    assert answer.json()["errors"][0]["code"] == "names_somebody" and "uillfeather" not in answer.text


async def test_minutes_that_are_sent_back_are_recorded_anew_and_the_old_ones_kept(board: Board) -> None:
    occurrence = await board.begun(await board.series("panel", PANEL))
    await board.said(f"/{occurrence}/steps/choose/completion", {}, "responsible_person")
    for number in (1, 2):
        said = MINUTES | {"minutes": f"Version {number}.", "attendees": [{"name": f"Guest {number}"}]}
        await board.said(f"/{occurrence}/minutes", said, "responsible_person")
        await board.said(f"/{occurrence}/steps/hold/completion", {}, "responsible_person")
        back = {"to": "hold", "words": "The wrong ward."}
        shown = await board.said(f"/{occurrence}/steps/follow/sending-back", back, "responsible_person")
        assert (shown["step"], shown["minutes"], shown["attendees"]) == ("hold", None, [])
    await board.said(f"/{occurrence}/minutes", MINUTES, "responsible_person")
    shown = await board.said(f"/{occurrence}/steps/hold/completion", {}, "responsible_person")
    assert [each["name"] for each in shown["attendees"]] == ["A guest"]
    kept = [each["minutes"] for each in shown["steps"] if each["code"] == "hold"]
    assert (kept, shown["minutes"]) == (["Version 1.", "Version 2.", None], "We met.")


async def test_an_action_of_a_meeting_has_another_owner_a_later_date_or_both(board: Board) -> None:
    occurrence = await board.begun(await board.series("panel", PANEL))
    owner, other = (str(board.rows.person(role)) for role in ("senior_leader", "complaints_manager"))
    resolved = {"what": "Ask wards daily.", "ownerId": owner, "dueOn": "2026-11-25"}
    (action,) = (await board.said(f"/{occurrence}/actions", resolved, "responsible_person"))["actions"]
    path = f"/{occurrence}/actions/{action['id']}"
    for nothing in ({}, {"ownerId": owner}):
        assert await board.refused(f"{path}/date", nothing | {"reason": "So."}, "senior_leader") == "invalid_request"
    given = {"ownerId": other, "reason": "They left."}
    (moved,) = (await board.said(f"{path}/date", given, "responsible_person"))["actions"]
    assert (moved["owner"]["id"], moved["dueOn"], moved["moved"]) == (other, "2026-11-25", 0)
    early = {"state": "done", "on": "2026-11-17", "words": "Done."}
    assert await board.refused(f"{path}/settlement", early, "responsible_person") == "invalid_request"
    # Nobody lets go of their own.
    own = early | {"state": "dropped", "on": "2026-11-18"}
    assert await board.refused(f"{path}/settlement", own, "complaints_manager") == "not_your_part"


async def test_a_series_ends_only_once_all_is_settled_that_its_meetings_resolved(board: Board) -> None:
    series = await board.series("panel", PANEL)
    occurrence = await board.begun(series)
    owner = str(board.rows.person("senior_leader"))
    resolved = {"what": "Ask wards daily.", "ownerId": owner, "dueOn": "2026-11-25"}
    (action,) = (await board.said(f"/{occurrence}/actions", resolved, "responsible_person"))["actions"]
    ending = f"/series/{series}/ending"
    assert await board.refused(ending, None, "complaints_manager") == "meeting_actions_open"
    settled = {"state": "dropped", "on": "2026-11-18", "words": "The ward has closed."}
    await board.said(f"/{occurrence}/actions/{action['id']}/settlement", settled, "responsible_person")
    assert (await board.said(ending, None, "complaints_manager"))["state"] == "ended"
