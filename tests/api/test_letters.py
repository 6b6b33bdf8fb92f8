"""Letters as PDF over HTTP: one copy of what was released, a preview of what was not, and nothing for strangers."""

from __future__ import annotations

import asyncio
import io
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx2
import psycopg
import pytest
import structlog
from fastapi import FastAPI
from pypdf import PdfReader

from gateways.typesetting import CannotTypeset, Letter, Typeset
from gateways.typst_letters import LARGE_PRINT
from tests.api.fakes import FixedClock
from tests.api.people import ACORN, BIRCH, Tokens, log
from tests.api.uploads import share

Connection = psycopg.Connection[Any]
RELEASED = datetime(2026, 11, 18, 9, 0, tzinfo=UTC)


class Failing:
    """A typesetter that can set nothing."""

    async def typeset(self, letter: Letter, language: str = "en-GB") -> Typeset:
        raise CannotTypeset("typst_failed")


class Letters:
    """A complaint, and the notices that are written about it as the machine would."""

    def __init__(self, migrator: Connection, logged: dict[str, Any]) -> None:
        self.migrator, self.logged = migrator, logged
        [(self.party,)] = migrator.execute("select id from party where complaint_id = %s", (logged["id"],))

    def write(
        self,
        state: str = "released",
        *,
        channel: str = "letter",
        to_staff: bool = False,
        body: str = "Dear Una,\n\nSorry.\n",
    ) -> str:
        """Write a notice and return where its PDF is."""
        notice, sent = uuid4(), state not in ("draft", "discarded")
        handler = ACORN.person("handler")
        self.migrator.execute(
            "insert into notice (id, organisation_id, complaint_id, template, template_version, audience, party_id,"
            " person_id, channel, legal_ground, state, subject, body, act_id, drafted_at, released_by, released_at,"
            " settled_at, journalled) values (%s, %s, %s, 'response', 1, 'complainant', %s, %s, %s, '-', %s,"
            " 'About it', %s, %s, %s, %s, %s, %s, true)",
            (
                notice, ACORN.id, self.logged["id"], None if to_staff else self.party, handler if to_staff else None,
                channel, state, body, uuid4(), RELEASED, handler if sent else None, RELEASED if sent else None,
                RELEASED if state == "handed_over" else None,
            ),
        )  # fmt: skip
        return f"{self.logged['complaint']}/notices/{notice}/pdf"

    def kept(self) -> list[tuple[Any, ...]]:
        found = self.migrator.execute(
            "select notice_id, content, made_at from letter_copy where complaint_id = %s", (self.logged["id"],)
        )
        return list(found)


@pytest.fixture
async def letters(client: httpx2.AsyncClient, tokens: Tokens, app: FastAPI, migrator: Connection) -> Letters:
    return Letters(migrator, await log(client, tokens, app))


def id_of(address: str) -> str:
    return address.split("/")[-2]


def words_of(answer: httpx2.Response) -> str:
    return " ".join(PdfReader(io.BytesIO(answer.content)).pages[0].extract_text().split())


async def test_a_released_letter_is_the_same_file_ever_after(
    client: httpx2.AsyncClient, tokens: Tokens, letters: Letters, clock: FixedClock
) -> None:
    address, headers = letters.write(), tokens.headers("handler")
    first = await client.get(address, headers=headers)
    assert (first.status_code, first.headers["content-type"]) == (200, "application/pdf")
    reference = letters.logged["reference"]
    assert first.headers["content-disposition"] == f"attachment; filename*=UTF-8''letter-{reference}.pdf"
    seen = words_of(first)
    assert "ACORN Trust Una Sample" in seen and "Sorry." in seen and "Date: 18 November 2026" in seen
    letters.migrator.execute("update party set name = 'Somebody Else' where id = %s", (letters.party,))
    clock.instant += timedelta(days=40)
    again = await client.get(address, headers=tokens.headers("auditor"))
    assert again.content == first.content
    [(notice, content, made_at)] = letters.kept()
    assert (str(notice), content, made_at) == (id_of(address), first.content, clock.instant - timedelta(days=40))


