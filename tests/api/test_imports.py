"""Moving in over HTTP: a file handed in, its rows read, decided on, tried again; the switch date moved."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import httpx2
import psycopg
import pytest

from db.engine import Database
from db.queries import imports
from runtime.database_roles import DatabaseDsns
from tests.api.fakes import FakeEngine, FixedClock
from tests.api.people import BIRCH, Tokens
from tests.bodies import plain
from tests.moving import MAPPING, a_row, as_csv

TODAY = date(2026, 11, 18)
SWITCH = "2027-01-11"
MANAGER = "complaints_manager"
ROWS = as_csv([a_row("OLD/1", TODAY), a_row("OLD/2", TODAY, stage="pending"), a_row("OLD/3", TODAY)])


async def hand_in(
    client: httpx2.AsyncClient, headers: dict[str, str], *, file: bytes = ROWS, mapping: bytes = MAPPING, **changes: str
) -> httpx2.Response:
    return await client.post(
        "/v1/imports",
        files={"file": ("old.csv", file, "text/csv"), "mapping": ("mapping.toml", mapping, "application/toml")},
        data={"switchOn": SWITCH} | changes,
        headers=headers,
    )


async def handed_in(client: httpx2.AsyncClient, tokens: Tokens) -> str:
    answer = await hand_in(client, tokens.headers(MANAGER))
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


def set_state(dsns: DatabaseDsns, import_id: str, state: str) -> None:
    """Bring an import to where its workflow would have brought it."""
    with psycopg.connect(plain(dsns.migrator)) as connection:
        connection.execute("update import_batch set state = %s where id = %s", (state, import_id))


def errors(answer: httpx2.Response) -> list[tuple[str, str]]:
    return [(error["pointer"], error["code"]) for error in answer.json()["errors"]]


async def test_a_file_is_handed_in_once_however_often_it_is_sent(
    client: httpx2.AsyncClient, tokens: Tokens, engine: FakeEngine
) -> None:
    headers = tokens.headers(MANAGER)
    first = await hand_in(client, headers)
    assert first.status_code == 201, first.text
    shown = first.json()
    assert (shown["state"], shown["sourceSystem"], shown["switchOn"], shown["switched"]) == (
        "staged", "old-desk", SWITCH, False,
    )  # fmt: skip
    assert (shown["totals"]["rows"], shown["totals"]["staged"]) == (3, 3)
    assert first.headers["Location"] == f"/v1/imports/{shown['id']}"
    again = await hand_in(client, headers)
    assert (again.status_code, again.json()["id"], again.json()["totals"]["rows"]) == (201, shown["id"], 3)
    assert {str(start.import_id) for start in engine.imports} == {shown["id"]}
    other = await hand_in(client, headers, file=ROWS + b"\n")
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    listed = (await client.get("/v1/imports", headers=tokens.headers(MANAGER))).json()
    assert [each["id"] for each in listed["items"]].count(shown["id"]) == 1


async def test_a_repeat_after_the_switch_date_has_the_first_answer(
    client: httpx2.AsyncClient, tokens: Tokens, clock: FixedClock
) -> None:
    key = "a-file-sent-twice"
    first = await hand_in(client, tokens.headers(MANAGER, key=key))
    before = clock.instant
    try:
        clock.instant += timedelta(days=400)
        again = await hand_in(client, tokens.headers(MANAGER, key=key))
        late = await hand_in(client, tokens.headers(MANAGER))
    finally:
        clock.instant = before
    assert (again.status_code, again.json()["id"]) == (201, first.json()["id"])
    assert (late.status_code, errors(late)) == (422, [("/switchOn", "date_in_past")])


async def test_an_import_is_taken_in_while_the_engine_is_away(
    client: httpx2.AsyncClient, tokens: Tokens, engine: FakeEngine
) -> None:
    engine.away = True
    assert (await hand_in(client, tokens.headers(MANAGER))).status_code == 201


@pytest.mark.parametrize(
    ("changes", "pointer", "code"),
    [
        ({"mapping": MAPPING + b'\ncolour = "crimson"'}, "/mapping/columns/colour", "mapping_invalid"),
        ({"mapping": MAPPING + b'\n"Una Sample, crimson" = "x"'}, "/mapping/columns", "mapping_invalid"),
        ({"mapping": b"= ="}, "/mapping", "mapping_invalid"),
        ({"mapping": b"x" * 200_000}, "/mapping", "mapping_invalid"),
        ({"file": b"a,b\n1,2\n"}, "/file", "column_missing"),
        ({"file": b""}, "/file", "no_header"),
        ({"file": as_csv([])}, "/file", "no_rows"),
        ({"file": b"\xff\xfe\x00"}, "/file", "not_utf8"),
        ({"switchOn": "2026-11-17"}, "/switchOn", "date_in_past"),
        ({"switchOn": "soon"}, "/switchOn", "value_error"),
    ],
)
async def test_what_cannot_be_taken_in_is_refused_whole_with_its_place(
    client: httpx2.AsyncClient, tokens: Tokens, changes: dict[str, Any], pointer: str, code: str
) -> None:
    before = len((await client.get("/v1/imports?limit=100", headers=tokens.headers(MANAGER))).json()["items"])
    answer = await hand_in(client, tokens.headers(MANAGER), **changes)
    assert answer.status_code == 422, answer.text
    assert errors(answer) == [(pointer, code)]
    assert "crimson" not in answer.text
    after = len((await client.get("/v1/imports?limit=100", headers=tokens.headers(MANAGER))).json()["items"])
    assert after == before


async def test_a_file_beyond_the_limit_is_refused_by_its_length(client: httpx2.AsyncClient, tokens: Tokens) -> None:
    headers = tokens.headers(MANAGER) | {"Content-Length": str(2 * 1024**3), "Content-Type": "multipart/form-data"}
    answer = await client.post("/v1/imports", content=b"x", headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large")


async def test_rows_are_shown_with_their_reasons_and_their_words_only_to_those_who_may_read_words(
    client: httpx2.AsyncClient, tokens: Tokens, database: Database, clock: FixedClock
) -> None:
    import_id = await handed_in(client, tokens)
    path = f"/v1/imports/{import_id}/rows"
    rows = (await client.get(f"{path}?limit=2", headers=tokens.headers(MANAGER))).json()
    assert [row["n"] for row in rows["items"]] == [1, 2]
    assert rows["items"][0]["cells"]["complainant_name"] == "Pat Example"
    rest = (await client.get(f"{path}?limit=2&after={rows['next']}", headers=tokens.headers(MANAGER))).json()
    assert ([row["n"] for row in rest["items"]], rest["next"]) == ([3], None)
    blind = await client.get(path, headers=tokens.headers("operator"))
    assert blind.status_code == 200
    assert "Pat Example" not in blind.text and "OLD/1" not in blind.text
    async with database.tenant(BIRCH.id, clock.now()) as session:
        assert await imports.find(session, import_id) is None  # type: ignore[arg-type]


async def test_only_those_who_move_complaints_in_see_and_decide_imports(
    client: httpx2.AsyncClient, tokens: Tokens
) -> None:
    import_id = await handed_in(client, tokens)
    for role in ("handler", "case_system", "auditor", "responsible_person"):
        assert (await hand_in(client, tokens.headers(role))).status_code == 403
        assert (await client.get(f"/v1/imports/{import_id}", headers=tokens.headers(role))).status_code == 403
    nobody = tokens.headers(MANAGER, subject="a machine")
    assert (await hand_in(client, nobody)).json()["code"] == "person_needed"
    stranger = tokens.headers(MANAGER, organisation=BIRCH.id)
    for path in ("", "/rows"):
        assert (await client.get(f"/v1/imports/{import_id}{path}", headers=stranger)).status_code == 404
    answer = await client.post(f"/v1/imports/{import_id}/decision", json={"decision": "go"}, headers=stranger)
    assert answer.status_code == 404
    answer = await client.put(f"/v1/imports/{import_id}/switch-date", json={"switchOn": SWITCH}, headers=stranger)
    assert answer.status_code == 404


async def test_a_dry_run_is_decided_once_and_by_whoever_handed_it_in_too(
    client: httpx2.AsyncClient, tokens: Tokens, engine: FakeEngine, api_dsns: DatabaseDsns
) -> None:
    import_id = await handed_in(client, tokens)
    path = f"/v1/imports/{import_id}/decision"
    early = await client.post(path, json={"decision": "go"}, headers=tokens.headers(MANAGER))
    assert (early.status_code, early.json()["code"]) == (409, "not_awaiting_approval")
    set_state(api_dsns, import_id, "checked")
    headers = tokens.headers(MANAGER)
    engine.away = True
    kept = await client.post(path, json={"decision": "go"}, headers=headers)
    assert (kept.status_code, kept.headers["Location"]) == (202, f"/v1/imports/{import_id}")
    engine.away = False
    done = await client.post(path, json={"decision": "go"}, headers=headers)
    assert (done.status_code, done.json()["go"]) == (200, True), done.text
    (decision,) = {each for each in engine.import_decisions if each.go}
    other = await client.post(path, json={"decision": "abandon"}, headers=headers)
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    late = await client.post(path, json={"decision": "abandon"}, headers=tokens.headers("operator"))
    assert (late.status_code, late.json()["code"]) == (409, "not_awaiting_approval")
    assert decision.decision_id


async def test_an_incomplete_import_is_tried_again_and_no_other(
    client: httpx2.AsyncClient, tokens: Tokens, engine: FakeEngine, api_dsns: DatabaseDsns
) -> None:
    import_id = await handed_in(client, tokens)
    path = f"/v1/imports/{import_id}/retry"
    refused = await client.post(path, headers=tokens.headers(MANAGER))
    assert (refused.status_code, refused.json()["code"]) == (409, "not_incomplete")
    set_state(api_dsns, import_id, "incomplete")
    headers = tokens.headers(MANAGER)
    for _ in range(2):
        again = await client.post(path, headers=headers)
        assert (again.status_code, again.json()["state"], again.json()["attempt"]) == (200, "importing", 1)
    assert len(engine.imports) == 3  # handed in, tried again, and the repeat of that


async def test_the_switch_date_moves_until_it_is_reached_and_every_move_is_on_record(
    client: httpx2.AsyncClient, tokens: Tokens, clock: FixedClock, api_dsns: DatabaseDsns
) -> None:
    import_id = await handed_in(client, tokens)
    path, headers = f"/v1/imports/{import_id}/switch-date", tokens.headers(MANAGER)
    for day in ("2027-02-01", "2026-11-20"):
        moved = await client.put(path, json={"switchOn": day}, headers=headers)
        assert (moved.status_code, moved.json()["switchOn"]) == (200, day)
    past = await client.put(path, json={"switchOn": "2026-11-17"}, headers=headers)
    assert (past.status_code, errors(past)) == (422, [("/switchOn", "date_in_past")])
    clock.instant = datetime(2026, 11, 20, 0, 0, tzinfo=UTC)
    headers = tokens.headers(MANAGER)
    same = await client.put(path, json={"switchOn": "2026-11-20"}, headers=headers)
    assert (same.status_code, same.json()["switched"]) == (200, True)
    late = await client.put(path, json={"switchOn": "2027-02-01"}, headers=headers)
    assert (late.status_code, late.json()["code"]) == (409, "switch_reached")
    with psycopg.connect(plain(api_dsns.migrator)) as connection:
        rows = connection.execute(
            "select data->>'switch_on' from office_event where subject_id = %s and kind = 'import.switch_moved'"
            " order by at, id", (import_id,),
        ).fetchall()  # fmt: skip
    assert rows == [("2027-02-01",), ("2026-11-20",)]
    clock.instant -= timedelta(days=2)
