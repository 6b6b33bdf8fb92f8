"""A second, simpler count of deadlines, by which the table in deadlines.csv was made and is checked.

It knows nothing of `policies`, of the procedures' files or of the `holidays` library. What each clock allows was
written down here by hand; the closed days are those that the Ministry of Justice's package ships. It lists the open
days in order and looks an answer up by position.
"""

from __future__ import annotations

import csv
import json
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Final, Literal
from zoneinfo import ZoneInfo

TABLE: Final = Path(__file__).with_name("deadlines.csv")
FIRST: Final = "nhs-england-2009/1"  # what a row without a procedure is about
DUTIES: Final = "duties/1"  # what is owed whatever the procedure says
_MIDNIGHT_TO_MIDNIGHT = ZoneInfo("Europe/London")
_DIVISIONS = {
    "england": "england-and-wales",
    "wales": "england-and-wales",
    "scotland": "scotland",
    "northern_ireland": "northern-ireland",
}

# Proclaimed for Scotland on the occasion of the World Cup; the package's data was shipped before.
_PROCLAIMED_SINCE = {"scotland": {date(2026, 6, 15)}}


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of the table. `extended` are the dates that were asked for in turn; `cap_on` is the last one lawful."""

    group: str
    nation: str
    received_at: datetime
    clock: str
    amount: int | None
    first_day_counts: bool
    closures: tuple[date, ...] = ()
    given: date | None = None
    due_on: date
    due_at: datetime
    procedure: str = FIRST
    figures: tuple[tuple[str, int], ...] = ()
    margin: int = 0
    extended: tuple[date, ...] = ()
    cap_on: date | None = None

    @property
    def old(self) -> bool:
        """Say whether the row gives the amount itself, in place of the procedure's."""
        return self.procedure == FIRST


@dataclass(frozen=True, slots=True, kw_only=True)
class Allows:
    """What one clock allows. `amount` is the name of a figure where the organisation sets it."""

    unit: Literal["working", "calendar", "months", "date"] = "working"
    amount: int | str | None = None
    own_closures: bool = True
    first: bool = False
    margin: int = 0
    cap: int | None = None
    rolls: bool = False


