"""Every event that acts write is decided on: reports fold it, or it is named as saying nothing to them."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Final

from policies.procedure_files import load_procedures
from policies.remedies import FOLLOWS
from policies.reporting import case_fold, items, judged
from policies.reporting.not_counted import NOT_COUNTED

# Made of what the code cannot know where it is written: the stages of procedures, what is decided of a remedy.
MADE_UP: Final = {
    "f'remedy.{said.decision}'": {f"remedy.{each}" for follows in FOLLOWS.values() for each in follows},
    "f'{kind.value}.opened'": {f"{each}.opened" for each in items._BESIDE},
    "f'{row.kind}.moved'": {f"{each}.moved" for each in items._BESIDE},
    "f'{row.kind}.ended'": {f"{each}.ended" for each in items._BESIDE},
    "f'meeting.{row.state}'": {"meeting.held", "meeting.cancelled"},
    "f'complaint.{stage}'": set(),
    "'lead.moved' if state == 'moved' else f'lead.{state}'": {
        f"lead.{each}" for each in ("proposed", "agreed", "disputed", "decided", "moved")
    },
    "'staff_safety.flagged' if said.flagged else 'staff_safety.lifted'": {
        "staff_safety.flagged",
        "staff_safety.lifted",
    },
}


def written() -> set[str]:
    """Return every kind of event that acts write."""
    kinds: set[str] = set()
    for file in Path("activities").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            calls = isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
            if not calls or node.func.attr not in ("event", "event_of_machine") or not node.args:  # type: ignore[attr-defined]
                continue
            kind = node.args[0]  # type: ignore[attr-defined]
            if isinstance(kind, ast.Constant):
                kinds.add(str(kind.value))
            else:
                assert ast.unparse(kind) in MADE_UP, f"{file}: decide what reports make of {ast.unparse(kind)}"
                kinds |= MADE_UP[ast.unparse(kind)]
    return kinds


def test_every_event_is_folded_or_named_as_saying_nothing() -> None:
    heard = case_fold.HEARD.keys() | items.HEARD.keys() | judged.HEARD.keys()
    assert not heard & NOT_COUNTED
    undecided = {each for each in written() if each not in heard | NOT_COUNTED and not each.startswith("complaint.")}
    assert undecided == set()


def test_no_stage_in_which_a_complaint_ends_is_taken_for_something_else() -> None:
    stages = {stage.code for each in load_procedures().versions for stage in each.stages if stage.terminal}
    assert stages
    assert not {f"complaint.{stage}" for stage in stages} & (case_fold.HEARD.keys() | NOT_COUNTED)
    assert not stages & case_fold._NO_STAGE
