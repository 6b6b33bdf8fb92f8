"""The online form: anybody may fill it in where it is switched on, nothing typed is lost, and it is logged once."""

from __future__ import annotations

import hashlib
import re
from base64 import b64encode
from datetime import timedelta
from html import unescape
from typing import Any
from uuid import uuid4

import httpx2
import psycopg
import pytest
from fastapi import FastAPI

from api.app import create_app
from api.form.sends import Sends
from runtime.settings import Settings
from tests.api.conftest import serving
from tests.api.fakes import FakeEngine, FixedClock
from tests.api.people import ACORN, BIRCH, Tokens

FORM = f"/complain/{ACORN.code}"
TYPED = {
    "matter": "complaint",
    "name": "Una Sample",
    "email": "una@sample.example",
    "about": "myself",
    "narrative": "The ward lost my hearing aids.\r\nNobody can say where they went.",
}
OF_ANOTHER = {"about": "other", "other_name": "Kim Sample", "relation": "daughter", "agrees": "child"}
Rows = psycopg.Connection[Any]


@pytest.fixture
async def form(client: httpx2.AsyncClient, tokens: Tokens) -> httpx2.AsyncClient:
    """A client, with ACORN's form switched on."""
    await switch(client, tokens, form=True)
    return client


async def switch(client: httpx2.AsyncClient, tokens: Tokens, **on: bool) -> None:
    answer = await client.put(
        "/v1/organisation/intake",
        json={"form": False, "email": False} | on,
        headers=tokens.headers("complaints_manager", key=f"switch-{uuid4()}"),
    )
    assert answer.status_code == 200, answer.text


async def page_key(client: httpx2.AsyncClient) -> str:
    shown = await client.get(FORM)
    assert shown.status_code == 200, shown.text
    return key_of(shown.text)


def key_of(html: str) -> str:
    found = re.search(r'name="key" value="([^"]+)"', html)
    assert found is not None
    return found[1]


async def send(client: httpx2.AsyncClient, key: str | None = None, **typed: str) -> httpx2.Response:
    return await client.post(FORM, data=TYPED | {"key": key or await page_key(client)} | typed)


def reference_in(html: str) -> str:
    found = re.search(r"Your reference<strong>([^<]+)</strong>", html)
    assert found is not None, html
    return found[1]


def faults_in(html: str) -> dict[str, str]:
    return {name: unescape(why) for name, why in re.findall(r'<li><a href="#(\w+)">([^<]+)</a></li>', html)}


def logged(migrator: Rows, reference: str) -> dict[str, Any]:
    row = migrator.execute(
        "select caller, role, person_id, body, organisation_id from submission where reference = %s", (reference,)
    ).fetchone()
    assert row is not None
    return dict(zip(("caller", "role", "person_id", "body", "organisation_id"), row, strict=True))


def count(migrator: Rows) -> int:
    row = migrator.execute("select count(*) from submission where caller = 'form'").fetchone()
    assert row is not None
    return int(row[0])


async def test_what_was_typed_is_logged_and_answered_with_a_reference_and_a_date(
    form: httpx2.AsyncClient, migrator: Rows
) -> None:
    sent = await send(form, wanted="Find them.", adjustments="Large print, please.", happened_day="16",
                      happened_month="11", happened_year="2026")  # fmt: skip
    assert sent.status_code == 200
    found = logged(migrator, reference_in(sent.text))
    assert (found["caller"], found["role"], found["person_id"]) == ("form", "system", None)
    assert found["organisation_id"] == ACORN.id
    body = found["body"]
    assert (body["matter"], body["channel"], body["received_on"]) == ("complaint", "electronic", "2026-11-18")
    assert (body["happened_on"], body["desired_outcome"]) == ("2026-11-16", "Find them.")
    assert body["narrative"] == ("The ward lost my hearing aids.\nNobody can say where they went.")
    assert body["summary"] == "Online form: The ward lost my hearing aids."
    (party,) = body["parties"]
    assert (party["role"], party["name"], party["email"], party["ground"]) == (
        *("complainant", "Una Sample", "una@sample.example"),
        None,
    )
    assert party["needs"]["adjustments"] == "Large print, please."
    # Three working days after the day of receipt, Wednesday 18 November.
    assert "You hear from us <strong>by 23 November 2026</strong>" in sent.text


