"""What must I do today, and who has how much: one list, each thing once, in order, for those it concerns."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import httpx2
import psycopg
import pytest

from tests.api.office_rows import Rows
from tests.api.people import Tokens


@pytest.fixture
def rows(api_dsns: object, migrator: psycopg.Connection[Any]) -> Rows:
    return Rows(migrator)


async def today(
    client: httpx2.AsyncClient, tokens: Tokens, rows: Rows, role: str = "handler", whose: str = "mine", **more: Any
) -> dict[str, Any]:
    headers = tokens.headers(role, organisation=rows.id, **more)
    answer = await client.get("/v1/today", params={"whose": whose}, headers=headers)
    assert answer.status_code == 200, answer.text
    shown: dict[str, Any] = answer.json()
    return shown


async def test_the_day_is_one_list_in_order_of_risk_with_the_reason_for_each_place(
    client: httpx2.AsyncClient, tokens: Tokens, rows: Rows
) -> None:
    here = rows.complaint()
    rows.task(here, "post_letter", "handler", 0)
    rows.clock(here, "draft_release", "internal", -2, subject_id=here)
    rows.clock(here, "next_update", "promise", 1)
    rows.clock(here, "acknowledgement", "statutory", 3)
    rows.clock(here, "response_period", "promise", -1)
    long_over = rows.complaint()
    rows.clock(here, "relevant_period", "statutory", 0)
    rows.clock(long_over, "relevant_period", "statutory", -15)
    rows.clock(long_over, "acknowledgement", "statutory", -3)
    rows.clock(long_over, "closing", "internal", 40)
    rows.clock(long_over, "settle_period", "statutory", -99, state="met")
    stuck = rows.complaint(attention="parked")
    shown = await today(client, tokens, rows)
    assert [(item["reason"], item["dueOn"]) for item in shown["items"]] == [
        ("statutory_overdue", "2026-11-03"),
        ("statutory_overdue", "2026-11-15"),
        ("statutory_today", "2026-11-18"),
        ("promise_broken", "2026-11-17"),
        ("needs_attention", None),
        ("statutory_soon", "2026-11-21"),
        ("promise_soon", "2026-11-19"),
        ("internal_overdue", "2026-11-16"),
        ("task_due", "2026-11-18"),
    ]
    first = shown["items"][0]
    assert first["why"] == "The six months ran out on 3 November, 15 days ago"
    assert (first["title"], first["summary"]) == ("Respond within six months", "Hearing aids")
    assert shown["items"][4]["attention"] == "parked" and stuck
    assert shown["counts"][0] == {"rank": 1, "count": 2}
    assert shown["total"] == 9


async def test_a_clock_and_the_tasks_about_it_are_one_item(
    client: httpx2.AsyncClient, tokens: Tokens, rows: Rows
) -> None:
    here = rows.complaint()
    soon = rows.clock(here, "acknowledgement", "statutory", 1)
    later = rows.clock(here, "relevant_period", "statutory", 60)
    reminders = [rows.task(here, "reminder.acknowledgement", "handler", 1, clock_id=soon) for _ in range(2)]
    rows.task(here, "reminder.relevant_period", "handler", 60, clock_id=later)
    rows.task(here, "reminder.acknowledgement", "handler", 1, clock_id=soon, state="done")
    items = (await today(client, tokens, rows))["items"]
    assert [item["clockId"] for item in items] == [str(soon), str(later)]
    assert sorted(task["id"] for task in items[0]["tasks"]) == sorted(map(str, reminders))
    assert [len(item["tasks"]) for item in items] == [2, 1]


async def test_a_case_that_nobody_has_is_one_item_with_its_clock_and_its_task(
    client: httpx2.AsyncClient, tokens: Tokens, rows: Rows
) -> None:
    here = rows.complaint(owner=None)
    clock = rows.clock(here, "allocation", "internal", -1)
    rows.task(here, "assign_owner", "complaints_manager")
    rows.task(here, "overdue.allocation", "complaints_manager", -1, clock_id=clock)
    [item] = (await today(client, tokens, rows, "complaints_manager"))["items"]
    assert (item["reason"], item["why"], len(item["tasks"])) == ("no_owner", "Nobody owns the case", 2)
    assert item["owner"] is None
    assert (await today(client, tokens, rows, "handler"))["items"] == []


async def test_mine_is_mine_and_that_of_whoever_i_cover_and_what_is_my_roles_and_nobodys(
    client: httpx2.AsyncClient, tokens: Tokens, rows: Rows
) -> None:
    def overdue(owner: str | None, **values: Any) -> UUID:
        return rows.clock(rows.complaint(owner, **values), "next_update", "promise", -1)

    mine, covered, others = overdue("handler"), overdue("investigator"), overdue("auditor")
    was_covered = overdue("senior_leader")
    of_role = rows.task(None, "hand_over_cases", None, 1, role="handler")
    given = rows.task(rows.complaint("auditor"), "post_letter", "handler", 1)
    taken = rows.task(rows.complaint("auditor"), "post_letter", "investigator", 1)
    rows.task(rows.complaint("auditor"), "post_letter", "auditor", 1)
    rows.away("investigator", "handler")
    rows.away("senior_leader", "handler", starts=-9, ends=-1)
    rows.away("senior_leader", "handler", cancelled=True)

    async def ids(role: str, **more: Any) -> set[str]:
        items = (await today(client, tokens, rows, role, **more))["items"]
        return {item["clockId"] or item["tasks"][0]["id"] for item in items}

    assert await ids("handler") == {str(each) for each in (mine, covered, of_role, given, taken)}
    assert {str(others), str(was_covered)} <= await ids("handler", whose="everybody")
    assert len(await ids("auditor", whose="everybody")) == 8
    assert await ids("handler", subject="nobody-we-know") == {str(of_role)}
    elsewhere = await client.get("/v1/today", params={"whose": "everybody"}, headers=tokens.headers("handler"))
    assert str(rows.organisation.code) not in elsewhere.text


async def test_a_team_sees_what_is_its_members_and_what_lies_in_its_queue(
    client: httpx2.AsyncClient, tokens: Tokens, rows: Rows
) -> None:
    team, other = rows.unit("team", "surgery"), rows.unit("team", "medicine")
    rows.member("handler", team)
    rows.member("investigator", team)
    rows.member("auditor", other)
    rows.member("senior_leader", team, ends=-1)
    wanted = [rows.clock(rows.complaint(owner), "next_update", "promise", -1) for owner in ("handler", "investigator")]
    for owner in ("auditor", "senior_leader"):
        rows.clock(rows.complaint(owner), "next_update", "promise", -1)
    queued = rows.complaint(None, team_id=team)
    rows.complaint(None, team_id=other)
    items = (await today(client, tokens, rows, whose="team"))["items"]
    assert {item["clockId"] for item in items} == {*(str(each) for each in wanted), None}
    [lying] = [item for item in items if item["reason"] == "no_owner"]
    assert lying["reference"] is not None and queued


async def test_at_most_200_are_shown_and_all_are_counted_and_no_words_to_those_who_may_not_see_them(
    client: httpx2.AsyncClient, tokens: Tokens, rows: Rows
) -> None:
    here = rows.complaint()
    for n in range(203):
        rows.task(here, "post_letter", "handler", n % 2)
    late = rows.clock(here, "relevant_period", "statutory", -1)
    shown = await today(client, tokens, rows, "operator", "everybody")
    assert (len(shown["items"]), shown["total"]) == (200, 204)
    assert sum(each["count"] for each in shown["counts"]) == 204
    assert shown["items"][0]["clockId"] == str(late)
    assert all(item["summary"] is None and item["owner"]["name"] is None for item in shown["items"])


async def caseload(
    client: httpx2.AsyncClient, tokens: Tokens, rows: Rows, role: str, subject: str | None = None, **params: Any
) -> dict[str, Any]:
    headers = tokens.headers(role, organisation=rows.id, subject=subject)
    answer = await client.get("/v1/caseload", params=params, headers=headers)
    assert answer.status_code == 200, answer.text
    shown: dict[str, Any] = answer.json()
    return shown


def lines(shown: dict[str, Any]) -> dict[str, tuple[int, int, int, int]]:
    return {
        line["person"]["name"].split(" of ")[0]: (line["open"], line["overdue"], line["dueSoon"], line["drafts"])
        for line in shown["items"]
    }


async def test_the_caseload_counts_cases_once_however_many_of_their_clocks_press(
    client: httpx2.AsyncClient, tokens: Tokens, rows: Rows
) -> None:
    first, second = rows.complaint(), rows.complaint()
    rows.complaint(open=False, stage="closed")
    for days in (-3, -1):
        rows.clock(first, "acknowledgement" if days == -3 else "relevant_period", "statutory", days)
    rows.clock(first, "next_update", "promise", 2)
    rows.clock(first, "response_period", "promise", 5)
    rows.clock(second, "response_period", "promise", -5)
    rows.clock(second, "next_update", "promise", 8)
    rows.draft(first)
    rows.draft(first)
    rows.complaint(None)
    rows.complaint("leaver")
    rows.away("handler", "investigator", ends=4)
    rows.away("handler", None, ends=2)
    shown = await caseload(client, tokens, rows, "complaints_manager")
    assert lines(shown) == {"complaints_manager": (0, 0, 0, 0), "handler": (2, 1, 1, 2), "leaver": (1, 0, 0, 0)}
    [line] = [line for line in shown["items"] if line["open"] == 2]
    assert (line["absentUntil"], line["cover"]["id"]) == ("2026-11-22", str(rows.person("investigator")))
    assert (shown["unassigned"]["open"], shown["unassigned"]["person"]) == (1, None)


async def test_everybody_sees_their_own_line_a_lead_that_of_the_team_and_a_manager_all(
    client: httpx2.AsyncClient, tokens: Tokens, rows: Rows
) -> None:
    division = rows.unit("division", "acute")
    team, other = rows.unit("team", "surgery", division), rows.unit("team", "medicine")
    for who, unit in (("handler", team), ("investigator", team), ("auditor", other)):
        rows.member(who, unit)
        rows.complaint(who)
    rows.member("senior_leader", team, role="team_lead")
    rows.complaint(None, team_id=team)
    rows.complaint(None, team_id=other)
    everybody = {"handler", "investigator", "auditor", "senior_leader", "complaints_manager"}
    seen = {
        role: set(lines(await caseload(client, tokens, rows, role)))
        for role in ("handler", "auditor", "senior_leader", "responsible_person", "complaints_manager")
    }
    assert seen["handler"] == {"handler"}
    assert seen["auditor"] == {"auditor"}
    assert seen["senior_leader"] == {"handler", "investigator", "senior_leader"}
    assert seen["responsible_person"] == seen["complaints_manager"] == everybody
    assert (await caseload(client, tokens, rows, "handler"))["unassigned"] is None
    assert await caseload(client, tokens, rows, "operator") == {"items": [], "unassigned": None}

    for narrowed, people, queued in (
        ({"team": "surgery"}, {"handler", "investigator", "senior_leader"}, 1),
        ({"team": str(other)}, {"auditor"}, 1),
        ({"division": "acute"}, {"handler", "investigator", "senior_leader"}, 1),
        ({}, everybody, 2),
    ):
        shown = await caseload(client, tokens, rows, "complaints_manager", **narrowed)
        assert (set(lines(shown)), shown["unassigned"]["open"]) == (people, queued), narrowed
    assert (await caseload(client, tokens, rows, "complaints_manager", team="acute"))["items"] == []
    theirs = await client.get("/v1/caseload", headers=tokens.headers("complaints_manager"))
    assert rows.organisation.code not in theirs.text


async def test_what_is_left_in_the_name_of_somebody_who_has_gone_is_shown_to_whoever_stands_in(
    client: httpx2.AsyncClient, tokens: Tokens, rows: Rows
) -> None:
    team = rows.unit("team", "surgery")
    rows.member("investigator", team, "team_lead")
    here = rows.complaint("handler", team_id=team, open=False)
    theirs, mine = rows.task(here, "promised", "leaver", 1), rows.task(here, "promised", "handler", 1)
    of_role = rows.task(here, "late_item", "leaver", 1, role="complaints_manager")
    of_office = rows.task(None, "hand_over_cases", "leaver", 1, role="responsible_person")

    async def seen(role: str, subject: str | None = None) -> set[UUID]:
        headers = tokens.headers(role, organisation=rows.id, subject=subject)
        items = (await today(client, tokens, rows, role, subject=subject))["items"]
        shown = {task["id"] for item in items for task in item["tasks"]}
        listed = (await client.get("/v1/tasks", headers=headers)).json()["items"]
        assert {item["id"] for item in listed} == shown
        return {UUID(each) for each in shown}

    assert await seen("handler") == {theirs, mine}  # the owner: somebody else had it as their cover
    assert await seen("investigator") == {theirs}
    assert await seen("complaints_manager") == {theirs, of_role}
    assert await seen("responsible_person") == {of_office}
    assert await seen("senior_leader") == set()
    # By appointment, whatever the token says: the deputy, and whoever covers for the holder.
    rows.member("senior_leader", team, "deputy_complaints_manager")
    assert await seen("senior_leader") == {theirs, of_role}
    rows.away("responsible_person", "auditor")
    assert await seen("auditor") == {of_office}


async def test_what_is_of_somebody_away_with_nobody_in_their_place_is_shown_to_whoever_stands_in(
    client: httpx2.AsyncClient, tokens: Tokens, rows: Rows
) -> None:
    task = str(rows.task(rows.complaint("handler"), "post_letter", "handler", 1))

    async def seen(role: str) -> bool:
        headers = tokens.headers(role, organisation=rows.id)
        return task in [item["id"] for item in (await client.get("/v1/tasks", headers=headers)).json()["items"]]

    assert not await seen("complaints_manager")
    rows.away("handler", "investigator")
    assert await seen("investigator") and not await seen("complaints_manager")
    rows.away("investigator", "auditor")
    assert await seen("auditor") and not await seen("complaints_manager")
    rows.away("auditor", "leaver")
    assert await seen("complaints_manager") and await seen("handler")


async def test_what_is_covered_in_turn_is_on_the_list_of_the_day_too(
    client: httpx2.AsyncClient, tokens: Tokens, rows: Rows
) -> None:
    clock = rows.clock(rows.complaint("auditor"), "next_update", "promise", -1)
    rows.away("auditor", "investigator")
    rows.away("investigator", "handler")
    assert [item["clockId"] for item in (await today(client, tokens, rows))["items"]] == [str(clock)]
    headers = tokens.headers("handler", organisation=rows.id)
    listed = await client.get("/v1/complaints", params={"coveredByMe": "true"}, headers=headers)
    assert len(listed.json()["items"]) == 1, listed.text
