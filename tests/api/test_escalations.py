"""Escalations and the rota over HTTP, with the case file's own verdicts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx2
import psycopg
import pytest
from fastapi import FastAPI

from tests.api.fakes import FixedClock
from tests.api.people import ACORN, BIRCH, Tokens, log
from tests.api.test_corrections import Desk, a_desk, code_of, share

pytestmark = pytest.mark.at_once

RAISED = {"reason": "She was left for nine hours."}
ON_ROTA = {"personId": str(ACORN.person("senior_leader")), "place": 1, "hours": "both", "firstOn": "2026-11-18"}


@pytest.fixture
async def desk(client: httpx2.AsyncClient, tokens: Tokens, app: FastAPI) -> Desk:
    return await a_desk(client, tokens, app)


@pytest.fixture(autouse=True)
def nobody_on_the_rota(migrator: psycopg.Connection[Any]) -> Iterator[None]:
    yield
    migrator.execute("delete from rota where organisation_id = any(%s)", ([ACORN.id, BIRCH.id],))


async def escalate(desk: Desk, **changes: Any) -> str:
    answer = await desk.post("escalations", RAISED | changes)
    assert answer.status_code == 200, answer.text
    return str((await desk.get("escalations"))["items"][-1]["id"])


async def say(desk: Desk, path: str, body: dict[str, Any], role: str = "responsible_person", **more: Any) -> Any:
    return await desk.post(f"escalations/{path}", body, role, **more)


async def rota(desk: Desk, body: dict[str, Any], role: str = "complaints_manager", path: str = "", **more: Any) -> Any:
    headers = desk.tokens.headers(role, **more)
    return await desk.client.post(f"/v1/organisation/rota{path}", json=body, headers=headers)


async def listed(desk: Desk, path: str, role: str = "senior_leader", **more: Any) -> Any:
    answer = await desk.client.get(f"/v1/{path}", headers=desk.tokens.headers(role, **more))
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_an_escalation_is_raised_acknowledged_decided_followed_and_shown_whole(
    desk: Desk, clock: FixedClock
) -> None:
    raised = await escalate(desk)
    (line,) = [each for each in (await listed(desk, "escalations"))["items"] if each["id"] == raised]
    assert (line["reference"], line["state"], line["cause"], line["level"]) == (
        *(desk.reference, "asking"),
        *("person", "serious"),
    )
    assert line["dueAt"] == "2026-11-19T10:30:00Z"
    clock.instant += timedelta(minutes=12)
    assert (await say(desk, f"{raised}/acknowledgement", {})).status_code == 200
    decided = {"decision": "panel", "reason": "Three of a kind.", "dueOn": "2026-11-18"}
    assert (await say(desk, f"{raised}/decision", decided)).status_code == 200
    held = {"words": "It was held.", "heldOn": "2026-11-18"}
    assert (await say(desk, f"{raised}/follow-up", held)).status_code == 200
    shown = await desk.get(f"escalations/{raised}")
    assert (shown["state"], shown["endedCause"], shown["minutesToAcknowledge"]) == ("ended", "panel_done", 12)
    assert shown["acknowledgedBy"]["name"] == "responsible_person of ACORN" and shown["words"] == RAISED["reason"]
    (decision,) = shown["decisions"]
    assert (decision["outcome"], decision["doneOn"]) == ("It was held.", "2026-11-18")
    assert raised not in [each["id"] for each in (await listed(desk, "escalations"))["items"]]
    done = (await listed(desk, "escalations?state=ended&cause=person"))["items"]
    assert raised in [each["id"] for each in done]
    # An operator sees that there is something, and no word of it.
    bare = await desk.get(f"escalations/{raised}", "operator")
    assert (bare["words"], bare["raisedBy"]["name"], bare["decisions"][0]["reason"]) == (None, None, None)


WRONG: list[tuple[str, dict[str, Any], str]] = [
    ("", {}, "/reason"),
    ("", RAISED | {"level": "routine"}, "/level"),
    ("", RAISED | {"cause": "severity"}, "/cause"),
    ("/{id}/acknowledgement", {"personId": "x"}, "/personId"),
    ("/{id}/passing", {"reason": " "}, "/reason"),
    ("/{id}/decision", {"decision": "panel", "reason": "x"}, "/"),
    ("/{id}/decision", {"decision": "oversee", "reason": "x", "dueOn": "2026-12-01"}, "/"),
    ("/{id}/decision", {"decision": "forget", "reason": "x"}, "/decision"),
    ("/{id}/follow-up", {"words": ""}, "/words"),
    ("/{id}/follow-up", {"words": "x", "heldOn": "2026-11-19"}, "/heldOn"),
]


async def test_malformed_ones_are_answered_with_the_place(desk: Desk) -> None:
    for path, body, pointer in WRONG:
        answer = await desk.post("escalations" + path.format(id=uuid4()), body, "responsible_person")
        assert answer.status_code == 422, (path, body, answer.text)
        assert any(error["pointer"].startswith(pointer.rstrip("/")) for error in answer.json()["errors"]), answer.text
    assert (await desk.get("escalations"))["items"] == []


async def test_refusals_have_their_codes_and_a_key_its_answer(desk: Desk) -> None:
    key = {"key": f"raise-{desk.reference}"}
    other = {"reason": "Something else."}
    answers = [await desk.post("escalations", body, **key) for body in (RAISED, RAISED, other)]
    assert [answer.status_code for answer in answers] == [200, 200, 422]
    (raised,) = [each["id"] for each in (await desk.get("escalations"))["items"]]
    assert code_of(await desk.post("escalations", other)) == (409, "already_escalated")
    assert code_of(await say(desk, f"{raised}/acknowledgement", {}, "complaints_manager")) == (409, "not_senior")
    assert code_of(await say(desk, f"{raised}/passing", {"reason": "Ill."})) == (409, "not_asked")
    decided = {"decision": "oversee", "reason": "x"}
    assert code_of(await say(desk, f"{raised}/decision", decided)) == (409, "not_acknowledged")
    assert code_of(await say(desk, f"{uuid4()}/acknowledgement", {})) == (409, "unknown_escalation")
    for role, refused in (
        ("handler", (409, "not_senior")), ("investigator", (409, "not_senior")),
        ("operator", (403, "forbidden")), ("auditor", (403, "forbidden")), ("case_system", (403, "forbidden")),
    ):  # fmt: skip
        assert code_of(await say(desk, f"{raised}/acknowledgement", {}, role)) == refused
    machine = await say(desk, f"{raised}/acknowledgement", {}, "senior_leader", subject="a-machine")
    assert code_of(machine) == (403, "person_needed")


async def test_a_lead_on_the_rota_has_it_in_hand_with_the_token_of_a_handler(desk: Desk) -> None:
    raised = await escalate(desk)
    assert (await rota(desk, ON_ROTA | {"personId": str(ACORN.person("handler"))})).status_code == 201
    assert (await say(desk, f"{raised}/acknowledgement", {}, "handler")).status_code == 200
    decided = {"decision": "oversee", "reason": "It is mine."}
    assert (await say(desk, f"{raised}/decision", decided, "handler")).status_code == 200
    assert code_of(await say(desk, f"{raised}/follow-up", {"words": "x"}, "investigator")) == (409, "not_authorised")
    assert (await say(desk, f"{raised}/follow-up", {"words": "On track."}, "handler")).status_code == 200


async def test_strangers_find_nothing_and_a_share_shows_none_of_it(
    desk: Desk, migrator: psycopg.Connection[Any]
) -> None:
    raised = await escalate(desk)
    stranger: dict[str, Any] = {"organisation": BIRCH.id}
    assert code_of(await say(desk, f"{raised}/acknowledgement", {}, **stranger)) == (404, "not_found")
    assert raised not in str(await listed(desk, "escalations", **stranger))
    share(migrator, desk.reference, BIRCH)
    assert (await desk.get("escalations", **stranger))["items"] == []
    headers = desk.tokens.headers("handler", **stranger)
    answer = await desk.client.get(f"/v1/complaints/{desk.reference}/escalations/{raised}", headers=headers)
    assert answer.status_code == 404


async def test_the_list_is_paged_and_a_cursor_of_another_is_refused(desk: Desk) -> None:
    await escalate(desk)
    await escalate(desk, cause="safeguarding", level="immediate")
    found: list[str] = []
    path = "escalations?limit=1"
    while True:
        page = await listed(desk, path)
        found += [each["id"] for each in page["items"]]
        if page["next"] is None:
            break
        path = f"escalations?limit=1&cursor={page['next']}"
    assert len(found) == len(set(found)) and {each["id"] for each in (await desk.get("escalations"))["items"]} <= set(
        found
    )
    answer = await desk.client.get("/v1/escalations?cursor=abc", headers=desk.tokens.headers("handler"))
    assert answer.status_code == 422


async def test_minutes_are_figures_by_cause_and_level(
    client: httpx2.AsyncClient, tokens: Tokens, app: FastAPI, clock: FixedClock
) -> None:
    clock.instant = clock.instant.replace(year=2025, month=1, day=14)  # no other test raises anything on that day
    for minutes in (10, 20, 60):
        desk = await a_day_desk(client, tokens, app)
        raised = await escalate(desk, level="immediate")
        clock.instant += timedelta(minutes=minutes)
        assert (await say(desk, f"{raised}/acknowledgement", {})).status_code == 200
    await escalate(await a_day_desk(client, tokens, app))
    figures = await listed(desk, "figures/escalations?from=2025-01-14&until=2025-01-14")
    assert (figures["raised"], figures["acknowledged"], figures["asking"]) == (4, 3, 1)
    assert (figures["medianMinutes"], figures["p90Minutes"]) == (20.0, 52.0)
    by_level = {each["level"]: each for each in figures["items"]}
    assert (by_level["immediate"]["raised"], by_level["serious"]["asking"]) == (3, 1)
    assert by_level["serious"]["medianMinutes"] is None
    headers = tokens.headers("handler")
    backwards = await client.get("/v1/figures/escalations?from=2025-02-01&until=2025-01-01", headers=headers)
    assert backwards.status_code == 422


async def a_day_desk(client: httpx2.AsyncClient, tokens: Tokens, app: FastAPI) -> Desk:
    logged = await log(client, tokens, app, ownerId=str(ACORN.person("handler")), receivedOn="2025-01-14")
    return Desk(client, tokens, logged["reference"])


async def test_the_rota_is_added_to_ended_and_journalled(desk: Desk) -> None:
    key = {"key": f"rota-{desk.reference}"}
    added = await rota(desk, ON_ROTA | {"mobile": "07700 900123"}, **key)
    assert added.status_code == 201, added.text
    assert (await rota(desk, ON_ROTA | {"mobile": "07700 900123"}, **key)).json() == added.json()
    assert (await rota(desk, ON_ROTA | {"place": 2}, **key)).status_code == 422
    (entry,) = (await listed(desk, "organisation/rota"))["items"]
    assert (entry["person"]["name"], entry["mobile"]) == ("senior_leader of ACORN", "07700 900123")
    (bare,) = (await listed(desk, "organisation/rota", "operator"))["items"]
    assert (bare["person"]["name"], bare["mobile"]) == (None, None)
    assert (await listed(desk, "organisation/rota", organisation=BIRCH.id))["items"] == []
    end = {"lastOn": "2026-11-20"}
    stranger = await rota(desk, end, path=f"/{entry['id']}/end", organisation=BIRCH.id)
    assert code_of(stranger) == (404, "not_found")
    assert (await rota(desk, end, path=f"/{entry['id']}/end")).json()["lastOn"] == "2026-11-20"
    events = (await listed(desk, "office-events", "complaints_manager"))["items"]
    told = [each for each in events if each["kind"].startswith("rota.")]
    assert {each["kind"] for each in told} >= {"rota.added", "rota.ended"} and "07700" not in str(told)


@pytest.mark.parametrize(
    ("changes", "status", "pointer"),
    [
        ({"place": 4}, 422, "/place"),
        ({"place": True}, 422, "/place"),
        ({"hours": "night"}, 422, "/hours"),
        ({"lastOn": "2026-11-17"}, 422, "/lastOn"),
        ({"mobile": "ring me"}, 422, "/mobile"),
        ({"personId": str(uuid4())}, 404, None),
        ({"personId": str(BIRCH.person("senior_leader"))}, 404, None),
        ({"personId": str(ACORN.person("leaver"))}, 409, None),
        ({"hours": "out", "lastOn": "2026-11-30"}, 422, "/place"),
    ],
)
async def test_what_cannot_stand_on_the_rota_is_refused(
    desk: Desk, changes: dict[str, Any], status: int, pointer: str | None
) -> None:
    assert (await rota(desk, ON_ROTA)).status_code == 201
    answer = await rota(desk, ON_ROTA | {"place": ON_ROTA["place"]} | changes)
    assert answer.status_code == status, answer.text
    if pointer is not None:
        assert answer.json()["errors"][0]["pointer"] == pointer
    for role in ("handler", "senior_leader", "operator", "auditor"):
        assert (await rota(desk, ON_ROTA | {"place": 3}, role)).status_code == 403


async def test_an_entry_is_never_ended_later_or_in_the_past(desk: Desk) -> None:
    entry = (await rota(desk, ON_ROTA | {"lastOn": "2026-11-20"})).json()["id"]
    for day, code in (("2026-11-17", "ends_before_start"), ("2026-11-21", "date_not_earlier")):
        answer = await rota(desk, {"lastOn": day}, path=f"/{entry}/end")
        assert answer.json()["errors"][0]["code"] == code
    assert (await rota(desk, {"lastOn": "2026-11-19"}, path=f"/{entry}/end")).status_code == 200
