"""A parent department: it sees what its bodies compiled for it and approved, who has not, and nothing else of them."""

from __future__ import annotations

from typing import Any

import httpx2
import psycopg
import pytest
from fastapi import FastAPI

from runtime.database_roles import DatabaseDsns
from tests.api.fakes import FixedClock
from tests.api.people import Tokens
from tests.api.report_people import LEADER, Office
from tests.api.test_corrections import code_of
from tests.api.test_sharing import as_tenant, read, say
from tests.bodies import make_body

pytestmark = pytest.mark.at_once

__all__ = ["as_tenant"]

RESPONSIBLE = "responsible_person"
DAYS = {"kind": "oversight", "from": "2026-10-01", "until": "2026-11-18"}
PERIOD = "from=2026-10-01&until=2026-11-18"
TABLES = """
    select c.relname::text from pg_class c join pg_attribute a on a.attrelid = c.oid and not a.attisdropped
    where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and a.attname = 'organisation_id'
"""


class Department:
    """A parent, two bodies, and a stranger, all of one installation."""

    def __init__(self, client: httpx2.AsyncClient, tokens: Tokens, app: FastAPI, clock: FixedClock, dsn: str) -> None:
        self.parent, self.first, self.second, self.stranger = (
            Office(client, tokens, app, clock, make_body(dsn)) for _ in range(4)
        )

    async def agreed(self, body: Office, from_on: str = "2026-04-01") -> dict[str, Any]:
        answer = await say(
            body, "/v1/oversight/links", {"parent": self.parent.body.code, "fromOn": from_on}, RESPONSIBLE
        )
        assert answer.status_code == 201, answer.text
        shown: dict[str, Any] = answer.json()
        return shown

    async def delivered(self, body: Office, **changes: Any) -> dict[str, Any]:
        """Compile an aggregate and approve it."""
        report = await body.compiled(**(DAYS | changes))
        approved = await body.post(f"/{report['id']}/approval", role=LEADER)
        assert approved.status_code == 200, approved.text
        body.later()
        return report

    async def bodies(self, days: str = f"?{PERIOD}") -> dict[str, Any]:
        return await read(self.parent, f"/v1/oversight/bodies{days}", LEADER)

    async def report(self, **params: str) -> Any:
        headers = self.parent.headers("auditor")
        days = {"from": "2026-10-01", "until": "2026-11-18"}
        answer = await self.parent.client.get("/v1/oversight/report", params=days | params, headers=headers)
        assert answer.status_code == 200, answer.text
        return answer


@pytest.fixture
def department(
    client: httpx2.AsyncClient, tokens: Tokens, app: FastAPI, clock: FixedClock, api_dsns: DatabaseDsns
) -> Department:
    return Department(client, tokens, app, clock, api_dsns.migrator)


def column(document: dict[str, Any], table: str, code: str) -> dict[str, Any]:
    """Return the cells of a column by row: `hidden` for one that is not shown."""
    (found,) = [each for section in document["sections"] for each in section["tables"] if each["code"] == table]
    place = [each["code"] for each in found["columns"]].index(code)
    rows = found["rows"] + ([found["total"]] if found["total"] else [])
    return {
        row["code"]: "hidden" if row["cells"][place]["suppressed"] else row["cells"][place]["value"] for row in rows
    }


async def test_a_parent_sees_what_was_approved_for_it_added_up_and_who_has_not_delivered(
    department: Department,
) -> None:
    one, two, parent = department.first, department.second, department.parent
    for body in (one, two):
        await department.agreed(body)
    for _ in range(6):
        await one.log(receivedOn="2026-11-02")
    draft = await one.compiled(**DAYS)
    first, second = sorted((one.body.code, two.body.code))
    assert (await department.bodies())["missing"] == [first, second]
    approval = await one.post(f"/{draft['id']}/approval", role=LEADER)
    assert approval.status_code == 200
    seen = await department.bodies()
    assert seen["missing"] == [two.body.code]
    delivered = {each["code"]: each["delivered"] for each in seen["items"]}
    assert delivered[one.body.code]["sha256"] == draft["sha256"] and delivered[two.body.code] is None
    # The other body has two complaints: too few to be shown, and so no sum is exact.
    for _ in range(2):
        await two.log(receivedOn="2026-11-03")
    await department.delivered(two)
    document = (await department.report()).json()
    assert column(document, "subjects", "received") == {
        one.body.code: 6,
        two.body.code: "hidden",
        "at_least": 7,
        "all": "hidden",
    }
    assert document["organisation_code"] == parent.body.code
    for format, begins in (("csv", b"\xef\xbb\xbfis,"), ("html", b"<!doctype html>"), ("pdf", b"%PDF-")):
        assert (await department.report(format=format)).content.startswith(begins)


async def test_a_body_that_has_not_delivered_is_named_in_the_view(department: Department) -> None:
    await department.agreed(department.first)
    document = (await department.report()).json()
    said = column(document, "delivered", "delivered")
    assert said == {department.first.body.code: "Not delivered"}
    # Of days before it agreed nothing is asked of it.
    early = await read(department.parent, "/v1/oversight/bodies?from=2026-01-01&until=2026-03-31")
    assert early["missing"] == []


async def test_of_the_same_days_the_last_is_seen_and_one_that_knows_less_displaces_nothing(
    department: Department, as_tenant: Any
) -> None:
    one = department.first
    await department.agreed(one)
    for _ in range(5):
        await one.log(receivedOn="2026-11-02")
    old = await one.compiled(**DAYS)
    await one.log(receivedOn="2026-11-03")
    new = await department.delivered(one)
    assert (await one.post(f"/{old['id']}/approval", role=LEADER)).status_code == 200
    (body,) = (await department.bodies())["items"]
    assert body["delivered"]["sha256"] == body["last"]["sha256"] == new["sha256"]
    # What it knew before, beside what it knows now, would tell of one complaint.
    assert len(as_tenant(department.parent.body.id, "select id from oversight_delivery")) == 1
    assert len(as_tenant(one.body.id, "select id from oversight_delivery")) == 2


