"""The elements of the form's pages, in HTML: a label, a hint and an error message that belong to each field.

Every text goes through `escaped` here, and nothing else makes HTML of what somebody typed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from typing import Final

from api.form.answers import DATE_PARTS, TICKED, Faults

_SCALE: Final = ("1", "2", "3", "4", "5")
_PARTS: Final = {"day": ("Day", 2), "month": ("Month", 2), "year": ("Year", 4)}


def escaped(text: str) -> str:
    """Return text as HTML, safe in an attribute too."""
    return escape(text, quote=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One field: its name, what it asks, and how its answer is typed."""

    name: str
    label: str
    hint: str = ""
    kind: str = "text"
    autocomplete: str = ""
    longest: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """What was typed so far, and what is wrong with it."""

    typed: Mapping[str, str]
    faults: Faults

    def line(self, asked: Question) -> str:
        """Return a field of one line."""
        value = escaped(self.typed.get(asked.name, ""))
        field = f'<input type="{asked.kind}" {self._field(asked)} value="{value}" spellcheck="false">'
        return self._labelled(asked, field)

    def words(self, asked: Question, rows: int) -> str:
        """Return a field of several lines."""
        typed = escaped(self.typed.get(asked.name, ""))
        # The first line break is not part of what stands in the field.
        return self._labelled(asked, f'<textarea rows="{rows}" {self._field(asked)}>\n{typed}</textarea>')

    def choice(self, asked: Question, options: Mapping[str, str]) -> str:
        """Return a choice of one; nothing is chosen beforehand."""
        fields = []
        for number, (value, label) in enumerate(options.items()):
            place = asked.name if number == 0 else f"{asked.name}-{value}"
            chosen = " checked" if self.typed.get(asked.name) == value else ""
            fields.append(
                f'<div class="choice"><input type="radio" id="{place}" name="{asked.name}" value="{value}"{chosen}>'
                f'<label for="{place}">{escaped(label)}</label></div>'
            )
        return self._grouped(asked, "\n".join(fields))

    def scale(self, asked: Question, least: str, most: str) -> str:
        """Return a choice from 1 to 5 in one row. What its ends mean is said with them, and stands below the row."""
        fields = []
        for value in _SCALE:
            place = asked.name if value == _SCALE[0] else f"{asked.name}-{value}"
            chosen = " checked" if self.typed.get(asked.name) == value else ""
            means = {_SCALE[0]: least, _SCALE[-1]: most}.get(value)
            said = f'<span class="unseen"> – {escaped(means)}</span>' if means else ""
            fields.append(
                f'<div class="choice"><input type="radio" id="{place}" name="{asked.name}" value="{value}"{chosen}>'
                f'<label for="{place}">{value}{said}</label></div>'
            )
        ends = f'<p class="ends" aria-hidden="true"><span>{escaped(least)}</span><span>{escaped(most)}</span></p>'
        return self._grouped(asked, f'<div class="scale">{"".join(fields)}</div>\n{ends}')

    def ticks(self, asked: Question, options: Mapping[str, str]) -> str:
        """Return a choice of any number; nothing is ticked beforehand."""
        fields = []
        for number, (value, label) in enumerate(options.items()):
            name = f"{asked.name}_{value}"
            place = asked.name if number == 0 else name
            chosen = " checked" if self.typed.get(name) == TICKED else ""
            fields.append(
                f'<div class="choice"><input type="checkbox" id="{place}" name="{name}" value="{TICKED}"{chosen}>'
                f'<label for="{place}">{escaped(label)}</label></div>'
            )
        return self._grouped(asked, "\n".join(fields))

    def day(self, asked: Question) -> str:
        """Return the three fields of a date."""
        fields = []
        for part in DATE_PARTS:
            label, longest = _PARTS[part]
            name = f"{asked.name}_{part}"
            place = asked.name if part == "day" else name
            value = escaped(self.typed.get(name, ""))
            fields.append(
                f'<div class="{part}"><label for="{place}">{label}</label><input type="text" id="{place}"'
                f' name="{name}" value="{value}" inputmode="numeric" maxlength="{longest}"></div>'
            )
        return self._grouped(asked, f'<div class="dates">{"".join(fields)}</div>')

    def trap(self, asked: Question) -> str:
        """Return a field that people neither see nor reach, until a program has filled it in."""
        wrong = asked.name in self.faults
        out_of_reach = "" if wrong else ' tabindex="-1"'
        hidden = "" if wrong else ' aria-hidden="true"'
        return (
            f'<div class="trap{" wrong" if wrong else ""}"{hidden}><label for="{asked.name}">{escaped(asked.label)}'
            f'</label>{self._fault(asked.name)}<input type="text" id="{asked.name}" name="{asked.name}" value=""'
            f' autocomplete="off"{out_of_reach}></div>'
        )

    def summary(self) -> str:
        """Return what is wrong, at the top of the page, each with a link to its field."""
        if not self.faults:
            return ""
        items = "\n".join(f'<li><a href="#{name}">{escaped(why)}</a></li>' for name, why in self.faults.items())
        return (
            '<div class="errors" role="alert" aria-labelledby="errors" tabindex="-1">'
            f'<h2 id="errors">There is a problem</h2>\n<ul>\n{items}\n</ul></div>'
        )

    def _labelled(self, asked: Question, field: str) -> str:
        return (
            f'<div class="group{self._wrong(asked.name)}"><label for="{asked.name}">{escaped(asked.label)}</label>\n'
            f"{self._hint(asked)}{self._fault(asked.name)}{field}</div>"
        )

    def _grouped(self, asked: Question, fields: str) -> str:
        return (
            f'<fieldset class="group{self._wrong(asked.name)}"{self._described(asked.name, asked.hint)}>'
            f"<legend>{escaped(asked.label)}</legend>\n{self._hint(asked)}{self._fault(asked.name)}{fields}</fieldset>"
        )

    def _wrong(self, name: str) -> str:
        return " wrong" if name in self.faults else ""

    def _hint(self, asked: Question) -> str:
        return f'<p class="hint" id="{asked.name}-hint">{escaped(asked.hint)}</p>\n' if asked.hint else ""

    def _fault(self, name: str) -> str:
        why = self.faults.get(name)
        return f'<p class="fault" id="{name}-fault">Error: {escaped(why)}</p>\n' if why else ""

    def _described(self, name: str, hint: str) -> str:
        by = [*([f"{name}-hint"] if hint else []), *([f"{name}-fault"] if name in self.faults else [])]
        return f' aria-describedby="{" ".join(by)}"' if by else ""

    def _field(self, asked: Question) -> str:
        """Return the attributes that the fields of one line and of several have in common."""
        limit = f' maxlength="{asked.longest}"' if asked.longest else ""
        fill = f' autocomplete="{asked.autocomplete}"' if asked.autocomplete else ""
        invalid = ' aria-invalid="true"' if asked.name in self.faults else ""
        return f'id="{asked.name}" name="{asked.name}"{fill}{limit}{self._described(asked.name, asked.hint)}{invalid}'
