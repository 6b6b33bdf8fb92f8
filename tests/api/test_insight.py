"""Counts of other systems over HTTP: sent as JSON and CSV, whole or not at all, once, by who may, for one body."""

from __future__ import annotations

from typing import Any

import httpx2
import pytest

from tests.api.fakes import FixedClock
from tests.api.people import Tokens
from tests.bodies import Body

pytestmark = pytest.mark.at_once

MANAGER = "complaints_manager"
ITEM = {"source": "incident", "theme": "parking", "place": "RX1.W4", "month": "2026-10", "count": 4}
HEAD = "source,theme,place,month,count\n"
LINE = "incident,parking,RX1.W4,2026-10,4\n"


class Counts:
    """One organisation that sends counts. It has a theme of its own."""

    def __init__(self, client: httpx2.AsyncClient, tokens: Tokens, clock: FixedClock, body: Body) -> None:
        self.client, self.tokens, self.clock, self.body = client, tokens, clock, body

    def headers(self, role: str = MANAGER, **more: Any) -> dict[str, str]:
        return self.tokens.headers(role, organisation=self.body.id, **more)

    async def theme(self) -> None:
        body = {"code": "parking", "title": "Parking"}
        answer = await self.client.post("/v1/organisation/themes", json=body, headers=self.headers())
        assert answer.status_code == 201, answer.text

    async def send(self, *items: dict[str, Any], role: str = MANAGER, **more: Any) -> httpx2.Response:
        headers = self.headers(role, **more)
        return await self.client.post("/v1/insight", json={"items": list(items)}, headers=headers)

    async def file(
        self, text: str | bytes, role: str = MANAGER, type: str = "text/csv", **more: Any
    ) -> httpx2.Response:
        headers = self.headers(role, **more) | {"Content-Type": type}
        content = text if isinstance(text, bytes) else text.encode()
        return await self.client.post("/v1/insight/csv", content=content, headers=headers)

    async def listed(self, role: str = MANAGER, **params: Any) -> list[dict[str, Any]]:
        answer = await self.client.get("/v1/insight", params=params, headers=self.headers(role))
        assert answer.status_code == 200, answer.text
        return list(answer.json()["items"])


@pytest.fixture
async def counts(client: httpx2.AsyncClient, tokens: Tokens, clock: FixedClock, body: Body) -> Counts:
    made = Counts(client, tokens, clock, body)
    await made.theme()
    return made


def faults(answer: httpx2.Response) -> list[tuple[str, str]]:
    assert answer.status_code == 422 and answer.json()["code"] == "invalid_request", answer.text
    return [(each["pointer"], each["code"]) for each in answer.json()["errors"]]


async def test_what_is_sent_again_replaces_and_is_listed_as_it_stands(counts: Counts) -> None:
    survey = {"source": "staff_survey", "theme": "parking", "month": "2026-09", "score": "6.8"}
    first = await counts.send(ITEM, survey)
    assert first.status_code == 201 and (first.json()["taken"], first.json()["replaced"]) == (2, 0)
    second = await counts.file(HEAD + LINE.replace(",4\n", ",7\n"))
    assert (second.json()["taken"], second.json()["replaced"]) == (1, 1)
    rows = await counts.listed()
    assert [(row["month"], row["count"], row["score"], row["place"]) for row in rows] == [
        ("2026-09", None, "6.80", None), ("2026-10", 7, None, "RX1.W4"),
    ]  # fmt: skip
    assert rows[1]["batchId"] == second.json()["batchId"]
    assert len(await counts.listed(source="incident", theme="parking", place="RX1.W4", **{"from": "2026-10"})) == 1
    assert await counts.listed(until="2026-08") == [] and await counts.listed(theme="other") == []


