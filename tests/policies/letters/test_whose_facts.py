"""Which facts a template may ask for depends on who reads it: what is about somebody else is not to be had at all."""

from __future__ import annotations

from typing import Final

import pytest
from jinja2 import meta

from policies.letters import VERSIONS
from policies.template_files import FACTS, Audience, Kind, TemplateSpec, environment

_WORDS: Final = frozenset(name for name, kind in FACTS.items() if kind in (Kind.LINE, Kind.TEXT))
# About the staff, or for them: nobody outside reads it.
OF_STAFF: Final = frozenset(
    {"staff_name", "supporter_name", "staff_words", "support_inside", "support_outside", "told_on", "comment_on"}
    | {"clock_title", "request_kind", "late", "escalation_level", "answer_by"}
)
_EVERY: Final = frozenset({"reference", "organisation_name"})
# Words that a prompt to staff may hold: what is due, and of which complaint. It may be read on any screen.
PROMPTED: Final = frozenset({"reference", "clock_title", "request_kind", "escalation_level", "answer_by"})
INVOLVED: Final = (
    _EVERY
    | OF_STAFF - {"clock_title", "request_kind", "late", "escalation_level", "answer_by"}
    | {"statements", "person_word", "staff_word", "planned_action"}
)
# A letter to them that goes by itself: how it was, and nothing of the case.
ASKED: Final = "staff_survey"
# Of whom others write for, an MP is told only what a person writes by hand, with their consent.
TO_MP: Final = _EVERY | {"complainant_name"}
TO_REPRESENTATIVE: Final = TO_MP | {"reason", "ombudsman_name", "ombudsman_contact"}
COPIED: Final = frozenset({"copied_to", "copied_subject", "copied_letter"})


def words_of(spec: TemplateSpec) -> frozenset[str]:
    return spec.facts & _WORDS


def of(*audiences: Audience, substantive: bool | None = None) -> list[TemplateSpec]:
    found = [
        spec for spec in VERSIONS.values() if spec.audience in audiences and substantive in (None, spec.substantive)
    ]
    assert found, "else the test holds of nothing"
    return found


def test_a_prompt_to_staff_takes_reference_and_days_and_no_words_about_people() -> None:
    for spec in of(Audience.STAFF, substantive=False):
        assert spec.template == ASKED or words_of(spec) <= PROMPTED, spec.template


def test_a_letter_to_staff_complained_about_takes_nothing_of_whoever_complains() -> None:
    for spec in of(Audience.STAFF, substantive=True):
        assert words_of(spec) <= INVOLVED, spec.template
    assert words_of(VERSIONS[ASKED, 1]) <= INVOLVED | {"link"}


def test_nobody_outside_is_told_anything_about_staff_by_a_template() -> None:
    for spec in of(*(set(Audience) - {Audience.STAFF})):
        assert not spec.facts & OF_STAFF, spec.template


def test_whoever_writes_for_somebody_else_is_told_their_own_name_and_no_more() -> None:
    for spec in of(Audience.MP):
        assert words_of(spec) <= TO_MP, spec.template
    for spec in of(Audience.REPRESENTATIVE):
        allowed = TO_MP | COPIED if spec.template == "copy" else TO_REPRESENTATIVE
        assert words_of(spec) <= allowed, spec.template


def test_the_letter_of_another_is_in_a_copy_alone() -> None:
    assert {spec.template for spec in VERSIONS.values() if spec.facts & COPIED} == {"copy"}


@pytest.mark.parametrize("spec", [spec for spec in VERSIONS.values() if spec.sms], ids=lambda spec: spec.template)
def test_a_text_takes_the_reference_and_days_and_not_even_the_name_of_whom_it_is_to(spec: TemplateSpec) -> None:
    used = meta.find_undeclared_variables(environment().parse(spec.sms or ""))
    assert used & _WORDS <= _EVERY | {"basis"}


@pytest.mark.parametrize("spec", VERSIONS.values(), ids=lambda spec: f"{spec.template}.v{spec.version}")
def test_no_name_stands_in_the_subject_of_anything(spec: TemplateSpec) -> None:
    """A subject is seen in lists, on locked phones, and by whoever opens the post. A copy repeats that of a letter."""
    used = meta.find_undeclared_variables(environment().parse(spec.subject))
    assert used & _WORDS <= {"reference", "clock_title", "request_kind", "matter", "copied_subject"}
