"""Divisions, teams, absences, leavers, contacts and corrections."""

from __future__ import annotations

from migrations.sql import run

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Run the SQL beside this file."""
    run("0002_office.sql")
