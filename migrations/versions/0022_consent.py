"""Consents, and contact plans."""

from __future__ import annotations

from migrations.sql import run

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    """Run the SQL beside this file."""
    run("0022_consent.sql")
