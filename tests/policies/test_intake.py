"""What may be taken in, and which oral complaints are outside the procedure: the tables of both."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from contracts.failures import Refusal
from db.nhs_numbers import normalise
from policies import intake
from policies.calendars import Calendar, ClosedDay, Nation
from policies.procedure_files import load_procedures

RULE = load_procedures().get("nhs-england-2009", 2).exemption
ENGLAND = Calendar.legal(Nation.ENGLAND, [], 0)
SCOTLAND = Calendar.legal(Nation.SCOTLAND, [], 0)
R = Refusal


def exemption(received: date, resolved: date, *, nation: Calendar = ENGLAND, **changes: Any) -> Refusal | None:
    said: dict[str, Any] = {"channel": "oral", "satisfied": True, "today": date(2028, 12, 31), **changes}
    return intake.exemption(said.pop("rule", RULE), received_on=received, resolved_on=resolved, nation=nation, **said)


@pytest.mark.parametrize(
    ("received", "resolved", "refusal"),
    [
        (date(2028, 3, 2), date(2028, 3, 2), None),  # Thursday, the same day
        (date(2028, 3, 2), date(2028, 3, 3), None),  # the next working day
        (date(2028, 3, 2), date(2028, 3, 4), R.NOT_EXEMPT),  # Saturday: the next working day is over
        (date(2028, 3, 3), date(2028, 3, 6), None),  # Friday to Monday
        (date(2028, 3, 3), date(2028, 3, 7), R.NOT_EXEMPT),
        (date(2028, 3, 4), date(2028, 3, 6), None),  # made on a Saturday
        (date(2028, 4, 13), date(2028, 4, 18), None),  # Good Friday and Easter Monday lie between
        (date(2028, 4, 13), date(2028, 4, 19), R.NOT_EXEMPT),
        (date(2028, 3, 2), date(2028, 3, 1), R.DATE_BEFORE_RECEIPT),
    ],
)
def test_an_oral_complaint_is_exempt_until_the_end_of_the_next_working_day(
    received: date, resolved: date, refusal: Refusal | None
) -> None:
    assert exemption(received, resolved) == refusal


def test_the_next_working_day_is_that_of_the_nation() -> None:
    thursday, tuesday = date(2028, 4, 13), date(2028, 4, 18)
    assert exemption(thursday, date(2028, 4, 17), nation=SCOTLAND) is None  # Easter Monday is a working day there
    assert exemption(thursday, tuesday, nation=SCOTLAND) is R.NOT_EXEMPT
    closed = Calendar.legal(Nation.ENGLAND, [ClosedDay(day=date(2028, 3, 3), name="Proclaimed", opens=False)], 1)
    assert exemption(date(2028, 3, 2), date(2028, 3, 6), nation=closed) is None


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"channel": "written"}, R.NOT_EXEMPT),
        ({"channel": "electronic"}, R.NOT_EXEMPT),
        ({"channel": "assisted"}, R.NOT_EXEMPT),
        ({"satisfied": False}, R.NOT_EXEMPT),
        ({"rule": None}, R.NOT_EXEMPT),
        ({"today": date(2028, 3, 2)}, R.DATE_IN_FUTURE),
    ],
)
def test_nothing_else_is_exempt(changes: dict[str, Any], refusal: Refusal) -> None:
    assert exemption(date(2028, 3, 2), date(2028, 3, 3), **changes) is refusal


@pytest.mark.parametrize(
    ("roles", "source", "refusal"),
    [
        (["complainant"], "person", None),
        (["complainant", "affected", "mp", "mp"], "mp", None),
        (["complainant"], "staff", None),
        (["complainant"], "other_body", None),
        ([], "person", R.UNKNOWN_PARTY),
        (["complainant", "complainant"], "person", R.CONTRADICTS_RECORD),
        (["complainant", "affected", "affected"], "person", R.CONTRADICTS_RECORD),
        (["complainant", "advocate"], "representative", R.UNKNOWN_PARTY),
        (["complainant"], "regulator", R.UNKNOWN_PARTY),
    ],
)
def test_whoever_complains_and_whoever_wrote_for_them_is_named(
    roles: list[str], source: str, refusal: Refusal | None
) -> None:
    assert intake.people(roles, source) is refusal


@pytest.mark.parametrize(
    ("said", "number"),
    [
        ("943 476 5919", "9434765919"),
        ("943-476-5919", "9434765919"),
        (" 9434765919 ", "9434765919"),
        ("9434765918", None),  # the check digit is another
        ("4943765919", None),  # two neighbours changed places
        ("943476591", None),
        ("94347659190", None),
        ("٩٤٣٤٧٦٥٩١٩", None),
        ("943 476 591X", None),
        ("", None),
    ],
)
def test_an_nhs_number_is_read_with_its_check_digit(said: str, number: str | None) -> None:
    assert normalise(said) == number


def test_what_is_no_complaint_has_a_procedure_in_every_nation_and_no_statutory_clock() -> None:
    procedures = load_procedures()
    found = {
        procedures.in_force("nhs", nation, date(2028, 3, 2), matter)
        for nation in Nation
        for matter in (intake_matter for intake_matter in procedures.get("informal-contacts", 1).matters)
    }
    (informal,) = found
    assert {clock.effect.value for clock in informal.clocks} == {"promise", "internal"}
