"""The figures that are counted from cases and from clocks, by code: what each one counts, written once.

A figure that was in a report is not changed any more. What is to be counted otherwise gets another code.
"""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import Date, SQLColumnExpression, and_, cast, func, literal_column, or_, select

from db.models.report_facts import ReportCase, ReportClock, ReportItem
from db.queries.report_counted import Counted, Day, Measure, Where, within
from db.queries.report_scope import Scope, known

_COMPLAINT: Final = ReportCase.matter == "complaint"
_SIX_MONTHS: Final[SQLColumnExpression[Any]] = literal_column("interval '6 months'")
DAYS_TO_RESPOND: Final = ReportCase.responded_on - ReportCase.received_on
_DECIDED_ON: Final = func.coalesce(ReportCase.responded_on, ReportCase.ended_on)
DAYS_TO_RESOLVE: Final = ReportCase.resolved_on - ReportCase.received_on


def _in_period(day: Day, *also: SQLColumnExpression[bool]) -> Where:
    return lambda scope: (_COMPLAINT, within(scope, day), *also)


def _case(day: Day, *also: SQLColumnExpression[bool]) -> Counted:
    return Counted(facts=ReportCase, where=_in_period(day, *also), day=day)


def _days(day: Day, of: SQLColumnExpression[Any], measure: Measure) -> Counted:
    # What was taken up again has a day of its own, and its answer is a second one.
    return Counted(facts=ReportCase, where=_in_period(day, _FIRST), day=day, measure=measure, of=of)


def _matter(code: str) -> Counted:
    return Counted(
        facts=ReportCase,
        where=lambda scope: (ReportCase.matter == code, within(scope, ReportCase.received_on)),
        day=ReportCase.received_on,
    )


def _open(scope: Scope) -> tuple[SQLColumnExpression[bool], ...]:
    """Pick what was open at the end of the last day."""
    return (
        _COMPLAINT,
        ReportCase.received_on <= scope.last_on,
        or_(ReportCase.ended_on.is_(None), ReportCase.ended_on > scope.last_on),
    )


def _unanswered(scope: Scope) -> tuple[SQLColumnExpression[bool], ...]:
    return (*_open(scope), or_(ReportCase.responded_on.is_(None), ReportCase.responded_on > scope.last_on))


def _looked_into(scope: Scope) -> tuple[SQLColumnExpression[bool], ...]:
    return (
        *_unanswered(scope),
        ReportCase.closer_look_on <= scope.last_on,
        or_(
            ReportCase.satisfied.is_not(True), ReportCase.resolved_on.is_(None), ReportCase.resolved_on > scope.last_on
        ),
    )


def _past_six_months(scope: Scope) -> tuple[SQLColumnExpression[bool], ...]:
    # Six months count the day of receipt: received on 1 January, the first day past them is 1 July. A month without
    # the same day they take to its end: received on 31 October, it is 1 May.
    after, last_on = cast(ReportCase.received_on + _SIX_MONTHS, Date), scope.last_on
    same_day = and_(after == last_on, func.extract("day", ReportCase.received_on) == last_on.day)
    return (*_unanswered(scope), or_(after < last_on, same_day))


def _closed_with(kind: str, *also: SQLColumnExpression[bool]) -> Counted:
    def where(scope: Scope) -> tuple[SQLColumnExpression[bool], ...]:
        having = select(ReportItem.complaint_id).where(known(scope, ReportItem), ReportItem.kind == kind, *also)
        return (*_in_period(ReportCase.ended_on)(scope), ReportCase.complaint_id.in_(having))

    return Counted(facts=ReportCase, where=where, day=ReportCase.ended_on)


def _decided(scope: Scope) -> tuple[SQLColumnExpression[bool], ...]:
    """Pick what was answered on the days of the scope, or ended then without an answer."""
    return (_COMPLAINT, within(scope, _DECIDED_ON))


def _standing(where: Where) -> Counted:
    return Counted(facts=ReportCase, where=where, day=ReportCase.received_on)


_FIRST: Final = ReportCase.reopened.is_(False)
_OUTCOME: Final = ReportCase.outcome.is_not(None)

