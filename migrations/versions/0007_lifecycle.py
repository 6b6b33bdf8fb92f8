"""What the full lifecycle keeps of every complaint, and which procedure an organisation has adopted."""

from __future__ import annotations

from migrations.sql import run

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Run the SQL beside this file."""
    run("0007_lifecycle.sql")
