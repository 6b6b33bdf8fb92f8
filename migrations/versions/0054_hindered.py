"""Governance that does not come through says so, and what was answered is answered again."""

from __future__ import annotations

from migrations.sql import run

revision = "0054"
down_revision = "0052"


def upgrade() -> None:
    """Run the SQL beside this file."""
    run("0054_hindered.sql")
