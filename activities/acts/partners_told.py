"""Tells another body's system, by a thin webhook, that something was said to it: ids, numbers and a code, no words.

It is queued in the transaction of the act, and carried as every webhook is: signed, tried for days, to be replayed.
"""

from __future__ import annotations

from typing import Any
from uuid import uuid5

from activities.acts.case import Case
from contracts.joint import Way
from contracts.webhooks import JointEvent
from db.models.joint import Contribution, JointMessage
from db.queries import partners, webhooks
from db.queries.webhooks import NewDelivery


async def queue(case: Case, row: Contribution, message: JointMessage) -> None:
    """Have a body's system told that a message waits for it. Nothing where it has none, or receives nothing."""
    about = {"messageId": str(message.id), "seq": message.seq, "kind": message.kind}
    await _queue(case, row, f"message/{message.seq}", JointEvent.MESSAGE, about)


async def queue_unread(case: Case, row: Contribution) -> None:
    """Have a body's system told of all that was said, by the last of it: its way has just become this one."""
    if row.sent:
        about = {"messageId": None, "seq": row.sent, "kind": None}
        await _queue(case, row, f"all/{case.act.act_id}", JointEvent.MESSAGE, about)


async def _queue(case: Case, row: Contribution, name: str, type_: JointEvent, about: dict[str, Any]) -> None:
    if row.way != Way.SYSTEM or row.partner_id is None:
        return
    subscription = await partners.subscription_of(case.session, row.partner_id)
    if subscription is None:
        return
    number = await partners.credential_number(case.session, row.partner_id, row.id)
    event = NewDelivery(
        event_id=uuid5(row.id, name),
        complaint_id=None,  # its reference is told in the messages alone
        type=type_.value,
        occurred_at=case.at,
        stage=None,
        version=None,
        about={"contributionId": str(row.id), "credential": number, **about},
    )
    await webhooks.queue(case.session, row.organisation_id, subscription.id, [event], case.at)
