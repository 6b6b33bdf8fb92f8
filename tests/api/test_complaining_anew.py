"""Who has a contact plan complains anew as ever: by the API, by the online form, and by mail."""

from __future__ import annotations

from typing import Any

import httpx2
import psycopg
import pytest
from fastapi import FastAPI

from tests.api.people import ACORN, Tokens, log
from tests.api.test_consent_and_plans import SENIOR, party
from tests.api.test_corrections import Desk
from tests.api.test_incoming_mail import Post, a_mail
from tests.api.test_online_form import reference_in, send, switch

pytestmark = pytest.mark.at_once
ANEW = "una.anew@sample.example"


async def with_a_plan(client: httpx2.AsyncClient, tokens: Tokens, app: FastAPI, migrator: Any) -> Desk:
    logged = await log(client, tokens, app, ownerId=str(ACORN.person("handler")))
    desk = Desk(client, tokens, logged["reference"])
    plan = {"partyId": party(migrator, desk, "complainant"), "measures": {"everyDays": 90, "channels": ["letter"]},
            "reasons": "Threats.", "adjustmentsConsidered": "None.", "reviewOn": "2027-02-01",
            "noWarning": "threats", "noWarningBecause": "She threatened a nurse."}  # fmt: skip
    assert (await desk.post("contact-plan", plan, SENIOR)).status_code == 200
    return desk


async def test_a_new_complaint_is_taken_whatever_way_it_comes(
    client: httpx2.AsyncClient, tokens: Tokens, app: FastAPI, migrator: psycopg.Connection[Any]
) -> None:
    desk = await with_a_plan(client, tokens, app, migrator)
    again = [(await log(client, tokens, app))["reference"]]
    await switch(client, tokens, form=True, email=True)
    again.append(reference_in((await send(client)).text))
    post = Post(client, tokens)
    # By an address of its own: whoever has had many receipts in a day gets no more, whatever test they wrote in.
    again.append((await post.taken(a_mail("It happened again.", From=f"Una Sample <{ANEW}>")))["reference"])
    # An answer to what we wrote goes to the complaint that it is about, by mail, too.
    answered = await post.taken(a_mail("Another thing.", Subject=f"Re: {desk.reference}"))
    await app.state.parts.starts.idle()
    assert len({*again, desk.reference}) == 4
    for reference in again:
        shown = (await client.get(f"/v1/complaints/{reference}", headers=tokens.headers("handler"))).json()
        assert (shown["opened"], shown["stage"]) == (True, "received"), reference
        (complainant,) = shown["words"]["parties"]
        assert complainant["email"] == (ANEW if reference == again[2] else "una@sample.example")
    assert answered["reference"] is not None
