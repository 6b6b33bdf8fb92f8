"""Governance: series, occurrences, their steps, meetings and actions."""

from __future__ import annotations

from migrations.sql import run

revision = "0049"
down_revision = "0048"


def upgrade() -> None:
    """Run the SQL beside this file."""
    run("0049_governance.sql")
