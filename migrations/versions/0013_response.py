"""The response: drafted, cleared, signed."""

from __future__ import annotations

from migrations.sql import run

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """Run the SQL beside this file."""
    run("0013_response.sql")
