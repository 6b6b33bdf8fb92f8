"""Every kind of report there is, over HTTP: kept, shown in each format, the same again, each of its figures opened."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import httpx2
import pytest
from fastapi import FastAPI

from activities.reporting.compiling import BUILDERS
from db.report_states import SMALL_HIDDEN
from runtime.database_roles import DatabaseDsns
from tests.api.fakes import FixedClock
from tests.api.people import Tokens
from tests.api.report_people import Office
from tests.bodies import Body, make_body

pytestmark = pytest.mark.at_once

YEAR = {"from": "2025-04-01", "until": "2026-03-31"}


@pytest.fixture
def office(client: httpx2.AsyncClient, tokens: Tokens, app: FastAPI, clock: FixedClock, body: Body) -> Office:
    return Office(client, tokens, app, clock, body)


def opened(document: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield the code by which each figure and cell is opened, with what it says; of shares and medians, nothing."""
    for section in document["sections"]:
        for figure in section["figures"]:
            if figure["opens"]:
                yield figure["code"], figure["value"] if figure["unit"] == "count" else None
        for table in section["tables"]:
            rows = [*table["rows"], *([table["total"]] if table["total"] else [])]
            for row in rows:
                for cell, column in zip(row["cells"], table["columns"], strict=True):
                    if cell["figure"] is not None:
                        shown = column["unit"] == "count" and not cell["suppressed"]
                        yield cell["figure"], cell["value"] if shown else None


def one_of_each(found: Iterable[tuple[str, Any]]) -> list[tuple[str, Any]]:
    """Keep of each figure, and of each way in which it is told apart, the part that counted most."""
    most: dict[str, tuple[str, Any]] = {}
    for figure, value in found:
        way = figure.partition("=")[0]
        if way not in most or (value or 0) > (most[way][1] or 0):
            most[way] = (figure, value)
    return list(most.values())


def address(figure: str) -> tuple[str, dict[str, str]]:
    code, _, told = figure.partition("?")
    by, _, value = told.partition("=")
    return f"/figures/{code}", {"by": by, "value": value} if told else {}


@pytest.mark.parametrize("kind", sorted(BUILDERS))
async def test_a_report_of_every_kind_is_kept_shown_and_opened(office: Office, kind: str) -> None:
    for day in ("2026-02-02", "2026-02-03", "2026-03-02"):
        await office.log(receivedOn=day)
    report = await office.compiled(kind=kind, **YEAR)
    await office.log(receivedOn="2026-03-03")
    here = f"/{report['id']}"
    assert (await office.get(f"{here}/rebuilt")).json()["identical"] is True
    for format in ("csv", "html", "pdf"):
        answer = await office.get(f"{here}/document", format=format)
        assert answer.status_code == 200, answer.text
        if kind == "annual" and format == "html":
            assert f'href="/v1/reports{here}/figures/received"' in answer.text
            assert f"{here}/figures/well_founded" not in answer.text  # there is none to open
    since = await office.get(f"{here}/document", since=office.clock.instant.isoformat())
    if kind in SMALL_HIDDEN:
        assert (since.status_code, since.json()["errors"][0]["code"]) == (422, "small_numbers_hidden")
    else:
        assert since.json()["since_at"] is not None
    for figure, value in one_of_each(opened(await office.document(report["id"]))):
        path, params = address(figure)
        answer = await office.get(here + path, **params)
        assert answer.status_code == 200, (figure, answer.text)
        if isinstance(value, int):
            assert sum(each["times"] for each in answer.json()["items"]) == value, figure


@pytest.mark.parametrize(
    ("kind", "nation", "regime"),
    [("ko41a", "scotland", "spso"), ("ko41b", "england", "local_government"), ("reg17", "scotland", "spso")],
)
async def test_a_body_of_whom_no_law_asks_for_a_report_is_told_so(
    office: Office, api_dsns: DatabaseDsns, kind: str, nation: str, regime: str
) -> None:
    office.body = make_body(api_dsns.migrator, nation=nation, regime=regime, follows=None)
    answer = await office.post("", YEAR | {"kind": kind})
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, "not_for_this_body")
    assert (await office.compiled(**(YEAR | {"kind": "board"})))["kind"] == "board"