async def test_a_list_is_told_page_by_page(counts: Counts) -> None:
    await counts.send(*(ITEM | {"place": f"RX1.W{n}"} for n in range(5)))
    seen, cursor = [], None
    while True:
        params = {"limit": 2} | ({"cursor": cursor} if cursor else {})
        answer = (await counts.client.get("/v1/insight", params=params, headers=counts.headers())).json()
        seen += [row["place"] for row in answer["items"]]
        if (cursor := answer["next"]) is None:
            break
    assert sorted(seen) == [f"RX1.W{n}" for n in range(5)] and len(seen) == 5


async def test_one_bad_line_keeps_everything_out_and_each_is_named(counts: Counts) -> None:
    text = HEAD + LINE + "incident,=1+1,RX1.W4,2026-09,4\n" + "rumour,parking,RX1.W4,2026-08,many\n"
    answer = await counts.file(text)
    assert faults(answer) == [
        ("/3/theme", "unknown_theme"), ("/4/source", "unknown_source"), ("/4/count", "number_unreadable"),
    ]  # fmt: skip
    assert answer.json()["errors"][0]["detail"].startswith("Line 3, column theme: ")
    assert "1+1" not in answer.text and "rumour" not in answer.text
    assert await counts.listed() == []


async def test_one_bad_item_keeps_everything_out(counts: Counts) -> None:
    bad = [ITEM | {"month": "2026-09", "theme": "no_such"}, ITEM | {"month": "2026-12"}, ITEM]
    assert faults(await counts.send(ITEM, *bad)) == [
        ("/items/1/theme", "unknown_theme"), ("/items/2/month", "month_out_of_range"), ("/items/3", "said_twice"),
    ]  # fmt: skip
    assert await counts.listed() == []


async def test_a_file_in_another_encoding_or_of_another_type_or_too_large_is_turned_away(counts: Counts) -> None:
    assert faults(await counts.file((HEAD + LINE).encode("utf-16"))) == [("/1", "not_utf8")]
    other = await counts.file(HEAD + LINE, type="application/vnd.ms-excel")
    assert other.status_code == 415
    large = await counts.file(HEAD + LINE * 70_000)
    assert large.status_code == 413
    assert (await counts.send(*[ITEM] * 5001)).status_code == 422
    assert await counts.listed() == []


async def test_the_same_key_takes_a_file_in_once_and_another_file_is_refused(counts: Counts) -> None:
    first = await counts.file(HEAD + LINE, key="once")
    again = await counts.file(HEAD + LINE, key="once")
    assert first.json() == again.json() and first.status_code == again.status_code == 201
    other = await counts.file(HEAD + LINE.replace(",4", ",5"), key="once")
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    (row,) = await counts.listed()
    assert row["count"] == 4


@pytest.mark.parametrize("role", ["handler", "investigator", "senior_leader", "operator", "auditor", "case_system"])
async def test_who_compiles_no_reports_sends_nothing(counts: Counts, role: str) -> None:
    assert (await counts.send(ITEM, role=role)).status_code == 403
    assert (await counts.file(HEAD + LINE, role=role)).status_code == 403
    may = role in {"senior_leader", "auditor"}
    answer = await counts.client.get("/v1/insight", headers=counts.headers(role))
    assert answer.status_code == (200 if may else 403)


async def test_another_body_neither_reads_it_nor_knows_its_themes(counts: Counts) -> None:
    await counts.send(ITEM)
    strangers = counts.tokens.headers(MANAGER)
    assert (await counts.client.get("/v1/insight", headers=strangers)).json()["items"] == []
    answer = await counts.client.post("/v1/insight", json={"items": [ITEM]}, headers=strangers)
    assert faults(answer) == [("/items/0/theme", "unknown_theme")]


async def test_what_is_sent_is_in_the_ledger_as_numbers(counts: Counts) -> None:
    batch = (await counts.send(ITEM)).json()["batchId"]
    events = (await counts.client.get("/v1/office-events", headers=counts.headers())).json()["items"]
    assert (events[0]["kind"], events[0]["subjectId"], events[0]["data"]) == (
        "insight.taken", batch, {"rows": 1, "sources": ["incident"]},
    )  # fmt: skip
