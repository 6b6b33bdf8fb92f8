"""The words of involvements, promises and plans become findable."""

from __future__ import annotations

from migrations.sql import run

revision = "0026"
down_revision = "0025"


def upgrade() -> None:
    """Run the SQL beside this file."""
    run("0026_found_words.sql")
