"""Writes what is wrong with a procedure's file as file, line, key and reason."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pydantic import ValidationError

from policies.toml_lines import Lines, Place

_NAMING_KEYS = ("code", "kind", "command")
# What the checks of a whole procedure call a rule, by the list in which it stands and the names of its keys.
_RULES: dict[str, tuple[str, tuple[str, ...]]] = {
    "clock": ("clocks", ("kind",)),
    "gate": ("gates", ("command",)),
    "move": ("moves", ("command", "stage")),
    "tier": ("tiers", ("code",)),
    "stage": ("stages", ("code",)),
}


def faults_of(file: str, data: dict[str, Any], lines: Lines, error: ValidationError) -> Iterator[str]:
    """Yield each fault that the first reading of a file found."""
    for fault in error.errors(include_url=False, include_input=False):
        why = fault["msg"].removeprefix("Value error, ")
        line = lines.of(fault["loc"] or _place_of(data, why))
        yield written(file, line or 1, key_of(data, fault["loc"]), why)


def _place_of(data: dict[str, Any], why: str) -> Place:
    """Return the place of the rule that a check of the whole procedure names in its words."""
    head, _, rest = why.partition(":")
    rule, *named = head.replace(" from ", " ").split()
    if rule in _RULES and named:
        listed, keys = _RULES[rule]
        return _entry(data, listed, keys, named)
    last = rest.replace(",", " ").split()
    return _entry(data, rule, _NAMING_KEYS, last[-1:]) or ((rule,) if rule in data else ())


def _entry(data: dict[str, Any], listed: str, keys: tuple[str, ...], named: list[str]) -> Place:
    """Return the place of the last entry of a list that has these names: of two alike, the later is at fault."""
    entries = data.get(listed)
    for number, entry in reversed(list(enumerate(entries if isinstance(entries, list) else []))):
        names = [entry[key] for key in keys if key in entry] if isinstance(entry, dict) else []
        if names and names[: len(named)] == named[: len(names)]:
            return (listed, number)
    return ()


def written(file: str, line: int | None, key: str, why: str) -> str:
    """Write one fault."""
    return ": ".join(part for part in (file if line is None else f"{file}:{line}", key, why) if part)


def key_of(data: Any, loc: Place) -> str:
    """Write a key as clocks[acknowledgement].rungs[overdue].unit: by the entry's own name where it has one."""
    key = ""
    for part in loc:
        if isinstance(part, str):
            key += f".{part}" if key else part
            data = data.get(part) if isinstance(data, dict) else None
            continue
        data = data[part] if isinstance(data, list) and part < len(data) else None
        names = [data[name] for name in _NAMING_KEYS if name in data] if isinstance(data, dict) else []
        key += f"[{names[0] if names else part}]"
    return key
