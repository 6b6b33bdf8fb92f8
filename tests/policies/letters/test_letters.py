"""Every letter and message with facts as they usually are, and with wrong ones. How each reads: test_every_version."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from policies.letters import TEMPLATES, UnknownTemplate, WrongFact, facts_for, has_blanks, render
from policies.template_files import FACTS, Audience, Kind

DAY = date(2027, 3, 5)
# A fact that no test below is about is what its kind is.
SAMPLES: dict[Kind, object] = {Kind.LINE: "A few words", Kind.TEXT: "A text.\n\nIn two parts.", Kind.DATE: DAY,
                               Kind.NUMBER: 3, Kind.FLAG: True}  # fmt: skip
USUAL: dict[str, object] = {name: SAMPLES[kind] for name, kind in FACTS.items()} | {
    "reference": "RDX-7K2M9QXA-C",
    "organisation_name": "Example NHS Trust",
    "complainant_name": "Amina Khan",
    "clock_title": "Acknowledgement",
    "basis": "agreed",
    "signatory_name": "Dr Sam Okoro",
    "signatory_role": "Chief Executive",
    "request_kind": "clinical advice",
    "reason": "We are waiting for a record.",
    "held_issues": "1. Who was on the ward that night",
    "review_on": date(2027, 3, 26),
    "letter": "Dear Amina Khan,\n\nWe looked into what happened.",
    "received_on": DAY,
    "due_on": DAY,
    "new_due_on": date(2027, 4, 9),
    "respond_by": date(2027, 4, 9),
    "next_update_on": date(2027, 3, 19),
    "comment_by": date(2027, 3, 19),
    "views": "We think that the ward should have called you.",
    "update_every_days": 14,
    "matter": "complaint",
    "what_was_done": "The ward manager rang and put it right.",
    "resolved_on": DAY,
    "issues": "1. The wait",
    "evidence": "1. The records",
    "interviewees": "1. The ward manager",
    "decision_maker_name": "Dr Ada Hall",
    "delivery": "at a meeting",
    "shared_on": DAY,
    "ombudsman_name": "Example Ombudsman",
    "ombudsman_contact": "www.ombudsman.example, telephone 01234 567890",
    "ground": "Investigated before",
    "legal_basis": "Example Regulations reg 8(1)(e)",
    "time_limit_on": DAY,
    "happened_on": DAY,
    "noticed_on": DAY,
    "through_mp": True,
    "late": True,
}
EVERY = sorted(TEMPLATES)
# What is known of whoever complains, or said by them: no letter to a member of staff takes it.
PERSONAL = {"complainant_name", "summary", "narrative", "desired_outcome", "letter", "copied_to", "copied_letter"}
# What people write: a prompt, which leaves by itself, takes none of it.
WRITTEN = {name for name, kind in FACTS.items() if kind is Kind.TEXT} | {"reason", "views"}
# What the machine says by itself: that something came. All else to people waits for a person to release it.
# Of their template alone: a receipt, and the question how it was.
BY_ITSELF = {"receipt", "receipt_on_behalf", "receipt.informal-contacts", "survey", "staff_survey"}


@pytest.mark.parametrize("template", EVERY)
def test_a_missing_fact_is_refused_by_name(template: str) -> None:
    for name in TEMPLATES[template].needs:
        facts = facts_for(template, USUAL)
        del facts[name]
        with pytest.raises(WrongFact, match=f"template '{template}': fact '{name}' is missing"):
            render(template, facts)


@pytest.mark.parametrize("template", EVERY)
def test_a_fact_that_the_template_does_not_take_is_refused_by_name(template: str) -> None:
    with pytest.raises(WrongFact, match=f"template '{template}': fact 'refrence' is not one"):
        render(template, facts_for(template, USUAL) | {"refrence": "x"})


@pytest.mark.parametrize("template", EVERY)
def test_a_fact_of_the_wrong_kind_is_refused_without_showing_it(template: str) -> None:
    wrong: dict[Kind, list[object]] = {
        Kind.LINE: [7, DAY, b"secret"],
        Kind.TEXT: [7, ["secret"]],
        Kind.DATE: ["2027-03-05", datetime(2027, 3, 5, tzinfo=UTC)],
        Kind.NUMBER: ["14", True, 1.5],
        Kind.FLAG: ["yes", 1],
    }
    for name in TEMPLATES[template].facts:
        for value in wrong[FACTS[name]]:
            with pytest.raises(WrongFact) as refused:
                render(template, facts_for(template, USUAL) | {name: value})
            assert refused.value.fact == name
            assert "secret" not in str(refused.value)


def test_an_unknown_template_is_refused_by_name() -> None:
    with pytest.raises(UnknownTemplate, match="no template 'recipt'"):
        render("recipt", {})


@pytest.mark.parametrize("name", ["reference", "organisation_name"])
def test_a_letter_is_not_made_without_its_reference_or_sender(name: str) -> None:
    with pytest.raises(WrongFact, match="is empty"):
        render("receipt", facts_for("receipt", USUAL) | {name: "  "})


def test_a_basis_is_agreed_or_determined() -> None:
    with pytest.raises(WrongFact, match="'basis' is none of agreed, determined"):
        render("period_set", facts_for("period_set", USUAL) | {"basis": "guessed"})


@pytest.mark.parametrize("template", EVERY)
def test_what_goes_to_staff_takes_nothing_personal_and_letters_wait_for_release(template: str) -> None:
    spec = TEMPLATES[template]
    if spec.audience is Audience.STAFF:
        assert not spec.facts & PERSONAL
        assert spec.substantive is ("staff_name" in spec.facts and template not in BY_ITSELF)
        assert spec.substantive or template in BY_ITSELF or not spec.facts & WRITTEN
    elif spec.audience is Audience.BODY:
        # Whoever reads the mail of another body learns from it that something waits, and nothing about anybody.
        assert not spec.substantive and spec.facts <= {"organisation_name", "due_on", "overdue", "link"}
    else:
        assert spec.substantive is (template not in BY_ITSELF)


@pytest.mark.parametrize("template", EVERY)
def test_no_subject_names_a_person(template: str) -> None:
    assert "Amina" not in render(template, facts_for(template, USUAL)).subject


def test_the_receipt_says_that_it_is_not_the_acknowledgement() -> None:
    body = render("receipt", facts_for("receipt", USUAL)).body
    assert "It is not our formal acknowledgement." in body
    assert "RDX-7K2M9QXA-C" in body


@pytest.mark.parametrize("template", ["explain_delay"])
def test_what_only_a_person_can_say_is_marked_as_a_blank(template: str) -> None:
    assert has_blanks(render(template, facts_for(template, USUAL)).body)


@pytest.mark.parametrize("template", sorted(set(EVERY) - {"explain_delay"}))
def test_a_text_whose_facts_are_known_has_no_blanks(template: str) -> None:
    assert not has_blanks(render(template, facts_for(template, USUAL)).body)


@pytest.mark.parametrize(
    ("text", "blank"),
    [("[[ say why ]]", True), ("[[ say", True), ("why ]]", True), ("[a] {b}", False), ("", False)],
)
def test_half_a_blank_is_a_blank(text: str, blank: bool) -> None:
    assert has_blanks(text) is blank


def test_the_response_tells_of_the_ombudsman_and_who_signed() -> None:
    body = render("response", facts_for("response", USUAL)).body
    assert "Parliamentary and Health Service Ombudsman" in body
    assert "Dr Sam Okoro\nChief Executive\nExample NHS Trust\n" in body


def test_the_notified_period_says_whether_it_was_agreed_and_tells_of_the_last_day_by_law() -> None:
    facts = facts_for("period_set", USUAL) | {"limit_on": date(2027, 9, 4)}
    agreed = render("period_set", facts).body
    determined = render("period_set", facts | {"basis": "determined"}).body
    assert "As we agreed with you" in agreed
    assert "we have decided" in determined
    for body in (agreed, determined):
        assert "Friday 9 April 2027" in body
        assert "at least every 14 days" in body
        assert "If we have not responded by Saturday 4 September 2027, we must write to you" in body
    without = render("period_set", facts | {"limit_on": None}).body
    assert "we must write to you" not in without  # where no law sets a last day


def test_facts_are_words_and_never_become_template_code() -> None:
    evil = "{{ ''.__class__.__mro__ }}{% for x in y %}"
    facts = facts_for("response", USUAL) | {"letter": evil, "organisation_name": evil}
    assert render("response", facts).body.count(evil) == 2


def test_a_name_cannot_bring_a_line_of_its_own() -> None:
    facts = facts_for("withdrawal", USUAL) | {"complainant_name": "A\r\n\r\nPay\u2028here\x00"}
    assert "Dear A Pay here,\n" in render("withdrawal", facts).body


def test_a_right_to_left_name_stands_alone_and_cannot_turn_the_line() -> None:
    facts = facts_for("withdrawal", USUAL) | {"complainant_name": "\u202eأمينة"}
    assert "Dear \u2068أمينة\u2069,\n" in render("withdrawal", facts).body


def test_words_of_any_plane_stay_as_they_are() -> None:
    letter = "𝔘𝔫𝔦𝔠𝔬𝔡𝔢 👩🏽‍⚕️\n\nשלום & <b>"
    assert letter in render("response", facts_for("response", USUAL) | {"letter": letter}).body
