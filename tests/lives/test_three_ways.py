"""One complaint, four bodies, every way of taking part at once: each is told the same, its own part, once, in order."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import httpx2
import pytest
from pydantic import SecretStr

from api.app import create_app
from api.part_page.news import line_of
from contracts import names
from db.joint_messages import to_body
from gateways.anchors import FolderAnchors
from gateways.engine import connect
from gateways.sealing import new_key
from runtime.settings import Settings
from runtime.verifying import verify
from tests.apart import Apart
from tests.bodies import make_body
from tests.lives.another_system import System
from tests.lives.three_ways import Here, Json, Page, Taker, Telephone, common
from tests.lives.three_ways_life import FOUND, HOME_CARE, ISSUES, PRACTICE, SURGERY, WARD, Lived, begin, live
from tests.receiver import a_receiver
from tests.world import a_world


@pytest.fixture(scope="module")
def settings(own_server: str, apart: Apart, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return Settings(
        environment="development",
        state_dir=tmp_path_factory.mktemp("state"),
        database_dsn_app=apart.dsns.app,
        database_dsn_migrator=apart.dsns.migrator,
        database_dsn_sweeper=apart.dsns.sweeper,
        temporal_address=own_server,
        verdict_timeout_seconds=20,
        secrets_key=SecretStr(new_key()),
        webhooks_allow_private=True,
        public_url="http://redress.test",
        form_posts_an_hour=1_000,
    )


@pytest.fixture(scope="module")
async def lived(own_server: str, apart: Apart, settings: Settings) -> AsyncIterator[Lived]:
    """The whole of it, lived once for the tests that look at it."""
    temporal = await connect(own_server, "default", lazy=False)
    async with AsyncExitStack() as stack:
        world = await stack.enter_async_context(a_world(temporal, apart.database, apart.sweeper, settings))
        app = create_app(settings, engine=world.engine, clock=world.clock)
        await stack.enter_async_context(app.router.lifespan_context(app))
        receiver = await stack.enter_async_context(a_receiver())

        async def client() -> httpx2.AsyncClient:
            transport = httpx2.ASGITransport(app=app)
            opened = httpx2.AsyncClient(transport=transport, base_url="http://redress.test")
            return await stack.enter_async_context(opened)

        lead, council = (make_body(apart.dsns.migrator, follows=None) for _ in range(2))
        found = await begin(world, settings, lead, council, receiver, [await client() for _ in range(4)])
        await live(found)
        yield found


async def _said_to(found: Lived, taker: Taker) -> list[tuple[int, str, Json]]:
    rows = await found.life.rows(
        "select seq, kind, body from joint_message where contribution_id = :one and direction = 'out' order by seq",
        one=taker.id,
    )
    return [(row["seq"], row["kind"], row["body"]) for row in rows]


async def test_the_council_heard_all_that_was_said_to_it_once_and_in_order(lived: Lived) -> None:
    assert await lived.here.told() == await _said_to(lived, lived.here)
    # By row-level security, not by a filter: in its tenant nothing of any other body is there to be read.
    sql = "select distinct contribution_id from joint_message union select id from contribution"
    assert {row["contribution_id"] for row in await lived.life.world.rows(lived.here.body, sql)} == {lived.here.id}


async def test_the_practice_fetched_its_messages_once_and_in_order_until_its_consent_ended(lived: Lived) -> None:
    said_to_it, read = await _said_to(lived, lived.system), await lived.system.told()
    assert [seq for seq, _, _ in read] == list(range(1, len(said_to_it) + 1))
    kinds = [kind for _, kind, _ in read]
    last = kinds.index("withheld")
    assert read[:last] == said_to_it[:last] and len(lived.before_midnight) == last
    assert [kind for _, kind, _ in said_to_it[last:]] == ["revision", "consent_ended", "released"]
    assert read[last:] == [(last + 1, "withheld", {}), *said_to_it[last + 1 :]]
    assert read[last + 1][2] == {"cause": "expired"}


async def test_at_midnight_all_that_tells_of_the_person_was_withheld_by_the_clock_alone(lived: Lived) -> None:
    assert len(lived.just_after_midnight) == len(lived.before_midnight) + 1
    assert {each["kind"] for each in lived.just_after_midnight} == {"withheld"}
    assert all(each["body"] == {} for each in lived.just_after_midnight)


async def test_each_message_to_the_practice_had_one_webhook_in_order_and_none_holds_a_word(lived: Lived) -> None:
    said_to_it = await _said_to(lived, lived.system)
    assert [(each["seq"], each["kind"]) for each in lived.hooked] == [(seq, kind) for seq, kind, _ in said_to_it]
    assert {each["contributionId"] for each in lived.hooked} == {str(lived.system.id)}
    raw = b" ".join(each.body for each in lived.system.receiver.arrived).decode()
    assert not any(word in raw for word in ("Pat", SURGERY, lived.life.body.code + "-", "record of the calls"))


async def test_the_page_showed_all_that_was_said_to_the_hospice_once_and_in_order(lived: Lived) -> None:
    said_to_it = await _said_to(lived, lived.page)
    assert [kind for _, kind, _ in said_to_it[-2:]] == ["action_settled", "released"]
    lines = [line_of(to_body(kind, body)) for _, kind, body in said_to_it[:-2]]  # no link opens after its release
    assert [each.partition(": ")[2] for each in lived.page_told] == lines
    (response,) = [body["words"] for _, kind, body in said_to_it if kind == "response"]
    assert all(each in lived.page_html for each in response.split("\n\n"))
    (draft,) = [body["words"] for _, kind, body in said_to_it if kind == "draft"]
    assert all(each in lived.page.forms["draft_comment"].replace("<br>", "\n") for each in draft.split("\n\n"))
    assert "The record of the calls" in lived.page.forms["information"]
    # Who takes part is as it was told last, not as it was when the hospice was invited.
    assert "<dt>Also take part</dt><dd>Exampleton Council, Benefits Office</dd>" in lived.page_html
    assert "<dt>Answer for themselves</dt><dd>Low Road Surgery</dd>" in lived.page_html
    assert not any(each in lived.page_html.partition("<h2>The response</h2>")[0] for each in (WARD, HOME_CARE, SURGERY))
    gone = await lived.page.client.get(await lived.page.link())
    assert gone.status_code == 200 and "Ask for a code" in gone.text and "Pat" not in gone.text


async def test_every_way_was_told_the_same(lived: Lived) -> None:
    """What is for all of them: the same words at each door; and of the complaint each its own issue, no other's."""
    here, by_telephone = await lived.here.told(), await lived.telephone.told()
    page = await _said_to(lived, lived.page)
    kinds = ("lead", "timescale", "draft", "person_comment", "response", "approved", "released")
    shared = common(here, *kinds)
    assert shared == common(by_telephone, *kinds) == common(page, *kinds)
    assert [kind for kind, _ in shared] == [
        *("lead", "lead", "lead", "timescale", "timescale"),
        *("approved", "draft", "person_comment", "response", "released"),
    ]
    read = common(await lived.system.told(), "lead", "timescale")
    assert read == common(here, "lead", "timescale")
    for taker in lived.all:
        told = await _said_to(lived, taker)
        for kind, body in common(told, "invitation", "issues"):
            assert [(each["number"], each["summary"]) for each in body["issues"]] == [
                (taker.number, ISSUES[taker.number - 1])
            ], kind
        (first,) = common(told, "invitation")
        assert first[1]["person"]["name"] == "Pat Example"


