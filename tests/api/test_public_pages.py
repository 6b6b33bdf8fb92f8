"""The page for everybody: what an organisation has published, and nothing else, without a token."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date

import httpx2
import psycopg
import pytest
from fastapi import FastAPI
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from activities.reporting.compiling import BUILDERS
from api.app import create_app
from db.engine import Database
from db.queries import published_reports
from db.queries.incoming import NOBODY
from db.report_states import slug_of
from runtime.database_roles import DatabaseDsns
from runtime.settings import Settings
from tests.api.conftest import serving
from tests.api.fakes import FixedClock
from tests.api.people import Tokens
from tests.api.report_people import LEADER, Office, tiny
from tests.api.test_corrections import code_of
from tests.bodies import Body, plain

pytestmark = pytest.mark.at_once

SLUG = "public-2026-11-01-to-2026-11-18"


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


async def public(office: Office, path: str = "", **headers: str) -> httpx2.Response:
    return await office.client.get(f"/public/{office.body.code}{path}", headers=headers)


async def test_what_is_published_is_read_by_everybody_in_each_format(office: Office) -> None:
    await office.log()
    shown = await office.published()
    assert shown["publication"]["path"] == f"/public/{office.body.code}/{SLUG}"
    kept = (await office.get(f"/{shown['id']}/document")).content
    page = await public(office)
    assert page.status_code == 200
    assert f'href="/public/{office.body.code}/{SLUG}.pdf"' in page.text
    begins = {"": b"<!doctype", ".html": b"<!doctype", ".csv": b"\xef\xbb\xbfis", ".pdf": b"%PDF-", ".json": kept}
    for ending, start in begins.items():
        answer = await public(office, f"/{SLUG}{ending}")
        assert (answer.status_code, answer.content.startswith(start)) == (200, True), ending
        assert answer.headers["cache-control"] == "public, max-age=300"
        assert "set-cookie" not in answer.headers
        same = await public(office, f"/{SLUG}{ending}", **{"If-None-Match": answer.headers["etag"]})
        assert (same.status_code, same.content) == (304, b"")
    html = await public(office, f"/{SLUG}")
    assert "default-src 'none'" in html.headers["content-security-policy"]
    # Nothing inside can be opened from outside, nor is it told who did what.
    assert "/v1/" not in html.text
    assert not any(str(person) in html.text + page.text for person in office.body.people.values())
    assert "Draft." not in html.text


async def test_nothing_is_there_that_was_not_published(office: Office) -> None:
    assert (await public(office)).status_code == 404
    report = await office.compiled(kind="public")
    await office.post(f"/{report['id']}/approval", role=LEADER)
    board = await office.compiled()
    await office.post(f"/{board['id']}/approval", role=LEADER)
    for path in ("", f"/{SLUG}", "/board-2026-11-01-to-2026-11-18", f"/{report['id']}", "/..%2f", f"/{SLUG}.exe"):
        assert (await public(office, path)).status_code == 404, path
    for code in ("NOBODY-HERE", "x" * 65, "%00", "a%20b"):
        assert (await office.client.get(f"/public/{code}")).status_code == 404
        assert (await office.client.get(f"/public/{code}/{SLUG}")).status_code == 404


async def test_what_was_withdrawn_says_so_and_not_why(office: Office) -> None:
    shown = await office.published()
    withdrawal = f"/{shown['id']}/withdrawal"
    done = await office.post(withdrawal, {"reason": "Marker: a ward was named."}, key="withdraw")
    assert (done.status_code, done.json()["state"]) == (200, "withdrawn")
    assert done.json()["publication"]["withdrawnReason"] == "Marker: a ward was named."
    assert (
        await office.post(withdrawal, {"reason": "Marker: a ward was named."}, key="withdraw")
    ).json() == done.json()
    assert code_of(await office.post(withdrawal, {"reason": "Again."})) == (409, "report_not_published")
    for path in ("", *(f"/{SLUG}{ending}" for ending in ("", ".pdf", ".csv", ".json"))):
        answer = await public(office, path)
        assert answer.status_code == (410 if path else 200)
        assert "withdr" in answer.text
        assert "Marker" not in answer.text
        assert "What came in" not in answer.text
    # What was published is kept inside.
    assert (await office.get(f"/{shown['id']}/document")).status_code == 200


async def test_an_address_shows_one_report_until_it_is_withdrawn_and_then_the_next(office: Office) -> None:
    first = await office.published()
    await office.log()
    second = await office.compiled(kind="public")
    publication = f"/{second['id']}/publication"
    await office.post(f"/{second['id']}/approval", role=LEADER)
    assert code_of(await office.post(publication)) == (409, "report_shown_already")
    await office.post(f"/{first['id']}/withdrawal", {"reason": "One was missing."})
    assert (await office.post(publication)).status_code == 200
    answer = await public(office, f"/{SLUG}.json")
    assert answer.content == (await office.get(f"/{second['id']}/document")).content
    page = (await public(office)).text
    assert page.count(f'/{SLUG}"') == 1
    assert "Withdrawn" not in page


async def test_what_would_tell_of_few_beside_what_was_published_since_is_not_published(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(BUILDERS, "annual", tiny("annual"))
    for day in ["2026-11-02"] * 6 + ["2026-11-12"] * 2:
        await office.log(receivedOn=day)
    whole = await office.compiled(kind="annual")
    await office.post(f"/{whole['id']}/approval", role=LEADER)
    part = await office.published(until="2026-11-09")
    publication = f"/{whole['id']}/publication"
    assert code_of(await office.post(publication)) == (409, "report_tells"), "eight less six are two"
    await office.post(f"/{part['id']}/withdrawal", {"reason": "The whole is to stand."})
    assert (await office.post(publication)).status_code == 200


async def test_days_are_published_once_of_each_kind_however_they_are_cut(office: Office) -> None:
    """The eighteen days less the seventeen would tell what the eighteenth hides."""
    await office.published()
    for days in ({"until": "2026-11-17"}, {"from": "2026-11-18"}, {"from": "2026-10-01"}):
        cut = await office.compiled(kind="public", **days)
        await office.post(f"/{cut['id']}/approval", role=LEADER)
        assert code_of(await office.post(f"/{cut['id']}/publication")) == (409, "report_shown_already"), days
    before = await office.compiled(kind="public", **{"from": "2026-10-01", "until": "2026-10-31"})
    await office.post(f"/{before['id']}/approval", role=LEADER)
    assert (await office.post(f"/{before['id']}/publication")).status_code == 200


async def test_who_may_see_no_words_does_not_see_why(office: Office, api_dsns: DatabaseDsns) -> None:
    shown = await office.published()
    await office.post(f"/{shown['id']}/withdrawal", {"reason": "Marker."})
    assert "Marker" in (await office.get(f"/{shown['id']}", "auditor")).text
    events = await office.client.get("/v1/office-events", headers=office.headers())
    assert "report.withdrawn" in events.text
    assert "Marker" not in events.text


@pytest.fixture
async def hasty(
    settings: Settings, engine: object, clock: FixedClock, office: Office
) -> AsyncIterator[httpx2.AsyncClient]:
    few = settings.model_copy(update={"public_reads_an_hour": 3})
    async with serving(create_app(few, engine=engine, clock=clock)) as client:  # type: ignore[arg-type]
        yield client


async def test_an_address_that_asks_too_often_is_told_so(hasty: httpx2.AsyncClient) -> None:
    answers = [await hasty.get("/public/NOBODY") for _ in range(4)]
    assert [answer.status_code for answer in answers] == [404, 404, 404, 429]
    assert answers[-1].headers["retry-after"] == "60"


async def test_whoever_is_no_tenant_sees_no_row_and_no_report_of_the_board(
    office: Office, database: Database, api_dsns: DatabaseDsns
) -> None:
    shown = await office.published()
    board = await office.compiled()
    with psycopg.connect(plain(api_dsns.migrator)) as connection:  # even one that somebody forced onto the page
        connection.execute(
            "insert into report_publication (id, organisation_id, report_id, slug, published_at)"
            " values (gen_random_uuid(), %s, %s, 'board-x', now())",
            (office.body.id, board["id"]),
        )
    async with database.tenant(NOBODY, office.clock.instant) as session:
        for table in ("report", "report_publication"):
            assert await session.scalar(text(f"select count(*) from {table}")) == 0
        found = await published_reports.listed(session, office.body.code)
        assert [each.slug for each in found] == [shown["publication"]["slug"]]
        for address in (office.body.code.lower(), "%", "", "' or true --"):
            assert await published_reports.listed(session, address) == []
            assert await published_reports.one(session, address, SLUG) is None
        assert await published_reports.one(session, office.body.code, "board-x") is None


@pytest.mark.parametrize(
    "statement",
    [
        "update report set document = '{}'",
        "update report set sha256 = ''",
        "delete from report",
        "delete from report_publication",
        "update report_publication set slug = 'other'",
    ],
)
async def test_a_report_is_never_changed(office: Office, database: Database, statement: str) -> None:
    await office.published()
    with pytest.raises(DBAPIError, match="permission denied"):
        async with database.tenant(office.body.id, office.clock.instant) as session:
            await session.execute(text(statement))


@pytest.mark.parametrize("state", ["compiled", "approved", "published"])
async def test_what_becomes_of_a_report_goes_one_way(office: Office, database: Database, state: str) -> None:
    shown = await office.published()
    if state == "published":
        await office.post(f"/{shown['id']}/withdrawal", {"reason": "Wrong."})
    with pytest.raises(DBAPIError):
        async with database.tenant(office.body.id, office.clock.instant) as session:
            await session.execute(text("update report set state = :state"), {"state": state})


@pytest.mark.parametrize(
    ("first", "last", "slug"),
    [
        (date(2027, 4, 1), date(2028, 3, 31), "annual-2027-28"),
        (date(2099, 4, 1), date(2100, 3, 31), "annual-2099-00"),
        (date(2027, 4, 1), date(2028, 3, 30), "annual-2027-04-01-to-2028-03-30"),
        (date(2027, 4, 1), date(2029, 3, 31), "annual-2027-04-01-to-2029-03-31"),
    ],
)
def test_an_address_is_of_kind_and_days(first: date, last: date, slug: str) -> None:
    assert slug_of("annual", first, last) == slug
