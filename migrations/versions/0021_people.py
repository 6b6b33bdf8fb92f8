"""What people need so that something reaches them."""

from __future__ import annotations

from migrations.sql import run

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    """Run the SQL beside this file."""
    run("0021_people.sql")
