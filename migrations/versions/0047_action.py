"""Learning, and the actions that follow from it and outlive the complaint."""

from __future__ import annotations

from migrations.sql import run

revision = "0047"
down_revision = "0046"


def upgrade() -> None:
    """Run the SQL beside this file."""
    run("0047_action.sql")
