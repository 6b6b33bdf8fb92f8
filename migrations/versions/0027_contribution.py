"""Joint investigations: the bodies that contribute, and what was said between them."""

from __future__ import annotations

from migrations.sql import run

revision = "0027"
down_revision = "0026"


def upgrade() -> None:
    """Run the SQL beside this file."""
    run("0027_contribution.sql")
