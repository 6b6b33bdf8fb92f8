"""Searching what was said beside a complaint: found by its own organisation, and by no body that may read the case."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID, uuid4

import psycopg
import pytest

from contracts.commands import CommandKind
from db import candour_said, escalation_said, triage_said
from db import referral_said as referral
from db.engine import Database, SweeperDatabase
from runtime.database_roles import DatabaseDsns
from tests.activities.candid import elements
from tests.activities.escalated import acknowledge, climb, decide, escalate, follow, on_rota, pass_on
from tests.activities.office_desk import Desk, a_desk
from tests.activities.referred import comply, enquiry, of, publish, recommended, refer, today
from tests.activities.referred import decide as decided_outside
from tests.apart import Apart, DirectEngine
from tests.bodies import Body, make_body
from tests.db.test_search import NOW, found, hits

K = CommandKind
INSIDE = "senior_leader"


@pytest.fixture
def apart(dsns: DatabaseDsns, database: Database, sweeper: SweeperDatabase) -> Apart:
    return Apart(dsns=dsns, database=database, sweeper=sweeper, engine=DirectEngine(database=database))


@pytest.fixture
async def desk(apart: Apart, body: Body) -> Desk:
    return await a_desk(apart, body)


async def graver(desk: Desk) -> None:
    """Say how serious it is, have a senior decide, and be open about an incident: a word of its own in each."""
    await desk.must(K.TRIAGE, triage_said.Triage(harm="severe", remark="She fell by the pergola."))
    raised = triage_said.SetSeverity(severity="immediate", reason="Two of us read the almanac.")
    await desk.must(K.SET_SEVERITY, raised, "complaints_manager")
    on_rota(desk, INSIDE, 1)
    asked = await escalate(desk)
    assert await acknowledge(desk, asked) is None
    assert await decide(desk, asked, "oversee", reason="It is the third with a gondola.") is None
    assert await follow(desk, asked, words="On track, says the falconer.") is None
    flagged = candour_said.FlagIncident(words="A dose of belladonna.", became_known_on=today(desk))
    await desk.must(K.FLAG_INCIDENT, flagged)
    incident = UUID(desk.row("select id from incident where complaint_id = %s")["id"])
    assessed = candour_said.AssessIncident(
        incident_id=incident, notifiable=True, harm="severe", reasons="There was a haemorrhage."
    )
    await desk.must(K.ASSESS_INCIDENT, assessed, "complaints_manager")
    told = candour_said.TellOfIncident(
        incident_id=incident, told_on=today(desk), how="in_person", record="In the conservatory.",
        elements=(candour_said.ElementSaid(code="account", words="The pipette was wrong."),
                  *elements(("enquiries", "apology"))),
    )  # fmt: skip
    await desk.must(K.TELL_OF_INCIDENT, told)


async def referred(desk: Desk) -> None:
    """An Ombudsman asks, decides and recommends, in words of its own."""
    outside = await refer(desk, their_reference="P-0077123", scope="The matter of the samovar.")
    asked = referral.RecordReferralEnquiry(referral_id=outside, enquiry=enquiry(desk, what="The log of the dovecote."))
    await desk.must(K.RECORD_REFERRAL_ENQUIRY, asked)
    [row] = of(desk, "referral_enquiry")
    answer = referral.AnswerReferral(
        referral_id=outside, enquiry_id=UUID(row["id"]), answered_on=today(desk), words="There is no sextant."
    )
    await desk.must(K.ANSWER_REFERRAL, answer)
    wanted = recommended(desk, today(desk), what="Mend the weathervane.")
    assert await decided_outside(desk, outside, words="We saw the tapestry.", recommendations=(wanted,)) is None
    [row] = of(desk, "recommendation")
    assert await comply(desk, outside, UUID(row["id"]), evidence="A photograph of the cupola.") is None
    assert await publish(desk, outside, words="Every aviary has a lock now.", place="The gazette") is None


IN_HOUSE = (
    *("pergola", "almanac", "gondola", "falconer", "belladonna", "haemorrhage", "conservatory", "pipette"),
    *("samovar", "dovecote", "sextant", "weathervane", "tapestry", "cupola", "aviary", "gazette"),
    *("P-0077123", "p-0077123", "0077123", '"dose of belladonna"'),
)


async def test_what_was_said_beside_a_complaint_is_found_by_its_own_organisation(apart: Apart, desk: Desk) -> None:
    await graver(desk)
    await referred(desk)
    for q in IN_HOUSE:
        assert await found(apart.database, desk.body, q) == [desk.complaint], q
    [hit] = await hits(apart.database, desk.body, "belladonna")
    assert hit.snippet is not None and "dose of belladonna" in hit.snippet


async def test_a_body_that_may_read_the_case_finds_none_of_it_and_what_it_may_read_as_before(
    apart: Apart, desk: Desk
) -> None:
    other = make_body(apart.dsns.migrator)
    apart.rows(
        "insert into case_share (id, organisation_id, complaint_id, shared_with, scope, until)"
        " values (%s, %s, %s, %s, 'read', %s)",
        *(uuid4(), desk.body.id, desk.complaint, other.id, NOW + timedelta(days=1)),
    )
    sql = "select split_part(summary, ' ', 1) from complaint_words where complaint_id = %s"
    [known] = apart.rows(sql, desk.complaint)
    assert await found(apart.database, other, known[0]) == [desk.complaint]
    await graver(desk)
    await referred(desk)
    [hit] = await hits(apart.database, other, known[0])
    assert hit.line.complaint.id == desk.complaint
    assert hit.snippet is not None and not [word for word in IN_HOUSE if word in hit.snippet]
    for q in IN_HOUSE:
        assert await found(apart.database, other, q) == [], q
    assert await found(apart.database, desk.body, known[0]) == [desk.complaint]


async def test_the_words_that_others_search_are_kept_from_whoever_writes_them(apart: Apart, desk: Desk) -> None:
    """Also where a version that knows nothing of them makes the words anew; and no other tenant reads the row."""
    await graver(desk)
    other = make_body(apart.dsns.migrator)
    apart.rows(
        "insert into case_share (id, organisation_id, complaint_id, shared_with, scope, until)"
        " values (%s, %s, %s, %s, 'read', %s)",
        *(uuid4(), desk.body.id, desk.complaint, other.id, NOW + timedelta(days=1)),
    )
    with psycopg.connect(apart.dsns.migrator.replace("+psycopg", "")) as connection:
        connection.execute("update case_search set shared_words = null where complaint_id = %s", (desk.complaint,))
        kept = connection.execute(
            "select shared_words = shared_case_words(complaint_id), words = case_words(complaint_id)"
            " from case_search where complaint_id = %s",
            (desk.complaint,),
        ).fetchone()
    assert kept == (True, True)
    assert await found(apart.database, other, "belladonna") == []


async def test_what_is_said_of_safeguarding_and_why_a_senior_could_not_come_is_not_found(
    apart: Apart, desk: Desk
) -> None:
    await desk.must(K.TRIAGE, triage_said.Triage(safeguarding=True, remark="A bruise like a trilobite."))
    lower = triage_said.SetSeverity(severity="elevated", reason="The trellis explains it.")
    await desk.must(K.SET_SEVERITY, lower, "complaints_manager")
    on_rota(desk, INSIDE, 1)
    concern = escalation_said.RaiseEscalation(reason="Ask about the scaffold.", cause="safeguarding", level="immediate")
    await desk.must(K.RAISE_ESCALATION, concern)
    [row] = desk.rows("select id from escalation where complaint_id = %s and cause = 'safeguarding'")
    asked = UUID(row["id"])
    await climb(desk, "escalation_call_now", "first")
    assert await pass_on(desk, asked, INSIDE) is None  # she is in theatre
    assert await acknowledge(desk, asked, "responsible_person") is None
    assert await decide(desk, asked, "oversee", "responsible_person", reason="It smells of turpentine.") is None
    assert await follow(desk, asked, "responsible_person", words="The marmoset is quiet.") is None
    [kept] = apart.rows(
        "select count(*) from escalation_call where escalation_id = %s and reason like '%%theatre%%'", asked
    )
    assert kept == (1,)
    for q in ("trilobite", "trellis", "scaffold", "theatre", "turpentine", "marmoset"):
        assert await found(apart.database, desk.body, q) == [], q
