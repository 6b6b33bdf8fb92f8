"""The way on from a response: the right tier under each procedure, told in plain words."""

from __future__ import annotations

from datetime import date

import pytest

from policies.next_steps import ombudsman_of, tiers_ahead, way_on
from policies.procedure import Procedure
from policies.procedure_files import load_procedures

PROCEDURES = load_procedures()
NHS = PROCEDURES.get("nhs-england-2009", 2)
COUNCIL = PROCEDURES.get("lgsco-code", 1)
SCOTLAND = PROCEDURES.get("spso-model", 1).with_figures({})
FIGURES = {"acknowledge_days": 5, "early_resolution_days": 10, "closer_look_days": 40, "tier_2_days": 30}
DEPARTMENT = PROCEDURES.get("uk-central-government", 1).with_figures(FIGURES)


@pytest.mark.parametrize(
    ("procedure", "stage", "tier", "ahead"),
    [
        (NHS, "closer_look", None, ["ombudsman"]),
        (COUNCIL, "stage_1", None, ["stage_2", "ombudsman"]),
        (COUNCIL, "stage_2", "stage_2", ["ombudsman"]),
        (COUNCIL, "stage_2_received", None, ["ombudsman"]),
        (SCOTLAND, "early_resolution", None, ["investigation", "ombudsman"]),
        (SCOTLAND, "investigation", None, ["ombudsman"]),  # moved on by the body itself, not asked for
        (DEPARTMENT, "closer_look", None, ["tier_2", "independent", "ombudsman"]),
        (DEPARTMENT, "tier_2", "tier_2", ["independent", "ombudsman"]),
        (DEPARTMENT, "tier_2", "ombudsman", []),
        (PROCEDURES.get("nhs-england-2009", 1), "closer_look", None, []),
    ],
)
def test_the_tiers_ahead_are_those_after_the_one_that_answers(
    procedure: Procedure, stage: str, tier: str | None, ahead: list[str]
) -> None:
    assert [each.code for each in tiers_ahead(procedure, stage=stage, tier=tier)] == ahead


def told(procedure: Procedure, stage: str, tier: str | None = None, noticed_until: date | None = None) -> str:
    return way_on(tiers_ahead(procedure, stage=stage, tier=tier), reference="RX1-1", noticed_until=noticed_until)


def test_an_ombudsman_is_named_with_contact_window_and_its_last_day_where_that_is_known() -> None:
    text = told(NHS, "closer_look", noticed_until=date(2029, 1, 12))
    assert "the right to ask the Parliamentary and Health Service Ombudsman to look into" in text
    assert "telephone 0345 015 4033" in text
    assert "within 12 months of the day when you first knew" in text
    assert "until Friday 12 January 2029" in text
    assert "that is until" not in told(NHS, "closer_look")
    assert "Member of Parliament" not in text


def test_an_internal_tier_says_how_to_ask_that_it_is_a_right_and_who_will_look() -> None:
    text = told(COUNCIL, "stage_1")
    assert "ask us to look at your complaint again (Stage 2, review). You only need to ask." in text
    assert "Somebody who has not dealt with your complaint before will do this." in text
    assert "quote RX1-1" in text
    assert "go on to the next body: Local Government and Social Care Ombudsman" in text
    assert "Parliamentary" not in text


def test_at_the_last_internal_tier_the_ombudsman_of_the_regime_is_next() -> None:
    assert "the right to ask the Local Government and Social Care Ombudsman" in told(COUNCIL, "stage_2", "stage_2")
    assert "the right to ask the Scottish Public Services Ombudsman" in told(SCOTLAND, "investigation")


def test_the_way_through_a_member_of_parliament_is_said_in_plain_words_at_every_tier() -> None:
    first = told(DEPARTMENT, "closer_look")
    assert "within 6 months of the date of this letter" in first
    assert "A Member of Parliament (MP) has to pass your complaint on." in first
    second = told(DEPARTMENT, "tier_2", "tier_2")
    assert "looked at from outside our organisation (Independent tier)" in second
    last = told(DEPARTMENT, "tier_2", "independent")
    assert "please ask one, usually the MP for where you live, to pass yours on" in last


def test_nothing_is_said_where_no_tier_is_left() -> None:
    assert told(DEPARTMENT, "tier_2", "ombudsman") == ""


def test_the_ombudsman_of_a_procedure_is_the_one_that_its_words_name() -> None:
    for procedure in (NHS, COUNCIL, SCOTLAND, DEPARTMENT):
        tier = ombudsman_of(procedure)
        assert tier is not None
        assert tier.title == procedure.vocabulary.ombudsman
