"""What the API asks of what stands beside complaints and of courses, answered by the policies."""

from __future__ import annotations

from api.insight_rules import InsightRules
from policies import insight_files, training_files


def insight_rules() -> InsightRules:
    """Return the rules by which counts are read, and the courses of today."""
    return InsightRules(
        read_csv=insight_files.read_csv, read_rows=insight_files.read_rows, courses=training_files.newest
    )
