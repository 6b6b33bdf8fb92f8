"""What makes it hard to have a senior's hand on a case: two at once, leavers, covers, and seniors complained about."""

from __future__ import annotations

import asyncio
from datetime import date, datetime, timedelta
from uuid import UUID

import pytest

from activities.case_file import CaseFile
from contracts.acts import Act, Outcome
from contracts.code import Code
from contracts.commands import Command, CommandKind
from db.escalation_said import AcknowledgeEscalation, RaiseEscalation
from db.said import Said
from db.triage_said import DecideSeverity, SetSeverity, Triage
from tests.activities import staffed
from tests.activities.asking import appoint, away
from tests.activities.escalated import (
    a_person,
    acknowledge,
    assigned,
    calls,
    climb,
    decide,
    escalate,
    escalations,
    follow,
    on_rota,
    pass_on,
    running,
    state,
)
from tests.activities.office_desk import Desk
from tests.apart import MORNING, Apart

K = CommandKind


@pytest.fixture(autouse=True)
def in_the_morning(beside: Apart) -> None:
    beside.engine.now = MORNING


async def at_once(desk: Desk, kind: CommandKind, *said_by: tuple[str, Said]) -> list[str]:
    """Have several people say something, and all of it applied at the same moment; return why each was refused."""
    apart, acts = desk.apart, []
    for by, what in said_by:
        person = desk.body.person(by)
        said = await apart.say(desk.body, desk.complaint, kind, what, caller=by, person_id=person, role="senior_leader")
        acts.append(
            Act(
                act_id=said, organisation_id=desk.body.id, complaint_id=desk.complaint, now=apart.engine.now,
                stage=Code("received"), command=Command(submission_id=said, kind=kind, said_at=apart.engine.now),
            )
        )  # fmt: skip
    case_file = CaseFile(apart.database, apart.engine)  # type: ignore[arg-type]
    verdicts = await asyncio.gather(*(case_file.apply(act) for act in acts))
    assert all(each.outcome in (Outcome.APPLIED, Outcome.REFUSED) for each in verdicts)
    return sorted(each.refusal.value if each.refusal else "" for each in verdicts)


async def test_of_two_seniors_at_one_moment_one_has_it_in_hand(desk: Desk) -> None:
    on_rota(desk, "ada", 1)
    on_rota(desk, "ben", 2)
    raised = await escalate(desk)
    await climb(desk, "escalation_call", "first", "second")
    what = AcknowledgeEscalation(escalation_id=raised)
    assert await at_once(desk, K.ACKNOWLEDGE_ESCALATION, ("ada", what), ("ben", what)) == ["", "already_acknowledged"]
    assert len(desk.events("escalation.acknowledged")) == 1
    for who in ("ada", "ben"):
        assert await pass_on(desk, raised, who) == "already_acknowledged"
    assert len(calls(desk)) == 2


async def test_what_two_people_raise_at_one_moment_is_one(desk: Desk) -> None:
    what = RaiseEscalation(reason="She fell.", level="serious")
    assert await at_once(desk, K.RAISE_ESCALATION, ("handler", what), ("investigator", what)) == [
        "", "already_escalated"
    ]  # fmt: skip
    assert len(escalations(desk)) == 1


async def test_two_assessments_at_one_moment_are_two_and_call_once(desk: Desk) -> None:
    found = await at_once(
        desk, K.TRIAGE, ("handler", Triage(harm="death")), ("investigator", Triage(safeguarding=True))
    )
    assert found == ["", ""]
    verdicts = desk.rows("select number, severity, asserted from triage where complaint_id = %s order by number")
    assert [row["number"] for row in verdicts] == [1, 2, 3]
    assert verdicts[-1]["asserted"] == {"harm": "death", "safeguarding": True}
    assert len([row for row in escalations(desk) if row["cause"] == "severity"]) == 1


async def test_one_that_was_asked_for_is_heard_again_where_that_adds_something(desk: Desk) -> None:
    on_rota(desk, "ada", 1)
    raised = await escalate(desk, "elevated")
    same = RaiseEscalation(reason="Again.", level="elevated")
    assert (await desk.do(K.RAISE_ESCALATION, same)).refusal == "already_escalated"
    await desk.must(K.RAISE_ESCALATION, RaiseEscalation(reason="It is worse.", level="immediate"))
    assert running(desk) == {"escalation_call_now"}
    await climb(desk, "escalation_call_now", "first")
    assert await acknowledge(desk, raised, "ada") is None
    await desk.must(K.RAISE_ESCALATION, RaiseEscalation(reason="And the daughter rang.", level="serious"))
    assert assigned(desk, "escalation_more") == ["ada"]
    again = desk.rows("select level, words from escalation_again where complaint_id = %s order by number")
    assert [(row["level"], row["words"]) for row in again] == [
        ("immediate", "It is worse."), ("serious", "And the daughter rang.")
    ]  # fmt: skip
    assert len(escalations(desk)) == 1


