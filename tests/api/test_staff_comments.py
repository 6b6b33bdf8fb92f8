"""The staff complained about over HTTP, with the case file's own verdicts: heard, informed, seeing their own part."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import httpx2
import psycopg
import pytest
from fastapi import FastAPI

from tests.api.fakes import FixedClock
from tests.api.people import ACORN, BIRCH, Tokens
from tests.api.test_corrections import Desk, a_desk, code_of, share
from tests.described import described

pytestmark = pytest.mark.at_once

TODAY = "2026-11-18"
MEMBER: dict[str, Any] = {"subject": "auditor"}  # works here, with no right but to their own part
INVITED = {"invitedOn": TODAY, "about": "allegation", "how": "call", "commentBy": "2026-11-24"}
COMMENT = {"about": "allegation", "words": "I was not on the ward.", "receivedOn": TODAY}
MINE = {"words": "I was on leave that day."}
TOLD = {"about": "progress", "informedOn": TODAY, "how": "call", "words": "We wait for the notes."}
# Who complained, whom it is about, where they live; and who else works on it.
OTHERS = ("Una", "Sample", "una@sample.example", "hearing aids", "drawer", "1961", "handler of", "operator of")


class Part:
    """One complaint with a member of staff in it, and requests about both."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.id = ""

    async def post(self, path: str, body: Any, role: str = "handler", **more: Any) -> httpx2.Response:
        return await self.desk.post(f"staff/{self.id}/{path}", body, role, **more)

    async def say(self, path: str, body: Any, role: str = "handler", **more: Any) -> None:
        answer = await self.post(path, body, role, **more)
        assert answer.status_code == 200, answer.text

    async def comments(self, role: str = "handler", **more: Any) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = (await self.desk.get(f"staff/{self.id}/comments", role, **more))["items"]
        return found

    async def mine(self, path: str = "", **more: Any) -> httpx2.Response:
        headers = self.desk.tokens.headers("colleague", **(MEMBER | more))
        return await self.desk.client.get(f"/v1/my-involvements{path}", headers=headers)

    async def comment(self, body: Any = MINE, **more: Any) -> httpx2.Response:
        headers = self.desk.tokens.headers("colleague", **(MEMBER | more))
        return await self.desk.client.post(f"/v1/my-involvements/{self.id}/comments", json=body, headers=headers)


async def named(desk: Desk, subject: str = "auditor") -> Part:
    """Name somebody, whose supporter is the senior leader."""
    before = {each["id"] for each in (await desk.get("staff"))["items"]}
    body = {"kind": "employed", "personId": str(ACORN.person(subject)), "supporterIs": "line_manager",
            "supporterId": str(ACORN.person("senior_leader"))}  # fmt: skip
    answer = await desk.post("staff", body)
    assert answer.status_code == 200, answer.text
    part = Part(desk)
    (part.id,) = [each["id"] for each in (await desk.get("staff"))["items"] if each["id"] not in before]
    return part


async def told(desk: Desk, subject: str = "auditor") -> Part:
    part = await named(desk, subject)
    await part.say("telling", {"toldOn": TODAY, "how": "in_person"})
    return part


@pytest.fixture
async def desk(client: httpx2.AsyncClient, tokens: Tokens, app: FastAPI) -> Desk:
    return await a_desk(client, tokens, app)


async def test_a_comment_is_shown_with_who_wrote_it_down_and_how_it_was_used(desk: Desk) -> None:
    part = await told(desk)
    await part.say("invitation", INVITED, "investigator")
    await part.say("comments", COMMENT, "senior_leader")
    (comment,) = await part.comments()
    assert (comment["number"], comment["late"], comment["themselves"]) == (1, False, False)
    assert comment["through"]["name"] == "senior_leader of ACORN" and comment["words"] == "I was not on the ward."
    use = {"effect": "partly", "words": "The rota shows both."}
    await part.say(f"comments/{comment['id']}/use", use, "investigator")
    (comment,) = await part.comments()
    assert (comment["effect"], comment["effectWords"], comment["usedOn"]) == ("partly", "The rota shows both.", TODAY)
    (task,) = [each for each in (await desk.get("tasks"))["items"] if each["kind"] == "use_staff_comment"]
    assert (task["state"], task["title"]) == ("done", "Weigh what the member of staff said, and say how it was used")
    (bare,) = await part.comments("operator")
    assert (bare["words"], bare["effectWords"], bare["through"]["name"]) == (None, None, None)


