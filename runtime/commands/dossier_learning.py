"""The part of a dossier that is about what was learned from a complaint, and the actions that follow from it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from policies.proofs import long_date
from runtime.commands.api_calls import ApiCalls

Shown = dict[str, Any]
Row = tuple[str, ...]
LEARNED: Final = ("about", "what lies behind it", "what was found", "what will change")
ACTIONS: Final = ("", "what", "by", "how it stands", "next", "by then")


@dataclass(frozen=True, slots=True, kw_only=True)
class Learned:
    """What the API says of what was learned, and of what is done about it."""

    learning: list[Shown] = field(default_factory=list)
    actions: list[Shown] = field(default_factory=list)


def read(calls: ApiCalls, here: str) -> Learned:
    """Read what was learned, and the actions."""
    return Learned(
        learning=calls.get(f"{here}/learning")["items"],
        actions=calls.get(f"{here}/actions")["items"],
    )


def subjects(learned: Learned) -> dict[str, str]:
    """Return what a clock is about, by the id of its subject."""
    return {each["id"]: f"action {each['number']}, {each['what'] or 'planned'}" for each in learned.actions}


def learning_rows(learning: Iterable[Shown]) -> list[Row]:
    """Return what was learned: about what, and what changes because of it."""
    return [_learned(each) for each in learning]


def action_rows(actions: Iterable[Shown]) -> list[Row]:
    """Return how each action stands, and what is owed of it next."""
    return [_action(each) for each in actions]


def _learned(each: Shown) -> Row:
    place = f" at {each['place']}" if each["place"] else ""
    change = each["willChange"] or ("nothing is to be learned" if each["outcome"] == "nothing_to_learn" else "")
    factors = ", ".join(_plain(factor) for factor in each["factors"])
    return (f"{_plain(each['theme'])}{place}", factors, each["found"] or "", change)


def _action(each: Shown) -> Row:
    stands = _plain(each["state"])
    if each["doneOn"]:
        stands += f" on {_day(each['doneOn'])}"
    stands += ", LATE" * each["late"]
    stands += f", recurred {each['recurred']} times" if each["recurred"] > 1 else ", recurred" * each["recurred"]
    stands += f", {_plain(each['endedCause'])}" if each.get("endedCause") else ""
    following = _plain(each["nextClock"] or "")
    return (
        str(each["number"]), each["what"] or "", _day(each["dueOn"]), stands, following,
        _day(each["nextOn"]) if each["nextOn"] else "",
    )  # fmt: skip


def _day(day: str) -> str:
    return long_date(date.fromisoformat(day))


def _plain(code: str) -> str:
    return code.replace("_", " ").replace(".", ", ")
