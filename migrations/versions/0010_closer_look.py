"""Early resolution, issues, the plan and the people of an investigation."""

from __future__ import annotations

from migrations.sql import run

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Run the SQL beside this file."""
    run("0010_closer_look.sql")
