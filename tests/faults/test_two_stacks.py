"""Two installations speak the joint protocol over wires that break, while what runs them is killed: each message that
either said is at the other, once, in order, and one complaint of two bodies has its one answer.
"""

from __future__ import annotations

import random
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack
from typing import Any
from uuid import UUID, uuid4

import httpx2
import pytest

from tests.bodies import make_body
from tests.faults.callers import today, together
from tests.faults.stack import Stack
from tests.faults.two_stacks import Pair, Side, days
from tests.faults.waiting import until
from tests.faults.wire import Wire

TRAINING = str(uuid4())
WORDS = "Written in plain words, for the person who complained."
ELEMENTS = ("how_considered", "remedy", "action", "learning")
FINDING = {each: WORDS for each in ("happened", "shouldHave", "standard", "evidence", "reason")} | {"outcome": "upheld"}


@pytest.fixture(scope="module")
def other_stack() -> Iterator[Stack]:
    """The council's installation, for these tests alone."""
    with Stack() as stack:
        yield stack


@pytest.fixture
async def pair(stack: Stack, other_stack: Stack) -> AsyncIterator[Pair]:
    """A trust and a council that have not met, each before its own installation, whole and reached by a wire."""
    await other_stack.repair()
    async with AsyncExitStack() as opened:
        sides = []
        for each in (stack, other_stack):
            client = httpx2.AsyncClient(base_url=each.settings.api_url, timeout=20)
            body = make_body(each.settings.need("database_dsn_migrator"), follows=None)
            sides.append(Side(stack=each, client=await opened.enter_async_context(client), body=body))
        wires = [opened.enter_context(Wire(each.settings.api_port)) for each in (stack, other_stack)]
        yield Pair(lead=sides[0], body=sides[1], to_lead=wires[0], to_body=wires[1])


async def test_two_installations_lose_and_double_nothing_whatever_breaks_between_them(
    pair: Pair, chance: random.Random
) -> None:
    await pair.know_each_other()
    await pair.begin()
    await _invited_while_the_api_of_the_body_is_dead(pair)
    await _answers_are_lost(pair)
    await _workers_die(pair, chance)
    await _the_wires_are_cut(pair)
    await _one_response(pair)
    await _seen_to_completion(pair)
    await pair.same_on_both_sides()
    await _both_are_in_order(pair)


async def _invited_while_the_api_of_the_body_is_dead(pair: Pair) -> None:
    await pair.body.stack.kill("api")
    await pair.name_the_body()
    await pair.attempts(1)
    await pair.body.stack.start("api")
    await pair.opened()
    assert [each["number"] for each in (await pair.latest("invitation"))["issues"]] == [2]


async def _answers_are_lost(pair: Pair) -> None:
    """A message arrives, or a webhook, and nobody hears what came of it: it is sent again, and counts once."""
    pair.to_lead.swallow = pair.to_body.swallow = 1
    await pair.body_says("accept", contact="Con Tact", senior_lead="Sen Ior")
    await pair.lead_says("lead/proposal", {})
    await until(lambda: pair.to_lead.swallow == 0, "an answer of the door to be lost", 30)
    await until(lambda: pair.to_body.swallow == 0, "an answer of the hook to be lost", 30)
    await pair.through()
    assert [row["kind"] for row in await pair.heard_by_lead()] == ["accept"]
    await pair.latest("lead")
    await pair.body_says("lead_view", agrees=True)
    await pair.through()


async def _workers_die(pair: Pair, chance: random.Random) -> None:
    """Both say several things at once, and either worker dies in the midst of it."""
    lead, body = pair.lead.stack, pair.body.stack
    asked = [f"Record {number}" for number in range(4)]

    async def the_lead_asks() -> None:
        await pair.lead_says("joint-timescale", {"contributeBy": days(20), "respondBy": days(60)})
        for what in asked:
            await pair.of_body("requests", {"what": what, "dueOn": days(10)})

    async def the_body_answers() -> None:
        await pair.latest("timescale")
        await pair.body_says("timescale_view", agrees=True)
        answered: set[str] = set()
        while len(answered) < len(asked):
            for each in await _asked(pair):
                if each["request_id"] not in answered:
                    answered.add(each["request_id"])
                    await pair.body_says("information", request_id=each["request_id"], words=f"Here: {each['what']}")

    async def kill(stack: Stack, when: Callable[[], Awaitable[bool]]) -> None:
        await until(when, "the moment to kill", 60)
        await stack.kill("worker")
        await stack.start("worker")

    first, second = chance.randint(1, 4), chance.randint(1, 4)
    await together(
        the_lead_asks(),
        the_body_answers(),
        kill(body, lambda: _at_least(pair.told, 2 + first)),
        kill(lead, lambda: _at_least(lambda: pair.of_part("out"), 2 + second)),
    )
    await pair.through()


async def _asked(pair: Pair) -> list[dict[str, Any]]:
    return [row["body"] for row in await pair.of_part("in") if row["kind"] == "information_request"]  # type: ignore[misc]


async def _at_least(rows: Callable[[], Awaitable[list[Any]]], count: int) -> bool:
    return len(await rows()) >= count