async def test_what_is_sent_reaches_the_complaint_as_if_it_came_by_the_api(
    form: httpx2.AsyncClient, tokens: Tokens, app: FastAPI
) -> None:
    reference = reference_in((await send(form)).text)
    await app.state.parts.starts.idle()
    shown = (await form.get(f"/v1/complaints/{reference}", headers=tokens.headers("handler"))).json()
    assert shown["opened"] and shown["words"]["parties"][0]["name"] == "Una Sample"


async def test_what_somebody_needs_and_what_is_not_safe_is_asked_and_goes_with_what_they_wrote(
    form: httpx2.AsyncClient, migrator: Rows
) -> None:
    ticks = {"formats_large_print": "yes", "formats_easy_read": "no", "unsafe_no_post": "yes", "unsafe_no_calls": "yes"}
    said = {"channel": "text", "unsafe_words": "My partner reads my letters.", "adjustments": "Not before ten."}
    wrong = await send(form, **ticks, **said, name="")
    assert wrong.status_code == 422 and wrong.text.count(" checked") == 6  # three ticks, the way, and two choices
    sent = await send(form, **ticks, **said)
    body = logged(migrator, reference_in(sent.text))["body"]
    assert body["parties"][0]["needs"] == {
        "preferred_channel": "text", "language": "en", "formats": ["large_print"], "adjustments": "Not before ten.",
        "unsafe": ["no_post", "no_calls"], "unsafe_words": "My partner reads my letters.", "copies": False,
    }  # fmt: skip
    assert "partner" not in body["narrative"]
    assert logged(migrator, reference_in((await send(form)).text))["body"]["parties"][0]["needs"] is None


@pytest.mark.parametrize(
    ("agrees", "ground", "basis"),
    [
        ("agrees", "asked", "none"),
        ("not_asked", "asked", "none"),
        ("child", "child", None),
        ("lacks_capacity", "lacks_capacity", None),
        ("died", "died", None),
    ],
)
async def test_who_writes_for_somebody_else_is_logged_with_the_ground_they_give_and_no_more(
    form: httpx2.AsyncClient, migrator: Rows, agrees: str, ground: str, basis: str | None
) -> None:
    sent = await send(form, **(OF_ANOTHER | {"agrees": agrees}))
    body = logged(migrator, reference_in(sent.text))["body"]
    writer, other = body["parties"]
    assert (writer["role"], writer["relation"], writer["ground"], writer["consent_basis"]) == (
        *("complainant", "daughter", ground),
        basis,
    )
    assert (other["role"], other["name"], other["email"]) == ("affected", "Kim Sample", None)
    assert "Whether the person agrees, as the form says: " in body["narrative"]


@pytest.mark.parametrize("matter", ["concern", "compliment", "feedback"])
async def test_what_is_no_complaint_is_not_logged_as_one_and_says_so(
    form: httpx2.AsyncClient, migrator: Rows, matter: str
) -> None:
    sent = await send(form, matter=matter)
    assert logged(migrator, reference_in(sent.text))["body"]["matter"] == matter
    assert "This is not recorded as a complaint" in sent.text and "<strong>by 2 December 2026</strong>" in sent.text


async def test_the_same_page_sent_twice_is_one_complaint_and_one_answer_on_later_days_too(
    form: httpx2.AsyncClient, migrator: Rows, clock: FixedClock
) -> None:
    before, key = count(migrator), await page_key(form)
    first = await send(form, key)
    clock.instant += timedelta(hours=20)
    again = await send(form, key)
    assert again.status_code == 200 and again.text == first.text
    assert count(migrator) == before + 1


