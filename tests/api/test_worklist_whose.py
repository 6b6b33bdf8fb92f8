"""The worklist by owner, team, division and cover, page by page."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import httpx2
import psycopg
import pytest

from tests.api.office_rows import TODAY, Rows
from tests.api.people import Tokens


@pytest.fixture
def rows(api_dsns: object, migrator: psycopg.Connection[Any]) -> Rows:
    return Rows(migrator)


async def listed(
    client: httpx2.AsyncClient, tokens: Tokens, rows: Rows, role: str = "handler", **params: Any
) -> set[UUID]:
    headers = tokens.headers(role, organisation=rows.id)
    answer = await client.get("/v1/complaints", params={"limit": 100} | params, headers=headers)
    assert answer.status_code == 200, answer.text
    return {UUID(line["id"]) for line in answer.json()["items"]}


async def test_a_case_is_the_teams_that_it_names_else_the_teams_of_its_owner_today(
    client: httpx2.AsyncClient, tokens: Tokens, rows: Rows
) -> None:
    division = rows.unit("division", "acute")
    surgery, medicine = rows.unit("team", "surgery", division), rows.unit("team", "medicine")
    rows.member("handler", surgery)
    rows.member("investigator", medicine)
    rows.member("auditor", surgery, ends=-1)
    rows.member("senior_leader", surgery, starts=1)
    rows.member("responsible_person", division, role="division_lead")
    by_owner, named = rows.complaint("handler"), rows.complaint("investigator", team_id=surgery)
    elsewhere = rows.complaint("handler", team_id=medicine)
    queued = rows.complaint(None, team_id=surgery)
    gone, coming = rows.complaint("auditor"), rows.complaint("senior_leader")
    in_division = rows.complaint("auditor", division_id=division)
    leads = rows.complaint("responsible_person")

    assert await listed(client, tokens, rows, team="surgery") == {by_owner, named, queued}
    assert await listed(client, tokens, rows, team=str(surgery)) == {by_owner, named, queued}
    assert await listed(client, tokens, rows, team="medicine") == {elsewhere}
    assert await listed(client, tokens, rows, division="acute") == {by_owner, named, queued, in_division, leads}
    assert await listed(client, tokens, rows, team="surgery", owner="unassigned") == {queued}
    assert await listed(client, tokens, rows, team="acute") == set()
    assert await listed(client, tokens, rows, team="nothing") == set()
    assert not {gone, coming} & await listed(client, tokens, rows, division="acute")
    theirs = tokens.headers("handler")  # of another organisation, which has no such team
    answer = await client.get("/v1/complaints", params={"team": str(surgery)}, headers=theirs)
    assert (answer.status_code, answer.json()["items"]) == (200, [])


async def test_the_cases_of_those_i_cover_are_shown_to_me_while_they_are_away(
    client: httpx2.AsyncClient, tokens: Tokens, rows: Rows
) -> None:
    covered, mine = rows.complaint("investigator"), rows.complaint("handler")
    rows.complaint("auditor")
    rows.away("investigator", "handler", starts=0, ends=0)
    rows.away("auditor", "handler", starts=1, ends=5)
    assert await listed(client, tokens, rows, coveredByMe=True) == {covered}
    assert mine in await listed(client, tokens, rows, coveredByMe=False)
    assert await listed(client, tokens, rows, "investigator", coveredByMe=True) == set()
    assert await listed(client, tokens, rows, owner="me") == {mine}
    headers = tokens.headers("handler", organisation=rows.id, subject="nobody-we-know")
    for params in ({"coveredByMe": True}, {"owner": "me"}):
        assert (await client.get("/v1/complaints", params=params, headers=headers)).json()["items"] == []


@pytest.mark.parametrize("sort", ["nextEvent", "receivedOn"])
async def test_pages_neither_lose_nor_repeat_cases_of_the_same_instant_and_of_none(
    client: httpx2.AsyncClient, tokens: Tokens, rows: Rows, sort: str
) -> None:
    instants = [None, "2026-11-19T10:00:00Z", "2026-11-19T10:00:00Z", "2026-11-18T10:00:00Z", None, None]
    made = [rows.complaint(None, next_event_at=each) for each in instants for _ in range(2)]
    headers = tokens.headers("handler", organisation=rows.id)
    seen: list[dict[str, Any]] = []
    params: dict[str, Any] = {"limit": 5, "sort": sort, "owner": "unassigned"}
    while params.get("cursor", "first"):
        page = (await client.get("/v1/complaints", params=params, headers=headers)).json()
        seen += page["items"]
        params["cursor"] = page["next"]
    assert [UUID(line["id"]) for line in seen] == sorted(
        made,
        key=lambda each: (
            str(next(line["nextEventAt"] or "9" for line in seen if line["id"] == str(each)))
            if sort == "nextEvent"
            else str(TODAY),
            each,
        ),
    )


async def test_parameters_that_mean_nothing_are_refused(client: httpx2.AsyncClient, tokens: Tokens) -> None:
    for params in ({"owner": "you"}, {"team": "a b"}, {"division": "x" * 65}, {"coveredByMe": "perhaps"}):
        answer = await client.get("/v1/complaints", params=params, headers=tokens.headers("handler"))
        assert (answer.status_code, answer.json()["code"]) == (422, "invalid_request"), params