async def test_a_hand_on_a_serious_case_is_none_on_an_immediate_risk_that_arises_later(desk: Desk) -> None:
    on_rota(desk, "ada", 1)
    await desk.must(K.TRIAGE, Triage(psychological=True))
    (first,) = escalations(desk)
    await climb(desk, "escalation_call", "first")
    assert await acknowledge(desk, UUID(first["id"]), "ada") is None
    assert await decide(desk, UUID(first["id"]), "oversee", "ada") is None
    desk.at(datetime.fromisoformat("2028-03-11T23:59+00:00"))  # a Saturday
    await desk.must(K.TRIAGE, Triage(immediate_risk=True))
    assert desk.stands()["severity"] == "immediate"
    first, second = escalations(desk)
    assert (state(desk, UUID(first["id"])), state(desk, UUID(second["id"]))) == ("decided", "asking")
    await climb(desk, "escalation_call_now", "first")
    assert calls(desk)[-1] == ("first", "ada", "called")
    # What comes after it is heard by the one that is asked for.
    await desk.must(K.SET_SEVERITY, SetSeverity(severity="serious", reason="x"), "handler")
    await desk.must(K.SET_SEVERITY, SetSeverity(severity="immediate", reason="x"), "handler")
    heard = desk.row("select escalation_id from escalation_again where complaint_id = %s")
    assert (heard["escalation_id"], len(escalations(desk))) == (second["id"], 2)


async def test_a_senior_who_turns_out_to_be_complained_about_is_asked_no_more_and_the_next_is_at_once(
    desk: Desk,
) -> None:
    on_rota(desk, "ada", 1)
    on_rota(desk, "ben", 2)
    raised = await escalate(desk)
    await climb(desk, "escalation_call", "first")
    await staffed.name(desk, person_id=desk.body.person("ada"))
    assert calls(desk) == [("first", "ada", "called"), ("passed", "ben", "called")]
    assert assigned(desk, "acknowledge_escalation") == ["ben"]
    assert await acknowledge(desk, raised, "ada") == "not_senior"
    await climb(desk, "escalation_call", "again", "second", "overdue", "responsible", "chase_1")
    assert "ada" not in [who for _, who, _ in calls(desk)[1:]]


async def test_a_senior_who_has_it_in_hand_and_is_complained_about_decides_nothing_more(desk: Desk) -> None:
    on_rota(desk, "ada", 1)
    raised = await escalate(desk)
    await climb(desk, "escalation_call", "first")
    assert await acknowledge(desk, raised, "ada") is None
    await staffed.name(desk, person_id=desk.body.person("ada"))
    assert assigned(desk, "decide_escalation") == ["responsible_person"]
    assert await decide(desk, raised, "oversee", "ada") == "not_senior"
    await climb(desk, "escalation_decision", "reminder", "overdue", "escalation")
    about = {row["assignee_id"] for row in desk.rows("select * from task where complaint_id = %s and state = 'open'")}
    assert str(desk.body.person("ada")) not in about
    assert await decide(desk, raised, "oversee", "responsible_person") is None
    assert assigned(desk, "look_escalation") == ["responsible_person"]


async def test_that_there_is_more_reaches_who_stands_in_for_a_senior_who_left(desk: Desk) -> None:
    on_rota(desk, "ada", 1)
    raised = await escalate(desk)
    await climb(desk, "escalation_call", "first")
    assert await acknowledge(desk, raised, "ada") is None
    assert await decide(desk, raised, "oversee", "ada") is None
    desk.apart.rows("update person set active = false where id = %s", desk.body.person("ada"))
    await desk.must(K.RAISE_ESCALATION, RaiseEscalation(reason="It is worse.", level="serious"))
    assert assigned(desk, "escalation_more") == ["responsible_person"]
    assert await follow(desk, raised, "ada") == "not_senior"
    assert await follow(desk, raised, "responsible_person") is None
    assert assigned(desk, "look_escalation") == ["responsible_person"]


async def test_whoever_covers_for_the_responsible_person_decides_in_their_place(desk: Desk) -> None:
    on_rota(desk, "ada", 1)
    a_person(desk, "cover")
    raised = await escalate(desk)
    assert await acknowledge(desk, raised, "ada") is None
    away(desk, "responsible_person", "cover", date(2028, 3, 1), date(2028, 3, 31))
    desk.apart.rows("update person set active = false where id = %s", desk.body.person("ada"))
    await climb(desk, "escalation_decision", "reminder")
    assert assigned(desk, "reminder.escalation_decision") == ["cover"]
    assert await decide(desk, raised, "oversee", "handler") == "not_authorised"
    assert await decide(desk, raised, "oversee", "cover") is None


