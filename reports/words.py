"""How the numbers, days and instants of a report are said in plain English, and which signs can be shown."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime
from decimal import Decimal
from typing import Final
from zoneinfo import ZoneInfo

from reports.document import Cell, Document, Figure, Unit, Value

NOT_SHOWN: Final = "not shown"
NOTHING: Final = "–"
WHY_NOT_SHOWN: Final = (
    "“not shown” stands where there are fewer than 5, or where another such number could be worked out."
)
WHY_NOTHING: Final = "“–” stands where there was nothing to count."

SINCE: Final = "since"
EMPTY: Final = "There is nothing to list."

_LONDON: Final = ZoneInfo("Europe/London")
_NUMBER: Final = re.compile(r"-?[0-9]+(\.[0-9]+)?")
_AFTER: Final = {Unit.DAYS: "day", Unit.MINUTES: "minute"}
_IN_HEADINGS: Final = {
    Unit.PERCENT: "%",
    Unit.DAYS: "days",
    Unit.MINUTES: "minutes",
    Unit.POUNDS: "£",
    Unit.SCORE: "1 to 5",
}
# The rules of process behaviour charts, as their codes are found in documents.
_RULES: Final = {
    "outside": "outside the limits",
    "run_of_eight": "one of eight or more in a row on one side of the centre",
}


def amount(value: Value) -> Decimal | None:
    """Return a value as a number, or None where it is words or nothing."""
    if isinstance(value, int):
        return Decimal(value)
    return Decimal(value) if value is not None and _NUMBER.fullmatch(value) else None


def number(value: Value) -> str:
    """Return a value with its thousands apart and a true minus sign; words as they are, nothing as a dash."""
    if value is None:
        return NOTHING
    found = amount(value)
    return clean(str(value)) if found is None else f"{found:,f}".replace("-", "−")


def said(value: Value, unit: Unit) -> str:
    """Return a value with its unit, as it is said: 12 days, 62.5%, £1,200."""
    plain = number(value)
    found = amount(value)
    if found is None:
        return plain
    if unit is Unit.POUNDS:
        return f"−£{plain[1:]}" if found < 0 else f"£{plain}"
    if unit is Unit.PERCENT:
        return f"{plain}%"
    if unit is Unit.SCORE:
        return f"{plain} out of 5"
    after = _AFTER.get(unit)
    return f"{plain} {after if abs(found) == 1 else f'{after}s'}" if after else plain


def heading(title: str, unit: Unit) -> str:
    """Return the title of a column, with its unit where the title does not say it."""
    plain = clean(title)
    after = _IN_HEADINGS.get(unit)
    return plain if after is None or after in plain.lower() else f"{plain} ({after})".lstrip()


def day(on: date) -> str:
    """Return a day: 1 April 2027."""
    return f"{on.day} {on:%B} {on.year}"


def period(first: date, last: date) -> str:
    """Return a stretch of days: 1 April 2027 to 31 March 2028."""
    return day(first) if first == last else f"{day(first)} to {day(last)}"


def instant(at: datetime) -> str:
    """Return an instant as a clock on a wall in London showed it: 4 April 2028, 09:15."""
    local = at.astimezone(_LONDON)
    return f"{day(local.date())}, {local:%H:%M}"


def rule(code: str) -> str:
    """Return what a rule of a process behaviour chart says of a point."""
    return _RULES.get(code, clean(code).replace("_", " "))


def about(document: Document) -> list[tuple[str, str]]:
    """Return what a document is of, and by what it was counted, as it stands on its first page."""
    found = [
        ("Organisation", f"{clean(document.organisation)} ({clean(document.organisation_code)})"),
        ("Period", period(document.first_on, document.last_on)),
        ("Known until", instant(document.known_until)),
    ]
    if document.since_at is not None:
        found.append((f"In columns marked “{SINCE}”", f"as known on {instant(document.since_at)}"))
    return [*found, ("Counting rules", f"{clean(document.kind)}, version {document.rules}")]


def legend(document: Document) -> list[str]:
    """Return what the signs mean that this document has in place of numbers."""
    found: list[Figure | Cell] = []
    for section in document.sections:
        found += section.figures
        for table in section.tables:
            found += (cell for row in (*table.rows, table.total) if row for cell in row.cells)
    return [
        *([WHY_NOT_SHOWN] if any(each.suppressed for each in found) else []),
        *([WHY_NOTHING] if any(each.value is None and not each.suppressed for each in found) else []),
    ]


def clean(text: str) -> str:
    """Return text without what cannot be shown and without what would turn the text around it (UAX #9)."""
    return "".join(_sign(sign) for sign in text)


def _sign(sign: str) -> str:
    if " " <= sign <= "~":
        return sign
    category = unicodedata.category(sign)
    if category in ("Cc", "Zl", "Zp"):
        return " "
    turns = "\u202a" <= sign <= "\u202e"
    return "" if turns or category == "Cs" or sign == "\ufeff" or ord(sign) & 0xFFFE == 0xFFFE else sign
