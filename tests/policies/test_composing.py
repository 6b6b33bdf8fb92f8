"""The response as it is composed: every element, in plain words, and what it lacks."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from gateways.letter_blocks import blocks
from policies.composing import FindingMade, IssueRaised, Material, RemedyDecided, compose
from policies.letters import has_blanks
from policies.next_steps import tiers_ahead
from policies.procedure import Procedure
from policies.procedure_files import load_procedures

NHS = load_procedures().get("nhs-england-2009", 2)
COUNCIL = load_procedures().get("lgsco-code", 1)
FOUND = FindingMade(
    happened="You waited for nine hours.",
    should_have="You should have been seen within four hours.",
    standard="NHS Constitution",
    evidence="The log of the department, and two interviews.",
    outcome="upheld",
    reason="The log agrees with you.",
)
ISSUE = IssueRaised(
    number=1, summary="The wait", effect="Pain", outcome_sought="That it does not happen again", finding=FOUND
)
APOLOGY = RemedyDecided(kind="apology", words="We are sorry that you had to wait.")
WRITTEN = {
    "how_considered": "We read your notes and spoke with the ward manager.",
    "action": "A second nurse now sees who comes in at night.",
    "learning": "We will write to you in June about what has changed.",
}


def material(procedure: Procedure = NHS, stage: str = "closer_look", tier: str | None = None) -> Material:
    return Material(
        reference="RX1-7K3M9QWD-C",
        recipient="Pat Example",
        received_on=date(2028, 3, 2),
        bereaved=False,
        own_matter=True,
        issues=(ISSUE,),
        remedies=(APOLOGY,),
        ahead=tiers_ahead(procedure, stage=stage, tier=tier),
    )


def headings(text: str) -> list[str]:
    return [block["lines"][0] for block in blocks(text, "Trust") if block["kind"] == "heading"]


def test_a_whole_response_has_every_element_under_a_heading_of_its_own_and_lacks_nothing() -> None:
    composed = compose(NHS, WRITTEN, material())
    assert composed.missing == ()
    assert headings(composed.text) == [
        "What you complained about",
        "How we looked at your complaint",
        "What we found",
        "What we are doing to put things right",
        "What has been done, and what will be",
        "What we have learned",
        "What you can do next",
    ]
    for words in (*WRITTEN.values(), FOUND.happened, FOUND.standard, FOUND.reason, "An apology: We are sorry"):
        assert words in composed.text
    assert "Our conclusion: Upheld. The log agrees with you." in composed.text
    assert "Parliamentary and Health Service Ombudsman, www.ombudsman.org.uk, telephone 0345 015 4033" in composed.text
    assert not has_blanks(composed.text)
    assert "None" not in composed.text
    assert "\n\n\n" not in composed.text


@pytest.mark.parametrize("element", sorted(WRITTEN))
def test_a_text_that_nobody_wrote_is_missing_by_its_code(element: str) -> None:
    without = {code: words for code, words in WRITTEN.items() if code != element}
    assert compose(NHS, without, material()).missing == (element,)
    assert compose(NHS, WRITTEN | {element: "  \n"}, material()).missing == (element,)


def test_what_only_the_record_can_give_is_missing_until_it_is_there() -> None:
    bare = replace(material(), issues=(replace(ISSUE, finding=None),), remedies=(), ahead=())
    assert compose(NHS, WRITTEN, bare).missing == ("conclusions", "remedy", "ombudsman")
    unconfirmed = replace(material(), issues=(replace(ISSUE, confirmed=False),))
    assert compose(NHS, WRITTEN, unconfirmed).missing == ("issues",)
    assert compose(NHS, WRITTEN, replace(material(), issues=())).missing == ("issues", "conclusions")


def test_why_there_is_no_remedy_can_be_said_in_words() -> None:
    none = replace(material(), remedies=())
    why = {"remedy": "Nothing had to be put right, because the wait was within the standard."}
    composed = compose(NHS, WRITTEN | why, none)
    assert composed.missing == ()
    assert why["remedy"] in composed.text


def test_words_introduce_what_the_record_gives() -> None:
    text = compose(NHS, WRITTEN | {"conclusions": "We looked at each point in turn."}, material()).text
    assert text.index("We looked at each point in turn.") < text.index("What happened: You waited")


def test_what_is_on_hold_is_named_and_has_no_conclusion_yet_and_what_was_passed_on_is_told_of() -> None:
    held = IssueRaised(number=2, summary="Who was there", state="on_hold", finding=FOUND)
    passed = IssueRaised(number=3, summary="The claim", state="passed_on")
    composed = compose(NHS, WRITTEN, replace(material(), issues=(ISSUE, held, passed)))
    assert composed.missing == ()
    assert "We cannot answer all of your complaint yet" in composed.text
    assert "- Issue 2: Who was there" in composed.text
    assert "- Issue 3: The claim" in composed.text
    assert composed.text.count("Our conclusion:") == 1


def test_nothing_but_issues_on_hold_is_no_response() -> None:
    held = replace(ISSUE, state="on_hold")
    assert "conclusions" in compose(NHS, WRITTEN, replace(material(), issues=(held,))).missing


def test_what_was_lost_and_what_is_paid_for_the_effect_are_two_sums() -> None:
    paid = RemedyDecided(kind="money", words="We will pay you.", loss=Decimal("1234.5"), injustice=Decimal("250"))
    text = compose(NHS, WRITTEN, replace(material(), remedies=(paid,))).text
    assert "The payment to you: £1,234.50 for what you lost and £250.00 for the effect on you." in text


def test_each_procedure_has_its_own_words_for_the_person_and_the_staff() -> None:
    nhs = compose(NHS, WRITTEN, material()).text
    council = compose(COUNCIL, {"learning": "x"}, material(COUNCIL, "stage_1")).text
    assert "treated as a patient" in nhs
    assert "If you would like a colleague to go through this letter" in nhs
    assert "treated as a resident" in council
    assert "a member of staff to go through" in council
    assert "patient" not in council


def test_whoever_is_bereaved_is_written_to_as_such_and_not_as_a_patient() -> None:
    text = compose(NHS, WRITTEN, replace(material(), bereaved=True, own_matter=False)).text
    assert "We are very sorry for your loss." in text
    assert "as a patient" not in text


def test_whoever_has_no_name_on_record_is_greeted_without_one() -> None:
    assert compose(NHS, WRITTEN, replace(material(), recipient="")).text.startswith("Hello,\n")


@pytest.mark.parametrize(
    "changed",
    [
        {"issues": (replace(ISSUE, finding=replace(FOUND, outcome="not_upheld")),)},
        {"issues": (replace(ISSUE, summary="Another"),)},
        {"remedies": ()},
        {"ahead": ()},
        {"recipient": "Somebody Else"},
        {"noticed_until": date(2029, 1, 1)},
    ],
)
def test_the_fingerprint_changes_with_whatever_the_letter_says(changed: dict[str, object]) -> None:
    one = material()
    assert one.fingerprint == material().fingerprint
    assert replace(one, **changed).fingerprint != one.fingerprint  # type: ignore[arg-type]


def test_words_of_people_are_words_and_stay_as_they_are() -> None:
    evil = "{{ 7 * 7 }} <b> #import \u202e"
    assert evil in compose(NHS, WRITTEN | {"learning": evil}, material()).text
