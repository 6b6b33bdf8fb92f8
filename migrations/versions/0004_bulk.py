"""Bulk operations and their items."""

from __future__ import annotations

from migrations.sql import run

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Run the SQL beside this file."""
    run("0004_bulk.sql")
