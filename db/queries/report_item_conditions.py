"""The figures that are counted from the things of a case: escalations, recommendations, learning, actions, answers.

A figure that was in a report is not changed any more. What is to be counted otherwise gets another code.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import SQLColumnExpression, or_

from db.models.report_facts import ReportItem
from db.queries.report_counted import Counted, Day, Measure, within
from db.queries.report_scope import Scope


def _item(
    kind: str | tuple[str, ...],
    *also: SQLColumnExpression[bool],
    day: Day = ReportItem.on,
    measure: Measure = Measure.COUNT,
    opens: bool = True,
) -> Counted:
    return Counted(
        facts=ReportItem,
        where=lambda scope: (_of_kind(kind), within(scope, day), *also),
        day=day,
        measure=measure,
        of=None if measure is Measure.COUNT else ReportItem.number,
        opens=opens,
    )


def _of_kind(kind: str | tuple[str, ...]) -> SQLColumnExpression[bool]:
    return ReportItem.kind == kind if isinstance(kind, str) else ReportItem.kind.in_(kind)


def _standing(kind: str | tuple[str, ...], *also: SQLColumnExpression[bool], late: bool = False) -> Counted:
    """Count what had begun by the last day and was not done then; `late`: and should have been."""

    def where(scope: Scope) -> tuple[SQLColumnExpression[bool], ...]:
        begun = (_of_kind(kind), ReportItem.on <= scope.last_on, *also)
        undone = or_(ReportItem.done_on.is_(None), ReportItem.done_on > scope.last_on)
        return (*begun, undone, ReportItem.due_on <= scope.last_on) if late else (*begun, undone)

    return Counted(facts=ReportItem, where=where, day=ReportItem.on)


_OMBUDSMAN: Final = ReportItem.code == "ombudsman"
_REGULATOR: Final = ReportItem.code == "regulator"
_DONE: Final = ReportItem.done_on
# An action, and each round of it that began because what it was about came up again.
_ROUNDS: Final = ("action", "action_again")
# An action that was let go of is ended without ever being done.
_DROPPED: Final = ReportItem.state == "ended", ReportItem.done_on.is_(None)
_NOT_DROPPED: Final = or_(ReportItem.state != "ended", ReportItem.done_on.is_not(None))
_AGREED: Final = ReportItem.state.in_(("accepted", "paid"))
_NOT_LIFTED: Final = ReportItem.state != "lifted"


def _feedback(who: str) -> dict[str, Counted]:
    whose = ReportItem.code == who

    def asked(*also: SQLColumnExpression[bool]) -> Counted:
        return _item("experience", whose, *also, opens=False)

    return {
        f"asked_{who}": asked(ReportItem.state != "held_back"),
        f"answered_{who}": asked(ReportItem.state == "answered"),
        f"declined_{who}": asked(ReportItem.state == "declined"),
        f"held_back_{who}": asked(ReportItem.state == "held_back"),
        f"scores_{who}": _item("score", whose, opens=False),
        f"scores_{who}_mean": _item("score", whose, measure=Measure.MEAN, opens=False),
    }


ITEM_FIGURES: Final[dict[str, Counted]] = {
    "escalations": _item("escalation"),
    "escalations_acknowledged": _item("escalation", ReportItem.number.is_not(None)),
    "escalation_minutes": _item("escalation", measure=Measure.MEDIAN),
    "escalation_minutes_ninetieth": _item("escalation", measure=Measure.NINETIETH),
    "escalations_waiting": _standing("escalation", ReportItem.state == "asking"),
    "candour_flagged": _item("candour"),
    "candour_notifiable": _item("candour", ReportItem.flag.is_(True)),
    "referrals_ombudsman": _item("referral", _OMBUDSMAN),
    "referrals_regulator": _item("referral", _REGULATOR),
    "referrals_ombudsman_open": _standing("referral", _OMBUDSMAN, ReportItem.state != "closed"),
    "referrals_regulator_open": _standing("referral", _REGULATOR, ReportItem.state != "closed"),
    "decisions": _item("decision"),
    "decisions_final": _item("decision", ReportItem.state == "final"),
    "decisions_not_investigated": _item("decision", ReportItem.state == "not_investigated"),
    "recommendations": _item("recommendation"),
    "recommendations_complied": _item("recommendation", day=_DONE),
    "recommendations_in_time": _item("recommendation", ReportItem.flag.is_(True), day=_DONE),
    "recommendations_open": _standing("recommendation", _NOT_LIFTED),
    "recommendations_late": _standing("recommendation", _NOT_LIFTED, late=True),
    "remedies": _item("remedy", _AGREED),
    "remedies_pounds": _item("remedy", _AGREED, measure=Measure.SUM),
    "learning": _item("learning", ReportItem.state == "learned"),
    "learning_went_wrong": _item("learning", ReportItem.state == "learned", ReportItem.flag.is_(True)),
    "learning_nothing_wrong": _item("learning", ReportItem.state == "learned", ReportItem.flag.is_(False)),
    "nothing_to_learn": _item("learning", ReportItem.state == "nothing_to_learn"),
    "actions": _item("action"),
    "actions_open": _standing(_ROUNDS, _NOT_DROPPED),
    "actions_late": _standing(_ROUNDS, _NOT_DROPPED, late=True),
    "actions_done": _item(_ROUNDS, day=_DONE),
    "actions_in_time": _item(_ROUNDS, ReportItem.flag.is_(True), day=_DONE),
    "actions_recurred": _item("action", ReportItem.number > 0),
    "actions_dropped": _item("action", *_DROPPED),
    "recurrences": _item("recurrence"),
    "staff_named": _item("staff"),
    "staff_told": _item("staff", _DONE.is_not(None)),
    **_feedback("party"),
    **_feedback("staff"),
}
