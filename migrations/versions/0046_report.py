"""Reports as they were compiled, approved and published."""

from __future__ import annotations

from migrations.sql import run

revision = "0046"
down_revision = "0045"


def upgrade() -> None:
    """Run the SQL beside this file."""
    run("0046_report.sql")
