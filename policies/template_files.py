"""Read and check the files of `policies/templates/`.

A malformed one stops the process at its start: later it would stop a letter.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from importlib.resources import files
from typing import Any

from jinja2 import StrictUndefined, TemplateSyntaxError, meta
from jinja2.sandbox import ImmutableSandboxedEnvironment

from policies.toml_lines import Lines

_KEYS = {
    "template": str, "version": int, "audience": str, "legal_ground": str, "substantive": bool,
    "needs": list, "may": list, "subject": str, "body": str,
}  # fmt: skip
# What a file may leave out: then there is no text version, and the law asks for the letter.
_MAY_KEYS = {"sms": str, "statutory": bool}


class Audience(StrEnum):
    """Whom a template speaks to."""

    COMPLAINANT = "complainant"
    STAFF = "staff"
    REPRESENTATIVE = "representative"  # whoever writes or speaks for somebody else
    MP = "mp"
    BODY = "body"  # another organisation


class Kind(StrEnum):
    """What a fact is, and so how it is checked and set into a text."""

    LINE = "line"
    TEXT = "text"
    DATE = "date"
    NUMBER = "number"
    FLAG = "flag"


class TemplateError(ValueError):
    """A template file is malformed; the message names the file, the line and the key."""


# Every fact that a template may ask for.
FACTS: dict[str, Kind] = {
    "reference": Kind.LINE,
    "organisation_name": Kind.LINE,
    "complainant_name": Kind.LINE,  # may be empty: then the letter greets without a name
    "clock_title": Kind.LINE,
    "basis": Kind.LINE,  # "agreed" or "determined"
    "signatory_name": Kind.LINE,
    "signatory_role": Kind.LINE,
    "ombudsman_name": Kind.LINE,
    "ombudsman_contact": Kind.LINE,
    "person_word": Kind.LINE,  # what the procedure calls the person: patient, service user
    "staff_word": Kind.LINE,
    "procedure_title": Kind.LINE,
    "stage_title": Kind.LINE,  # what the procedure calls the stage in which the complaint stands
    "request_kind": Kind.LINE,  # what a colleague is asked for, as "a statement"
    "reason": Kind.TEXT,
    "held_issues": Kind.TEXT,  # the issues that are on hold, one a line
    "letter": Kind.TEXT,
    "views": Kind.TEXT,  # initial views, in the words of whoever shares them
    "next_step": Kind.TEXT,  # who looks at it next, and how the person gets there
    "received_on": Kind.DATE,
    "due_on": Kind.DATE,
    "new_due_on": Kind.DATE,
    "respond_by": Kind.DATE,
    "next_update_on": Kind.DATE,
    "comment_by": Kind.DATE,
    "review_on": Kind.DATE,
    "update_every_days": Kind.NUMBER,
    "issued_on": Kind.DATE,
    "limit_on": Kind.DATE,  # the last day of the statutory period, where there is one
    "window_until": Kind.DATE,  # the last day on which the next tier can be asked for
    "summary": Kind.LINE,  # of what was complained about, and beside it the whole of it, as recorded
    "narrative": Kind.TEXT,
    "desired_outcome": Kind.TEXT,
    "matter": Kind.LINE,  # complaint, concern, enquiry and so on
    "what_was_done": Kind.TEXT,
    "resolved_on": Kind.DATE,
    "issues": Kind.TEXT,
    "evidence": Kind.TEXT,
    "interviewees": Kind.TEXT,
    "decision_maker_name": Kind.LINE,
    "delivery": Kind.LINE,  # "in a letter", "at a meeting" or "in a call"
    "shared_on": Kind.DATE,
    "what_happened": Kind.TEXT,  # of conduct, in the words of whoever warns
    "measures": Kind.TEXT,  # of a contact plan, one a line
    "adjustments": Kind.TEXT,
    "ground": Kind.LINE,  # on which a complaint is not handled, in the procedure's words
    "legal_basis": Kind.LINE,
    "time_limit_on": Kind.DATE,  # the last day on which the complaint would have been in time
    "happened_on": Kind.DATE,
    "noticed_on": Kind.DATE,
    "through_mp": Kind.FLAG,
    "staff_name": Kind.LINE,  # of a member of staff who is complained about; may be empty
    "supporter_name": Kind.LINE,
    "told_on": Kind.DATE,  # the day on which they were told
    "support_inside": Kind.TEXT,  # where staff find support, one a line
    "support_outside": Kind.TEXT,
    "staff_words": Kind.TEXT,  # what a member of staff is told or asked, as whoever says it puts it
    "comment_on": Kind.LINE,  # what they are asked to comment on
    "statements": Kind.TEXT,  # that somebody agrees with or not, one a line
    "escalation_level": Kind.LINE,  # serious, immediate
    "answer_by": Kind.LINE,  # the moment by which a senior is asked to acknowledge
    "late": Kind.FLAG,
    "consent_needed": Kind.FLAG,
    "agreed": Kind.FLAG,
    "awaits_colleagues": Kind.FLAG,  # something asked of colleagues is not there yet, or nobody has looked at it
    "eased": Kind.FLAG,
    "upheld": Kind.FLAG,
    "names_ombudsman": Kind.FLAG,
    "advocacy": Kind.TEXT,  # who helps somebody to complain, and that nobody is treated worse for it: at the beginning
    "non_detriment": Kind.TEXT,
    "copied_to": Kind.LINE,  # whose letter a copy is of; may be empty
    "copied_subject": Kind.LINE,
    "copied_letter": Kind.TEXT,
    "body_name": Kind.LINE,  # another organisation
    "promised_action": Kind.TEXT,  # of another body, in its words, and the day on which it was done
    "done_on": Kind.DATE,
    "planned_action": Kind.TEXT,  # of ours, and how far it is
    "progress": Kind.TEXT,
    "recommended": Kind.TEXT,  # by an Ombudsman, as it was recorded
    "account": Kind.TEXT,  # of what went wrong in care, as far as it is known, and the rest of what candour asks for
    "enquiries": Kind.TEXT,
    "announced": Kind.TEXT,  # further enquiries with the day by which the person hears of each, one a line
    "results": Kind.TEXT,
    "apology": Kind.TEXT,
    "support_offered": Kind.TEXT,
    "speak_to": Kind.TEXT,
    "separate_issues": Kind.TEXT,  # that another body answers itself, one a line
    "was_asked": Kind.FLAG,  # it had been told of the complaint
    "lead_name": Kind.LINE,  # of the organisation that coordinates
    "we_lead": Kind.FLAG,
    "other_bodies": Kind.TEXT,  # that take part, one a line
    "link": Kind.LINE,  # to the page of a body: until the moment of sending, a mark that stands for it
    "overdue": Kind.FLAG,
    "bereaved": Kind.FLAG,  # whoever the letter is not to has died
}


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateSpec:
    """One version of a template. `needs` are compulsory facts, `may` those that can be left out.

    `substantive` texts go out only when a named person released them. `sms` says the same for a phone that others may
    see. What is not `statutory` waits for an organisation's quiet hours.
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
    sms: str | None = None
    statutory: bool = True

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
    """Return the template of one file. Raises TemplateError that names the file, the line and the key."""
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise TemplateError(f"{file_name}: {error}") from None
    file = _File(name=file_name, text=text)
    _check_keys(file, raw)
    spec = TemplateSpec(
        template=raw["template"],
        version=raw["version"],
        audience=_audience(file, raw["audience"]),
        legal_ground=raw["legal_ground"],
        substantive=raw["substantive"],
        needs=tuple(raw["needs"]),
        may=tuple(raw["may"]),
        subject=raw["subject"],
        body=raw["body"],
        sms=raw.get("sms"),
        statutory=raw.get("statutory", True),
    )
    if file_name != f"{spec.template}.v{spec.version}.toml":
        raise file.fault("template", "'template' and 'version' do not make this file's name")
    _check_facts(file, spec)
    return spec


