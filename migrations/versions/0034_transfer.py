"""Complaints passed on to the body that they are for."""

from __future__ import annotations

from migrations.sql import run

revision = "0034"
down_revision = "0033"


def upgrade() -> None:
    """Run the SQL beside this file."""
    run("0034_transfer.sql")
