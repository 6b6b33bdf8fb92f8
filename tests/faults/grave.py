"""Serious complaints under faults: what is said of one, who is on the rota, and what must hold of it after."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import psycopg
from temporalio.client import WorkflowExecutionStatus

from contracts import names
from tests.bodies import plain
from tests.faults.callers import Caller, today
from tests.faults.stack import Row, Stack

# Who is asked, in turn, by the rota; the responsible person stands behind them.
ROTA = ("senior_leader", "auditor", "complaints_manager")
# What is said of a serious complaint beside its being logged.
GRAVE = ("triage", "acknowledgement", "incident", "referral")
INCIDENT = {"words": "A dose may have been given twice."}


def on_rota(stack: Stack, caller: Caller) -> None:
    """Put seniors of an organisation on its rota, at any hour."""
    with psycopg.connect(plain(stack.settings.need("database_dsn_migrator"))) as connection:
        for place, role in enumerate(ROTA, start=1):
            connection.execute(
                "insert into rota (id, organisation_id, person_id, place, hours, first_on)"
                " values (%s, %s, %s, %s, 'both', '2020-01-01')",
                (uuid4(), caller.body.id, caller.body.person(role), place),
            )


def of_role(caller: Caller, role: str) -> Caller:
    """Return the case system of the same organisation as somebody of another role has it before them."""
    return replace(caller, role=role, answers=[])


def incident() -> dict[str, Any]:
    """Return what is said when an incident is flagged."""
    return INCIDENT | {"becameKnownOn": today().isoformat()}


def referral() -> dict[str, Any]:
    """Return what is said when a regulator asks, under the regulation that gives 28 days."""
    return {
        "kind": "regulator",
        "body": "cqc",
        "theirReference": "CQC-1",
        "receivedOn": today().isoformat(),
        "scope": "How the ward dealt with it.",
        "enquiry": {"what": "A summary of complaints.", "askedOn": today().isoformat(), "basis": "reg_16"},
    }


async def be_grave(caller: Caller, senior: Caller) -> None:
    """Lead a complaint that is serious: a senior has it in hand, and candour and a regulator run beside it."""
    place = await caller.log()
    await caller.tell("triage", f"{place}/triage", {"harm": "severe"})
    escalation = await caller.first_of(f"{place}/escalations")
    await senior.tell("acknowledgement", f"{place}/escalations/{escalation}/acknowledgement", {})
    await caller.tell("incident", f"{place}/incidents", incident())
    await caller.tell("referral", f"{place}/referrals", referral())


async def proceedings(stack: Stack, caller: Caller) -> list[Row]:
    """Return what runs beside the complaints of an organisation, in the order in which it began."""
    return await stack.rows("select * from proceeding where organisation_id = %s order by opened_at", caller.body.id)


async def graves_are_kept(stack: Stack, caller: Caller, *, kinds: dict[str, int]) -> None:
    """So many of each kind run, each in the engine, and heard; no rung fired and nobody was called twice for one step.

    Minutes to acknowledgement are those between what was said and what was said, and stand in the chain as they do on
    record.
    """
    rows = await proceedings(stack, caller)
    assert Counter(row["kind"] for row in rows) == Counter(kinds)
    client = await stack.client()
    for row in rows:
        assert row["heard"] == row["changes"], row
        id = names.proceeding_workflow_id(str(row["kind"]), UUID(str(row["id"])))
        assert (await client.get_workflow_handle(id).describe()).status is WorkflowExecutionStatus.RUNNING
    await _acknowledged_once(stack, caller)
    await _called_once(stack, caller)


async def _acknowledged_once(stack: Stack, caller: Caller) -> None:
    rows = await stack.rows(
        "select e.minutes_to_acknowledge as kept, (v.data::jsonb->>'minutes')::int as chained,"
        " floor(extract(epoch from said.received_at - e.raised_at) / 60)::int as passed"
        " from escalation e join submission said on said.complaint_id = e.complaint_id"
        " and said.kind = 'acknowledge_escalation' and said.body->>'escalation_id' = e.id::text"
        " left join case_event v on v.act_id = said.id and v.kind = 'escalation.acknowledged'"
        " where e.organisation_id = %s",
        caller.body.id,
    )
    in_hand = "select count(*) from escalation where minutes_to_acknowledge is not null and organisation_id = %s"
    assert len(rows) == await stack.value(in_hand, caller.body.id) > 0
    for row in rows:
        assert row["kept"] == row["chained"] == max(0, int(str(row["passed"]))), row


async def _called_once(stack: Stack, caller: Caller) -> None:
    twice = await stack.rows(
        "select escalation_id, step, count(*) from escalation_call where organisation_id = %s and step <> 'chase'"
        " group by 1, 2 having count(*) > 1 union all"
        " select clock_id, rung, count(*) from fired_rung where organisation_id = %s group by 1, 2, generation"
        " having count(*) > 1",
        caller.body.id,
        caller.body.id,
    )
    assert twice == []
