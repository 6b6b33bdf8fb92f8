"""A system that subscribes to the events of a planted organisation, at a marked address, and what it would be sent."""

from __future__ import annotations

from uuid import uuid4

from contracts import names
from policies.webhook_events import Envelope, body_of
from tests.lives.markers import MARKER, W
from tests.lives.planted import Migrator, Planted
from tests.world import MORNING


def subscribe(planted: Planted, migrator: Migrator) -> None:
    """Subscribe to everything, held back: what is queued stays to be looked at."""
    subscription_id = uuid4()
    migrator.execute(
        "insert into webhook_subscription (id, organisation_id, url, description, types, state, secret, secret_number,"
        " caller, created_at, resumed_at) values (%s, %s, %s, %s, '[]', 'paused', 'x', 1, 'case-system', %s, %s)",
        (subscription_id, planted.body.id, f"https://hooks.example/{MARKER}", W, MORNING, MORNING),
    )
    planted.others.append(names.webhooks_workflow_id(subscription_id))


async def told(planted: Planted) -> dict[str, bytes]:
    """Return the body of every event that is queued, under its type and number."""
    rows = await planted.world.rows(
        planted.body,
        "select d.*, c.reference, o.code from webhook_delivery d join organisation o on o.id = d.organisation_id"
        " join complaint c on c.id = d.complaint_id order by d.n",
    )
    return {
        f"{row['type']} {row['n']}": body_of(
            Envelope(
                event_id=row["event_id"], organisation=row["code"], type=row["type"], occurred_at=row["occurred_at"],
                reference=row["reference"], stage=row["stage"], version=row["version"], about=row["about"],
            )
        )
        for row in rows
    }  # fmt: skip
