"""Learning that is shared: two people, the words for the public alone, read by the body it is for, and withdrawn."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import httpx2
import psycopg
import pytest
from fastapi import FastAPI
from pydantic import SecretStr

from gateways.sealing import new_key
from policies.joint_credentials import make
from runtime.database_roles import DatabaseDsns
from runtime.settings import Settings
from tests.api.fakes import FixedClock
from tests.api.people import Tokens
from tests.api.report_people import Office
from tests.api.test_corrections import code_of
from tests.api.test_partners import a_partner
from tests.bodies import make_body, plain

pytestmark = pytest.mark.at_once

PUBLIC = "Each shift now names who rings families."
REMARK = "It took one page."
SECRETS = ("Una Sample", "hearing aids", "drawer beside her bed", "Nobody said who rings", "names who rings it")
LEARNED = {
    "theme": "communications",
    "place": "TAK01.ward-7",
    "factors": ["handover"],
    "outcome": "learned",
    "wentWrong": True,
    "found": "Nobody said who rings.",
    "willChange": "A sheet names who rings it.",
    "publicWords": PUBLIC,
}
# A tenant may look into all of these by SQL.
TABLES = ("learning", "learning_version", "learning_sharing", "learning_sharing_body", "complaint", "case_event",
          "party", "report", "partner", "office_event", "person", "submission")  # fmt: skip


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"secrets_key": SecretStr(new_key())})


class Bodies:
    """Three organisations of one installation."""

    def __init__(self, client: httpx2.AsyncClient, tokens: Tokens, app: FastAPI, clock: FixedClock, dsn: str) -> None:
        self.sender, self.reader, self.stranger = (Office(client, tokens, app, clock, make_body(dsn)) for _ in range(3))

    async def learned(self, *, approved: bool = True) -> str:
        """Learn something from a complaint of the sender, and return its id."""
        reference = await self.sender.log()
        self.references = [reference]
        at = f"/v1/complaints/{reference}/learning"
        assert (await say(self.sender, at, LEARNED, "handler")).status_code == 200
        (one,) = (await read(self.sender, at, "handler"))["items"]
        if approved:
            said = {"learningId": one["id"], "approvePublic": True}
            assert (await say(self.sender, at, said)).status_code == 200
        return str(one["id"])

    async def asked(self, *codes: str, learning: str | None = None, words: str | None = REMARK) -> dict[str, Any]:
        learning = learning or await self.learned()
        body = {"bodies": list(codes or (self.reader.body.code,))} | ({"words": words} if words else {})
        answer = await say(self.sender, f"/v1/learning/{learning}/sharing", body, "handler")
        assert answer.status_code == 201, answer.text
        shown: dict[str, Any] = answer.json()
        return shown

    async def shared(self, *codes: str) -> dict[str, Any]:
        return await self.then(await self.asked(*codes), "decision", {"approve": True})

    async def then(self, row: dict[str, Any], path: str, body: dict[str, Any]) -> dict[str, Any]:
        answer = await say(self.sender, f"/v1/learning/{row['learningId']}/sharing/{row['id']}/{path}", body)
        assert answer.status_code == 200, answer.text
        shown: dict[str, Any] = answer.json()
        return shown


async def say(office: Office, path: str, body: Any, role: str = "complaints_manager", **more: Any) -> httpx2.Response:
    office.later()
    return await office.client.post(path, json=body, headers=office.headers(role, **more))


async def read(office: Office, path: str, role: str = "complaints_manager") -> dict[str, Any]:
    answer = await office.client.get(path, headers=office.headers(role))
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


@pytest.fixture
def bodies(
    client: httpx2.AsyncClient, tokens: Tokens, app: FastAPI, clock: FixedClock, api_dsns: DatabaseDsns
) -> Bodies:
    return Bodies(client, tokens, app, clock, api_dsns.migrator)


@pytest.fixture
def as_tenant(api_dsns: DatabaseDsns, clock: FixedClock) -> Any:
    """Run SQL as the application does for an organisation, with no query of ours between it and the tables."""

    def run(tenant: UUID, sql: str, *params: Any) -> list[Any]:
        with psycopg.connect(plain(api_dsns.app)) as connection:
            connection.execute(
                "select set_config('app.tenant', %s, true), set_config('app.now', %s, true)",
                (str(tenant), clock.now().isoformat()),
            )
            found = connection.execute(sql, params)
            return found.fetchall() if found.description else [found.rowcount]

    return run


async def test_what_is_shared_is_read_by_the_body_it_is_for_and_by_nobody_else(bodies: Bodies, as_tenant: Any) -> None:
    row = await bodies.shared()
    (item,) = (await read(bodies.reader, "/v1/shared-learning", "handler"))["items"]
    sender = bodies.sender.body
    assert (item["fromCode"], item["learned"], item["words"]) == (sender.code, PUBLIC, REMARK)
    assert (item["theme"], item["fromName"]) == ("communications", f"{sender.code} Trust")
    assert item["themeTitle"] != "communications"
    assert (await read(bodies.reader, "/v1/shared-learning?theme=staffing"))["items"] == []
    assert (await read(bodies.reader, "/v1/shared-learning?theme=communications&limit=1"))["items"] == [item]
    for office in (bodies.stranger, bodies.sender):
        assert (await read(office, "/v1/shared-learning"))["items"] == []
    # The same by SQL: the row that is for it, and nothing else of the sender.
    reader, stranger = bodies.reader.body.id, bodies.stranger.body.id
    assert len(as_tenant(reader, "select * from shared_learning")) == 1
    assert as_tenant(stranger, "select * from shared_learning") == []
    for table in TABLES:
        for tenant in (reader, stranger):
            found = as_tenant(tenant, f"select count(*) from {table} where organisation_id = %s", sender.id)
            assert found == [(0,)], table
    whole = str(as_tenant(reader, "select to_jsonb(s)::text from shared_learning s"))
    complaint = as_tenant(sender.id, "select id, reference from complaint")[0]
    for each in (
        *SECRETS,
        str(complaint[0]),
        complaint[1],
        row["learningId"],
        row["id"],
        *map(str, sender.people.values()),
    ):
        assert each not in whole and each not in str(item), each


async def test_the_sender_reads_that_it_was_seen_and_is_used(bodies: Bodies, as_tenant: Any) -> None:
    row = await bodies.shared()
    (item,) = (await read(bodies.reader, "/v1/shared-learning"))["items"]
    at = f"/v1/shared-learning/{item['id']}/marks"
    seen = await say(bodies.reader, at, {"mark": "seen"}, "handler")
    assert (seen.status_code, seen.json()["usedAt"]) == (200, None)
    again = await say(bodies.reader, at, {"mark": "seen"}, "investigator")
    assert again.json()["seenAt"] == seen.json()["seenAt"]
    assert (await say(bodies.reader, at, {"mark": "used"}, "handler")).json()["usedAt"] is not None
    (shown,) = (await read(bodies.sender, f"/v1/learning/{row['learningId']}/sharing"))["items"]
    assert shown["bodies"][0]["seenAt"] == seen.json()["seenAt"] and shown["bodies"][0]["usedAt"] is not None
    # A stranger neither marks it nor reads a mark, and the sender does not learn who it was.
    assert code_of(await say(bodies.stranger, at, {"mark": "used"})) == (404, "not_found")
    stranger, sender = bodies.stranger.body.id, bodies.sender.body.id
    assert as_tenant(stranger, "select * from shared_learning_mark") == []
    marks = str(as_tenant(sender, "select to_jsonb(m)::text from shared_learning_mark m"))
    assert not any(str(each) in marks for each in bodies.reader.body.people.values())
    forged = (
        "insert into shared_learning_mark (id, organisation_id, shared_id, sender_id, mark, at)"
        " values (%s, %s, %s, %s, 'used', '2026-11-18')"
    )
    with pytest.raises(psycopg.Error):
        as_tenant(stranger, forged, uuid4(), stranger, item["id"], sender)


async def test_what_is_withdrawn_is_read_by_nobody_from_then_on(bodies: Bodies, as_tenant: Any) -> None:
    row = await bodies.shared()
    (item,) = (await read(bodies.reader, "/v1/shared-learning"))["items"]
    done = await bodies.then(row, "withdrawal", {"reason": "It was wrong."})
    assert (done["state"], done["withdrawnReason"]) == ("withdrawn", "It was wrong.")
    assert (await read(bodies.reader, "/v1/shared-learning"))["items"] == []
    assert as_tenant(bodies.reader.body.id, "select * from shared_learning") == []
    mark = await say(bodies.reader, f"/v1/shared-learning/{item['id']}/marks", {"mark": "used"})
    assert code_of(mark) == (404, "not_found")
    at = f"/v1/learning/{row['learningId']}/sharing/{row['id']}/withdrawal"
    assert code_of(await say(bodies.sender, at, {"reason": "Twice."})) == (409, "not_shared")
    with pytest.raises(psycopg.Error, match="append-only|refuse|changed"):
        as_tenant(bodies.sender.body.id, "update shared_learning set withdrawn_at = null")


async def test_another_person_than_who_asked_decides_once(bodies: Bodies) -> None:
    learning = await bodies.learned()
    at = f"/v1/learning/{learning}/sharing"
    asked = (await say(bodies.sender, at, {"bodies": [bodies.reader.body.code]})).json()
    yes = {"approve": True}
    assert code_of(await say(bodies.sender, f"{at}/{asked['id']}/decision", yes)) == (409, "asked_by_you")
    assert code_of(await say(bodies.sender, f"{at}/{asked['id']}/decision", yes, "handler")) == (403, "forbidden")
    assert (await read(bodies.reader, "/v1/shared-learning"))["items"] == []
    no = {"approve": False, "reason": "Too little."}
    done = await say(bodies.sender, f"{at}/{asked['id']}/decision", no, "senior_leader", key="no")
    assert (done.status_code, done.json()["state"]) == (200, "declined")
    again = await say(bodies.sender, f"{at}/{asked['id']}/decision", no, "senior_leader", key="no")
    assert again.json() == done.json()
    late = await say(bodies.sender, f"{at}/{asked['id']}/decision", yes, "senior_leader")
    assert code_of(late) == (409, "sharing_decided")
    assert (await read(bodies.reader, "/v1/shared-learning"))["items"] == []
    for path in ("decision", "withdrawal"):
        body = yes if path == "decision" else {"reason": "Mine."}
        assert code_of(await say(bodies.stranger, f"{at}/{asked['id']}/{path}", body)) == (404, "not_found")


async def test_only_words_that_are_approved_to_be_public_are_shared_and_as_they_stand(bodies: Bodies) -> None:
    raw = await bodies.learned(approved=False)
    code = bodies.reader.body.code
    answer = await say(bodies.sender, f"/v1/learning/{raw}/sharing", {"bodies": [code]}, "handler")
    assert code_of(answer) == (409, "learning_not_public")
    learning = await bodies.learned()
    row = await bodies.asked(learning=learning)
    at = f"/v1/complaints/{bodies.references[0]}/learning"
    other = {"learningId": learning, "publicWords": "Something else."}
    assert (await say(bodies.sender, at, other, "handler")).status_code == 200
    decision = f"/v1/learning/{learning}/sharing/{row['id']}/decision"
    assert code_of(await say(bodies.sender, decision, {"approve": True})) == (409, "learning_not_public")
    assert (await say(bodies.sender, at, {"learningId": learning, "approvePublic": True})).status_code == 200
    assert code_of(await say(bodies.sender, decision, {"approve": True})) == (409, "learning_changed")
    assert (await read(bodies.reader, "/v1/shared-learning"))["items"] == []


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"bodies": ["NOBODY-HERE"]}, "/bodies/0"),
        ({"bodies": ["SELF"]}, "/bodies/0"),
        ({"bodies": ["READER", "READER"]}, "/bodies/1"),
        ({"bodies": []}, "/bodies"),
        ({"bodies": ["READER"], "words": "As una  SAMPLE told us."}, "/words"),
    ],
)
async def test_what_cannot_be_shared_is_turned_away(bodies: Bodies, body: dict[str, Any], pointer: str) -> None:
    named = {"SELF": bodies.sender.body.code, "READER": bodies.reader.body.code}
    body = body | {"bodies": [named.get(each, each) for each in body["bodies"]]}
    learning = await bodies.learned()
    answer = await say(bodies.sender, f"/v1/learning/{learning}/sharing", body, "handler")
    assert code_of(answer) == (422, "invalid_request")
    assert [each["pointer"] for each in answer.json()["errors"]] == [pointer]
    assert (await read(bodies.sender, f"/v1/learning/{learning}/sharing"))["items"] == []


async def a_partner_of(office: Office, **changes: Any) -> dict[str, Any]:
    answer = await say(office, "/v1/organisation/partners", a_partner(**changes))
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


async def test_a_partner_is_told_by_its_system_and_fetches_the_words_with_its_own_credential(
    bodies: Bodies, as_tenant: Any
) -> None:
    office = bodies.sender
    partner = await a_partner_of(office)
    other = await a_partner_of(office, hookUrl=None)
    row = await bodies.shared(partner["code"])
    assert (row["bodies"][0]["here"], row["bodies"][0]["toldBy"]) == (False, "system")
    told = "select type, about, complaint_id from webhook_delivery order by n"
    ((type_, about, complaint),) = as_tenant(office.body.id, told)
    assert (type_, complaint, about["credential"]) == ("uk.redress.joint.learning_shared.v1", None, 1)
    assert set(about) == {"sharedId", "credential"}
    shared = UUID(about["sharedId"])
    door = f"/joint/v1/{office.body.code}/shared-learning/{shared}"

    async def fetch(secret: str, number: int = 1) -> httpx2.Response:
        shown = {"Authorization": f"Bearer {make(secret, shared, number)}"}
        return await office.client.get(door, headers=shown)

    answer = await fetch(partner["secret"])
    assert (answer.status_code, answer.json()["learned"], answer.json()["words"]) == (200, PUBLIC, REMARK)
    assert not any(each in answer.text for each in (*SECRETS, row["learningId"], bodies.references[0]))
    for refused in (await fetch(other["secret"]), await fetch(partner["secret"], 2), await office.client.get(door)):
        assert code_of(refused) == (401, "unauthenticated")
    await bodies.then(row, "withdrawal", {"reason": "It was wrong."})
    assert [each[0] for each in as_tenant(office.body.id, told)][1:] == ["uk.redress.joint.learning_withdrawn.v1"]
    gone = (await fetch(partner["secret"])).json()
    assert (gone["state"], gone["learned"], gone["words"]) == ("withdrawn", None, None)


async def test_a_partner_without_a_system_is_told_by_a_person_who_is_asked_to(bodies: Bodies, as_tenant: Any) -> None:
    partner = await a_partner_of(bodies.sender, way="page", hookUrl=None)
    row = await bodies.shared(partner["code"])
    tasks = "select kind, state from task where kind like '%%_learning' order by raised_at"
    tenant = bodies.sender.body.id
    assert as_tenant(tenant, tasks) == [("send_learning", "open")]
    sent = f"bodies/{partner['code']}/sent"
    done = await bodies.then(row, sent, {"on": "2026-11-18"})
    assert (done["bodies"][0]["toldBy"], done["bodies"][0]["sentOn"]) == ("hand", "2026-11-18")
    assert as_tenant(tenant, tasks) == [("send_learning", "done")]
    at = f"/v1/learning/{row['learningId']}/sharing/{row['id']}/{sent}"
    assert code_of(await say(bodies.sender, at, {"on": "2026-11-18"})) == (409, "nothing_to_send")
    assert code_of(await say(bodies.sender, at, {"on": "2026-11-30"})) == (422, "invalid_request")
    await bodies.then(row, "withdrawal", {"reason": "It was wrong."})
    assert as_tenant(tenant, tasks)[1:] == [("recall_learning", "open")]
    assert (await bodies.then(row, sent, {"on": "2026-11-18"}))["bodies"][0]["recalledOn"] == "2026-11-18"
    assert as_tenant(tenant, tasks)[1:] == [("recall_learning", "done")]
