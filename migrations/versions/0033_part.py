"""Our own part in what another body coordinates."""

from __future__ import annotations

from migrations.sql import run

revision = "0033"
down_revision = "0032"


def upgrade() -> None:
    """Run the SQL beside this file."""
    run("0033_part.sql")
