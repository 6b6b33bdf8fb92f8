"""A procedure is told in plain English, compared in words, and published in its own vocabulary."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from contracts.clocks import Effect
from contracts.commands import CommandKind
from policies.calendars import Nation
from policies.procedure import Procedure
from policies.procedure_diff import diff
from policies.procedure_files import load_procedures
from policies.procedure_leaflet import Publisher, leaflet
from policies.procedure_words import explain

NHS, UK = "nhs-england-2009", "uk-central-government"
UK_FIGURES = {"acknowledge_days": 5, "early_resolution_days": 10, "closer_look_days": 20, "tier_2_days": 30}
TRUST = Publisher(
    name="Example Trust", nation=Nation.ENGLAND, contacts=["Telephone 01632 960 001"],
    people=[("Complaints manager", "A. Person")],
)  # fmt: skip


def _of(code: str, version: int) -> Procedure:
    return load_procedures().get(code, version)


def _filled(code: str, version: int, **own: int) -> Procedure:
    procedures = load_procedures()
    return procedures.pinned(code, version, procedures.get(code, version).figures_with(own))


@pytest.mark.parametrize("each", load_procedures().versions, ids=lambda each: f"{each.code}@{each.version}")
def test_every_rule_of_every_procedure_is_told_with_its_basis(each: Procedure) -> None:
    told = "\n".join(explain(each))
    for rule in (*each.clocks, *each.gates, *each.figures, *each.exclusions, *each.elements, *each.tiers):
        assert rule.legal_basis in told
    for stage in each.stages:
        assert f"{stage.title} ({stage.code})" in told
    assert "None" not in told and "[" not in told


def test_a_clock_is_told_with_its_budget_its_ladder_and_its_certainty() -> None:
    told = list(explain(_of(NHS, 2)))
    first = next(n for n, line in enumerate(told) if "(acknowledgement)" in line)
    assert [line.strip() for line in told[first : first + 5]] == [
        "Acknowledge the complaint and offer to discuss it (acknowledgement): a statutory time limit, 3 working days of"
        " the nation, the first day not counted",
        "starts: the day of receipt",
        "met by: acknowledge",
        "extension: none; pause: none is lawful",
        "reminder_1: 1 working day after it starts, at 09:00, to the owner: task and prompt email",
    ]
    assert any(line.endswith("(not checked against the official text)") for line in told)


def test_the_figures_of_an_organisation_are_told_beside_their_bounds() -> None:
    told = "\n".join(explain(_of(UK, 1), {"acknowledge_days": 5}))
    assert "(acknowledge_days): 1 to 20 working days, must be set; here 5." in told
    assert "(closer_look_days): 5 to 120 working days, must be set." in told


def test_nothing_is_different_between_a_procedure_and_itself() -> None:
    assert list(diff(_of(NHS, 2), _of(NHS, 2))) == []


def test_what_is_different_is_told_rule_by_rule() -> None:
    old = _of(NHS, 2)
    clocks = [
        replace(rule, amount=5, effect=Effect.PROMISE) if rule.kind == "acknowledgement" else rule
        for rule in old.clocks
        if rule.kind != "referral"
    ]
    stages = [
        replace(stage, commands=tuple(each for each in stage.commands if each is not CommandKind.EXEMPT))
        for stage in old.stages
    ]
    moves = [move for move in old.moves if move.command is not CommandKind.EXEMPT]
    figures = [replace(rule, default=4) if rule.code == "comment_days" else rule for rule in old.figures]
    tiers = [replace(old.tiers[0], code="second"), *old.tiers]
    new = replace(
        old, version=3, clocks=tuple(clocks), moves=tuple(moves), figures=tuple(figures), tiers=tuple(tiers),
        stages=tuple(each for each in stages if each.code != "exempt"),
    )  # fmt: skip
    told = list(diff(old, new))
    for line in (
        "Version: 2 → 3",
        "Stage received: commands: now without exempt",
        "Stage exempt: gone",
        "Move received exempt: gone",
        "Clock acknowledgement: effect: statutory → promise",
        "Clock acknowledgement: amount: 3 → 5",
        "Clock referral: gone",
        "Figure comment_days: default: 10 → 4",
        "Tier second: new: Parliamentary and Health Service Ombudsman",
    ):
        assert line in told, "\n".join(told)


def test_a_rung_that_changes_is_told_within_its_clock() -> None:
    old = _of(NHS, 2)
    first = old.clocks[0]
    rungs = (replace(first.rungs[0], offset=2), *first.rungs[1:-1])
    told = list(diff(old, replace(old, clocks=(replace(first, rungs=rungs), *old.clocks[1:]))))
    assert told == [
        "Clock acknowledgement: rungs reminder_1: offset: 1 → 2",
        "Clock acknowledgement: rungs escalation_2: gone",
    ]


def test_tiers_in_another_order_are_told() -> None:
    old = _of(UK, 1)
    told = list(diff(old, replace(old, tiers=old.tiers[::-1])))
    assert told == ["Tier: in another order: ombudsman, independent, tier_2"]


def test_the_local_procedure_says_how_who_when_and_what_next_in_its_own_words() -> None:
    told = "\n".join(leaflet(_filled(NHS, 2), TRUST, date(2028, 3, 2)))
    assert told.startswith("# Complaints procedure of Example Trust\n")
    assert "Any patient, and anybody affected" in told and "- Telephone 01632 960 001" in told
    assert "- Complaints manager: A. Person" in told
    assert (
        "within 3 working days (Monday to Friday, without the bank holidays of England) after the day on which" in told
    )
    assert "within 10 working days after the day on which we begin to look for an early resolution" in told
    assert "Please complain within 12 months" in told
    assert "www.ombudsman.org.uk, telephone 0345 015 4033" in told
    # Internal targets are nobody's promise, and codes are nobody's words.
    assert "Give the case an owner" not in told and "_" not in told.replace("www", "")


def test_the_procedure_of_a_department_names_its_figures_its_tiers_in_order_and_the_way_through_an_mp() -> None:
    department = Publisher(name="A Department", nation=Nation.WALES)
    told = list(leaflet(_filled(UK, 1, **UK_FIGURES), department, date(2028, 3, 2)))
    text = "\n".join(told)
    assert "Any service user" in text and "A member of staff who has not dealt with it before" in text
    assert "within 20 working days after the day on which we receive your complaint" in text
    tiers = [line for line in told if line[:3] in ("1. ", "2. ", "3. ")]
    assert [line.split("**")[1] for line in tiers] == [
        "Second look by somebody else.", "Independent tier.", "Parliamentary and Health Service Ombudsman.",
    ]  # fmt: skip
    assert "through a Member of Parliament" in tiers[2] and "You have 6 months from our answer." in tiers[0]
    assert "## Who deals with your complaint" not in text
