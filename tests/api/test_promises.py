"""Promises over HTTP, with the case file's own verdicts: made, kept, released, shown with their figures."""

from __future__ import annotations

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

pytestmark = pytest.mark.at_once

PROMISE = {"kind": "call", "what": "We ring you by Friday.", "dueOn": "2026-11-20"}
KEPT = {"keptOn": "2026-11-18", "words": "Rang her."}
RELEASED = {"because": "not_wanted", "words": "She said so."}


@pytest.fixture
async def desk(client: httpx2.AsyncClient, tokens: Tokens, app: FastAPI) -> Desk:
    return await a_desk(client, tokens, app)


async def make(desk: Desk, **changes: Any) -> str:
    before = {each["id"] for each in (await desk.get("promises"))["items"]}
    answer = await desk.post("promises", PROMISE | changes)
    assert answer.status_code == 200, answer.text
    (new,) = [each["id"] for each in (await desk.get("promises"))["items"] if each["id"] not in before]
    return str(new)


async def test_a_promise_is_shown_with_its_clock_and_each_time_it_was_kept(desk: Desk, clock: FixedClock) -> None:
    once, again = await make(desk), await make(desk, dueOn=None, everyDays=7)
    assert (await desk.post(f"promises/{again}/keeping", KEPT)).status_code == 200
    clock.instant = datetime(2026, 11, 23, 10, tzinfo=UTC)
    late = KEPT | {"keptOn": "2026-11-23"}
    assert (await desk.post(f"promises/{once}/keeping", late)).status_code == 200
    shown = await desk.get("promises")
    items = {each["id"]: each for each in shown["items"]}
    first, second = items[once], items[again]
    assert (first["state"], first["kept"], first["broken"], first["settledOn"]) == ("kept", 0, 1, "2026-11-23")
    assert (first["what"], first["madeBy"]["name"]) == ("We ring you by Friday.", "handler of ACORN")
    assert [(each["dueOn"], each["keptOn"], each["inTime"]) for each in first["rounds"]] == [
        ("2026-11-20", "2026-11-23", False)
    ]
    assert (second["state"], second["dueOn"], second["kept"], second["broken"]) == ("open", "2026-11-25", 1, 0)
    assert shown["figures"] == {"made": 2, "kept": 1, "broken": 1, "open": 1}
    figures = {each["kind"]: each for each in shown["clocks"]}
    assert (figures["promise"]["broken"], figures["promise_rhythm"]["kept"]) == (1, 1)
    assert figures["promise_rhythm"] | {"title": "Keep a regular promise", "running": 1} == figures["promise_rhythm"]
    clocks = {each["id"]: each for each in (await desk.get("clocks"))["items"]}
    assert clocks[second["clockId"]]["subjectId"] == again
    assert [each["inTime"] for each in clocks[second["clockId"]]["versions"]] == [True, None]
    tasks = [each for each in (await desk.get("tasks"))["items"] if each["kind"] == "promised"]
    assert {(each["title"], each["state"]) for each in tasks} == {
        ("Keep what was promised", "done"), ("Keep what was promised", "open"),
    }  # fmt: skip
    assert [each["dueOn"] for each in tasks if each["state"] == "open"] == ["2026-11-25"]


async def test_a_promise_that_ran_out_after_the_end_counts_as_broken(desk: Desk, clock: FixedClock) -> None:
    open_, kept = await make(desk), await make(desk)
    ended = {"method": "call", "withdrawnOn": "2026-11-18"}
    assert (await desk.post("withdrawal", ended)).status_code == 200
    assert (await desk.post(f"promises/{kept}/keeping", KEPT)).status_code == 200
    figures = (await desk.get("promises"))["figures"]
    assert figures == {"made": 2, "kept": 1, "broken": 0, "open": 1}
    clock.instant = datetime(2026, 11, 21, 10, tzinfo=UTC)
    whole = await desk.get("promises")
    assert {each["id"]: (each["state"], each["broken"]) for each in whole["items"]} == {
        open_: ("open", 1), kept: ("kept", 0),
    }  # fmt: skip
    (tally,) = whole["clocks"]
    assert (tally["kind"], tally["kept"], tally["broken"]) == ("promise", 1, 1)
    # Letting go of it afterwards does not make it unbroken.
    release = {"because": "overtaken", "words": "The case is over."}
    assert (await desk.post(f"promises/{open_}/release", release)).status_code == 200
    whole = await desk.get("promises")
    assert whole["figures"] == {"made": 2, "kept": 1, "broken": 1, "open": 0}
    assert [(each["kind"], each["broken"]) for each in whole["clocks"]] == [("promise", 1)]


async def test_a_rhythm_that_outlives_its_complaint_is_counted_as_one(desk: Desk, clock: FixedClock) -> None:
    await make(desk, dueOn=None, everyDays=14)
    assert (await desk.post("withdrawal", {"method": "call", "withdrawnOn": "2026-11-18"})).status_code == 200
    assert [(each["kind"], each["running"]) for each in (await desk.get("promises"))["clocks"]] == [
        ("promise_rhythm", 1),
    ]  # fmt: skip
    clock.instant = datetime(2027, 1, 21, 10, tzinfo=UTC)
    assert [(each["kind"], each["broken"]) for each in (await desk.get("promises"))["clocks"]] == [
        ("promise_rhythm", 1),
    ]  # fmt: skip


