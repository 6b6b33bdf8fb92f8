"""The page of a body without a system: what is typed there, and the code that opens it, stay in PostgreSQL."""

from __future__ import annotations

import email
import re
from email import policy
from pathlib import Path
from typing import Final
from uuid import UUID

import httpx2
import pytest
from pydantic import SecretStr

from api.app import create_app
from contracts import names
from gateways.part_links import PartLinks
from gateways.sealing import Sealing
from runtime.database_roles import DatabaseDsns
from runtime.settings import Settings
from tests.api.conftest import serving
from tests.api.part_pages import key_of
from tests.lives.canary_passing_on import SILENT
from tests.lives.lived import Lived, lines
from tests.lives.markers import MARKER, SEALING_KEY
from tests.lives.planted import Planted, found_in
from tests.world import World, until

_LETTERS: Final = policy.default


@pytest.fixture
def settings(dsns: DatabaseDsns, tmp_path: Path) -> Settings:
    return Settings(
        environment="development",
        state_dir=tmp_path,
        database_dsn_app=dsns.app,
        database_dsn_sweeper=dsns.sweeper,
        secrets_key=SecretStr(SEALING_KEY),
    )


async def test_what_is_typed_on_the_page_of_a_body_and_its_code_are_in_no_history_no_log_and_no_event(
    settings: Settings, living: World, lived: Lived
) -> None:
    planted = lived.present
    silent = await one(planted, f"select id, complaint_id from contribution where code = '{SILENT}'")
    access = await one(planted, f"select id, number from body_access where contribution_id = '{silent['id']}'")
    link = PartLinks(Sealing.of(SEALING_KEY), "").link_of(planted.body.code, access["id"], access["number"])
    app = create_app(settings, engine=living.engine, clock=living.clock)
    with lines() as kept:
        async with serving(app) as client:
            assert (await client.post(f"{link}/code")).status_code == 200
            code_id, code = await mailed(living, planted, access["id"])
            wrong = await client.post(f"{link}/session", data={"code": MARKER})
            assert wrong.status_code == 422 and MARKER not in wrong.text
            assert (await client.post(f"{link}/session", data={"code": code})).status_code == 303
            await typed(client, link, "save")
            draft = await one(planted, f"select words from body_working_draft where contribution_id = '{silent['id']}'")
            assert f"{MARKER} typed" in str(draft["words"])
            await typed(client, link, "send")
        await app.state.parts.starts.idle()
    said = await one(planted, f"select body, refusal from joint_message where contribution_id = '{silent['id']}'"
                              " and direction = 'in'")  # fmt: skip
    assert (said["body"]["reason"], said["refusal"]) == (f"{MARKER} typed", None)
    assert kept.marked() == [] and await planted.marked_events() == []
    planted.others.append(names.joint_code_workflow_id(code_id))
    seen = await planted.seen_in_the_engine()
    of_the_code = {place: raw for place, raw in seen.items() if place.startswith("joint-code/")}
    assert of_the_code and [place for place, raw in seen.items() if found_in(raw)] == []
    secrets = (code, link.rpartition("/")[2])
    assert [place for place, raw in of_the_code.items() if any(each.encode() in raw for each in secrets)] == []


async def one(planted: Planted, sql: str) -> dict[str, object]:
    (row,) = await planted.world.rows(planted.body, sql)
    return dict(row)


async def mailed(world: World, planted: Planted, access_id: object) -> tuple[UUID, str]:
    """Wait for the mail with the code, which says nothing of anybody; return the code."""
    asked = await one(planted, f"select id from body_code where access_id = '{access_id}'")
    where: Path = world.mailbox._directory

    def mails() -> list[Path]:
        return list(where.glob(f"*{asked['id']}*.eml"))

    async def there() -> bool:
        return bool(mails())

    await until(there)
    (path,) = mails()
    mail = email.message_from_bytes(path.read_bytes(), policy=_LETTERS)
    words = f"{mail['subject']}\n{mail.get_content()}"
    assert found_in(words.encode()) == []
    found = re.search(r"Your code is (\d{6})", words)
    assert found is not None
    return UUID(str(asked["id"])), found[1]


async def typed(client: httpx2.AsyncClient, link: str, do: str) -> None:
    """Fill in that the body does not take part, and save or send it."""
    key = key_of((await client.get(f"{link}/say/decline")).text)
    given = await client.post(f"{link}/say/decline", data={"key": key, "do": do, "reason": f"{MARKER} typed"})
    assert given.status_code == 303, given.status_code
