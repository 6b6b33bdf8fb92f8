"""Escalations to seniors: rota, calls, acknowledgements, decisions."""

from __future__ import annotations

from migrations.sql import run

revision = "0038"
down_revision = "0037"


def upgrade() -> None:
    """Run the SQL beside this file."""
    run("0038_escalation.sql")
