"""Complaints passed on over HTTP, with the case file's own verdicts; and the page on which a body takes one."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import httpx2
import pytest
from fastapi import FastAPI
from pydantic import SecretStr

from runtime.settings import Settings
from tests.api.part_pages import KEY, Browser, Part, Rows
from tests.api.people import Tokens
from tests.api.test_corrections import Desk, a_desk, code_of

pytestmark = pytest.mark.at_once

CODE = "GP-81"
SAID: dict[str, Any] = {
    "code": CODE, "name": "Marker Practice", "bodyKind": "nhs", "way": "none", "ground": "misdirected",
    "reason": "Marker: it is about the surgery",
}  # fmt: skip


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"secrets_key": SecretStr(KEY)})


@pytest.fixture
async def desk(client: httpx2.AsyncClient, tokens: Tokens, app: FastAPI) -> Desk:
    return await a_desk(client, tokens, app)


async def agree(desk: Desk) -> None:
    (person,) = (await desk.get("parties"))["items"]
    consent = {"scope": "share_with_body", "giverId": person["id"], "basis": "statutory", "givenOn": "2026-11-18"}
    done = await desk.post("consents", consent | {"body": CODE})
    assert done.status_code == 200, done.text


async def test_a_complaint_is_passed_on_shown_and_ends_when_it_is_taken(desk: Desk) -> None:
    assert code_of(await desk.post("transfers", SAID, "responsible_person")) == (409, "consent_missing")
    await agree(desk)
    bad = SAID | {"ground": "commissioner_to_provider"}
    assert code_of(await desk.post("transfers", bad, "responsible_person")) == (409, "agreement_needed")
    done = await desk.post("transfers", SAID, "responsible_person")
    assert done.status_code == 200, done.text
    found = await desk.get("transfers")
    (shown,) = found["items"]
    assert (shown["state"], shown["whole"], shown["code"], found["received"]) == ("offered", True, CODE, None)
    (body,) = (await desk.get("bodies"))["items"]
    assert (body["kind"], body["state"], body["clocks"][0]["kind"]) == ("transfer", "invited", "transfer_receipt")
    heard = {"kind": "transfer_taken", "body": {"own_reference": "GP/12", "received_on": "2026-11-18"},
             "how": "letter", "saidOn": "2026-11-18"}  # fmt: skip
    done = await desk.post(f"bodies/{body['id']}/messages", heard)
    assert done.status_code == 200, done.text
    (taken,) = (await desk.get("transfers"))["items"]
    assert (taken["state"], taken["receivedOn"], taken["theirReference"]) == ("taken", "2026-11-18", "GP/12")


async def test_whoever_may_not_decide_passes_nothing_on(desk: Desk) -> None:
    await agree(desk)
    assert code_of(await desk.post("transfers", SAID, "auditor"))[0] == 403


@pytest.fixture
async def browser(client: httpx2.AsyncClient, desk: Desk, migrator: Rows) -> Browser:
    """Whoever at the practice was told of it by e-mail, with the page open."""
    await agree(desk)
    contact = {"role": "contact", "name": "Gita Practice", "email": "gita@practice.example"}
    done = await desk.post("transfers", SAID | {"way": "page", "contacts": [contact]}, "responsible_person")
    assert done.status_code == 200, done.text
    (body,) = (await desk.get("bodies"))["items"]
    found = migrator.execute("select complaint_id from contribution where id = %s", (body["id"],)).fetchone()
    assert found is not None
    part = Part(id=UUID(body["id"]), complaint_id=found[0], desk=desk, rows=migrator)
    (access,) = (await desk.get(f"bodies/{part.id}/access"))["items"]
    opened = Browser(client, part, part.link(UUID(access["id"])))
    await opened.enter()
    return opened


async def test_a_body_reads_on_its_page_what_is_passed_on_and_says_that_it_has_it(browser: Browser) -> None:
    shown = (await browser.get()).text
    assert "ACORN" in shown and "Say that you have it" in shown and "Say that you do not take it" in shown
    assert "Take part" not in shown
    assert (await browser.get("/say/accept")).status_code == 404
    day = {"received_on_day": "18", "received_on_month": "11", "received_on_year": "2026"}
    bad = await browser.send("transfer_taken", own_reference=" ", **day)
    assert bad.status_code == 422
    done = await browser.send("transfer_taken", own_reference="GP/12", **day)
    assert done.status_code == 200 and "the complaint is with you" in done.text
    (taken,) = (await browser.part.desk.get("transfers"))["items"]
    assert (taken["state"], taken["theirReference"]) == ("taken", "GP/12")
    again = (await browser.get()).text
    assert "Ask for a code" in again and "ACORN-" not in again  # it has what it needs, and reads no more


async def test_a_body_that_does_not_take_it_says_so_on_its_page(browser: Browser) -> None:
    done = await browser.send("decline", reason="It is about another surgery")
    assert done.status_code == 200 and "stays with us" in done.text
    (ended,) = (await browser.part.desk.get("transfers"))["items"]
    assert (ended["state"], ended["cause"]) == ("ended", "declined")
