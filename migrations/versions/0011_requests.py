"""Requests inside the organisation, investigations beside it, and holds."""

from __future__ import annotations

from migrations.sql import run

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Run the SQL beside this file."""
    run("0011_requests.sql")
