"""The order of a day's work, and the reason for each place."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from policies.duty_files import load_duties
from policies.procedure_files import load_procedures
from policies.risk import Facts, Rank, Reason, place

TODAY = date(2028, 3, 7)  # a Tuesday


def due(days: int) -> date:
    return TODAY + timedelta(days=days)


# In the order in which they are to stand.
LADDER: list[tuple[Facts, Reason, str]] = [
    (
        Facts(clock="relevant_period", effect="statutory", due_on=due(-4)),
        Reason.STATUTORY_OVERDUE,
        "The six months ran out on 3 March, 4 days ago",
    ),
    (
        Facts(clock="acknowledgement", effect="statutory", due_on=due(-1)),
        Reason.STATUTORY_OVERDUE,
        "The time to acknowledge the complaint ran out on 6 March, yesterday",
    ),
    (
        Facts(clock="relevant_period", effect="statutory", due_on=TODAY),
        Reason.STATUTORY_TODAY,
        "The six months run out today, 7 March",
    ),
    (
        Facts(clock="response_period", effect="promise", due_on=date(2027, 12, 31)),
        Reason.PROMISE_BROKEN,
        "The response period promised ran out on 31 December 2027, 67 days ago",
    ),
    (Facts(needs_attention=True), Reason.NEEDS_ATTENTION, "The complaint needs attention"),
    (
        Facts(no_owner=True, clock="allocation", effect="internal", due_on=due(-1)),
        Reason.NO_OWNER,
        "Nobody owns the case",
    ),
    (
        Facts(clock="acknowledgement", effect="statutory", due_on=due(4)),
        Reason.STATUTORY_SOON,
        "The acknowledgement is due on 11 March, in 4 days",
    ),
    (
        Facts(clock="next_update", effect="promise", due_on=TODAY),
        Reason.PROMISE_TODAY,
        "The time of the update promised runs out today, 7 March",
    ),
    (
        Facts(clock="next_update", effect="promise", due_on=due(1)),
        Reason.PROMISE_SOON,
        "The update promised is due on 8 March, tomorrow",
    ),
    (
        Facts(clock="draft_release", effect="internal", due_on=due(-2)),
        Reason.INTERNAL_OVERDUE,
        "The time to release or discard the draft ran out on 5 March, 2 days ago",
    ),
    (Facts(due_on=due(-30)), Reason.TASK_OVERDUE, "This was due on 6 February, 30 days ago"),
    (Facts(due_on=TODAY), Reason.TASK_DUE, "This is due today, 7 March"),
    (
        Facts(clock="response_period", effect="promise", due_on=due(5)),
        Reason.LATER,
        "The response promised is due on 12 March, in 5 days",
    ),
    (Facts(), Reason.NO_DATE, "No day was set"),
]


@pytest.mark.parametrize(("facts", "reason", "words"), LADDER, ids=[str(row[1]) for row in LADDER])
def test_each_reason_is_said_with_its_date(facts: Facts, reason: Reason, words: str) -> None:
    found = place(facts, TODAY)
    assert (found.reason, found.words) == (reason, words)


def test_what_is_most_at_risk_comes_first_and_within_a_rank_what_is_longest_overdue() -> None:
    facts = [row[0] for row in LADDER]
    ranks = [place(each, TODAY).rank for each in facts]
    assert ranks == sorted(ranks)
    assert set(ranks) == set(Rank)


@pytest.mark.parametrize(
    ("facts", "rank"),
    [
        # The want of an owner does not hide that the law's time is over, or is over today, or a promise broken.
        (Facts(no_owner=True, effect="statutory", due_on=due(-1)), Rank.STATUTORY_OVERDUE),
        (Facts(needs_attention=True, effect="statutory", due_on=TODAY), Rank.STATUTORY_TODAY),
        (Facts(no_owner=True, effect="promise", due_on=due(-1)), Rank.PROMISE_BROKEN),
        # But it goes before what only lies ahead.
        (Facts(no_owner=True, effect="statutory", due_on=due(1)), Rank.NOBODY_HAS_IT),
        (Facts(needs_attention=True, effect="internal", due_on=due(-9)), Rank.NOBODY_HAS_IT),
        (Facts(effect="statutory", due_on=due(5)), Rank.LATER),
        (Facts(effect="internal", due_on=TODAY), Rank.TASK_DUE),
        (Facts(effect="internal", due_on=due(1)), Rank.LATER),
        (Facts(effect="unheard_of", due_on=due(-1)), Rank.TASK_OVERDUE),
    ],
)
def test_the_first_reason_that_holds_is_the_one_that_counts(facts: Facts, rank: Rank) -> None:
    assert place(facts, TODAY).rank is rank


def test_a_needs_attention_case_without_an_owner_says_that_it_needs_attention() -> None:
    assert place(Facts(needs_attention=True, no_owner=True), TODAY).reason is Reason.NEEDS_ATTENTION


@pytest.mark.parametrize("kind", ["acknowledgement", "settle_period", "correction_approval", "not_yet_known"])
@pytest.mark.parametrize("days", [-400, -1, 0, 1, 400])
def test_every_clock_on_every_day_is_said_in_words(kind: str, days: int) -> None:
    words = place(Facts(clock=kind, effect="internal", due_on=due(days)), TODAY).words
    assert str(due(days).day) in words and words[0].isupper() and "_" not in words


def test_every_clock_of_every_procedure_and_every_duty_is_named() -> None:
    kinds = {clock.kind for procedure in load_procedures().versions for clock in procedure.clocks}
    kinds |= {clock.kind for duties in load_duties() for clock in duties.clocks}
    said = {kind: place(Facts(clock=kind, effect="promise", due_on=due(2)), TODAY).words for kind in kinds}
    assert [kind for kind, words in said.items() if words.startswith("This is")] == []
