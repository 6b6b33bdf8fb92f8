"""What is shared with other bodies: learning, and aggregates for a parent department."""

from __future__ import annotations

from migrations.sql import run

revision = "0051"
down_revision = "0050"


def upgrade() -> None:
    """Run the SQL beside this file."""
    run("0051_sharing.sql")
