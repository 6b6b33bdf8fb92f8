"""Calls of the command line: every way in which they fail is one sentence, and none holds a traceback."""

from __future__ import annotations

import json
from collections.abc import Callable

import httpx2
import pytest

from runtime.commands.api_calls import ApiCalls, CommandError, NotFoundError

Answer = Callable[[httpx2.Request], httpx2.Response]


def calls(answer: Answer) -> ApiCalls:
    return ApiCalls("http://redress.test", "a-token", httpx2.MockTransport(answer))


def test_a_call_carries_the_token_and_its_key() -> None:
    seen: list[httpx2.Request] = []

    def answer(request: httpx2.Request) -> httpx2.Response:
        seen.append(request)
        return httpx2.Response(201, json={"reference": "MV-1"})

    assert calls(answer).post("/v1/complaints", {"summary": "s"}, key="k-1") == {"reference": "MV-1"}
    assert seen[0].headers["authorization"] == "Bearer a-token"
    assert seen[0].headers["idempotency-key"] == "k-1"
    assert json.loads(seen[0].content) == {"summary": "s"}


def test_a_problem_is_told_with_its_code_its_places_and_what_is_allowed() -> None:
    problem = {
        "title": "The request is not valid.",
        "code": "invalid_request",
        "errors": [{"place": "body", "pointer": "/receivedOn", "detail": "A value is needed."}],
        "allowed": ["acknowledgement", "withdrawal"],
    }
    with pytest.raises(CommandError) as caught:
        calls(lambda _: httpx2.Response(422, json=problem)).get("/v1/complaints")
    assert str(caught.value).splitlines() == [
        "The request is not valid. (422 invalid_request)",
        "  body /receivedOn: A value is needed.",
        "  allowed now: acknowledgement, withdrawal",
    ]


def test_what_is_not_there_can_be_told_from_other_failures() -> None:
    with pytest.raises(NotFoundError):
        calls(lambda _: httpx2.Response(404, json={"title": "No.", "code": "not_found"})).get("/v1/complaints/X")


@pytest.mark.parametrize("answer", [httpx2.Response(502, text="<html>"), httpx2.Response(200, json=[])])
def test_an_answer_that_is_not_the_apis_own_is_said_to_be_so(answer: httpx2.Response) -> None:
    with pytest.raises(CommandError, match="not its own"):
        calls(lambda _: answer).get("/v1/complaints")


def test_a_timeout_says_that_it_may_be_repeated_under_the_same_key() -> None:
    def too_slow(request: httpx2.Request) -> httpx2.Response:
        raise httpx2.ReadTimeout("", request=request)

    with pytest.raises(CommandError, match="same key"):
        calls(too_slow).post("/v1/complaints", {}, key="k")


def test_an_api_that_is_not_there_says_how_to_start_it() -> None:
    def refused(request: httpx2.Request) -> httpx2.Response:
        raise httpx2.ConnectError("", request=request)

    with pytest.raises(CommandError, match="redress up"):
        calls(refused).get("/v1/complaints")
