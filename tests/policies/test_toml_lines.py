"""The line of each key of a TOML text is found, whatever the way it is written."""

from __future__ import annotations

import tomllib
from importlib.resources import files
from typing import Any

import pytest

from policies.toml_lines import Lines

_TEXT = '''# a comment with [brackets] and "quotes"
code = "a # no comment"   # a comment

list = [
    "one", "two",  # [ ] { }
    { code = "x", does = ["a", "b"] },
    { code = "y", "quoted key" = 1 },
]
words = """
[[not]]
a = table "" """
literal = 'C:\\'
dated = 2028-03-02 10:00:00

[table]
inner.deep = 1
other = { a = [1, 2], b = { c = 3 } }

[[many]]
code = "first"

[[many]]
code = "second"
[many.below]
unit = "days"
[[many.rungs]]
at = "\\"09:00]"
[[many.rungs]]
at = "10:00"
'''


@pytest.mark.parametrize(
    ("place", "line"),
    [
        (("code",), 2),
        (("list",), 4),
        (("list", 0), 5),
        (("list", 1), 5),
        (("list", 2, "does", 1), 6),
        (("list", 3, "quoted key"), 7),
        (("words",), 9),
        (("literal",), 12),
        (("dated",), 13),
        (("table",), 15),
        (("table", "inner", "deep"), 16),
        (("table", "other", "b", "c"), 17),
        (("many",), 19),
        (("many", 0, "code"), 20),
        (("many", 1), 22),
        (("many", 1, "below", "unit"), 25),
        (("many", 1, "rungs", 1, "at"), 29),
    ],
)
def test_every_key_has_its_line(place: tuple[str | int, ...], line: int) -> None:
    tomllib.loads(_TEXT)
    assert Lines(_TEXT).of(place) == line


def test_a_key_that_is_missing_has_the_line_of_what_should_hold_it() -> None:
    lines = Lines(_TEXT)
    assert lines.of(("many", 1, "below", "amount")) == 24
    assert lines.of(("list", 3, "does", 0)) == 7
    assert lines.of(("nowhere", 3)) is None and lines.of(()) is None


def _places(data: Any, place: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    found = [place] if place else []
    if isinstance(data, dict):
        return found + [each for key, value in data.items() for each in _places(value, (*place, key))]
    if isinstance(data, list):
        return found + [each for n, value in enumerate(data) for each in _places(value, (*place, n))]
    return found


@pytest.mark.parametrize(
    "name", [each.name for each in (files("policies") / "procedures").iterdir() if each.name.endswith(".toml")]
)
def test_every_key_of_a_shipped_procedure_stands_on_the_line_that_is_named(name: str) -> None:
    text = (files("policies") / "procedures" / name).read_text(encoding="utf-8")
    rows, lines, data = text.splitlines(), Lines(text), tomllib.loads(text)
    for place in _places(data):
        line, key = lines.of(place), next(part for part in reversed(place) if isinstance(part, str))
        assert line is not None
        if isinstance(place[-1], str):
            assert key in rows[line - 1], place


@pytest.mark.parametrize("text", ["a = [1,", "a = {b = 1", 'a = "open', "[a", "a", 'a = """x', "="])
def test_a_text_that_is_no_toml_is_walked_to_its_end(text: str) -> None:
    Lines(text)
