"""How serious a complaint is: facts, verdicts of the policy, what people set."""

from __future__ import annotations

from migrations.sql import run

revision = "0037"
down_revision = "0036"


def upgrade() -> None:
    """Run the SQL beside this file."""
    run("0037_triage.sql")
