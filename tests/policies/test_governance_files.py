"""What each kind of governance goes through, as files: malformed ones are refused, and a step says whose it is."""

from __future__ import annotations

from datetime import date
from uuid import uuid4

import pytest

from contracts.governance import GovernanceKind
from policies.governance_files import GovernanceError, load_governing, newest, parse_governing
from policies.governing import Facts, Member, due_days, has_part, have_commented, lacks

GOOD = """
version = 1
kind = "panel"
title = "Panel"
legal_basis = "A law"
certainty = "unverified"
reports = ["board"]
[[steps]]
code = "compile"
title = "Compile"
who = "system"
days = 0
deed = "compile"
[[steps]]
code = "hold"
title = "Hold"
who = "chair"
days = 10
needs = ["held", "minutes"]
"""
NAME = "panel.v1.toml"
ME, YOU = uuid4(), uuid4()


def test_every_kind_has_a_file_and_a_good_one_is_read() -> None:
    assert {kind for kind, _ in load_governing()} == {each.value for each in GovernanceKind}
    assert [each.code for each in parse_governing(NAME, GOOD).steps] == ["compile", "hold"]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("version = 1", "version = 2"),  # not what the file is called
        ('kind = "panel"', 'kind = "party"'),
        ('certainty = "unverified"', 'certainty = "maybe"'),
        ('who = "chair"', 'who = "boss"'),
        ('who = "chair"', 'who = "system"'),  # a step of the machine that has no deed
        ('deed = "compile"', 'deed = "mail"'),  # a deed that is no step
        ('deed = "compile"', ""),
        ("days = 10", "days = -1"),
        ("days = 0", "days = 11"),  # due after the step that follows
        ("days = 10", 'days = "10"'),
        ('needs = ["held", "minutes"]', 'needs = ["held", "held"]'),
        ('needs = ["held", "minutes"]', 'needs = ["tea"]'),
        ('needs = ["held", "minutes"]', 'needs = ["held"]\naudiences = ["staff"]'),  # and it is not distributed
        ('needs = ["held", "minutes"]', 'needs = ["distributed"]\naudiences = ["everybody"]'),
        ('needs = ["held", "minutes"]', 'needs = ["held"]\ntells = ["chair"]'),
        ('deed = "compile"', 'deed = "compile"\ntells = ["member"]'),  # there is nothing to read yet
        ('code = "hold"', 'code = "compile"'),
        ('reports = ["board"]', ""),
        ('title = "Hold"', 'title = "Hold"\ncolour = "red"'),
        ('title = "Hold"', ""),
        ("[[steps]]", "[[steps"),
    ],
)
def test_a_malformed_file_is_refused_and_named(before: str, after: str) -> None:
    assert before in GOOD
    with pytest.raises(GovernanceError, match=NAME.replace(".", r"\.")):
        parse_governing(NAME, GOOD.replace(before, after, 1))


@pytest.mark.parametrize("kind", [each.value for each in GovernanceKind])
def test_what_is_approved_is_approved_by_another_than_whoever_began_or_alone_commented(kind: str) -> None:
    steps = [each for each in newest(kind).steps if each.code in ("approve", "sign_off")]
    for step in steps:
        assert "another_person" in step.needs and "report" in step.needs
        assert "another_person" in lacks(step, Facts(report=True, broken=0, before={ME}), ME)
        assert lacks(step, Facts(report=True, broken=0, before={ME}, commented={ME, YOU}), YOU) == []


def test_what_goes_outside_is_approved_before_it_is_published() -> None:
    for each in load_governing().values():
        codes = [step.code for step in each.steps]
        if "publish" in codes:
            assert codes.index("approve") < codes.index("publish")


@pytest.mark.parametrize("kind", [each.value for each in GovernanceKind])
def test_what_anybody_outside_sees_of_it_somebody_else_has_read_before(kind: str) -> None:
    codes = [step.code for step in newest(kind).steps]
    for outside in {"discuss", "distribute", "publish", "send", "submit"} & set(codes):
        read = "sign_off" if kind == "return" else "approve"
        assert codes.index(read) < codes.index(outside)


def test_what_goes_to_named_audiences_lacks_each_that_it_did_not_go_to() -> None:
    step = newest("discussion").step("distribute")
    assert step is not None
    assert lacks(step, Facts(), ME) == ["to_staff", "to_healthwatch", "to_advocacy"]
    assert lacks(step, Facts(went_to={"staff", "public"}), ME) == ["to_healthwatch", "to_advocacy"]
    assert lacks(step, Facts(went_to=set(step.audiences)), ME) == []
    board = newest("board_report").step("distribute")
    assert board is not None
    assert lacks(board, Facts(), ME) == ["distributed"] and lacks(board, Facts(went_to={"staff"}), ME) == []


def test_a_meeting_that_nobody_leads_is_the_offices_and_an_approval_is_not() -> None:
    hold = newest("panel").step("hold")
    approve = newest("board_report").step("approve")
    assert hold is not None and approve is not None
    assert has_part(hold, Facts(), ME, office=True) and not has_part(hold, Facts(), ME, office=False)
    led = Facts(members={Member(part="chair", person_id=YOU)})
    assert not has_part(hold, led, ME, office=True) and has_part(hold, led, YOU, office=False)
    assert not has_part(approve, Facts(), ME, office=True)


def test_a_comment_is_given_by_whoever_was_asked_or_in_their_place() -> None:
    assert have_commented((), ()) and have_commented([{ME, YOU}], {YOU})
    assert not have_commented([{ME}, {YOU}], {YOU})


def test_the_cqc_is_answered_within_28_days_counted_from_the_day_after_across_a_leap_day() -> None:
    due = dict(due_days(newest("governance_report"), date(2028, 2, 10)))
    assert due["send"] == date(2028, 3, 9)