TARGETS: Final = {  # what every procedure for complaints has beside its own
    "closing": Allows(amount=20),
    "confirm_issues": Allows(amount=5),
    "request": Allows(unit="date"),
    "request_review": Allows(amount=3),
    "referral": Allows(unit="calendar", amount=1, first=True),
    "hold_review": Allows(unit="date"),
    "comments": Allows(amount="comment_days", margin=3),
    "clearance": Allows(amount=3),
    "drafting": Allows(amount=5),
    "signature": Allows(amount=3),
    "draft_release": Allows(amount=2),
    "allocation": Allows(amount=1),
    "correction_approval": Allows(amount=2),
}
_PROMISED: Final = {
    "response_period": Allows(unit="date"),
    "next_update": Allows(unit="calendar", amount=14, rolls=True),
}
BOOK: Final[dict[str, dict[str, Allows]]] = {
    "nhs-england-2009/2": {
        **TARGETS,
        **_PROMISED,
        "acknowledgement": Allows(amount=3, own_closures=False),
        "relevant_period": Allows(unit="months", amount=6, own_closures=False, first=True),
        "settle_period": Allows(amount=5),
        "written_record": Allows(amount="written_record_days"),
        "early_resolution": Allows(amount="early_resolution_days"),
    },
    "spso-model/1": {
        **TARGETS,
        "early_resolution": Allows(amount=5, own_closures=False, cap=5),
        "acknowledgement": Allows(amount=3, own_closures=False),
        "investigation": Allows(amount=20, own_closures=False),
    },
    "lgsco-code/1": {
        **TARGETS,
        "acknowledgement": Allows(amount=5, own_closures=False),
        "stage_1": Allows(amount=10, own_closures=False, cap=10),
        "stage_2_acknowledgement": Allows(amount=5, own_closures=False),
        "stage_2": Allows(amount=20, own_closures=False, cap=20),
    },
    "uk-central-government/1": {
        **TARGETS,
        **_PROMISED,
        "acknowledgement": Allows(amount="acknowledge_days"),
        "early_resolution": Allows(amount="early_resolution_days"),
        "closer_look": Allows(amount="closer_look_days"),
        "tier_2_acknowledgement": Allows(amount="acknowledge_days"),
        "tier_2": Allows(amount="tier_2_days"),
    },
    "informal-contacts/1": {
        "answer": Allows(amount="answer_days"),
        "closing": Allows(amount=10),
        "draft_release": Allows(amount=2),
        "allocation": Allows(amount=1),
        "correction_approval": Allows(amount=2),
    },
    "joint-contribution/1": {
        "part_acceptance": Allows(amount=5),
        "part_contribution": Allows(unit="date"),
        "part_information": Allows(unit="date"),
        "part_revision": Allows(unit="date"),
        "part_comment": Allows(unit="date"),
        "part_action": Allows(unit="date"),
        "part_separate": Allows(amount=10),
        "request": Allows(unit="date"),
        "request_review": Allows(amount=3),
        "draft_release": Allows(amount=2),
        "allocation": Allows(amount=1),
        "correction_approval": Allows(amount=2),
    },
    DUTIES: {
        "staff_notice": Allows(amount=2),
        "staff_deferral": Allows(unit="date"),
        "staff_follow_up": Allows(amount=2),
        "staff_support": Allows(amount=3),
        "staff_invitation": Allows(amount=5),
        "staff_comment": Allows(amount=10, margin=3),
        "staff_views": Allows(amount=2),
        "staff_change": Allows(amount=2),
        "staff_update": Allows(unit="calendar", amount=14, rolls=True),
        "staff_outcome": Allows(amount=3),
        "staff_experience": Allows(amount=10),
        "promise": Allows(unit="date"),
        "promise_rhythm": Allows(unit="calendar", amount=14, rolls=True),
        "consent_expiry": Allows(unit="date"),
        "plan_review": Allows(unit="date"),
        "plan_appeal": Allows(amount=10),
        "format": Allows(amount=3),
        "undelivered": Allows(amount=1),
        "body_acceptance": Allows(amount=5),
        "body_contribution": Allows(unit="date"),
        "body_information": Allows(unit="date"),
        "body_revision": Allows(unit="date"),
        "body_comment": Allows(unit="date"),
        "body_action": Allows(unit="date"),
        "transfer_receipt": Allows(amount=3),
        "contribution_review": Allows(amount=5),
        "lead_decision": Allows(amount=5),
        "joint_timescale": Allows(amount=5),
        "person_comment": Allows(amount=10, margin=3),
        "supplement": Allows(amount=10),
        "candour_assessment": Allows(amount=2),
        "candour_notice": Allows(amount=10),
        "candour_explanation": Allows(amount=30, own_closures=False),
        "candour_written": Allows(amount=5, own_closures=False),
        "candour_results": Allows(unit="date"),
        "candour_support": Allows(amount=10),
        "referral_enquiry": Allows(unit="date"),
        "regulator_request": Allows(unit="calendar", amount=28, own_closures=False),
        "referral_comments": Allows(unit="date"),
        "recommendation": Allows(unit="date"),
        "recommendation_told": Allows(amount=5),
        "referral_learning": Allows(amount=20),
        "escalation_decision": Allows(amount=2),
        "escalation_look": Allows(amount=10),
        "escalation_follow": Allows(unit="date"),
        "severity_decision": Allows(amount=2),
        "action": Allows(unit="date"),
        "action_news": Allows(unit="calendar", amount=28, rolls=True),
        "action_told": Allows(amount=10),
        "action_check": Allows(unit="date"),
    },
}
# The first version, as its rows were written: their amounts stand in the row.
_BEFORE: Final = {
    "acknowledgement": Allows(own_closures=False),
    "relevant_period": Allows(unit="months", own_closures=False),
    "settle_period": Allows(),
    "draft_release": Allows(),
    **_PROMISED,
}
# The figures of a procedure where an organisation has none of its own; there is none where the procedure has none.
DEFAULTS: Final[dict[str, dict[str, int]]] = {
    "nhs-england-2009/2": {"written_record_days": 3, "early_resolution_days": 10, "comment_days": 10},
    "spso-model/1": {"comment_days": 5},
    "lgsco-code/1": {"comment_days": 5},
    "uk-central-government/1": {"comment_days": 10},
    "informal-contacts/1": {"answer_days": 10},
    "joint-contribution/1": {},
    DUTIES: {},
}


