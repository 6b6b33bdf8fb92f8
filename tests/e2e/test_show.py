"""`redress show` prints what is in the file, from the very answers of the API."""

from __future__ import annotations

from io import StringIO
from typing import Any, cast

from rich.console import Console

from runtime.commands.api_calls import ApiCalls
from runtime.commands.dossier import gather, render
from tests.e2e.conftest import Caller
from tests.e2e.test_life_over_http import COMPLAINT

PATHS = ("", "/now", "/clocks", "/tasks", "/notices", "/contacts", "/corrections", "/timeline")


class Answers:
    """The API's answers, asked for beforehand."""

    def __init__(self, answers: dict[str, Any]) -> None:
        self._answers = answers

    def get(self, path: str, **params: Any) -> Any:
        return self._answers[path]


async def test_contacts_and_corrections_are_shown(caller: Caller) -> None:
    reference = await caller.log(COMPLAINT)
    call = {
        "direction": "in", "channel": "call", "happenedAt": "2028-03-02T09:30:00Z", "withWhom": "Her daughter",
        "summary": "Asked for news.", "promised": "A call back", "promisedBy": "2028-03-06",
    }  # fmt: skip
    await caller.say(f"/{reference}/contacts", call)
    oral = {"correction": {"what": "coding", "channel": "oral"}, "reason": "It was said at the desk."}
    await caller.say(f"/{reference}/corrections", oral)
    here = f"/complaints/{reference}"
    answers = {f"/v1{here}{path}": await caller.get(f"{here}{path}") for path in PATHS}
    out = StringIO()
    render(gather(cast(ApiCalls, Answers(answers)), reference), Console(file=out, width=200))
    shown = " ".join(out.getvalue().split())
    assert "in call Her daughter Asked for news. (promised by Monday 6 March 2028: A call back)" in shown
    assert "made coding It was said at the desk. Handler" in shown