WRONG: list[tuple[str, dict[str, Any], str]] = [
    ("promises", {"kind": "call", "what": "x"}, "/"),
    ("promises", PROMISE | {"kind": "the moon"}, "/kind"),
    ("promises", PROMISE | {"what": " "}, "/what"),
    ("promises", PROMISE | {"everyDays": 0}, "/everyDays"),
    ("promises", PROMISE | {"everyDays": 367}, "/everyDays"),
    ("promises", PROMISE | {"everyDays": True}, "/everyDays"),
    ("promises", PROMISE | {"dueOn": "Friday"}, "/dueOn"),
    ("promises", PROMISE | {"madeOn": "2026-11-19"}, "/madeOn"),
    ("promises", PROMISE | {"partyId": str(ACORN.id), "involvementId": str(ACORN.id)}, "/"),
    ("promises", PROMISE | {"colour": "red"}, "/colour"),
    ("promises/{id}/keeping", {"keptOn": "2026-11-18"}, "/"),
    ("promises/{id}/keeping", KEPT | {"keptOn": "2026-11-19"}, "/keptOn"),
    ("promises/{id}/release", {"because": "tired"}, "/because"),
]


async def test_malformed_promises_are_answered_with_the_place(desk: Desk) -> None:
    for path, body, pointer in WRONG:
        answer = await desk.post(path.format(id=ACORN.id), body)
        assert answer.status_code == 422, (path, body, answer.text)
        assert any(error["pointer"].startswith(pointer.rstrip("/")) for error in answer.json()["errors"]), answer.text
    assert (await desk.get("promises"))["items"] == []


async def test_a_repeated_key_gets_the_first_answer_and_another_body_is_refused(desk: Desk) -> None:
    promise = await make(desk, dueOn=None, everyDays=7)
    for path, body, other in (
        ("promises", PROMISE, PROMISE | {"what": "Else."}),
        (f"promises/{promise}/keeping", KEPT, KEPT | {"words": "Else."}),
    ):
        key = {"key": f"{path}-{desk.reference}"}
        answers = [await desk.post(path, each, **key) for each in (body, body, other)]
        assert [answer.status_code for answer in answers] == [200, 200, 422]
        assert answers[2].json()["code"] == "idempotency_key_reused"
    shown = await desk.get("promises")
    assert sorted(len(each["rounds"]) for each in shown["items"]) == [0, 1]


async def test_strangers_find_nothing_and_only_the_owner_s_words_are_shown(
    desk: Desk, migrator: psycopg.Connection[Any]
) -> None:
    promise = await make(desk)
    stranger: dict[str, Any] = {"organisation": BIRCH.id}
    for path, body in (
        ("promises", PROMISE), (f"promises/{promise}/keeping", KEPT), (f"promises/{promise}/release", RELEASED),
    ):  # fmt: skip
        assert code_of(await desk.post(path, body, **stranger)) == (404, "not_found")
        for role in ("auditor", "operator"):
            assert code_of(await desk.post(path, body, role)) == (403, "forbidden")
    assert code_of(await desk.post(f"promises/{uuid4()}/keeping", KEPT)) == (409, "unknown_promise")
    headers = desk.tokens.headers("handler", **stranger)
    answer = await desk.client.get(f"/v1/complaints/{desk.reference}/promises", headers=headers)
    assert answer.status_code == 404
    (seen,) = (await desk.get("promises", "operator"))["items"]
    assert (seen["id"], seen["what"], seen["madeBy"].get("name")) == (promise, None, None)
    share(migrator, desk.reference, BIRCH)
    (shared,) = (await desk.get("promises", **stranger))["items"]
    assert shared["id"] == promise
    assert (await desk.post(f"promises/{promise}/release", RELEASED)).status_code == 200
    assert code_of(await desk.post(f"promises/{promise}/release", RELEASED)) == (409, "promise_settled")


async def test_an_organisation_reads_what_it_kept_and_broke(desk: Desk, clock: FixedClock) -> None:
    async def figures(organisation: Any = ACORN, **asked: str) -> httpx2.Response:
        headers = desk.tokens.headers("auditor", organisation=organisation.id)
        return await desk.client.get("/v1/promises/figures", params=asked, headers=headers)

    def counted(answer: httpx2.Response) -> tuple[int, int]:
        assert answer.status_code == 200, answer.text
        found = [each for each in answer.json()["items"] if each["kind"] == "promise"]
        return (found[0]["kept"], found[0]["broken"]) if found else (0, 0)

    window = {"from": "2031-03-01", "until": "2031-03-31"}
    assert counted(await figures(**window)) == (0, 0)
    in_time, late = await make(desk, dueOn="2031-03-14"), await make(desk, dueOn="2031-03-15")
    assert (await desk.post(f"promises/{in_time}/keeping", KEPT)).status_code == 200
    clock.instant = datetime(2031, 3, 17, 10, tzinfo=UTC)
    assert (await desk.post(f"promises/{late}/keeping", KEPT | {"keptOn": "2031-03-17"})).status_code == 200
    shown = await figures(**window)
    assert counted(shown) == (1, 1)
    assert shown.json()["from"] == "2031-03-01"
    assert counted(await figures(**(window | {"from": "2031-03-15"}))) == (0, 1)
    assert counted(await figures(BIRCH, **window)) == (0, 0)
    assert (await figures()).status_code == 200
    for wrong in ({"from": "2031-04-01", "until": "2031-03-01"}, {"from": "2020-01-01"}, {"until": "soon"}):
        assert code_of(await figures(**wrong)) == (422, "invalid_request")