CASE_FIGURES: Final[dict[str, Counted]] = {
    "received": _case(ReportCase.received_on, _FIRST),
    # The same, of all days up to the last: for charts that look back further than the period.
    "received_run": Counted(
        facts=ReportCase,
        where=lambda scope: (_COMPLAINT, ReportCase.received_on <= scope.last_on, _FIRST),
        day=ReportCase.received_on,
    ),
    "reopened": _case(ReportCase.received_on, ReportCase.reopened),
    "received_joint": _case(ReportCase.received_on, _FIRST, ReportCase.joint),
    "received_death": _case(ReportCase.received_on, _FIRST, ReportCase.death),
    "received_serious": _case(ReportCase.received_on, _FIRST, ReportCase.severity.in_(("serious", "immediate"))),
    "received_imported": _case(ReportCase.received_on, _FIRST, ReportCase.imported),
    "concerns": _matter("concern"),
    "enquiries": _matter("enquiry"),
    "compliments": _matter("compliment"),
    "feedback": _matter("feedback"),
    "contributions": _matter("contribution"),
    "acknowledged": _case(ReportCase.acknowledged_on),
    "resolved_satisfied": _case(ReportCase.resolved_on, ReportCase.satisfied.is_(True)),
    "resolved_not_satisfied": _case(ReportCase.resolved_on, ReportCase.satisfied.is_(False)),
    "resolved_days": _days(ReportCase.resolved_on, DAYS_TO_RESOLVE, Measure.MEDIAN),
    "closer_look_begun": _case(ReportCase.closer_look_on),
    "in_closer_look": _standing(_looked_into),
    "open": _standing(_open),
    "open_without_owner": _standing(lambda scope: (*_open(scope), ReportCase.owner_id.is_(None))),
    "open_past_six_months": _standing(_past_six_months),
    "responded": _case(ReportCase.responded_on),
    "responded_first": _case(ReportCase.responded_on, _FIRST),
    "decided": Counted(facts=ReportCase, where=_decided, day=_DECIDED_ON),
    "responded_days": _days(ReportCase.responded_on, DAYS_TO_RESPOND, Measure.MEDIAN),
    "responded_days_ninetieth": _days(ReportCase.responded_on, DAYS_TO_RESPOND, Measure.NINETIETH),
    "responded_days_run": Counted(
        facts=ReportCase,
        where=lambda scope: (_COMPLAINT, ReportCase.responded_on <= scope.last_on, _FIRST),
        day=ReportCase.responded_on,
        measure=Measure.MEDIAN,
        of=DAYS_TO_RESPOND,
    ),
    "closed": _case(ReportCase.ended_on),
    "closed_with_findings": _case(ReportCase.ended_on, _OUTCOME),
    "closed_without_findings": _case(ReportCase.ended_on, ReportCase.outcome.is_(None)),
    "withdrawn": _case(ReportCase.ended_on, ReportCase.ended_as == "withdrawn"),
    "closed_with_learning": _closed_with("learning", ReportItem.state == "learned"),
    "closed_with_actions": _closed_with("action"),
    "issues_upheld": Counted(
        facts=ReportCase,
        where=_in_period(ReportCase.ended_on, ReportCase.upheld > 0),
        day=ReportCase.ended_on,
        measure=Measure.SUM,
        of=ReportCase.upheld,
    ),
    "issues_partly_upheld": Counted(
        facts=ReportCase,
        where=_in_period(ReportCase.ended_on, ReportCase.partly_upheld > 0),
        day=ReportCase.ended_on,
        measure=Measure.SUM,
        of=ReportCase.partly_upheld,
    ),
    "issues_not_upheld": Counted(
        facts=ReportCase,
        where=_in_period(ReportCase.ended_on, ReportCase.not_upheld > 0),
        day=ReportCase.ended_on,
        measure=Measure.SUM,
        of=ReportCase.not_upheld,
    ),
    "ombudsman": _case(ReportCase.ombudsman_on),
}


def _judged(*also: SQLColumnExpression[bool], run: bool = False) -> Counted:
    def where(scope: Scope) -> tuple[SQLColumnExpression[bool], ...]:
        days = ReportClock.due_on <= scope.last_on if run else within(scope, ReportClock.due_on)
        return (days, *also)

    return Counted(facts=ReportClock, where=where, day=ReportClock.due_on)


# Early is in time; what was never met was missed; what was met late was missed, and says when it was met.
_MET: Final = ReportClock.in_time.is_(True)
_MISSED: Final = ReportClock.in_time.is_(False)
_OWED: Final = ReportClock.effect.in_(("statutory", "promise"))
_PROMISE: Final = ReportClock.effect == "promise"
_ACKNOWLEDGEMENT: Final = ReportClock.kind == "acknowledgement"
_IN_PERSON: Final = ReportClock.kind == "candour_notice"

CLOCK_FIGURES: Final[dict[str, Counted]] = {
    "clocks_due": _judged(_OWED),
    "clocks_met": _judged(_OWED, _MET),
    "clocks_missed": _judged(_OWED, _MISSED),
    "clocks_met_late": _judged(_OWED, _MISSED, ReportClock.met_on.is_not(None)),
    # Marked when it fell due, which nothing erases: also where it came out later that it was in time.
    "clocks_marked_missed": _judged(_OWED, ReportClock.breached.is_(True)),
    "statutory_due": _judged(ReportClock.effect == "statutory"),
    "statutory_met": _judged(ReportClock.effect == "statutory", _MET),
    "statutory_missed": _judged(ReportClock.effect == "statutory", _MISSED),
    "promises_due": _judged(_PROMISE),
    "promises_kept": _judged(_PROMISE, _MET),
    "promises_broken": _judged(_PROMISE, _MISSED),
    "acknowledgements_due": _judged(_ACKNOWLEDGEMENT),
    "acknowledgements_met": _judged(_ACKNOWLEDGEMENT, _MET),
    "acknowledgements_due_run": _judged(_ACKNOWLEDGEMENT, run=True),
    "acknowledgements_met_run": _judged(_ACKNOWLEDGEMENT, _MET, run=True),
    "responses_due": _judged(ReportClock.kind == "response_period"),
    "responses_met": _judged(ReportClock.kind == "response_period", _MET),
    "six_months_due": _judged(ReportClock.kind == "relevant_period"),
    "six_months_met": _judged(ReportClock.kind == "relevant_period", _MET),
    "candour_due": _judged(_IN_PERSON),
    "candour_in_time": _judged(_IN_PERSON, _MET),
    "candour_late": _judged(_IN_PERSON, _MISSED),
}
