"""What changes from one procedure to another, in words: rule by rule, and what is new, gone or other in each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import fields, is_dataclass
from enum import Enum
from typing import Any, Final

from policies.clock_rules import ClockRule
from policies.procedure import Procedure, Stage
from policies.procedure_rules import GateRule, MoveRule

# What a rule of each list is called, and by which of its keys it is told from others.
_LISTS: Final = (
    ("stages", "Stage", ("code",)),
    ("moves", "Move", ("stage", "command", "when")),
    ("gates", "Gate", ("command", "stages", "when")),
    ("clocks", "Clock", ("kind",)),
    ("figures", "Figure", ("code",)),
    ("exclusions", "Ground for not handling", ("code",)),
    ("outcomes", "Outcome", ("code",)),
    ("elements", "Part of the response", ("code",)),
    ("tiers", "Tier", ("code",)),
)
# The first stage is where a complaint begins, and tiers are asked for one after the other.
_IN_ORDER: Final = ("Stage", "Tier")
_SINGLE: Final = ("time_limit", "exemption", "coding", "investigator", "vocabulary")
_HEAD: Final = (
    *("code", "version", "regime", "nations", "matters", "effective_from", "effective_until"),
    *("title", "legal_basis", "signatories", "always"),
)


def diff(old: Procedure, new: Procedure) -> Iterator[str]:
    """Yield what is different, one thing a line; nothing where nothing is."""
    for name in _HEAD:
        yield from _value(_plain(name).capitalize(), getattr(old, name), getattr(new, name))
    for name, called, keys in _LISTS:
        yield from _list(called, keys, getattr(old, name), getattr(new, name))
    for name in _SINGLE:
        yield from _rule(_plain(name).capitalize(), getattr(old, name), getattr(new, name))


def _list(called: str, keys: tuple[str, ...], old: Iterable[Any], new: Iterable[Any]) -> Iterator[str]:
    before = {_name(each, keys): each for each in old}
    after = {_name(each, keys): each for each in new}
    for name in [*before, *(name for name in after if name not in before)]:
        yield from _rule(f"{called} {name}", before.get(name), after.get(name))
    kept = [name for name in after if name in before]
    if called in _IN_ORDER and kept != [name for name in before if name in after]:
        yield f"{called}: in another order: {', '.join(kept)}"


def _name(rule: Any, keys: tuple[str, ...]) -> str:
    return " ".join(said for key in keys if (said := _said(getattr(rule, key))) != "nothing")


def _rule(name: str, old: Any, new: Any) -> Iterator[str]:
    if old is None and new is not None:
        yield f"{name}: new: {_whole(new)}"
    elif new is None and old is not None:
        yield f"{name}: gone"
    elif old is not None:
        for each in fields(old):
            yield from _value(f"{name}: {_plain(each.name)}", getattr(old, each.name), getattr(new, each.name))


def _value(name: str, old: Any, new: Any) -> Iterator[str]:
    if old == new:
        return
    if _is_rules(old) or _is_rules(new):
        yield from _list(name, ("code",), old, new)
    elif is_dataclass(old) and is_dataclass(new):
        yield from _rule(name, old, new)
    elif isinstance(old, tuple) and isinstance(new, tuple) and set(old) != set(new):
        changes = [("without", set(old) - set(new), old), ("with", set(new) - set(old), new)]
        said = [f"{how} {_said(tuple(each for each in of if each in which))}" for how, which, of in changes if which]
        yield f"{name}: now {' and '.join(said)}"
    else:
        yield f"{name}: {_said(old)} → {_said(new)}"


def _is_rules(value: Any) -> bool:
    """Say whether something is a list of rules, each with a code of its own."""
    return isinstance(value, tuple) and bool(value) and all(hasattr(each, "code") for each in value)


def _whole(rule: Any) -> str:
    """Say what a new rule says, in short."""
    if isinstance(rule, MoveRule):
        return f"leads to {rule.to}"
    if isinstance(rule, GateRule):
        return f"needs {_said(rule.requires)}"
    if isinstance(rule, Stage):
        return "the end" if rule.terminal else _said(rule.commands)
    if isinstance(rule, ClockRule):
        amount = rule.figure or rule.amount or ""
        return f"{_said(rule.effect)}, from {_said(rule.starts)}, {amount} {_said(rule.unit)}".replace("  ", " ")
    return str(getattr(rule, "title", None) or getattr(rule, "legal_basis", ""))


def _said(value: Any) -> str:
    if value is None or value == ():
        return "nothing"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Enum):
        return _plain(str(value.value))
    if isinstance(value, tuple):
        return ", ".join(_said(each) for each in value)
    if isinstance(value, dict):
        return ", ".join(f"{key} {each}" for key, each in value.items())
    if is_dataclass(value):
        return ", ".join(f"{_plain(each.name)} {_said(getattr(value, each.name))}" for each in fields(value))
    return str(value)


def _plain(code: str) -> str:
    return code.replace("_", " ")
