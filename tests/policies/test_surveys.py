"""What people and staff are asked: the files that are there, and files that must stop the process at its start."""

from __future__ import annotations

from importlib.resources import files
from typing import get_args

import pytest

from db import staff_said
from db.feedback_codes import as_typed, hash_of, new_code
from policies.survey_files import (
    FIRST,
    PARTY,
    STAFF,
    SurveyError,
    answered_by,
    in_order,
    load_surveys,
    parse_survey,
    statement_titles,
    to_ask,
)

PEOPLE = files("policies.surveys").joinpath("people.v1.toml").read_text(encoding="utf-8")


def test_what_can_be_said_is_what_is_asked() -> None:
    known = load_surveys()
    assert set(known) == set(get_args(staff_said.Instrument))
    assert {one.code for each in known.values() for one in each.statements} == set(get_args(staff_said.Statement))
    assert (to_ask(PARTY).name, to_ask(STAFF).name) == ("people.v1", "staff.v1")
    stages = [title for title, _ in to_ask(PARTY).statements_by_stage]
    assert stages == [
        "Considering a complaint", "Making a complaint", "Staying informed", "Receiving outcomes",
        "Reflecting on the experience",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("version = 1", "version = 2", "not named after"),
        ('asks = "party"', 'asks = "everybody"', "asks"),
        ('code = "simple"', 'code = "own_way"', "more than once"),
        ('stage = "making"', 'stage = "shouting"', "a stage that is unknown"),
        ('certainty = "unverified"', "", "certainty"),
        ('stage = "reflecting"', 'stage = "considering"', "stage"),
        ("[[stages]]", "[[stage]]", "stage"),
    ],
)
def test_a_malformed_instrument_is_refused(old: str, new: str, said: str) -> None:
    with pytest.raises(SurveyError, match=said):
        parse_survey("people.v1.toml", PEOPLE.replace(old, new, 1))


@pytest.mark.parametrize(
    ("whose", "named", "asked", "statements", "found"),
    [
        (PARTY, None, "people.v1", ["simple"], "people.v1"),
        (PARTY, None, "people.v1", [], "people.v1"),
        (PARTY, None, "people.v1", ["would_trust_again"], FIRST),
        (PARTY, None, None, ["simple"], "people.v1"),
        (PARTY, None, None, ["supported"], FIRST),
        (STAFF, None, None, ["supported"], "staff.v1"),
        (PARTY, "staff.v1", None, ["supported"], None),
        (PARTY, FIRST, "people.v1", ["simple"], None),
        (PARTY, None, "people.v1", ["simple", "would_trust_again"], None),
        (STAFF, None, "staff.v1", ["simple"], None),
    ],
)
def test_an_answer_is_to_one_instrument(
    whose: str, named: str | None, asked: str | None, statements: list[str], found: str | None
) -> None:
    instrument = answered_by(whose, named, asked, statements)
    assert (instrument.name if instrument else None) == found


def test_statements_are_called_by_their_stage_and_stand_in_its_order() -> None:
    titles = statement_titles(STAFF)
    assert titles["could_learn"] == "A just and learning culture: I could learn from it without being blamed"
    ours = [each.code for each in to_ask(STAFF).statements]
    assert sorted(reversed(ours), key=lambda code: in_order(STAFF, code)) == ours
    assert sorted(["unheard_of", *ours], key=lambda code: in_order(STAFF, code))[-1] == "unheard_of"


def test_a_code_is_known_however_it_is_typed() -> None:
    code = new_code(bytes(range(10)))
    assert len(code) == 19 and as_typed(code) == code.replace("-", "")
    assert as_typed(code.lower().replace("-", " ").replace("0", "O").replace("1", "l")) == code.replace("-", "")
    assert hash_of(code) == hash_of(code.replace("-", ""))
    assert len({new_code(number.to_bytes(10)) for number in range(500)}) == 500
    for wrong in ("", "U" * 16, code[:-1], code + "7", "É" * 16, "7" * 1_000):
        assert as_typed(wrong) is None