async def test_somebody_involved_sees_their_part_and_nothing_of_anybody_else(desk: Desk) -> None:
    part = await told(desk)
    other = await told(desk, "operator")
    await part.say("invitation", INVITED | {"words": "Were you there?"}, "investigator")
    await part.say("information", TOLD)
    await other.say("comments", COMMENT | {"words": "The auditor did it."}, "senior_leader")
    await desk.post("notes", {"words": "Una Sample rang."}, "handler")
    answer = await part.mine(f"/{part.id}")
    assert answer.status_code == 200, answer.text
    shown = answer.json()
    assert (shown["reference"], shown["state"], shown["stage"]) == (desk.reference, "told", "received")
    assert (shown["supporter"], shown["supporterIs"]) == ("senior_leader of ACORN", "line_manager")
    assert [each["kind"] for each in shown["steps"]] == ["telling", "invitation", "information"]
    assert shown["steps"][1]["words"] == "Were you there?" and shown["steps"][2]["words"] == "We wait for the notes."
    assert {"staff_comment", "staff_update"} <= {each["kind"] for each in shown["clocks"]}
    assert "staff_notice" not in {each["kind"] for each in shown["clocks"]}
    assert shown["respondBy"] == "2027-05-16" and shown["letters"] == [] and shown["comments"] == []
    for words in OTHERS:
        assert words not in answer.text, words
    assert "The auditor did it" not in answer.text
    assert desk.reference in {each["reference"] for each in (await part.mine()).json()["items"]}


async def test_a_letter_is_theirs_to_read_once_it_is_released(desk: Desk) -> None:
    part = await told(desk)
    await part.say("information", TOLD | {"how": "letter"})
    assert (await part.mine(f"/{part.id}")).json()["letters"] == []
    (notice,) = [each for each in (await desk.get("notices"))["items"] if each["template"] == "staff_update"]
    released = await desk.post(f"notices/{notice['id']}/release", {})
    assert released.status_code == 200, released.text
    (letter,) = (await part.mine(f"/{part.id}")).json()["letters"]
    assert "We wait for the notes." in letter["body"]
    assert [each["about"] for each in (await part.mine(f"/{part.id}")).json()["steps"]][-1] == "progress"


async def test_they_say_what_they_want_to_say_and_see_how_it_was_used(desk: Desk) -> None:
    part = await told(desk)
    key = {"key": f"mine-{part.id}"}
    first, again = await part.comment(**key), await part.comment(**key)
    assert (first.status_code, again.status_code) == (200, 200), first.text
    assert code_of(await part.comment({"words": "Something else."}, **key)) == (422, "idempotency_key_reused")
    (comment,) = await part.comments()
    assert (comment["themselves"], comment["through"], comment["receivedOn"]) == (True, None, TODAY)
    await part.say(f"comments/{comment['id']}/use", {"effect": "accepted", "words": "The rota agrees."}, "investigator")
    (seen,) = (await part.mine(f"/{part.id}")).json()["comments"]
    assert (seen["words"], seen["effect"], seen["effectWords"]) == (MINE["words"], "accepted", "The rota agrees.")
    for wrong in ({}, {"words": "  "}, MINE | {"receivedOn": TODAY}, MINE | {"about": "gossip"}):
        assert (await part.comment(wrong)).status_code == 422


async def test_nothing_is_there_for_whoever_was_not_told_or_is_somebody_else(desk: Desk) -> None:
    part = await named(desk)
    deferral = {"reason": "hr", "words": "They are ill.", "reviewOn": "2026-11-30",
                "approverId": str(ACORN.person("responsible_person"))}  # fmt: skip
    assert (await part.mine(f"/{part.id}")).status_code == 404
    await part.say("deferrals", deferral)
    assert code_of(await part.mine(f"/{part.id}")) == (404, "not_found")
    assert code_of(await part.comment()) == (404, "not_found")
    assert part.id not in {each["id"] for each in (await part.mine()).json()["items"]}
    await part.say("telling", {"toldOn": TODAY, "how": "in_person"})
    shown = (await part.mine(f"/{part.id}")).json()
    assert [each["kind"] for each in shown["steps"]] == ["telling"] and "ill" not in str(shown["steps"])
    for who in ({"subject": "operator"}, {"subject": "auditor", "organisation": BIRCH.id}, {"subject": "handler"}):
        assert code_of(await part.mine(f"/{part.id}", **who)) == (404, "not_found")
        assert code_of(await part.comment(**who)) == (404, "not_found")
    assert code_of(await part.mine(f"/{part.id}", subject="a-machine")) == (403, "person_needed")
    assert code_of(await part.mine(f"/{uuid4()}")) == (404, "not_found")
    for role in ("case_system",):
        headers = desk.tokens.headers(role, subject="auditor")
        assert (await desk.client.get(f"/v1/my-involvements/{part.id}", headers=headers)).status_code == 403