@dataclass(frozen=True, slots=True, kw_only=True)
class _File:
    """A template file, for what is said of a fault in it."""

    name: str
    text: str

    def fault(self, key: str | None, why: str, row: int | None = None) -> TemplateError:
        """Return what is wrong at a key, or on a row of its text, counted from one."""
        line = Lines(self.text).of((key,)) if key is not None else None
        if line is None:
            return TemplateError(f"{self.name}: {why}")
        if row is not None:
            # A text in three quotes begins on the line after them.
            line += row - (not self.text.splitlines()[line - 1].endswith(("'''", '"""')))
        return TemplateError(f"{self.name}:{line}: {why}")


def _check_keys(file: _File, raw: dict[str, Any]) -> None:
    if odd := sorted((raw.keys() - _MAY_KEYS.keys()) ^ _KEYS.keys()):
        unknown = next((key for key in odd if key in raw), None)
        raise file.fault(unknown, f"missing or unknown key: {', '.join(odd)}")
    for key, kind in (_KEYS | {key: kind for key, kind in _MAY_KEYS.items() if key in raw}).items():
        if type(raw[key]) is not kind or raw[key] == "":
            raise file.fault(key, f"'{key}' must be a {kind.__name__}, not empty")


def _audience(file: _File, audience: str) -> Audience:
    try:
        return Audience(audience)
    except ValueError:
        raise file.fault("audience", f"'audience' is none of {', '.join(Audience)}") from None


def _check_facts(file: _File, spec: TemplateSpec) -> None:
    """Refuse a text that uses a fact it does not list, or lists one that it does not use."""
    for key, listed in (("needs", spec.needs), ("may", spec.may)):
        if odd := sorted(set(listed) - FACTS.keys()):
            raise file.fault(key, f"no such fact: {', '.join(odd)}")
    used: set[str] = set()
    for key, text in (("subject", spec.subject), ("body", spec.body), ("sms", spec.sms or "")):
        try:
            found = meta.find_undeclared_variables(environment().parse(text))
        except TemplateSyntaxError as error:
            raise file.fault(key, f"'{key}': {error.message}", error.lineno) from None
        if odd := sorted(found - spec.facts):
            raise file.fault(key, f"used but not listed: {', '.join(odd)}", _row_of(text, odd[0]))
        used |= found
    if odd := sorted(spec.facts - used):
        key = "needs" if odd[0] in spec.needs else "may"
        raise file.fault(key, f"listed but not used: {', '.join(odd)}")


def _row_of(text: str, name: str) -> int:
    """Return the row on which a text first uses a fact."""
    first = re.search(rf"\b{re.escape(name)}\b", text)
    return 1 if first is None else text.count("\n", 0, first.start()) + 1
