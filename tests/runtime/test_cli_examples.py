"""The examples are complaints that the API takes, and hold nobody's real address or number."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from api.schemas.intake import LogSaid
from runtime.places import checkout

EXAMPLES = sorted((checkout() / "examples").glob("*.json"))
# Ranges that Ofcom keeps free for drama.
DRAMA = re.compile(r"020 7946 0\d{3}|0117 496 0\d{3}|01632 960 ?\d{3}|07700 900 ?\d{3}")


def test_there_are_examples() -> None:
    assert len(EXAMPLES) >= 3


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.stem)
def test_an_example_is_a_complaint_in_the_shape_of_the_api(example: Path) -> None:
    LogSaid.model_validate_json(example.read_text(encoding="utf-8"))


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.stem)
def test_an_example_reaches_nobody(example: Path) -> None:
    body = json.loads(example.read_text(encoding="utf-8"))
    for person in (body["complainant"], body.get("affected") or {}):
        assert person.get("email", "a@example.org").endswith("@example.org")
        assert DRAMA.fullmatch(person.get("phone", "01632 960 000"))
