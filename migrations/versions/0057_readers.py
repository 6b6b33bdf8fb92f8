"""Those who only read hear that there is something to read; and since when governance was known to reports."""

from __future__ import annotations

from migrations.sql import run

revision = "0057"
down_revision = "0056"


def upgrade() -> None:
    """Run the SQL beside this file."""
    run("0057_readers.sql")