async def test_a_page_that_was_sent_and_changed_afterwards_names_the_first_and_offers_to_send_the_rest(
    form: httpx2.AsyncClient, migrator: Rows
) -> None:
    before, key = count(migrator), await page_key(form)
    reference = reference_in((await send(form, key)).text)
    changed = await send(form, key, narrative="And my glasses.")
    assert changed.status_code == 422 and reference in changed.text and "And my glasses." in changed.text
    assert count(migrator) == before + 1
    anew = await send(form, key_of(changed.text), narrative="And my glasses.")
    assert reference_in(anew.text) != reference and count(migrator) == before + 2


WRONG: list[tuple[dict[str, str], str, str]] = [
    ({"matter": ""}, "matter", "Select what you would like to do"),
    ({"matter": "riot"}, "matter", "Select what you would like to do"),
    ({"name": "  "}, "name", "Enter your name"),
    ({"email": ""}, "email", "so that we can reach you"),
    ({"email": "una at sample"}, "email", "in the correct format"),
    ({"phone": "ring me"}, "phone", "Enter a telephone number"),
    ({"about": ""}, "about", "Select whether this is about yourself"),
    ({"other_name": "Kim"}, "about", "You named somebody else"),
    (OF_ANOTHER | {"other_name": ""}, "other_name", "Enter the name of the person"),
    (OF_ANOTHER | {"relation": ""}, "relation", "Enter what you are"),
    (OF_ANOTHER | {"agrees": ""}, "agrees", "Select whether the person knows"),
    ({"narrative": " \r\n "}, "narrative", "Tell us what happened"),
    ({"narrative": "x" * 50_001}, "narrative", "50,000 characters or fewer"),
    ({"happened_day": "31", "happened_month": "2", "happened_year": "2026"}, "happened", "Enter a real date"),
    ({"happened_day": "1", "happened_year": "2026"}, "happened", "Enter a real date"),
    ({"happened_day": "²", "happened_month": "2", "happened_year": "2026"}, "happened", "Enter a real date"),
    ({"happened_day": "19", "happened_month": "11", "happened_year": "2026"}, "happened", "today or in the past"),
    ({"channel": "pigeon"}, "channel", "Select how you would like"),
    ({"channel": "letter", "unsafe_no_post": "yes"}, "channel", "not safe"),
    ({"unsafe_words": "x" * 5_001}, "unsafe_words", "5,000 characters or fewer"),
    ({"website": "http://buy.example"}, "website", "Leave the field"),
]


async def test_what_is_wrong_is_named_and_linked_and_nothing_typed_is_lost(
    form: httpx2.AsyncClient, migrator: Rows
) -> None:
    before, key = count(migrator), await page_key(form)
    for typed, field, why in WRONG:
        answer = await send(form, key, **typed)
        assert answer.status_code == 422, typed
        faults = faults_in(answer.text)
        assert list(faults) == [field] and why in faults[field]
        assert f'id="{field}"' in answer.text and f"Error: {faults[field]}" in unescape(answer.text)
        assert "<title>Error: " in answer.text and key_of(answer.text) == key
        for name, value in (TYPED | typed).items():
            if name not in ("matter", "about", "agrees", "website", "channel") and value.strip():
                assert unescape(value.strip().replace("\r\n", "\n")) in unescape(answer.text)
    assert count(migrator) == before


async def test_noticed_before_it_happened_is_named(form: httpx2.AsyncClient) -> None:
    days = {"happened_day": "10", "noticed_day": "9"}
    rest = {f"{name}_{part}": value for name in ("happened", "noticed")
            for part, value in (("month", "11"), ("year", "2026"))}  # fmt: skip
    assert list(faults_in((await send(form, **days, **rest)).text)) == ["noticed"]


async def test_whatever_is_typed_is_shown_again_as_words_and_never_as_html(form: httpx2.AsyncClient) -> None:
    nasty = "\"><script>alert(1)</script><img src=x onerror=y>\x00\ud83d'{{7*7}}".encode("utf-8", "replace").decode()
    typed = {name: nasty for name in ("name", "phone", "address", "other_name", "relation", "narrative", "wanted")}
    answer = await send(form, **typed, happened_day='"><b', matter='"><i')
    assert answer.status_code == 422
    assert not re.search(r"<(script|img|b|i)\b", answer.text) and "\x00" not in answer.text
    assert answer.text.count("&lt;script&gt;alert(1)&lt;/script&gt;") == len(typed)


