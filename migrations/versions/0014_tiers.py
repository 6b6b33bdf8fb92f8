"""Tiers, and what happens when a person dies."""

from __future__ import annotations

from migrations.sql import run

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    """Run the SQL beside this file."""
    run("0014_tiers.sql")
