"""Candour over HTTP: who may say what, what is shown to whom, and keys that are honoured."""

from __future__ import annotations

from typing import Any

import httpx2
import psycopg
import pytest
from fastapi import FastAPI

from tests.api.people import BIRCH, Tokens
from tests.api.test_corrections import Desk, a_desk, code_of, share

pytestmark = pytest.mark.at_once

FLAG = {"words": "A dose was given twice.", "becameKnownOn": "2026-11-18"}
ASSESS = {"notifiable": True, "harm": "severe", "reasons": "She went back to theatre."}
ELEMENTS = [{"code": code, "words": f"The {code}."} for code in ("account", "enquiries", "results", "apology")]
TELL = {"toldOn": "2026-11-18", "how": "in_person", "elements": ELEMENTS, "record": "We sat with her."}
LETTER = {"kind": "written", "elements": ELEMENTS, "enquiries": [{"what": "The chart", "dueOn": "2026-12-18"}]}


@pytest.fixture
async def desk(client: httpx2.AsyncClient, tokens: Tokens, app: FastAPI) -> Desk:
    return await a_desk(client, tokens, app)


async def incident_of(desk: Desk) -> str:
    assert (await desk.post("incidents", FLAG)).status_code == 200
    (shown,) = (await desk.get("incidents"))["items"]
    return str(shown["id"])


def words_in(shown: Any) -> set[str]:
    """Return every text of what was shown that somebody wrote."""
    if isinstance(shown, dict):
        return set().union(*(words_in(each) for each in shown.values())) if shown else set()
    if isinstance(shown, list):
        return set().union(*(words_in(each) for each in shown)) if shown else set()
    return {shown} if isinstance(shown, str) and " " in shown else set()


async def test_an_incident_is_shown_with_all_that_was_said_and_clocks_that_no_law_counts(desk: Desk) -> None:
    incident = await incident_of(desk)
    path = f"incidents/{incident}"
    assert (await desk.post(f"{path}/assessment", ASSESS, "complaints_manager")).status_code == 200
    assert (await desk.post(f"{path}/attempts", {"triedOn": "2026-11-18", "how": "call", "outcome": "no_answer",
                                                 "words": "It rang out."})).status_code == 200  # fmt: skip
    assert (await desk.post(f"{path}/telling", TELL)).status_code == 200
    assert (await desk.post(f"{path}/support", {"what": "A nurse", "offeredOn": "2026-11-18"})).status_code == 200
    assert (await desk.post(f"{path}/letters", LETTER)).status_code == 200
    (shown,) = (await desk.get("incidents"))["items"]
    assert (shown["state"], shown["rules"], shown["notifiable"], shown["threshold"]) == (
        "told_in_person", "england", True, "severe",
    )  # fmt: skip
    told, letter = sorted(shown["notices"], key=lambda each: each["kind"])
    assert (told["kind"], told.get("letterState"), told["givenOn"]) == ("in_person", None, "2026-11-18")
    assert (letter["kind"], letter["letterState"], letter.get("givenOn")) == ("written", "draft", None)
    assert [each["code"] for each in told["elements"]] == ["account", "enquiries", "results", "apology"]
    assert shown["flaggedBy"]["name"] is not None
    assert shown["attempts"][0]["words"] == "It rang out." and shown["support"][0]["what"] == "A nurse"
    assert shown["enquiries"][0]["what"] == "The chart" and shown["enquiries"][0].get("announcedOn") is None
    assert {each["kind"]: each["state"] for each in shown["clocks"]} == {
        "candour_assessment": "met", "candour_notice": "met", "candour_support": "met", "candour_written": "running",
    }  # fmt: skip
    assert all("no number of days" in each["legalBasis"] for each in shown["clocks"])
    # The operator reads codes and days, and not one word of anybody; titles and bases are ours.
    (bare,) = (await desk.get("incidents", "operator"))["items"]
    assert words_in(bare) == {each[name] for each in bare["clocks"] for name in ("title", "legalBasis")}
    assert len(bare["notices"]) == 2


async def test_only_whoever_may_decide_assesses_and_ends_it(desk: Desk) -> None:
    incident = await incident_of(desk)
    for path, body in (("assessment", ASSESS), ("end", {"cause": "done"})):
        assert (await desk.post(f"incidents/{incident}/{path}", body, "handler")).status_code == 403
    assert (await desk.post(f"incidents/{incident}/telling", TELL)).json()["code"] == "not_assessed"
    assert (await desk.post("incidents", FLAG, "auditor")).status_code == 403


BAD: list[tuple[str, dict[str, Any]]] = [
    ("telling", TELL | {"elements": [*ELEMENTS, ELEMENTS[0]]}),
    ("telling", TELL | {"toldOn": "2999-01-01"}),
    ("telling", TELL | {"elements": [{"code": "sorrow", "words": "x"}]}),
    ("attempts", {"triedOn": "2026-11-18", "how": "call", "outcome": "no_answer", "altogether": True}),
    ("letters", LETTER | {"enquiryIds": ["019a2037-5e5b-774d-8f3f-f4f0af18ca65"]}),
    ("support", {"what": " ", "offeredOn": "2026-11-18"}),
]


async def test_what_cannot_be_is_refused(desk: Desk) -> None:
    incident = await incident_of(desk)
    for path, body in BAD:
        refused = await desk.post(f"incidents/{incident}/{path}", body)
        assert refused.status_code == 422, (path, refused.text)


async def test_what_is_missing_is_named_by_its_code(desk: Desk) -> None:
    incident = await incident_of(desk)
    assert (await desk.post(f"incidents/{incident}/assessment", ASSESS, "complaints_manager")).status_code == 200
    refused = await desk.post(f"incidents/{incident}/telling", TELL | {"elements": ELEMENTS[:1], "record": None})
    assert code_of(refused) == (409, "elements_missing")
    assert [each["code"] for each in refused.json()["missing"]] == ["enquiries", "apology", "record"]


async def test_another_body_finds_no_incident_and_a_share_shows_none(
    desk: Desk, migrator: psycopg.Connection[Any]
) -> None:
    incident = await incident_of(desk)
    strange = "019a2037-5e5b-774d-8f3f-f4f0af18ca65"
    assert code_of(await desk.post(f"incidents/{strange}/telling", TELL)) == (409, "unknown_incident")
    place = f"incidents/{incident}/telling"
    assert (await desk.post(place, TELL, organisation=BIRCH.id)).status_code == 404
    share(migrator, desk.reference, BIRCH)
    assert (await desk.get("incidents", organisation=BIRCH.id))["items"] == []


async def test_a_key_is_honoured(desk: Desk) -> None:
    key = {"Idempotency-Key": "one-flag"}
    headers = desk.tokens.headers("handler") | key
    place = f"/v1/complaints/{desk.reference}/incidents"
    for _ in range(2):
        assert (await desk.client.post(place, json=FLAG, headers=headers)).status_code == 200
    assert len((await desk.get("incidents"))["items"]) == 1
    other = await desk.client.post(place, json=FLAG | {"words": "Another."}, headers=headers)
    assert other.status_code == 422
