"""What follows from learning reaches somebody: actions handed over, those of meetings chased, codes that stay secret."""

from __future__ import annotations

from migrations.sql import run

revision = "0055"
down_revision = "0054"


def upgrade() -> None:
    """Run the SQL beside this file."""
    run("0055_following.sql")
