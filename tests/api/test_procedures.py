"""Procedures through the API: adopted with one's own figures, the door without one, and a complaint that is moved."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import httpx2
import psycopg
import pytest
from fastapi import FastAPI

from contracts.failures import Refusal
from tests.api.fakes import FakeEngine
from tests.api.people import ACORN, BIRCH, Tokens, a_complaint, log

Connection = psycopg.Connection[Any]
HERE = "/v1/organisation/procedures"
NHS = "nhs-england-2009"
UK = "uk-central-government"
FIGURES = {"acknowledge_days": 5, "early_resolution_days": 10, "closer_look_days": 20, "tier_2_days": 20}


@pytest.fixture
def department(migrator: Connection) -> Iterator[Any]:
    """A department of central government, which has no figures yet, as the caller's organisation."""
    organisation = uuid4()
    code = f"D{organisation.hex[:8].upper()}"
    migrator.execute(
        "insert into organisation (id, code, name, regime, nation, reference_prefix)"
        " values (%s, %s, 'A Department', 'central_government', 'england', %s)",
        (organisation, code, code),
    )
    for subject in ("handler", "complaints_manager"):
        migrator.execute(
            "insert into person (id, organisation_id, subject, name, active) values (%s, %s, %s, 'A. Person', true)",
            (uuid4(), organisation, subject),
        )
    yield organisation


def adoption(**changes: Any) -> dict[str, Any]:
    return {"code": UK, "figures": FIGURES, "adoptedFrom": "2026-11-18", "reason": "The board agreed."} | changes


async def adopt(client: httpx2.AsyncClient, tokens: Tokens, organisation: Any, **changes: Any) -> httpx2.Response:
    headers = tokens.headers("complaints_manager", organisation=organisation)
    return await client.post(HERE, json=adoption(**changes), headers=headers)


async def test_what_governs_and_what_could_be_adopted_is_shown_with_bounds(
    client: httpx2.AsyncClient, tokens: Tokens
) -> None:
    shown = (await client.get(HERE, headers=tokens.headers("handler"))).json()
    assert (shown["governing"]["code"], shown["governing"]["version"]) == (NHS, 2)
    figure = shown["governing"]["figures"][0]
    assert (figure["code"], figure["value"], figure["least"], figure["most"]) == ("written_record_days", 3, 1, 10)
    assert figure["certainty"] == "unverified"
    codes = {(each["code"], each["version"]) for each in shown["known"]}
    assert {(NHS, 1), (NHS, 2)} <= codes and UK not in {code for code, _ in codes}


async def test_a_complaint_that_nothing_governs_is_refused_at_the_door_and_nothing_is_stored(
    client: httpx2.AsyncClient, tokens: Tokens, migrator: Connection, department: Any
) -> None:
    headers = tokens.headers("handler", organisation=department)
    refused = await client.post("/v1/complaints", json=a_complaint(), headers=headers)
    assert (refused.status_code, refused.json()["code"]) == (409, "figures_not_set")
    assert migrator.execute("select 1 from submission where organisation_id = %s", (department,)).fetchall() == []
    shown = (await client.get(HERE, headers=tokens.headers("handler", organisation=department))).json()
    assert (shown["governing"], shown["whyNot"]) == (None, "figures_not_set")


async def test_what_was_received_before_any_procedure_is_refused_at_the_door(
    client: httpx2.AsyncClient, tokens: Tokens, migrator: Connection, department: Any
) -> None:
    migrator.execute("update organisation set nation = 'wales', regime = 'nhs' where id = %s", (department,))
    headers = tokens.headers("handler", organisation=department)
    refused = await client.post("/v1/complaints", json=a_complaint(), headers=headers)
    assert (refused.status_code, refused.json()["code"]) == (409, "no_procedure")


