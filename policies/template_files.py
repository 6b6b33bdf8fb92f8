"""Read and check the files of `policies/templates/`.

A malformed one stops the process at its start: later it would stop a letter.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from importlib.resources import files
from typing import Any

from jinja2 import StrictUndefined, TemplateSyntaxError, meta
from jinja2.sandbox import ImmutableSandboxedEnvironment

_KEYS = {
    "template": str, "version": int, "audience": str, "legal_ground": str, "substantive": bool,
    "needs": list, "may": list, "subject": str, "body": str,
}  # fmt: skip


class Audience(StrEnum):
    """Whom a template speaks to."""

    COMPLAINANT = "complainant"
    STAFF = "staff"


class Kind(StrEnum):
    """What a fact is, and so how it is checked and set into a text."""

    LINE = "line"
    TEXT = "text"
    DATE = "date"
    NUMBER = "number"
    FLAG = "flag"


class TemplateError(ValueError):
    """A template file is malformed; the message names the file and the key."""


# Every fact that a template may ask for.
FACTS: dict[str, Kind] = {
    "reference": Kind.LINE,
    "organisation_name": Kind.LINE,
    "complainant_name": Kind.LINE,  # may be empty: then the letter greets without a name
    "clock_title": Kind.LINE,
    "basis": Kind.LINE,  # "agreed" or "determined"
    "signatory_name": Kind.LINE,
    "signatory_role": Kind.LINE,
    "reason": Kind.TEXT,
    "letter": Kind.TEXT,
    "received_on": Kind.DATE,
    "due_on": Kind.DATE,
    "new_due_on": Kind.DATE,
    "respond_by": Kind.DATE,
    "next_update_on": Kind.DATE,
    "update_every_days": Kind.NUMBER,
    "late": Kind.FLAG,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateSpec:
    """One version of a template. `needs` are compulsory facts, `may` those that can be left out.

    `substantive` texts go out only when a named person released them.
    """

    template: str
    version: int
    audience: Audience
    legal_ground: str
    substantive: bool
    needs: tuple[str, ...]
    may: tuple[str, ...]
    subject: str
    body: str

    @property
    def facts(self) -> frozenset[str]:
        """All the facts that this template takes."""
        return frozenset(self.needs + self.may)


def long_date(day: date) -> str:
    """Return a date as letters write it: Friday 5 March 2027."""
    return f"{day:%A} {day.day} {day:%B %Y}"


def short_date(day: date) -> str:
    """Return a date as subjects write it: 5 March 2027."""
    return f"{day.day} {day:%B %Y}"


def environment() -> ImmutableSandboxedEnvironment:
    """Return the environment that texts are made in. Plain text: nothing is escaped as HTML."""
    made = ImmutableSandboxedEnvironment(
        undefined=StrictUndefined, autoescape=False, trim_blocks=True, lstrip_blocks=True
    )
    made.filters = {"long_date": long_date, "short_date": short_date}
    return made


def read_templates() -> dict[tuple[str, int], TemplateSpec]:
    """Return every shipped version of every template. Raises TemplateError for a malformed one."""
    found = {}
    for file in files("policies.templates").iterdir():
        if file.name.endswith(".toml"):
            spec = parse_template(file.name, file.read_text(encoding="utf-8"))
            found[spec.template, spec.version] = spec
    return found


def parse_template(file_name: str, text: str) -> TemplateSpec:
    """Return the template of one file. Raises TemplateError that names the file and the key."""
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise TemplateError(f"{file_name}: {error}") from None
    _check_keys(file_name, raw)
    spec = TemplateSpec(
        template=raw["template"],
        version=raw["version"],
        audience=_audience(file_name, raw["audience"]),
        legal_ground=raw["legal_ground"],
        substantive=raw["substantive"],
        needs=tuple(raw["needs"]),
        may=tuple(raw["may"]),
        subject=raw["subject"],
        body=raw["body"],
    )
    if file_name != f"{spec.template}.v{spec.version}.toml":
        raise TemplateError(f"{file_name}: 'template' and 'version' do not make this file's name")
    _check_facts(file_name, spec)
    return spec


def _check_keys(file_name: str, raw: dict[str, Any]) -> None:
    if odd := sorted(raw.keys() ^ _KEYS.keys()):
        raise TemplateError(f"{file_name}: missing or unknown key: {', '.join(odd)}")
    for key, kind in _KEYS.items():
        if type(raw[key]) is not kind or raw[key] == "":
            raise TemplateError(f"{file_name}: '{key}' must be a {kind.__name__}, not empty")


def _audience(file_name: str, audience: str) -> Audience:
    try:
        return Audience(audience)
    except ValueError:
        raise TemplateError(f"{file_name}: 'audience' is none of {', '.join(Audience)}") from None


def _check_facts(file_name: str, spec: TemplateSpec) -> None:
    """Refuse a text that uses a fact it does not list, or lists one that it does not use."""
    if odd := sorted(spec.facts - FACTS.keys()):
        raise TemplateError(f"{file_name}: no such fact: {', '.join(odd)}")
    used: set[str] = set()
    for key, text in (("subject", spec.subject), ("body", spec.body)):
        try:
            used |= meta.find_undeclared_variables(environment().parse(text))
        except TemplateSyntaxError as error:
            raise TemplateError(f"{file_name}: '{key}': {error.message}") from None
    if odd := sorted(used ^ spec.facts):
        raise TemplateError(f"{file_name}: used but not listed, or listed but not used: {', '.join(odd)}")