async def test_what_is_over_is_told_as_over_and_can_still_be_read(desk: Desk) -> None:
    part = await told(desk)
    await part.say("end", {"cause": "not_concerned", "words": "It was another ward."})
    assert (await part.mine(f"/{part.id}")).json()["state"] == "ended"
    refused = await part.comment()
    assert code_of(refused) == (409, "involvement_ended")
    assert refused.json().get("allowed") in (None, [])


async def test_a_colleague_can_do_nothing_else(desk: Desk) -> None:
    """Every operation of the API but one's own part, the door for other bodies, those without a token, and the form."""
    headers = desk.tokens.headers("colleague", **MEMBER)
    part = await told(desk)
    ids = {"reference": desk.reference, "involvement_id": part.id}
    tried = 0
    for path, methods in described()["paths"].items():
        if path.startswith(("/v1/my-involvements", "/v1/health", "/health", "/v1/form", "/joint/", "/live")):
            continue
        for method, operation in methods.items():
            if not operation.get("security"):
                continue
            place = re.sub(r"\{(\w+)\}", lambda found: ids.get(snake(found[1]), str(part.id)), path)
            answer = await desk.client.request(method.upper(), place, headers=headers, json={})
            tried += 1
            # What is malformed is refused before anybody asks who says it: nothing is told by that.
            assert answer.status_code in (403, 415, 422), (method, place, answer.status_code, answer.text)
            if method == "get" and answer.status_code == 422:
                assert answer.json()["code"] == "invalid_request"
    assert tried > 100


def snake(name: str) -> str:
    return re.sub(r"([A-Z])", lambda found: f"_{found[1].lower()}", name)


async def test_how_it_was_is_said_and_shown(desk: Desk, clock: FixedClock) -> None:
    part = await told(desk)
    await desk.withdraw()
    await part.say("information", TOLD | {"about": "outcome"})
    party = next(each["id"] for each in (await desk.get("parties"))["items"] if each["role"] == "complainant")
    for body in (
        {"step": "asked", "on": TODAY, "how": "call", "involvementId": part.id},
        {"step": "answered", "on": TODAY, "involvementId": part.id, "words": "It was long.",
         "scores": [{"statement": "supported", "score": 5}]},
        {"step": "asked", "on": TODAY, "how": "letter", "partyId": party},
        {"step": "declined", "on": TODAY, "partyId": party},
    ):  # fmt: skip
        answer = await desk.post("experiences", body, "senior_leader")  # who did not deal with it
        assert answer.status_code == 200, answer.text
    found = (await desk.get("experiences"))["items"]
    staff, person = sorted(found, key=lambda each: each["involvementId"] is None)  # both of the same moment
    assert (staff["involvementId"], staff["answeredOn"], staff["answeredThrough"]) == (part.id, TODAY, "call")
    assert (staff["name"], person["name"], person["declined"]) == ("auditor of ACORN", "Una Sample", True)
    for bare in (await desk.get("experiences", "operator"))["items"]:
        assert bare["name"] is None
    # What they said is shown to nobody who handles the case.
    for place in ("experiences", "timeline", "notices", ""):
        shown = str(await desk.get(place))
        assert "It was long" not in shown and "'supported'" not in shown and "s_supported" not in shown, place


