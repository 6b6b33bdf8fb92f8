"""What wakes a senior and what goes into the digest: causes, recurrences, the digest."""

from __future__ import annotations

from migrations.sql import run

revision = "0039"
down_revision = "0038"


def upgrade() -> None:
    """Run the SQL beside this file."""
    run("0039_alarms.sql")
