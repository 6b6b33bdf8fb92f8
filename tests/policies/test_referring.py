"""What is said of referrals is judged by pure rules; and the 28 days of regulation 16 are counted twice."""

from __future__ import annotations

from datetime import date, timedelta
from importlib.resources import files
from typing import Any

import pytest

from policies import duty_files, oversight_files, referring
from policies.calendars import Calendar, Nation
from policies.clocks import Calendars, derive
from policies.oversight_files import OversightError, parse_oversight
from policies.referring import Owed
from tests.policies.deadline_rows import rows
from tests.policies.second_count import DUTIES

DAY = date(2027, 3, 1)


def counted(kind: str, nation: str, started_on: date) -> date:
    legal = Calendar.legal(Nation(nation), [], 0)
    (rule,) = (each for each in duty_files.newest().clocks if each.kind == kind)
    return derive(rule, started_on=started_on, calendars=Calendars(nation=legal, organisation=legal)).due_on


def test_a_request_under_regulation_16_is_due_on_the_28th_day_after_the_day_of_receipt() -> None:
    assert counted("regulator_request", "england", DAY) == date(2027, 3, 29)
    # Over Christmas, too: the regulation counts every day, and moves none.
    assert counted("regulator_request", "england", date(2026, 12, 4)) == date(2027, 1, 1)
    assert counted("regulator_request", "england", date(2028, 2, 1)) == date(2028, 2, 29)


def test_the_second_count_agrees_on_every_row_of_it() -> None:
    mine = [row for row in rows() if (row.procedure, row.clock) == (DUTIES, "regulator_request")]
    assert len(mine) > 5
    for row in mine:
        assert counted(row.clock, row.nation, row.received_at.date()) == row.due_on, row


OPEN: dict[str, Any] = {
    "kind": "ombudsman", "decided": True, "enquiries_open": 0, "recommendations": 0, "not_complied": 0, "not_told": 0,
    "letters_in_draft": 0, "learned": False,
}  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "owed"),
    [
        ({}, ()),
        ({"decided": False}, ("decision_received",)),
        ({"decided": False, "kind": "regulator"}, ()),
        ({"enquiries_open": 1}, ("enquiry_answered",)),
        ({"recommendations": 1}, ("learning_published",)),
        ({"recommendations": 1, "learned": True}, ()),
        ({"recommendations": 1, "learned": True, "letters_in_draft": 1}, ("person_told",)),
        (
            {"recommendations": 2, "not_complied": 1, "not_told": 2},
            ("recommendation_complied", "compliance_told", "learning_published"),
        ),
    ],
)
def test_what_is_owed_before_a_referral_is_done(changes: dict[str, Any], owed: tuple[str, ...]) -> None:
    assert referring.owed(Owed(**OPEN | changes)) == owed


def test_only_a_body_that_regulation_16_names_asks_under_it_and_sets_no_date() -> None:
    later = DAY + timedelta(days=9)
    assert referring.enquiry("reg_16", None, asked_on=DAY, reg_16=True) is None
    assert referring.enquiry("reg_16", None, asked_on=DAY, reg_16=False) == "contradicts_record"
    assert referring.enquiry("reg_16", later, asked_on=DAY, reg_16=True) == "contradicts_record"
    assert referring.enquiry("date_set", later, asked_on=DAY, reg_16=True) is None
    assert referring.enquiry("date_set", None, asked_on=DAY, reg_16=False) == "reason_needed"


def test_each_body_says_what_it_asks_under_and_only_a_regulator_under_regulation_16() -> None:
    known = oversight_files.newest()
    assert known.body("ombudsman", "phso") is not None and known.body("regulator", "phso") is None
    assert [each.code for each in known.bodies if each.reg_16] == ["cqc"]
    assert all(each.legal_basis for each in known.bodies)


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("version = 1\n", "version = 2\n", "not named after version 2"),
        ('code = "lgsco"', 'code = "phso"', "more than once: phso"),
        ('code = "phso"', 'code = "phso"\nreg_16 = true', "only a regulator"),
        ('kind = "regulator"', 'kind = "friend"', "friend"),
        ("version = 1\n", "version = ???\n", "Invalid"),
    ],
)
def test_a_malformed_list_is_refused_with_its_name(old: str, new: str, why: str) -> None:
    text = (files("policies.oversight") / "oversight.v1.toml").read_text(encoding="utf-8")
    assert old in text
    with pytest.raises(OversightError, match="oversight.v1.toml") as refused:
        parse_oversight("oversight.v1.toml", text.replace(old, new, 1))
    assert why in str(refused.value)
