"""How a body without a system reaches its page."""

from __future__ import annotations

from migrations.sql import run

revision = "0031"
down_revision = "0030"


def upgrade() -> None:
    """Run the SQL beside this file."""
    run("0031_access.sql")
