"""What other bodies submit, over HTTP: shown by round, sent back, approved, named as missing, seen to completion."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4, uuid5

import httpx2
import psycopg
import pytest
from fastapi import FastAPI

from tests.api.people import BIRCH, Tokens
from tests.api.test_corrections import Desk, a_desk, code_of, share
from tests.api.test_requests import issue_of

pytestmark = pytest.mark.at_once

ROUND = "2026-11-18T09:00:00+00:00"
REVISION = {"reason": "Say why.", "dueOn": "2026-12-01", "round": 1}
WORDS = ("We asked.", "Nobody came.", "We say sorry.", "Jo Marker", "Train them.")


@pytest.fixture
async def desk(client: httpx2.AsyncClient, tokens: Tokens, app: FastAPI) -> Desk:
    return await a_desk(client, tokens, app)


def submitted(migrator: psycopg.Connection[Any], desk: Desk) -> str:
    """Put a body with its first round on the complaint, and the consent that covers it, as if it had been said."""
    issue, one, submission = issue_of(migrator, desk), uuid4(), uuid4()

    def put(table: str, columns: str, *values: Any) -> None:
        marks = "".join(", %s" for _ in values)
        sql = (
            f"insert into {table} (id, organisation_id, complaint_id, {columns}) select %s, organisation_id, id{marks}"
        )
        migrator.execute(f"{sql} from complaint where reference = %s", (uuid5(one, table), *values, desk.reference))

    migrator.execute(
        "insert into contribution (id, organisation_id, complaint_id, number, kind, code, name, body_kind, bound, way,"
        " state, open_to_body, named_on, invited_on, accepted_on, submitted_on, round, changed_at, act_id)"
        " select %s, organisation_id, id, 1, 'joint', 'council-1', 'Council', 'local_authority', 'regulation_9',"
        " 'none', 'submitted', true, '2026-11-17', '2026-11-17', '2026-11-17', '2026-11-18', 1, %s, %s"
        " from complaint where reference = %s",
        (one, ROUND, uuid4(), desk.reference),
    )
    put("contribution_issue", "contribution_id, issue_id", one, issue)
    migrator.execute(
        "insert into body_submission (id, organisation_id, complaint_id, contribution_id, round, signed_by,"
        " signed_role, submitted_on, late, act_id, said_at) select %s, organisation_id, id, %s, 1, %s, 'Director',"
        " '2026-11-18', false, %s, %s from complaint where reference = %s",
        (submission, one, WORDS[3], uuid4(), ROUND, desk.reference),
    )
    put("body_answer", "submission_id, issue_id, number, did, found, conclusion, remedy",
        submission, issue, 1, WORDS[0], WORDS[1], "upheld", WORDS[2])  # fmt: skip
    put("body_action", "contribution_id, submission_id, action_id, what, due_on, state, act_id, said_at",
        one, submission, uuid4(), WORDS[4], "2026-11-10", "promised", uuid4(), ROUND)  # fmt: skip
    migrator.execute(
        "insert into consent (id, organisation_id, complaint_id, number, scope, body, giver_id, basis, given_on,"
        " after_death, said_at, act_id) select %s, c.organisation_id, c.id, 1, 'share_with_body', 'council-1', p.id,"
        " 'statutory', '2026-11-17', false, %s, %s from complaint c join party p on p.complaint_id = c.id"
        " where c.reference = %s and p.role = 'complainant'",
        (uuid4(), ROUND, uuid4(), desk.reference),
    )
    return str(one)


async def test_a_part_is_shown_sent_back_and_cannot_be_approved_while_the_body_owes_it(
    desk: Desk, migrator: psycopg.Connection[Any]
) -> None:
    one = submitted(migrator, desk)
    shown = await desk.get(f"bodies/{one}/submissions")
    (round_,) = shown["rounds"]
    assert (shown["state"], shown["missing"], round_["round"], round_["late"]) == ("submitted", [], 1, False)
    (answer,) = round_["answers"]
    assert (answer["number"], answer["conclusion"], answer["found"]) == (1, "upheld", "Nobody came.")
    (action,) = shown["actions"]
    assert (action["state"], action["overdue"], action["what"]) == ("promised", True, "Train them.")
    key = {"key": f"revision-{one}"}
    for _ in range(2):
        assert (await desk.post(f"bodies/{one}/revision", REVISION, **key)).status_code == 200
    other = await desk.post(f"bodies/{one}/revision", REVISION | {"reason": "Another."}, **key)
    assert code_of(other) == (422, "idempotency_key_reused")
    (round_,) = (await desk.get(f"bodies/{one}/submissions"))["rounds"]
    assert (round_["review"]["result"], round_["review"]["reason"]) == ("sent_back", "Say why.")
    assert round_["review"]["decidedBy"]["name"] == "handler of ACORN"
    assert code_of(await desk.post(f"bodies/{one}/approval", {})) == (409, "nothing_submitted")


async def test_a_part_is_approved_and_the_body_let_go_of(desk: Desk, migrator: psycopg.Connection[Any]) -> None:
    one = submitted(migrator, desk)
    assert code_of(await desk.post(f"bodies/{one}/approval", {"round": 2})) == (412, "stale_version")
    assert (await desk.post(f"bodies/{one}/approval", {"round": 1})).status_code == 200
    shown = await desk.get(f"bodies/{one}/submissions")
    assert (shown["state"], shown["rounds"][0]["review"]["result"]) == ("approved", "approved")
    (action,) = shown["actions"]
    settled = await desk.post(f"bodies/{one}/actions/{action['id']}", {"done": True})
    assert code_of(settled) == (409, "nothing_submitted")  # the body has not said that it is done
    assert code_of(await desk.post(f"bodies/{one}/actions/{uuid4()}", {"done": True})) == (409, "unknown_action")
    assert (await desk.post(f"bodies/{one}/release", {"reason": "Not needed."})).status_code == 200
    shown = await desk.get(f"bodies/{one}/submissions")
    assert (shown["state"], shown["actions"][0]["state"]) == ("released", "ended")


async def test_a_gap_is_named_by_a_manager_only_and_only_of_who_is_late(
    desk: Desk, migrator: psycopg.Connection[Any]
) -> None:
    one = submitted(migrator, desk)
    gap = {"reason": "Silent."}
    assert code_of(await desk.post(f"bodies/{one}/gap", gap)) == (403, "forbidden")
    assert code_of(await desk.post(f"bodies/{one}/gap", gap, "complaints_manager")) == (409, "not_late_yet")
    migrator.execute("update contribution set state = 'declined' where id = %s", (one,))
    assert (await desk.post(f"bodies/{one}/gap", gap, "complaints_manager")).status_code == 200
    (shown,) = (await desk.get(f"bodies/{one}/submissions"))["gaps"]
    assert (shown["ground"], shown["reason"], shown["namedBy"]["name"]) == (
        *("declined", "Silent."),
        "complaints_manager of ACORN",
    )


async def test_words_are_for_those_who_may_see_them_and_strangers_find_nothing(
    desk: Desk, migrator: psycopg.Connection[Any], client: httpx2.AsyncClient, tokens: Tokens
) -> None:
    one = submitted(migrator, desk)
    seen = await desk.get(f"bodies/{one}/submissions", "operator")
    assert not any(word in str(seen) for word in WORDS)
    assert seen["rounds"][0]["answers"][0]["conclusion"] == "upheld"
    path = f"/v1/complaints/{desk.reference}/bodies/{one}/submissions"
    birch = tokens.headers("handler", organisation=BIRCH.id)
    assert (await client.get(path, headers=birch)).status_code == 404
    nobodys = f"/v1/complaints/{desk.reference}/bodies/{uuid4()}/submissions"
    assert (await client.get(nobodys, headers=tokens.headers("handler"))).status_code == 404
    share(migrator, desk.reference, BIRCH)
    answer = await client.post(f"/v1/complaints/{desk.reference}/bodies/{one}/approval", json={}, headers=birch)
    assert answer.status_code in (403, 404)
    assert UUID(one)


@pytest.mark.parametrize(
    ("path", "body", "pointer"),
    [
        ("revision", {"dueOn": "2026-12-01"}, "/reason"),
        ("revision", {"reason": "Why.", "dueOn": "soon"}, "/dueOn"),
        ("revision", {"reason": "Why.", "dueOn": "2026-12-01", "round": 0}, "/round"),
        ("approval", {"findings": "ours"}, "/findings"),
        ("gap", {"reason": " "}, "/reason"),
        ("release", {}, "/reason"),
        (f"actions/{uuid4()}", {"done": False}, ""),
        (f"actions/{uuid4()}", {"done": True, "dueOn": "2026-12-01"}, ""),
    ],
)
async def test_bad_input_is_refused_by_name(desk: Desk, path: str, body: dict[str, Any], pointer: str) -> None:
    answer = await desk.post(f"bodies/{uuid4()}/{path}", body, "complaints_manager")
    assert answer.status_code == 422, answer.text
    assert [error["pointer"] for error in answer.json()["errors"]] == [pointer]