async def test_a_key_that_was_not_made_here_or_is_old_sends_nothing_and_keeps_what_was_typed(
    form: httpx2.AsyncClient, migrator: Rows, clock: FixedClock, tokens: Tokens
) -> None:
    before, good = count(migrator), await page_key(form)
    flipped = good[:-1] + ("A" if good[-1] != "A" else "B")
    for key in ("x", "", "chosen-by-me", flipped, good + "=", good.replace(good[0], "é", 1)):
        answer = await form.post(FORM, data=TYPED | {"key": key})
        assert answer.status_code == 422 and "Nothing was sent" in answer.text and "hearing aids" in answer.text, key
    clock.instant += timedelta(hours=24, seconds=1)
    assert (await send(form, good)).status_code == 422
    clock.instant -= timedelta(hours=24, seconds=1)
    # Of another organisation's form, or of this one before it was switched off and on again.
    await switch(form, tokens, form=False)
    await switch(form, tokens, form=True)
    assert (await send(form, good)).status_code == 422
    assert count(migrator) == before
    assert (await send(form)).status_code == 200


async def test_where_no_form_is_switched_on_nobody_learns_which_organisations_there_are(
    form: httpx2.AsyncClient, tokens: Tokens
) -> None:
    answers = [await form.get(f"/complain/{code}") for code in (BIRCH.code, "NOBODY", "acorn", "%00", "a" * 65, "'--")]
    answers.append(await form.post(f"/complain/{BIRCH.code}", data=TYPED))
    await switch(form, tokens, form=False, email=True)
    answers.append(await form.get(FORM))
    assert {(each.status_code, each.text) for each in answers} == {(404, answers[0].text)}
    assert len({tuple(sorted(each.headers.items())) for each in answers}) == 1


async def test_an_address_that_sends_too_much_keeps_what_it_typed(
    settings: Settings, engine: FakeEngine, clock: FixedClock, tokens: Tokens
) -> None:
    few = settings.model_copy(update={"form_posts_an_hour": 2})
    async with serving(create_app(few, engine=engine, clock=clock)) as client:
        await switch(client, tokens, form=True)
        assert [(await send(client)).status_code for _ in range(3)] == [200, 200, 429]
        answer = await send(client)
        assert "try again in an hour" in answer.text and "hearing aids" in answer.text
        clock.instant += timedelta(minutes=30)
        assert [(await send(client)).status_code for _ in range(2)] == [200, 429]


def test_each_address_is_counted_for_itself_and_a_household_once(clock: FixedClock) -> None:
    sends = Sends(1)
    assert sends.take("192.0.2.1", clock.now()) and not sends.take("192.0.2.1", clock.now())
    assert sends.take("192.0.2.2", clock.now())
    assert sends.take("2001:db8::1", clock.now()) and not sends.take("2001:db8::2", clock.now())
    assert sends.take("2001:db8:0:1::1", clock.now())
    assert sends.take(None, clock.now()) and not sends.take("testclient", clock.now())


