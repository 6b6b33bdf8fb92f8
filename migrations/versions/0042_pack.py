"""Evidence packs, and who saw what."""

from __future__ import annotations

from migrations.sql import run

revision = "0042"
down_revision = "0041"


def upgrade() -> None:
    """Run the SQL beside this file."""
    run("0042_pack.sql")
