"""The page of a body without a system: a link opens nothing by itself, and says nothing to the wrong holder."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx2
import pytest
from fastapi import FastAPI
from pydantic import SecretStr

from api.app import create_app
from db import joint_messages as joint
from gateways.part_links import PartLinks
from gateways.sealing import Sealing, new_key
from runtime.settings import Settings
from tests.apart import DirectEngine
from tests.api.conftest import serving
from tests.api.fakes import FixedClock
from tests.api.part_pages import INVITATION, KEY, SEALING, SECRETS, Browser, Part, Rows, a_part, key_of
from tests.api.people import BIRCH, Tokens
from tests.api.test_corrections import Desk, a_desk

pytestmark = pytest.mark.at_once


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"secrets_key": SecretStr(KEY), "form_posts_an_hour": 1_000})


@pytest.fixture
async def desk(client: httpx2.AsyncClient, tokens: Tokens, app: FastAPI) -> Desk:
    return await a_desk(client, tokens, app)


@pytest.fixture
async def part(desk: Desk, migrator: Rows) -> Part:
    return await a_part(desk, migrator)


@pytest.fixture
async def browser(client: httpx2.AsyncClient, part: Part) -> Browser:
    return Browser(client, part, part.link(await part.issue()))


def links_that_open_nothing(part: Part) -> list[str]:
    stolen = PartLinks(Sealing.of(new_key()), "")
    return [
        PartLinks(SEALING, "").link_of("ACORN", uuid4(), 1),
        stolen.link_of("ACORN", uuid4(), 1),
        PartLinks(SEALING, "").link_of(BIRCH.code, uuid4(), 1),
        "/part/NOBODY/x", "/part/ACORN/" + "A" * 44, "/part/%00/x", "/part/ACORN/é", "/part/ACORN/" + "A" * 150,
    ]  # fmt: skip


def alike(answer: httpx2.Response) -> tuple[int, str, tuple[str, ...]]:
    """Return an answer without the path that was asked for."""
    path = answer.request.url.raw_path.decode()
    for end in ("/code", "/session", "/say/accept"):
        path = path.removesuffix(end)
    return answer.status_code, answer.text.replace(path, "#"), tuple(sorted(set(answer.headers) - {"content-length"}))


async def test_opening_a_link_consumes_nothing_however_often_scanners_do_it(browser: Browser, migrator: Rows) -> None:
    before = migrator.execute("select count(*) from joint_knock").fetchone()
    shown = [await browser.get() for _ in range(5)]
    heads = [await browser.client.head(browser.link) for _ in range(5)]
    assert {each.status_code for each in (*shown, *heads)} == {200}
    assert all("Ask for a code" in each.text and "set-cookie" not in each.headers for each in shown)
    assert migrator.execute("select count(*) from joint_knock").fetchone() == before
    assert "Kim Patient" in (await browser.enter()).text


async def test_whoever_has_no_code_is_answered_alike_whatever_the_link(browser: Browser, part: Part) -> None:
    other = await a_part(part.desk, part.rows, code="A81002")
    over, gone = Browser(browser.client, other, other.link(await other.issue())), await part.issue("D", "d@x.example")
    other.put(state="released", released_on=datetime(2026, 11, 18, tzinfo=UTC).date())
    revoked = part.link(gone)
    said = await part.desk.post(f"bodies/{part.id}/access/{gone}/revocation", {"reason": "She left."})
    assert said.status_code == 200, said.text
    links = [*links_that_open_nothing(part), over.link, revoked]
    good = [alike(await browser.get()), alike(await browser.post("/code")), alike(await browser.get("/say/accept"))]
    wrong = alike(await browser.post("/session", code="not it"))
    assert not any(secret in text for _, text, _ in (*good, wrong) for secret in SECRETS)
    for link in links:
        held = Browser(browser.client, part, link)
        asked = [alike(await held.get()), alike(await held.post("/code")), alike(await held.get("/say/accept"))]
        assert asked == good, link
        assert alike(await held.post("/session", code="000000")) == wrong, link
    assert await other.knocks() == ["released", "released"]
    assert (await part.knocks()).count("revoked") == 2


async def test_a_code_opens_the_page_once_and_the_cookie_goes_nowhere_else(browser: Browser) -> None:
    code = await browser.ask()
    given = await browser.post("/session", code=f" {code[:3]} {code[3:]} ")
    assert (given.status_code, given.headers["location"]) == (303, browser.link)
    cookie = given.headers["set-cookie"]
    assert "HttpOnly" in cookie and "SameSite=strict" in cookie and f"Path={browser.link}" in cookie
    shown = (await browser.get()).text
    assert all(secret in shown for secret in SECRETS[:3]) and "hana@acorn.example" in shown
    browser.client.cookies.clear()
    assert (await browser.post("/session", code=code)).status_code == 422
    assert "Ask for a code" in (await browser.get()).text
    assert await browser.part.knocks() == ["used_code"]


async def test_over_https_the_cookie_is_secure(browser: Browser) -> None:
    code = await browser.ask()
    given = await browser.client.post("https://redress.test" + browser.link + "/session", data={"code": code})
    assert given.status_code == 303 and "Secure" in given.headers["set-cookie"]


async def test_a_code_that_is_old_or_was_guessed_at_or_replaced_opens_nothing(
    browser: Browser, clock: FixedClock
) -> None:
    old = await browser.ask()
    clock.instant += timedelta(minutes=10)
    assert (await browser.post("/session", code=old)).status_code == 422
    replaced, code = await browser.ask(), await browser.ask()
    if replaced != code:
        assert (await browser.post("/session", code=replaced)).status_code == 422
    wrong = f"{(int(code) + 1) % 10**6:06d}"
    for _ in range(4):
        assert (await browser.post("/session", code=wrong)).status_code == 422
    assert (await browser.post("/session", code=code)).status_code in (303, 422)
    code = await browser.ask()
    wrong = f"{(int(code) + 1) % 10**6:06d}"
    for _ in range(5):
        await browser.post("/session", code=wrong)
    assert (await browser.post("/session", code=code)).status_code == 422
    assert {"expired_code", "wrong_code", "too_many_tries"} == set(await browser.part.knocks())


async def test_so_many_codes_an_hour_are_sent_and_no_more_and_each_by_a_workflow(
    browser: Browser, engine: DirectEngine, clock: FixedClock, migrator: Rows
) -> None:
    answers = [await browser.post("/code") for _ in range(7)]
    assert {alike(each) for each in answers} == {alike(answers[0])}
    assert len(engine.joint_codes) == 5 and await browser.part.knocks() == ["too_many_codes"] * 2
    row = migrator.execute(
        "select count(*) filter (where sealed is not null), count(*) from body_code where id = any(%s)",
        ([each.code_id for each in engine.joint_codes],),
    ).fetchone()
    assert row == (1, 5)  # the last alone is good
    clock.instant += timedelta(hours=1, seconds=1)
    await browser.enter()


async def test_an_address_that_asks_too_often_is_told_so_whatever_the_link(
    settings: Settings, engine: Any, clock: FixedClock, part: Part
) -> None:
    few = settings.model_copy(update={"form_posts_an_hour": 2})
    async with serving(create_app(few, engine=engine, clock=clock)) as client:
        browser = Browser(client, part, part.link(await part.issue()))
        answers = [await Browser(client, part, link).post("/code") for link in links_that_open_nothing(part)[:3]]
        answers.append(await browser.post("/session", code="123456"))
        assert [each.status_code for each in answers] == [200, 200, 429, 429]


async def test_a_code_or_a_session_of_another_link_opens_nothing(browser: Browser, part: Part) -> None:
    other = await a_part(part.desk, part.rows, code="A81002")
    stranger = Browser(browser.client, other, other.link(await other.issue("Sam", "sam@other.example")))
    code = await browser.ask()
    await stranger.ask()
    if stranger.code() != code:
        assert (await stranger.post("/session", code=code)).status_code == 422
    await browser.enter()
    secret = next(each.value for each in browser.client.cookies.jar if each.path == browser.link)
    stolen = await browser.client.get(stranger.link, headers={"Cookie": f"part={secret}"})
    assert "Ask for a code" in stolen.text and "Kim Patient" not in stolen.text
    assert await other.knocks() == ["wrong_code", "other_session"]


async def test_taking_a_link_away_ends_whoever_is_on_the_page_at_once(browser: Browser, part: Part) -> None:
    await browser.enter()
    (held,) = (await part.desk.get(f"bodies/{part.id}/access"))["items"]
    path = f"bodies/{part.id}/access/{held['id']}/revocation"
    assert (await part.desk.post(path, {"reason": "She left."})).status_code == 200
    assert "Ask for a code" in (await browser.get()).text
    again = await part.desk.post(path, {"reason": "Once more."})
    assert (again.status_code, again.json()["code"]) == (409, "nothing_changes")
    assert await part.knocks() == ["revoked"]


async def test_a_deputy_gets_a_link_beside_the_contact_or_in_their_place(browser: Browser, part: Part) -> None:
    first = (await part.desk.get(f"bodies/{part.id}/access"))["items"][0]["id"]
    deputy = Browser(browser.client, part, part.link(await part.issue("Dev", "dev@practice.example")))
    await browser.enter()
    await deputy.enter()
    same = await part.desk.post(f"bodies/{part.id}/access", {"name": "Dev", "email": "DEV@practice.example"})
    assert (same.status_code, same.json()["code"]) == (409, "nothing_changes")
    await part.issue("Nia", "nia@practice.example", insteadOf=first)
    assert "Ask for a code" in (await browser.get()).text
    assert "Kim Patient" in (await deputy.get()).text
    shown = (await part.desk.get(f"bodies/{part.id}/access"))["items"]
    assert [each.get("revokedCause") for each in shown] == ["replaced", None, None]
    contacts = part.rows.execute(
        "select name, role from body_contact where contribution_id = %s and ended_at is null order by name", (part.id,)
    ).fetchall()
    assert contacts == [("Dev", "deputy"), ("Nia", "contact")]


async def test_links_are_given_and_seen_by_whoever_handles_the_case_alone(part: Part, desk: Desk) -> None:
    said = {"name": "Gita", "email": "gita@practice.example"}
    for role in ("operator", "auditor"):
        assert (await desk.post(f"bodies/{part.id}/access", said, role)).status_code == 403
    elsewhere = await desk.post(f"bodies/{part.id}/access", said, organisation=BIRCH.id)
    assert elsewhere.status_code == 404
    unknown = await desk.post(f"bodies/{uuid4()}/access", said)
    assert (unknown.status_code, unknown.json()["code"]) == (409, "unknown_contribution")
    wrong = await desk.post(f"bodies/{part.id}/access/{uuid4()}/revocation", {"reason": "x"})
    assert (wrong.status_code, wrong.json()["code"]) == (409, "unknown_access")
    part.put(way="none")
    assert (await desk.post(f"bodies/{part.id}/access", said)).json()["code"] == "contradicts_record"
    part.put(way="page", state="released")
    assert (await desk.post(f"bodies/{part.id}/access", said)).json()["code"] == "contribution_released"
    part.put(state="invited")
    key = f"one-{uuid4()}"
    answers = [await desk.post(f"bodies/{part.id}/access", said, key=key) for _ in range(2)]
    assert [each.status_code for each in answers] == [200, 200]
    (shown,) = (await desk.get(f"bodies/{part.id}/access", "operator"))["items"]
    assert shown["name"] is None and shown["email"] is None


async def test_a_page_lapses_when_nobody_uses_it_and_what_was_typed_by_then_is_kept(
    browser: Browser, clock: FixedClock
) -> None:
    await browser.enter()
    key = key_of((await browser.get("/say/decline")).text)
    clock.instant += timedelta(minutes=29)
    assert "Kim Patient" in (await browser.get()).text
    clock.instant += timedelta(minutes=30)
    late = await browser.send("decline", key=key, reason="We have never\r\nseen this person.")
    assert "Ask for a code" in late.text and "What you typed is kept" in late.text and "never" not in late.text
    await browser.enter()
    assert "We have never\nseen this person." in (await browser.get("/say/decline")).text


async def test_consent_that_runs_out_closes_what_is_told_at_that_very_moment(
    browser: Browser, part: Part, clock: FixedClock
) -> None:
    part.tell(joint.Reminder(about="body_acceptance", due_on=INVITATION.accept_by, level="contact", overdue=False))
    part.put(open_until=clock.instant + timedelta(minutes=5))
    assert "Kim Patient" in (await browser.enter()).text
    clock.instant += timedelta(minutes=5)
    shown = (await browser.get()).text
    assert "Nothing more can be shown" in shown and "A reminder" in shown
    assert not any(secret in shown for secret in ("Kim Patient", "Nobody rang back", "Una Sample", "Council"))
    assert (await browser.get("/say/submission")).status_code == 404
    # What was being typed just then is kept, and nothing of it is sent.
    sent = await browser.post("/say/submission", key="x", do="send", did_2="We looked at the calls.")
    assert sent.status_code == 409 and "What you typed is kept" in sent.text
    part.put(open_until=None)
    assert "We looked at the calls." in (await browser.get("/say/submission")).text


async def test_the_page_opens_while_an_action_is_awaited_and_no_longer_than_the_contribution_lasts(
    browser: Browser, part: Part
) -> None:
    action = joint.ActionPromised(action_id=uuid4(), what="Train the desk", due_on=INVITATION.accept_by)
    part.heard(joint.Submission(issues=(), signed_by="Dr A", signed_role="Partner", actions=(action,)))
    part.put(state="approved")
    assert "Say that an action is done" in (await browser.enter()).text
    part.put(state="released")
    assert "Ask for a code" in (await browser.get()).text


async def test_who_takes_part_is_shown_as_it_was_told_last(browser: Browser, part: Part) -> None:
    assert "<dt>Also take part</dt><dd>The Council</dd>" in (await browser.enter()).text
    gone, come = joint.BodyTold(code="E09000001", name="The Council"), joint.BodyTold(code="8HQ01", name="The Hospice")
    part.at += timedelta(seconds=1)
    part.tell(joint.IssuesChanged(issues=INVITATION.issues, others=(come,), separate=(gone,)))
    shown = (await browser.get()).text
    assert "<dt>Also take part</dt><dd>The Hospice</dd>" in shown
    assert "<dt>Answer for themselves</dt><dd>The Council</dd>" in shown


async def test_leaving_ends_the_session_on_every_device_that_copied_it(browser: Browser) -> None:
    await browser.enter()
    secret = next(each.value for each in browser.client.cookies.jar if each.path == browser.link)
    assert (await browser.post("/leave")).status_code == 303
    copied = await browser.client.get(browser.link, headers={"Cookie": f"part={secret}"})
    assert "Ask for a code" in copied.text


async def test_without_a_key_for_secrets_no_link_is_given(
    settings: Settings, engine: Any, clock: FixedClock, part: Part, tokens: Tokens
) -> None:
    without = settings.model_copy(update={"secrets_key": None})
    async with serving(create_app(without, engine=engine, clock=clock)) as client:
        desk = Desk(client, tokens, part.desk.reference)
        answer = await desk.post(f"bodies/{part.id}/access", {"name": "Gita", "email": "g@practice.example"})
        assert (answer.status_code, answer.json()["code"]) == (409, "secrets_key_missing")
        assert (await client.post("/part/ACORN/x/code")).status_code == 200


def test_a_link_is_known_under_a_key_that_was_rotated_and_under_no_other() -> None:
    access, newer = UUID(int=7), new_key()
    token = PartLinks(Sealing.of(KEY), "").token(access, 1)
    rotated = PartLinks(Sealing.of(f"{newer},{KEY}"), "")
    assert rotated.is_token(token, access, 1) and not rotated.is_token(token, access, 2)
    assert not rotated.is_token(token, UUID(int=8), 1)
    assert not PartLinks(Sealing.of(newer), "").is_token(token, access, 1)
    assert not PartLinks(Sealing(), "").is_token(token, access, 1)
    assert PartLinks(SEALING, "https://x.example/").link_of("ACORN", access, 1).startswith("https://x.example/part/")
