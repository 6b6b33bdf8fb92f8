"""Words over HTTP: read by those who may, by nobody else, and never sent back in a problem."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any, Final
from uuid import uuid4
from zipfile import ZipFile

import httpx2
import pytest
from fastapi import FastAPI

from activities.exporting import case_document
from api.app import create_app
from api.dev_issuer import mint
from runtime.database_roles import DatabaseDsns
from runtime.settings import Settings
from tests.api.conftest import serving
from tests.bodies import Body, make_body
from tests.described import described
from tests.lives.lived import Lived, lines
from tests.lives.markers import A_NUMBER, MARKER, SECRETS, demanded, fields_in
from tests.lives.planted import Planted
from tests.world import World, until

Json = dict[str, Any]
ONE: Final = "/v1/complaints/{reference}"
OF_PARTS: Final = {
    ("arrival", "notice_id"): ONE + "/notices/{notice_id}/deliveries",
    ("staff_comment", "involvement_id"): ONE + "/staff/{involvement_id}/comments",
    ("joint_message", "contribution_id"): ONE + "/bodies/{contribution_id}",
    ("body_submission", "contribution_id"): ONE + "/bodies/{contribution_id}/submissions",
    ("body_gap", "contribution_id"): ONE + "/bodies/{contribution_id}/submissions",
    ("body_access", "contribution_id"): ONE + "/bodies/{contribution_id}/access",
}
# What a person said of themselves is for returns that name nobody; why a link was taken away is in the documents. How
# it was for somebody is read by nobody who handles their case.
NOT_SHOWN: Final = {
    *("Unlink.reason", "FromBody.kind", "HearLead.kind", "RecordExperience.words"),
    *(each for each in SECRETS if each.startswith("EqualitySaid.")),
}


@pytest.fixture
def settings(dsns: DatabaseDsns, tmp_path: Path) -> Settings:
    return Settings(
        environment="development", state_dir=tmp_path, database_dsn_app=dsns.app, database_dsn_sweeper=dsns.sweeper
    )


@pytest.fixture
def app(settings: Settings, living: World, lived: Lived) -> FastAPI:
    return create_app(settings, engine=living.engine, clock=living.clock)


@pytest.fixture
async def client(app: FastAPI) -> AsyncIterator[httpx2.AsyncClient]:
    async with serving(app) as opened:
        yield opened


def headers(settings: Settings, world: World, body: Body, role: str) -> dict[str, str]:
    token = mint(settings, body.id, role, (role,), timedelta(days=1), world.clock.now())
    return {"Authorization": f"Bearer {token}", "Idempotency-Key": uuid4().hex}


def operations(*methods: str) -> dict[tuple[str, str], Json]:
    """Return the operations of some methods, by method and path."""
    paths: dict[str, Json] = described()["paths"]
    return {(method, path): each[method] for path, each in paths.items() for method in methods if method in each}


def reads_of_one() -> list[str]:
    """Return the paths of what is read of one complaint with no further id."""
    return [path for _, path in operations("get") if path.startswith(ONE) and path.count("{") == 1]


async def reads_of_its_parts(planted: Planted) -> list[str]:
    """Return where something is read of one notice, of one member of staff, or of one body, that has words."""
    return [
        path.format(reference=row["reference"], **{column: row[column]})
        for (table, column), path in OF_PARTS.items()
        for row in await planted.world.rows(
            planted.body, f"select distinct reference, {column} from {table} t join complaint c on c.id = complaint_id"
        )
    ]


async def references(planted: Planted) -> list[str]:
    rows = await planted.world.rows(planted.body, "select reference from complaint order by logged_at, id")
    return [row["reference"] for row in rows]


async def test_words_are_read_by_those_who_may_and_an_operator_reads_codes_only(
    client: httpx2.AsyncClient, settings: Settings, lived: Lived
) -> None:
    shown: set[str] = set()
    for planted in lived.both:
        who, operator = (headers(settings, planted.world, planted.body, role) for role in ("handler", "operator"))
        known = await references(planted)
        places = [path.replace("{reference}", each) for each in known for path in reads_of_one()]
        for where in places + await reads_of_its_parts(planted):
            if fields := fields_in((await client.get(where, headers=who)).text):
                shown |= fields
                answer = await client.get(where, headers=operator)
                assert answer.status_code in (200, 403) and fields_in(answer.text) == set(), where
                assert MARKER not in answer.text, where  # names of people of the organisation, too
    assert shown == demanded() - NOT_SHOWN


async def test_a_pack_has_words_in_it_and_leaves_by_the_download_of_those_who_may_take_it(
    client: httpx2.AsyncClient, settings: Settings, lived: Lived, dsns: DatabaseDsns
) -> None:
    planted = lived.present
    (row,) = await planted.world.rows(
        planted.body, "select p.id, reference from evidence_pack p join complaint c on c.id = p.complaint_id"
    )
    where = f"/v1/complaints/{row['reference']}/packs/{row['id']}"
    answers = {}
    for role in ("complaints_manager", "handler", "investigator", "operator", "senior_leader"):
        answers[role] = await client.get(where, headers=headers(settings, planted.world, planted.body, role))
    taken = answers.pop("complaints_manager")
    assert taken.status_code == 200, taken.text
    archive = ZipFile(BytesIO(taken.content))
    whole = "".join(archive.read(name).decode(errors="ignore") for name in archive.namelist())
    assert MARKER in whole
    # With restricted files in it, it is for whoever works on the case, and may take a case away.
    assert {role: answer.status_code for role, answer in answers.items()} == dict.fromkeys(answers, 403)
    assert not [role for role, answer in answers.items() if MARKER in answer.text]
    stranger = headers(settings, planted.world, make_body(dsns.migrator), "complaints_manager")
    assert (await client.get(where, headers=stranger)).status_code == 404


async def test_another_organisation_reads_nothing_at_all(
    client: httpx2.AsyncClient, settings: Settings, lived: Lived, dsns: DatabaseDsns
) -> None:
    known = headers(settings, lived.present.world, make_body(dsns.migrator), "handler")
    reference = (await references(lived.present))[0]
    places = [path.replace("{reference}", reference) for path in reads_of_one()]
    parts = await reads_of_its_parts(lived.present)
    assert {"deliveries", "comments", "submissions", "access"} <= {path.rpartition("/")[2] for path in parts}
    for where in places + parts:
        assert (await client.get(where, headers=known)).status_code == 404, where


async def test_no_problem_sends_back_what_was_said(
    client: httpx2.AsyncClient, settings: Settings, lived: Lived
) -> None:
    """What is not valid, and what is valid and refused: a complaint that has ended takes little."""
    planted, seen = lived.first, set()
    (ended, *_) = await planted.world.rows(planted.body, "select reference from complaint where not open limit 1")
    known = {"reference": ended["reference"], "organisation": planted.body.code, "code": "a-group"}
    for (method, path), operation in operations("post", "put").items():
        where = re.sub(r"{(\w+)}", lambda found: known.get(found[1], str(uuid4())), path)
        schema = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema")
        if schema is None:
            continue
        # What is no part of a complaint is not refused for its end.
        for wrong in (True, False) if path.startswith(ONE) else (True,):
            who = headers(settings, planted.world, planted.body, "complaints_manager")
            said = filled(described(), schema, wrong=wrong)
            answer = await client.request(method.upper(), where, json=said, headers=who)
            if answer.status_code >= 400:
                seen.add((answer.status_code, wrong))
                assert MARKER not in answer.text, (where, answer.text)
                assert SECRETS["PartySaid.nhs_number"] not in answer.text
    assert {(422, True), (409, False)} <= seen


MAIL: Final = f"""\
From: {MARKER} Writer <{MARKER}@example.org>
To: complaints@example.org
Subject: {MARKER} subject
Date: Thu, 02 Mar 2028 09:00:00 +0000
Message-ID: <{uuid4().hex}@example.org>
Content-Type: text/plain; charset=utf-8

