"""A Maildir is handed over mail by mail: what is taken in is moved, what is not stays where it is."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import httpx2
import pytest

from runtime.commands.api_calls import ApiCalls, CommandError
from runtime.maildir import Report, hand_over

NOW = datetime(2028, 3, 2, 10, 0, tzinfo=UTC)
Answer = Callable[[httpx2.Request], httpx2.Response]


@pytest.fixture
def maildir(tmp_path: Path) -> Path:
    for name in ("new", "tmp"):
        (tmp_path / name).mkdir()
    return tmp_path


def put(maildir: Path, name: str, content: bytes = b"Subject: x\n\nhi", *, at: datetime = NOW) -> Path:
    file = maildir / "new" / name
    file.write_bytes(content)
    os.utime(file, (at.timestamp(), at.timestamp()))
    return file


def taken(maildir: Path, answer: Answer, largest: int = 1_000) -> Report:
    calls = ApiCalls("http://redress.test", "a-token", httpx2.MockTransport(answer))
    return hand_over(calls, maildir, largest, lambda: NOW)


def logged(request: httpx2.Request) -> httpx2.Response:
    return httpx2.Response(201, json={"state": "logged"})


def problem(status: int, code: str) -> Answer:
    return lambda _: httpx2.Response(status, json={"title": "No.", "code": code})


def names(maildir: Path, folder: str) -> list[str]:
    return sorted(each.name for each in (maildir / folder).iterdir())


def test_each_mail_is_handed_over_as_it_came_with_the_time_it_arrived_and_then_moved(maildir: Path) -> None:
    put(maildir, "1709373600.b.host", b"second")
    put(maildir, "1709287200.a.host", b"first\xff", at=datetime(2028, 3, 1, 10, 0, 0, 700_000, tzinfo=UTC))
    put(maildir, "1709373700.c.host:2,", b"third", at=datetime(2028, 3, 2, 12, 0, tzinfo=UTC))
    seen: list[httpx2.Request] = []

    def answer(request: httpx2.Request) -> httpx2.Response:
        seen.append(request)
        return httpx2.Response(200, json={"state": "answer"}) if len(seen) == 2 else logged(request)

    report = taken(maildir, answer)
    assert [each.content for each in seen] == [b"first\xff", b"second", b"third"]
    # One that is dated after now arrived now.
    assert [each.url.params["arrivedAt"] for each in seen] == [
        *("2028-03-01T10:00:00Z", "2028-03-02T10:00:00Z"),
        "2028-03-02T10:00:00Z",
    ]
    assert {each.headers["content-type"] for each in seen} == {"message/rfc822"}
    assert {each.headers["authorization"] for each in seen} == {"Bearer a-token"}
    assert names(maildir, "new") == []
    assert names(maildir, "cur") == ["1709287200.a.host:2,S", "1709373600.b.host:2,S", "1709373700.c.host:2,"]
    assert report.states == {"logged": 2, "answer": 1} and report.left == []


def test_one_mail_that_is_refused_stays_and_those_behind_it_are_taken_in(maildir: Path) -> None:
    for name in ("1", "2", "3"):
        put(maildir, name, name.encode())

    def answer(request: httpx2.Request) -> httpx2.Response:
        return problem(422, "invalid_request")(request) if request.content == b"2" else logged(request)

    report = taken(maildir, answer)
    assert (report.left, report.states) == ([("2", "invalid_request")], {"logged": 2})
    assert names(maildir, "new") == ["2"]


@pytest.mark.parametrize(
    "answer",
    [problem(401, "unauthenticated"), problem(409, "intake_off"), problem(503, "scanner_unavailable")],
)
def test_what_is_wrong_with_all_of_them_is_tried_once_and_all_of_them_stay(maildir: Path, answer: Answer) -> None:
    put(maildir, "1")
    put(maildir, "2")
    asked: list[httpx2.Request] = []

    def counted(request: httpx2.Request) -> httpx2.Response:
        asked.append(request)
        return answer(request)

    with pytest.raises(CommandError):
        taken(maildir, counted)
    assert names(maildir, "new") == ["1", "2"] and len(asked) == 1


def test_while_the_api_is_away_every_mail_stays(maildir: Path) -> None:
    put(maildir, "1")

    def away(request: httpx2.Request) -> httpx2.Response:
        raise httpx2.ConnectError("", request=request)

    with pytest.raises(CommandError, match="does not answer"):
        taken(maildir, away)
    assert names(maildir, "new") == ["1"]


def test_a_run_that_died_after_the_api_had_it_hands_the_mail_over_again(maildir: Path) -> None:
    """The API knows it again, so that nothing but the answer tells the two runs apart."""
    put(maildir, "1")

    def too_slow(request: httpx2.Request) -> httpx2.Response:
        raise httpx2.ReadTimeout("", request=request)

    with pytest.raises(CommandError):
        taken(maildir, too_slow)
    again = taken(maildir, lambda _: httpx2.Response(200, json={"state": "logged"}))
    assert again.states == {"logged": 1} and names(maildir, "cur") == ["1:2,S"]


def test_what_is_no_mail_is_named_and_no_link_is_followed(maildir: Path, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_bytes(b"secret")
    (maildir / "new" / "link").symlink_to(secret)
    (maildir / "new" / "folder").mkdir()
    os.mkfifo(maildir / "new" / "pipe")
    put(maildir, "large", b"x" * 1_001)
    put(maildir, ".hidden")
    report = taken(maildir, lambda _: pytest.fail("nothing is handed over"))
    assert report.left == [
        *(("folder", "is no file"), ("large", "is too large"), ("link", "is no file")),
        ("pipe", "is no file"),
    ]


def test_a_mail_that_another_run_moves_meanwhile_is_no_fault(maildir: Path) -> None:
    file = put(maildir, "1")
    put(maildir, "2")

    def moved(request: httpx2.Request) -> httpx2.Response:
        if file.exists():
            file.rename(maildir / "cur" / "1:2,S")
        return logged(request)

    assert taken(maildir, moved).left == []
    assert names(maildir, "cur") == ["1:2,S", "2:2,S"]


def test_a_folder_that_is_no_maildir_is_told_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="is no Maildir"):
        taken(tmp_path / "nowhere", logged)
