"""How serious a complaint is by what is on record anyway: deaths, findings, remedies, incidents."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import psycopg
import pytest

from contracts.commands import CommandKind
from db import bereavement_said, candour_said, contact_plan_said, request_said
from db.party_said import PartySaid
from tests.activities import found
from tests.activities.office_desk import Desk, a_desk
from tests.activities.test_triage import assert_that, escalations, reasons, severity, verdicts
from tests.apart import Apart
from tests.bodies import Body, plain

K = CommandKind
TODAY = date(2028, 3, 2)


async def test_a_death_that_is_recorded_raises_it(full: Desk) -> None:
    death = bereavement_said.RecordDeath(party_id=full.party(), known_on=TODAY, words="Her son rang.")
    await full.must(K.RECORD_DEATH, death)
    assert (verdicts(full)[-1]["cause"], reasons(full)) == ("record_death", ["death_of_person"])
    assert (severity(full), escalations(full)) == ("serious", ["severity"])


async def test_whoever_complains_for_somebody_who_died_is_heard_as_serious_from_the_first_moment(
    beside: Apart, standards: Body
) -> None:
    parties = (
        PartySaid(role="complainant", name="Kim Example", email="kim@example.org", relation="child", ground="died"),
        PartySaid(role="affected", name="Pat Example", died_on=date(2028, 2, 1)),
    )
    desk = await a_desk(beside, standards, parties=parties)
    (row,) = verdicts(desk)
    assert (row["cause"], row["facts"], severity(desk)) == ("opened", {"death": True}, "serious")
    assert escalations(desk) == ["severity"]
    assert len(desk.events("triage.judged")) == len(desk.events("severity.raised")) == 1
    dead = desk.row("select id from party where complaint_id = %s and role = 'affected'")
    inquest = bereavement_said.RecordDeath(party_id=UUID(dead["id"]), known_on=TODAY, inquest_on=date(2028, 6, 1))
    await desk.must(K.RECORD_DEATH, inquest)
    assert (len(verdicts(desk)), escalations(desk)) == (1, ["severity"])  # the same facts, the same verdict


async def test_the_death_of_somebody_who_only_speaks_for_another_makes_nothing_more_serious(
    beside: Apart, standards: Body
) -> None:
    parties = (
        PartySaid(role="complainant", name="Kim Example", email="kim@example.org", relation="friend", ground="asked"),
        PartySaid(role="affected", name="Pat Example"),
    )
    desk = await a_desk(beside, standards, parties=parties)
    await desk.must(K.RECORD_DEATH, bereavement_said.RecordDeath(party_id=desk.party(), known_on=TODAY))
    assert (severity(desk), len(verdicts(desk))) == ("routine", 1)


async def test_a_child_is_vulnerable_whoever_says_so(beside: Apart, standards: Body) -> None:
    parties = (
        PartySaid(role="complainant", name="Kim Example", email="kim@example.org", relation="parent", ground="child"),
        PartySaid(role="affected", name="Pat Example"),
    )
    desk = await a_desk(beside, standards, parties=parties)
    assert (reasons(desk), severity(desk), escalations(desk)) == (["vulnerable"], "elevated", [])


@pytest.mark.parametrize(
    ("kind", "level", "why"),
    [("police", "serious", "police"), ("coroner", "serious", "inquest"), ("safeguarding", "serious", "safeguarding"),
     ("regulator", "elevated", "regulator"), ("claim", "elevated", "beside")],
)  # fmt: skip
async def test_what_others_investigate_counts_while_it_is_open(full: Desk, kind: Any, level: str, why: str) -> None:
    await full.must(K.OPEN_PARALLEL, request_said.OpenParallel(
        kind=kind, body_name="Them", contact="them@example.org", known_on=TODAY
    ))  # fmt: skip
    assert (reasons(full), severity(full)) == ([why], level)
    row = full.row("select id from parallel_investigation where complaint_id = %s")
    over = request_said.UpdateParallel(parallel_id=UUID(row["id"]), status="not_pursued", words="Nothing in it.")
    await full.must(K.UPDATE_PARALLEL, over)
    assert (verdicts(full)[-1]["severity"], severity(full)) == ("routine", level)


async def test_the_flag_for_the_safety_of_staff_counts(full: Desk) -> None:
    await full.must(K.FLAG_STAFF_SAFETY, contact_plan_said.FlagStaffSafety(flagged=True, words="He threw a chair."))
    assert (reasons(full), severity(full)) == (["staff_safety"], "elevated")


async def test_the_value_of_remedies_counts_until_they_are_rejected(beside: Apart, standards: Body) -> None:
    desk = await found.a_case(beside, standards)
    await desk.must(K.PROPOSE_REMEDY, found.money(None, injustice_amount=None, severity_level=None,
                                                  financial_loss=Decimal("999.99")), "investigator")  # fmt: skip
    assert severity(desk) == "routine"
    await desk.must(K.PROPOSE_REMEDY, found.money(None, injustice_amount=None, severity_level=None,
                                                  financial_loss=Decimal("0.01")), "investigator")  # fmt: skip
    assert (verdicts(desk)[-1]["facts"]["remedy_pence"], severity(desk)) == (100_000, "elevated")


async def test_a_finding_judges_again_and_harm_that_was_found_is_serious(beside: Apart, standards: Body) -> None:
    desk = await found.a_case(beside, standards, issues=1)
    await assert_that(desk, harm="moderate")
    await found.found_on_all(desk, "not_upheld")
    assert (verdicts(desk)[-1]["cause"], severity(desk)) == ("record_finding", "elevated")
    (issue,) = found.issues_of(desk)
    changed = found.a_finding(issue, outcome="partially_upheld", reason="The log was found.")
    await desk.must(K.RECORD_FINDING, changed, "investigator")
    assert (reasons(desk), severity(desk)) == (["harm_moderate", "harm_found"], "serious")
    assert escalations(desk) == ["severity"]


async def test_a_comment_has_the_policy_look_again_and_its_verdict_says_what_it_had_before_it(
    beside: Apart, standards: Body
) -> None:
    desk = await found.a_case(beside, standards, issues=1)
    await found.found_on_all(desk)
    await desk.must(K.SHARE_VIEWS, found.views(found.to_complainant(desk, "meeting")), "investigator")
    await desk.must(K.RECORD_COMMENT, found.a_comment(), "investigator")
    row = verdicts(desk)[-1]
    assert (row["cause"], row["facts"]) == ("record_comment", {"findings": 1, "upheld": 1, "comments": 1})


async def test_an_incident_counts_when_it_is_flagged_and_by_its_harm_when_it_is_assessed(full: Desk) -> None:
    await full.must(K.FLAG_INCIDENT, candour_said.FlagIncident(words="The wrong dose.", became_known_on=TODAY))
    assert (reasons(full), severity(full)) == (["incident"], "elevated")
    incident = UUID(full.row("select id from incident where complaint_id = %s")["id"])
    await full.must(K.ASSESS_INCIDENT, candour_said.AssessIncident(
        incident_id=incident, notifiable=True, harm="severe", reasons="He lost a kidney."
    ), "complaints_manager")  # fmt: skip
    assert (reasons(full), severity(full)) == (["incident_severe", "incident"], "serious")
    assert escalations(full) == ["severity"]


async def test_an_incident_that_is_not_notifiable_is_no_reason_any_more(full: Desk) -> None:
    await full.must(K.FLAG_INCIDENT, candour_said.FlagIncident(words="The wrong dose.", became_known_on=TODAY))
    incident = UUID(full.row("select id from incident where complaint_id = %s")["id"])
    await full.must(K.ASSESS_INCIDENT, candour_said.AssessIncident(
        incident_id=incident, notifiable=False, harm="low", reasons="It was noticed before it was given."
    ), "complaints_manager")  # fmt: skip
    assert (reasons(full), severity(full)) == ([], "elevated")


async def test_the_same_theme_again_and_again_counts(full: Desk) -> None:
    with psycopg.connect(plain(full.apart.dsns.migrator)) as connection:
        connection.execute(
            "insert into recurrence (id, organisation_id, complaint_id, kind, theme, number, first_on, last_on, count,"
            " cases, found_on, act_id) values (gen_random_uuid(), %s, %s, 'theme', 'waiting', 1, '2028-01-01',"
            " '2028-03-02', 5, '[]', '2028-03-02', gen_random_uuid())",
            (full.body.id, full.complaint),
        )
    await assert_that(full, harm="low")
    assert (reasons(full), severity(full)) == (["recurrence"], "elevated")


async def test_a_regulator_who_complains_takes_an_interest(beside: Apart, standards: Body) -> None:
    parties = (
        PartySaid(role="complainant", name="Kim Example", email="kim@example.org"),
        PartySaid(role="regulator", name="The Regulator", email="regulator@example.org"),
    )
    desk = await a_desk(beside, standards, source="regulator", parties=parties)
    assert (reasons(desk), severity(desk)) == (["regulator"], "elevated")
