"""Who may be told what about somebody else: a truth table, and every letter classified."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from contracts.failures import Refusal
from policies.consent import (
    DISCLOSES,
    Discloses,
    Given,
    GiverFacts,
    Recipient,
    Standing,
    State,
    Why,
    disclosed_by,
    giver_refused,
    last_day,
    may_be_told,
    state_of,
)
from policies.letters import TEMPLATES
from policies.template_files import Audience

ON = date(2028, 3, 2)
AT = datetime(2028, 3, 2, 10, tzinfo=UTC)
HOUR = timedelta(hours=1)
KINDS = [each for each in Discloses if each is not Discloses.NOTHING]


def given(scope: str = "represent", **changes: Any) -> Given:
    known: dict[str, Any] = {"id": uuid4(), "scope": scope, "recipient_id": uuid4(), "said_at": AT}
    return Given(**(known | changes))


def standing(ground: str = "asked", basis: str | None = "written", at: datetime = AT, *, may: bool = True) -> Standing:
    return Standing(may_speak=may, ground=ground, consent_basis=basis, decided_at=at, decided_on=at.date())


def may(recipient: Recipient, on: date = ON) -> str:
    """Return the initials of what somebody may be told."""
    return "".join(what.value[0] for what in KINDS if may_be_told(recipient, what, on).may)


def test_every_letter_to_somebody_outside_says_what_it_tells_of_the_person() -> None:
    outside = {name.partition(".")[0] for name, spec in TEMPLATES.items() if spec.audience is not Audience.STAFF}
    assert outside - DISCLOSES.keys() == set()
    assert disclosed_by("a_letter_of_tomorrow") is Discloses.FINDINGS


@pytest.mark.parametrize(
    ("recipient", "told"),
    [
        (Recipient(role="complainant", concerned=True), "opfr"),
        (Recipient(role="affected", concerned=True), "opfr"),
        (Recipient(role="complainant"), "o"),
        (Recipient(role="advocate"), ""),
        (Recipient(role="witness"), ""),
        (Recipient(role="complainant", consent_basis="written"), "opf"),
        (Recipient(role="advocate", consent_basis="statutory"), "opf"),
        (Recipient(role="advocate", consent_basis="none"), ""),
        (Recipient(role="mp", consent_basis="implied_constituent"), "opf"),
        (Recipient(role="advocate", consent_basis="implied_constituent"), ""),
        (Recipient(role="advocate", consents=[given("represent")]), "opf"),
        (Recipient(role="advocate", consents=[given("correspond")]), "op"),
        (Recipient(role="advocate", consents=[given("disclose_response")]), "f"),
        (Recipient(role="advocate", consents=[given("disclose_records")]), "r"),
        (Recipient(role="regulator", consents=[given("share_with_body")]), "opf"),
        (Recipient(role="advocate", standing=standing()), "opf"),
        (Recipient(role="advocate", standing=standing(basis=None)), ""),
        (Recipient(role="advocate", standing=standing("child", None)), "opf"),
        (Recipient(role="advocate", standing=standing("child", None, may=False), consent_basis="written"), ""),
        (Recipient(role="complainant", standing=standing(may=False)), "o"),
        (Recipient(role="complainant", ground="child"), "opf"),
        (Recipient(role="complainant", ground="child", decides_standing=True), "o"),
        (Recipient(role="complainant", ground="asked", decides_standing=True), "o"),
        (Recipient(role="complainant", concerned_died=True), "opf"),
        (Recipient(role="complainant", concerned_died=True, standing=standing("died", may=False)), "o"),
        (Recipient(role="representative", concerned_died=True), ""),
        (Recipient(role="representative", concerned_died=True, ground="died"), "opf"),
    ],
)
def test_what_is_on_record_decides_what_somebody_may_be_told(recipient: Recipient, told: str) -> None:
    assert may(recipient) == told
    assert may_be_told(recipient, Discloses.NOTHING, ON).may


@pytest.mark.parametrize("ended", [State.WITHDRAWN, State.ENDED_BY_DEATH])
def test_what_was_taken_back_is_not_covered_by_what_was_said_before(ended: State) -> None:
    gone = given(ended=ended, ended_at=AT)
    assert may(Recipient(role="advocate", consents=[gone], consent_basis="written")) == ""
    assert may(Recipient(role="advocate", consents=[gone], standing=standing(at=AT - HOUR))) == ""
    assert may(Recipient(role="advocate", consents=[gone], standing=standing(at=AT + HOUR))) == "opf"
    assert may(Recipient(role="advocate", consents=[gone, given("correspond")])) == "op"
    assert (
        may(Recipient(role="advocate", consents=[gone], standing=standing("lacks_capacity", None, AT - HOUR))) == "opf"
    )
    told = may_be_told(Recipient(role="advocate", consents=[gone]), Discloses.FINDINGS, ON)
    assert (told.why, told.consent_id) == (Why.CONSENT_ENDED, gone.id)


def test_taking_back_one_scope_leaves_the_others() -> None:
    gone = given("disclose_response", ended=State.WITHDRAWN, ended_at=AT)
    assert may(Recipient(role="advocate", consents=[gone], consent_basis="written")) == "op"


def test_a_consent_counts_on_its_last_day_and_not_after() -> None:
    each = given(expires_on=ON)
    assert (state_of(each, ON), state_of(each, ON + timedelta(days=1))) == (State.IN_FORCE, State.EXPIRED)
    recipient = Recipient(role="advocate", consents=[each], consent_basis="written")
    assert (may(recipient), may(recipient, ON + timedelta(days=1))) == ("opf", "")
    decided = Recipient(role="advocate", consents=[each], standing=standing(at=AT + timedelta(days=2)))
    assert may(decided, ON + timedelta(days=3)) == "opf"


def test_one_that_was_superseded_says_nothing_any_more() -> None:
    old = given(ended=State.SUPERSEDED)
    assert may(Recipient(role="advocate", consents=[old], consent_basis="written")) == "opf"
    assert may(Recipient(role="advocate", consents=[old])) == ""


@pytest.mark.parametrize(
    ("concerned", "ground", "born", "died", "concerned_died", "refused"),
    [
        (True, None, None, False, False, None),
        (True, None, date(2012, 3, 2), False, False, None),
        (True, None, date(2012, 3, 3), False, False, Refusal.CONTRADICTS_RECORD),
        (True, "parent", None, False, False, Refusal.CONTRADICTS_RECORD),
        (True, None, None, True, True, Refusal.PERSON_HAS_DIED),
        (False, None, None, False, False, Refusal.REASON_NEEDED),
        (False, "parent", date(2010, 3, 3), False, False, None),
        (False, "parent", date(2010, 3, 2), False, False, Refusal.CONTRADICTS_RECORD),
        (False, "attorney", None, False, False, None),
        (False, "attorney", None, False, True, Refusal.CONTRADICTS_RECORD),
        (False, "personal_representative", None, False, True, None),
        (False, "personal_representative", None, False, False, Refusal.CONTRADICTS_RECORD),
    ],
)
def test_who_can_give_a_consent(
    concerned: bool, ground: str | None, born: date | None, died: bool, concerned_died: bool, refused: Refusal | None
) -> None:
    facts = GiverFacts(concerned=concerned, died=died, ground=ground, born_on=born, concerned_died=concerned_died)
    assert giver_refused(facts, ON) is refused


def test_what_was_taken_back_in_life_is_not_opened_by_death() -> None:
    withdrawn = given(ended=State.WITHDRAWN, ended_at=AT)
    for ended, told in ((withdrawn, "o"), (given(ended=State.ENDED_BY_DEATH, ended_at=AT), "opf")):
        assert may(Recipient(role="complainant", concerned_died=True, consents=[ended])) == told
    again = standing("died", "statutory", AT + HOUR)
    assert may(Recipient(role="complainant", concerned_died=True, consents=[withdrawn], standing=again)) == "opf"


@pytest.mark.parametrize(
    ("born_on", "told"), [(None, "opf"), (date(2010, 3, 3), "opf"), (date(2010, 3, 2), ""), (date(1950, 1, 1), "")]
)
def test_who_speaks_for_a_child_speaks_for_them_until_they_are_of_age(born_on: date | None, told: str) -> None:
    assert may(Recipient(role="representative", standing=standing("child", None), concerned_born_on=born_on)) == told


@pytest.mark.parametrize(
    ("expires_on", "ground", "born_on", "last"),
    [
        (None, None, date(2010, 3, 2), None),
        (None, "parent", None, None),
        (None, "parent", date(2010, 3, 2), date(2028, 3, 1)),
        (date(2027, 1, 1), "parent", date(2010, 3, 2), date(2027, 1, 1)),
        (None, "parent", date(2012, 2, 29), date(2030, 2, 28)),
        (date(2029, 1, 1), "attorney", date(2010, 3, 2), date(2029, 1, 1)),
    ],
)
def test_what_a_parent_agreed_to_lasts_until_the_child_is_of_age(
    expires_on: date | None, ground: str | None, born_on: date | None, last: date | None
) -> None:
    assert last_day(expires_on, ground, born_on) == last
