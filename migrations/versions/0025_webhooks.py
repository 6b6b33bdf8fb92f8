"""Subscriptions of case systems, and what was sent to them."""

from __future__ import annotations

from migrations.sql import run

revision = "0025"
down_revision = "0024"


def upgrade() -> None:
    """Run the SQL beside this file."""
    run("0025_webhooks.sql")
