"""Bulk operations through the API: who may ask for what, what is refused at the door, keys, exports."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from typing import Any
from uuid import UUID, uuid4

import httpx2
import psycopg
import pytest
from fastapi import FastAPI

from gateways.files import FileKey
from tests.api.fakes import FakeEngine
from tests.api.people import ACORN, BIRCH, Tokens, log

Connection = psycopg.Connection[Any]
BULK = "/v1/bulk"
NOTE = {"kind": "add_note", "note": {"words": "The ward has moved."}}


async def references(client: httpx2.AsyncClient, tokens: Tokens, app: FastAPI, count: int = 2) -> list[str]:
    return [(await log(client, tokens, app))["reference"] for _ in range(count)]


async def ask(client: httpx2.AsyncClient, headers: dict[str, str], **body: Any) -> httpx2.Response:
    return await client.post(BULK, json=body, headers=headers)


def first_error(answer: httpx2.Response) -> tuple[int, str, str]:
    error = answer.json()["errors"][0]
    return answer.status_code, error["pointer"], error["code"]


async def test_what_is_asked_for_is_stored_with_its_complaints_started_and_given_again_for_its_key(
    client: httpx2.AsyncClient, tokens: Tokens, app: FastAPI, engine: FakeEngine
) -> None:
    named = await references(client, tokens, app)
    headers = tokens.headers("handler", key="a-note")
    body = NOTE | {"references": [*named, named[0].lower()]}
    first, again = [await ask(client, headers, **body) for _ in range(2)]
    assert (first.status_code, first.json()["state"], first.json()["total"]) == (201, "running", 2)
    assert first.json()["notYetKnown"] == 2
    assert again.json()["id"] == first.json()["id"] == str(engine.bulk[-1].operation_id)
    other = await ask(client, headers, **(body | {"references": named[:1]}))
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    items = (await client.get(f"{first.headers['location']}/items", headers=headers)).json()["items"]
    assert [(each["n"], each["reference"], each["state"]) for each in items] == [
        (1, named[0], "waiting"), (2, named[1], "waiting"),
    ]  # fmt: skip
    listed = (await client.get(BULK, params={"state": "running", "limit": 100}, headers=headers)).json()["items"]
    assert first.json()["id"] in [each["id"] for each in listed]


async def test_it_is_stored_while_the_engine_is_away(
    client: httpx2.AsyncClient, tokens: Tokens, app: FastAPI, engine: FakeEngine
) -> None:
    named = await references(client, tokens, app, 1)
    engine.away = True
    assert (await ask(client, tokens.headers("handler"), **NOTE, references=named)).status_code == 201


async def test_unknown_references_are_refused_with_a_pointer_to_each_and_nothing_is_stored(
    client: httpx2.AsyncClient, tokens: Tokens, app: FastAPI, migrator: Connection
) -> None:
    mine = await references(client, tokens, app, 1)
    theirs = await client.post(
        "/v1/complaints",
        json={"channel": "written", "receivedOn": "2026-11-17", "summary": "s", "narrative": "n",
              "complainant": {"name": "Una Sample"}},
        headers=tokens.headers("handler", organisation=BIRCH.id),
    )  # fmt: skip
    await app.state.parts.starts.idle()
    before = migrator.execute("select count(*) from bulk_operation").fetchone()
    answer = await ask(
        client, tokens.headers("handler"), **NOTE, references=["nonsense", *mine, theirs.json()["reference"]]
    )
    assert answer.status_code == 422
    assert [(each["pointer"], each["code"]) for each in answer.json()["errors"]] == [
        ("/references/0", "unknown_reference"), ("/references/2", "unknown_reference"),
    ]  # fmt: skip
    assert migrator.execute("select count(*) from bulk_operation").fetchone() == before


@pytest.mark.parametrize(
    ("person", "status"),
    [(BIRCH.person("handler"), 422), (ACORN.person("leaver"), 422), (uuid4(), 422), (ACORN.person("handler"), 201)],
    ids=["of another organisation", "has left", "unknown", "works here"],
)
async def test_complaints_are_given_only_to_somebody_who_works_here(
    client: httpx2.AsyncClient, tokens: Tokens, app: FastAPI, person: UUID, status: int
) -> None:
    named = await references(client, tokens, app, 1)
    body = {"kind": "assign", "assign": {"ownerId": str(person)}, "references": named}
    answer = await ask(client, tokens.headers("handler"), **body)
    assert answer.status_code == status
    if status == 422:
        assert first_error(answer) == (422, "/assign/ownerId", "unknown_owner")


@pytest.mark.parametrize("name", ["teamId", "divisionId"])
async def test_complaints_are_given_only_to_a_team_or_division_of_ours(
    client: httpx2.AsyncClient, tokens: Tokens, app: FastAPI, migrator: Connection, name: str
) -> None:
    named, unit = await references(client, tokens, app, 1), uuid4()
    migrator.execute(
        "insert into unit (id, organisation_id, kind, code, name, active) values (%s, %s, %s, %s, 'Theirs', true)",
        (unit, BIRCH.id, name.removesuffix("Id"), unit.hex),
    )
    body = {"kind": "assign", "assign": {"ownerId": None, name: str(unit)}, "references": named}
    assert first_error(await ask(client, tokens.headers("handler"), **body)) == (
        422, f"/assign/{name}", "unknown_unit",
    )  # fmt: skip


@pytest.mark.parametrize(
    "body",
    [
        NOTE,
        NOTE | {"references": []},
        NOTE | {"references": ["X"] * 2001},
        NOTE | {"references": ["X"], "filter": {"open": True}},
        {"kind": "add_note", "references": ["X"]},
        {"kind": "assign", "assign": {}, "references": ["X"]},
        {"kind": "assign", "assign": {"ownerId": None}, "note": {"words": "x"}, "references": ["X"]},
        {"kind": "export", "note": {"words": "x"}, "references": ["X"]},
        {"kind": "close", "references": ["X"]},
        NOTE | {"filter": {}},
        NOTE | {"filter": {"stage": "no_such_stage"}},
        NOTE | {"filter": {"owner": "me"}},
    ],
)
async def test_a_request_that_does_not_fit_is_refused(
    client: httpx2.AsyncClient, tokens: Tokens, body: dict[str, Any]
) -> None:
    answer = await ask(client, tokens.headers("complaints_manager"), **body)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_request")


async def test_an_update_with_blanks_left_in_it_is_refused_before_anything_is_stored(
    client: httpx2.AsyncClient, tokens: Tokens, app: FastAPI
) -> None:
    update = {"subject": "How things stand", "body": "Dear [[ name ]]"}
    named = await references(client, tokens, app, 1)
    answer = await ask(client, tokens.headers("handler"), kind="send_update", update=update, references=named)
    assert first_error(answer) == (422, "/update/body", "blanks_left")


ASSIGN = {"kind": "assign", "assign": {"ownerId": None}}
UPDATE = {"kind": "send_update", "update": {"subject": "How things stand", "body": "We wait for the ward."}}
EXPORT = {"kind": "export"}


@pytest.mark.parametrize(
    ("role", "body", "status"),
    [
        ("handler", ASSIGN, 201),
        ("investigator", ASSIGN, 403),
        ("investigator", NOTE, 201),
        ("auditor", NOTE, 403),
        ("handler", UPDATE, 201),
        ("investigator", UPDATE, 403),
        ("case_system", UPDATE, 403),
        ("complaints_manager", EXPORT, 201),
        ("auditor", EXPORT, 201),
        ("handler", EXPORT, 403),
        ("operator", EXPORT, 403),
    ],
)
async def test_each_kind_needs_the_permission_of_what_it_says(
    client: httpx2.AsyncClient, tokens: Tokens, app: FastAPI, role: str, body: dict[str, Any], status: int
) -> None:
    named = await references(client, tokens, app, 1)
    assert (await ask(client, tokens.headers(role), **body, references=named)).status_code == status


async def test_a_filter_names_the_complaints_as_they_are_now(
    client: httpx2.AsyncClient, tokens: Tokens, app: FastAPI
) -> None:
    owner = str(ACORN.person("senior_leader"))
    mine = (await log(client, tokens, app, ownerId=owner))["reference"]
    answer = await ask(client, tokens.headers("handler"), **NOTE, filter={"ownerId": owner, "open": True})
    later = (await log(client, tokens, app, ownerId=owner))["reference"]
    items = await client.get(f"{answer.headers['location']}/items", headers=tokens.headers("handler"))
    found = [each["reference"] for each in items.json()["items"]]
    assert mine in found and later not in found


async def test_a_teams_complaints_are_those_that_name_it_and_those_of_its_members(
    client: httpx2.AsyncClient, tokens: Tokens, app: FastAPI, migrator: Connection
) -> None:
    team, member = uuid4(), uuid4()
    migrator.execute(
        "insert into unit (id, organisation_id, kind, code, name, active) values (%s, %s, 'team', %s, 'North', true)",
        (team, ACORN.id, team.hex),
    )
    migrator.execute(
        "insert into person (id, organisation_id, subject, name, active) values (%s, %s, %s, 'A. Member', true)",
        (member, ACORN.id, member.hex),
    )
    migrator.execute(
        "insert into appointment (id, organisation_id, person_id, role, unit_id, starts_on)"
        " values (%s, %s, %s, 'member', %s, '2026-01-01')",
        (uuid4(), ACORN.id, member, team),
    )
    by_owner = (await log(client, tokens, app, ownerId=str(member)))["reference"]
    named, other = await references(client, tokens, app)
    migrator.execute("update complaint set team_id = %s where reference = %s", (team, named))
    answer = await ask(client, tokens.headers("handler"), **NOTE, filter={"teamId": str(team)})
    items = (await client.get(f"{answer.headers['location']}/items", headers=tokens.headers("handler"))).json()["items"]
    assert {each["reference"] for each in items} == {by_owner, named} and other not in items


async def test_words_are_not_shown_to_those_who_may_not_see_words_and_nothing_to_strangers(
    client: httpx2.AsyncClient, tokens: Tokens, app: FastAPI
) -> None:
    named = await references(client, tokens, app, 1)
    at = (await ask(client, tokens.headers("handler"), **NOTE, references=named)).headers["location"]
    assert (await client.get(at, headers=tokens.headers("handler"))).json()["params"] == NOTE["note"]
    assert (await client.get(at, headers=tokens.headers("operator"))).json().get("params") is None
    stranger = tokens.headers("complaints_manager", organisation=BIRCH.id)
    for path in ("", "/items", "/content"):
        assert (await client.get(at + path, headers=stranger)).status_code == 404
    assert (await client.post(f"{at}/retry", headers=stranger)).status_code == 404


async def test_what_was_refused_is_tried_again_once_for_a_key_by_whoever_asks(
    client: httpx2.AsyncClient, tokens: Tokens, app: FastAPI, engine: FakeEngine, migrator: Connection
) -> None:
    named = await references(client, tokens, app)
    at = (await ask(client, tokens.headers("handler"), **NOTE, references=named)).headers["location"]
    operation = at.rsplit("/", 1)[1]
    early = await client.post(f"{at}/retry", headers=tokens.headers("handler"))
    assert (early.status_code, early.json()["code"]) == (409, "bulk_running")
    settle(migrator, operation, "done", "refused")
    headers = tokens.headers("investigator", key="once-more")
    for _ in range(2):
        retried = await client.post(f"{at}/retry", headers=headers)
        assert (retried.status_code, retried.json()["attempt"], retried.json()["state"]) == (200, 2, "running")
    assert retried.json()["done"] == 1 and engine.bulk[-1].operation_id == UUID(operation)
    row = migrator.execute("select tried_by, tried_role, asked_by from bulk_operation where id = %s", (operation,))
    assert row.fetchone() == (ACORN.person("investigator"), "investigator", ACORN.person("handler"))
    states = migrator.execute("select state from bulk_item where operation_id = %s order by n", (operation,))
    assert states.fetchall() == [("done",), ("waiting",)]
    settle(migrator, operation, "done", "done")
    late = await client.post(f"{at}/retry", headers=tokens.headers("handler"))
    assert (late.status_code, late.json()["code"]) == (409, "nothing_to_retry")
    auditor = await client.post(f"{at}/retry", headers=tokens.headers("auditor"))
    assert auditor.status_code == 403


def settle(migrator: Connection, operation: str, *states: str) -> None:
    """Write down outcomes as the worker would."""
    for n, state in enumerate(states, start=1):
        migrator.execute("update bulk_item set state = %s where operation_id = %s and n = %s", (state, operation, n))
    done = states.count("done")
    state = "done" if done == len(states) else "incomplete"
    migrator.execute(
        "update bulk_operation set state = %s, done = %s, refused = %s where id = %s",
        (state, done, len(states) - done, operation),
    )


async def exported(
    client: httpx2.AsyncClient, tokens: Tokens, app: FastAPI, migrator: Connection, role: str
) -> tuple[str, list[str], FileKey]:
    """Return an export whose first case is stored, and whose second has failed."""
    named = await references(client, tokens, app)
    at = (await ask(client, tokens.headers(role), kind="export", references=named)).headers["location"]
    operation, document = at.rsplit("/", 1)[1], json.dumps({"complaint": named[0]}).encode()
    key = FileKey(organisation_id=ACORN.id, file_id=uuid4())
    stored = await app.state.parts.files.put(key, io.BytesIO(document))
    settle(migrator, operation, "done", "failed")
    migrator.execute(
        "update bulk_item set stored_key = %s, sha256 = %s, size = %s where operation_id = %s and n = 1",
        (str(key), stored.sha256, stored.size, operation),
    )
    return at, named, key


async def test_an_export_is_read_as_one_archive_that_says_what_is_not_in_it(
    client: httpx2.AsyncClient, tokens: Tokens, app: FastAPI, migrator: Connection
) -> None:
    at, named, _ = await exported(client, tokens, app, migrator, "auditor")
    answer = await client.get(f"{at}/content", headers=tokens.headers("auditor"))
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/zip")
    assert answer.headers["content-disposition"].startswith("attachment; filename=")
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert sorted(archive.namelist()) == sorted([f"{named[0]}.json", "manifest.json"])
        assert json.loads(archive.read(f"{named[0]}.json")) == {"complaint": named[0]}
        manifest = json.loads(archive.read("manifest.json"))
    assert [(each["reference"], each["state"]) for each in manifest["cases"]] == [
        (named[0], "done"), (named[1], "failed"),
    ]  # fmt: skip
    row = migrator.execute(
        "select kind, actor_id, data from office_event where subject_id = %s", (at.rsplit("/", 1)[1],)
    )
    assert row.fetchall() == [("export.taken", ACORN.person("auditor"), {"cases": 1})]


async def test_an_export_is_read_by_whoever_asked_or_the_complaints_manager_and_only_when_it_has_ended(
    client: httpx2.AsyncClient, tokens: Tokens, app: FastAPI, migrator: Connection
) -> None:
    at, _, _ = await exported(client, tokens, app, migrator, "complaints_manager")
    assert (await client.get(f"{at}/content", headers=tokens.headers("auditor"))).status_code == 403
    assert (await client.get(f"{at}/content", headers=tokens.headers("handler"))).status_code == 403
    assert (await client.get(f"{at}/content", headers=tokens.headers("complaints_manager"))).status_code == 200
    migrator.execute("update bulk_operation set state = 'running' where id = %s", (at.rsplit("/", 1)[1],))
    early = await client.get(f"{at}/content", headers=tokens.headers("complaints_manager"))
    assert (early.status_code, early.json()["code"]) == (409, "bulk_running")
    note = await ask(client, tokens.headers("handler"), **NOTE, references=await references(client, tokens, app, 1))
    nothing = await client.get(f"{note.headers['location']}/content", headers=tokens.headers("complaints_manager"))
    assert nothing.status_code == 404


async def test_a_document_that_is_not_what_was_stored_is_not_handed_out(
    client: httpx2.AsyncClient, tokens: Tokens, app: FastAPI, migrator: Connection
) -> None:
    at, _, _ = await exported(client, tokens, app, migrator, "auditor")
    digest = hashlib.sha256(b"another").hexdigest()
    migrator.execute("update bulk_item set sha256 = %s where operation_id = %s", (digest, at.rsplit("/", 1)[1]))
    answer = await client.get(f"{at}/content", headers=tokens.headers("auditor"))
    assert (answer.status_code, answer.json()["code"]) == (500, "content_damaged")
