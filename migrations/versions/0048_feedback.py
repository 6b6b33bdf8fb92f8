"""Feedback on how it was: instruments, surveys, answers."""

from __future__ import annotations

from migrations.sql import run

revision = "0048"
down_revision = "0047"


def upgrade() -> None:
    """Run the SQL beside this file."""
    run("0048_feedback.sql")
