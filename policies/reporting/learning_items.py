"""Folds learning and its actions, how it was for people, staff complained about, and what recurred.

What each kind keeps in `code`, `second`, `number` and `flag` is said where it is folded.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from policies.reporting.held_items import UNKNOWN, Items
from policies.reporting.told import Row, Told

_SCORE: Final = "s_"


# Learning: code is its theme, second the place, flag whether something went wrong, number its version.
def _learned(items: Items, told: Told) -> None:
    data = told.data
    items.refer(
        "learning",
        data["learning_id"],
        told,
        state=data.get("outcome") or UNKNOWN,
        code=data.get("theme"),
        second=data.get("place"),
        flag=data.get("went_wrong"),
        number=data.get("version"),
    )


# An action: code is what it follows from, second its theme, flag whether it was done in time, number how often the
# theme recurred after it. What was done stays done on its day: where it recurred, another round of it begins beside it,
# with a date and an end of its own.
def _planned(items: Items, told: Told) -> None:
    data = told.data
    items.refer(
        "action",
        data["action_id"],
        told,
        code=data.get("follows"),
        second=data.get("theme"),
        due_on=data.get("due_on"),
        number=0,
    )


def _changed(items: Items, told: Told) -> None:
    _put_round(items, told.data["action_id"], due_on=told.data["due_on"])


def _completed(items: Items, told: Told) -> None:
    data = told.data
    _put_round(items, data["action_id"], done_on=data["done_on"], flag=data["in_time"])


def _action_moved(items: Items, told: Told) -> None:
    action_id, state = told.data["proceeding_id"], told.data["state"]
    items.put("action", action_id, state=state)
    _put_round(items, action_id, state=state)


def _checked(items: Items, told: Told) -> None:
    data, found = told.data, items.get("action", told.data["action_id"])
    if found is None or data.get("result") != "recurred":
        return
    number = int(found["number"] or 0) + 1
    items.put("action", data["action_id"], number=number)
    same = {name: found[name] for name in ("state", "code", "second")}
    due_on = data.get("due_on") or found["due_on"]
    items.put("action_again", data["action_id"], str(number), on=told.on, due_on=due_on, **same)


def _put_round(items: Items, action_id: str, **values: Any) -> None:
    """Set some of what is known of the round that an action is in."""
    number = int((items.get("action", action_id) or {}).get("number") or 0)
    items.put(*(("action_again", action_id, str(number)) if number else ("action", action_id)), **values)


# How it was: code is party or staff, second the instrument; each score is an item of its own, part is the statement.
# Scores do not stand in the chain: whoever reads it for reports puts them in (`s_<statement>`). Somebody who was left
# in peace at first counts from the day on which they were asked.
def _experience(items: Items, told: Told) -> None:
    data, item_id = told.data, told.data["experience_id"]
    whose = "party" if data.get("party_id") is not None else "staff"
    before = items.get("experience", item_id)
    first = before is None or before["state"] == "held_back"
    values: Row = {"state": data["step"]} | ({"on": data["on"], "code": whose} if first else {})
    if data.get("instrument") is not None:
        values["second"] = data["instrument"]
    if data["step"] in ("answered", "declined"):
        values["done_on"] = data["on"]
    items.put("experience", item_id, **values)
    instrument = (items.get("experience", item_id) or {}).get("second")
    for name, score in data.items():
        if name.startswith(_SCORE) and score is not None:
            part = name.removeprefix(_SCORE)
            said = {"state": data["step"], "code": whose, "second": instrument, "number": score}
            items.put("score", item_id, part, on=data["on"], **said)


# A member of staff complained about: code is what kind of staff they are, done_on the day they were told.
def _staff_named(items: Items, told: Told) -> None:
    items.put("staff", told.data["involvement_id"], on=told.on, state="named", code=told.data["staff"])


def _staff_changed(items: Items, told: Told) -> None:
    items.put("staff", told.data["involvement_id"], code=told.data["staff"])


def _staff_told(items: Items, told: Told) -> None:
    items.put("staff", told.data["involvement_id"], state="told", done_on=told.data["told_on"])


def _staff_ended(items: Items, told: Told) -> None:
    items.put("staff", told.data["involvement_id"], state="ended")


# Something recurred: code is by what it was found, number how many complaints.
def _recurred(items: Items, told: Told) -> None:
    data = told.data
    items.put("recurrence", data["recurrence_id"], on=told.on, state="found", code=data["by"], number=data["count"])


HEARD: Final[Mapping[str, Callable[[Items, Told], None]]] = {
    "learning.recorded": _learned,
    "action.moved": _action_moved,
    "action.planned": _planned,
    "action.changed": _changed,
    "action.completed": _completed,
    "action.checked": _checked,
    "experience.recorded": _experience,
    "staff.named": _staff_named,
    "staff.changed": _staff_changed,
    "staff.told": _staff_told,
    "staff.ended": _staff_ended,
    "recurrence.found": _recurred,
}
