"""The same complaint under two procedures has two different sets of proofs. The page in docs/ is what came of it here.

To write it anew: `REDRESS_WRITE_DOCS=1 make test ARGS=tests/activities/test_two_procedures.py`.
"""

from __future__ import annotations

import os
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Final

from policies.procedure_files import load_procedures
from policies.proofs import Proof, explain
from runtime.database_roles import DatabaseDsns
from tests.activities.office_desk import Desk, a_desk
from tests.apart import Apart
from tests.bodies import make_body

PAGE: Final = Path(__file__).parents[2] / "docs" / "two-procedures.md"
# Received on the Thursday before a weekend, acknowledged on the Tuesday after it.
_CLOCKS: Final = "select kind, proof from clock where complaint_id = %s and subject_id is null order by due_at"
ACKNOWLEDGED: Final = date(2028, 3, 7)
_SAYS: Final = (
    "A letter that came on Thursday 2 March 2028 and was acknowledged on Tuesday 7 March, once with an NHS trust in"
    " England and once with a council. Nothing differs but the procedure: the program is the same. These are the"
    " proofs of all clocks that ran by then, as they are stored with the case. A test makes them and compares them"
    " with this page."
)


def _page(left: str, right: str, rows: str) -> str:
    head = f"# The same complaint under two procedures\n\n{_SAYS}\n\n"
    return head + f"| | {left} | {right} |\n|---|---|---|\n{rows}\n"


async def _proofs(apart: Apart, dsns: DatabaseDsns, regime: str) -> tuple[str, dict[str, Proof]]:
    desk = await a_desk(apart, make_body(dsns.migrator, follows=None, regime=regime))
    desk.at(datetime(2028, 3, 7, 10, 0, tzinfo=UTC))
    await desk.acknowledge(ACKNOWLEDGED)
    return _title(desk), {
        row["kind"]: Proof.from_dict(row["proof"])
        for row in desk.rows(
            "select kind, proof from clock where complaint_id = %s and subject_id is null order by due_at"
        )
    }


def _title(desk: Desk) -> str:
    stands = desk.stands()
    return load_procedures().get(stands["procedure"], stands["procedure_version"]).title


def _cell(proof: Proof | None) -> str:
    return "–" if proof is None else "<br>".join(line.strip() for line in explain(proof).splitlines())


async def test_the_same_complaint_has_other_proofs_under_another_procedure(beside: Apart, dsns: DatabaseDsns) -> None:
    left, trust = await _proofs(beside, dsns, "nhs")
    beside.engine.now = datetime(2028, 3, 2, 10, 0, tzinfo=UTC)
    right, council = await _proofs(beside, dsns, "local_government")
    assert trust["acknowledgement"].due_on == date(2028, 3, 7)  # three working days after the Thursday
    assert council["acknowledgement"].due_on == date(2028, 3, 9)  # five
    assert trust["relevant_period"].due_on == date(2028, 9, 1)  # six months, the Thursday counted
    assert council["stage_1"].due_on == date(2028, 3, 21)  # ten working days after the acknowledgement
    kinds = [*trust, *(kind for kind in council if kind not in trust)]
    rows = "\n".join(f"| `{kind}` | {_cell(trust.get(kind))} | {_cell(council.get(kind))} |" for kind in kinds)
    page = _page(left, right, rows)
    if os.environ.get("REDRESS_WRITE_DOCS"):
        PAGE.write_text(page, encoding="utf-8")
    assert PAGE.read_text(encoding="utf-8") == page
