"""Complaints that belong together."""

from __future__ import annotations

from migrations.sql import run

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Run the SQL beside this file."""
    run("0009_links.sql")
