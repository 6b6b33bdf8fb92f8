"""Every version of every template reads as a whole: with the longest facts, the emptiest, and each one left out."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from policies.letter_samples import Size, sample
from policies.letters import LONGEST_SMS, MAY_BE_EMPTY, VERSIONS, Letter, filled
from policies.template_files import FACTS, Audience, Kind, TemplateSpec

EVERY = [pytest.param(VERSIONS[key], id=f"{key[0]}.v{key[1]}") for key in sorted(VERSIONS)]
TEXTS = [each for each in EVERY if isinstance(each.values[0], TemplateSpec) and each.values[0].sms is not None]
# Frozen as it was sent; the next version leaves no gap where nothing was said.
GAPING = {("written_record", 1)}
# What no line of a letter holds: an end of a line left behind, two spaces, a stop with nothing before it, code.
AMISS = re.compile(
    r"^\s|\s$|(?<=\S) {2,}| [.,;:!?](?:\s|$)|[.,;:]{2,}(?!\.)|\{\{|\}\}|\{%|%\}|\bNone\b|\bTrue\b|\bFalse\b"
)


def variants(spec: TemplateSpec) -> Iterator[dict[str, object]]:
    """Yield the facts of a template as they can be: whole, bare, each left out, each flag down, each number one."""
    usual, emptiest = sample(spec), sample(spec, Size.EMPTIEST)
    yield from (sample(spec, Size.LONGEST), emptiest, usual)
    for name in spec.may:
        yield usual | {name: None}
        yield emptiest | {name: usual[name]}
    for name in sorted(spec.facts):
        if FACTS[name] is Kind.FLAG:
            yield from (usual | {name: said} for said in (True, False))
        elif FACTS[name] is Kind.NUMBER:
            yield usual | {name: 1}
        elif name in MAY_BE_EMPTY:
            yield usual | {name: ""}
    if "basis" in spec.facts:
        yield usual | {"basis": "determined"}


def lines_amiss(text: str) -> list[str]:
    return [line for line in text.splitlines() if AMISS.search(line)]


def check(spec: TemplateSpec, letter: Letter) -> None:
    assert lines_amiss(letter.body) == [] == lines_amiss(letter.subject)
    assert "\n\n\n" not in letter.body or (spec.template, spec.version) in GAPING
    assert letter.body == letter.body.strip() + "\n" != "\n"
    assert 0 < len(letter.subject) <= 150 and "\n" not in letter.subject
    if "[[" not in spec.body:
        assert "[[" not in letter.body
    assert letter.body.count("[[") == letter.body.count("]]")
    assert "[[" not in letter.subject


@pytest.mark.parametrize("spec", EVERY)
def test_every_text_is_whole_whatever_is_known(spec: TemplateSpec) -> None:
    for facts in variants(spec):
        check(spec, filled(spec, facts))


@pytest.mark.parametrize("spec", EVERY)
def test_whatever_is_said_stands_in_the_letter_to_its_last_word(spec: TemplateSpec) -> None:
    flags = {name: True for name in spec.facts if FACTS[name] is Kind.FLAG}
    longest = sample(spec, Size.LONGEST) | flags
    letter = filled(spec, longest)
    for name, value in longest.items():
        if FACTS[name] in (Kind.LINE, Kind.TEXT) and name != "basis":
            assert str(value).strip() in letter.subject + letter.body, name


@pytest.mark.parametrize("spec", TEXTS)
def test_a_text_to_a_phone_is_short_and_tells_nobody_else_what_it_is_about(spec: TemplateSpec) -> None:
    """Others may see a phone: only who writes, the reference and days stand in it."""
    made = [filled(spec, facts) for facts in variants(spec)]
    texts = [letter.sms for letter in made if letter.sms is not None]
    assert texts
    for text in texts:
        assert lines_amiss(text) == [] and "\n" not in text and len(text) <= LONGEST_SMS
        assert text.startswith(("Example NHS Trust: ", "\u2068Zoë-"))
        assert "RDX-7K2M9QXA-C" in text
        for told in ("complain", "Amina", "Jo Bell", "ward", "patient", "Ombudsman", "records", "Dear"):
            assert told not in text.replace("Example NHS Trust", ""), told


def test_what_is_too_long_for_a_phone_has_no_text() -> None:
    spec = VERSIONS["period_set", 3]
    facts = sample(spec) | {"bereaved": False}
    assert filled(spec, facts).sms is not None
    assert filled(spec, facts | {"organisation_name": "o" * 500}).sms is None


@pytest.mark.parametrize(
    "template", ["period_set", "extension", "withdrawal", "receipt", "receipt.informal-contacts", "update"]
)
def test_nobody_who_has_lost_somebody_is_sent_a_text(template: str) -> None:
    spec = max((spec for (name, _), spec in VERSIONS.items() if name == template), key=lambda each: each.version)
    facts = sample(spec) | {name: False for name in spec.facts & {"names_ombudsman"}}
    assert filled(spec, facts | {"bereaved": True}).sms is None
    assert filled(spec, facts | {"bereaved": False}).sms is not None


def test_who_is_greeted_is_greeted_the_same_way_everywhere() -> None:
    """By name, or with a plain Hello; and whoever writes stands at the end."""
    newest = {name: VERSIONS[name, version] for name, version in sorted(VERSIONS)}
    for spec in newest.values():
        whole, bare = filled(spec, sample(spec)), filled(spec, sample(spec, Size.EMPTIEST))
        if spec.audience is Audience.STAFF and "staff_name" not in spec.facts:
            assert whole.body.startswith("Complaint RDX-7K2M9QXA-C\n"), spec.template
            continue
        assert whole.body.splitlines()[-1] == "Example NHS Trust", spec.template
        if spec.audience is Audience.BODY:  # it names nobody, not even whom it is to
            assert whole.body.startswith("Hello,\n\n"), spec.template
            continue
        if "letter" not in spec.facts:  # one that a person writes from its first word
            assert re.match(r"Dear (Amina Khan|Jo Bell),\n\n", whole.body), spec.template
            assert re.match(r"(Hello|Dear Jo Bell),\n\n", bare.body), spec.template