async def test_a_letter_that_is_needed_in_large_print_is_read_in_large_print(
    client: httpx2.AsyncClient, tokens: Tokens, letters: Letters
) -> None:
    draft, released = letters.write("draft"), letters.write()
    plain = await client.get(draft, headers=tokens.headers("handler"))
    needs = """update notice set formats = '["large_print"]' where complaint_id = %s"""
    letters.migrator.execute(needs, (letters.logged["id"],))
    large = await client.get(draft, headers=tokens.headers("handler"))
    assert large.content != plain.content and "DRAFT" in words_of(large)
    # Letter by letter: the larger a reference is printed, the sooner a line ends at one of its hyphens.
    assert sorted("".join(words_of(large).split())) == sorted("".join(words_of(plain).split()))
    kept = await client.get(released, headers=tokens.headers("handler"))
    assert kept.status_code == 200
    [(sheet,)] = letters.migrator.execute("select sheet from letter_copy where notice_id = %s", (id_of(released),))
    assert sheet == LARGE_PRINT
    # Somebody who no longer needs it finds what was sent.
    letters.migrator.execute("update notice set formats = '[]' where complaint_id = %s", (letters.logged["id"],))
    assert (await client.get(released, headers=tokens.headers("handler"))).content == kept.content


async def test_two_who_ask_at_once_get_one_copy(client: httpx2.AsyncClient, tokens: Tokens, letters: Letters) -> None:
    address = letters.write()
    answers = await asyncio.gather(*(client.get(address, headers=tokens.headers("handler")) for _ in range(6)))
    assert {answer.status_code for answer in answers} == {200}
    assert {answer.content for answer in answers} == {letters.kept()[0][1]}
    assert len(letters.kept()) == 1


@pytest.mark.parametrize("state", ["draft", "discarded"])
async def test_a_draft_is_a_preview_that_says_so_and_is_not_kept(
    client: httpx2.AsyncClient, tokens: Tokens, letters: Letters, state: str
) -> None:
    address = letters.write(state)
    answer = await client.get(address, headers=tokens.headers("handler"))
    assert answer.status_code == 200
    assert f"draft-{letters.logged['reference']}.pdf" in answer.headers["content-disposition"]
    assert "DRAFT" in words_of(answer)
    assert letters.kept() == []
    letters.migrator.execute("update notice set body = 'Other words.' where id = %s", (id_of(address),))
    assert "Other words." in words_of(await client.get(address, headers=tokens.headers("handler")))


