"""The time limit to the day, with its proof; who may speak for another; what other routes leave."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.failures import Refusal
from policies.calendars import add_months
from policies.clock_rules import Certainty
from policies.eligibility import (
    StandingFacts,
    age_on,
    any_unknown,
    dates_contradict,
    findings_missing,
    left_open,
    needs_decision,
    reckon,
    standing_refused,
)
from policies.procedure_files import load_procedures
from policies.procedure_rules import TimeLimitRule, WaiverFinding

YEAR = load_procedures().get("nhs-england-2009", 2).time_limit
CAPPED = TimeLimitRule(
    months=6,
    cap_months=12,
    waiver=(WaiverFinding(code="special", title="Special circumstances"),),
    legal_basis="A model procedure",
    certainty=Certainty.UNVERIFIED,
)

# Rule, happened, noticed, the last day in time.
LIMITS = [
    ("a plain year", YEAR, date(2027, 3, 2), None, date(2028, 3, 2)),
    ("notice later than the matter", YEAR, date(2020, 1, 1), date(2027, 5, 20), date(2028, 5, 20)),
    ("notice on the day of the matter", YEAR, date(2027, 5, 20), date(2027, 5, 20), date(2028, 5, 20)),
    ("only the notice is known", YEAR, None, date(2027, 5, 20), date(2028, 5, 20)),
    ("from 29 February to the end of the next", YEAR, date(2028, 2, 29), None, date(2029, 2, 28)),
    ("from 28 February into a leap year", YEAR, date(2027, 2, 28), None, date(2028, 2, 28)),
    ("month end, six months", CAPPED, None, date(2027, 8, 31), date(2028, 2, 29)),
    ("month end in a common year", CAPPED, None, date(2028, 8, 31), date(2029, 2, 28)),
    ("31 March to 30 September", CAPPED, date(2027, 3, 31), None, date(2027, 9, 30)),
    ("the cap comes first", CAPPED, date(2027, 1, 10), date(2027, 11, 30), date(2028, 1, 10)),
    ("the cap comes later", CAPPED, date(2027, 1, 10), date(2027, 2, 1), date(2027, 8, 1)),
    ("no cap without the day of the matter", CAPPED, None, date(2027, 11, 30), date(2028, 5, 30)),
    ("the cap from 29 February", CAPPED, date(2028, 2, 29), date(2029, 1, 31), date(2029, 2, 28)),
]


@pytest.mark.parametrize(
    ("rule", "happened", "noticed", "last"), [row[1:] for row in LIMITS], ids=[r[0] for r in LIMITS]
)
def test_the_day_of_the_limit_is_in_time_and_the_next_is_not(
    rule: TimeLimitRule, happened: date | None, noticed: date | None, last: date
) -> None:
    on_the_day = reckon(rule, happened_on=happened, noticed_on=noticed, received_on=last)
    after = reckon(rule, happened_on=happened, noticed_on=noticed, received_on=last + timedelta(days=1))
    assert on_the_day is not None and after is not None
    assert (on_the_day.limit_on, on_the_day.late) == (last, False)
    assert (after.limit_on, after.late) == (last, True)


def test_without_a_day_nothing_is_presumed() -> None:
    assert YEAR is not None
    assert reckon(YEAR, happened_on=None, noticed_on=None, received_on=date(2028, 3, 2)) is None


def test_the_proof_says_the_rule_each_step_and_what_was_not_known() -> None:
    found = reckon(CAPPED, happened_on=date(2027, 1, 10), noticed_on=None, received_on=date(2028, 3, 2))
    assert found is not None
    assert (found.proof["legal_basis"], found.proof["certainty"]) == ("A model procedure", "unverified")
    assert [step["what"] for step in found.proof["steps"]] == [
        *("happened", "notice_not_known", "limit", "cap", "received"),
    ]
    assert found.proof["steps"][2] == {"what": "limit", "from": "2027-01-10", "months": 6, "on": "2027-07-10"}
    assert found.proof["steps"][3] == {"what": "cap", "months": 12, "on": "2028-01-10", "counts": False}
    assert (found.proof["limit_on"], found.proof["late"]) == ("2027-07-10", True)


_DAYS = st.dates(date(2009, 4, 1), date(2060, 12, 31))


@given(_DAYS, _DAYS, _DAYS)
def test_a_later_notice_never_shortens_the_time_and_a_cap_is_never_passed(one: date, other: date, third: date) -> None:
    assert YEAR is not None
    happened, noticed, received = sorted((one, other, third))
    early = reckon(YEAR, happened_on=happened, noticed_on=happened, received_on=received)
    late = reckon(YEAR, happened_on=happened, noticed_on=noticed, received_on=received)
    capped = reckon(CAPPED, happened_on=happened, noticed_on=noticed, received_on=received)
    assert early is not None and late is not None and capped is not None
    assert late.limit_on >= early.limit_on
    assert capped.limit_on <= add_months(happened, 12)
    assert late.late == (received > late.limit_on)


def test_a_waiver_needs_every_finding_and_none_but_the_procedures() -> None:
    assert YEAR is not None
    assert findings_missing(YEAR, []) == ["good_reasons", "still_fair"]
    assert findings_missing(YEAR, ["still_fair"]) == ["good_reasons"]
    assert findings_missing(YEAR, ["still_fair", "good_reasons"]) == []
    assert any_unknown(YEAR, ["still_fair", "it_rained"])
    assert not any_unknown(YEAR, ["still_fair"])


@pytest.mark.parametrize(
    ("happened", "noticed", "wrong"),
    [
        (date(2028, 1, 2), date(2028, 1, 1), True),
        (date(2028, 3, 3), None, True),
        (None, date(2028, 3, 3), True),
        (date(2028, 3, 2), date(2028, 3, 2), False),
        (None, None, False),
    ],
)
def test_a_matter_happens_is_noticed_and_is_complained_of_in_this_order(
    happened: date | None, noticed: date | None, wrong: bool
) -> None:
    assert dates_contradict(happened, noticed, date(2028, 3, 2)) is wrong


@pytest.mark.parametrize(
    ("role", "ground", "needed"),
    [
        ("complainant", None, False),
        ("complainant", "child", True),
        ("complainant", "lacks_capacity", True),
        ("complainant", "asked", True),
        ("complainant", "died", False),
        ("representative", None, True),
        ("representative", "died", False),
        ("advocate", "asked", True),
        ("affected", None, False),
        ("mp", "asked", False),
        ("regulator", None, False),
        ("correspondent", None, False),
    ],
)
def test_whoever_speaks_for_another_needs_a_decision(role: str, ground: str | None, needed: bool) -> None:
    assert needs_decision(role, ground) is needed


def _facts(ground: str, **found: object) -> StandingFacts:
    values: dict[str, object] = {
        "capacity": "not_known", "reasonable_grounds": None, "best_interests": None, "consent_basis": None,
        "born_on": None, "on": date(2028, 3, 2),
    }  # fmt: skip
    return StandingFacts(ground=ground, **(values | found))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("facts", "refusal", "missing"),
    [
        (_facts("child"), Refusal.FINDINGS_NEEDED, ["reasonable_grounds", "best_interests"]),
        (_facts("child", reasonable_grounds=True, best_interests=False), Refusal.FINDINGS_NEEDED, ["best_interests"]),
        (_facts("child", best_interests=True), Refusal.FINDINGS_NEEDED, ["reasonable_grounds"]),
        (_facts("child", reasonable_grounds=True, best_interests=True), None, []),
        (
            _facts("child", reasonable_grounds=True, best_interests=True, born_on=date(2010, 3, 2)),
            Refusal.CONTRADICTS_RECORD,
            [],
        ),
        (_facts("child", reasonable_grounds=True, best_interests=True, born_on=date(2010, 3, 3)), None, []),
        (_facts("lacks_capacity", best_interests=True), Refusal.FINDINGS_NEEDED, ["capacity"]),
        (_facts("lacks_capacity", capacity="lacks"), Refusal.FINDINGS_NEEDED, ["best_interests"]),
        (_facts("lacks_capacity", capacity="has", best_interests=True), Refusal.CONTRADICTS_RECORD, []),
        (_facts("lacks_capacity", capacity="lacks", best_interests=True), None, []),
        (_facts("asked"), Refusal.FINDINGS_NEEDED, ["consent_basis"]),
        (_facts("asked", consent_basis="none"), Refusal.FINDINGS_NEEDED, ["consent_basis"]),
        (_facts("asked", consent_basis="written", capacity="lacks"), Refusal.CONTRADICTS_RECORD, []),
        (_facts("asked", consent_basis="oral"), None, []),
        (_facts("died"), None, []),
    ],
)
def test_somebody_may_speak_only_on_every_finding_of_their_ground(
    facts: StandingFacts, refusal: Refusal | None, missing: list[str]
) -> None:
    assert standing_refused(facts) == (None if refusal is None else (refusal, missing))


@pytest.mark.parametrize(
    ("born", "on", "age"),
    [
        (date(2010, 3, 2), date(2028, 3, 1), 17),
        (date(2010, 3, 2), date(2028, 3, 2), 18),
        (date(2008, 2, 29), date(2026, 2, 28), 17),
        (date(2008, 2, 29), date(2026, 3, 1), 18),
        (date(2028, 3, 2), date(2028, 3, 2), 0),
    ],
)
def test_an_age_is_reached_on_the_birthday(born: date, on: date, age: int) -> None:
    assert age_on(born, on) == age


def test_a_complaint_is_left_while_one_issue_stays_with_it() -> None:
    assert left_open({})
    assert left_open({1: "passed_on", 2: "open"})
    assert left_open({1: "passed_on", 2: "on_hold"})
    assert left_open({1: "taken_back"})
    assert not left_open({1: "passed_on", 2: "taken_back"})
