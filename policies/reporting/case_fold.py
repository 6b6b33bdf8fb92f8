"""Folds what is known of the case itself: its days, its outcome, whose it is, how it is coded.

The day of an act is the local day on which it was said; where it says a day itself, that one counts.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from policies.reporting import coded_fold
from policies.reporting.held_case import OWN, CaseFold
from policies.reporting.told import Row, Told

# Every other event of this family is the stage in which a complaint ended: procedures name theirs themselves.
STAGE: Final = "complaint."
_NO_STAGE: Final = frozenset({"logged", "imported", "acknowledged", "linked", "unlinked"})
_EXEMPT: Final = "exempt"
_PROCEDURE: Final = ("procedure", "procedure_version")
# Where a complaint came from another system at one of these stages, it had its closer look there.
_LOOKED_AT: Final = frozenset({"closer_look", "responded", "closed"})


def take(fold: CaseFold, told: Told) -> Row | None:
    """Take up an event; return the case as it is known from it on, or None where that is as before."""
    before = fold.row
    step = HEARD.get(told.kind)
    if step is not None:
        step(fold, told)
    elif told.kind.removeprefix(STAGE) not in _NO_STAGE:
        _ended(fold, told)
    return None if fold.row is before else fold.row


def _logged(fold: CaseFold, told: Told) -> None:
    data = told.data
    fold.open(
        **{name: data[name] for name in ("matter", "source", "channel", "received_on", *_PROCEDURE)},
        **{name: data.get(name) for name in OWN},
        logged_on=told.on,
        imported=False,
        reopened=data.get("reopened_from") is not None,
        death=bool(data.get("death")),
        severity="routine",  # until there is more that speaks for it: that there is not is no event
    )


def _imported(fold: CaseFold, told: Told) -> None:
    data = told.data
    looked_at = data["stage"] in _LOOKED_AT
    fold.open(
        **{name: data[name] for name in ("channel", "received_on", *_PROCEDURE)},
        **{name: data.get(name) for name in (*OWN, "acknowledged_on", "responded_on", "ended_on", "outcome")},
        matter="complaint",
        source="person",
        logged_on=told.on,
        imported=True,
        closer_look_on=data["period_set_on"] if looked_at else None,
        ended_as=data["stage"] if data["ended_on"] is not None else None,
        death=bool(data.get("death")),
    )


def _acknowledged(fold: CaseFold, told: Told) -> None:
    fold.first("acknowledged_on", told.data["made_on"])


def _began_resolution(fold: CaseFold, told: Told) -> None:
    fold.mind["trying"] = True


def _resolved(fold: CaseFold, told: Told) -> None:
    fold.mind["trying"] = False
    # The day of the result, also of one that did not satisfy: that an attempt failed is counted on it.
    fold.put(satisfied=bool(told.data["satisfied"]), resolved_on=told.data["resolved_on"])


def _looks_closer(fold: CaseFold, told: Told) -> None:
    fold.looks_closer(told.on)


def _looks_closer_unless_trying(fold: CaseFold, told: Told) -> None:
    """A period for the response, or issues that are confirmed, are signs of it unless early resolution is tried."""
    if not fold.mind["trying"]:
        fold.first("closer_look_on", told.on)


def _part_given(fold: CaseFold, told: Told) -> None:
    if told.data["role"] == "investigator":
        _looks_closer(fold, told)


def _responded(fold: CaseFold, told: Told) -> None:
    """Of several responses (a second one to what was on hold, one of a further tier) the last one answers."""
    fold.put(responded_on=told.data["issued_on"], outcome=told.data["outcome"])


def _ended(fold: CaseFold, told: Told) -> None:
    stage = told.kind.removeprefix(STAGE)
    fold.put(ended_on=told.on, ended_as=stage, outcome=told.data.get("outcome"))
    if stage == _EXEMPT:
        fold.put(satisfied=True, resolved_on=told.data.get("resolved_on") or told.on)


def _assigned(fold: CaseFold, told: Told) -> None:
    fold.put(**{name: told.data[name] for name in OWN})


def _barred(fold: CaseFold, told: Told) -> None:
    """Whoever handled it before has no part in the next tier: the case is nobody's."""
    if fold.row and fold.row["owner_id"] == told.data["person_id"]:
        fold.put(owner_id=None)


def _severity(fold: CaseFold, told: Told) -> None:
    fold.put(severity=told.data["severity"])


def _judged(fold: CaseFold, told: Told) -> None:
    """What is higher than before is told by an event of its own."""
    if fold.row and fold.row["severity"] is None and told.data["severity"] == "routine":
        fold.put(severity="routine")


def _tier(fold: CaseFold, told: Told) -> None:
    if told.data["tier_kind"] == "ombudsman":
        _ombudsman(fold, told.data["asked_on"])


def _referred(fold: CaseFold, told: Told) -> None:
    if told.data["referral"] == "ombudsman":
        _ombudsman(fold, told.data["received_on"])


def _ombudsman(fold: CaseFold, on: str) -> None:
    if fold.row and (fold.row["ombudsman_on"] is None or on < fold.row["ombudsman_on"]):
        fold.put(ombudsman_on=on)


def _corrected(fold: CaseFold, told: Told) -> None:
    """Put right what a correction says; that one was opened in error is told by the event of its end."""
    data, what = told.data, told.data["what"]
    if what == "received_on":
        fold.put(received_on=data["received_on"])
    elif what == "coding":
        fold.put(**{name: data[name] for name in ("channel", "outcome", "division_id") if data.get(name) is not None})
    elif what == "link":
        fold.put(reopened=data.get("reopened_from") is not None)


def _converted(fold: CaseFold, told: Told) -> None:
    """A concern becomes a complaint: what was done about it as a concern is none of the complaint's."""
    data = told.data
    fold.mind["trying"] = False
    fold.put(
        **{name: data[name] for name in ("matter", "received_on", "channel", *_PROCEDURE)},
        **dict.fromkeys(("acknowledged_on", "resolved_on", "satisfied", "closer_look_on", "responded_on")),
    )


def _moved(fold: CaseFold, told: Told) -> None:
    fold.put(procedure_version=told.data["version"])


def _died(fold: CaseFold, told: Told) -> None:
    if told.kind == "death.recorded" or told.data.get("death"):
        fold.put(death=True)


def _joint(fold: CaseFold, told: Told) -> None:
    fold.put(joint=True)


HEARD: Final[Mapping[str, Callable[[CaseFold, Told], None]]] = {
    "complaint.logged": _logged,
    "complaint.imported": _imported,
    "complaint.acknowledged": _acknowledged,
    "resolution.begun": _began_resolution,
    "resolution.recorded": _resolved,
    "stage.moved_on": _looks_closer,
    "issues.confirmed": _looks_closer_unless_trying,
    "plan.shared": _looks_closer,
    "part.given": _part_given,
    "response_period.set": _looks_closer_unless_trying,
    "response.issued": _responded,
    "owner.assigned": _assigned,
    "tier.handler_barred": _barred,
    "severity.raised": _severity,
    "severity.lowered": _severity,
    "triage.judged": _judged,
    "tier.asked_for": _tier,
    "referral.received": _referred,
    "correction.made": _corrected,
    "matter.converted": _converted,
    "procedure.moved": _moved,
    "death.recorded": _died,
    "party.added": _died,
    "contribution.named": _joint,
    "part.opened": _joint,
    **coded_fold.HEARD,
}
