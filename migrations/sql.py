"""Runs the SQL that stands beside a revision: SQL reads best as SQL."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from alembic import op


def run(name: str) -> None:
    """Execute one file of `migrations/versions`, whose statements bind no parameters."""
    text = (Path(__file__).parent / "versions" / name).read_text()
    # Colons of casts and assignments are not to be read as bound parameters.
    op.execute(sa.text(text.replace(":", r"\:")))
