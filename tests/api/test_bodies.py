"""Bodies over HTTP, with the case file's own verdicts: named, changed, written down for, and shown."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import httpx2
import pytest
from fastapi import FastAPI

from tests.api.fakes import FixedClock
from tests.api.people import BIRCH, Tokens
from tests.api.test_corrections import Desk, a_desk, code_of

pytestmark = pytest.mark.at_once

CODE = "GP-81"
CONTACT = {"role": "contact", "name": "Marker Manager", "email": "manager@gp.example.org"}
ACCEPT = {"contact": "Marker Manager", "senior_lead": "Marker Partner"}


@pytest.fixture
async def desk(client: httpx2.AsyncClient, tokens: Tokens, app: FastAPI) -> Desk:
    desk = await a_desk(client, tokens, app)
    words = {"effect": "Pain", "outcomeSought": "Sorry"}
    issues = [{"summary": "Nobody called"} | words, {"summary": "Nobody came"} | words]
    done = await desk.post("issues", {"issues": issues}, "investigator")
    assert done.status_code == 200, done.text
    return desk


async def naming(desk: Desk, **changes: Any) -> dict[str, Any]:
    issues = [each["id"] for each in (await desk.get("issues"))["items"]]
    return {
        "code": CODE, "name": "Marker Practice", "bodyKind": "nhs", "bound": "regulation_9", "way": "page",
        "issueIds": issues[1:], "contacts": [CONTACT],
    } | changes  # fmt: skip


async def named(desk: Desk) -> str:
    """Name a body that consent covers, and return its contribution."""
    (person,) = (await desk.get("parties"))["items"]
    consent = {"scope": "share_with_body", "giverId": person["id"], "basis": "statutory", "givenOn": "2026-11-18"}
    done = await desk.post("consents", consent | {"body": CODE})
    assert done.status_code == 200, done.text
    done = await desk.post("bodies", await naming(desk))
    assert done.status_code == 200, done.text
    return str((await desk.get("bodies"))["items"][-1]["id"])


async def test_a_body_is_named_and_shown_with_all_that_was_said(desk: Desk, clock: FixedClock) -> None:
    one = await named(desk)
    (shown,) = (await desk.get("bodies"))["items"]
    assert (shown["state"], shown["standing"], shown["openToBody"]) == ("invited", "invited", True)
    assert [issue["number"] for issue in shown["issues"]] == [2]
    assert [(each["kind"], each["keptForBody"]) for each in shown["clocks"]] == [("body_acceptance", True)]
    assert shown["messages"] is None
    heard = {"kind": "accept", "body": ACCEPT, "how": "call", "saidOn": "2026-11-18"}
    done = await desk.post(f"bodies/{one}/messages", heard)
    assert done.status_code == 200, done.text
    assert code_of(await desk.post(f"bodies/{one}/messages", heard)) == (409, "nothing_changes")
    shown = await desk.get(f"bodies/{one}")
    said = {(each["direction"], each["kind"], each["via"]) for each in shown["messages"]}
    assert {("out", "invitation", None), ("in", "accept", "recorded")} <= said
    assert (shown["state"], shown["acceptedOn"]) == ("accepted", "2026-11-18")


async def test_an_overdue_body_is_shown_as_overdue(desk: Desk, clock: FixedClock) -> None:
    one = await named(desk)
    clock.instant = datetime(2027, 1, 4, 10, tzinfo=UTC)
    shown = await desk.get(f"bodies/{one}")
    assert (shown["state"], shown["standing"], shown["overdue"], shown["escalated"]) == (
        "invited", "overdue", True, False,
    )  # fmt: skip


async def test_whoever_may_see_no_words_sees_none(desk: Desk) -> None:
    one = await named(desk)
    shown = await desk.get(f"bodies/{one}", role="operator")
    assert (shown["contacts"][0]["name"], shown["messages"][0]["body"]) == (None, None)
    assert "Marker Manager" not in str(shown)


async def test_a_stranger_sees_nothing_and_names_nobody(desk: Desk) -> None:
    one = await named(desk)
    for path in ("bodies", f"bodies/{one}"):
        place = f"/v1/complaints/{desk.reference}/{path}"
        answer = await desk.client.get(place, headers=desk.tokens.headers("handler", organisation=BIRCH.id))
        assert answer.status_code == 404
    assert code_of(await desk.post("bodies", await naming(desk), role="auditor")) == (403, "forbidden")
    place = f"/v1/complaints/{desk.reference}/bodies/{uuid4()}"
    assert (await desk.client.get(place, headers=desk.tokens.headers("handler"))).status_code == 404
    assert code_of(await desk.post(f"bodies/{uuid4()}", {"reason": "x", "bound": "voluntary"})) == (
        409, "unknown_contribution",
    )  # fmt: skip


@pytest.mark.parametrize(
    "wrong",
    [
        {"code": "no code"}, {"code": "x" * 65}, {"way": "carrier_pigeon"}, {"issueIds": []}, {"bound": "perhaps"},
        {"contacts": [CONTACT | {"email": "nobody"}]}, {"contacts": [CONTACT | {"role": "porter"}]},
    ],
)  # fmt: skip
async def test_what_is_malformed_is_turned_away(desk: Desk, wrong: dict[str, Any]) -> None:
    assert (await desk.post("bodies", await naming(desk, **wrong))).status_code == 422


async def test_a_refused_consent_is_said_alone_and_splits_the_case(desk: Desk) -> None:
    done = await desk.post("bodies", await naming(desk))
    assert done.status_code == 200, done.text
    (shown,) = (await desk.get("bodies"))["items"]
    assert (shown["state"], shown["openToBody"]) == ("consent_blocked", False)
    both = {"reason": "She said no.", "consentRefusedOn": "2026-11-18", "bound": "voluntary"}
    assert (await desk.post(f"bodies/{shown['id']}", both)).status_code == 422
    del both["bound"]
    assert (await desk.post(f"bodies/{shown['id']}", both)).status_code == 200
    (shown,) = (await desk.get("bodies"))["items"]
    assert (shown["splitCause"], shown["splitOn"]) == ("refused", "2026-11-18")


async def test_a_message_that_the_database_cannot_hold_is_turned_away(desk: Desk) -> None:
    one = await named(desk)
    for body in ({"contact": "a\x00b"}, {"a": {"b": ["\ud800"]}}):
        heard = {"kind": "accept", "body": body, "how": "call", "saidOn": "2026-11-18"}
        headers = desk.tokens.headers("handler") | {"content-type": "application/json"}
        content = json.dumps(heard).encode()
        place = f"/v1/complaints/{desk.reference}/bodies/{one}/messages"
        assert (await desk.client.post(place, content=content, headers=headers)).status_code == 422