WRONG: list[tuple[str, dict[str, Any], str]] = [
    ("invitation", INVITED | {"invitedOn": "2026-11-19"}, "/invitedOn"),
    ("invitation", INVITED | {"how": "shouting"}, "/how"),
    ("invitation", INVITED | {"commentBy": "soon"}, "/commentBy"),
    ("comments", COMMENT | {"words": " "}, "/words"),
    ("comments", COMMENT | {"receivedOn": "2026-11-19"}, "/receivedOn"),
    ("comments/{id}/use", {"effect": "partly"}, "/"),
    ("comments/{id}/use", {"effect": "ignored"}, "/effect"),
    ("information", TOLD | {"about": "gossip"}, "/about"),
    ("information", TOLD | {"colour": "red"}, "/colour"),
]
OF_EXPERIENCE: list[tuple[dict[str, Any], str]] = [
    ({"step": "asked", "on": TODAY, "how": "call"}, "/"),
    ({"step": "asked", "on": TODAY, "partyId": str(ACORN.id)}, "/"),
    ({"step": "declined", "on": TODAY, "partyId": str(ACORN.id), "words": "No."}, "/"),
    ({"step": "answered", "on": TODAY, "partyId": str(ACORN.id)}, "/"),
    ({"step": "answered", "on": TODAY, "partyId": str(ACORN.id), "scores": [{"statement": "supported", "score": 6}]},
     "/scores/0/score"),
    ({"step": "answered", "on": TODAY, "partyId": str(ACORN.id),
      "scores": [{"statement": "supported", "score": 1}, {"statement": "supported", "score": 2}]}, "/"),
]  # fmt: skip


async def test_malformed_requests_are_answered_with_the_place(desk: Desk) -> None:
    part = await told(desk)
    for path, body, pointer in WRONG:
        answer = await part.post(path.format(id=ACORN.id), body)
        assert answer.status_code == 422, (path, body, answer.text)
        assert any(error["pointer"].startswith(pointer.rstrip("/")) for error in answer.json()["errors"]), answer.text
    for body, pointer in OF_EXPERIENCE:
        answer = await desk.post("experiences", body)
        assert answer.status_code == 422, (body, answer.text)
        assert any(error["pointer"].startswith(pointer.rstrip("/")) for error in answer.json()["errors"]), answer.text


async def test_strangers_find_nothing_and_a_share_shows_no_word(desk: Desk, migrator: psycopg.Connection[Any]) -> None:
    part = await told(desk)
    await part.say("comments", COMMENT)
    (comment,) = await part.comments()
    stranger: dict[str, Any] = {"organisation": BIRCH.id}
    for path, body in (("invitation", INVITED), ("comments", COMMENT), ("information", TOLD),
                       (f"comments/{comment['id']}/use", {"effect": "accepted"})):  # fmt: skip
        assert code_of(await part.post(path, body, **stranger)) == (404, "not_found")
        assert code_of(await part.post(path, body, "auditor")) == (403, "forbidden")
    share(migrator, desk.reference, BIRCH)
    (shared,) = await part.comments(**stranger)
    assert (shared["id"], shared["words"], shared["through"]["name"]) == (comment["id"], None, None)
    headers = desk.tokens.headers("handler")
    other = f"/v1/complaints/{desk.reference}/staff/{uuid4()}/comments"
    assert (await desk.client.get(other, headers=headers)).status_code == 404


async def test_a_repeated_key_gets_the_first_answer_and_another_body_is_refused(desk: Desk) -> None:
    part = await told(desk)
    key = {"key": f"comment-{part.id}"}
    answers = [await part.post("comments", each, **key) for each in (COMMENT, COMMENT, COMMENT | {"words": "No."})]
    assert [answer.status_code for answer in answers] == [200, 200, 422]
    assert len(await part.comments()) == 1


async def test_a_late_comment_is_shown_as_late(desk: Desk, engine: Any, clock: FixedClock) -> None:
    part = await told(desk)
    await part.say("invitation", INVITED, "investigator")
    clock.instant = engine.now = datetime(2026, 11, 26, 10, 0, tzinfo=UTC)
    answer = await part.comment()
    assert answer.status_code == 200, answer.text
    assert answer.json()["comments"][0]["late"] is True


async def test_an_answer_is_not_taken_from_the_hand_of_whoever_owns_the_case(desk: Desk) -> None:
    handler = str(ACORN.person("handler"))
    assert (await desk.post("owner", {"ownerId": handler, "handover": "Yours."})).status_code == 200
    party = next(each["id"] for each in (await desk.get("parties"))["items"] if each["role"] == "complainant")
    answered = {"step": "answered", "on": TODAY, "partyId": party, "through": "interview", "words": "It took long."}
    refused = await desk.post("experiences", answered)
    assert code_of(refused) == (409, "conflict_of_interest")
    assert (await desk.get("experiences"))["items"] == []
    assert (await desk.post("experiences", answered, "senior_leader")).status_code == 200
