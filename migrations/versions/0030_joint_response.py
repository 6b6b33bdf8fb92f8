"""The one draft of a joint response, and what was said of it."""

from __future__ import annotations

from migrations.sql import run

revision = "0030"
down_revision = "0029"


def upgrade() -> None:
    """Run the SQL beside this file."""
    run("0030_joint_response.sql")
