"""Files: where their content is, how they were scanned, who may see them."""

from __future__ import annotations

from migrations.sql import run

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Run the SQL beside this file."""
    run("0003_files.sql")
