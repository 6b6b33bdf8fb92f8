"""Who leads, by when, what bodies are asked and where they meet, over HTTP, with the case file's own verdicts."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import httpx2
import psycopg
import pytest
from fastapi import FastAPI

from tests.api.people import ACORN, BIRCH, Tokens
from tests.api.test_corrections import Desk, a_desk, code_of, share
from tests.api.test_requests import issue_of

pytestmark = pytest.mark.at_once

DATES = {"contributeBy": "2026-12-18", "respondBy": "2027-01-29"}
ASKED = {"what": "The marker notes.", "dueOn": "2026-12-02"}
MEETING = {"on": "2026-12-01", "at": "14:00", "how": "video", "purpose": "Talk; marker.", "where": "Marker room"}
UNCALLED = MEETING | {"on": "2026-11-18", "words": "By chance; marker."}
OURS = ACORN.code
DECIDED = {"lead": OURS, "reason": "They hold the records; marker."}


@pytest.fixture
async def desk(client: httpx2.AsyncClient, tokens: Tokens, app: FastAPI) -> Desk:
    return await a_desk(client, tokens, app)


@pytest.fixture
def council(desk: Desk, migrator: psycopg.Connection[Any]) -> str:
    """Put a body that takes part on the complaint, and the consent that covers it, as if it had been said."""
    issue_of(migrator, desk)
    one = uuid4()
    migrator.execute(
        "insert into contribution (id, organisation_id, complaint_id, number, kind, code, name, body_kind, bound, way,"
        " state, open_to_body, named_on, invited_on, accepted_on, changed_at, act_id)"
        " select %s, organisation_id, id, 1, 'joint', 'council-1', 'Council', 'local_authority', 'regulation_9',"
        " 'none', 'accepted', true, '2026-11-17', '2026-11-17', '2026-11-17', '2026-11-18T09:00:00Z', %s"
        " from complaint where reference = %s",
        (one, uuid4(), desk.reference),
    )
    migrator.execute(
        "insert into consent (id, organisation_id, complaint_id, number, scope, body, giver_id, basis, given_on,"
        " after_death, said_at, act_id) select %s, c.organisation_id, c.id, 1, 'share_with_body', 'council-1', p.id,"
        " 'statutory', '2026-11-17', false, '2026-11-18T09:00:00Z', %s from complaint c"
        " join party p on p.complaint_id = c.id where c.reference = %s and p.role = 'complainant'",
        (uuid4(), uuid4(), desk.reference),
    )
    return str(one)


async def post(desk: Desk, path: str, body: Any, role: str = "handler", **more: Any) -> dict[str, Any]:
    answer = await desk.post(path, body, role, **more)
    assert answer.status_code == 200, (path, answer.text)
    shown: dict[str, Any] = await desk.get("joint")
    return shown


def meeting(council: str, **more: Any) -> dict[str, Any]:
    return MEETING | {"contributionIds": [council]} | more


async def test_who_leads_is_shown_with_how_it_came_about(desk: Desk, council: str) -> None:
    assert await desk.get("joint") == {
        "lead": None, "leadHistory": [], "timescale": None, "timescaleHistory": [], "requests": [], "meetings": [],
    }  # fmt: skip
    shown = await post(desk, "lead/proposal", {"personPrefers": "council-1"})
    assert (shown["lead"]["state"], shown["lead"]["lead"], shown["lead"]["ours"], shown["lead"]["rule"]) == (
        "proposed", "council-1", False, "person_preference",
    )  # fmt: skip
    assert shown["lead"]["outcomes"][0]["result"] == "decides"
    message = {"kind": "lead_view", "how": "call", "saidOn": "2026-11-18"}
    view = {"agrees": False, "proposes": OURS, "reason": "Ours; marker.", "senior": "Marker Director"}
    answer = await desk.post(f"bodies/{council}/messages", message | {"body": view})
    assert answer.status_code == 200, answer.text
    shown = await desk.get("joint")
    assert shown["lead"]["state"] == "disputed"
    (said,) = shown["lead"]["views"]
    assert (said["body"], said["agrees"], said["senior"]) == ("council-1", False, "Marker Director")
    assert code_of(await desk.post("lead", DECIDED, "senior_leader")) == (409, "decider_needed")
    deciders = [{"code": OURS, "name": "A. Marker"}, {"code": "council-1", "name": "B. Marker"}]
    shown = await post(desk, "lead", DECIDED | {"deciders": deciders}, "senior_leader")
    assert (shown["lead"]["state"], shown["lead"]["ours"]) == ("decided", True)
    assert shown["lead"]["deciders"] == sorted(deciders, key=lambda each: each["code"])
    assert [each["state"] for each in shown["leadHistory"]] == ["proposed", "disputed", "decided"]
    assert code_of(await desk.post("lead/proposal", {})) == (409, "lead_already_decided")


async def test_a_timescale_a_request_and_meetings_are_said_and_shown(desk: Desk, council: str) -> None:
    shown = await post(desk, "joint-timescale", DATES)
    assert (shown["timescale"]["contributeBy"], shown["timescale"]["respondBy"]) == ("2026-12-18", "2027-01-29")
    shown = await post(desk, f"bodies/{council}/requests", ASKED)
    (request,) = shown["requests"]
    assert (request["state"], request["body"], request["overdue"], request["what"]) == (
        "open", "council-1", False, "The marker notes.",
    )  # fmt: skip
    message = {"kind": "information", "how": "letter", "saidOn": "2026-11-18",
               "body": {"request_id": request["id"], "words": "Here; marker."}}  # fmt: skip
    assert (await desk.post(f"bodies/{council}/messages", message)).status_code == 200
    path = f"bodies/{council}/requests/{request['id']}/review"
    back = {"result": "sent_back", "reason": "More; marker.", "dueOn": "2026-12-09"}
    shown = await post(desk, path, back)
    (request,) = shown["requests"]
    assert (request["state"], request["dueOn"], request["answers"][0]["accepted"]) == ("open", "2026-12-09", False)
    shown = await post(desk, path, {"result": "not_needed"})
    assert shown["requests"][0]["state"] == "not_needed"
    shown = await post(desk, "meetings", meeting(council))
    (called,) = shown["meetings"]
    assert (called["state"], called["bodies"][0]["called"], called["where"]) == ("called", True, "Marker room")
    shown = await post(desk, f"meetings/{called['id']}", {"held": False, "words": "Ill; marker."})
    assert shown["meetings"][0]["state"] == "cancelled"
    there = {"attendance": [{"contributionId": council, "attended": True, "who": "C. Marker"}]}
    shown = await post(desk, "meetings/uncalled", UNCALLED | there)
    assert [(each["state"], "calledAt" in each and each["calledAt"] is not None) for each in shown["meetings"]] == [
        ("held", False), ("cancelled", True),
    ]  # fmt: skip


WRONG: list[tuple[str, dict[str, Any], str]] = [
    ("lead/proposal", {"lead": "council-1"}, "/"),
    ("lead/proposal", {"lead": "a body"}, "/lead"),
    ("lead/proposal", {"colour": "red"}, "/colour"),
    ("lead", {"lead": "council-1"}, "/reason"),
    ("lead", DECIDED | {"deciders": [{"code": "a", "name": "x"}, {"code": "a", "name": "y"}]}, "/"),
    ("lead", DECIDED | {"deciders": [{"code": "a", "name": " "}]}, "/deciders/0/name"),
    ("joint-timescale", {"contributeBy": "2027-01-29", "respondBy": "2027-01-29"}, "/"),
    ("joint-timescale", DATES | {"respondBy": "soon"}, "/respondBy"),
    ("bodies/{id}/requests", ASKED | {"what": " "}, "/what"),
    ("bodies/{id}/requests", {"what": "x"}, "/dueOn"),
    ("bodies/{id}/requests/{id}/review", {"result": "perhaps"}, "/result"),
    ("bodies/{id}/requests/{id}/review", {"result": "sent_back", "reason": "x"}, "/"),
    ("bodies/{id}/requests/{id}/review", {"result": "accepted", "dueOn": "2026-12-02"}, "/"),
    ("meetings", MEETING | {"contributionIds": []}, "/contributionIds"),
    ("meetings", MEETING | {"contributionIds": [str(ACORN.id)], "at": "25:00"}, "/at"),
    ("meetings", MEETING | {"contributionIds": [str(ACORN.id)], "how": "by post"}, "/how"),
    ("meetings/{id}", {"held": True}, "/"),
    ("meetings/{id}", {"held": False, "heldOn": "2026-11-18"}, "/"),
    ("meetings/uncalled", UNCALLED | {"attendance": []}, "/attendance"),
    ("meetings/uncalled", UNCALLED | {"on": "2026-11-19", "attendance": [{}]}, "/attendance/0"),
]


async def test_malformed_requests_are_answered_with_the_place(desk: Desk) -> None:
    for path, body, pointer in WRONG:
        answer = await desk.post(path.format(id=ACORN.id), body, "senior_leader")
        if answer.status_code == 403:
            answer = await desk.post(path.format(id=ACORN.id), body)
        assert answer.status_code == 422, (path, body, answer.text)
        pointers = [error["pointer"] for error in answer.json()["errors"]]
        assert any(each.startswith(pointer.rstrip("/")) for each in pointers), (path, pointers)


async def test_a_repeated_key_gets_the_first_answer_and_another_body_is_refused(desk: Desk, council: str) -> None:
    for path, body, other in (
        ("lead/proposal", {}, {"personPrefers": "council-1"}),
        ("joint-timescale", DATES, DATES | {"respondBy": "2027-02-26"}),
        (f"bodies/{council}/requests", ASKED, ASKED | {"what": "Something else."}),
        ("meetings", meeting(council), meeting(council, at="15:00")),
    ):
        key = {"key": f"{path}-{desk.reference}"}
        first = await desk.post(path, body, **key)
        again = await desk.post(path, body, **key)
        assert (first.status_code, again.status_code) == (200, 200), first.text
        assert again.json()["version"] == first.json()["version"]
        assert code_of(await desk.post(path, other, **key)) == (422, "idempotency_key_reused")
    shown = await desk.get("joint")
    assert (len(shown["leadHistory"]), len(shown["requests"]), len(shown["meetings"])) == (1, 1, 1)


async def test_a_lead_is_decided_by_a_senior_and_strangers_see_nothing(
    desk: Desk, council: str, migrator: psycopg.Connection[Any], tokens: Tokens
) -> None:
    assert code_of(await desk.post("lead", DECIDED)) == (403, "forbidden")
    for path, body in (("lead/proposal", {}), ("joint-timescale", DATES), ("meetings", meeting(council))):
        assert code_of(await desk.post(path, body, "auditor"))[0] == 403
        assert code_of(await desk.post(path, body, organisation=BIRCH.id))[0] == 404
    await post(desk, "lead/proposal", {"lead": "council-1", "reason": "Why; marker."})
    await post(desk, "joint-timescale", DATES)
    await post(desk, f"bodies/{council}/requests", ASKED)
    await post(desk, "meetings", meeting(council))
    url = f"/v1/complaints/{desk.reference}/joint"
    assert (await desk.client.get(url, headers=tokens.headers("handler", organisation=BIRCH.id))).status_code == 404
    share(migrator, desk.reference, BIRCH)
    shared = await desk.client.get(url, headers=tokens.headers("handler", organisation=BIRCH.id))
    assert shared.status_code == 200 and shared.json()["requests"][0]["state"] == "open"
    assert "arker" not in shared.text
    bare = await desk.client.get(url, headers=tokens.headers("operator"))
    assert bare.status_code == 200 and "arker" not in bare.text


async def test_what_is_not_there_is_refused_with_its_code(desk: Desk, council: str) -> None:
    for path, body, code in (
        (f"bodies/{uuid4()}/requests", ASKED, "unknown_contribution"),
        (f"bodies/{council}/requests/{uuid4()}/review", {"result": "not_needed"}, "unknown_request"),
        (f"meetings/{uuid4()}", {"held": False}, "unknown_meeting"),
        ("meetings", meeting(str(UUID(int=7))), "unknown_contribution"),
        ("joint-timescale", {"contributeBy": "2026-12-18", "respondBy": "2027-12-31"}, "period_beyond_limit"),
        ("lead/proposal", {"personPrefers": "elsewhere"}, "unknown_body"),
    ):
        assert code_of(await desk.post(path, body)) == (409, code), path
