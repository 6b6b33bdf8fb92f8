"""Whether a complaint is handled, under which findings, and how it is coded for the returns."""

from __future__ import annotations

from migrations.sql import run

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Run the SQL beside this file."""
    run("0008_eligibility.sql")
