"""Who clears the response of a serious complaint, in turn."""

from __future__ import annotations

from migrations.sql import run

revision = "0043"
down_revision = "0042"


def upgrade() -> None:
    """Run the SQL beside this file."""
    run("0043_clearance_chain.sql")
