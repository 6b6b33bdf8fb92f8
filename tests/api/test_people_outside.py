"""The people outside, what they need and what they were told, over HTTP with the case file's own verdicts."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import httpx2
import psycopg
import pytest
from fastapi import FastAPI

from tests.api.people import ACORN, BIRCH, Tokens, a_complaint, log
from tests.api.test_corrections import Desk, a_desk, code_of, share

pytestmark = pytest.mark.at_once

SAM = {"role": "advocate", "name": "Sam Speaker", "email": "sam@sample.example", "consentBasis": "written"}
NEEDS = {
    "unsafe": ["no_post", "no_voicemail"],
    "unsafeWords": "Not before her partner.",
    "formats": ["large_print"],
    "language": "cy",
    "adjustments": "Needs time.",
}


@pytest.fixture
async def desk(client: httpx2.AsyncClient, tokens: Tokens, app: FastAPI) -> Desk:
    return await a_desk(client, tokens, app)


async def party(desk: Desk, role: str) -> dict[str, Any]:
    (found,) = [each for each in (await desk.get("parties"))["items"] if each["role"] == role]
    return dict(found)


async def test_somebody_joins_and_leaves_and_is_shown_either_way(desk: Desk) -> None:
    key = {"key": f"party-{desk.reference}"}
    assert [(await desk.post("parties", SAM, **key)).status_code for _ in range(2)] == [200, 200]
    assert code_of(await desk.post("parties", SAM | {"name": "Another"}, **key)) == (422, "idempotency_key_reused")
    sam = await party(desk, "advocate")
    assert (sam["name"], sam["retiredAt"], sam["needs"]) == ("Sam Speaker", None, None)
    assert [each["role"] for each in (await desk.get())["words"]["parties"]] == ["advocate", "complainant"]
    left = await desk.post(f"parties/{sam['id']}/retirement", {"cause": "no_longer_represents"})
    assert left.status_code == 200, left.text
    assert (await party(desk, "advocate"))["retiredCause"] == "no_longer_represents"
    assert [each["role"] for each in (await desk.get())["words"]["parties"]] == ["complainant"]
    assert code_of(await desk.post(f"parties/{sam['id']}/retirement", {"cause": "left"})) == (409, "unknown_party")


async def test_the_card_shows_first_what_is_not_safe_and_its_words_to_those_who_may_read_them(desk: Desk) -> None:
    assert (await desk.get())["contact"] == []
    pat = (await party(desk, "complainant"))["id"]
    answer = await desk.post(f"parties/{pat}/needs", NEEDS)
    assert answer.status_code == 200, answer.text
    (card,) = answer.json()["contact"]
    assert list(card)[2:4] == ["unsafe", "unsafeWords"]
    assert (card["unsafe"], card["unsafeWords"], card["language"]) == (
        *(NEEDS["unsafe"], "Not before her partner."),
        "cy",
    )
    for (seen,) in ((await desk.get("", "operator"))["contact"], [(await party_as(desk, "operator"))["needs"]]):
        assert (seen["unsafe"], seen["unsafeWords"], seen["adjustments"]) == (NEEDS["unsafe"], None, None)
    shown = (await party(desk, "complainant"))["needs"]
    assert (shown["version"], shown["adjustments"], shown["formats"]) == (1, "Needs time.", ["large_print"])
    assert code_of(await desk.post(f"parties/{pat}/needs", NEEDS)) == (409, "nothing_changes")


async def party_as(desk: Desk, role: str) -> dict[str, Any]:
    (found,) = (await desk.get("parties", role))["items"]
    assert found["name"] is None and found["email"] is None
    return dict(found)


WRONG: list[tuple[str, dict[str, Any]]] = [
    ("parties/{id}/needs", NEEDS | {"preferredChannel": "letter"}),
    ("parties/{id}/needs", {"language": "Welsh!"}),
    ("parties/{id}/needs", {"formats": ["papyrus"]}),
    ("parties/{id}/needs", {"unsafe": "no_post"}),
    ("parties", SAM | {"role": "complainant"}),
    ("parties", {"role": "witness"}),
    ("parties", SAM | {"needs": {"copies": "yes"}}),
    ("parties/{id}/retirement", {"cause": "died"}),
    ("statements", {"statements": []}),
    ("statements", {"statements": ["advocacy"]}),
    ("statements", {"statements": ["advocacy"], "givenOn": "2026-11-18"}),
    ("statements", {"statements": ["advocacy"], "givenOn": "2026-11-19", "method": "call"}),
]


@pytest.mark.parametrize(("path", "body"), WRONG)
async def test_what_makes_no_sense_is_refused_at_the_door(desk: Desk, path: str, body: dict[str, Any]) -> None:
    pat = (await party(desk, "complainant"))["id"]
    answer = await desk.post(path.format(id=pat), body)
    assert code_of(answer) == (422, "invalid_request")
    assert "Speaker" not in answer.text


async def test_strangers_and_those_who_only_read_change_nothing(
    desk: Desk, tokens: Tokens, client: httpx2.AsyncClient, app: FastAPI, migrator: psycopg.Connection[Any]
) -> None:
    pat = (await party(desk, "complainant"))["id"]
    for path in ("parties", "statements"):
        headers = tokens.headers("handler", organisation=BIRCH.id)
        assert (await client.get(f"/v1/complaints/{desk.reference}/{path}", headers=headers)).status_code == 404
    assert code_of(await desk.post("parties", SAM, "auditor"))[0] == 403
    assert code_of(await desk.post("parties", SAM, "handler", organisation=BIRCH.id)) == (404, "not_found")
    share(migrator, desk.reference, BIRCH)
    assert code_of(await desk.post(f"parties/{pat}/needs", NEEDS, organisation=BIRCH.id)) == (403, "not_your_complaint")
    other = await log(client, tokens, app)
    elsewhere = Desk(client, tokens, other["reference"])
    assert code_of(await elsewhere.post(f"parties/{pat}/needs", NEEDS)) == (409, "unknown_party")


async def test_what_they_need_is_said_with_the_complaint_and_goes_with_it_when_it_is_taken_up_again(
    client: httpx2.AsyncClient, tokens: Tokens, app: FastAPI
) -> None:
    complainant = a_complaint()["complainant"] | {"needs": NEEDS}
    logged = await log(client, tokens, app, complainant=complainant, ownerId=str(ACORN.person("handler")))
    desk = Desk(client, tokens, logged["reference"])
    assert (await party(desk, "complainant"))["needs"]["unsafe"] == NEEDS["unsafe"]
    await desk.withdraw()
    again = {key: value for key, value in a_complaint().items() if key != "complainant"}
    answer = await desk.post("reopening", again)
    assert answer.status_code == 201, answer.text
    await app.state.parts.starts.idle()
    reopened = Desk(client, tokens, answer.json()["reference"])
    shown = (await party(reopened, "complainant"))["needs"]
    assert (shown["unsafe"], shown["unsafeWords"], shown["language"]) == (
        *(NEEDS["unsafe"], "Not before her partner."),
        "cy",
    )


async def test_what_shows_that_the_statements_were_given_is_listed_with_what_is_missing(desk: Desk) -> None:
    assert (await desk.get("statements")) == {"missing": ["advocacy", "non_detriment"], "items": []}
    said = {"statements": ["advocacy"], "givenOn": "2026-11-18", "method": "call"}
    assert (await desk.post("statements", said)).status_code == 200
    shown = await desk.get("statements")
    assert (shown["missing"], shown["items"][0]["how"], shown["items"][0]["recordedBy"]["name"]) == (
        *(["non_detriment"], "call"),
        "handler of ACORN",
    )
    assert code_of(await desk.post("statements", said | {"contactId": str(uuid4())})) == (422, "invalid_request")


async def test_an_organisation_has_words_of_its_own_in_versions(client: httpx2.AsyncClient, tokens: Tokens) -> None:
    place = "/v1/organisation/statements"

    async def put(words: Any, role: str = "complaints_manager") -> httpx2.Response:
        body = {"advocacy": words, "nonDetriment": None}
        return await client.put(place, json=body, headers=tokens.headers(role, organisation=BIRCH.id))

    def reading() -> dict[str, str]:
        return tokens.headers("handler", organisation=BIRCH.id)

    assert (await put("Ours.", "handler")).status_code == 403
    versions = [(await put(words)).json()["version"] for words in ("Ours.", "Ours.", "Still ours.")]
    assert versions == [1, 1, 2]
    shown = (await client.get(place, headers=reading())).json()
    assert (shown["advocacy"], shown["nonDetriment"], shown["version"]) == ("Still ours.", None, 2)
    assert (await client.get(place, headers=tokens.headers("handler"))).json()["version"] == 0
    assert (await put("")).status_code == 422
    assert (await put(None)).json()["advocacy"] is None
    ours = (await client.get(place, headers=reading())).json()
    assert ours["said"]["advocacy"] not in ("", "Still ours.") and "NHS" in ours["said"]["advocacy"]
    assert (await put("Once more.")).json()["said"]["advocacy"] == "Once more."
    assert ours["said"]["nonDetriment"].startswith("Making a complaint will not affect")


async def test_whoever_complains_for_another_says_why_they_may(
    client: httpx2.AsyncClient, tokens: Tokens, app: FastAPI
) -> None:
    speaks = {"ground": "asked", "consentBasis": "written", "relation": "daughter"}
    complainant = a_complaint()["complainant"] | speaks
    logged = await log(client, tokens, app, complainant=complainant, affected={"name": "Mum Sample"})
    found = await party(Desk(client, tokens, logged["reference"]), "complainant")
    assert {name: found[name] for name in speaks} == speaks
    for wrong in ({"ground": "because"}, {"consentBasis": "hearsay"}):
        body = a_complaint(complainant=a_complaint()["complainant"] | wrong)
        answer = await client.post("/v1/complaints", json=body, headers=tokens.headers("handler"))
        assert code_of(answer) == (422, "invalid_request")


async def test_what_was_taken_back_is_not_agreed_to_again_by_taking_a_complaint_up_again(
    client: httpx2.AsyncClient, tokens: Tokens, app: FastAPI
) -> None:
    speaks = {"ground": "asked", "consentBasis": "written"}
    complainant = a_complaint()["complainant"] | speaks
    handler = {"ownerId": str(ACORN.person("handler"))}
    logged = await log(client, tokens, app, complainant=complainant, affected={"name": "Mum Sample"}, **handler)
    desk = Desk(client, tokens, logged["reference"])
    mum, una = (await party(desk, "affected"))["id"], (await party(desk, "complainant"))["id"]
    consent = {"scope": "represent", "giverId": mum, "recipientId": una, "basis": "statutory", "givenOn": "2026-11-18"}
    assert (await desk.post("consents", consent)).status_code == 200
    (given,) = (await desk.get("consents"))["items"]
    back = {"withdrawnOn": "2026-11-18", "withdrawnBy": mum, "how": "call"}
    assert (await desk.post(f"consents/{given['id']}/withdrawal", back)).status_code == 200
    await desk.withdraw()
    again = {key: value for key, value in a_complaint().items() if key != "complainant"}
    answer = await desk.post("reopening", again)
    await app.state.parts.starts.idle()
    reopened = Desk(client, tokens, answer.json()["reference"])
    assert (await party(reopened, "complainant"))["consentBasis"] == "none"


async def test_who_is_named_again_needs_what_they_needed(
    client: httpx2.AsyncClient, tokens: Tokens, app: FastAPI
) -> None:
    una = a_complaint()["complainant"]
    logged = await log(client, tokens, app, complainant=una | {"needs": NEEDS}, ownerId=str(ACORN.person("handler")))
    desk = Desk(client, tokens, logged["reference"])
    await desk.withdraw()
    answer = await desk.post("reopening", a_complaint())
    await app.state.parts.starts.idle()
    needs = (await party(Desk(client, tokens, answer.json()["reference"]), "complainant"))["needs"]
    assert needs["unsafe"] == NEEDS["unsafe"]
