"""Whether a complaint is handled, and its codes, over HTTP, with the case file's own verdicts behind it."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import httpx2
import psycopg
import pytest
from fastapi import FastAPI

from tests.api.people import ACORN, BIRCH, Tokens
from tests.api.test_corrections import Desk, a_desk, code_of, share

pytestmark = pytest.mark.at_once

MANAGER = "complaints_manager"
DECLINED = {"code": "employment", "reasons": "It is about the rota of the staff.", "decidedOn": "2026-11-18"}
WAIVED = {"waived": True, "findings": ["good_reasons", "still_fair"], "happenedOn": "2024-11-18"}


@pytest.fixture
async def desk(client: httpx2.AsyncClient, tokens: Tokens, app: FastAPI) -> Desk:
    return await a_desk(client, tokens, app)


async def test_a_complaint_is_declined_by_a_manager_and_the_decision_can_be_read(desk: Desk) -> None:
    assert code_of(await desk.post("exclusion", DECLINED)) == (403, "forbidden")
    nobody = await desk.post("exclusion", DECLINED, MANAGER, subject="a-machine")
    assert code_of(nobody) == (403, "person_needed")
    unknown = await desk.post("exclusion", DECLINED | {"code": "weather"}, MANAGER)
    assert code_of(unknown) == (409, "unknown_exclusion")
    done = await desk.post("exclusion", DECLINED, MANAGER)
    assert (done.status_code, done.json()["stage"], done.json()["open"]) == (200, "not_accepted", False)
    shown = (await desk.get("eligibility"))["exclusion"]
    assert (shown["code"], shown["legalBasis"]) == ("employment", "SI 2009/309 reg 8(1)(b)")
    assert (shown["reasons"], shown["decidedBy"]["name"]) == (DECLINED["reasons"], "complaints_manager of ACORN")
    bare = (await desk.get("eligibility", "operator"))["exclusion"]
    assert (bare["code"], bare["reasons"], bare["decidedBy"]["name"]) == ("employment", None, None)


async def test_a_repeated_decision_gets_the_first_answer_and_another_under_its_key_is_refused(desk: Desk) -> None:
    key = {"key": f"limit-{desk.reference}"}
    first = await desk.post("time-limit", WAIVED, MANAGER, **key)
    again = await desk.post("time-limit", WAIVED, MANAGER, **key)
    assert (first.status_code, again.status_code) == (200, 200), first.text
    other = await desk.post("time-limit", WAIVED | {"reasons": "Another."}, MANAGER, **key)
    assert code_of(other) == (422, "idempotency_key_reused")
    (shown,) = (await desk.get("eligibility"))["timeLimit"]
    assert (shown["state"], shown["limitOn"], shown["receivedOn"]) == ("waived", "2025-11-18", "2026-11-17")
    assert [finding["code"] for finding in shown["findings"]] == ["good_reasons", "still_fair"]
    assert shown["proof"]["steps"][0] == {"what": "happened", "on": "2024-11-18"}


async def test_a_waiver_that_lacks_a_finding_says_which(desk: Desk) -> None:
    answer = await desk.post("time-limit", WAIVED | {"findings": ["good_reasons"]}, MANAGER)
    assert code_of(answer) == (409, "findings_needed")
    assert answer.json()["missing"] == [
        {"code": "still_fair", "title": "It is still possible to investigate effectively and fairly"}
    ]


async def test_standing_and_routes_are_decided_and_read(desk: Desk) -> None:
    (party,) = (await desk.get())["words"]["parties"]
    standing = {"partyId": party["id"], "maySpeak": True, "ground": "asked", "consentBasis": "written"}
    assert code_of(await desk.post("standing", standing)) == (403, "forbidden")
    assert (await desk.post("standing", standing, MANAGER)).status_code == 200
    refused = standing | {"maySpeak": False, "reasons": "She withdrew it."}
    assert (await desk.post("standing", refused, MANAGER)).status_code == 200
    found = {"found": [{"route": "regulator", "advisedOn": "2026-11-18", "words": "The GMC"}]}
    assert (await desk.post("routes", found)).status_code == 200
    shown = await desk.get("eligibility")
    assert [(each["maySpeak"], each["present"]) for each in shown["standing"]] == [(True, False), (False, True)]
    assert (shown["standing"][1]["reasons"], shown["routes"][0]["found"][0]["words"]) == (
        *("She withdrew it.",),
        "The GMC",
    )
    bare = await desk.get("eligibility", "operator")
    assert (bare["standing"][1]["reasons"], bare["routes"][0]["found"][0]["words"]) == (None, None)


WRONG: list[tuple[str, dict[str, Any], str]] = [
    ("exclusion", {"code": "employment", "decidedOn": "2026-11-18"}, "/reasons"),
    ("exclusion", DECLINED | {"decidedOn": "2026-11-19"}, "/decidedOn"),
    ("exclusion", DECLINED | {"code": "No Code"}, "/code"),
    ("time-limit", {"waived": False}, ""),
    ("time-limit", {"waived": "yes"}, "/waived"),
    ("time-limit", WAIVED | {"noticedOn": "2024-11-17"}, ""),
    ("time-limit", WAIVED | {"happenedOn": "2026-11-19"}, "/happenedOn"),
    ("standing", {"partyId": str(uuid4()), "maySpeak": False, "ground": "asked"}, ""),
    ("standing", {"partyId": str(uuid4()), "maySpeak": True, "ground": "nosy"}, "/ground"),
    ("routes", {"found": [{"route": "court of public opinion"}]}, "/found/0/route"),
    ("routes", {"found": [{"route": "claim", "passedOn": True}]}, "/found/0"),
    ("coding", {"site": "a b"}, "/site"),
    ("coding", {"cleared": ["name"]}, "/cleared/0"),
    ("coding", {"shoeSize": 9}, "/shoeSize"),
    ("coding", {"happenedOn": "2026-11-17", "noticedOn": "2026-11-16"}, ""),
]


@pytest.mark.parametrize(("path", "body", "pointer"), WRONG, ids=[f"{path}{place}" for path, _, place in WRONG])
async def test_what_cannot_be_is_refused_with_the_place_that_is_wrong(
    desk: Desk, path: str, body: dict[str, Any], pointer: str
) -> None:
    answer = await desk.post(path, body, MANAGER)
    assert code_of(answer) == (422, "invalid_request")
    assert any(error["pointer"].startswith(pointer) for error in answer.json()["errors"]), answer.text
    assert (await desk.get())["version"] == 1


async def test_codes_are_set_shown_with_what_is_missing_and_suggested(desk: Desk) -> None:
    before = await desk.get("coding")
    assert (before["lists"], before["suggestedAgeBand"], before["ageBand"]) == ("ko41_2025", "age_65_74", None)
    assert [field["code"] for field in before["missing"]] == [field["code"] for field in before["required"]]
    assert [field["code"] for field in before["asked"]] == ["happened_on", "noticed_on"]
    body = {
        "ageBand": "age_56_64",
        "site": "TAK01",
        "subjects": [{"subject": "communications"}],
        "happenedOn": "2026-11-01",
        "equality": {"ethnicity": "mixed"},
    }
    assert (await desk.post("coding", body)).status_code == 200
    after = await desk.get("coding")
    assert (after["ageBand"], after["suggestedAgeBand"]) == ("age_56_64", "age_65_74")
    assert [field["code"] for field in after["missing"]] == ["complainant_status", "service_area", "profession"]
    assert [each["subject"] for each in after["subjects"]] == ["communications"]
    odd = await desk.post("coding", {"serviceArea": "moon"})
    assert (code_of(odd), [each["code"] for each in odd.json()["missing"]]) == ((409, "unknown_code"), ["service_area"])


async def test_what_a_person_said_of_themselves_is_shown_by_no_read(
    desk: Desk, client: httpx2.AsyncClient, tokens: Tokens
) -> None:
    answer = await desk.post("coding", {"equality": {"ethnicity": "mixed", "religion": "sikh"}})
    assert answer.status_code == 200
    headers = tokens.headers(MANAGER)
    here = f"/v1/complaints/{desk.reference}"
    (said,) = [
        event["submissionId"] if "submissionId" in event else event.get("actId")
        for event in (await desk.get("timeline"))["items"]
        if event["kind"] == "coding.set"
    ]
    paths = [here, f"{here}/coding", f"{here}/timeline", f"{here}/eligibility", f"/v1/submissions/{said}"]
    for path in paths:
        shown = await client.get(path, headers=headers)
        assert shown.status_code == 200, path
        assert "mixed" not in shown.text and "sikh" not in shown.text, path
    assert (await desk.get("coding"))["equalityRecorded"] is True


async def test_another_organisation_reads_decisions_through_a_share_and_nothing_without_and_changes_nothing(
    desk: Desk, client: httpx2.AsyncClient, tokens: Tokens, migrator: psycopg.Connection[Any]
) -> None:
    await desk.post("time-limit", WAIVED, MANAGER)
    await desk.post("coding", {"site": "TAK01", "equality": {"sex": "female"}})
    theirs = tokens.headers(MANAGER, organisation=BIRCH.id)
    here = f"/v1/complaints/{desk.reference}"
    for path in ("eligibility", "coding"):
        assert (await client.get(f"{here}/{path}", headers=theirs)).status_code == 404
    bodies: dict[str, Any] = {
        "exclusion": DECLINED,
        "time-limit": WAIVED,
        "routes": {"found": []},
        "coding": {"site": "TAK01"},
    }
    for path, body in bodies.items():
        stranger = await client.post(
            f"{here}/{path}", json=body, headers=tokens.headers(MANAGER, organisation=BIRCH.id)
        )
        assert code_of(stranger) == (404, "not_found"), path
    share(migrator, desk.reference, BIRCH)
    shared = (await client.get(f"{here}/eligibility", headers=theirs)).json()
    assert [each["state"] for each in shared["timeLimit"]] == ["waived"]
    coding = (await client.get(f"{here}/coding", headers=theirs)).json()
    assert (coding["site"], coding["equalityRecorded"]) == ("TAK01", False)
    meddling = await client.post(
        f"{here}/exclusion", json=DECLINED, headers=tokens.headers(MANAGER, organisation=BIRCH.id)
    )
    assert code_of(meddling) == (403, "not_your_complaint")


async def test_the_lists_in_force_say_how_certain_they_are(client: httpx2.AsyncClient, tokens: Tokens) -> None:
    answer = await client.get("/v1/codes", headers=tokens.headers("auditor"))
    assert answer.status_code == 200
    (lists,) = [each for each in answer.json()["items"] if each["name"] == "ko41_2025"]
    assert (lists["effectiveFrom"], lists["version"]) == ("2022-04-01", 1)
    status = next(each for each in lists["lists"] if each["field"] == "complainant_status")
    assert (status["certainty"], status["codes"][0]) == (
        *("unverified",),
        {"code": "patient", "title": "Patient", "certainty": None, "of": None, "least": None, "most": None},
    )


async def test_before_it_is_opened_nothing_is_decided_or_coded(
    client: httpx2.AsyncClient, tokens: Tokens, app: FastAPI
) -> None:
    app.state.parts.engine.away = True
    body = {
        "channel": "written",
        "receivedOn": "2026-11-17",
        "summary": "S",
        "narrative": "N",
        "complainant": {"name": "Una"},
        "ownerId": str(ACORN.person("handler")),
    }
    logged = await client.post("/v1/complaints", json=body, headers=tokens.headers("handler"))
    await app.state.parts.starts.idle()
    here = logged.headers["location"]
    for path in ("eligibility", "coding"):
        shown = await client.get(f"{here}/{path}", headers=tokens.headers("handler"))
        assert shown.status_code == 200, shown.text
