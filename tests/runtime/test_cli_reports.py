"""`redress reports compile`: a report is asked for once, and written as it came."""

from __future__ import annotations

import json
from pathlib import Path

import httpx2
import pytest

from runtime.commands.api_calls import ApiCalls, CommandError
from runtime.commands.report_compile import Wish, compiled

REPORT = "0192f0c1-6d1e-7cc3-9d0f-3b1f0f9a1c11"
SHOWN = {
    "id": REPORT,
    "kind": "board",
    "from": "2027-04-01",
    "until": "2028-03-31",
    "knownUntil": "2028-04-02T09:00:00Z",
    "sha256": "ab" * 32,
}


def calls(seen: list[httpx2.Request]) -> ApiCalls:
    def answer(request: httpx2.Request) -> httpx2.Response:
        seen.append(request)
        if request.method == "POST":
            return httpx2.Response(201, json=SHOWN)
        return httpx2.Response(200, content=b"%PDF-1.7 \xff")

    return ApiCalls("http://redress.test", "a-token", httpx2.MockTransport(answer))


def wish(out: Path, **changes: str) -> Wish:
    asked = {"kind": "board", "first": "2027-04-01", "last": "2028-03-31", "format": "pdf", "key": "k"} | changes
    return Wish(out=out, **asked)


def test_a_report_is_compiled_and_written_in_its_format(tmp_path: Path) -> None:
    seen: list[httpx2.Request] = []
    out = tmp_path / "board.pdf"
    told = list(compiled(calls(seen), wish(out, known_until="2028-04-02T09:00:00Z")))
    assert out.read_bytes() == b"%PDF-1.7 \xff"
    assert json.loads(seen[0].content) == {
        "kind": "board",
        "from": "2027-04-01",
        "until": "2028-03-31",
        "knownUntil": "2028-04-02T09:00:00Z",
    }
    assert seen[0].headers["idempotency-key"] == "k"
    assert (seen[1].url.path, seen[1].url.query) == (f"/v1/reports/{REPORT}/document", b"format=pdf")
    assert REPORT in told[-1]
    assert "ab" * 32 in told[-1]


def test_a_report_that_cannot_be_written_is_said_to_be_kept(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=f"The report is kept: {REPORT}"):
        list(compiled(calls([]), wish(tmp_path / "missing" / "board.pdf")))


def test_a_format_that_there_is_not_asks_for_nothing(tmp_path: Path) -> None:
    seen: list[httpx2.Request] = []
    with pytest.raises(CommandError, match="no such format"):
        list(compiled(calls(seen), wish(tmp_path / "x", format="docx")))
    assert seen == []
