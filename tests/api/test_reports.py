"""Reports over HTTP: compiled and kept, shown in each format, the same again later, opened, approved."""

from __future__ import annotations

import asyncio
import hashlib
from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx2
import pytest
from fastapi import FastAPI

from activities.reporting.compiling import BUILDERS
from reports.csv import read as read_csv
from runtime.database_roles import DatabaseDsns
from tests.api.fakes import FixedClock
from tests.api.people import ROLES, Tokens, listed
from tests.api.report_people import LEADER, MANAGER, NOVEMBER, Office, received, tiny
from tests.api.test_corrections import code_of
from tests.bodies import Body, make_body

pytestmark = pytest.mark.at_once

SEE = {"complaints_manager", "responsible_person", "senior_leader", "auditor"}


@pytest.fixture
def office(
    client: httpx2.AsyncClient,
    tokens: Tokens,
    app: FastAPI,
    clock: FixedClock,
    body: Body,
    monkeypatch: pytest.MonkeyPatch,
) -> Office:
    for kind in ("board", "public"):
        monkeypatch.setitem(BUILDERS, kind, tiny(kind))
    return Office(client, tokens, app, clock, body)


async def test_a_report_is_kept_as_it_was_compiled_whatever_is_learned_later(office: Office) -> None:
    await office.log()
    first = await office.compiled()
    before = await office.get(f"/{first['id']}/document")
    assert received(before.json())["value"] == 1
    assert hashlib.sha256(before.content).hexdigest() == first["sha256"]

    await office.log(receivedOn="2026-11-16")
    assert (await office.get(f"/{first['id']}/document")).content == before.content
    rebuilt = (await office.get(f"/{first['id']}/rebuilt")).json()
    assert rebuilt == {"identical": True, "sha256": first["sha256"], "rebuiltSha256": first["sha256"]}
    second = await office.compiled()
    assert received(await office.document(second["id"]))["value"] == 2
    assert (second["supersedesId"], second["state"]) == (first["id"], "compiled")
    # What was known then can be asked for anew, too.
    again = await office.compiled(knownUntil=first["knownUntil"])
    assert received(await office.document(again["id"]))["value"] == 1


async def test_what_is_read_late_was_not_known_to_a_report_that_was_compiled_before(office: Office) -> None:
    await office.log()
    first = await office.compiled()
    assert first["knownUntil"] == first["compiledAt"]
    # The verdict of this one bears an earlier instant than the report: it was committed later.
    office.clock.instant -= timedelta(minutes=2)
    await office.log()
    office.later(timedelta(hours=1))
    later = await office.compiled()
    assert received(await office.document(later["id"]))["value"] == 2
    assert (await office.get(f"/{first['id']}/rebuilt")).json()["identical"] is True


async def test_beside_each_value_stands_what_is_known_since(office: Office) -> None:
    await office.log(receivedOn="2026-11-02")
    report = await office.compiled()
    await office.log(receivedOn="2026-11-03")
    await office.log(receivedOn="2026-11-04")
    office.later()
    since = office.clock.instant.isoformat()
    document = await office.document(report["id"], since=since)
    assert (received(document)["value"], received(document)["since"]) == (1, 3)
    (cell,) = document["sections"][0]["tables"][0]["rows"][0]["cells"]
    assert (cell["value"], cell["since"]) == (1, 3)
    assert document["since_at"] is not None
    assert received(await office.document(report["id"]))["since"] is None
    lines = read_csv((await office.get(f"/{report['id']}/document", since=since, format="csv")).content)
    assert [(line["value"], line["since"]) for line in lines if line["is"] == "figure"] == [("1", "3")]


async def test_a_month_that_came_up_since_stands_at_the_end_with_its_later_value_alone(office: Office) -> None:
    await office.log(receivedOn="2026-11-02")
    report = await office.compiled(**{"from": "2026-10-01"})
    await office.log(receivedOn="2026-10-12")
    office.later()
    document = await office.document(report["id"], since=office.clock.instant.isoformat())
    rows = [(row["code"], row["cells"][0]["value"], row["cells"][0]["since"])
            for row in document["sections"][0]["tables"][0]["rows"]]  # fmt: skip
    assert rows == [("2026-11", 1, 1), ("2026-10", None, 1)]


@pytest.mark.parametrize("since", ["2026-11-18T09:00:00Z", "2026-11-30T00:00:00Z", "yesterday"])
async def test_since_an_instant_before_the_report_or_to_come_is_turned_away(office: Office, since: str) -> None:
    report = await office.compiled()
    assert (await office.get(f"/{report['id']}/document", since=since)).status_code == 422


