"""Contact plans: how long, what eases one, what is outside of one, and how a letter says it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest

from contracts.failures import Refusal
from policies.contact_plans import Narrowed, easing, in_words, measures, outside, review

ON = date(2028, 3, 2)
NOW = datetime(2028, 3, 2, 10, tzinfo=UTC)
CONTACT = uuid4()
LETTERS = frozenset({"letter"})
BOTH = frozenset({"letter", "call"})


@pytest.mark.parametrize(
    ("review_on", "refused"),
    [
        (None, Refusal.DATE_IN_PAST),
        (ON, Refusal.DATE_IN_PAST),
        (date(2028, 3, 3), None),
        (date(2028, 9, 2), None),
        (date(2028, 9, 3), Refusal.BEYOND_CAP),
    ],
)
def test_a_plan_is_looked_at_again_within_six_months(review_on: date | None, refused: Refusal | None) -> None:
    assert review(review_on, today=ON) is refused


def test_a_plan_asks_something_and_leaves_a_way() -> None:
    assert measures(Narrowed()) is Refusal.NOTHING_CHANGES
    assert measures(Narrowed(channels=frozenset())) is Refusal.CONTRADICTS_RECORD
    assert measures(Narrowed(accompanied=True)) is None


@pytest.mark.parametrize(
    ("before", "after", "refused"),
    [
        (Narrowed(channels=LETTERS), Narrowed(channels=BOTH), None),
        (Narrowed(channels=BOTH), Narrowed(channels=LETTERS), Refusal.CONTRADICTS_RECORD),
        (Narrowed(channels=LETTERS), Narrowed(channels=LETTERS), Refusal.NOTHING_CHANGES),
        (Narrowed(channels=LETTERS), Narrowed(), Refusal.NOTHING_CHANGES),
        (Narrowed(channels=LETTERS, every_days=7), Narrowed(every_days=7), None),
        (Narrowed(every_days=14), Narrowed(every_days=7), None),
        (Narrowed(every_days=7), Narrowed(every_days=14), Refusal.CONTRADICTS_RECORD),
        (Narrowed(every_days=7), Narrowed(every_days=7, accompanied=True), Refusal.CONTRADICTS_RECORD),
        (Narrowed(every_days=7), Narrowed(single_contact_id=CONTACT), Refusal.CONTRADICTS_RECORD),
        (Narrowed(single_contact_id=CONTACT), Narrowed(single_contact_id=uuid4()), None),
        (Narrowed(accompanied=True, every_days=7), Narrowed(accompanied=True), None),
    ],
)
def test_easing_takes_away_and_adds_nothing(before: Narrowed, after: Narrowed, refused: Refusal | None) -> None:
    assert easing(before, after) is refused


@pytest.mark.parametrize(
    ("channel", "days_before", "found"),
    [
        ("letter", [], ()),
        ("call", [], ("channels",)),
        ("voicemail", [], ("channels",)),
        ("letter", [7], ()),
        ("letter", [6], ("every_days",)),
        ("call", [1, 30], ("channels", "every_days")),
    ],
)
def test_what_a_plan_asks_is_compared_with_what_came(
    channel: str, days_before: list[int], found: tuple[str, ...]
) -> None:
    plan = Narrowed(channels=LETTERS, every_days=7)
    before = [NOW - timedelta(days=each) for each in days_before]
    assert outside(plan, channel=channel, happened_at=NOW, before=[*before, NOW]) == found


def test_a_letter_says_each_measure_on_a_line_of_its_own() -> None:
    plan = Narrowed(single_contact_id=CONTACT, channels=BOTH, every_days=1, accompanied=True)
    lines = in_words(plan, "Sam Lee").splitlines()
    assert len(lines) == 4 and all(line.startswith("- ") for line in lines)
    assert "Sam Lee" in lines[0] and "by phone or by letter" in lines[1] and "once a day" in lines[2]
