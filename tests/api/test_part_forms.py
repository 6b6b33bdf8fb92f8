"""The forms of the page: what is typed is kept, sent once, taken or refused in plain words, and never lost."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx2
import pytest
from fastapi import FastAPI
from pydantic import SecretStr

from db import joint_messages as joint
from runtime.settings import Settings
from tests.api.fakes import FixedClock
from tests.api.part_pages import DAY, KEY, Browser, Part, Rows, a_part, faults_in, key_of
from tests.api.people import Tokens
from tests.api.test_corrections import a_desk

pytestmark = pytest.mark.at_once
ACCEPTED = {"contact": "Gita Practice", "senior_lead": "Dr A", "own_reference": "P-7"}
ANSWERED = {
    **{f"{what}_{number}": f"{what} of {number}" for what in ("did", "found", "remedy") for number in (2, 3)},
    **{"conclusion_2": "upheld", "conclusion_3": "not_upheld"},
    **{"action_1": "Train the desk", "action_1_by_day": "1", "action_1_by_month": "2", "action_1_by_year": "2027"},
    **{"signed_by": "Dr A", "signed_role": "Partner"},
}
PNG = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89\x00\x00"
    b"\x00\rIDATx\x9cc\xf8\xff\xff?\x00\x05\xfe\x02\xfe\xa7\x9a\xa0\xa0\x00\x00\x00\x00IEND\xaeB`\x82"
)


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"secrets_key": SecretStr(KEY)})


@pytest.fixture
async def part(client: httpx2.AsyncClient, tokens: Tokens, app: FastAPI, migrator: Rows) -> Part:
    return await a_part(await a_desk(client, tokens, app), migrator)


@pytest.fixture
async def browser(client: httpx2.AsyncClient, part: Part) -> Browser:
    opened = Browser(client, part, part.link(await part.issue()))
    await opened.enter()
    return opened


def said(part: Part) -> list[tuple[Any, ...]]:
    return part.rows.execute(
        "select kind, role, caller, body from submission where complaint_id = %s and kind = 'from_body'"
        " order by seq", (part.complaint_id,),
    ).fetchall()  # fmt: skip


def messages(part: Part) -> list[tuple[Any, ...]]:
    return part.rows.execute(
        "select kind, refusal, via from joint_message where contribution_id = %s and direction = 'in'"
        " order by said_at, id", (part.id,),
    ).fetchall()  # fmt: skip


async def test_what_is_said_on_the_page_is_one_submission_of_the_body_itself(browser: Browser, part: Part) -> None:
    sent = await browser.send("accept", **ACCEPTED)
    assert (sent.status_code, sent.headers["location"]) == (303, browser.link + "?done=accept")
    ((_, role, caller, body),) = said(part)
    assert (role, caller, body["via"], body["kind"]) == ("body", f"page/{part.id}", "page", "accept")
    assert body["body"]["senior_lead"] == "Dr A" and body["contribution_id"] == str(part.id)
    assert messages(part) == [("accept", None, "page")]
    shown = (await browser.get("?done=accept")).text
    assert "We have it: that you take part." in shown and "Give your part of the answer" in shown


async def test_a_page_sent_twice_is_said_once_and_one_that_was_changed_says_so(browser: Browser, part: Part) -> None:
    key = key_of((await browser.get("/say/accept")).text)
    for _ in range(2):
        assert (await browser.send("accept", key=key, **ACCEPTED)).status_code == 303
    changed = await browser.send("accept", key=key, **(ACCEPTED | {"senior_lead": "Dr B"}))
    assert changed.status_code == 422 and "sent before" in changed.text and "Dr B" in changed.text
    assert len(said(part)) == 1


async def test_a_key_of_another_session_sends_nothing_and_nothing_typed_is_lost(browser: Browser, part: Part) -> None:
    key = key_of((await browser.get("/say/accept")).text)
    browser.client.cookies.clear()
    await browser.enter()
    for wrong in (key, "", "chosen-by-me"):
        answer = await browser.send("accept", key=wrong, **ACCEPTED)
        assert answer.status_code == 422 and "Nothing was sent" in answer.text and "Dr A" in answer.text
    assert said(part) == []


async def test_what_is_wrong_is_named_and_linked_and_nothing_is_sent(browser: Browser, part: Part) -> None:
    answer = await browser.send("accept", contact=" ", email="not an address", own_reference="P-7")
    assert answer.status_code == 422 and "<title>Error: " in answer.text and "P-7" in answer.text
    assert list(faults_in(answer.text)) == ["contact", "senior_lead", "email"]
    await browser.send("accept", **ACCEPTED)
    for typed, field in (
        ({"did_2": ""}, "did_2"),
        ({"conclusion_3": "guilty"}, "conclusion_3"),
        ({"action_1_by_month": "13"}, "action_1_by"),
        ({"action_1": ""}, "action_1"),
        ({"action_2": "More"}, "action_2_by"),
        ({"signed_by": ""}, "signed_by"),
        ({"found_3": "x" * 20_001}, "found_3"),
    ):
        answer = await browser.send("submission", **(ANSWERED | typed))
        assert (answer.status_code, list(faults_in(answer.text))) == (422, [field]), typed
    assert len(said(part)) == 1


async def test_a_part_is_written_over_weeks_by_contact_and_deputy_and_then_sent(
    browser: Browser, part: Part, clock: FixedClock
) -> None:
    await browser.send("accept", **ACCEPTED)
    kept = await browser.send("submission", do="save", did_2="We listened\r\nto the calls.", action_1="Train")
    assert kept.status_code == 303, kept.text[-3000:]
    assert kept.headers["location"] == browser.link + "?done=saved"
    clock.instant += timedelta(days=9)
    deputy = Browser(browser.client, part, part.link(await part.issue("Dev", "dev@practice.example")))
    assert "Begun, and saved on 18 November 2026" in (await deputy.enter()).text
    assert "We listened\nto the calls." in (await deputy.get("/say/submission")).text
    sent = await deputy.send("submission", **ANSWERED)
    assert sent.headers["location"] == deputy.link + "?done=submission", sent.text
    body = said(part)[-1][3]["body"]
    assert [each["number"] for each in body["issues"]] == [2, 3]
    assert body["issues"][0] == {"number": 2, "did": "did of 2", "found": "found of 2", "conclusion": "upheld",
                                 "remedy": "remedy of 2"}  # fmt: skip
    (action,) = body["actions"]
    assert (action["what"], action["due_on"]) == ("Train the desk", "2027-02-01")
    # The same action is the same in the next round, and what was sent is there to be changed.
    part.at = clock.instant + timedelta(hours=1)
    part.tell(joint.RevisionRequested(round=1, reason="Say who trains.", due_on=DAY))
    again = await deputy.get("/say/submission")
    assert "Say who trains." in again.text and "found of 3" in again.text
    await deputy.send("submission", **(ANSWERED | {"action_1": "Train all of the desk"}))
    assert said(part)[-1][3]["body"]["actions"][0]["action_id"] == action["action_id"]


async def test_what_is_not_taken_says_why_in_plain_words_and_is_kept(browser: Browser, part: Part) -> None:
    asked = joint.InformationRequested(request_id=uuid4(), what="The call log", due_on=DAY)
    part.put(state="accepted", accepted_on=DAY)
    part.tell(asked)
    refused = await browser.send(f"information/{asked.request_id}", words="Here it is.")
    assert refused.status_code == 409 and "It was not taken" in refused.text and "Here it is." in refused.text
    assert [(kind, code is not None) for kind, code, _ in messages(part)] == [("information", True)]
    assert "Not taken:" in (await browser.get()).text
    assert "Here it is." in (await browser.get(f"/say/information/{asked.request_id}")).text


async def test_every_form_that_is_offered_opens_and_can_be_read_by_everybody(browser: Browser, part: Part) -> None:
    part.put(state="accepted")
    part.tell(joint.InformationRequested(request_id=uuid4(), what="The <b>log</b>", due_on=DAY))
    part.tell(joint.MeetingCalled(meeting_id=uuid4(), on=DAY, at="10:00", how="video", purpose="To agree"))
    part.tell(joint.DraftShared(draft_id=uuid4(), version=1, words="Dear Una\n\nWe are sorry.", comment_by=DAY))
    part.tell(joint.Timescale(contribute_by=DAY, respond_by=DAY, agreed=False))
    action = joint.ActionPromised(action_id=uuid4(), what="Train the desk", due_on=DAY)
    part.heard(joint.Submission(issues=(), signed_by="Dr A", signed_role="Partner", actions=(action,)))
    overview = (await browser.get()).text
    places = re.findall(rf'href="{browser.link}(/say/[^"]+)"', overview)
    kinds = {each.split("/")[2] for each in places}
    assert kinds == {"information", "attendance", "draft_comment", "submission", "timescale_view", "lead_view",
                     "action_done", "decline"}  # fmt: skip
    for html in (overview, *[(await browser.get(place)).text for place in places]):
        assert '<html lang="en-GB">' in html and html.count("<h1>") == 1 and "<b>" not in html
        ids = re.findall(r' id="([^"]+)"', html)
        assert len(ids) == len(set(ids))
        fields = [tag for tag in re.findall(r"<(?:input|textarea)[^>]*>", html) if 'type="hidden"' not in tag]
        assert {re.search(r'id="([^"]+)"', tag)[1] for tag in fields} == set(  # type: ignore[index]
            re.findall(r'<label for="([^"]+)"', html)
        )
        described = {each for group in re.findall(r'aria-describedby="([^"]+)"', html) for each in group.split()}
        assert described <= set(ids)
        assert not re.search(r"<script|<link|<img|style=|\son\w+=|https?:|//", html)


async def test_an_agreement_needs_no_words_and_a_disagreement_does(browser: Browser, part: Part) -> None:
    part.put(state="accepted")
    draft = joint.DraftShared(draft_id=uuid4(), version=1, words="Dear Una", comment_by=DAY)
    meeting = joint.MeetingCalled(meeting_id=uuid4(), on=DAY, at="10:00", how="video", purpose="To agree")
    part.tell(draft)
    part.tell(meeting)
    for place, typed, field in (
        ("lead_view", {"agrees": "no"}, "reason"),
        ("timescale_view", {"agrees": "no"}, "reason"),
        (f"draft_comment/{draft.draft_id}", {"agrees": "no"}, "words"),
        (f"attendance/{meeting.meeting_id}", {"attends": "yes"}, "who"),
        ("decline", {}, "reason"),
    ):
        answer = await browser.send(place, **typed)
        assert (answer.status_code, list(faults_in(answer.text))) == (422, [field])
    await browser.send("timescale_view", agrees="yes")
    assert said(part)[-1][3]["body"] == {"agrees": True, "contribute_by": None, "reason": None}


async def test_forms_of_what_is_not_theirs_do_not_open(browser: Browser, part: Part) -> None:
    for place in (f"information/{uuid4()}", "information/x", "information", "transfer_taken", f"attendance/{uuid4()}"):
        assert (await browser.get(f"/say/{place}")).status_code == 404, place
        answer = await browser.post(f"/say/{place}", key="x", do="send", words="Typed.")
        assert answer.status_code == 409
    row = part.rows.execute("select count(*) from body_working_draft where contribution_id = %s", (part.id,)).fetchone()
    assert row == (0,) and said(part) == []


async def test_a_file_is_checked_put_on_the_complaint_and_named_with_what_it_belongs_to(
    browser: Browser, part: Part
) -> None:
    part.put(state="accepted")
    key = key_of((await browser.get()).text)
    for _ in range(2):
        put = await browser.client.post(
            browser.link + "/files", data={"key": key}, files={"file": ("calls.png", PNG, "image/png")}
        )
        assert (put.status_code, put.headers["location"]) == (303, browser.link + "?done=file"), put.text
    assert (await browser.get()).text.count("<li>calls.png</li>") == 1
    (file,) = (await part.desk.get("files"))["items"]
    assert (file["source"], file["name"]) == ("other_body", "calls.png")
    await browser.send("submission", **(ANSWERED | {f"files_{file['id']}": "yes", f"files_{uuid4()}": "yes"}))
    assert said(part)[-1][3]["body"]["file_ids"] == [file["id"]]


async def test_a_file_that_is_not_what_it_says_is_not_taken_and_a_strangers_is_not_even_read(
    browser: Browser, part: Part
) -> None:
    for content, media, status in ((b"not a picture", "image/png", 422), (b"x", "application/x-sh", 415)):
        key = key_of((await browser.get()).text)
        answer = await browser.client.post(
            browser.link + "/files", data={"key": key}, files={"file": ("a.png", content, media)}
        )
        assert answer.status_code == status and "What you can do now" in answer.text
    browser.client.cookies.clear()
    answer = await browser.client.post(browser.link + "/files", data={"key": key}, files={"file": ("a.png", PNG)})
    assert (answer.status_code, answer.headers["location"]) == (303, browser.link)
    assert (await part.desk.get("files"))["items"] == []


async def test_while_the_engine_is_away_what_is_said_is_stored_and_the_page_says_so(
    browser: Browser, part: Part, engine: Any
) -> None:
    engine.away = True
    sent = await browser.send("accept", **ACCEPTED)
    assert (sent.status_code, sent.headers["location"]) == (303, browser.link + "?done=later")
    assert len(said(part)) == 1 and "being taken in" in (await browser.get("?done=later")).text
