"""The involvement of the staff complained about."""

from __future__ import annotations

from migrations.sql import run

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    """Run the SQL beside this file."""
    run("0019_involvement.sql")
