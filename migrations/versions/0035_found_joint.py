"""The words of joint work are searched."""

from __future__ import annotations

from migrations.sql import run

revision = "0035"
down_revision = "0034"


def upgrade() -> None:
    """Run the SQL beside this file."""
    run("0035_found_joint.sql")
