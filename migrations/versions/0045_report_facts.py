"""The reports' own view of cases."""

from __future__ import annotations

from migrations.sql import run

revision = "0045"
down_revision = "0044"


def upgrade() -> None:
    """Run the SQL beside this file."""
    run("0045_report_facts.sql")
