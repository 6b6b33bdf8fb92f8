"""Imports: batches, rows, and the silence until the switch date."""

from __future__ import annotations

from migrations.sql import run

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Run the SQL beside this file."""
    run("0005_imports.sql")
