"""What the staff complained about say, what they are told, and how it was for them."""

from __future__ import annotations

from migrations.sql import run

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    """Run the SQL beside this file."""
    run("0020_staff_comments.sql")