async def test_the_page_needs_no_script_nothing_from_outside_and_no_cookie(form: httpx2.AsyncClient) -> None:
    shown = await form.get(FORM)
    policy = shown.headers["content-security-policy"]
    (style,) = re.findall(r"<style>(.*?)</style>", shown.text, re.DOTALL)
    digest = b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert policy == (
        f"default-src 'none'; style-src 'sha256-{digest}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )
    assert not re.search(r"<script|<link|<img|style=|\son\w+=|https?:|//", shown.text)
    assert "set-cookie" not in shown.headers and shown.headers["cache-control"] == "no-store"
    assert shown.headers["referrer-policy"] == "no-referrer"


async def test_every_field_has_a_label_and_what_describes_it_is_there(form: httpx2.AsyncClient) -> None:
    for html in ((await form.get(FORM)).text, (await send(form, name="", about="", happened_day="x")).text):
        assert '<html lang="en-GB">' in html and html.count("<h1>") == 1
        ids = re.findall(r' id="([^"]+)"', html)
        assert len(ids) == len(set(ids))
        fields = [tag for tag in re.findall(r"<(?:input|textarea)[^>]*>", html) if 'type="hidden"' not in tag]
        labelled = set(re.findall(r'<label for="([^"]+)"', html))
        assert len(fields) > 20
        assert {re.search(r'id="([^"]+)"', tag)[1] for tag in fields} == labelled  # type: ignore[index]
        described = {each for group in re.findall(r'aria-describedby="([^"]+)"', html) for each in group.split()}
        assert described <= set(ids) and described
        assert html.count("<fieldset") == html.count("<legend>") == 8


async def test_the_page_says_what_people_need_to_know_before_they_send(form: httpx2.AsyncClient) -> None:
    text = unescape((await form.get(FORM)).text)
    assert "Making a complaint does not affect your care or treatment" in text
    assert "NHS complaints advocate" in text and "Parliamentary and Health Service Ombudsman" in text
    assert "Who is the patient this is about?" in text and "any colleague" in text


async def test_a_body_of_another_type_or_too_long_is_refused_before_it_is_read(form: httpx2.AsyncClient) -> None:
    assert (await form.post(FORM, json=TYPED)).status_code == 415
    assert (await form.post(FORM, files={"narrative": b"x"})).status_code == 415
    assert (await form.post(FORM, data={"narrative": "x" * 2_100_000})).status_code == 413


async def test_while_the_engine_is_away_a_form_is_taken_in_all_the_same(
    form: httpx2.AsyncClient, engine: FakeEngine, migrator: Rows
) -> None:
    engine.away = True
    assert logged(migrator, reference_in((await send(form)).text))["caller"] == "form"


async def test_no_token_can_claim_to_be_the_form(client: httpx2.AsyncClient, tokens: Tokens) -> None:
    answer = await client.post("/v1/complaints", json={}, headers=tokens.headers("system", subject="form"))
    assert answer.status_code == 403


async def test_only_who_may_appoint_switches_ways_in_and_it_is_journalled_once(
    client: httpx2.AsyncClient, tokens: Tokens, migrator: Rows
) -> None:
    said, neither = {"form": True, "email": True}, {"form": False, "email": False}
    others = tokens.headers("complaints_manager", organisation=BIRCH.id)
    assert (await client.put("/v1/organisation/intake", json=neither, headers=others)).status_code == 200
    for role in ("case_system", "handler", "investigator", "operator", "auditor", "senior_leader"):
        answer = await client.put("/v1/organisation/intake", json=said, headers=tokens.headers(role))
        assert answer.status_code == 403, role
    headers = tokens.headers("complaints_manager", key=f"both-{uuid4()}")
    for _ in range(2):
        answer = await client.put("/v1/organisation/intake", json=said, headers=headers)
        assert answer.json() == {"form": True, "email": True, "formAddress": FORM}
    rows = migrator.execute(
        "select kind, data, actor_id from office_event where idempotency_key = %s", (headers["Idempotency-Key"],)
    ).fetchall()
    assert rows == [("intake.changed", said, ACORN.person("complaints_manager"))]
    other = await client.put("/v1/organisation/intake", json=said | {"form": False}, headers=headers)
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    for wrong in ({}, {"form": "yes", "email": True}, said | {"fax": True}):
        answer = await client.put("/v1/organisation/intake", json=wrong, headers=tokens.headers("complaints_manager"))
        assert answer.status_code == 422
    shown = await client.get("/v1/organisation/intake", headers=tokens.headers("handler", organisation=BIRCH.id))
    assert shown.json() == neither | {"formAddress": f"/complain/{BIRCH.code}"}
    await switch(client, tokens)
