"""The life of a board report and of a page of what was learned: a turn, compiled, commented on, approved, published."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx2
import pytest
from temporalio.client import WorkflowHandle

from api.app import create_app
from api.dev_issuer import mint
from contracts import names
from contracts.commands import CommandKind
from contracts.governance import OccurrenceState
from db import said
from runtime.database_roles import DatabaseDsns
from runtime.settings import Settings
from tests.api.conftest import serving
from tests.bodies import Body
from tests.turning import turned
from tests.world import World, until

Json = dict[str, Any]
IN_FEBRUARY = datetime(2028, 2, 10, 9, 0, tzinfo=UTC)
ITS_MORNING = datetime(2028, 3, 1, 7, 5, tzinfo=UTC)


class Boardroom:
    """One organisation whose leaders speak over HTTP, in a world whose machine does the rest."""

    def __init__(self, world: World, body: Body, client: httpx2.AsyncClient, settings: Settings) -> None:
        self.world, self.body, self.client, self.settings = world, body, client, settings

    def headers(self, role: str) -> dict[str, str]:
        token = mint(self.settings, self.body.id, role, (role,), timedelta(days=1), self.world.clock.now())
        return {"Authorization": f"Bearer {token}", "Idempotency-Key": uuid4().hex}

    async def said(self, path: str, body: Json, role: str) -> Json:
        answer = await self.client.post(f"/v1/{path}", json=body, headers=self.headers(role))
        assert answer.status_code in (200, 201), answer.text
        found: Json = answer.json()
        return found

    async def read(self, path: str, role: str = "complaints_manager", **query: Any) -> Json:
        answer = await self.client.get(f"/v1/{path}", params=query, headers=self.headers(role))
        assert answer.status_code == 200, answer.text
        found: Json = answer.json()
        return found

    async def series(self, kind: str) -> UUID:
        parts = (("chair", "responsible_person"), ("approver", "responsible_person"), ("commenter", "senior_leader"))
        members = [{"part": part, "personId": str(self.body.person(role))} for part, role in parts]
        body = {"kind": kind, "rhythm": "monthly", "anchorOn": "2028-03-01", "hour": 7, "members": members}
        series = UUID((await self.said("governance/series", body, "complaints_manager"))["id"])
        # Its schedule has a first turn at once, at the machine's time: nothing is due then.
        schedule = self.world.client.get_schedule_handle(names.governance_schedule_id(series))

        async def has_turned() -> bool:
            described = await schedule.describe()
            return bool(described.info.recent_actions) and not described.info.running_actions

        await until(has_turned)
        return series

    def workflow(self, occurrence: UUID) -> WorkflowHandle[Any, OccurrenceState]:
        workflow_id = names.governance_workflow_id(occurrence)
        return self.world.client.get_workflow_handle(workflow_id, result_type=OccurrenceState)

    async def shown(self, occurrence: UUID) -> Json:
        return await self.read(f"governance/{occurrence}")

    async def stands_at(self, occurrence: UUID, step: str | None) -> Json:
        """Wait until it stands at a step, and its workflow has heard of everything."""

        async def stands() -> bool:
            row = await self.world.row(
                self.body, "select heard = changes as heard from governance where id = :id", id=occurrence
            )
            return row["heard"] and (await self.shown(occurrence))["step"] == step

        await until(stands)
        return await self.shown(occurrence)


@pytest.fixture
async def room(world: World, body: Body, dsns: DatabaseDsns, tmp_path: Path) -> AsyncIterator[Boardroom]:
    settings = Settings(
        environment="development", state_dir=tmp_path, database_dsn_app=dsns.app, database_dsn_sweeper=dsns.sweeper
    )
    async with serving(create_app(settings, engine=world.engine, clock=world.clock)) as client:
        yield Boardroom(world, body, client, settings)


async def received(room: Boardroom) -> tuple[UUID, UUID]:
    """Two complaints arrive in February, and one of them is withdrawn."""
    world, body = room.world, room.body
    world.clock.time = IN_FEBRUARY
    one, other = await world.log(body, email=None), await world.log(body, email=None)
    withdraw = said.Withdraw(method="call", withdrawn_on=world.clock.time.date())
    done = await world.say(body, other, CommandKind.WITHDRAW, withdraw)
    assert done.state == "applied", done.refusal or done.last_failure
    return one, other


async def test_a_board_report_is_compiled_by_a_turn_approved_and_rebuilt_the_same_after_more_has_happened(
    room: Boardroom,
) -> None:
    one, _ = await received(room)
    series = await room.series("board_report")
    begun = await (await turned(room.world, room.body.id, series, ITS_MORNING)).result()
    (occurrence,) = begun.occurrences
    shown = await room.stands_at(occurrence, "comment")
    assert (shown["firstOn"], shown["lastOn"], shown["late"]) == ("2028-02-01", "2028-02-29", False)
    report = await room.read(f"reports/{shown['reportId']}")
    assert (report["kind"], report["state"], report["occurrenceId"]) == ("board", "compiled", str(occurrence))
    assert ITS_MORNING <= datetime.fromisoformat(report["knownUntil"]) < ITS_MORNING + timedelta(minutes=5)
    document = await room.read(f"reports/{report['id']}/document")
    assert figures(document)["received"] == 2

    room.world.clock.time += timedelta(hours=2)
    await room.said(f"governance/{occurrence}/comments", {"words": "Reads well."}, "senior_leader")
    await room.stands_at(occurrence, "approve")
    assert (await room.read(f"reports/{report['id']}"))["state"] == "compiled"
    await room.said(f"governance/{occurrence}/steps/approve/completion", {}, "responsible_person")
    await room.stands_at(occurrence, "publish")
    approved = await room.read(f"reports/{report['id']}")
    assert (approved["state"], approved["approvedBy"]["id"]) == (
        "approved",
        str(room.body.person("responsible_person")),
    )

    # What is learned of February in March changes nothing of what was known on its first morning.
    withdraw = said.Withdraw(method="call", withdrawn_on=room.world.clock.time.date())
    await room.world.advance_to(room.world.clock.time + timedelta(days=1), one)
    assert (await room.world.say(room.body, one, CommandKind.WITHDRAW, withdraw)).state == "applied"
    assert (await room.read(f"reports/{report['id']}/rebuilt"))["identical"] is True

    await room.said(f"governance/{occurrence}/steps/publish/completion", {}, "responsible_person")
    went = {"audience": "staff", "whom": "All wards", "how": "intranet", "on": "2028-03-02"}
    await room.said(f"governance/{occurrence}/distribution", went, "complaints_manager")
    await room.said(f"governance/{occurrence}/steps/distribute/completion", {}, "complaints_manager")
    assert await room.workflow(occurrence).result() is OccurrenceState.DONE
    kept = await room.world.rows(room.body, "select state, occurrence_id from report")
    assert [(row["state"], row["occurrence_id"]) for row in kept] == [("approved", occurrence)]


async def test_a_page_of_what_was_learned_is_published_by_the_machine_once_another_person_has_read_it(
    room: Boardroom,
) -> None:
    await received(room)
    series = await room.series("learning_summary")
    (occurrence,) = (await (await turned(room.world, room.body.id, series, ITS_MORNING)).result()).occurrences
    shown = await room.stands_at(occurrence, "approve")
    page = f"/public/{room.body.code}"
    assert (await room.client.get(page)).status_code == 404
    room.world.clock.time += timedelta(hours=1)
    await room.said(f"governance/{occurrence}/steps/approve/completion", {}, "responsible_person")
    assert await room.workflow(occurrence).result() is OccurrenceState.DONE
    report = await room.read(f"reports/{shown['reportId']}")
    assert (report["kind"], report["state"]) == ("public", "published")
    published = await room.client.get(page)
    assert published.status_code == 200 and "public-2028-02-01-to-2028-02-29" in published.text


def figures(document: Json) -> dict[str, Any]:
    """Return the figures of a document, by code."""
    return {each["code"]: each["value"] for section in document["sections"] for each in section.get("figures", ())}
