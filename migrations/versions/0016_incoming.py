"""What comes in by the online form and by e-mail."""

from __future__ import annotations

from migrations.sql import run

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    """Run the SQL beside this file."""
    run("0016_incoming.sql")
