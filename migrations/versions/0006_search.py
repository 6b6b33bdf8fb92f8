"""Full-text search, saved filters, and the indexes of the worklist."""

from __future__ import annotations

from migrations.sql import run

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Run the SQL beside this file."""
    run("0006_search.sql")
