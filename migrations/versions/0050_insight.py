"""What is counted beside complaints, and what staff were trained in."""

from __future__ import annotations

from migrations.sql import run

revision = "0050"
down_revision = "0049"


def upgrade() -> None:
    """Run the SQL beside this file."""
    run("0050_insight.sql")
