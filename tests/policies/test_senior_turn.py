"""Which senior is asked, in turn and at each step: rota, hours, absence, covers, and those who may not be asked."""

from __future__ import annotations

from datetime import UTC, date, datetime
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policies.calendars import Calendar, Nation
from policies.senior_turn import (
    AFTER,
    LEVELS,
    OnRota,
    Seniors,
    choose,
    hours_at,
    in_turn,
    is_higher,
    on_rota,
)
from policies.standing_in import Office

ADA, BEN, CAS, LEAD, CHIEF, DEL = (UUID(int=n) for n in range(1, 7))
EVERYBODY = frozenset({ADA, BEN, CAS, LEAD, CHIEF, DEL})
THURSDAY = date(2028, 3, 2)
CALENDAR = Calendar.legal(Nation.ENGLAND, [], 1)


def seniors(**changes: object) -> Seniors:
    values: dict[str, object] = {
        "rota": (ADA, BEN),
        "leads": (LEAD,),
        "responsible": (CHIEF,),
        "delegates": (DEL,),
        "office": Office(active=EVERYBODY),
    }
    return Seniors(**(values | changes))  # type: ignore[arg-type]


def names(found: Seniors) -> list[tuple[UUID, str]]:
    return [(each.person_id, each.asked_as) for each in in_turn(found)]


def test_the_rota_comes_first_then_the_leads_the_responsible_person_and_the_delegates() -> None:
    assert names(seniors()) == [
        (ADA, "rota"), (BEN, "rota"), (LEAD, "lead"), (CHIEF, "responsible_person"), (DEL, "delegate"),
    ]  # fmt: skip


def test_who_covers_for_the_rota_comes_after_all_who_are_there() -> None:
    away = Office(active=EVERYBODY, away={ADA: CAS, CHIEF: None})
    assert names(seniors(office=away)) == [(BEN, "rota"), (CAS, "deputy"), (LEAD, "lead"), (DEL, "delegate")]


def test_nobody_is_found_where_all_are_away_or_barred() -> None:
    nobody = Office(active=EVERYBODY, away=dict.fromkeys(EVERYBODY))
    assert in_turn(seniors(office=nobody)) == ()
    circle = Office(active=EVERYBODY, away={ADA: BEN, BEN: ADA, LEAD: None, CHIEF: None, DEL: None})
    assert in_turn(seniors(office=circle)) == ()
    assert in_turn(seniors(barred=EVERYBODY)) == ()


def test_who_is_complained_about_is_not_asked_in_somebodys_place_either() -> None:
    away = Office(active=EVERYBODY, away={ADA: CAS})
    assert CAS not in dict(names(seniors(office=away, barred=frozenset({CAS}))))


def test_a_responsible_person_on_the_rota_is_still_the_top_of_the_ladder() -> None:
    turn = in_turn(seniors(rota=(CHIEF, BEN)))
    assert turn[0].asked_as == "rota" and choose("responsible", turn, (CHIEF, BEN), ()) == turn[0]


@pytest.mark.parametrize(
    ("step", "asked", "passed", "expected"),
    [
        ("first", (), (), ADA),
        ("again", (ADA,), (), ADA),
        ("again", (ADA,), (ADA,), BEN),
        ("second", (ADA, ADA), (), BEN),
        ("next", (ADA, ADA, BEN), (), LEAD),
        ("passed", (ADA,), (ADA,), BEN),
        ("responsible", (ADA, BEN, LEAD), (), CHIEF),
        ("responsible", (ADA,), (CHIEF,), DEL),
        ("chase", (ADA, BEN, LEAD, CHIEF), (), CHIEF),
        ("chase", (ADA, CHIEF, DEL), (CHIEF, DEL), BEN),
        ("next", (ADA, BEN, LEAD, CHIEF, DEL), (), None),
        ("chase", (), tuple(EVERYBODY), None),
    ],
)
def test_each_step_asks_whom_the_ladder_says(
    step: str, asked: tuple[UUID, ...], passed: tuple[UUID, ...], expected: UUID | None
) -> None:
    found = choose(step, in_turn(seniors()), asked, passed)
    assert (found.person_id if found else None) == expected


@given(
    st.sampled_from(["first", "again", "second", "next", "responsible", "chase", "passed"]),
    st.lists(st.sampled_from(sorted(EVERYBODY))),
    st.frozensets(st.sampled_from(sorted(EVERYBODY))),
    st.frozensets(st.sampled_from(sorted(EVERYBODY))),
    st.frozensets(st.sampled_from(sorted(EVERYBODY))),
)
def test_whoever_is_asked_is_there_unbarred_and_has_not_passed_and_somebody_is_if_anybody_can_be(
    step: str, asked: list[UUID], passed: frozenset[UUID], barred: frozenset[UUID], away: frozenset[UUID]
) -> None:
    turn = in_turn(seniors(barred=barred, office=Office(active=EVERYBODY, away=dict.fromkeys(away))))
    at: str | None = step
    found = None
    while at is not None and found is None:
        found, at = choose(at, turn, tuple(asked), passed), AFTER.get(at)
    can_be = {each.person_id for each in turn} - passed
    assert can_be.isdisjoint(barred | away)
    assert (found is not None) == bool(can_be) and (found is None or found.person_id in can_be)


def test_the_rota_is_of_the_day_and_the_hours_by_place_and_of_one_place_whoever_began_last() -> None:
    rota = [
        OnRota(person_id=BEN, place=2, hours="both", first_on=date(2028, 1, 1)),
        OnRota(person_id=ADA, place=1, hours="office", first_on=date(2028, 1, 1)),
        OnRota(person_id=CAS, place=1, hours="out", first_on=date(2028, 1, 1), last_on=THURSDAY),
        OnRota(person_id=LEAD, place=2, hours="both", first_on=THURSDAY),
    ]
    assert on_rota(rota, THURSDAY, "office") == (ADA, LEAD, BEN)
    assert on_rota(rota, THURSDAY, "out") == (CAS, LEAD, BEN)
    assert on_rota(rota, date(2028, 3, 3), "out") == (LEAD, BEN)
    assert on_rota(rota, date(2027, 12, 31), "out") == ()


@pytest.mark.parametrize(
    ("at", "hours"),
    [
        (datetime(2028, 3, 2, 9, 0, tzinfo=UTC), "office"),
        (datetime(2028, 3, 2, 8, 59, 59, tzinfo=UTC), "out"),
        (datetime(2028, 3, 2, 17, 0, tzinfo=UTC), "office"),  # the moment at which a day's minutes are full
        (datetime(2028, 3, 2, 17, 0, 1, tzinfo=UTC), "out"),
        (datetime(2028, 3, 4, 11, 0, tzinfo=UTC), "out"),  # a Saturday
        (datetime(2028, 3, 27, 8, 30, tzinfo=UTC), "office"),  # half past nine: summer time began the night before
        (datetime(2028, 3, 24, 8, 30, tzinfo=UTC), "out"),
        (datetime(2028, 10, 30, 8, 30, tzinfo=UTC), "out"),  # and has ended
        (datetime(2028, 4, 14, 11, 0, tzinfo=UTC), "out"),  # Good Friday
    ],
)
def test_office_hours_are_local_and_of_open_days(at: datetime, hours: str) -> None:
    assert hours_at(at, CALENDAR) == hours


def test_levels_are_ordered() -> None:
    assert [is_higher(one, other) for one in LEVELS for other in LEVELS] == [
        False, False, False, True, False, False, True, True, False,
    ]  # fmt: skip
