"""Findings, initial views and remedies."""

from __future__ import annotations

from migrations.sql import run

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Run the SQL beside this file."""
    run("0012_findings.sql")
