"""A life with a consent that runs out and a contact plan that is not looked at: both are asked for, neither bars us."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from contracts.commands import CommandKind as K
from db import consent_said, contact_plan_said, office_said, said
from tests.bodies import Body
from tests.lives.steps import acknowledge, fired
from tests.world import MORNING, World

TODAY = MORNING.date()
LAST_DAY = date(2028, 3, 13)


async def party(world: World, body: Body, complaint: UUID, role: str) -> UUID:
    sql = f"select id from party where complaint_id = :id and role = '{role}'"
    return UUID(str((await world.row(body, sql, id=complaint))["id"]))


async def clocks(world: World, body: Body, complaint: UUID) -> dict[str, Any]:
    sql = "select kind, state, in_time, breached_at from clock where complaint_id = :id"
    return {row["kind"]: row for row in await world.rows(body, sql, id=complaint)}


async def test_a_consent_is_asked_for_in_time_and_a_plan_that_nobody_reviews_is_a_breach(
    world: World, body: Body
) -> None:
    people = (said.PartySaid(role="complainant", name="Dee", email="dee@example.org"),
              said.PartySaid(role="affected", name="Mum"))  # fmt: skip
    complaint = await world.log(body, parties=people)
    await acknowledge(world, body, complaint, TODAY)
    dee, mum = [await party(world, body, complaint, role) for role in ("complainant", "affected")]
    consent = consent_said.RecordConsent(
        scope="correspond", giver_id=mum, giver_ground=None, recipient_id=dee, basis="statutory", given_on=TODAY,
        expires_on=LAST_DAY,
    )  # fmt: skip
    assert (await world.say(body, complaint, K.RECORD_CONSENT, consent)).state == "applied"
    plan = contact_plan_said.DecideContactPlan(
        party_id=dee, measures=contact_plan_said.Measures(channels=("letter",)), reasons="Threats.",
        adjustments_considered="None.", review_on=date(2028, 3, 14), no_warning="threats",
        no_warning_because="To a nurse.",
    )  # fmt: skip
    decided = await world.say(body, complaint, K.DECIDE_CONTACT_PLAN, plan, by="responsible_person")
    assert decided.state == "applied", decided.refusal

    async def update() -> str | None:
        letter = office_said.SendUpdate(subject="How it stands", body="We wait.")
        return (await world.say(body, complaint, K.SEND_UPDATE, letter)).refusal

    assert await update() is None
    await world.advance_to(datetime(2028, 3, 15, 12, tzinfo=UTC), complaint)
    rungs = [each for each in await fired(world, body, complaint) if each[0] in ("consent_expiry", "plan_review")]
    assert sorted(rungs) == [
        ("consent_expiry", "escalation"), ("consent_expiry", "overdue"), ("consent_expiry", "reminder"),
        ("plan_review", "escalation"), ("plan_review", "overdue"), ("plan_review", "reminder"),
    ]  # fmt: skip
    assert await update() == "consent_missing"
    found = await clocks(world, body, complaint)
    assert found["consent_expiry"]["breached_at"] is not None and found["plan_review"]["breached_at"] is not None

    # Renewed and reviewed, late: what was missed stays missed, and everything goes on.
    anew = consent_said.RecordConsent(
        scope="correspond", giver_id=mum, recipient_id=dee, basis="statutory", given_on=LAST_DAY + timedelta(days=2)
    )
    assert (await world.say(body, complaint, K.RECORD_CONSENT, anew)).state == "applied"
    plan_id = (await world.row(body, "select id from contact_plan where complaint_id = :id", id=complaint))["id"]
    over = contact_plan_said.ReviewContactPlan(plan_id=UUID(str(plan_id)), outcome="ended", reasons="It is calm.")
    assert (await world.say(body, complaint, K.REVIEW_CONTACT_PLAN, over, by="responsible_person")).state == "applied"
    assert await update() is None
    found = await clocks(world, body, complaint)
    assert [found[kind]["state"] for kind in ("consent_expiry", "plan_review")] == ["met", "met"]
    assert [found[kind]["in_time"] for kind in ("consent_expiry", "plan_review")] == [False, False]