async def test_once_figures_are_adopted_the_door_is_open(
    client: httpx2.AsyncClient, tokens: Tokens, migrator: Connection, department: Any
) -> None:
    adopted = await adopt(client, tokens, department)
    assert adopted.status_code == 201, adopted.text
    shown = (await client.get(HERE, headers=tokens.headers("handler", organisation=department))).json()
    figures = {each["code"]: each["value"] for each in shown["governing"]["figures"]}
    assert figures == FIGURES | {"tier_2_window_months": 6, "comment_days": 10}
    assert shown["items"][0]["reason"] == "The board agreed."
    today = a_complaint(receivedOn="2026-11-18")
    headers = tokens.headers("handler", organisation=department)
    assert (await client.post("/v1/complaints", json=today, headers=headers)).status_code == 201
    # What came before that day is not governed by it.
    headers = tokens.headers("handler", organisation=department)
    before = await client.post("/v1/complaints", json=a_complaint(), headers=headers)
    assert (before.status_code, before.json()["code"]) == (409, "figures_not_set")


async def test_an_adoption_is_made_once_for_a_key_and_journalled(
    client: httpx2.AsyncClient, tokens: Tokens, migrator: Connection, department: Any
) -> None:
    headers = tokens.headers("complaints_manager", organisation=department, key=f"adopt-{department}")
    first, again = [await client.post(HERE, json=adoption(), headers=headers) for _ in range(2)]
    assert first.status_code == 201 and again.json() == first.json()
    other = await client.post(HERE, json=adoption(smallBody=True), headers=headers)
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    ((kind, data),) = migrator.execute(
        "select kind, data from office_event where subject_id = %s", (first.json()["id"],)
    ).fetchall()
    assert (kind, data["figures"], "reason" in data) == ("procedure.adopted", FIGURES, False)
    same_day = await adopt(client, tokens, department)
    assert (same_day.status_code, same_day.json()["code"]) == (409, "already_adopted")


@pytest.mark.parametrize(
    ("changes", "pointer", "code"),
    [
        ({"adoptedFrom": "2026-11-17"}, "/adoptedFrom", "date_in_past"),
        ({"code": "nhs-england-2009"}, "/code", "unknown_procedure"),
        ({"version": 9}, "/version", "unknown_version"),
        ({"figures": FIGURES | {"tea_days": 3}}, "/figures/tea_days", "unknown_figure"),
        ({"figures": FIGURES | {"closer_look_days": 400}}, "/figures/closer_look_days", "out_of_bounds"),
        ({"figures": FIGURES | {"acknowledge_days": "5"}}, "/figures/acknowledge_days", None),
        ({"figures": {}}, "/figures/acknowledge_days", "missing"),
        ({"reason": "  "}, "/reason", None),
        ({"reason": None}, "/reason", None),
        ({"colour": "red"}, "/colour", None),
    ],
)
async def test_a_bad_adoption_is_refused_with_its_place_and_bounds(
    client: httpx2.AsyncClient, tokens: Tokens, department: Any, changes: dict[str, Any], pointer: str, code: str | None
) -> None:
    refused = await adopt(client, tokens, department, **changes)
    assert refused.status_code == 422, refused.text
    error = refused.json()["errors"][0]
    assert error["pointer"] == pointer and code in (None, error["code"])
    if code == "out_of_bounds":
        assert error["detail"] == "It is between 5 and 120 working days."


@pytest.mark.parametrize("role", ["handler", "investigator", "operator", "auditor", "senior_leader", "case_system"])
async def test_only_those_who_appoint_adopt_and_move(
    client: httpx2.AsyncClient, tokens: Tokens, app: FastAPI, role: str
) -> None:
    body = adoption(code=NHS, figures={})
    assert (await client.post(HERE, json=body, headers=tokens.headers(role))).status_code == 403
    logged = await log(client, tokens, app)
    move = {"version": 2, "reason": "The Standards apply."}
    answer = await client.post(f"{logged['complaint']}/procedure", json=move, headers=tokens.headers(role))
    assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")


