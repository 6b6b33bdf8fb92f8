"""What runs beside a complaint: escalations, candour, referrals."""

from __future__ import annotations

from migrations.sql import run

revision = "0036"
down_revision = "0035"


def upgrade() -> None:
    """Run the SQL beside this file."""
    run("0036_proceeding.sql")
