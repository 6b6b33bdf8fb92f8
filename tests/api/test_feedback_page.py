"""The page on which somebody says how it was: opened by a code, answered once, and dumb about everything else."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx2
import psycopg
import pytest
from fastapi import FastAPI
from pydantic import SecretStr
from pypdf import PdfReader

from activities.feedback import FeedbackRounds
from api.form.sends import Sends
from db.engine import Database
from db.feedback_codes import with_code
from db.models.governance import Governance
from gateways.feedback_marks import FeedbackMarks
from gateways.sealing import Sealing, new_key
from runtime.settings import Settings
from tests.api.fakes import FakeEngine, FixedClock
from tests.api.people import ACORN, BIRCH, Tokens
from tests.api.test_corrections import Desk, a_desk

pytestmark = pytest.mark.at_once

Rows = psycopg.Connection[Any]
KEY = new_key()
MARKS = FeedbackMarks(Sealing.of(KEY))
ANSWER = {"s_simple": "5", "s_listened_to": "2", "words": "Nobody rang.\r\nI rang five times."}


def text_of(pdf: bytes) -> str:
    return " ".join("".join(each.extract_text() for each in PdfReader(io.BytesIO(pdf)).pages).split())


class Page:
    """A complaint that has ended, whose complainant a round has asked, and the page of their letter."""

    def __init__(self, desk: Desk, migrator: Rows, clock: FixedClock) -> None:
        self.desk, self.migrator, self.clock = desk, migrator, clock
        self.path, self.letter_id = "", ""

    def row(self) -> dict[str, Any]:
        found = self.migrator.execute(
            "select to_jsonb(x) from experience x join complaint c on c.id = x.complaint_id where c.reference = %s",
            (self.desk.reference,),
        ).fetchone()
        assert found is not None
        return dict(found[0])

    def stands(self, state: str) -> None:
        settled = None if state == "released" else self.clock.now()
        self.migrator.execute(
            "update notice set channel = 'letter', state = %s, settled_at = %s where id = %s",
            (state, settled, self.letter_id),
        )

    async def printed(self, who: str = "senior_leader") -> httpx2.Response:
        place = f"/v1/complaints/{self.desk.reference}/notices/{self.letter_id}/pdf"
        return await self.desk.client.get(place, headers=self.desk.tokens.headers(who))

    async def get(self, path: str = "") -> httpx2.Response:
        return await self.desk.client.get(path or self.path)

    async def send(self, typed: dict[str, str], path: str = "") -> httpx2.Response:
        return await self.desk.client.post(path or self.path, data=typed)


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Return the settings of an installation with a key, of which codes are made."""
    return settings.model_copy(update={"secrets_key": SecretStr(KEY)})


@pytest.fixture
async def page(
    client: httpx2.AsyncClient, tokens: Tokens, app: FastAPI, migrator: Rows, clock: FixedClock, database: Database
) -> Page:
    desk = await a_desk(client, tokens, app)
    await desk.withdraw()
    made = Page(desk, migrator, clock)
    migrator.execute(
        "update complaint set closed_at = closed_at - interval '3 weeks' where reference = %s", (desk.reference,)
    )
    async with database.tenant(ACORN.id, clock.now()) as session:
        await FeedbackRounds(database, "https://complaints.example.org", MARKS).ask(
            session, Governance(id=uuid4(), organisation_id=ACORN.id), clock.now()
        )
    # Whatever is said next is carried after what waits.
    answer = await desk.post("notes", {"words": "Closed, and filed."})
    assert answer.status_code in (200, 201), answer.text
    (letter,) = [each for each in (await desk.get("notices"))["items"] if each["template"] == "survey"]
    # Whoever reads the case does not see what opens the page.
    assert "https://complaints.example.org/feedback/…" in letter["body"]
    row = made.row()
    leaving = with_code(letter["body"], MARKS.of(UUID(row["round_id"]), UUID(row["party_id"])), row["link_hash"])
    found = re.search(r"https://complaints\.example\.org(/feedback/[0-9A-Z-]+)", leaving or "")
    assert found is not None
    made.path, made.letter_id = found[1], letter["id"]
    return made


async def test_opening_it_does_nothing_and_what_is_answered_is_taken_once(page: Page) -> None:
    for _ in range(3):
        shown = await page.get()
        assert shown.status_code == 200 and "It was simple to make my complaint" in shown.text
    assert page.desk.reference not in shown.text and "Una" not in shown.text and "hearing" not in shown.text
    assert "script" not in shown.text and shown.headers["cache-control"] == "no-store"
    assert "default-src 'none'" in shown.headers["content-security-policy"]
    assert (await page.desk.client.head(page.path)).status_code == 200
    assert page.row()["answered_on"] is None
    sent = await page.send(ANSWER)
    assert (sent.status_code, sent.headers["location"]) == (303, "/feedback/thanks")
    assert "Thank you" in (await page.get("/feedback/thanks")).text
    row = page.row()
    assert (row["scores"], row["words"]) == ({"simple": 5, "listened_to": 2}, "Nobody rang.\nI rang five times.")
    assert (row["answered_through"], row["recorded_by"], row["declined"]) == ("page", None, False)
    for late in (await page.send(ANSWER), await page.get()):
        assert late.status_code == 404


