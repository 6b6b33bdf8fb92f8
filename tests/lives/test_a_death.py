"""A complaint with a death in it: three leaders are asked before one has it in hand, an independent investigator is
appointed, candour runs beside it and is finished after it was closed, and then the Ombudsman asks. The evidence pack is
opened and read.
"""

from __future__ import annotations

import asyncio
import csv
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date, timedelta
from hashlib import sha256
from io import BytesIO, StringIO
from uuid import UUID
from zipfile import ZipFile

import pytest
from pydantic import SecretStr
from pypdf import PdfReader

from api.app import create_app
from api.dev_issuer import mint
from contracts.commands import CommandKind
from contracts.failures import Refusal
from db import candour_said, casework_said, finding_said, said
from db import escalation_said as escalations
from db.eligibility_said import DecideStanding
from db.response_said import ClearResponse
from gateways.anchors import FolderAnchors
from gateways.engine import connect
from gateways.sealing import new_key
from runtime.database_roles import DatabaseDsns
from runtime.settings import Settings
from runtime.verifying import verify
from tests.apart import Apart
from tests.api.conftest import serving
from tests.lives import casework as steps
from tests.lives import serious_afterwards as afterwards
from tests.lives.serious_life import SeriousLife, begun, the_call
from tests.world import MORNING, World, a_world

K = CommandKind
DAY = MORNING.date()  # Thursday 2 March 2028
RESPOND_BY = date(2028, 6, 2)
RUNGS_OF_CALLS = ["first", "again", "second", "overdue"]


