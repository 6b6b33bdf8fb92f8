"""What other bodies submitted, and the actions that they promised."""

from __future__ import annotations

from migrations.sql import run

revision = "0029"
down_revision = "0028"


def upgrade() -> None:
    """Run the SQL beside this file."""
    run("0029_submissions.sql")
