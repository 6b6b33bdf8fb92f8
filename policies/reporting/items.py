"""Folds what reports count one by one beside the case itself: escalations, decisions, remedies, learning, answers.

What each kind keeps in `code`, `second`, `number` and `flag` is said where it is folded.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Final

from policies.reporting import learning_items
from policies.reporting.held_items import Items
from policies.reporting.told import Row, Told
from policies.senior_turn import is_higher

_FOUND, _GONE = "found", "taken_back"
_BESIDE: Final = ("escalation", "candour", "referral", "action")


def _opened(kind: str) -> Callable[[Items, Told], None]:
    def step(items: Items, told: Told) -> None:
        items.put(kind, told.data["proceeding_id"], on=told.on, state=told.data["state"], code=told.data["about"])

    return step


def _moved(kind: str) -> Callable[[Items, Told], None]:
    def step(items: Items, told: Told) -> None:
        items.put(kind, told.data["proceeding_id"], state=told.data["state"])

    return step


def _over(kind: str) -> Callable[[Items, Told], None]:
    def step(items: Items, told: Told) -> None:
        items.put(kind, told.data["proceeding_id"], done_on=told.on)

    return step


# An escalation: code is cause/level, number the minutes until somebody senior had it in hand.
def _raised(items: Items, told: Told) -> None:
    items.put("escalation", told.data["proceeding_id"], code=f"{told.data['cause']}/{told.data['level']}")


def _again(items: Items, told: Told) -> None:
    found = items.get("escalation", told.data["proceeding_id"])
    cause, _, level = (found["code"] if found else "").partition("/")
    if level and is_higher(told.data["level"], level):
        items.put("escalation", told.data["proceeding_id"], code=f"{cause}/{told.data['level']}")


def _in_hand(items: Items, told: Told) -> None:
    items.put("escalation", told.data["proceeding_id"], number=told.data["minutes"])


# Candour: code is the rules, flag whether the incident is notifiable.
def _flagged(items: Items, told: Told) -> None:
    items.put("candour", told.data["proceeding_id"], code=told.data["rules"])


def _assessed(items: Items, told: Told) -> None:
    items.put("candour", told.data["proceeding_id"], flag=told.data["notifiable"])


# A referral: code is ombudsman or regulator, second the body.
def _received(items: Items, told: Told) -> None:
    data = told.data
    items.put("referral", data["referral_id"], code=data["referral"], second=data["body"], on=data["received_on"])


# A decision: state is its kind, code the outcome, second the body, due_on until when comments were asked for.
def _decided(items: Items, told: Told) -> None:
    data, referral = told.data, items.get("referral", told.data["referral_id"]) or {}
    items.put(
        "decision",
        data["decision_id"],
        on=data["decided_on"],
        state=data["decision"],
        code=data["outcome"],
        second=referral.get("second"),
        due_on=data["comments_by"],
    )


def _commented(items: Items, told: Told) -> None:
    items.put("decision", told.data["decision_id"], done_on=told.data["commented_on"])


# A recommendation: code is its kind, second the body, flag whether it was complied with in time.
def _recommended(items: Items, told: Told) -> None:
    data, referral = told.data, items.get("referral", told.data["referral_id"]) or {}
    items.put(
        "recommendation",
        data["recommendation_id"],
        on=data.get("made_on") or told.on,
        state="open",
        code=data["recommendation"],
        second=referral.get("second"),
        due_on=data["target_on"],
    )


def _target_moved(items: Items, told: Told) -> None:
    items.put("recommendation", told.data["recommendation_id"], due_on=told.data["target_on"])


def _complied(items: Items, told: Told) -> None:
    data = told.data
    items.put(
        "recommendation", data["recommendation_id"], state="complied", done_on=data["complied_on"], flag=data["in_time"]
    )


def _compliance_told(items: Items, told: Told) -> None:
    items.put("recommendation", told.data["recommendation_id"], state="told")


def _lifted(items: Items, told: Told) -> None:
    items.put("recommendation", told.data["recommendation_id"], state="lifted")


# A finding: one for each issue, the last that was made; code is its outcome.
def _found(items: Items, told: Told) -> None:
    items.put("finding", told.data["issue_id"], on=told.on, state=_FOUND, code=told.data["outcome"])


def _issue_gone(items: Items, told: Told) -> None:
    items.put("finding", told.data["issue_id"], state=_GONE)


def _issue_back(items: Items, told: Told) -> None:
    items.put("finding", told.data["issue_id"], state=_FOUND)


# A remedy: code is its kind, number pounds in all, done_on the day of what happened to it last.
def _proposed(items: Items, told: Told) -> None:
    data = told.data
    items.put("remedy", data["remedy_id"], on=told.on, state="proposed", code=data["remedy"], number=_pounds(data))


def _remedy(state: str) -> Callable[[Items, Told], None]:
    def step(items: Items, told: Told) -> None:
        data = told.data
        items.put("remedy", data["remedy_id"], state=state, done_on=data["happened_on"], number=_pounds(data))

    return step


def _pounds(data: Row) -> str | None:
    pence = [each for each in (data.get("loss_pence"), data.get("injustice_pence")) if each is not None]
    return str(Decimal(sum(pence)) / 100) if pence else None


HEARD: Final[Mapping[str, Callable[[Items, Told], None]]] = {
    **{f"{kind}.opened": _opened(kind) for kind in _BESIDE},
    **{f"{kind}.moved": _moved(kind) for kind in _BESIDE},
    **{f"{kind}.ended": _over(kind) for kind in _BESIDE if kind != "action"},
    "escalation.raised": _raised,
    "escalation.again": _again,
    "escalation.acknowledged": _in_hand,
    "candour.flagged": _flagged,
    "candour.assessed": _assessed,
    "referral.received": _received,
    "referral.decision": _decided,
    "referral.comment": _commented,
    "recommendation.made": _recommended,
    "recommendation.moved": _target_moved,
    "recommendation.complied": _complied,
    "recommendation.told": _compliance_told,
    "recommendation.lifted": _lifted,
    "finding.recorded": _found,
    "issue.taken_back": _issue_gone,
    "issue.taken_up": _issue_back,
    "remedy.proposed": _proposed,
    **{f"remedy.{each}": _remedy(each) for each in ("approved", "rejected", "offered", "accepted", "declined", "paid")},
    "remedy.amended": _remedy("approved"),
    **learning_items.HEARD,
}