async def test_a_complaint_shows_its_rules_and_a_dry_run_that_changes_nothing(
    client: httpx2.AsyncClient, tokens: Tokens, app: FastAPI
) -> None:
    logged = await log(client, tokens, app, channel="oral")
    path = f"{logged['complaint']}/procedure"
    shown = (await client.get(path, params={"to": 2}, headers=tokens.headers("handler"))).json()
    assert (shown["code"], shown["version"], shown["dryRun"]["impact"]) == (NHS, 1, "changes")
    assert shown["dryRun"]["figures"]["comment_days"] == 10
    starts = {each["clock"]: each["dueOn"] for each in shown["dryRun"]["changes"] if each["what"] == "starts"}
    # Three working days after Tuesday 17 November 2026.
    assert starts["written_record"] == "2026-11-20"
    assert (await client.get(path, headers=tokens.headers("handler"))).json()["version"] == 1
    same = (await client.get(path, params={"to": 1}, headers=tokens.headers("handler"))).json()["dryRun"]
    assert (same["impact"], same["refusal"]) == ("nothing", "nothing_changes")
    none = (await client.get(path, params={"to": 9}, headers=tokens.headers("handler"))).json()["dryRun"]
    assert (none["impact"], none["refusal"]) == ("breaks", "unknown_version")


async def test_a_move_is_carried_with_the_revision_of_its_dry_run(
    client: httpx2.AsyncClient, tokens: Tokens, app: FastAPI, engine: FakeEngine
) -> None:
    logged = await log(client, tokens, app)
    path = f"{logged['complaint']}/procedure"
    body = {"version": 2, "reason": "The Standards apply.", "ifRevision": 1}
    headers = tokens.headers("complaints_manager")
    first, again = [await client.post(path, json=body, headers=headers) for _ in range(2)]
    assert (first.status_code, again.json()) == (200, first.json())
    command = engine.delivered[-1].command
    assert (command.kind.value, command.if_version) == ("move_procedure", 1)
    other = await client.post(path, json=body | {"version": 1}, headers=headers)
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    contradicting = tokens.headers("complaints_manager") | {"If-Match": '"7"'}
    wrong = await client.post(path, json=body, headers=contradicting)
    assert (wrong.status_code, wrong.json()["errors"][0]["pointer"]) == (422, "/ifRevision")


async def test_a_refused_move_says_why_in_words(
    client: httpx2.AsyncClient, tokens: Tokens, app: FastAPI, engine: FakeEngine
) -> None:
    logged = await log(client, tokens, app)
    engine.refuse_next(Refusal.WOULD_BREAK)
    body = {"version": 2, "reason": "The Standards apply."}
    refused = await client.post(
        f"{logged['complaint']}/procedure", json=body, headers=tokens.headers("complaints_manager")
    )
    assert (refused.status_code, refused.json()["code"]) == (409, "would_break")


@pytest.mark.parametrize(
    "body",
    [{"version": 0, "reason": "r"}, {"version": "2", "reason": "r"}, {"version": 2}, {"version": 2, "reason": ""}],
)
async def test_a_move_without_version_or_reason_is_no_move(
    client: httpx2.AsyncClient, tokens: Tokens, app: FastAPI, body: dict[str, Any]
) -> None:
    logged = await log(client, tokens, app)
    path = f"{logged['complaint']}/procedure"
    assert (await client.post(path, json=body, headers=tokens.headers("complaints_manager"))).status_code == 422


async def test_strangers_see_and_move_nothing(client: httpx2.AsyncClient, tokens: Tokens, app: FastAPI) -> None:
    logged = await log(client, tokens, app)
    path = f"{logged['complaint']}/procedure"
    theirs = tokens.headers("complaints_manager", organisation=BIRCH.id)
    assert (await client.get(path, params={"to": 2}, headers=theirs)).status_code == 404
    body = {"version": 2, "reason": "Not ours."}
    assert (await client.post(path, json=body, headers=theirs)).status_code == 404
    mine = (await client.get(HERE, headers=tokens.headers("handler"))).json()["items"]
    assert all(each["adoptedBy"] in (None, str(ACORN.person("complaints_manager"))) for each in mine)