async def test_only_letters_to_people_outside_are_there_and_only_under_their_complaint(
    client: httpx2.AsyncClient, tokens: Tokens, app: FastAPI, letters: Letters, migrator: Connection
) -> None:
    headers = tokens.headers("handler")
    other = Letters(migrator, await log(client, tokens, app))
    wrong = letters.write().replace(letters.logged["complaint"], other.logged["complaint"])
    nothing = f"{letters.logged['complaint']}/notices/{uuid4()}/pdf"
    for address in (letters.write(to_staff=True), wrong, nothing):
        answer = await client.get(address, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    malformed = await client.get(f"{letters.logged['complaint']}/notices/x/pdf", headers=headers)
    assert malformed.status_code == 422
    assert (letters.kept(), other.kept()) == ([], [])


async def test_a_stranger_finds_no_letter_and_one_without_words_reads_none(
    client: httpx2.AsyncClient, tokens: Tokens, letters: Letters
) -> None:
    address = letters.write()
    stranger = await client.get(address, headers=tokens.headers("complaints_manager", organisation=BIRCH.id))
    operator = await client.get(address, headers=tokens.headers("operator"))
    nobody = await client.get(address)
    assert [stranger.status_code, operator.status_code, nobody.status_code] == [404, 403, 401]
    assert letters.kept() == []


async def test_through_a_share_a_letter_is_read_once_it_has_its_copy_and_a_draft_never(
    client: httpx2.AsyncClient, tokens: Tokens, letters: Letters, migrator: Connection
) -> None:
    share(migrator, letters.logged["id"])
    theirs = tokens.headers("handler", organisation=BIRCH.id)
    released, draft = letters.write(), letters.write("draft")

    async def linked() -> set[str]:
        items = (await client.get(letters.logged["complaint"] + "/notices", headers=theirs)).json()["items"]
        return {item["pdf"] for item in items if item.get("pdf")}

    assert [(await client.get(each, headers=theirs)).status_code for each in (released, draft)] == [404, 404]
    assert await linked() == set()
    ours = await client.get(released, headers=tokens.headers("handler"))
    seen = await client.get(released, headers=theirs)
    assert (seen.status_code, seen.content) == (200, ours.content)
    assert await linked() == {released}
    assert (await client.get(draft, headers=theirs)).status_code == 404


async def test_notices_say_where_their_letter_is_and_which_went_without_it(
    client: httpx2.AsyncClient, tokens: Tokens, letters: Letters
) -> None:
    posted, draft, prompt = letters.write(), letters.write("draft"), letters.write(to_staff=True)
    bare = letters.write("handed_over", channel="email")

    async def shown(role: str = "handler") -> dict[str, tuple[str | None, bool]]:
        answer = await client.get(letters.logged["complaint"] + "/notices", headers=tokens.headers(role))
        return {item["id"]: (item.get("pdf"), item["copyMissing"]) for item in answer.json()["items"]}

    ids = [id_of(address) for address in (posted, draft, prompt, bare)]
    before = await shown()
    assert [before[each] for each in ids] == [(posted, False), (draft, False), (None, False), (None, True)]
    assert [(await shown("operator"))[each] for each in ids] == [(None, False)] * 3 + [(None, True)]
    # Somebody asks for it after all: the copy is there then, and what was sent had none all the same.
    assert (await client.get(bare, headers=tokens.headers("handler"))).status_code == 200
    assert (await shown())[ids[3]] == (bare, True)


async def test_an_email_that_left_with_its_copy_misses_nothing(
    client: httpx2.AsyncClient, tokens: Tokens, letters: Letters, clock: FixedClock
) -> None:
    address = letters.write("queued", channel="email")
    assert (await client.get(address, headers=tokens.headers("handler"))).status_code == 200
    left = (clock.instant, id_of(address))
    letters.migrator.execute("update notice set state = 'handed_over', settled_at = %s where id = %s", left)
    items = (await client.get(letters.logged["complaint"] + "/notices", headers=tokens.headers("handler"))).json()
    [item] = [item for item in items["items"] if item["id"] == id_of(address)]
    assert (item["pdf"], item["copyMissing"]) == (address, False)


async def test_a_letter_that_cannot_be_set_is_a_problem_without_a_word_of_it(
    client: httpx2.AsyncClient, tokens: Tokens, app: FastAPI, letters: Letters
) -> None:
    strange = letters.write(body="A marker 日本語")
    with structlog.testing.capture_logs() as logs:
        answer = await client.get(strange, headers=tokens.headers("handler"))
    assert (answer.status_code, answer.json()["code"]) == (409, "letter_not_typeset")
    assert [entry["failure"] for entry in logs if entry["event"] == "letter.not_typeset"] == ["typst_refused"]
    assert "marker" not in str(logs) + answer.text
    app.state.parts = replace(app.state.parts, typesetter=Failing())
    assert (await client.get(letters.write("draft"), headers=tokens.headers("handler"))).status_code == 409
    assert letters.kept() == []


async def test_a_damaged_copy_is_reported_and_not_shown(
    client: httpx2.AsyncClient, tokens: Tokens, letters: Letters
) -> None:
    address = letters.write()
    await client.get(address, headers=tokens.headers("handler"))
    letters.migrator.execute("alter table letter_copy disable trigger append_only")
    letters.migrator.execute(
        "update letter_copy set content = %s where notice_id = %s", (b"%PDF-1.7 other", id_of(address))
    )
    letters.migrator.execute("alter table letter_copy enable trigger append_only")
    with structlog.testing.capture_logs() as logs:
        answer = await client.get(address, headers=tokens.headers("handler"))
    assert (answer.status_code, answer.json()["code"]) == (500, "content_damaged")
    assert [entry["event"] for entry in logs] == ["letter.damaged"]
    UUID(logs[0]["notice_id"])
