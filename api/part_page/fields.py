"""The fields of the page's forms: how each is shown, how it is read, and what is wrong with what was typed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final, Literal

from pydantic import TypeAdapter, ValidationError

from api.form.answers import DATE_PARTS, TICKED, Faults
from api.form.elements import Question, Sheet
from api.schemas.base import Email, Phone
from gateways.mail import one_line

Kind = Literal["line", "words", "choice", "day", "ticks", "email", "phone"]
_LINE: Final = 200
_WORDS: Final = 20_000
_EARLIEST, _LATEST = date(2009, 4, 1), date(2100, 12, 31)
_NAME: Final = re.compile(r"[a-z][a-z0-9_-]{0,63}")
_MOST_FIELDS: Final = 1_000
_CHECKS: Final[dict[str, tuple[TypeAdapter[str], str]]] = {
    "email": (TypeAdapter(Email), "Enter an e-mail address in the correct format, like name@example.com"),
    "phone": (TypeAdapter(Phone), "Enter a telephone number, like 01632 960 001"),
}
# What a form sends beside its answers.
NOT_TYPED: Final = frozenset({"key", "do"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One field. `needed` is what is said when it is empty. A day may have to be past or to come."""

    name: str
    label: str
    kind: Kind = "line"
    hint: str = ""
    needed: str = ""
    options: Mapping[str, str] = field(default_factory=dict)
    rows: int = 6
    days: Literal["any", "past", "ahead"] = "any"

    def html(self, sheet: Sheet) -> str:
        """Return the field with what was typed into it."""
        longest = {"words": _WORDS, "line": _LINE}.get(self.kind)
        kind = {"email": "email", "phone": "tel"}.get(self.kind, "text")
        asked = Question(name=self.name, label=self.label, hint=self.hint, kind=kind, longest=longest)
        match self.kind:
            case "words":
                return sheet.words(asked, self.rows)
            case "choice":
                return sheet.choice(asked, self.options)
            case "ticks":
                return sheet.ticks(asked, self.options)
            case "day":
                return sheet.day(asked)
            case _:
                return sheet.line(asked)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """What was typed, with the days it names."""

    typed: Mapping[str, str]
    days: Mapping[str, date]

    def text(self, name: str) -> str:
        """Return what was typed into a field; empty where nothing was."""
        return self.typed.get(name, "")

    def maybe(self, name: str) -> str | None:
        """Return what was typed into a field, if anything was."""
        return self.typed.get(name) or None

    def ticked(self, asked: Asked) -> tuple[str, ...]:
        """Return what was ticked."""
        return tuple(code for code in asked.options if self.typed.get(f"{asked.name}_{code}") == TICKED)


def clean(sent: Mapping[str, Any]) -> dict[str, str]:
    """Return all that was typed into whatever form, cleaned of what no field can hold; empty fields are left out."""
    typed = {}
    for name in list(sent)[:_MOST_FIELDS]:
        value = sent[name]
        if name in NOT_TYPED or not isinstance(value, str) or not _NAME.fullmatch(name):
            continue
        text = value.replace("\x00", "").replace("\r\n", "\n").replace("\r", "\n")
        text = text.encode("utf-8", errors="replace").decode("utf-8").strip()
        if text:
            typed[name] = text
    return typed


def read(fields: tuple[Asked, ...], typed: Mapping[str, str], today: date) -> tuple[Answers, Faults]:
    """Return the answers, and what is wrong with them: one sentence for each field, in the order of the page."""
    faults: Faults = {}
    days: dict[str, date] = {}
    known: dict[str, str] = dict(typed)
    for asked in fields:
        if asked.kind == "day":
            why = _day(asked, typed, days, today)
        else:
            if asked.kind not in ("words", "ticks"):
                known[asked.name] = one_line(typed.get(asked.name, ""))
            why = _wrong(asked, known.get(asked.name, ""), typed)
        if why:
            faults[asked.name] = why
    return Answers(typed=known, days=days), faults


def _wrong(asked: Asked, value: str, typed: Mapping[str, str]) -> str:
    if asked.kind == "ticks":
        ticked = any(typed.get(f"{asked.name}_{code}") == TICKED for code in asked.options)
        return "" if ticked else asked.needed
    if not value:
        return asked.needed
    if asked.kind == "choice" and value not in asked.options:
        return asked.needed or "Select one of these"
    if asked.kind in _CHECKS:
        adapter, why = _CHECKS[asked.kind]
        try:
            adapter.validate_python(value)
        except ValidationError:
            return why
    longest = _WORDS if asked.kind == "words" else _LINE
    return f"Use {longest:,} characters or fewer" if len(value) > longest else ""


def _day(asked: Asked, typed: Mapping[str, str], days: dict[str, date], today: date) -> str:
    parts = [typed.get(f"{asked.name}_{part}", "") for part in DATE_PARTS]
    if not any(parts):
        return asked.needed
    found = _date(*parts)
    if found is None or not _EARLIEST <= found <= _LATEST:
        return "Enter a real date, like 27 3 2028"
    if asked.days == "past" and found > today:
        return "The date must be today or in the past"
    if asked.days == "ahead" and found < today:
        return "The date must be today or later"
    days[asked.name] = found
    return ""


def _date(day: str, month: str, year: str) -> date | None:
    if not all(each.isascii() and each.isdigit() and len(each) <= 4 for each in (day, month, year)):
        return None
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None
