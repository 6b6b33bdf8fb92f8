"""What is said to a body with a system of its own: a thin webhook to its receiver alone, in the act's transaction."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID, uuid4

import pytest

from contracts.joint import Way
from db.models.partners import Partner
from db.models.webhooks import WebhookSubscription
from gateways.sealing import about
from gateways.webhooks import new_secret
from tests.activities.found import a_case
from tests.activities.joined import ACCEPT, CODE, agree, answer, change, name, take_back
from tests.activities.office_desk import Desk
from tests.activities.parts import told
from tests.activities.test_webhooks import SEALING, Subscribed, subscribe
from tests.apart import Apart
from tests.bodies import Body

# Whoever reads a case's events reads none of these.
JOINT = "uk.redress.joint.message.v1"


async def a_partner(apart: Apart, body: Body, code: str = CODE, *, receives: bool = True) -> tuple[UUID, Subscribed]:
    """Write another body with a system; with a receiver, unless it only fetches."""
    partner_id, subscription_id, secret, now = uuid4(), uuid4(), new_secret(), apart.engine.now
    async with apart.database.tenant(body.id, now) as session:
        session.add(
            Partner(
                id=partner_id, organisation_id=body.id, code=code, name="Marker Practice", body_kind="nhs",
                bound="regulation_9", way="system", secret=SEALING.seal(secret, about("partner.secret", partner_id)),
                secret_number=1, created_at=now, changed_at=now,
            )
        )  # fmt: skip
        await session.flush()
        if receives:
            session.add(
                WebhookSubscription(
                    id=subscription_id, organisation_id=body.id, url="https://hooks.example/", description="Partner",
                    types=[], state="active", secret_number=1, caller=f"partner/{partner_id}", created_at=now,
                    secret=SEALING.seal(secret, about("webhook_subscription.secret", subscription_id)),
                    resumed_at=now, partner_id=partner_id,
                )
            )  # fmt: skip
    return partner_id, Subscribed(apart, body, subscription_id, secret=secret)


@pytest.fixture
async def joint(beside: Apart, standards: Body) -> Desk:
    return await a_case(beside, standards, 3)


def kinds(receiver: Subscribed) -> list[tuple[int, str]]:
    return [(row["about"]["seq"], row["about"]["kind"]) for row in receiver.rows()]


async def test_a_partner_hears_of_its_own_contribution_alone_and_case_systems_hear_nothing_of_it(
    joint: Desk, beside: Apart, standards: Body
) -> None:
    partner_id, receiver = await a_partner(beside, standards)
    _, other = await a_partner(beside, standards, "council-7")
    cases = await subscribe(beside, standards)
    await agree(joint)
    one = await name(joint, way="system", partner_id=partner_id)
    assert [kind for kind, _ in told(joint, one)] == ["invitation"]
    (row,) = receiver.rows()
    message = joint.rows("select id from joint_message where complaint_id = %s")[0]["id"]
    assert row["about"] == {
        "contributionId": str(one), "credential": 1, "messageId": message, "seq": 1, "kind": "invitation"
    }  # fmt: skip
    assert (row["type"], row["complaint_id"], row["stage"]) == (JOINT, None, None)
    assert other.rows() == [] and JOINT not in {row["type"] for row in cases.rows()}
    assert receiver.id in {start.subscription_id for start in beside.engine.webhooks}
    # An act that is asked for again tells nothing again.
    await beside.engine.apply(beside.engine.delivered[-1])
    assert len(receiver.rows()) == 1


async def test_what_is_sent_is_signed_with_the_shared_secret_and_tells_nothing_of_the_complaint(
    joint: Desk, beside: Apart, standards: Body
) -> None:
    partner_id, receiver = await a_partner(beside, standards)
    await agree(joint)
    one = await name(joint, way="system", partner_id=partner_id)
    await receiver.send_next()
    (sent,) = receiver.gateway.sent
    assert sent.secrets == [receiver.secret]
    event: dict[str, Any] = json.loads(sent.body)
    assert (event["type"], event["source"]) == (JOINT, f"/organisations/{standards.code}")
    assert set(event["data"]) == {"at", "contributionId", "credential", "messageId", "seq", "kind"}
    assert event["data"]["contributionId"] == str(one) and "subject" not in event
    reference = joint.rows("select reference from complaint where id = %s")[0]["reference"]
    assert reference not in sent.body.decode() and "arker" not in sent.body.decode()


async def test_a_way_that_changes_tells_the_system_to_fetch_all_and_the_end_of_consent_is_told_there(
    joint: Desk, beside: Apart, standards: Body
) -> None:
    partner_id, receiver = await a_partner(beside, standards)
    consent = await agree(joint)
    one = await name(joint)
    assert receiver.rows() == []
    assert await change(joint, one, way=Way.SYSTEM.value, partner_id=partner_id) is None
    assert kinds(receiver) == [(1, None)]
    assert await answer(joint, one, ACCEPT, via="system") is None
    await take_back(joint, consent)
    assert kinds(receiver)[-1] == (len(told(joint, one)), "consent_ended")


async def test_a_partner_that_receives_nothing_is_spoken_with_all_the_same(
    joint: Desk, beside: Apart, standards: Body
) -> None:
    partner_id, receiver = await a_partner(beside, standards, receives=False)
    await agree(joint)
    one = await name(joint, way="system", partner_id=partner_id)
    assert [kind for kind, _ in told(joint, one)] == ["invitation"] and receiver.rows() == []
