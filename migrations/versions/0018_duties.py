"""What is owed whatever the procedure says: its clocks, and who keeps them."""

from __future__ import annotations

from migrations.sql import run

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    """Run the SQL beside this file."""
    run("0018_duties.sql")
