"""Intake over HTTP, with the case file's own verdicts behind it: what comes in, and what becomes of it."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import httpx2
import pytest
from fastapi import FastAPI

from tests.api.people import BIRCH, Tokens, a_complaint

pytestmark = pytest.mark.at_once

MP = {"role": "mp", "name": "Sam Member", "email": "sam@parliament.example", "consentBasis": "implied_constituent"}
FULL: dict[str, Any] = {
    "matter": "complaint",
    "source": "mp",
    "happenedOn": "2008-06-01",
    "noticedOn": "2026-10-01",
    "firstContactOn": "2026-11-16",
    "complainant": {"name": "Una Sample", "email": "una@sample.example", "nhsNumber": "943 476 5919"},
    "affected": {"name": "Old Sample", "bornOn": "1930-02-03", "diedOn": "2026-09-30"},
    "parties": [MP, {"role": "advocate", "name": "Ann Voice", "relation": "advocate", "ground": "asked"}],
}
CONVERSION = {"receivedOn": "2026-11-18", "channel": "written"}
EXEMPTION = {"resolvedOn": "2026-11-18", "satisfied": True, "summary": "The meal was brought, with an apology."}


class Front:
    """Somebody who takes in what comes."""

    def __init__(self, client: httpx2.AsyncClient, tokens: Tokens, app: FastAPI) -> None:
        self.client, self.tokens, self.app = client, tokens, app

    async def try_log(self, role: str = "handler", **changes: Any) -> httpx2.Response:
        return await self.client.post("/v1/complaints", json=a_complaint(**changes), headers=self.tokens.headers(role))

    async def log(self, **changes: Any) -> str:
        answer = await self.try_log(**changes)
        assert answer.status_code == 201, answer.text
        await self.app.state.parts.starts.idle()
        return str(answer.json()["reference"])

    async def say(self, reference: str, path: str, body: Any, role: str = "handler", **more: Any) -> httpx2.Response:
        headers = self.tokens.headers(role, **more)
        return await self.client.post(f"/v1/complaints/{reference}/{path}", json=body, headers=headers)

    async def get(self, path: str, role: str = "handler", **params: Any) -> httpx2.Response:
        return await self.client.get(f"/v1{path}", params=params, headers=self.tokens.headers(role))

    async def shown(self, reference: str, path: str = "", role: str = "handler") -> Any:
        answer = await self.get(f"/complaints/{reference}{path}", role)
        assert answer.status_code == 200, answer.text
        return answer.json()


@pytest.fixture
def front(client: httpx2.AsyncClient, tokens: Tokens, app: FastAPI) -> Front:
    return Front(client, tokens, app)


async def test_everything_said_at_intake_is_read_before_it_is_opened_and_after(front: Front) -> None:
    front.app.state.parts.engine.away = True
    answer = await front.try_log(**FULL)
    assert answer.status_code == 201, answer.text
    reference = answer.json()["reference"]
    await front.app.state.parts.starts.idle()
    before = await front.shown(reference)
    front.app.state.parts.engine.away = False
    await front.say(reference, "notes", {"words": "Now it can be opened."})
    after = await front.shown(reference)
    assert (before["opened"], after["opened"]) == (False, True)
    for shown in (before, after):
        assert {name: shown[name] for name in ("matter", "source", "happenedOn", "noticedOn", "firstContactOn")} == {
            name: FULL[name] for name in ("matter", "source", "happenedOn", "noticedOn", "firstContactOn")
        }
        people = {party["role"]: party for party in shown["words"]["parties"]}
        assert people["complainant"]["nhsNumber"] == "9434765919"
        assert people["affected"]["diedOn"] == "2026-09-30"
        assert people["mp"]["consentBasis"] == "implied_constituent"
        assert (people["advocate"]["relation"], people["advocate"]["ground"]) == ("advocate", "asked")
    assert (await front.shown(reference, role="operator"))["words"] is None


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"happenedOn": "2026-11-10", "noticedOn": "2026-11-09"}, "/noticedOn"),
        ({"happenedOn": "2026-11-18"}, "/happenedOn"),  # received the day before
        ({"noticedOn": "2026-11-18"}, "/noticedOn"),
        ({"firstContactOn": "2026-11-18"}, "/firstContactOn"),
        ({"receivedOn": "2026-11-19"}, "/receivedOn"),
        ({"source": "mp"}, "/parties"),
        ({"source": "representative", "parties": [MP]}, "/parties"),
        ({"parties": [{"role": "complainant", "name": "A second one"}]}, "/parties/0/role"),
        ({"parties": [{"role": "mp"}]}, "/parties/0/name"),
        ({"parties": [{**MP, "consentBasis": "telepathy"}]}, "/parties/0/consentBasis"),
        ({"matter": "grumble"}, "/matter"),
        ({"complainant": {"name": "Una", "nhsNumber": "943 476 5918"}}, "/complainant/nhsNumber"),
        ({"complainant": {"name": "Una", "diedOn": "2026-01-01"}}, "/complainant/diedOn"),
        ({"affected": {"name": "Old", "bornOn": "1990-01-01", "diedOn": "1989-12-31"}}, "/affected/diedOn"),
        ({"affected": {"name": "Old", "diedOn": "2026-11-19"}}, "/affected/diedOn"),
    ],
)
async def test_what_cannot_be_is_refused_with_its_place(front: Front, changes: dict[str, Any], pointer: str) -> None:
    answer = await front.try_log(**changes)
    assert answer.status_code == 422, answer.text
    assert answer.json()["errors"][0]["pointer"] == pointer
    assert "943 476" not in answer.text


async def test_a_concern_is_converted_and_shown_under_its_procedure(front: Front) -> None:
    reference = await front.log(matter="concern", receivedOn="2026-11-12")
    shown = await front.shown(reference)
    assert (shown["procedure"], "conversion" in shown["allowed"]) == ("informal-contacts", True)
    answer = await front.say(reference, "conversion", CONVERSION)
    assert answer.status_code == 200, answer.text
    shown = answer.json()
    assert (shown["matter"], shown["procedure"], shown["procedureVersion"]) == ("complaint", "nhs-england-2009", 2)
    assert (shown["firstContactOn"], shown["receivedOn"]) == ("2026-11-12", "2026-11-18")
    assert "acknowledgement" in shown["allowed"] and "conversion" not in shown["allowed"]
    clocks = {each["kind"]: each for each in (await front.shown(reference, "/clocks"))["items"]}
    assert clocks["answer"]["state"] == "stopped"
    # Wednesday 18 November 2026: three working days on it is Monday.
    assert (clocks["acknowledgement"]["startedOn"], clocks["acknowledgement"]["dueOn"]) == ("2026-11-18", "2026-11-23")
    again = await front.say(reference, "conversion", CONVERSION)
    assert (again.status_code, again.json()["code"]) == (409, "not_in_this_stage")


async def test_a_conversion_said_twice_under_one_key_is_one_and_another_version_is_stale(front: Front) -> None:
    reference = await front.log(matter="concern")
    stale = {**front.tokens.headers("handler"), "If-Match": '"7"'}
    answer = await front.client.post(f"/v1/complaints/{reference}/conversion", json=CONVERSION, headers=stale)
    assert (answer.status_code, answer.json()["code"]) == (412, "stale_version")
    first = await front.say(reference, "conversion", CONVERSION, key=f"conversion {reference}".replace(" ", "-"))
    again = await front.say(reference, "conversion", CONVERSION, key=f"conversion-{reference}")
    assert (first.status_code, again.status_code, again.json()["version"]) == (200, 200, first.json()["version"])
    other = await front.say(reference, "conversion", {**CONVERSION, "channel": "oral"}, key=f"conversion-{reference}")
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")


async def test_a_closed_concern_is_taken_up_again_as_a_complaint_with_its_first_contact_and_its_people(
    front: Front,
) -> None:
    reference = await front.log(matter="feedback", receivedOn="2026-11-12", parties=[MP], source="mp")
    (reply,) = [each for each in (await front.shown(reference, "/notices"))["items"] if each["state"] == "draft"]
    assert (await front.say(reference, "closure", {})).json()["code"] == "unreleased_drafts"
    assert (await front.say(reference, f"notices/{reply['id']}/release", {})).status_code == 200
    assert (await front.say(reference, "closure", {})).status_code == 200
    refused = await front.say(reference, "conversion", CONVERSION)
    assert (refused.status_code, refused.json()["code"]) == (409, "complaint_closed")
    body = {key: a_complaint()[key] for key in ("channel", "summary", "narrative")} | {"receivedOn": "2026-11-18"}
    answer = await front.say(reference, "reopening", body | {"source": "mp"})
    assert answer.status_code == 201, answer.text
    await front.app.state.parts.starts.idle()
    shown = await front.shown(answer.json()["reference"])
    assert (shown["matter"], shown["firstContactOn"], shown["reopenedFrom"]) == ("complaint", "2026-11-12", reference)
    assert [party["role"] for party in shown["words"]["parties"]] == ["complainant", "mp"]
    nobody = await front.say(reference, "reopening", body | {"source": "advocate"})
    assert (nobody.status_code, nobody.json()["errors"][0]["pointer"]) == (422, "/parties")


async def people_of(front: Front, reference: str) -> dict[str, Any]:
    return {party["role"]: party for party in (await front.shown(reference))["words"]["parties"]}


async def test_who_died_is_not_written_to_when_their_complaint_is_taken_up_again(front: Front) -> None:
    reference = await front.log()
    withdrawal = {"method": "letter", "withdrawnOn": "2026-11-18"}
    assert (await front.say(reference, "withdrawal", withdrawal)).status_code == 200
    dead = (await people_of(front, reference))["complainant"]["id"]
    death = {"partyId": dead, "knownOn": "2026-11-18"}  # on which day they died is not known
    assert (await front.say(reference, "deaths", death)).status_code == 200
    body = {key: a_complaint()[key] for key in ("channel", "summary", "narrative")} | {"receivedOn": "2026-11-18"}
    answer = await front.say(reference, "reopening", body)
    assert answer.status_code == 201, answer.text
    await front.app.state.parts.starts.idle()
    shown = await front.shown(answer.json()["reference"])
    assert shown["waitingOn"] == "successor"
    letters = (await front.shown(answer.json()["reference"], "/notices"))["items"]
    assert {each["state"] for each in letters} == {"withheld"}


async def test_a_complaint_with_which_somebody_else_went_on_can_be_taken_up_again(front: Front) -> None:
    affected = {"name": "Kit Sample"}
    reference = await front.log(affected=affected)
    dead = (await people_of(front, reference))["complainant"]["id"]
    assert (await front.say(reference, "deaths", {"partyId": dead, "knownOn": "2026-11-18"})).status_code == 200
    alex = {"name": "Alex Sample", "relation": "father", "needs": {"unsafe": ["no_voicemail"]}}
    named = {"successor": alex, "reason": "He wants an answer."}
    assert (await front.say(reference, "successor", named)).status_code == 200
    withdrawal = {"method": "letter", "withdrawnOn": "2026-11-18"}
    assert (await front.say(reference, "withdrawal", withdrawal)).status_code == 200
    body = {key: a_complaint()[key] for key in ("channel", "summary", "narrative")} | {"receivedOn": "2026-11-18"}
    answer = await front.say(reference, "reopening", body)
    assert answer.status_code == 201, answer.text
    await front.app.state.parts.starts.idle()
    assert (await front.shown(answer.json()["reference"]))["opened"]
    people = await people_of(front, answer.json()["reference"])
    assert {role: each["name"] for role, each in people.items()} == {
        "complainant": "Alex Sample",
        "affected": "Kit Sample",
    }
    (card,) = (await front.shown(answer.json()["reference"]))["contact"]
    assert card["unsafe"] == ["no_voicemail"]


async def test_an_oral_complaint_is_exempt_and_a_written_one_is_not(front: Front) -> None:
    oral, written = await front.log(channel="oral"), await front.log(channel="written")
    answer = await front.say(oral, "exemption", EXEMPTION)
    assert (answer.status_code, answer.json()["stage"], answer.json()["open"]) == (200, "exempt", False)
    refused = await front.say(written, "exemption", EXEMPTION)
    assert (refused.status_code, refused.json()["code"]) == (409, "not_exempt")
    assert "exemption" in refused.json()["allowed"]


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("conversion", {"receivedOn": "2026-11-19", "channel": "written"}),
        ("conversion", {"receivedOn": "2026-11-18"}),
        ("conversion", {**CONVERSION, "channel": "smoke"}),
        ("exemption", {**EXEMPTION, "summary": "  "}),
        ("exemption", {**EXEMPTION, "satisfied": "yes"}),
        ("exemption", {**EXEMPTION, "resolvedOn": "2026-11-19"}),
        ("links", {"to": "RX1-00000000-0", "kind": "cousins"}),
        ("links", {"to": "RX1-00000000-0", "kind": "common_cause"}),
        ("links", {"to": "RX1-00000000-0", "kind": "related", "group": "G"}),
        ("links", {"to": "RX1-00000000-0", "kind": "common_cause", "group": "Mrs Sample, ward 7"}),
        (f"links/{uuid4()}/removal", {}),
    ],
)
async def test_what_is_not_well_said_is_refused(front: Front, path: str, body: Any) -> None:
    answer = await front.say(await front.log(matter="concern", channel="oral"), path, body)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_request")


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("conversion", CONVERSION),
        ("exemption", EXEMPTION),
        ("links", {"to": "RX1-00000000-0", "kind": "related"}),
        (f"links/{uuid4()}/removal", {"reason": "x"}),
    ],
)
async def test_strangers_find_nothing_and_other_roles_may_not(front: Front, path: str, body: Any) -> None:
    reference = await front.log(matter="concern")
    if not path.startswith("links") or "removal" in path:  # whom a link names is looked up before
        stranger = await front.say(reference, path, body, organisation=BIRCH.id)
        assert (stranger.status_code, stranger.json()["code"]) == (404, "not_found")
    for role in ("investigator", "auditor", "senior_leader"):
        assert (await front.say(reference, path, body, role)).status_code == 403


async def test_links_are_shown_from_both_ends_and_a_group_with_what_came_of_each(front: Front) -> None:
    here, there = await front.log(), await front.log(summary="The lift was broken")
    code = f"LIFT-{uuid4().hex[:8]}"
    said = {"to": there.lower(), "kind": "common_cause", "group": code, "words": "The same lift."}
    answer = await front.say(here, "links", said)
    assert answer.status_code == 200, answer.text
    (mine,) = (await front.shown(here, "/links"))["items"]
    (theirs,) = (await front.shown(there, "/links"))["items"]
    assert (mine["reference"], theirs["reference"], mine["words"]) == (there, here, "The same lift.")
    (without_words,) = (await front.shown(here, "/links", role="operator"))["items"]
    assert (without_words["words"], without_words["linkedBy"]["name"]) == (None, None)

    group = (await front.get(f"/groups/{code}")).json()
    assert {each["reference"]: each["summary"] for each in group["items"]} == {
        here: a_complaint()["summary"],
        there: "The lift was broken",
    }
    assert (await front.get(f"/groups/{code}", role="operator")).json()["items"][0]["summary"] is None
    headers = front.tokens.headers("handler", organisation=BIRCH.id)
    assert (await front.client.get(f"/v1/groups/{code}", headers=headers)).status_code == 404

    removed = await front.say(there, f"links/{mine['id']}/removal", {"reason": "Another lift."})
    assert removed.status_code == 200, removed.text
    assert (await front.shown(here, "/links"))["items"] == []
    assert (await front.get(f"/groups/{code}")).status_code == 404
    again = await front.say(here, f"links/{mine['id']}/removal", {"reason": "Another lift."})
    assert (again.status_code, again.json()["code"]) == (409, "unknown_link")


async def test_a_strangers_complaint_cannot_be_linked_to(front: Front) -> None:
    here = await front.log()
    headers = front.tokens.headers("handler", organisation=BIRCH.id)
    logged = await front.client.post("/v1/complaints", json=a_complaint(), headers=headers)
    await front.app.state.parts.starts.idle()
    for to in (logged.json()["reference"], "ACORN-00000000-0", "nonsense"):
        answer = await front.say(here, "links", {"to": to, "kind": "related"})
        assert answer.status_code == 422, answer.text
        error = answer.json()["errors"][0]
        assert (error["pointer"], error["code"]) == ("/to", "no_such_complaint")


async def test_earlier_complaints_of_somebody_are_found_by_those_who_may_read_words(front: Front) -> None:
    name = f"Quinn {uuid4().hex[:10]}"
    person = {"name": name, "bornOn": "1970-05-06", "nhsNumber": "9434765870"}
    reference = await front.log(complainant=person)
    found = (await front.get("/intake/matches", name=name.upper(), bornOn="1970-05-06")).json()
    (match,) = found["items"]
    assert (match["why"], match["reference"], match["summary"]) == (
        "name_and_birth",
        reference,
        a_complaint()["summary"],
    )
    by_number = (await front.get("/intake/matches", nhsNumber="943 476 5870")).json()["items"]
    assert reference in [each["reference"] for each in by_number]
    by_reference = (await front.get("/intake/matches", reference=reference.lower())).json()["items"]
    assert [(each["why"], each["reference"]) for each in by_reference] == [("reference", reference)]

    assert (await front.get("/intake/matches", role="operator", name=name)).status_code == 403
    headers = front.tokens.headers("handler", organisation=BIRCH.id)
    theirs = await front.client.get("/v1/intake/matches", params={"name": name}, headers=headers)
    assert theirs.json() == {"items": []}


@pytest.mark.parametrize(
    ("params", "pointer"),
    [
        ({}, "/name"),
        ({"bornOn": "1970-05-06"}, "/name"),
        ({"nhsNumber": "9434765918"}, "/nhsNumber"),
        ({"name": "x", "bornOn": "yesterday"}, "/bornOn"),
        ({"name": "a\x00b"}, "/name"),
    ],
)
async def test_a_search_for_nobody_is_refused(front: Front, params: dict[str, str], pointer: str) -> None:
    answer = await front.get("/intake/matches", **params)
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, pointer)
    assert "9434" not in answer.text
