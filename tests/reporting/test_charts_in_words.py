"""What a bar chart says to whoever does not see it: also where several bars are equally high."""

from __future__ import annotations

import pytest

from activities.reporting.charts import bars
from policies.reporting.definition_files import newest
from reports.document import Cell, Column, Row, Table


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ([4, 3, 4, 3, 3], "5 bars. The most is 4 (m0 and 1 more), the least 3 (m1 and 2 more)."),
        ([7], "1 bar. The most is 7 (m0), the least 7 (m0)."),
        ([0, 0], "There is nothing to show."),
    ],
)
def test_what_is_as_high_as_others_is_not_said_to_be_alone(values: list[int], words: str) -> None:
    rule = newest("board").section("received")
    table = rule.table("received_by_month")
    rows = tuple(Row(code=f"m{n}", title=f"m{n}", cells=(Cell(value=value),)) for n, value in enumerate(values))
    (chart,) = bars(rule, [Table(code=table.code, title=table.title, head=table.head, rows=rows,
                                 columns=(Column(code="received", title="Received"),))])  # fmt: skip
    assert chart.words == words
