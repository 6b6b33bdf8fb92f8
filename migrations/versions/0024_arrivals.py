"""Whether notices arrived, and when they may go."""

from __future__ import annotations

from migrations.sql import run

revision = "0024"
down_revision = "0023"


def upgrade() -> None:
    """Run the SQL beside this file."""
    run("0024_arrivals.sql")
