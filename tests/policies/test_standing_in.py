"""Who stands in, over tables and over any office that can be made up."""

from __future__ import annotations

from uuid import UUID, uuid5

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policies.standing_in import Holding, Office, in_turn, roles_asked, who_stands_in


def p(name: str) -> UUID:
    return uuid5(UUID(int=1), name)


EVERYBODY = frozenset(map(p, "abcdef"))
TEAM, OTHER_TEAM = p("team"), p("other team")


def office(away: dict[str, str | None], active: str = "abcdef") -> Office:
    return Office(
        active=frozenset(map(p, active)),
        away={p(who): p(cover) if cover else None for who, cover in away.items()},
    )


@pytest.mark.parametrize(
    ("candidates", "away", "active", "found"),
    [
        ("a", {}, "abc", "a"),
        ("ab", {}, "abc", "a"),
        ("ab", {"a": None}, "abc", "b"),
        ("ab", {"a": "c"}, "abc", "c"),
        ("ab", {"a": "c", "c": "d"}, "abcd", "d"),
        ("ab", {"a": "c", "c": None}, "abc", "b"),
        ("ab", {"a": "c", "c": "a"}, "abc", "b"),
        ("a", {"a": "a"}, "abc", None),
        ("ab", {"a": "b", "b": None}, "abc", None),
        ("ab", {"a": "c"}, "ab", "b"),  # the cover has left
        ("ab", {"a": "c"}, "bc", "b"),  # who has left is not covered for: the next is asked
        ("ab", {}, "", None),
        ("", {"a": "b"}, "ab", None),
    ],
)
def test_the_first_who_is_there_or_is_covered_for_is_found(
    candidates: str, away: dict[str, str | None], active: str, found: str | None
) -> None:
    assert who_stands_in(map(p, candidates), office(away, active)) == (p(found) if found else None)


def test_deputies_come_after_every_holder_and_the_owner_before_the_lead_of_the_team() -> None:
    held = [
        Holding(person_id=p("b"), role="deputy_complaints_manager"),
        Holding(person_id=p("a"), role="complaints_manager"),
        Holding(person_id=p("d"), role="team_lead", unit_id=OTHER_TEAM),
        Holding(person_id=p("c"), role="team_lead", unit_id=TEAM),
        Holding(person_id=p("e"), role="complaints_manager"),
    ]
    assert in_turn("complaints_manager", held) == tuple(map(p, "aeb"))
    assert in_turn("owner", held, owner_id=p("f"), team_id=TEAM) == tuple(map(p, "fcaeb"))
    assert in_turn("owner", held, owner_id=p("a")) == tuple(map(p, "aeb"))
    assert in_turn("owner", held, team_id=None) == tuple(map(p, "aeb"))


def test_a_delegate_stands_in_for_the_responsible_person_and_nobody_for_a_role_without_deputies() -> None:
    assert roles_asked("responsible_person") == ("responsible_person", "delegate")
    assert roles_asked("operator") == ("operator",)
    held = [Holding(person_id=p("a"), role="delegate"), Holding(person_id=p("b"), role="responsible_person")]
    assert in_turn("responsible_person", held) == tuple(map(p, "ba"))
    assert in_turn("operator", held) == ()


PEOPLE = st.sampled_from(sorted(EVERYBODY))
OFFICES = st.builds(Office, active=st.frozensets(PEOPLE), away=st.dictionaries(PEOPLE, st.one_of(st.none(), PEOPLE)))


@given(st.lists(PEOPLE), OFFICES)
def test_whoever_is_found_works_there_and_is_there(candidates: list[UUID], there: Office) -> None:
    found = who_stands_in(candidates, there)
    assert found is None or (found in there.active and found not in there.away)


@given(st.lists(PEOPLE), OFFICES)
def test_somebody_is_found_whenever_a_candidate_is_there(candidates: list[UUID], there: Office) -> None:
    present = [each for each in candidates if each in there.active and each not in there.away]
    found = who_stands_in(candidates, there)
    assert found is not None or not present
    if candidates and candidates[0] in present:
        assert found == candidates[0]


@given(st.lists(PEOPLE), OFFICES, PEOPLE)
def test_one_more_candidate_at_the_end_changes_nothing_that_was_found(
    candidates: list[UUID], there: Office, more: UUID
) -> None:
    found = who_stands_in(candidates, there)
    assert found is None or who_stands_in([*candidates, more], there) == found