{MARKER} wrote this. My number is {A_NUMBER}.
"""


async def test_a_mail_that_comes_in_leaves_its_words_in_postgresql_only(
    client: httpx2.AsyncClient, app: FastAPI, settings: Settings, world: World, standards: Body
) -> None:
    planted = Planted(world, standards)
    ways = {"form": False, "email": True}
    who = headers(settings, world, standards, "complaints_manager")
    on = await client.put("/v1/organisation/intake", json=ways, headers=who)
    assert on.status_code == 200, on.text
    known = headers(settings, world, standards, "handler") | {"Content-Type": "message/rfc822"}
    with lines() as kept:
        taken = await client.post("/v1/intake/emails", content=MAIL.encode(), headers=known)
        assert taken.status_code == 201, taken.text
        await app.state.parts.starts.idle()
        row = await world.row(standards, "select complaint_id from incoming where submission_id is not null")
        planted.complaints.append(row["complaint_id"])
        await until(lambda: _opened(planted))
    assert await planted.marked_in_the_engine() == [] and await planted.marked_events() == []
    assert kept.marked() == []
    async with world.database.tenant(standards.id, world.clock.now()) as session:
        document = (await case_document(session, planted.complaints[0])).decode()
    assert f"{MARKER} subject" in document and f"{MARKER}@example.org" in document


async def _opened(planted: Planted) -> bool:
    return bool(await planted.rows("select 1 from complaint where id = :id", planted.complaints[0]))


def filled(document: Json, schema: Json, *, wrong: bool) -> Any:
    """Return a body with a marker in every field: where words go, or, if it is to be wrong, wherever anything goes."""
    if "$ref" in schema:
        return filled(document, document["components"]["schemas"][schema["$ref"].split("/")[-1]], wrong=wrong)
    for several in ("oneOf", "anyOf", "allOf"):
        if several in schema:
            return filled(document, schema[several][0], wrong=wrong)
    if schema.get("type") == "object":
        return {name: filled(document, each, wrong=wrong) for name, each in schema.get("properties", {}).items()}
    if schema.get("type") == "array":
        return [filled(document, schema.get("items", {}), wrong=wrong)]
    return MARKER if wrong else _plausible(schema)


def _plausible(schema: Json) -> Any:
    if "const" in schema or "enum" in schema:
        return schema.get("const", schema.get("enum", [None])[0])
    formats = {"date": "2028-03-02", "uuid": str(uuid4()), "date-time": "2028-03-02T10:00:00Z"}
    if schema.get("type") == "string":
        return formats.get(
            schema.get("format", ""), schema.get("examples", [MARKER])[0] if "pattern" in schema else MARKER
        )
    return {"integer": schema.get("minimum", 1), "boolean": True, "number": 1}.get(schema.get("type", ""))
