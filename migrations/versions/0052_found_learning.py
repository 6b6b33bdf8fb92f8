"""What was found while learning and reports were looked at again."""

from __future__ import annotations

from migrations.sql import run

revision = "0052"
down_revision = "0051"


def upgrade() -> None:
    """Run the SQL beside this file."""
    run("0052_found_learning.sql")
