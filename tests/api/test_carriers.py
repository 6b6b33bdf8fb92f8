"""Carriers, callbacks, quiet hours and the out-tray over HTTP: keys are never shown, strangers are never believed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx2
import psycopg
import pytest
from fastapi import FastAPI
from pydantic import SecretStr

from gateways.sealing import new_key
from runtime.settings import Settings
from tests.api.fakes import FixedClock
from tests.api.people import ACORN, BIRCH, Tokens, listed, log

pytestmark = pytest.mark.at_once
CARRIERS, QUIET = "/v1/organisation/carriers", "/v1/organisation/quiet-hours"
KEY = f"live-{uuid4()}-{uuid4()}"
TOKEN = "a-token-of-callbacks"
Rows = psycopg.Connection[Any]


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"secrets_key": SecretStr(new_key())})


@pytest.fixture(autouse=True)
def nothing_set(migrator: Rows) -> Iterator[None]:
    """The organisations of these tests are those of all the others, too."""
    yield
    migrator.execute("delete from carrier_setting")
    migrator.execute("delete from quiet_hours")
    migrator.commit()


def notify(**changes: Any) -> dict[str, Any]:
    said = {"emails": True, "texts": False, "letters": False, "key": KEY, "token": TOKEN, "emailTemplate": str(uuid4())}
    return {name: value for name, value in (said | changes).items() if value is not None}


class Office:
    """A complaints manager who says who carries what, and a notice that Notify has."""

    def __init__(self, client: httpx2.AsyncClient, tokens: Tokens, app: FastAPI, migrator: Rows) -> None:
        self.client, self.tokens, self.app, self.migrator = client, tokens, app, migrator
        self.logged: dict[str, Any] = {}

    async def put(self, path: str, body: dict[str, Any], role: str = "complaints_manager") -> httpx2.Response:
        return await self.client.put(path, json=body, headers=self.tokens.headers(role, key=f"put-{uuid4()}"))

    async def set(self, **changes: Any) -> dict[str, Any]:
        answer = await self.put(CARRIERS, {"notify": notify(**changes)})
        assert answer.status_code == 200, answer.text
        shown: dict[str, Any] = answer.json()
        return shown

    async def get(self, path: str, role: str = "handler", **more: Any) -> httpx2.Response:
        return await self.client.get(path, headers={"Authorization": f"Bearer {self.tokens.of(role, **more)}"})

    def write(self, *, carrier: str | None = "notify", state: str = "handed_over", complaint: str = "") -> UUID:
        """Write a notice as the machine would, which met the first clock of its complaint."""
        notice_id, complaint = uuid4(), complaint or self.logged["id"]
        self.migrator.execute(
            "insert into notice (id, organisation_id, complaint_id, template, template_version, audience, party_id,"
            " channel, legal_ground, state, subject, body, act_id, drafted_at, released_at, journalled, carrier,"
            " met_clock_id) select %s, c.organisation_id, c.id, 'update', 1, 'complainant', p.id, 'email', '-', %s,"
            " 's', 'b', %s, '2026-11-18T09:00Z', '2026-11-18T09:00Z', true, %s, k.id from complaint c"
            " join party p on p.complaint_id = c.id join clock k on k.complaint_id = c.id"
            " where c.id = %s and k.kind = 'acknowledgement'",
            (notice_id, state, uuid4(), carrier, complaint),
        )
        self.migrator.commit()
        return notice_id

    async def call_back(
        self, body: dict[str, Any], *, token: str | None = TOKEN, at: str = ACORN.code, of: str = "deliveries"
    ) -> httpx2.Response:
        headers = {} if token is None else {"Authorization": f"Bearer {token}"}
        answer = await self.client.post(f"/v1/carriers/notify/{at}/{of}", json=body, headers=headers)
        await self.app.state.parts.starts.idle()
        return answer

    def standing(self, notice_id: UUID) -> tuple[str, str | None]:
        self.migrator.commit()
        [row] = self.migrator.execute("select state, failure from notice where id = %s", (notice_id,))
        return (row[0], row[1])

    def said(self) -> int:
        [(count,)] = self.migrator.execute(
            "select count(*) from submission where complaint_id = %s and kind = 'notice_outcome'", (self.logged["id"],)
        )
        return int(count)


@pytest.fixture
async def office(client: httpx2.AsyncClient, tokens: Tokens, app: FastAPI, migrator: Rows) -> Office:
    found = Office(client, tokens, app, migrator)
    found.logged = await log(client, tokens, app)
    return found


def receipt(notice_id: object, status: str = "delivered") -> dict[str, Any]:
    """Return a delivery receipt as Notify sends it."""
    return {
        "id": str(uuid4()), "reference": str(notice_id), "to": "una@sample.example", "status": status,
        "created_at": "2026-11-18T09:00:00.000000Z", "completed_at": None, "sent_at": None,
        "notification_type": "email", "template_id": str(uuid4()), "template_version": 1,
    }  # fmt: skip


async def test_a_key_is_taken_kept_sealed_and_shown_to_nobody(office: Office) -> None:
    shown = await office.set()
    assert (shown["notify"]["keySet"], shown["notify"]["tokenSet"], shown["outTray"]) == (True, True, True)
    assert shown["notify"]["callbacks"] == f"/v1/carriers/notify/{ACORN.code}/deliveries"
    told = str(shown) + (await office.get(CARRIERS)).text
    told += str(office.migrator.execute("select row_to_json(s) from carrier_setting s").fetchall())
    told += str(office.migrator.execute("select row_to_json(e) from office_event e").fetchall())
    assert not [each for each in (KEY, KEY[-36:], TOKEN) if each in told or each.encode().hex() in told]


async def test_what_is_left_out_stays_and_what_is_switched_off_is_let_go_of(office: Office) -> None:
    await office.set()
    kept = await office.set(key=None, token=None, letters=True)
    assert (kept["notify"]["keySet"], kept["notify"]["letters"]) == (True, True)
    off = (await office.put(CARRIERS, {"outTray": False})).json()
    assert (off["notify"]["keySet"], off["notify"]["emails"], off["outTray"]) == (False, False, False)
    [(sealed,)] = office.migrator.execute("select key_sealed from carrier_setting where carrier = 'notify'")
    assert sealed is None


@pytest.mark.parametrize(
    "wrong", [{"emailTemplate": None}, {"texts": True}, {"key": None}, {"key": "no key"}, {"token": "short"}]
)
async def test_what_would_carry_nothing_is_refused_without_repeating_it(office: Office, wrong: dict[str, Any]) -> None:
    answer = await office.put(CARRIERS, {"notify": notify(**wrong)})
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_request")
    assert "no key" not in answer.text and KEY not in answer.text


async def test_who_may_not_appoint_sets_nothing(office: Office) -> None:
    for role in ("handler", "auditor", "case_system"):
        assert (await office.put(CARRIERS, {"outTray": True}, role)).status_code == 403
        assert (await office.put(QUIET, {"workingDaysOnly": True}, role)).status_code == 403


async def test_a_receipt_of_notify_counts_once_and_leaves_the_case_with_it(office: Office) -> None:
    await office.set()
    notice_id = office.write()
    for _ in range(3):
        answer = await office.call_back(receipt(notice_id))
        assert (answer.status_code, answer.content) == (204, b"")
    assert office.standing(notice_id) == ("delivered", None) and office.said() == 1
    assert "una@sample.example" not in str(
        office.migrator.execute("select body from submission where kind = 'notice_outcome'").fetchall()
    )


async def test_what_notify_could_not_deliver_is_shown_beside_the_clock_it_met(office: Office) -> None:
    await office.set()
    notice_id = office.write()
    assert (await office.call_back(receipt(notice_id, "permanent-failure"))).status_code == 204
    assert office.standing(notice_id) == ("failed", "permanent_failure")
    clocks = (await office.get(f"/v1/complaints/{office.logged['reference']}/clocks")).json()["items"]
    (met,) = [each for each in clocks if each["kind"] == "acknowledgement"]
    (missing,) = met["undelivered"]
    assert (missing["notice"], missing["failure"]) == (str(notice_id), "permanent_failure")
    assert [each["state"] for each in clocks if each["kind"] == "undelivered"] == ["running"]
    tasks = (await office.get(f"/v1/complaints/{office.logged['reference']}/tasks")).json()["items"]
    assert [each["noticeId"] for each in tasks if each["kind"] == "notice_failed"] == [str(notice_id)]


async def test_a_letter_that_was_sent_back_has_failed(office: Office) -> None:
    await office.set()
    notice_id = office.write()
    assert (await office.call_back({"reference": str(notice_id)}, of="returned-letters")).status_code == 204
    assert office.standing(notice_id) == ("failed", "returned_letter")


async def test_a_wrong_token_and_an_organisation_that_is_not_known_are_told_apart_by_nobody(office: Office) -> None:
    await office.set()
    notice_id = office.write()
    answers = [
        await office.call_back(receipt(notice_id), token="a-token-of-callbackS"),
        await office.call_back(receipt(notice_id), token=TOKEN, at="NOBODY"),
        await office.call_back(receipt(notice_id), token=TOKEN, at=BIRCH.code),
        await office.call_back({"nonsense": 1}, token="x" * 12),
        await office.call_back(receipt(notice_id), token=TOKEN, at="a%00b"),
    ]
    told = [{name: value for name, value in each.json().items() if name != "instance"} for each in answers]
    assert {each.status_code for each in answers} == {403} and all(each == told[0] for each in told)
    assert (await office.call_back(receipt(notice_id), token=None)).status_code == 401
    assert office.standing(notice_id) == ("handed_over", None)


async def test_of_what_is_not_ours_nothing_is_said_and_nothing_done(office: Office, tokens: Tokens) -> None:
    await office.set()
    by_mail, drafted = office.write(carrier=None), office.write(state="draft")
    for reference in (uuid4(), "not an id", "", by_mail):
        assert (await office.call_back(receipt(reference))).status_code == 204
    assert (await office.call_back({"reference": None, "status": "delivered"})).status_code == 204
    assert (await office.call_back(receipt(drafted, "a-status-of-tomorrow"))).status_code == 204
    assert office.said() == 0 and office.standing(by_mail) == ("handed_over", None)
    stranger = await log(office.client, tokens, office.app)
    notice_id = office.write(complaint=stranger["id"])
    office.migrator.execute("update organisation set code = code")
    assert (await office.call_back(receipt(notice_id), at=BIRCH.code)).status_code == 403


async def test_another_organisation_s_token_reaches_only_its_own_notices(
    office: Office, client: httpx2.AsyncClient, tokens: Tokens, app: FastAPI
) -> None:
    notice_id = office.write()
    headers = tokens.headers("complaints_manager", organisation=BIRCH.id, key=f"put-{uuid4()}")
    answer = await client.put(CARRIERS, json={"notify": notify(token="the-token-of-birch")}, headers=headers)
    assert answer.status_code == 200
    assert (await office.call_back(receipt(notice_id), token="the-token-of-birch", at=BIRCH.code)).status_code == 204
    assert office.standing(notice_id) == ("handed_over", None) and office.said() == 0


async def test_a_person_records_what_came_back_once_under_a_key(office: Office, clock: FixedClock) -> None:
    notice_id = office.write(carrier=None)
    path = f"/v1/complaints/{office.logged['reference']}/notices/{notice_id}/deliveries"
    body = {"what": "returned", "on": "2026-11-18", "words": "Gone away, it says."}
    headers = office.tokens.headers("handler")
    for _ in range(2):
        assert (await office.client.post(path, json=body, headers=headers)).status_code == 200
    assert (await office.client.post(path, json=body | {"what": "bounced"}, headers=headers)).status_code == 422
    shown = (await office.get(path)).json()
    assert (shown["state"], shown["failure"], len(shown["items"])) == ("failed", "returned", 1)
    assert shown["items"][0]["words"] == "Gone away, it says."
    assert (await office.get(path, "operator")).json()["items"][0]["words"] is None
    assert (await office.get(path, organisation=BIRCH.id)).status_code == 404
    tomorrow = body | {"on": (clock.now() + timedelta(days=1)).date().isoformat()}
    headers = office.tokens.headers("handler")
    assert (await office.client.post(path, json=tomorrow, headers=headers)).status_code == 422
    assert (await office.client.post(path, json=body, headers=office.tokens.headers("auditor"))).status_code == 403


async def test_quiet_hours_are_set_and_shown(office: Office) -> None:
    assert (await office.get(QUIET)).json() == {"quietFrom": None, "quietUntil": None, "workingDaysOnly": False}
    said = {"quietFrom": "19:00", "quietUntil": "08:00", "workingDaysOnly": True}
    assert (await office.put(QUIET, said)).json() == (await office.get(QUIET)).json() == said
    for wrong in ({"quietFrom": "19:00"}, {"quietFrom": "24:00", "quietUntil": "08:00"},
                  {"quietFrom": "08:00", "quietUntil": "08:00"}, {"quietFrom": "8", "quietUntil": "9"}):  # fmt: skip
        assert (await office.put(QUIET, wrong)).status_code == 422
    assert (await office.get(QUIET, organisation=BIRCH.id)).json()["quietFrom"] is None
    assert (await office.put(QUIET, {})).json() == {"quietFrom": None, "quietUntil": None, "workingDaysOnly": False}


async def test_the_out_tray_lists_what_waits_to_be_posted_page_by_page(office: Office) -> None:
    waiting = [office.write(carrier="out_tray", state="released") for _ in range(3)]
    posted = office.write(carrier="out_tray")
    for notice_id in (*waiting, posted):
        office.migrator.execute(
            "insert into task (id, organisation_id, complaint_id, kind, role, notice_id, act_id, state, raised_at)"
            " values (%s, %s, %s, 'post_letter', 'owner', %s, %s, 'open', now())",
            (uuid4(), ACORN.id, office.logged["id"], notice_id, uuid4()),
        )
    office.migrator.commit()
    headers = {"Authorization": f"Bearer {office.tokens.of('handler')}"}
    found = await listed(office.client, "/v1/out-tray", headers, limit=2)
    ours = {each["noticeId"]: each for each in found if each["reference"] == office.logged["reference"]}
    assert set(ours) == {str(each) for each in waiting} and len(found) == len({each["noticeId"] for each in found})
    one = ours[str(waiting[0])]
    assert (one["since"], one["inTray"]) == ("2026-11-18T09:00:00Z", False)
    assert one["pdf"] == f"/v1/complaints/{office.logged['reference']}/notices/{waiting[0]}/pdf"
    stranger = {"Authorization": f"Bearer {office.tokens.of('handler', organisation=BIRCH.id)}"}
    assert not set(ours) & {each["noticeId"] for each in await listed(office.client, "/v1/out-tray", stranger)}
