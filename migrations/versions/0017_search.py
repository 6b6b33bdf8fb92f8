"""The words of casework become findable."""

from __future__ import annotations

from migrations.sql import run

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    """Run the SQL beside this file."""
    run("0017_search.sql")