async def test_what_each_said_stands_alike_in_the_tables_of_the_lead(lived: Lived) -> None:
    said_by = {}
    for taker in lived.all:
        rows = await lived.life.rows(
            "select m.kind, m.via, m.refusal from joint_message m join case_event e on e.act_id = m.act_id"
            " and e.kind in ('contribution.heard', 'contribution.message_refused')"
            " where m.contribution_id = :one and m.direction = 'in' order by e.seq",
            one=taker.id,
        )
        said_by[taker.code] = [row["kind"] for row in rows if row["refusal"] is None]
        via = {Here: "here", System: "system", Page: "page", Telephone: "recorded"}[type(taker)]
        assert {row["via"] for row in rows} == {via}
    whole = ["accept", "lead_view", "timescale_view", "information", "submission", "submission"]
    assert said_by[PRACTICE] == whole[:-1]
    assert all(said_by[each.code] == [*whole, "draft_comment", "action_done"] for each in lived.to_the_end)
    parts = [await _part_at_the_lead(lived, taker) for taker in lived.to_the_end]
    assert parts[0] == parts[1] == parts[2]
    assert parts[0]["rounds"] == [(1, "sent_back"), (2, "approved")]


async def _part_at_the_lead(lived: Lived, taker: Taker) -> Json:
    """Return all that the lead keeps of a body, but for what is its own in it."""
    rows, one = lived.life.rows, taker.id
    contribution = dict(await lived.life.of(taker.code))
    of_one = " where contribution_id = :one "
    clocks = await rows(f"select kind, due_on, met_on, state from clock{of_one}order by kind, due_on", one=one)
    rounds = await rows(
        "select s.round, r.result, a.did, a.found, a.conclusion, a.remedy from body_submission s join body_review r"
        " on r.submission_id = s.id join body_answer a on a.submission_id = s.id where s.contribution_id = :one"
        " order by s.round",
        one=one,
    )
    actions = await rows(
        f"select state, due_on, done_on, evidence, settled_on from body_action{of_one}order by state", one=one
    )
    requests = await rows(f"select state, due_on from body_request{of_one}", one=one)
    comments = await rows(f"select agrees, used, received_on from joint_comment{of_one}", one=one)
    assert [each["found"] for each in rounds] == ["It is as you say.", FOUND[taker.number]]
    same = (
        "state",
        "round",
        "invited_on",
        "accepted_on",
        "submitted_on",
        "approved_on",
        "released_on",
        "released_cause",
    )
    return {
        **{name: contribution[name] for name in same},
        "clocks": [tuple(row.values()) for row in clocks],
        "rounds": [(row["round"], row["result"]) for row in rounds],
        "answers": [(row["did"], row["conclusion"], row["remedy"]) for row in rounds],
        "actions": [tuple(row.values()) for row in actions],
        "requests": [tuple(row.values()) for row in requests],
        "comments": [tuple(row.values()) for row in comments],
    }


