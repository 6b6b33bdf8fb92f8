"""Promises to people."""

from __future__ import annotations

from migrations.sql import run

revision = "0023"
down_revision = "0022"


def upgrade() -> None:
    """Run the SQL beside this file."""
    run("0023_promises.sql")