async def test_nothing_else_of_a_body_is_read_by_its_parent_or_anything_by_a_stranger(
    department: Department, as_tenant: Any, migrator: psycopg.Connection[Any]
) -> None:
    one = department.first
    reference = await one.log(receivedOn="2026-11-02")
    await one.compiled(**(DAYS | {"kind": "board"}))
    await one.compiled(**DAYS)  # nobody approved it
    await department.delivered(one, **{"from": "2026-01-01", "until": "2026-02-28"})  # before the day they agreed on
    await department.agreed(one)
    report = await department.delivered(one)
    of_one = [row[0] for row in migrator.execute(TABLES).fetchall()]
    assert len(of_one) > 100
    seen: dict[str, set[str]] = {"parent": set(), "stranger": set()}
    for who, office in (("parent", department.parent), ("stranger", department.stranger)):
        for table in of_one:
            found = as_tenant(office.body.id, f"select count(*) from {table} where organisation_id = %s", one.body.id)
            if found != [(0,)]:
                seen[who].add(table)
    assert seen == {"parent": {"oversight_link", "oversight_delivery"}, "stranger": set()}
    ((first_on, sha256, document),) = as_tenant(
        department.parent.body.id, "select first_on, sha256, document from oversight_delivery"
    )
    assert (first_on.isoformat(), sha256) == ("2026-10-01", report["sha256"])
    for text in (document, (await department.report()).text):
        for each in (reference, "Una", "hearing", *map(str, one.body.people.values())):
            assert each not in text
    for path in (f"/{report['id']}", f"/{report['id']}/document", f"/{report['id']}/figures/received"):
        assert code_of(await department.parent.get(path)) == (404, "not_found")
    assert (await department.parent.get("")).json()["items"] == []
    assert (await read(department.stranger, "/v1/oversight/bodies"))["items"] == []
    assert (await read(department.stranger, "/v1/oversight/links"))["items"] == []


@pytest.mark.parametrize("side", ["body", "parent"])
async def test_either_ends_it_and_then_nothing_is_seen(department: Department, as_tenant: Any, side: str) -> None:
    one, parent = department.first, department.parent
    link = await department.agreed(one)
    await department.delivered(one)
    at = f"/v1/oversight/links/{link['id']}/end"
    reason = {"reason": "The body is another department's now."}
    assert code_of(await say(department.stranger, at, reason)) == (404, "not_found")
    ended = await say(one if side == "body" else parent, at, reason, LEADER)
    assert (ended.status_code, ended.json()["endedBy"]) == (200, side)
    assert code_of(await say(parent, at, reason)) == (409, "already_ended")
    assert (await department.bodies())["items"] == []
    assert as_tenant(parent.body.id, "select * from oversight_delivery") == []
    for office in (one, parent):
        (shown,) = (await read(office, "/v1/oversight/links"))["items"]
        assert shown["endedReason"] == reason["reason"]
        with pytest.raises(psycopg.Error):
            as_tenant(
                office.body.id, "update oversight_link set ended_at = null, ended_side = null, ended_reason = null"
            )
    # Agreed anew, it is seen again: also what was approved meanwhile.
    await department.agreed(one)
    assert (await department.bodies())["missing"] == []


async def test_no_side_ends_it_in_the_name_of_the_other_or_reaches_further(
    department: Department, as_tenant: Any
) -> None:
    await department.agreed(department.first)
    end = "update oversight_link set ended_at = '2026-11-18', ended_reason = 'x', ended_side = %s"
    for office, other in ((department.first, "parent"), (department.parent, "body")):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            as_tenant(office.body.id, end, other)
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        as_tenant(department.parent.body.id, "update oversight_link set from_on = '2020-01-01'")
    assert as_tenant(department.stranger.body.id, end, "body") == [0]


async def test_only_the_responsible_person_agrees_once_and_with_another_organisation(department: Department) -> None:
    one, at = department.first, "/v1/oversight/links"
    said = {"parent": department.parent.body.code, "fromOn": "2026-04-01"}
    for role in ("complaints_manager", LEADER, "handler", "auditor"):
        assert code_of(await say(one, at, said, role)) == (403, "forbidden")
    # One whose token says so, and whom nobody appointed.
    assert code_of(await say(one, at, said, RESPONSIBLE, subject=LEADER)) == (403, "forbidden")
    for code in (one.body.code, "NOBODY-HERE"):
        answer = await say(one, at, said | {"parent": code}, RESPONSIBLE)
        assert [each["pointer"] for each in answer.json()["errors"]] == ["/parent"]
    first = await say(one, at, said, RESPONSIBLE, key="agree")
    assert (await say(one, at, said, RESPONSIBLE, key="agree")).json() == first.json()
    assert code_of(await say(one, at, said, RESPONSIBLE)) == (409, "link_known")


async def test_days_that_cannot_be_are_turned_away(department: Department) -> None:
    for path in (
        "bodies?from=2026-11-01",
        "bodies?from=2026-11-02&until=2026-11-01",
        "report?from=2026-11-02&until=2026-11-01",
        "report?from=2026-11-02",
    ):
        headers = department.parent.headers(LEADER)
        answer = await department.parent.client.get(f"/v1/oversight/{path}", headers=headers)
        assert answer.status_code == 422, path
