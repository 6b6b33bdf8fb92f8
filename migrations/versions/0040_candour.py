"""The duty of candour: incidents, notices in person and in writing, attempts, support."""

from __future__ import annotations

from migrations.sql import run

revision = "0040"
down_revision = "0039"


def upgrade() -> None:
    """Run the SQL beside this file."""
    run("0040_candour.sql")