async def test_only_while_it_is_to_be_posted_the_letter_is_printed_with_its_code(page: Page) -> None:
    code = page.path.rpartition("/")[2]
    assert code not in text_of((await page.printed()).content)  # it goes by e-mail
    page.stands("released")
    assert code in text_of((await page.printed()).content)
    page.stands("handed_over")
    assert code not in text_of((await page.printed()).content)
    kept = page.migrator.execute("select content from letter_copy where notice_id = %s", (page.letter_id,)).fetchall()
    assert len(kept) == 1 and code not in text_of(bytes(kept[0][0]))
    page.stands("failed")  # the e-mail came back: somebody posts it instead
    assert code in text_of((await page.printed()).content)


async def test_whoever_dealt_with_the_complaint_reads_the_letter_without_what_opens_the_page(page: Page) -> None:
    code = page.path.rpartition("/")[2]
    page.stands("released")
    printed = text_of((await page.printed("handler")).content)  # the owner
    assert code not in printed and "/feedback/…" in printed


async def test_without_the_key_of_its_code_no_letter_is_printed_with_a_link_that_leads_nowhere(
    page: Page, app: FastAPI
) -> None:
    page.stands("released")
    for sealing in (Sealing(), Sealing.of(new_key())):
        app.state.parts = replace(app.state.parts, sealing=sealing)
        answer = await page.printed()
        assert (answer.status_code, answer.json()["code"]) == (409, "link_not_made")


async def test_the_page_asks_in_the_words_of_the_letter_and_each_end_says_what_it_means(page: Page) -> None:
    letter = page.migrator.execute(
        "select n.body from notice n join complaint c on c.id = n.complaint_id"
        " where n.template = 'survey' and c.reference = %s",
        (page.desk.reference,),
    ).fetchone()
    assert letter is not None
    shown = (await page.get()).text
    asked = "How much do you agree with each line? 1 means not at all, and 5 means completely."
    assert asked in letter[0] and asked in shown
    for place, said in (("s_simple", "1<span"), ("s_simple-3", "3</label>"), ("s_simple-5", "5<span")):
        assert f'<input type="radio" id="{place}" name="s_simple"' in shown
        assert f'<label for="{place}">{said}' in shown
    ends = {"1": "not at all", "5": "completely"}
    assert all(f'{value}<span class="unseen"> – {means}</span></label>' in shown for value, means in ends.items())


async def test_the_code_is_typed_as_people_type_it(page: Page) -> None:
    code = page.path.rpartition("/")[2]
    typed = code.lower().replace("-", " ").replace("0", "o").replace("1", "l")
    sent = await page.send({"code": typed}, "/feedback")
    assert sent.status_code == 303
    assert (await page.get(sent.headers["location"])).status_code == 200
    for wrong in ("", "abc", "x" * 500, "\x00" * 16, "U" * 16):
        refused = await page.send({"code": wrong}, "/feedback")
        assert refused.status_code == 422 and "\x00" not in refused.text
        # What is wrong is said at the top with a way to the field, and at the field itself.
        assert '<a href="#code">Type the code as it stands' in refused.text
        assert 'aria-describedby="code-hint code-fault" aria-invalid="true"' in refused.text
    assert (await page.get("/feedback")).status_code == 200


async def test_unknown_expired_and_answered_look_alike(page: Page) -> None:
    unknown = await page.get("/feedback/7K2M-9QXD-3BWT-5HNP")
    odd = [await page.get(f"/feedback/{each}") for each in ("x", "%00", "9" * 300, "7K2M9QXD3BWT5HNÉ")]
    assert {each.status_code for each in odd} == {404} and {each.text for each in odd} == {unknown.text}
    page.clock.instant += timedelta(weeks=8) - timedelta(minutes=1)
    assert (await page.get()).status_code == 200
    page.clock.instant += timedelta(minutes=1)
    expired = await page.get()
    assert (await page.send(ANSWER)).text == expired.text
    page.clock.instant -= timedelta(weeks=1)
    assert (await page.send(ANSWER)).status_code == 303
    answered = await page.get()
    for each in (expired, answered):
        assert (each.status_code, each.text) == (404, unknown.text)
        assert dict(each.headers) == dict(unknown.headers)


