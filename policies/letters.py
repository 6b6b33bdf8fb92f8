"""Letters and messages made from templates: the facts each takes, the text that comes of them.

A text still to be completed by a person has its gaps marked as [[ ... ]].
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache

from jinja2 import Template

from policies.template_files import FACTS, Audience, Kind, TemplateSpec, environment, read_templates

# Every version of every template, and the newest of each by name.
VERSIONS: dict[tuple[str, int], TemplateSpec] = read_templates()
TEMPLATES: dict[str, TemplateSpec] = {name: VERSIONS[name, version] for name, version in sorted(VERSIONS)}
_ENVIRONMENT = environment()
# Without a name a letter greets without one; other gaps are marked. Nothing else may be empty.
MAY_BE_EMPTY = frozenset(
    {
        "complainant_name",
        "staff_name",
        "reason",
        "letter",
        "signatory_name",
        "signatory_role",
        "summary",
        "narrative",
        "desired_outcome",
    }
)
_BASES = frozenset({"agreed", "determined"})
_RIGHT_TO_LEFT = frozenset({"R", "AL", "AN"})
_ISOLATE, _POP_ISOLATE = "\u2068", "\u2069"
LONGEST_SMS = 612  # four messages joined, which phones show as one


class LetterError(ValueError):
    """A letter cannot be made. The message names template and fact, never the fact's value."""


class UnknownTemplate(LetterError):
    """There is no template of this name."""


class WrongFact(LetterError):
    """A fact is missing, is not one of the template's, or is of another kind."""

    def __init__(self, template: str, fact: str, problem: str) -> None:
        super().__init__(f"template '{template}': fact '{fact}' {problem}")
        self.template = template
        self.fact = fact


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A rendered text. A substantive one is a draft until a named person releases it.

    `sms` is the same as a short text; None where there is none, or where the facts make it too long for one.
    """

    template: str
    version: int
    audience: Audience
    legal_ground: str
    subject: str
    body: str
    substantive: bool
    statutory: bool
    sms: str | None = None


def render(template: str, facts: Mapping[str, object]) -> Letter:
    """Return the newest version of a template filled with facts, which must be those it lists.

    An optional fact may be left out or be None. Raises UnknownTemplate or WrongFact.
    """
    return filled(_find(template), facts)


def filled(spec: TemplateSpec, facts: Mapping[str, object]) -> Letter:
    """Return one version of a template filled with facts, as `render` does. Raises WrongFact."""
    prepared = _prepare(spec, facts)
    return Letter(
        template=spec.template,
        version=spec.version,
        audience=spec.audience,
        legal_ground=spec.legal_ground,
        subject=_fill(spec.subject, prepared),
        body=_fill(spec.body, prepared) + "\n",
        substantive=spec.substantive,
        statutory=spec.statutory,
        sms=_short(spec, prepared),
    )


def facts_for(template: str, known: Mapping[str, object]) -> dict[str, object]:
    """Return those of the known facts that a template takes. Raises UnknownTemplate."""
    spec = _find(template)
    return {name: value for name, value in known.items() if name in spec.facts}


def has_blanks(text: str) -> bool:
    """Say whether a text still has a gap that a person must complete; half a mark counts too."""
    return "[[" in text or "]]" in text


def _find(template: str) -> TemplateSpec:
    try:
        return TEMPLATES[template]
    except KeyError:
        raise UnknownTemplate(f"no template '{template}'") from None


def _fill(text: str, facts: Mapping[str, object]) -> str:
    return _compiled(text).render(facts).strip()


def _short(spec: TemplateSpec, facts: dict[str, object]) -> str | None:
    text = " ".join(_fill(spec.sms, facts).split()) if spec.sms is not None else ""
    return text if 0 < len(text) <= LONGEST_SMS else None


@cache
def _compiled(text: str) -> Template:
    return _ENVIRONMENT.from_string(text)


def _prepare(spec: TemplateSpec, facts: Mapping[str, object]) -> dict[str, object]:
    for name in sorted(facts.keys() - spec.facts):
        raise WrongFact(spec.template, name, "is not one that it takes")
    prepared: dict[str, object] = {}
    for name in spec.needs + spec.may:
        value = facts.get(name)
        if value is not None:
            prepared[name] = _checked(spec.template, name, value)
        elif name in spec.may:
            prepared[name] = None
        else:
            raise WrongFact(spec.template, name, "is missing")
    return prepared


def _checked(template: str, name: str, value: object) -> object:
    match FACTS[name], value:
        case ((Kind.LINE | Kind.TEXT), str()):
            return _words(template, name, value)
        case Kind.DATE, date() if not isinstance(value, datetime):
            return value
        case Kind.FLAG, bool():
            return value
        case Kind.NUMBER, int() if not isinstance(value, bool):
            return value
    raise WrongFact(template, name, f"is not a {FACTS[name]}")


def _words(template: str, name: str, value: str) -> str:
    words = _line(value) if FACTS[name] is Kind.LINE else value.replace("\r\n", "\n").strip()
    if not words and name not in MAY_BE_EMPTY:
        raise WrongFact(template, name, "is empty")
    if name == "basis" and words not in _BASES:
        raise WrongFact(template, name, f"is none of {', '.join(sorted(_BASES))}")
    return words


def _line(text: str) -> str:
    """Return the text on one line; a right-to-left one does not turn the words around it."""
    spaced = " ".join(text.split())
    plain = "".join(sign for sign in spaced if not _steers(sign))
    if any(unicodedata.bidirectional(sign) in _RIGHT_TO_LEFT for sign in plain):
        return f"{_ISOLATE}{plain}{_POP_ISOLATE}"
    return plain


def _steers(sign: str) -> bool:
    """Say whether a character is a control, or an embedding, override or isolate (UAX #9)."""
    return unicodedata.category(sign) == "Cc" or "\u202a" <= sign <= "\u202e" or "\u2066" <= sign <= "\u2069"
