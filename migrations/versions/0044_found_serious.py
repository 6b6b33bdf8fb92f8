"""The words of serious cases are searched."""

from __future__ import annotations

from migrations.sql import run

revision = "0044"
down_revision = "0043"


def upgrade() -> None:
    """Run the SQL beside this file."""
    run("0044_found_serious.sql")