@pytest.fixture(scope="module")
def settings(dsns_apart: DatabaseDsns, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return Settings(
        environment="development",
        state_dir=tmp_path_factory.mktemp("state"),
        secrets_key=SecretStr(new_key()),
        database_dsn_app=dsns_apart.app,
        database_dsn_sweeper=dsns_apart.sweeper,
    )


@pytest.fixture(scope="module")
def dsns_apart(apart: Apart) -> DatabaseDsns:
    return apart.dsns


@pytest.fixture(scope="module")
async def world(own_server: str, apart: Apart, settings: Settings) -> AsyncIterator[World]:
    client = await connect(own_server, "default", lazy=False)
    async with a_world(client, apart.database, apart.sweeper, settings) as opened:
        yield opened


@pytest.fixture(scope="module")
async def life(world: World, apart: Apart) -> SeriousLife:
    """The whole of it, lived once for the tests that look at it."""
    found = await begun(world, apart)
    await _three_leaders_are_asked(found)
    await _an_independent_investigator(found)
    await _candour_begins(found)
    await _looked_into(found)
    await _answered_and_closed(found)
    await afterwards.candour_is_finished(found)
    await afterwards.the_ombudsman_asks(found)
    await afterwards.two_recommendations(found)
    return found


async def _three_leaders_are_asked(life: SeriousLife) -> None:
    """Nobody who was told has it in hand; only an acknowledgement ends the calls."""
    complaint = await life.row("select severity from complaint where id = :id")
    assert complaint["severity"] == "serious"
    escalation = await the_call(life)
    assert await life.calls(escalation) == [("first", "senior_leader")]
    await life.to(DAY, 15)
    assert await life.calls(escalation) == [
        ("first", "senior_leader"), ("again", "senior_leader"), ("second", "auditor"),
    ]  # fmt: skip
    acknowledge = escalations.AcknowledgeEscalation(escalation_id=escalation)
    assert (await life.refused(K.ACKNOWLEDGE_ESCALATION, acknowledge, "handler"))[0] == Refusal.NOT_SENIOR.value
    # Eight office hours end on Friday at ten: it is overdue, and the next is called.
    await life.to(date(2028, 3, 3), 11)
    calls = await life.calls(escalation)
    assert len({person for _, person in calls}) == 3, calls
    assert [step for step, _ in calls] == ["first", "again", "second", "next"]
    await life.must(K.ACKNOWLEDGE_ESCALATION, acknowledge, calls[-1][1])
    row = await life.row("select * from escalation where id = :one", one=escalation)
    assert (row["acknowledged_by"], row["minutes_to_acknowledge"]) == (life.body.person(calls[-1][1]), 25 * 60)
    assert [rung for rung, _ in await life.rungs("escalation_call")] == RUNGS_OF_CALLS
    late = await life.row("select breached_at from clock where complaint_id = :id and kind = 'escalation_call'")
    assert late["breached_at"] is not None


async def _an_independent_investigator(life: SeriousLife) -> None:
    """Decided; whoever worked on it before is not independent; somebody who did not, is: then it has ended."""
    escalation = await the_call(life)
    (who,) = {person for step, person in await life.calls(escalation) if step == "next"}
    decided = escalations.DecideEscalation(
        escalation_id=escalation, decision="independent_investigator", reason="Nobody of the ward may look into it.",
        due_on=date(2028, 3, 10),
    )  # fmt: skip
    await life.must(K.DECIDE_ESCALATION, decided, who)
    looked = escalations.FollowEscalation(escalation_id=escalation, words="Somebody was found.")
    assert (await life.refused(K.FOLLOW_ESCALATION, looked, who))[0] == Refusal.NOT_DONE_YET.value
    acknowledged = said.Acknowledge(method="call", made_on=life.today, discussion_offered=True)
    await life.must(K.ACKNOWLEDGE, acknowledged)
    may = DecideStanding(party_id=(await _daughter(life)), may_speak=True, ground="died", best_interests=True)
    await life.must(K.DECIDE_STANDING, may, "complaints_manager")
    await life.must(K.MOVE_ON, casework_said.MoveOn(reason="A death is looked into."))
    await steps.issues(life.world, life.body, life.complaint, "A dose was given twice", "Nobody told us")
    await steps.appoint(life.world, life.body, life.complaint, "outsider", "responsible_person")
    await life.meet()
    ended = await life.proceeding("escalation")
    assert (ended["state"], ended["ended_cause"]) == ("ended", "independent_investigator_done")


async def _daughter(life: SeriousLife) -> UUID:
    row = await life.row("select id from party where complaint_id = :id and role = 'complainant'")
    found: UUID = row["id"]
    return found


async def _candour_begins(life: SeriousLife) -> None:
    """Flagged, assessed, told in person with every element, and in writing; an enquiry is still to come."""
    words = "A dose of morphine may have been given twice."
    await life.must(K.FLAG_INCIDENT, candour_said.FlagIncident(words=words, became_known_on=DAY))
    found = await afterwards.incident(life)
    assessed = candour_said.AssessIncident(
        incident_id=found, notifiable=True, harm="death", reasons="She died within hours."
    )
    await life.must(K.ASSESS_INCIDENT, assessed, "complaints_manager")
    await life.to(date(2028, 3, 7))
    told = candour_said.TellOfIncident(
        incident_id=found, told_on=life.today, how="in_person", elements=afterwards.elements("account", "apology"),
        record="We met at her home.",
    )  # fmt: skip
    assert await life.refused(K.TELL_OF_INCIDENT, told) == (Refusal.ELEMENTS_MISSING.value, ["enquiries"])
    whole = replace(told, elements=afterwards.elements("account", "enquiries", "apology"))
    await life.must(K.TELL_OF_INCIDENT, whole)
    offered = candour_said.OfferCandourSupport(
        incident_id=found, what="A family liaison officer.", offered_on=life.today, taken=True
    )
    await life.must(K.OFFER_CANDOUR_SUPPORT, offered)
    asked = candour_said.EnquirySaid(what="How the chart was read.", due_on=afterwards.FOUND_BY)
    written = candour_said.WriteOfIncident(
        incident_id=found, kind="written", elements=afterwards.elements("account", "enquiries", "results", "apology"),
        enquiries=(asked,),
    )  # fmt: skip
    await life.must(K.WRITE_OF_INCIDENT, written)
    await life.release("candour_notice")
    assert (await life.proceeding("candour"))["state"] == "told_in_writing"


async def _looked_into(life: SeriousLife) -> None:
    world, body, complaint = life.world, life.body, life.complaint
    await life.must(K.RECORD_DISCUSSION, said.RecordDiscussion(result="accepted", recorded_on=life.today))
    agreed = said.SetResponsePeriod(
        basis="agreed", respond_by=RESPOND_BY, update_every_days=60, agreed_with="Ann Daughter", agreed_on=life.today
    )
    await life.must(K.SET_RESPONSE_PERIOD, agreed)
    await life.release("period_set")
    await steps.plan(world, body, complaint)
    await steps.findings(world, body, complaint, "upheld", "upheld", by="outsider")
    await life.must(K.SKIP_VIEWS, finding_said.SkipViews(reason="The family wants the answer."), "complaints_manager")
    await life.must(
        K.PROPOSE_REMEDY, finding_said.ProposeRemedy(kind="apology", words="We are sorry.", basis="It was wrong."),
        "outsider",
    )  # fmt: skip
    remedy = await life.row("select id from remedy where complaint_id = :id")
    approved = finding_said.DecideRemedy(remedy_id=remedy["id"], decision="approved", on=life.today)
    await life.must(K.DECIDE_REMEDY, approved, "complaints_manager")


async def _answered_and_closed(life: SeriousLife) -> None:
    """Cleared by the complaints manager and by a senior, who sends it back once; signed; and closed."""
    world, body, complaint = life.world, life.body, life.complaint
    await steps.draft(world, body, complaint)
    await steps.clear(world, body, complaint, "complaints_manager")
    signed = said.Respond(signed_by=body.person("responsible_person"))
    assert (await life.refused(K.RESPOND, signed, "responsible_person"))[0] is not None
    back = ClearResponse(cleared=False, reason="Say it in plain words.")
    await life.must(K.CLEAR_RESPONSE, back, "medical_director")
    await steps.draft(world, body, complaint)
    await steps.clear(world, body, complaint, "complaints_manager")
    await steps.clear(world, body, complaint, "medical_director")
    await steps.sign(world, body, complaint)
    await steps.code(world, body, complaint)
    await life.meet()
    await life.release()
    await life.must(K.CLOSE, said.Close())
    await world.handle(complaint).result()


async def test_every_proceeding_ended_and_its_workflow_with_it(life: SeriousLife) -> None:
    rows = await life.rows("select id, kind, state, ended_cause from proceeding where complaint_id = :id")
    assert {row["kind"]: (row["state"], row["ended_cause"]) for row in rows} == {
        "escalation": ("ended", "independent_investigator_done"),
        "candour": ("ended", "done"),
        "referral": ("closed", "done"),
    }
    for row in rows:
        handle = life.world.client.get_workflow_handle(f"{row['kind']}/{row['id']}")
        await asyncio.wait_for(handle.result(), 20)
    running = await life.rows("select kind from clock where complaint_id = :id and state = 'running'")
    assert running == []


async def test_the_late_recommendation_was_chased_and_stays_late_and_the_other_does_not(life: SeriousLife) -> None:
    rows = await life.rows("select number, in_time from recommendation where complaint_id = :id order by number")
    assert [row["in_time"] for row in rows] == [True, False]
    rungs = [rung for rung, _ in await life.rungs("recommendation")]
    assert rungs.count("overdue") == 1 and rungs.index("overdue") < len(rungs) - 1


async def test_nothing_of_it_fired_twice_or_late_and_the_evidence_holds(life: SeriousLife, settings: Settings) -> None:
    rows = await life.rows("select act_id, late from fired_rung where complaint_id = :id")
    assert len({row["act_id"] for row in rows}) == len(rows) > 10
    world = life.world
    report = await verify(world.database, world.sweeper, FolderAnchors(settings.anchors), world.clock.now())
    assert [each.what for each in report.findings] == []


async def test_the_pack_is_opened_and_read_and_is_the_same_whenever_it_is_asked_for(
    life: SeriousLife, settings: Settings
) -> None:
    world = life.world
    pack = await life.row("select id, number from evidence_pack where complaint_id = :id")
    known = await life.row("select reference from complaint where id = :id")
    token = mint(
        settings, life.body.id, "complaints_manager", ("complaints_manager",), timedelta(days=1), world.clock.now()
    )
    async with serving(create_app(settings, engine=world.engine, clock=world.clock)) as client:
        place = f"/v1/complaints/{known['reference']}/packs/{pack['id']}"
        first, again = [await client.get(place, headers={"Authorization": f"Bearer {token}"}) for _ in range(2)]
    assert (first.status_code, first.headers["content-type"]) == (200, "application/zip"), first.text
    assert first.content == again.content
    archive = ZipFile(BytesIO(first.content))
    assert archive.testzip() is None
    parts = {name: archive.read(name) for name in archive.namelist()}
    listed = {each["path"]: each["sha256"] for each in json.loads(parts["index.json"])["parts"]}
    assert listed == {name: sha256(content).hexdigest() for name, content in parts.items() if name in listed}
    assert {"01-chronology.pdf", "07-evidence-chain.json", "02-letters/letters.csv"} <= listed.keys()
    told = " ".join(page.extract_text() for page in PdfReader(BytesIO(parts["01-chronology.pdf"])).pages)
    for words in ("2 March 2028", "27 February 2028", "12 July 2028", "1 August 2028"):
        assert words in told, words
    deadlines = {
        row["kind"]: row for row in csv.DictReader(StringIO(parts["03-deadlines/deadlines.csv"].decode("utf-8-sig")))
    }
    assert {"acknowledgement", "relevant_period", "candour_notice"} <= deadlines.keys()
    assert deadlines["escalation_call"]["missed at"] and deadlines["escalation_call"]["in time"] == "no"
    letters = [name for name in parts if name.startswith("02-letters/") and name.endswith(".pdf")]
    assert any("candour_results" in name for name in letters) and any("response" in name for name in letters)
    assert all(parts[name].startswith(b"%PDF") for name in letters)