async def _the_wires_are_cut(pair: Pair) -> None:
    """The body submits, and the lead asks for more, while neither can reach the other."""
    pair.to_lead.cut()
    pair.to_body.cut()
    await _submit(pair, "Somebody came.")
    await pair.of_body("requests", {"what": "The rota", "dueOn": days(10)})
    await pair.in_trouble()
    await pair.attempts(1)
    assert "submission" not in [row["kind"] for row in await pair.heard_by_lead()]
    pair.to_lead.mend()
    pair.to_body.mend()
    await pair.through()
    await pair.body_says("information", request_id=(await _asked(pair))[-1]["request_id"], words="Three evenings.")
    await pair.of_body("revision", {"reason": "The rota says otherwise.", "dueOn": days(15)})
    assert (await pair.latest("revision"))["round"] == 1
    await _submit(pair, "No carer came on three evenings.")
    await pair.through()
    await pair.of_body("approval", {})


async def _submit(pair: Pair, found: str) -> None:
    issue = {"number": 2, "did": "We asked everybody.", "found": found, "conclusion": "upheld", "remedy": "Sorry."}
    action = {"action_id": TRAINING, "what": "Train the carers.", "due_on": days(40)}
    await pair.body_says("submission", "responsible_person", issues=[issue], actions=[action])


async def _one_response(pair: Pair) -> None:
    """The lead looks into its own issue; one draft, one comment, one signed response."""
    await _investigated(pair)
    sections = [{"element": each, "words": WORDS} for each in ELEMENTS]
    await pair.lead_says("response/drafts", {"sections": sections})
    await pair.lead_says("joint-drafts", {"audience": "bodies", "commentBy": days(5)})
    draft = await pair.latest("draft")
    await pair.body_says("draft_comment", draft_id=draft["draft_id"], agrees=False, words="It was four evenings.")
    await pair.through()
    for share in (await pair.lead.get(f"{pair.place}/joint-drafts"))["items"]:
        for comment in share["comments"]:
            used = {"used": "not_used", "reason": "The rota has three."}
            await pair.lead_says(f"joint-drafts/{share['id']}/comments/{comment['id']}/use", used)
    skipped = {"audience": "person", "skipReason": "She asked to have the response alone."}
    await pair.lead_says("joint-drafts", skipped, "complaints_manager")
    await pair.lead_says("response/clearance", {"cleared": True}, "complaints_manager")
    signed = {"signedBy": str(pair.lead.body.person("responsible_person"))}
    await pair.lead_says("response", signed, "responsible_person")
    assert "No carer came on three evenings." in (await pair.latest("response"))["words"]


async def _investigated(pair: Pair) -> None:
    now = today().isoformat()
    people = {"investigator": "investigator", "decision_maker": "responsible_person"}
    for part, role in people.items():
        declared = {"priorInvolvement": False, "conflict": False, "training": "Skills", "trainedOn": "2025-05-04"}
        person = {"role": part, "personId": str(pair.lead.body.person(role))}
        await pair.lead_says("people-of-case", person | declared, "complaints_manager")
    await pair.lead_says("routes", {"found": []})
    plan = {"evidence": ["The rota"], "delivery": "letter", "sharedWithPersonOn": now, "sharedWithStaffOn": now}
    await pair.lead_says("plan", plan)
    await pair.lead_says("discussion", {"result": "accepted", "recordedOn": now})
    agreed = {"basis": "agreed", "respondBy": days(60), "updateEveryDays": 28, "agreedWith": "Una Sample"}
    await pair.lead_says("response-period", agreed | {"agreedOn": now})
    await pair.lead_says("findings", FINDING | {"issueId": pair.issues[0]}, "investigator")
    await pair.lead_says("views/skip", {"reason": "Nobody disputes it."}, "complaints_manager")


async def _seen_to_completion(pair: Pair) -> None:
    """The body has done what it promised, the lead sees it as done: nothing is asked any more, and the part ends."""
    await pair.body_says("action_done", action_id=TRAINING, done_on=today().isoformat(), evidence="Twelve carers.")
    await pair.through()
    (action,) = [each for each in await _actions(pair) if each["state"] == "done"]
    await pair.of_body(f"actions/{action['id']}", {"done": True})
    assert (await pair.latest("released"))["cause"] == "completed"
    await pair.through()
    shown = await pair.body.get(f"{pair.own}/part")
    assert (shown["stage"], shown["trouble"], shown["due"]) == ("closed", None, [])
    found = await pair.lead.get(f"{pair.place}/bodies/{pair.contribution}")
    assert (found["state"], [each for each in found["clocks"] if each["state"] == "running"]) == ("released", [])


async def _actions(pair: Pair) -> list[dict[str, Any]]:
    shown = await pair.lead.get(f"{pair.place}/bodies/{pair.contribution}/submissions")
    actions: list[dict[str, Any]] = shown["actions"]
    return actions


async def _both_are_in_order(pair: Pair) -> None:
    for side in (pair.lead, pair.body):
        report = await side.stack.verified()
        assert report.sound, report.findings
        found = await side.stack.attention()
        assert found.exceptions == (), found.exceptions
    body = pair.body
    parts = await body.stack.rows("select 1 from joint_part where contribution_id = %s", UUID(pair.contribution))
    cases = await body.stack.rows("select 1 from complaint where organisation_id = %s", body.body.id)
    assert (len(parts), len(cases)) == (1, 1)
