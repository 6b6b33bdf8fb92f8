"""`redress show` prints what is in the file, from the very answers of the API."""

from __future__ import annotations

from io import StringIO
from typing import Any, cast

from rich.console import Console

from activities.reading import GateStanding
from api.schemas.casework_reads import GateShown
from contracts.commands import CommandKind
from runtime.commands.api_calls import ApiCalls
from runtime.commands.dossier import gather, render
from tests.e2e.conftest import Caller
from tests.e2e.test_life_over_http import COMPLAINT

PATHS = (
    *("", "/now", "/clocks", "/tasks", "/notices", "/contacts", "/corrections", "/timeline", "/requirements"),
    *("/staff", "/promises"),
)


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


async def test_what_has_to_be_on_record_first_is_shown_and_what_is_there_already_is_not(caller: Caller) -> None:
    reference = await caller.log(COMPLAINT)
    here = f"/complaints/{reference}"
    answers = {f"/v1{here}{path}": await caller.get(f"{here}{path}") for path in PATHS}
    # This organisation follows the first version, which has no gates: here is what the second one would answer.
    answers[f"/v1{here}/requirements"] = {
        "stage": "closer_look",
        "items": [gate("share_plan", True), gate("close", False)],
    }
    out = StringIO()
    render(gather(cast(ApiCalls, Answers(answers)), reference), Console(file=out, width=200))
    shown = " ".join(out.getvalue().split())
    assert "plan The issues, their effect and the outcomes sought are confirmed with the person" in shown
    assert "closure" not in shown.split("Needed first")[1].split("Timeline")[0]


async def test_the_people_are_shown_with_what_is_owed_to_each_of_them(caller: Caller) -> None:
    needs = {"preferredChannel": "letter", "formats": ["large_print"], "unsafe": ["no_voicemail"]}
    reference = await caller.log(COMPLAINT | {"complainant": COMPLAINT["complainant"] | {"needs": needs}})
    await caller.say(f"/{reference}/staff", {"kind": "locum", "name": "Dr Ray Hale"})
    await caller.say(
        f"/{reference}/promises", {"kind": "call", "what": "We ring about the rota", "dueOn": "2028-04-03"}
    )
    await caller.say(f"/{reference}/contact-plan/staff-safety", {"flagged": True, "words": "Two at every visit"})
    here = f"/complaints/{reference}"
    answers = {f"/v1{here}{path}": await caller.get(f"{here}{path}") for path in PATHS}
    answers[f"/v1{here}/notices"]["items"][0] |= {"state": "failed", "failure": "bounced", "subject": "Our receipt"}
    out = StringIO()
    render(gather(cast(ApiCalls, Answers(answers)), reference), Console(file=out, width=200))
    shown = " ".join(out.getvalue().split())
    assert "complainant no voicemail letter large print" in shown
    assert "1 Dr Ray Hale named nobody by name Tell the member of staff, in person, what is complained of" in shown
    assert "About: staff 1, Dr Ray Hale" in shown and "About: We ring about the rota" in shown
    assert "open We ring about the rota Monday 3 April 2028 0 0" in shown
    assert "NOT REACHED Our receipt (bounced)" in shown and "TAKE CARE" in shown
    # What is taken at any time is counted, and not listed.
    assert "that keep everyone informed" in shown and "staff/{involvementId}/telling" not in shown


def gate(command: str, lacks: bool) -> Any:
    needs = ("issues_confirmed",)
    found = GateStanding(
        command=CommandKind(command), when=None, requires=needs, missing=needs if lacks else (), legal_basis="S4 T5"
    )
    return GateShown.of(found).model_dump(mode="json", by_alias=True)