async def test_a_team_lead_who_is_called_has_it_in_hand_whatever_they_are_otherwise(desk: Desk) -> None:
    raised = await escalate(desk)
    assert await acknowledge(desk, raised, "handler") == "not_senior"
    on_rota(desk, "ada", 1)
    away(desk, "ada", "handler", date(2028, 3, 1), date(2028, 3, 31))
    away(desk, "responsible_person", None, date(2028, 3, 1), date(2028, 3, 31))
    await climb(desk, "escalation_call", "first")
    assert calls(desk) == [("first", "handler", "called")]
    assert await acknowledge(desk, raised, "handler") is None
    assert await decide(desk, raised, "oversee", "handler") is None


@pytest.mark.parametrize(
    ("said_at", "first_call"),
    [
        ("2028-03-03T16:59+00:00", "2028-03-03T16:59"),  # a Friday, a minute before the office closes
        ("2028-03-03T17:00+00:00", "2028-03-06T09:00"),
        ("2028-04-13T17:30+01:00", "2028-04-18T08:00"),  # before Easter: Good Friday and Easter Monday are closed
        ("2028-03-25T23:59+00:00", "2028-03-27T08:00"),  # the night in which the clocks go forward
    ],
)
async def test_what_is_serious_waits_for_the_office_and_what_is_immediate_for_nothing(
    desk: Desk, said_at: str, first_call: str
) -> None:
    desk.at(datetime.fromisoformat(said_at))
    await escalate(desk)
    assert desk.clock("escalation_call")["rungs"][0]["at"].startswith(first_call)
    await escalate(desk, "immediate", cause="safeguarding")
    now = desk.clock("escalation_call_now")
    assert datetime.fromisoformat(now["rungs"][0]["at"]) == datetime.fromisoformat(said_at)
    assert datetime.fromisoformat(now["due_at"]) - datetime.fromisoformat(said_at) == timedelta(hours=1)


# --- the second person for a lowering


async def _lower(desk: Desk, by: str = "handler") -> str | None:
    await desk.must(K.TRIAGE, Triage(harm="death"))
    return (await desk.do(K.SET_SEVERITY, SetSeverity(severity="elevated", reason="Read again."), by)).refusal


async def _agree(desk: Desk, by: str) -> str | None:
    return (await desk.do(K.DECIDE_SEVERITY, DecideSeverity(approve=True), by)).refusal


async def test_a_lowering_that_waits_has_a_clock_and_does_not_lie(desk: Desk) -> None:
    assert await _lower(desk) is None
    clock = desk.clock("severity_decision")
    assert (clock["state"], clock["due_on"]) == ("running", "2028-03-06")
    (task,) = desk.tasks("decide_severity")
    assert (task["due_on"], task["assignee_id"]) == ("2028-03-06", str(desk.body.person("responsible_person")))
    await climb(desk, "severity_decision", "reminder", "overdue", "chase_1")
    assert assigned(desk, "overdue.severity_decision") == ["responsible_person"]
    assert await _agree(desk, "responsible_person") is None
    clock = desk.clock("severity_decision")
    assert (clock["state"], clock["in_time"]) == ("met", False)
    assert desk.tasks("overdue.severity_decision") == desk.tasks("decide_severity") == []


async def test_the_clock_stops_where_the_lowering_is_overtaken_and_with_the_complaint(desk: Desk) -> None:
    assert await _lower(desk) is None
    await desk.must(K.TRIAGE, Triage(media=True))
    assert desk.clock("severity_decision")["state"] == "stopped"
    assert (await desk.do(K.SET_SEVERITY, SetSeverity(severity="elevated", reason="Once more."))).refusal is None
    await desk.withdraw()
    found = desk.rows("select state from clock where complaint_id = %s and kind = 'severity_decision'")
    assert {row["state"] for row in found} == {"stopped"}
    assert len(desk.tasks("decide_severity")) == 1
    assert await _agree(desk, "responsible_person") is None


async def test_neither_who_asked_nor_who_is_complained_about_is_asked_to_agree(desk: Desk) -> None:
    await staffed.name(desk, person_id=desk.body.person("responsible_person"))
    assert await _lower(desk, "complaints_manager") is None
    assert assigned(desk, "decide_severity") == ["senior_leader"]
    await climb(desk, "severity_decision", "reminder", "overdue")
    assert (
        assigned(desk, "reminder.severity_decision") == assigned(desk, "overdue.severity_decision") == ["senior_leader"]
    )
    assert await _agree(desk, "complaints_manager") == "same_person"
    assert await _agree(desk, "responsible_person") == "conflict_of_interest"
    assert await _agree(desk, "senior_leader") is None


async def test_who_has_two_roles_is_still_one_person_and_who_covers_for_the_one_asked_agrees(desk: Desk) -> None:
    appoint(desk, "delegate", "complaints_manager")
    a_person(desk, "cover")
    away(desk, "responsible_person", "cover", date(2028, 3, 1), date(2028, 3, 31))
    assert await _lower(desk, "complaints_manager") is None
    assert assigned(desk, "decide_severity") == ["cover"]
    assert await _agree(desk, "complaints_manager") == "same_person"
    assert await _agree(desk, "investigator") == "not_senior"
    assert await _agree(desk, "cover") is None
