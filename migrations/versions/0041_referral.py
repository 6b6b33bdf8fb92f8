"""What an Ombudsman or a regulator asks: enquiries, decisions, recommendations."""

from __future__ import annotations

from migrations.sql import run

revision = "0041"
down_revision = "0040"


def upgrade() -> None:
    """Run the SQL beside this file."""
    run("0041_referral.sql")
