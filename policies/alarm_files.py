"""Reads the versions of the mix of alarms from `policies/alarms/`.

A malformed file refuses the process at its start, as a malformed procedure does.
"""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files

from pydantic import TypeAdapter, ValidationError

from policies.alarm_rules import AlarmRules


class AlarmRuleError(ValueError):
    """A file of alarms is malformed; the message names the file, the key and the reason."""


_RULES = TypeAdapter(AlarmRules)


@cache
def load_alarms() -> tuple[AlarmRules, ...]:
    """Return every version of the alarms, the oldest first."""
    found = [
        parse_alarms(entry.name, entry.read_text(encoding="utf-8"))
        for entry in files("policies.alarms").iterdir()
        if entry.name.startswith("alarms.") and entry.name.endswith(".toml")
    ]
    return tuple(sorted(found, key=lambda rules: rules.version))


def newest() -> AlarmRules:
    """Return the alarms that a complaint is opened with today."""
    return load_alarms()[-1]


def version(number: int) -> AlarmRules:
    """Return the alarms that a complaint is pinned to. Raises LookupError."""
    for rules in load_alarms():
        if rules.version == number:
            return rules
    raise LookupError(f"no alarms of version {number}")


def parse_alarms(file: str, text: str) -> AlarmRules:
    """Turn the text of one file into alarms. Raises AlarmRuleError."""
    try:
        found = _RULES.validate_python(tomllib.loads(text))
    except (tomllib.TOMLDecodeError, ValidationError) as error:
        raise AlarmRuleError(f"{file}: {error}") from None
    if file != f"alarms.v{found.version}.toml":
        raise AlarmRuleError(f"{file}: version: the file is not named after version {found.version}")
    return found
