"""Who coordinates, by when, what is asked of other bodies, and meetings with them."""

from __future__ import annotations

from migrations.sql import run

revision = "0028"
down_revision = "0027"


def upgrade() -> None:
    """Run the SQL beside this file."""
    run("0028_lead.sql")