async def test_the_council_s_own_case_went_with_it_and_ended(lived: Lived) -> None:
    part = await lived.here.part_as_shown()
    assert (part["stage"], part["issues"], part["due"]) == ("closed", [2], [])
    ours = sorted((each for each in part["messages"] if each["direction"] == "out"), key=lambda each: each["seq"])
    said_there = [each["kind"] for each in ours]
    assert said_there.count("submission") == 2 and said_there[-1] == "action_done"
    assert {each["state"] for each in part["messages"]} == {"heard", "brought"}


async def test_the_one_response_names_each_body_and_says_what_each_that_took_part_found(lived: Lived) -> None:
    (letter,) = await lived.life.rows(
        "select body from notice where complaint_id = :id and template like 'response%' and party_id is not null"
    )
    for name in ("Exampleton Council", "Low Road Surgery", "Hill Hospice", "Benefits Office"):
        assert name in letter["body"]
    for number in (2, 4, 5):
        assert FOUND[number] in letter["body"]
    assert FOUND[3] not in letter["body"] and "It is as you say." not in letter["body"]


async def test_it_all_ended_and_the_evidence_of_both_organisations_is_sound(lived: Lived, tmp_path: Path) -> None:
    world = lived.life.world
    for workflow in lived.company.ids - {names.webhooks_workflow_id(lived.subscription)}:
        described = await world.client.get_workflow_handle(workflow).describe()
        assert described.status is not None and described.status.name == "COMPLETED", workflow
    running = "select id from clock where complaint_id = :id and state = 'running' and proceeding_id is null"
    assert await lived.life.rows(running) == []
    report = await verify(world.database, world.sweeper, FolderAnchors(tmp_path), world.clock.now())
    assert [each.what for each in report.findings] == []