async def test_what_is_wrong_is_said_and_nothing_typed_is_lost(page: Page) -> None:
    for typed, said in (
        ({"words": "x" * 5_001}, "Use 5,000 characters or fewer"),
        ({"s_simple": "6"}, "Choose a number, 1 to 5"),
        ({"s_simple": "5", "website": "http://spam.example"}, "Leave the field"),
        ({}, "Answer at least one question"),
        ({"s_would_trust_again": "5"}, "Answer at least one question"),  # of another instrument
    ):
        answer = await page.send(typed)
        assert answer.status_code == 422 and said in answer.text, typed
    kept = await page.send({"s_simple": "4", "words": "<b>Kept</b>", "website": "x"})
    assert "&lt;b&gt;Kept" in kept.text and 'value="4" checked' in kept.text
    assert page.row()["answered_on"] is None


async def test_somebody_may_rather_not_answer(page: Page) -> None:
    assert (await page.send({"do": "decline", "words": "Leave me."})).status_code == 303
    row = page.row()
    assert (row["declined"], row["words"], row["scores"]) == (True, None, {})
    assert (await page.get()).status_code == 404


async def test_the_same_answer_twice_while_it_waits_is_one_and_another_is_refused(
    page: Page, engine: FakeEngine
) -> None:
    engine.away = True
    assert (await page.send(ANSWER)).status_code == 303
    assert (await page.send(ANSWER)).status_code == 303
    assert (await page.send(ANSWER | {"s_simple": "1"})).status_code == 404
    row = page.migrator.execute(
        "select count(*) from submission where kind = 'record_experience' and caller like 'feedback/%%'"
        " and body->>'step' = 'answered' and body->>'party_id' = %s", (page.row()["party_id"],),
    ).fetchone()  # fmt: skip
    assert row == (1,)


async def test_too_much_from_one_address_is_turned_away_and_nothing_typed_is_lost(page: Page, app: FastAPI) -> None:
    object.__setattr__(app.state.parts, "form_sends", Sends(1))
    assert (await page.send({})).status_code == 422
    turned = await page.send(ANSWER)
    assert turned.status_code == 429 and "I rang five times." in turned.text
    assert (await page.send({"code": "7K2M9QXD3BWT5HNP"}, "/feedback")).status_code == 429
    page.clock.instant += timedelta(hours=1)
    assert (await page.send(ANSWER)).status_code == 303


async def test_nobody_who_handles_the_case_reads_what_was_answered(page: Page, tokens: Tokens) -> None:
    assert (await page.send(ANSWER)).status_code == 303
    for role in ("handler", "complaints_manager", "responsible_person", "auditor", "operator"):
        for place in ("", "experiences", "timeline", "notices", "notes", "tasks"):
            shown = str(await page.desk.get(place, role))
            assert "I rang five" not in shown and "s_simple" not in shown and "listened_to" not in shown, (role, place)
    (found,) = (await page.desk.get("experiences"))["items"]
    assert (found["answeredThrough"], found["instrument"], found["channel"]) == ("page", "people.v1", "email")


async def test_words_are_read_by_quarter_by_those_who_govern_and_never_of_a_few(
    page: Page, tokens: Tokens, migrator: Rows
) -> None:
    client = page.desk.client
    assert (await page.send(ANSWER)).status_code == 303

    async def words(quarter: str = "2026-Q3", role: str = "complaints_manager", **more: Any) -> httpx2.Response:
        return await client.get("/v1/feedback/words", params={"quarter": quarter}, headers=tokens.headers(role, **more))

    for number in range(5):
        few = (await words()).json()
        assert (few["shown"], few["items"]) == (False, [])
        answered_in_september(migrator, page.row()["complaint_id"], f"Word {number}.")
    enough = (await words()).json()
    assert enough["shown"] is True and page.desk.reference not in str(enough)
    assert [item["words"] for item in enough["items"]] == [[f"Word {number}." for number in range(5)]]
    unnamed = await client.get("/v1/feedback/words", headers=tokens.headers("senior_leader"))
    assert unnamed.json() == enough
    assert (await words("2026-Q4")).json()["shown"] is False  # it has not ended
    assert (await words(organisation=BIRCH.id)).json()["shown"] is False
    assert (await words("2026-Q5")).status_code == 422
    for role in ("handler", "investigator", "auditor", "operator", "case_system"):
        assert (await words(role=role)).status_code == 403, role


def answered_in_september(migrator: Rows, complaint_id: str, words: str) -> None:
    party = uuid4()
    migrator.execute(
        "insert into party (id, organisation_id, complaint_id, role, name) values (%s, %s, %s, 'mp', 'X')",
        (party, ACORN.id, complaint_id),
    )
    migrator.execute(
        "insert into experience (id, organisation_id, complaint_id, party_id, answered_on, declined, scores, words,"
        " act_id, said_at) values (%s, %s, %s, %s, '2026-09-30', false, '{}', %s, %s, '2026-09-30 10:00+00')",
        (uuid4(), ACORN.id, complaint_id, party, words, uuid4()),
    )
