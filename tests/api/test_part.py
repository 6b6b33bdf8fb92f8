"""Our own part over HTTP: shown to those who read, told by those who may, signed by those who sign."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import uuid4

import httpx2
import pytest
from fastapi import FastAPI

from activities.joint_carriers import Brought, Fetched, Told
from activities.joint_parts import JointParts
from contracts.joint import JointPartAct, JointPartStart
from db.joint_messages import to_json
from db.models.parts import PartMessage
from tests.activities.joint_bodies import invitation
from tests.api.fakes import FixedClock
from tests.api.people import ACORN, BIRCH, Tokens
from tests.api.test_corrections import Desk, a_desk, code_of

pytestmark = pytest.mark.at_once
ANSWER = {"number": 2, "did": "We looked.", "found": "It was so.", "conclusion": "upheld"}


class Lead:
    """A body that coordinates: it has invited us, and takes whatever we say."""

    async def fetch(self, start: JointPartStart, after: int, now: Any) -> Fetched:
        body = to_json(invitation(received_on=date(2026, 11, 17), accept_by=date(2026, 11, 25), contribute_by=None))
        return Fetched(told=(Told(seq=1, protocol=1, kind="invitation", body=body),))

    async def bring(self, start: JointPartStart, message: PartMessage, now: Any) -> Brought:
        return Brought(has=True)


@pytest.fixture
async def desk(
    client: httpx2.AsyncClient, tokens: Tokens, app: FastAPI, engine: Any, clock: FixedClock, migrator: Any
) -> Desk:
    lead: Any = Lead()
    start = JointPartStart(organisation_id=ACORN.id, contribution_id=uuid4(), lead_organisation_id=BIRCH.id)
    parts: Any = JointParts(app.state.parts.database, engine, lead, lead)
    step = await parts.pull(JointPartAct(start=start, now=clock.now()))
    assert (step.taken, step.failure) == (1, None)
    found = migrator.execute("select reference from complaint where id = %s", (step.complaint_id,)).fetchone()
    return Desk(client, tokens, found[0])


async def test_a_part_is_shown_with_what_is_due_and_what_was_said(desk: Desk) -> None:
    told = await desk.post("part/messages", {"kind": "accept", "body": {"contact": "Sam", "senior_lead": "Kim"}})
    assert told.status_code == 200, told.text
    shown = await desk.get("part")
    assert (shown["stage"], shown["leadName"], shown["issues"]) == ("contributing", "Lead Trust", [2])
    said = [(each["direction"], each["kind"], each["state"]) for each in shown["messages"]]
    assert sorted(said) == [("in", "invitation", "heard"), ("out", "accept", "queued")]
    assert shown["messages"][0]["body"]["person"]["name"] == "Marker Person"


async def test_whoever_reads_no_words_sees_none(desk: Desk) -> None:
    shown = await desk.get("part", "operator")
    assert [each["body"] for each in shown["messages"]] == [None]


async def test_a_submission_takes_somebody_who_signs_and_what_is_malformed_is_refused_at_once(desk: Desk) -> None:
    accept = {"kind": "accept", "body": {"contact": "Sam", "senior_lead": "Kim"}}
    assert (await desk.post("part/messages", accept)).status_code == 200
    submission = {"kind": "submission", "body": {"issues": [ANSWER]}}
    assert code_of(await desk.post("part/messages", submission, "investigator"))[0] == 403
    assert (await desk.post("part/messages", {"kind": "accept", "body": {"contact": 3}})).status_code == 422
    assert (await desk.post("part/messages", {"kind": "weather", "body": {}})).status_code == 422
    done = await desk.post("part/messages", submission, "responsible_person")
    assert done.status_code == 200, done.text
    assert (await desk.get("part/submission-draft")) == {"issues": [], "missing": [2]}


async def test_the_same_key_says_it_once(desk: Desk) -> None:
    body = {"kind": "accept", "body": {"contact": "Sam", "senior_lead": "Kim"}}
    for _ in range(2):
        assert (await desk.post("part/messages", body, key="same")).status_code == 200
    other = {"kind": "decline", "body": {"reason": "No."}}
    assert (await desk.post("part/messages", other, key="same")).status_code == 422
    assert len((await desk.get("part"))["messages"]) == 2


async def test_a_complaint_of_our_own_and_strangers_have_no_part(
    desk: Desk, client: httpx2.AsyncClient, tokens: Tokens, app: FastAPI
) -> None:
    own = await a_desk(client, tokens, app)
    headers = tokens.headers("handler")
    assert (await client.get(f"/v1/complaints/{own.reference}/part", headers=headers)).status_code == 404
    assert code_of(await own.post("part/messages", {"kind": "decline", "body": {"reason": "No."}})) == (
        409,
        "not_a_contribution",
    )
    foreign = tokens.headers("handler", organisation=BIRCH.id)
    assert (await client.get(f"/v1/complaints/{desk.reference}/part", headers=foreign)).status_code == 404
