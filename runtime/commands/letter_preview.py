"""What the letters are and look like: rows of a list, a text, and a PDF that says it is a draft."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from activities.acts.letter_facts import ground_under, purpose_of, template_of, words_of
from gateways.typesetting import CannotTypeset
from gateways.typst_letters import TypstTypesetter
from policies.letter_samples import Size, sample
from policies.letters import TEMPLATES, VERSIONS, Letter, filled
from policies.procedure import Procedure
from policies.quiet import asked_for_by_law
from policies.template_files import FACTS, Audience, Kind, TemplateSpec
from runtime.commands.api_calls import CommandError
from runtime.commands.procedure_check import named

# These are sent only when a senior is asked at this very hour.
_CALLS: Final = ("escalation_call", "escalation_text")
# The letter is dated with a day of its made-up facts, so that the same wish makes the same bytes.
_DATED: Final = datetime(2028, 3, 3, 12, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """Which letter is to be seen, under which procedure, and with how much in it."""

    template: str
    version: int | None = None
    procedure: str | None = None
    size: Size = Size.USUAL


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """A letter with made-up facts, and its ground under the procedure that was named."""

    letter: Letter
    ground: str
    organisation: str
    recipient: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Paper:
    """A preview as a typesetter sees it."""

    organisation: str
    reference: str
    recipient: str | None
    subject: str
    body: str
    large_print: bool
    address: str | None = "14 Quarry Lane\nAnytown\nAN1 0AA"
    dated: datetime = _DATED
    draft: bool = True


def listed(*, every: bool) -> Iterator[str]:
    """Yield two lines for the newest version of each template, or for each version, by name."""
    specs = [VERSIONS[key] for key in sorted(VERSIONS)] if every else list(TEMPLATES.values())
    for spec in specs:
        leaves = "a person releases it" if spec.substantive else "leaves by itself"
        waits = not _leaves_at_once(spec.template, spec.audience, by_template=spec.statutory)
        marks = ["text version"] * (spec.sms is not None) + ["waits for quiet hours to end"] * waits
        yield f"{spec.template} v{spec.version}: for {spec.audience}, {', '.join([leaves, *marks])}"
        yield f"    {spec.legal_ground}"


def previewed(wish: Wish, *, given: Sequence[str] = (), without: Sequence[str] = ()) -> Preview:
    """Return a letter with made-up facts. Raises CommandError where something that is named is not there."""
    procedure = named(wish.procedure) if wish.procedure is not None else None
    spec = _spec(wish, procedure)
    facts = sample(spec, wish.size)
    ground = spec.legal_ground
    if procedure is not None:
        facts |= {name: value for name, value in words_of(procedure).items() if name in facts and value is not None}
        ground = ground_under(procedure, spec.template, ground)
    facts |= _asked(spec, given, without)
    name = facts.get("complainant_name") or facts.get("staff_name")
    return Preview(
        letter=filled(spec, facts),
        ground=ground,
        organisation=str(facts.get("organisation_name", "Example NHS Trust")),
        recipient=str(name) if name else None,
    )


def told(preview: Preview) -> Iterator[str]:
    """Yield the text of a letter, beneath what is known of it."""
    letter = preview.letter
    yield f"{letter.template}, version {letter.version}, for: {letter.audience.value}"
    yield f"Ground: {preview.ground}"
    yield f"Leaves: {'when a named person released it' if letter.substantive else 'by itself'}"
    at_once = _leaves_at_once(letter.template, letter.audience, by_template=letter.statutory)
    yield f"In quiet hours: it {'leaves all the same' if at_once else 'waits for their end'}"
    yield ""
    yield f"Subject: {letter.subject}"
    yield ""
    yield from letter.body.splitlines()
    if letter.sms is not None:
        yield ""
        yield f"As a text to a phone ({len(letter.sms)} characters): {letter.sms}"


def write_pdf(preview: Preview, out: Path, *, large_print: bool) -> int:
    """Write a letter as PDF with DRAFT on every page, and return its size. Raises CommandError."""
    letter = preview.letter
    paper = _Paper(
        organisation=preview.organisation,
        reference="RDX-7K2M9QXA-C",
        recipient=preview.recipient,
        subject=letter.subject,
        body=letter.body,
        large_print=large_print,
    )
    try:
        content = asyncio.run(TypstTypesetter().typeset(paper)).content
        return out.write_bytes(content)
    except CannotTypeset as fault:
        raise CommandError(f"no PDF can be made of it: {fault.code}") from None
    except OSError as error:
        raise CommandError(f"{out} cannot be written: {error.strerror}") from None


def _leaves_at_once(template: str, audience: Audience, *, by_template: bool) -> bool:
    """Say whether a notice leaves in quiet hours, too. To staff only the call of a senior does."""
    if template in _CALLS:
        return True
    return audience is not Audience.STAFF and asked_for_by_law(purpose_of(template), by_template=by_template)


def _asked(spec: TemplateSpec, given: Sequence[str], without: Sequence[str]) -> dict[str, object]:
    """Return the facts that are asked for, and those that are to be left out."""
    flags = {name for name in spec.facts if FACTS[name] is Kind.FLAG}
    if odd := [name for name in given if name not in flags] + [n for n in without if n not in flags | set(spec.may)]:
        there = ", ".join(sorted(flags | set(spec.may))) or "none"
        raise CommandError(f"{odd[0]} is nothing that {spec.template} can do with or without. There are: {there}")
    return {name: True for name in given} | {name: False if name in flags else None for name in without}


def _spec(wish: Wish, procedure: Procedure | None) -> TemplateSpec:
    name = template_of(procedure, wish.template) if procedure is not None else wish.template
    newest = TEMPLATES.get(name)
    if newest is None:
        raise CommandError(f"no such letter: {wish.template}. 'redress letters list' names them")
    spec = VERSIONS.get((name, wish.version or newest.version))
    if spec is None:
        there = ", ".join(str(version) for each, version in sorted(VERSIONS) if each == name)
        raise CommandError(f"no version {wish.version} of {name}. There are: {there}")
    return spec