@pytest.mark.parametrize(
    ("format", "type", "begins"),
    [
        ("json", "application/json", b"{"),
        ("csv", "text/csv; charset=utf-8", b"\xef\xbb\xbfis,"),
        ("html", "text/html; charset=utf-8", b"<!doctype html>"),
        ("pdf", "application/pdf", b"%PDF-"),
    ],
)
async def test_a_report_is_shown_in_each_format(office: Office, format: str, type: str, begins: bytes) -> None:
    await office.log()
    report = await office.compiled()
    asked = await office.get(f"/{report['id']}/document", format=format)
    assert (asked.status_code, asked.headers["content-type"]) == (200, type)
    assert asked.content.startswith(begins)
    name = f"{office.body.code}-board-2026-11-01-to-2026-11-18.{format}"
    assert asked.headers["content-disposition"] == f"attachment; filename*=UTF-8''{name}"
    headers = office.headers() | {"Accept": f"x/y, {type.split(';')[0]};q=0.9, */*"}
    accepted = await office.client.get(f"/v1/reports/{report['id']}/document", headers=headers)
    assert accepted.headers["content-type"] == type
    if format != "html":
        assert accepted.content == asked.content
    else:
        assert f'href="/v1/reports/{report["id"]}/figures/received?by=month&amp;value=2026-11"' in asked.text
        assert "script" not in asked.text
        assert "default-src 'none'" in asked.headers["content-security-policy"]


async def test_a_figure_is_opened_down_to_the_complaints_that_it_counted(office: Office) -> None:
    references = {await office.log(receivedOn=f"2026-11-0{day}") for day in range(2, 7)}
    old = await office.log(receivedOn="2026-10-30")
    report = await office.compiled(**{"from": "2026-10-01"})
    await office.log(receivedOn="2026-11-07")
    figure = f"/v1/reports/{report['id']}/figures/received"
    headers = office.headers()
    behind = await listed(office.client, figure, headers)
    assert {each["reference"] for each in behind} == references | {old}
    assert len(behind) == received(await office.document(report["id"]))["value"] == 6
    one = await listed(office.client, figure, headers, by="month", value="2026-10")
    assert [(each["reference"], each["receivedOn"], each["times"]) for each in one] == [(old, "2026-10-30", 1)]
    # A page at a time, each once.
    seen, cursor = [], None
    while True:
        page = (await office.client.get(figure, params={"limit": 2} | ({"cursor": cursor} if cursor else {}),
                                        headers=headers)).json()  # fmt: skip
        assert len(page["items"]) <= 2
        seen += [each["reference"] for each in page["items"]]
        if (cursor := page["next"]) is None:
            break
    assert sorted(seen) == sorted(references | {old})


@pytest.mark.parametrize(
    ("path", "params", "status"),
    [
        ("nonsense", {}, 404),
        ("received", {"by": "owner", "value": "x"}, 404),
        ("received", {"by": "month"}, 422),
        ("received", {"value": "2026-11"}, 422),
        ("received", {"by": "month", "value": "a\x00b"}, 422),
        ("received", {"cursor": "x"}, 422),
        ("no figure at all!", {}, 422),
    ],
)
async def test_what_is_no_figure_is_not_opened(office: Office, path: str, params: dict[str, str], status: int) -> None:
    report = await office.compiled()
    assert (await office.get(f"/{report['id']}/figures/{path}", **params)).status_code == status


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"kind": "league_table"}, "/kind"),
        ({"until": "2026-10-31"}, "/until"),
        ({"from": "2023-11-18"}, "/until"),
        ({"from": "2020-02-29", "until": "2023-03-01"}, "/until"),
        ({"until": "2026-11-19"}, "/until"),
        ({"until": "2026-11-18", "knownUntil": "2026-11-17T23:59:59Z"}, "/until"),
        ({"knownUntil": "2026-11-18T10:30:00.000001Z"}, "/knownUntil"),
        ({"knownUntil": "2026-11-18"}, "/knownUntil"),
        ({"from": 20261101}, "/from"),
        ({"from": "2026-02-30"}, "/from"),
        ({"compiledBy": "me"}, "/compiledBy"),
    ],
)
async def test_a_report_about_what_cannot_be_is_not_compiled(
    office: Office, changes: dict[str, Any], pointer: str
) -> None:
    answer = await office.post("", NOVEMBER | changes)
    assert code_of(answer) == (422, "invalid_request")
    assert [each["pointer"] for each in answer.json()["errors"]] == [pointer]
    assert (await office.get("")).json()["items"] == []


@pytest.mark.parametrize(("first", "last"), [("2023-11-19", "2026-11-18"), ("2020-02-29", "2023-02-28")])
async def test_three_years_are_not_too_long(office: Office, first: str, last: str) -> None:
    report = await office.compiled(**{"from": first, "until": last})
    assert (report["from"], report["until"]) == (first, last)


async def test_the_same_key_compiles_once_and_another_body_under_it_is_refused(office: Office) -> None:
    first = await office.post("", NOVEMBER, key="once")
    office.later()
    again = await office.post("", NOVEMBER, key="once")
    assert (again.status_code, again.json(), again.headers["location"]) == (
        201,
        first.json(),
        first.headers["location"],
    )
    other = await office.post("", NOVEMBER | {"from": "2026-11-02"}, key="once")
    assert code_of(other) == (422, "idempotency_key_reused")
    assert len((await office.get("")).json()["items"]) == 1


