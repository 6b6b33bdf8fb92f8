"""Letters that tell that an action is let go of."""

from __future__ import annotations

from migrations.sql import run

revision = "0056"
down_revision = "0055"


def upgrade() -> None:
    """Run the SQL beside this file."""
    run("0056_let_go.sql")
