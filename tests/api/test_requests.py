"""Requests to colleagues, investigations beside a complaint and holds over HTTP, with the case file's own verdicts."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import httpx2
import psycopg
import pytest
from fastapi import FastAPI

from tests.api.fakes import FixedClock
from tests.api.people import ACORN, BIRCH, Tokens, listed
from tests.api.test_corrections import Desk, a_desk, code_of, share

pytestmark = pytest.mark.at_once

ASKED = {"kind": "statement", "what": "What did you see?", "toPersonId": str(ACORN.person("senior_leader"))}
ANSWER = {"givenOn": "2026-11-18", "words": "I saw nothing."}
POLICE = {"kind": "police", "bodyName": "The police", "contact": "DS Example", "knownOn": "2026-11-18"}
HOLD = {"reason": "They asked us to wait.", "reviewOn": "2026-12-18"}


@pytest.fixture
async def desk(client: httpx2.AsyncClient, tokens: Tokens, app: FastAPI) -> Desk:
    return await a_desk(client, tokens, app)


async def ask(desk: Desk, **changes: Any) -> str:
    before = {each["id"] for each in (await desk.get("requests"))["items"]}
    answer = await desk.post("requests", ASKED | changes, "investigator")
    assert answer.status_code == 200, answer.text
    (new,) = [each["id"] for each in (await desk.get("requests"))["items"] if each["id"] not in before]
    return str(new)


def issue_of(migrator: psycopg.Connection[Any], desk: Desk) -> str:
    """Put an issue on the complaint."""
    issue = uuid4()
    migrator.execute(
        "insert into issue (id, organisation_id, complaint_id, number, summary, state, act_id, raised_at)"
        " select %s, organisation_id, id, 1, 'The ward', 'open', %s, now() from complaint where reference = %s",
        (issue, uuid4(), desk.reference),
    )
    return str(issue)


async def test_a_request_is_shown_with_its_arithmetic_its_slack_and_its_rounds(desk: Desk, clock: FixedClock) -> None:
    request = await ask(desk)
    (shown,) = (await desk.get("requests"))["items"]
    assert (shown["state"], shown["dueOn"], shown["overdue"]) == ("open", "2026-12-02", False)
    assert (shown["respondBy"], shown["slackDays"]) == ("2027-05-16", 165)
    assert shown["steps"][-1] == "Not later than 10 working days from today: Wednesday 2 December 2026"
    assert shown["toPerson"]["name"] == "senior_leader of ACORN"
    assert "requests" in (await desk.get("", "investigator"))["allowed"]
    for body, role in ((ANSWER, "senior_leader"), ({"accepted": False, "reason": "Unsigned."}, "investigator")):
        path = f"requests/{request}/" + ("answer" if "givenOn" in body else "review")
        assert (await desk.post(path, body, role)).status_code == 200
    assert (await desk.post(f"requests/{request}/answer", ANSWER, "case_system")).status_code == 200
    assert (await desk.post(f"requests/{request}/review", {"accepted": True}, "investigator")).status_code == 200
    whole = await desk.get("requests")
    (shown,) = whole["items"]
    assert (shown["state"], shown["sentBack"]) == ("done", 1)
    assert [(each["accepted"], each["inTime"], each["workingDays"]) for each in shown["answers"]] == [
        (False, True, 0), (True, True, 0),
    ]  # fmt: skip
    assert whole["figures"] == {"asked": 1, "unsettled": 0, "late": 0, "sentBack": 1, "longestWorkingDays": 0}


async def test_the_clock_and_the_task_have_the_words_of_the_team(desk: Desk) -> None:
    request = await ask(desk)
    (clock,) = [each for each in (await desk.get("clocks"))["items"] if each["kind"] == "request"]
    assert clock["subjectId"] == request
    assert clock["title"] == "Give what was asked for: a statement, records, an interview or advice"
    assert "six" not in clock["versions"][0]["cause"] and "10 working days" in clock["versions"][0]["reason"]
    (task,) = [each for each in (await desk.get("tasks"))["items"] if each["kind"] == "answer_request"]
    assert task["title"] == "Give what was asked for, or say today that you cannot"


WRONG: list[tuple[str, dict[str, Any], str]] = [
    ("requests", {"kind": "statement", "what": "x"}, "/"),
    ("requests", ASKED | {"kind": "a favour"}, "/kind"),
    ("requests", ASKED | {"what": "  "}, "/what"),
    ("requests", ASKED | {"toPersonId": "nobody"}, "/toPersonId"),
    ("requests", ASKED | {"profession": "medical"}, "/"),
    ("requests", ASKED | {"dueOn": "soon"}, "/dueOn"),
    ("requests", ASKED | {"issueIds": ["x"]}, "/issueIds/0"),
    ("requests", ASKED | {"colour": "red"}, "/colour"),
    ("requests/{id}/answer", {"givenOn": "2026-11-18"}, "/"),
    ("requests/{id}/answer", ANSWER | {"givenOn": "2026-11-19"}, "/givenOn"),
    ("requests/{id}/review", {"accepted": False}, "/"),
    ("requests/{id}/review", {"accepted": "yes"}, "/accepted"),
    ("requests/{id}/review", {"accepted": True, "dueOn": "2026-12-01"}, "/"),
    ("requests/{id}/cancellation", {}, "/reason"),
    ("parallel", POLICE | {"kind": "gossip"}, "/kind"),
    ("parallel", POLICE | {"knownOn": "2026-11-19"}, "/knownOn"),
    ("parallel", POLICE | {"bodyName": ""}, "/bodyName"),
    ("parallel/{id}/updates", {"status": "who knows", "words": "x"}, "/status"),
    ("holds", HOLD | {"issueIds": [], "parallelId": str(ACORN.id), "decidedBy": str(ACORN.id)}, "/issueIds"),
    ("holds/{id}/review", {"lifted": True, "reason": "x", "reviewOn": "2026-12-18"}, "/"),
    ("holds/{id}/review", {"lifted": False, "reason": "x"}, "/"),
]


async def test_malformed_requests_are_answered_with_the_place(desk: Desk) -> None:
    for path, body, pointer in WRONG:
        answer = await desk.post(path.format(id=ACORN.id), body, "responsible_person")
        assert answer.status_code == 422, (path, body, answer.text)
        assert any(error["pointer"].startswith(pointer.rstrip("/")) for error in answer.json()["errors"]), answer.text
    assert (await desk.get("requests"))["items"] == []


async def test_a_repeated_key_gets_the_first_answer_and_another_body_is_refused(desk: Desk) -> None:
    for path, body, other in (
        ("requests", ASKED, ASKED | {"what": "Something else."}),
        ("parallel", POLICE, POLICE | {"bodyName": "Others"}),
    ):
        key = {"key": f"{path}-{desk.reference}"}
        answers = [await desk.post(path, each, "investigator", **key) for each in (body, body, other)]
        assert [answer.status_code for answer in answers] == [200, 200, 422]
        assert answers[2].json()["code"] == "idempotency_key_reused"
        assert len((await desk.get(path))["items"]) == 1


async def test_strangers_find_nothing_and_roles_are_told_apart(desk: Desk, migrator: psycopg.Connection[Any]) -> None:
    request = await ask(desk)
    stranger: dict[str, Any] = {"organisation": BIRCH.id}
    for path, body in (("requests", ASKED), (f"requests/{request}/answer", ANSWER), ("parallel", POLICE)):
        assert code_of(await desk.post(path, body, **stranger)) == (404, "not_found")
        assert code_of(await desk.post(path, body, "auditor")) == (403, "forbidden")
        assert code_of(await desk.post(path, body, "operator")) == (403, "forbidden")
    hold = HOLD | {"issueIds": [request], "parallelId": request, "decidedBy": str(ACORN.person("handler"))}
    for role in ("handler", "investigator", "case_system"):
        assert code_of(await desk.post("holds", hold, role)) == (403, "forbidden")
    nobody = await desk.post("holds", hold, "senior_leader", subject="a-machine")
    assert code_of(nobody) == (403, "person_needed")
    headers = desk.tokens.headers("handler", **stranger)
    for path in ("requests", "parallel", "holds"):
        answer = await desk.client.get(f"/v1/complaints/{desk.reference}/{path}", headers=headers)
        assert answer.status_code == 404
    # A share shows that there is a request, and no word of it.
    share(migrator, desk.reference, BIRCH)
    (shared,) = (await desk.get("requests", **stranger))["items"]
    assert (shared["id"], shared["what"]) == (request, None)
    (seen,) = (await desk.get("requests", "operator"))["items"]
    assert (seen["what"], seen["toPerson"]["name"]) == (None, None)


async def test_a_hold_is_decided_shown_and_lifted(desk: Desk, migrator: psycopg.Connection[Any]) -> None:
    issue = issue_of(migrator, desk)
    assert (await desk.post("parallel", POLICE | {"issueIds": [issue]}, "investigator")).status_code == 200
    (police,) = (await desk.get("parallel"))["items"]
    assert (police["bodyName"], police["issueIds"], police["status"]) == ("The police", [issue], "open")
    me = str(ACORN.person("responsible_person"))
    body = HOLD | {"issueIds": [issue], "parallelId": police["id"], "decidedBy": me}
    # The manager may bring one; whether it counts is for the case file, by appointment.
    refused = await desk.post(
        "holds", body | {"decidedBy": str(ACORN.person("complaints_manager"))}, "complaints_manager"
    )
    assert code_of(refused) == (409, "not_authorised_to_hold")
    assert (await desk.post("holds", body, "responsible_person")).status_code == 200
    (held,) = (await desk.get("holds"))["items"]
    assert (held["state"], held["reviewOn"], held["issueIds"]) == ("in_force", "2026-12-18", [issue])
    assert held["decidedBy"] == {"id": me, "name": "responsible_person of ACORN"}
    lift = await desk.post(f"holds/{held['id']}/review", {"lifted": True, "reason": "Over."}, "responsible_person")
    assert lift.status_code == 200
    (held,) = (await desk.get("holds"))["items"]
    assert (held["state"], held["reviews"][0]["lifted"]) == ("lifted", True)
    told = {"status": "concluded", "words": "No charges."}
    assert (await desk.post(f"parallel/{police['id']}/updates", told)).status_code == 200
    (police,) = (await desk.get("parallel", "operator"))["items"]
    assert (police["status"], police["bodyName"], police["updates"][0]["words"]) == ("concluded", None, None)


async def test_what_is_asked_of_me_is_one_list_over_complaints(
    client: httpx2.AsyncClient, desk: Desk, tokens: Tokens, app: FastAPI, migrator: psycopg.Connection[Any],
    clock: FixedClock,
) -> None:  # fmt: skip
    other = await a_desk(client, tokens, app)
    first, second = await ask(desk, dueOn="2026-11-25"), await ask(other, dueOn="2026-11-24")
    hers = await ask(desk, toPersonId=str(ACORN.person("auditor")))
    division = a_division(migrator, "division_lead", "senior_leader")
    of_unit = await ask(other, toPersonId=None, toUnitId=str(division))

    async def mine(role: str, **more: Any) -> list[str]:
        items = await listed(client, "/v1/requests", tokens.headers(role), limit=2, **more)
        return [each["id"] for each in items if each["reference"] in (desk.reference, other.reference)]

    assert await mine("senior_leader") == [second, first, of_unit]
    assert await mine("auditor") == [hers]
    assert await mine("handler") == []
    assert set(await mine("handler", mine=False)) == {first, second, hers, of_unit}
    migrator.execute(
        "insert into absence (id, organisation_id, person_id, starts_on, ends_on, cover_id, cancelled)"
        " values (%s, %s, %s, '2026-11-18', '2026-11-18', %s, false)",
        (uuid4(), ACORN.id, ACORN.person("auditor"), ACORN.person("handler")),
    )
    assert await mine("handler") == [hers]
    assert (await other.post(f"requests/{second}/answer", ANSWER, "senior_leader")).status_code == 200
    assert await mine("senior_leader") == [first, of_unit]
    assert await mine("senior_leader", open=False) == [second]
    strangers = await listed(client, "/v1/requests", tokens.headers("senior_leader", organisation=BIRCH.id), mine=False)
    assert not {each["id"] for each in strangers} & {first, second, hers}
    bad = await client.get("/v1/requests", params={"cursor": "x"}, headers=tokens.headers("handler"))
    assert code_of(bad) == (422, "invalid_request")
    clock.instant = datetime(2026, 11, 26, 10, tzinfo=UTC)
    lines = await listed(client, "/v1/requests", tokens.headers("senior_leader"))
    assert next(each for each in lines if each["id"] == first)["overdue"] is True


def a_division(migrator: psycopg.Connection[Any], role: str, subject: str) -> UUID:
    """Make a division with somebody in a role."""
    unit = uuid4()
    migrator.execute(
        "insert into unit (id, organisation_id, kind, code, name, active)"
        " values (%s, %s, 'division', %s, 'Surgery', true)",
        (unit, ACORN.id, unit.hex[:8]),
    )
    migrator.execute(
        "insert into appointment (id, organisation_id, person_id, role, unit_id, starts_on)"
        " values (%s, %s, %s, %s, %s, '2026-01-01')",
        (uuid4(), ACORN.id, ACORN.person(subject), role, unit),
    )
    return unit


async def test_leads_of_services_and_directors_are_appointed(
    client: httpx2.AsyncClient, tokens: Tokens, migrator: psycopg.Connection[Any]
) -> None:
    unit = str(a_division(migrator, "member", "handler"))
    path = f"/v1/people/{ACORN.person('auditor')}/appointments"
    for role, unit_id, status in (
        ("service_lead", unit, 201),
        ("divisional_director", unit, 201),
        ("divisional_director", None, 422),
        ("medical_director", None, 201),
        ("nursing_director", unit, 422),
    ):
        body = {"role": role, "unitId": unit_id, "startsOn": "2026-11-18"}
        answer = await client.post(path, json=body, headers=tokens.headers("complaints_manager"))
        assert answer.status_code == status, (role, answer.text)