def allowed(row: Row) -> Allows:
    """Return what the clock of a row allows."""
    return (_BEFORE if row.old else BOOK[row.procedure])[row.clock]


def amount_of(row: Row) -> int | None:
    """Return the amount of a row's clock by the hand-written book."""
    allows = allowed(row)
    figures = DEFAULTS.get(row.procedure, {}) | dict(row.figures)
    return figures[allows.amount] if isinstance(allows.amount, str) else allows.amount


def due_on(row: Row) -> date:
    """Count the due date of a row, every lawful extension included."""
    found, last = first_due_on(row), last_extension(row)
    for asked in row.extended:
        if last is None or asked <= last:
            found = asked
    return found


def last_extension(row: Row) -> date | None:
    """Return the last day to which the clock of a row may be extended; None where nothing caps it."""
    cap = allowed(row).cap
    if cap is None:
        return None
    days = open_days(row.nation, row.closures if allowed(row).own_closures else ())
    return days[bisect_right(days, first_due_on(row)) + cap - 1]


def first_due_on(row: Row) -> date:
    """Count the due date of a row before anybody extends it."""
    start = row.received_at.astimezone(_MIDNIGHT_TO_MIDNIGHT).date()
    if row.given is not None:
        return row.given
    assert row.amount is not None
    allows = allowed(row)
    if allows.unit == "months":
        return _last_day_of_months(start, row.amount)
    days = open_days(row.nation, row.closures if allows.own_closures else ())
    if allows.unit == "calendar":
        last = start + timedelta(days=row.amount - 1 if row.first_day_counts else row.amount)
        return days[bisect_left(days, last)] if allows.rolls else last
    position = (bisect_left if row.first_day_counts else bisect_right)(days, start)
    return days[position + row.amount + row.margin - 1]


def end_of(day: date) -> datetime:
    """Return the instant at which a local day ends."""
    end = datetime.combine(day + timedelta(days=1), datetime.min.time(), tzinfo=_MIDNIGHT_TO_MIDNIGHT)
    return end.astimezone(UTC)


@cache
def open_days(nation: str, closures: tuple[date, ...]) -> list[date]:
    """Return the open days of a nation in order, without those on which the organisation is closed."""
    every_day = (date(2019, 1, 1) + timedelta(days=n) for n in range(4018))
    closed = official_closed_days(nation) | set(closures)
    return [day for day in every_day if day.isoweekday() < 6 and day not in closed]


@cache
def official_closed_days(nation: str) -> frozenset[date]:
    """Return the bank holidays of a nation as they were published."""
    shipped = json.loads((files("govuk_bank_holidays") / "bank-holidays.json").read_text(encoding="utf-8"))
    events = shipped[_DIVISIONS[nation]]["events"]
    return frozenset(date.fromisoformat(event["date"]) for event in events) | _PROCLAIMED_SINCE.get(nation, set())


def _last_day_of_months(start: date, months: int) -> date:
    """Step day by day to the first day that no longer belongs to the period; the day before it is the last."""
    day = start
    while True:
        passed = (day.year - start.year) * 12 + day.month - start.month
        if passed > months or (passed == months and day.day >= start.day):
            return day - timedelta(days=1)
        day += timedelta(days=1)


def read() -> list[Row]:
    """Read the table."""
    with TABLE.open(encoding="utf-8", newline="") as table:
        return [_row(line) for line in csv.DictReader(table, restval="")]


def _row(line: dict[str, str]) -> Row:
    figures = (each.split("=") for each in line["figures"].split())
    return Row(
        group=line["group"],
        nation=line["nation"],
        received_at=datetime.fromisoformat(line["received_at"]),
        clock=line["clock"],
        amount=int(line["amount"]) if line["amount"] else None,
        first_day_counts=line["first_day"] == "counted",
        closures=_dates(line["closures"]),
        given=date.fromisoformat(line["given"]) if line["given"] else None,
        due_on=date.fromisoformat(line["due_on"]),
        due_at=datetime.fromisoformat(line["due_at"]),
        procedure=line["procedure"] or FIRST,
        figures=tuple((code, int(value)) for code, value in figures),
        margin=int(line["margin"] or 0),
        extended=_dates(line["extended"]),
        cap_on=date.fromisoformat(line["cap_on"]) if line["cap_on"] else None,
    )


def _dates(text: str) -> tuple[date, ...]:
    return tuple(date.fromisoformat(day) for day in text.split())
