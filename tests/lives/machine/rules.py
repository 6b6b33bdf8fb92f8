"""The rules of a machine: one for each command, and several for what is to happen more often than one command."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule
from hypothesis.strategies import DataObject

from contracts.commands import CommandKind
from gateways.delivery import AFTERWARDS
from tests.lives.machine.choosing import ABOUT, ENDS, SAYINGS
from tests.lives.machine.machine import Machine, Stage


def machine_on(stage: Stage) -> type[Machine]:
    """Return a machine with a rule for each command, and several for what is to happen more often than one command."""
    members: dict[str, Any] = {"stage": stage}
    for kind in SAYINGS:
        for number in range(4 if kind is CommandKind.FROM_BODY else 1):  # bodies have much to say
            members[f"say_{kind.value}_{number}"] = _rule_for(kind)
    saying, days = {"target": Machine.sayings, "data": st.data()}, st.sampled_from([1, 2, 3, 5, 8, 13, 21, 40])
    often: tuple[tuple[int, Callable[..., Any], dict[str, Any]], ...] = (
        (8, Machine.step_onward, saying),
        (8, Machine.follow_up, saying),
        (8, Machine.step_beside, saying),
        (5, Machine.days_pass, {"days": days}),
        (4, Machine.say_it_again, {"submission_id": Machine.sayings}),
        (2, Machine.report, {}),
        (4, Machine.say_two_things_at_once, {"data": st.data()}),
    )
    for copies, what, drawn in often:
        for number in range(copies):
            members[f"{what.__name__}_{number}"] = rule(**drawn)(_copy(what))
    return type("Life", (Machine,), members)


def _copy(what: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(what)
    def copy(self: Machine, **drawn: Any) -> Any:
        return what(self, **drawn)

    return copy


def _rule_for(kind: CommandKind) -> Any:
    def say(self: Machine, data: DataObject) -> UUID:
        return self.say(kind, data)

    def may(self: Machine) -> bool:
        if not hasattr(self, "look") or (kind in ENDS and not self.ripe):
            return False
        if not self.look.open:
            return kind in AFTERWARDS
        table, like = ABOUT.get(kind, ("complaint", {}))
        coded = kind is not CommandKind.SET_CODING or self.look.procedure.coding is not None
        return kind in self.look.procedure.allowed_in(self.look.stage) and coded and bool(self.look.rows(table, **like))

    say.__name__ = f"say_{kind.value}"
    return precondition(may)(rule(target=Machine.sayings, data=st.data())(say))