async def test_what_is_asked_for_twice_at_once_is_compiled_once(office: Office) -> None:
    both = await asyncio.gather(*(office.post("", NOVEMBER, key="twice") for _ in range(2)))
    assert [answer.status_code for answer in both] == [201, 201]
    assert both[0].json() == both[1].json()
    assert len((await office.get("")).json()["items"]) == 1


async def test_each_role_may_do_what_it_may(office: Office) -> None:
    report = await office.compiled()
    here = f"/{report['id']}"
    for role in ROLES:
        reads = [await office.get(path, role) for path in ("", here, f"{here}/document", f"{here}/rebuilt")]
        reads.append(await office.get(f"{here}/figures/received", role))
        assert {answer.status_code for answer in reads} == ({200} if role in SEE else {403}), role
        compiled = await office.post("", NOVEMBER, role)
        assert compiled.status_code == (201 if role in {MANAGER, "responsible_person"} else 403), role
        for path, said in (("approval", None), ("publication", None), ("withdrawal", {"reason": "Wrong."})):
            allowed = (await office.post(f"/{compiled_id(compiled, report)}/{path}", said, role)).status_code != 403
            assert allowed is (role in {MANAGER, "responsible_person", LEADER}), (role, path)


def compiled_id(compiled: httpx2.Response, else_: dict[str, Any]) -> str:
    return str(compiled.json().get("id", else_["id"]))


async def test_nobody_compiles_or_approves_without_being_a_person(office: Office) -> None:
    report = await office.compiled()
    for path, body in (("", NOVEMBER), (f"/{report['id']}/approval", None)):
        answer = await office.post(path, body, subject="some-system")
        assert code_of(answer) == (403, "person_needed")


async def test_another_organisation_finds_no_report(office: Office, api_dsns: DatabaseDsns) -> None:
    report = await office.compiled()
    stranger = Office(office.client, office.tokens, office.app, office.clock, make_body(api_dsns.migrator))
    here = f"/{report['id']}"
    for path in (here, f"{here}/document", f"{here}/rebuilt", f"{here}/figures/received", f"/{uuid4()}"):
        assert code_of(await stranger.get(path)) == (404, "not_found")
    for path, said in (("approval", None), ("publication", None), ("withdrawal", {"reason": "Mine."})):
        assert code_of(await stranger.post(f"{here}/{path}", said)) == (404, "not_found")
    assert (await stranger.get("")).json()["items"] == []
    assert (await office.get(here)).json()["state"] == "compiled"


async def test_reports_are_listed_the_newest_first_page_by_page(office: Office) -> None:
    made = [(await office.compiled(kind=kind))["id"] for kind in ("board", "public", "board")]
    assert [each["id"] for each in await listed(office.client, "/v1/reports", office.headers())] == made[::-1]
    page = (await office.get("", limit=2)).json()
    rest = (await office.get("", limit=2, cursor=page["next"])).json()
    assert [each["id"] for each in page["items"] + rest["items"]] == made[::-1]
    assert rest["next"] is None
    assert [each["id"] for each in (await office.get("", kind="public")).json()["items"]] == [made[1]]
    assert (await office.get("", kind="league_table")).status_code == 422


async def test_another_person_than_who_compiled_it_approves_a_report_once(office: Office) -> None:
    report = await office.compiled()
    approval = f"/{report['id']}/approval"
    assert code_of(await office.post(approval)) == (409, "report_compiled_by_you")
    done = await office.post(approval, role=LEADER, key="approve")
    assert (done.status_code, done.json()["state"]) == (200, "approved")
    assert done.json()["approvedBy"]["id"] == str(office.body.person(LEADER))
    assert (await office.post(approval, role=LEADER, key="approve")).json() == done.json()
    assert code_of(await office.post(approval, role=LEADER)) == (409, "report_decided")
    events = await listed(office.client, "/v1/office-events", office.headers())
    assert [each["kind"] for each in events][:2] == ["report.approved", "report.compiled"]


async def test_a_draft_says_so_and_an_approved_report_does_not(office: Office) -> None:
    report = await office.compiled()
    assert "Draft." in (await office.get(f"/{report['id']}/document", format="html")).text
    await office.post(f"/{report['id']}/approval", role=LEADER)
    assert "Draft." not in (await office.get(f"/{report['id']}/document", format="html")).text


async def test_a_board_report_is_not_for_everybody(office: Office) -> None:
    report = await office.compiled()
    publication = f"/{report['id']}/publication"
    assert code_of(await office.post(publication)) == (409, "report_not_for_everybody")
    other = await office.compiled(kind="public")
    assert code_of(await office.post(f"/{other['id']}/publication")) == (409, "report_not_approved")
    withdrawal = await office.post(f"/{other['id']}/withdrawal", {"reason": "Wrong."})
    assert code_of(withdrawal) == (409, "report_not_published")
