"""Other bodies with systems of their own, and what they are told."""

from __future__ import annotations

from migrations.sql import run

revision = "0032"
down_revision = "0031"


def upgrade() -> None:
    """Run the SQL beside this file."""
    run("0032_partners.sql")
