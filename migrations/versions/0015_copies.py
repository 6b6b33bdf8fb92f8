"""The copies of letters as they were sent."""

from __future__ import annotations

from migrations.sql import run

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    """Run the SQL beside this file."""
    run("0015_copies.sql")
