"""How serious a complaint is by the policy: by every fact, said or on record; again when one changes; on record."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

import psycopg
import pytest

from contracts.acts import Outcome
from contracts.commands import CommandKind
from db import bereavement_said, contact_plan_said
from db.desk_said import AddNote
from db.triage_said import SetSeverity, Triage
from tests.activities.office_desk import Desk, a_desk
from tests.activities.test_imports import SWITCH, a_row, apart
from tests.activities.test_imports import TODAY as IMPORTED_ON
from tests.activities.test_imports import Desk as Importing
from tests.activities.test_imports import desk as moving_in
from tests.apart import Apart
from tests.bodies import Body, plain

__all__ = ["apart", "moving_in"]

K = CommandKind
TODAY = date(2028, 3, 2)


def verdicts(desk: Desk) -> list[dict[str, Any]]:
    return desk.rows("select * from triage where complaint_id = %s order by number")


def reasons(desk: Desk) -> list[str]:
    return [each["code"] for each in verdicts(desk)[-1]["reasons"]]


def severity(desk: Desk) -> str | None:
    stands: str | None = desk.stands()["severity"]
    return stands


def escalations(desk: Desk) -> list[str]:
    rows = desk.rows("select about from proceeding where complaint_id = %s and kind = 'escalation' order by number")
    return [row["about"] for row in rows]


async def assert_that(desk: Desk, **facts: Any) -> None:
    await desk.must(K.TRIAGE, Triage(**facts))


def migrate(desk: Desk, sql: str) -> None:
    with psycopg.connect(plain(desk.apart.dsns.migrator)) as connection:
        connection.execute(sql, (desk.complaint,))


def untriaged(desk: Desk, *, staff_safety: bool = False) -> None:
    """Have a complaint be as one that an earlier version opened: without severity, and without a verdict."""
    with psycopg.connect(plain(desk.apart.dsns.migrator)) as connection:
        connection.execute("alter table triage disable trigger append_only")
        connection.execute("delete from triage where complaint_id = %s", (desk.complaint,))
        connection.execute("alter table triage enable trigger append_only")
        connection.execute(
            "update complaint set severity = null, staff_safety = %s where id = %s", (staff_safety, desk.complaint)
        )


async def test_a_complaint_is_triaged_when_it_is_opened_and_nothing_is_raised_about_a_routine_one(desk: Desk) -> None:
    (first,) = verdicts(desk)
    assert (first["number"], first["cause"], first["severity"], first["policy_version"]) == (1, "opened", "routine", 1)
    assert (first["facts"], first["reasons"], first["remark"]) == ({}, [], None)
    assert severity(desk) == "routine"
    assert desk.events("triage.judged") == desk.events("severity.raised") == escalations(desk) == []


@pytest.mark.parametrize(
    ("facts", "level", "why"),
    [
        ({"harm": "low"}, "routine", []),
        ({"harm": "moderate"}, "elevated", ["harm_moderate"]),
        ({"harm": "death"}, "serious", ["harm_death", "harm_severe", "harm_moderate"]),
        ({"psychological": True}, "serious", ["psychological"]),
        ({"immediate_risk": True}, "immediate", ["risk_now"]),
        ({"safeguarding": True, "vulnerable": True}, "immediate",
         ["safeguarding_vulnerable", "safeguarding", "vulnerable"]),
        ({"media": True, "regulator": True}, "elevated", ["regulator", "media"]),
        ({"police": True}, "serious", ["police"]),
    ],
)  # fmt: skip
async def test_what_a_person_asserts_is_judged_with_the_facts_and_reasons_on_record(
    desk: Desk, facts: dict[str, Any], level: str, why: list[str]
) -> None:
    await assert_that(desk, **facts, remark="The daughter said so on the telephone.")
    row = verdicts(desk)[-1]
    assert (row["cause"], row["severity"], row["asserted"], row["facts"]) == ("asked", level, facts, facts)
    assert reasons(desk) == why
    assert UUID(row["said_by"]) == desk.body.person("handler")
    assert row["remark"] == "The daughter said so on the telephone."
    assert severity(desk) == level
    grave = level in ("serious", "immediate")
    assert escalations(desk) == (["severity"] if grave else [])
    (event,) = desk.events("triage.judged")
    assert (event["data"]["severity"], event["data"]["reasons"]) == (level, ",".join(why) or None)
    assert "daughter" not in str(event)
    raised = [each["data"] for each in desk.events("severity.raised")]
    assert [(each["before"], each["severity"], each["by"]) for each in raised] == (
        [] if level == "routine" else [("routine", level, "policy")]
    )


async def test_what_is_not_said_stays_and_false_takes_back_but_never_lowers_what_is_in_force(desk: Desk) -> None:
    await assert_that(desk, police=True, media=True)
    await assert_that(desk, harm="moderate")
    assert verdicts(desk)[-1]["asserted"] == {"police": True, "media": True, "harm": "moderate"}
    await assert_that(desk, police=False)
    assert verdicts(desk)[-1]["asserted"] == {"media": True, "harm": "moderate"}
    assert (verdicts(desk)[-1]["severity"], severity(desk)) == ("elevated", "serious")
    assert escalations(desk) == ["severity"]


async def test_what_changes_nothing_is_refused_but_a_remark_is_kept(desk: Desk) -> None:
    await assert_that(desk, media=True)
    again = await desk.do(K.TRIAGE, Triage(media=True, police=False))
    assert again.refusal == "nothing_changes"
    await assert_that(desk, media=True, remark="A second paper rang.")
    assert [row["remark"] for row in verdicts(desk)] == [None, None, "A second paper rang."]


async def test_an_act_that_is_tried_again_is_judged_once(desk: Desk) -> None:
    await assert_that(desk, police=True)
    before = desk.stands()
    verdict = await desk.apart.engine.apply(desk.apart.engine.delivered[-1])
    assert verdict.outcome is Outcome.APPLIED
    assert (len(verdicts(desk)), escalations(desk), desk.stands()) == (2, ["severity"], before)


async def test_a_rise_to_immediate_is_raised_again_and_what_rises_no_further_is_not(desk: Desk) -> None:
    await assert_that(desk, police=True)
    await assert_that(desk, media=True)
    await assert_that(desk, immediate_risk=True)
    assert (severity(desk), escalations(desk)) == ("immediate", ["severity"])
    assert [each["data"]["severity"] for each in desk.events("severity.raised")] == ["serious", "immediate"]
    assert desk.row("select level from escalation where complaint_id = %s")["level"] == "immediate"


async def test_what_is_no_fact_costs_no_look(desk: Desk) -> None:
    await desk.acknowledge(TODAY)
    assert len(verdicts(desk)) == 1


async def test_a_complaint_of_before_is_triaged_with_the_next_thing_that_a_person_says_once(desk: Desk) -> None:
    untriaged(desk, staff_safety=True)
    await desk.acknowledge(TODAY)
    assert ([row["cause"] for row in verdicts(desk)], severity(desk)) == (["acknowledge"], "elevated")
    await desk.agree(date(2028, 6, 30))
    assert len(verdicts(desk)) == 1


async def test_a_complaint_that_ended_before_there_was_triage_calls_nobody_unless_a_person_asks(desk: Desk) -> None:
    untriaged(desk)
    await desk.withdraw()
    death = bereavement_said.RecordDeath(party_id=desk.party(), known_on=TODAY)
    await desk.must(K.RECORD_DEATH, death)
    assert (verdicts(desk), severity(desk), escalations(desk)) == ([], None, [])
    await assert_that(desk, harm="death")
    assert (severity(desk), escalations(desk)) == ("serious", ["severity"])


async def test_new_facts_after_the_end_raise_it_still(desk: Desk) -> None:
    await desk.withdraw()
    death = bereavement_said.RecordDeath(party_id=desk.party(), known_on=TODAY)
    await desk.must(K.RECORD_DEATH, death)
    assert (severity(desk), escalations(desk)) == ("serious", ["severity"])


async def test_an_enquiry_is_triaged_only_when_a_person_asks(beside: Apart, standards: Body) -> None:
    desk = await a_desk(beside, standards, matter="enquiry")
    assert (severity(desk), verdicts(desk)) == (None, [])
    await assert_that(desk, safeguarding=True)
    assert (severity(desk), escalations(desk)) == ("serious", ["severity"])


async def test_what_was_asserted_is_still_so_when_a_complaint_is_reopened(desk: Desk) -> None:
    await assert_that(desk, harm="severe")
    await desk.withdraw()
    again = await a_desk(desk.apart, desk.body, reopened_from=desk.complaint)
    (row,) = verdicts(again)
    assert (row["asserted"], severity(again), escalations(again)) == ({"harm": "severe"}, "serious", ["severity"])


async def test_an_imported_complaint_is_left_alone_until_its_switch_date(moving_in: Importing) -> None:
    (complaint,) = await moving_in.move_in(a_row("R/1", IMPORTED_ON))
    flag = contact_plan_said.FlagStaffSafety(flagged=True, words="He threw a chair.")
    assert await moving_in.say(complaint, K.FLAG_STAFF_SAFETY, flag) == "applied"
    assert await moving_in.say(complaint, K.TRIAGE, Triage(police=True)) == "quiet_until_switch"
    assert await moving_in.say(complaint, K.SET_SEVERITY, SetSeverity(severity="serious", reason="I say so.")) == (
        "quiet_until_switch"
    )
    imported = Desk(apart=moving_in.apart, body=moving_in.body, complaint=complaint)
    assert (severity(imported), verdicts(imported)) == (None, [])
    moving_in.now += SWITCH - IMPORTED_ON
    assert await moving_in.say(complaint, K.ADD_NOTE, AddNote(words="The move is done.")) == "applied"
    (row,) = verdicts(imported)
    assert (row["cause"], row["severity"], severity(imported)) == ("add_note", "elevated", "elevated")


async def test_a_verdict_cannot_be_rewritten_even_by_whoever_owns_the_tables(desk: Desk) -> None:
    with pytest.raises(psycopg.errors.RestrictViolation):
        migrate(desk, "update triage set severity = 'routine' where complaint_id = %s")
