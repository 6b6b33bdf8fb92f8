"""Training and role objectives over HTTP: recorded by managers, read by each of their own, taken back, never listed."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import httpx2
import psycopg
import pytest

from runtime.database_roles import DatabaseDsns
from tests.api.people import Tokens
from tests.bodies import Body, make_body, plain

pytestmark = pytest.mark.at_once

MANAGER = "complaints_manager"
COURSE = {"course": "candour", "doneOn": "2026-05-10", "evidence": "Certificate in the file"}
OBJECTIVE = {"role": "handler", "words": "Speaks with people before writing", "agreedOn": "2026-01-10"}
EXAMPLE = {"on": "2026-06-01", "words": "Rang first, and the letter was short"}


class Staff:
    """The people of one organisation."""

    def __init__(self, client: httpx2.AsyncClient, tokens: Tokens, body: Body) -> None:
        self.client, self.tokens, self.body = client, tokens, body

    async def post(self, whose: str, path: str, body: Any, role: str = MANAGER, **more: Any) -> httpx2.Response:
        headers = self.tokens.headers(role, organisation=self.body.id, **more)
        url = f"/v1/people/{self.body.person(whose)}/{path}"
        return await self.client.post(url, json=body, headers=headers)

    async def get(self, whose: str, path: str, role: str) -> httpx2.Response:
        headers = self.tokens.headers(role, organisation=self.body.id)
        return await self.client.get(f"/v1/people/{self.body.person(whose)}/{path}", headers=headers)


@pytest.fixture
def staff(client: httpx2.AsyncClient, tokens: Tokens, body: Body) -> Staff:
    return Staff(client, tokens, body)


async def test_a_course_is_valid_for_as_long_as_it_says_or_the_record_says(staff: Staff) -> None:
    made = (await staff.post("handler", "training", COURSE)).json()
    assert (made["expiresOn"], made["valid"], made["evidence"]) == ("2028-05-10", True, COURSE["evidence"])
    short = COURSE | {"course": "investigation", "expiresOn": "2026-11-17"}
    assert (await staff.post("handler", "training", short)).json()["valid"] is False
    courses = await staff.client.get("/v1/training/courses", headers=staff.tokens.headers("handler"))
    assert {each["code"]: each["months"] for each in courses.json()["items"]}["candour"] == 24


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"course": "juggling"}, "/course"),
        ({"doneOn": "2026-11-19"}, "/doneOn"),
        ({"expiresOn": "2026-05-10"}, "/expiresOn"),
        ({"evidence": " "}, "/evidence"),
    ],
)
async def test_bad_records_are_refused_where_they_are_wrong(staff: Staff, change: dict[str, str], pointer: str) -> None:
    answer = await staff.post("handler", "training", COURSE | change)
    assert answer.status_code == 422 and [each["pointer"] for each in answer.json()["errors"]] == [pointer]


async def test_the_same_course_of_the_same_day_is_recorded_once_and_a_key_once(staff: Staff) -> None:
    first = await staff.post("handler", "training", COURSE, key="once")
    assert (await staff.post("handler", "training", COURSE, key="once")).json() == first.json()
    other = await staff.post("handler", "training", COURSE | {"evidence": "Another"}, key="once")
    assert other.json()["code"] == "idempotency_key_reused"
    twice = await staff.post("handler", "training", COURSE)
    assert twice.json()["errors"][0]["code"] == "recorded_already"
    assert len((await staff.get("handler", "training", "handler")).json()["items"]) == 1


async def test_what_was_a_mistake_is_taken_back_once_with_its_reason_and_may_be_recorded_anew(staff: Staff) -> None:
    record = (await staff.post("handler", "training", COURSE)).json()["id"]
    path = f"training/{record}/withdrawal"
    assert (await staff.post("investigator", path, {"reason": "Not them"})).status_code == 404
    gone = (await staff.post("handler", path, {"reason": "It was somebody else"})).json()
    assert (gone["withdrawn"], gone["valid"], gone["withdrawnReason"]) == (True, False, "It was somebody else")
    assert (await staff.post("handler", path, {"reason": "Again"})).json()["code"] == "already_ended"
    assert (await staff.post("handler", "training", COURSE)).status_code == 201


async def test_an_objective_gathers_examples_until_it_ends(staff: Staff) -> None:
    made = (await staff.post("handler", "objectives", OBJECTIVE)).json()
    path = f"objectives/{made['id']}"
    shown = (await staff.post("handler", f"{path}/examples", EXAMPLE)).json()
    assert [each["words"] for each in shown["examples"]] == [EXAMPLE["words"]]
    early = await staff.post("handler", f"{path}/examples", EXAMPLE | {"on": "2026-01-09"})
    assert early.json()["errors"][0]["code"] == "before_objective"
    assert (await staff.post("handler", f"{path}/end", None)).json()["ended"] is True
    assert (await staff.post("handler", f"{path}/examples", EXAMPLE)).json()["code"] == "already_ended"
    (listed,) = (await staff.get("handler", "objectives", "handler")).json()["items"]
    assert listed["ended"] is True and len(listed["examples"]) == 1


async def test_people_show_themselves_by_examples_how_they_meet_an_objective_and_nobody_else_does(
    staff: Staff,
) -> None:
    agreed = (await staff.post("senior_leader", "objectives", OBJECTIVE | {"role": "senior_leader"})).json()
    path = f"objectives/{agreed['id']}/examples"
    mine = await staff.post("senior_leader", path, EXAMPLE, "senior_leader")
    assert mine.status_code == 201
    (example,) = mine.json()["examples"]
    assert example["saidBy"] == str(staff.body.person("senior_leader"))
    for role in ("handler", "auditor", "operator"):
        assert (await staff.post("senior_leader", path, EXAMPLE, role)).status_code == 403, role
    assert (await staff.post("handler", path, EXAMPLE, "handler")).status_code == 404  # of theirs, it is not
    assert (await staff.post("senior_leader", "objectives", OBJECTIVE, "senior_leader")).status_code == 403
    ended = f"objectives/{agreed['id']}/end"
    assert (await staff.post("senior_leader", ended, None, "senior_leader")).status_code == 403


async def test_people_read_their_own_and_managers_all_and_nobody_else_any(staff: Staff) -> None:
    await staff.post("handler", "training", COURSE)
    for path in ("training", "objectives"):
        for role in ("handler", MANAGER, "responsible_person"):
            assert (await staff.get("handler", path, role)).status_code == 200, (path, role)
        for role in ("investigator", "senior_leader", "auditor", "operator"):
            assert (await staff.get("handler", path, role)).status_code == 403, (path, role)


@pytest.mark.parametrize("role", ["handler", "investigator", "senior_leader", "auditor", "operator"])
async def test_who_appoints_nobody_records_nothing(staff: Staff, role: str) -> None:
    assert (await staff.post("handler", "training", COURSE, role)).status_code == 403
    assert (await staff.post("handler", "objectives", OBJECTIVE, role)).status_code == 403


async def test_people_of_another_body_and_those_who_left_have_nothing_recorded(
    staff: Staff, dsns: DatabaseDsns
) -> None:
    record = (await staff.post("handler", "training", COURSE)).json()["id"]
    stranger = Staff(staff.client, staff.tokens, make_body(dsns.migrator))
    headers = stranger.tokens.headers(MANAGER, organisation=stranger.body.id)
    theirs = f"/v1/people/{staff.body.person('handler')}"
    assert (await staff.client.post(f"{theirs}/training", json=COURSE, headers=headers)).status_code == 404
    again = stranger.tokens.headers(MANAGER, organisation=stranger.body.id)
    gone = f"{theirs}/training/{record}/withdrawal"
    assert (await staff.client.post(gone, json={"reason": "No"}, headers=again)).status_code == 404
    assert (await staff.client.get(f"{theirs}/training", headers=again)).json() == {"items": []}
    assert (await staff.client.get(f"/v1/people/{uuid4()}/training", headers=again)).json() == {"items": []}
    with psycopg.connect(plain(dsns.migrator)) as connection:
        connection.execute("update person set active = false where id = %s", (staff.body.person("handler"),))
    assert (await staff.post("handler", "training", COURSE | {"course": "investigation"})).json()[
        "code"
    ] == "person_gone"


async def test_the_ledger_holds_codes_and_days_and_none_of_the_words(staff: Staff) -> None:
    record = (await staff.post("handler", "training", COURSE)).json()
    await staff.post("handler", f"training/{record['id']}/withdrawal", {"reason": "Mistaken identity"})
    objective = (await staff.post("handler", "objectives", OBJECTIVE)).json()
    await staff.post("handler", f"objectives/{objective['id']}/examples", EXAMPLE)
    headers = staff.tokens.headers(MANAGER, organisation=staff.body.id)
    events = (await staff.client.get("/v1/office-events", headers=headers)).text
    assert "training.withdrawn" in events and "objective.example" in events
    for words in (COURSE["evidence"], OBJECTIVE["words"], EXAMPLE["words"], "Mistaken identity"):
        assert words not in events
