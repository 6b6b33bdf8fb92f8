"""The tests can run beside each other: what is named for that is there, and is named the same in every process."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

import pytest

from tests.side_by_side import AN_ID, LONG, TOGETHER, rank, unit_of

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("path", sorted({*LONG, *(path for paths in TOGETHER for path in paths)}))
def test_what_is_named_is_there(path: str) -> None:
    assert any(str(file.relative_to(ROOT)).startswith(path) for file in (ROOT / "tests").rglob("test_*.py"))


def test_the_long_ones_come_first_and_what_belongs_together_stays_so() -> None:
    kills, bulk = "tests/faults/test_kills.py::test_a", "tests/faults/test_bulk_killed.py::test_b"
    assert unit_of(kills) == unit_of(bulk) != unit_of("tests/db/test_search.py::test_c")
    assert rank(kills) < rank("tests/lives/test_endings.py::test_d") < rank("tests/db/test_search.py::test_c")


# A new id in every process, as a test may make them: the processes would not know each other's tests by their names.
@pytest.mark.parametrize("path", ["remedies/01a206fc-399c-76ca-ab78-e1c4e690ffbe/decision"])
def test_a_case_is_named_the_same_in_every_process(path: str, request: pytest.FixtureRequest) -> None:
    assert AN_ID.search(path)
    named = [item.nodeid for item in request.session.items if (found := AN_ID.search(item.nodeid)) and random(found[0])]
    assert named == []


def test_no_two_tests_have_one_address(request: pytest.FixtureRequest) -> None:
    named = [item.nodeid for item in request.session.items]
    assert len(named) == len(set(named))


def random(found: str) -> bool:
    """Say whether an id is made anew each time: one of version 5 is made of a name."""
    return UUID(found).version != 5
