"""A chronology in plain words, made of the events of a case: when, who, what, and the facts that an event holds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from policies.chronology_words import FAMILIES, WORDS
from policies.proofs import long_date

_LONDON: Final = ZoneInfo("Europe/London")
# Whoever is no person: how a reader outside knows them.
_MACHINES: Final = {"time": "Redress, because a date came", "system": "Redress"}
# What says nothing to a reader: hashes stand in the chain itself.
_UNSAID: Final = frozenset({"sha256", "content_sha256", "generation", "calendar_revision", "row", "seq", "protocol"})
# What those who read it call what events call otherwise.
_CALLED: Final = {
    "template": "kind of letter",
    "notice_id": "letter number",
    "file_id": "file number",
    "clock": "time limit",
    "old_due_on": "due before that",
    "rung": "step",
    "by": "set by",
}
_PROCEEDING: Final = "proceeding_id"
_PROCEEDINGS: Final = {"escalation": "escalation", "candour": "incident", "action": "action"}
# A document longer than this is set in several.
_LONGEST: Final = 200_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Happened:
    """One event of a case, and the name of whoever acted, where somebody did."""

    seq: int
    at: datetime
    role: str
    actor: str | None
    kind: str
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of a chronology."""

    seq: int
    at: datetime
    who: str
    what: str
    facts: str


def entry(happened: Happened, names: Mapping[str, str]) -> Entry:
    """Return an event as a line. `names` are of the people of the case, by id."""
    beside = {_PROCEEDING: _PROCEEDINGS.get(happened.kind.partition(".")[0], "referral")}
    facts = [fact for name, value in happened.data.items() if (fact := _fact(name, value, names, beside))]
    return Entry(
        seq=happened.seq,
        at=happened.at.astimezone(_LONDON),
        who=_who(happened),
        what=_what(happened, names),
        facts="; ".join(facts),
    )


def what(kind: str) -> str:
    """Return what a kind of event is called: its own words, those of its family, or its code made readable."""
    if kind in WORDS:
        return WORDS[kind]
    for beginning, words in FAMILIES.items():
        if kind.startswith(beginning):
            return f"{words}: {plain(kind.removeprefix(beginning))}"
    return plain(kind.replace(".", ": ")).capitalize()


def _what(happened: Happened, names: Mapping[str, str]) -> str:
    """Return what happened: a notice that is no letter of the case was a prompt to those who work on it."""
    called = what(happened.kind)
    prompt = happened.kind.startswith("notice.") and happened.data.get("notice_id") not in names
    return called.replace("A letter", "A prompt to staff") if prompt else called


def plain(code: str) -> str:
    """Return a code as words."""
    return code.replace("_", " ")


def documents(entries: Iterable[Entry]) -> list[str]:
    """Return a chronology as the text of one or several documents: a heading for each day, a list of what happened."""
    found: list[list[str]] = [[]]
    size, day = 0, None
    for each in entries:
        line = _line(each)
        if size + len(line) > _LONGEST:
            found, size, day = [*found, []], 0, None  # a day may go on in the next one, under its heading again
        if day != each.at.date():
            day = each.at.date()
            found[-1] += ["", long_date(day), "---"]
        found[-1].append(line)
        size += len(line)
    return ["\n".join(lines).strip() or "Nothing is on record." for lines in found]


def _line(each: Entry) -> str:
    facts = f" ({each.facts})" if each.facts else ""
    return f"- {each.at:%H:%M}, {each.who}: {each.what}{facts}. Event {each.seq}."


def _who(happened: Happened) -> str:
    role = _MACHINES.get(happened.role, plain(happened.role))
    return f"{happened.actor} ({role})" if happened.actor else role


def _fact(name: str, value: Any, names: Mapping[str, str], called: Mapping[str, str]) -> str | None:
    """Return one thing that an event holds as words; None for what says nothing to a reader."""
    if value is None or value == "" or name in _UNSAID or (name == "provisional" and not value):
        return None
    shown = called.get(name) or _CALLED.get(name) or plain(name.removesuffix("_id"))
    if isinstance(value, str) and (known := names.get(value)) is not None:
        return f"{shown}: {known}"
    if isinstance(value, str) and _is_id(value):
        return None
    return f"{shown}: {_shown(name, value)}"


def _is_id(value: str) -> bool:
    try:
        return str(UUID(value)) == value
    except ValueError:
        return False


def _shown(name: str, value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int) and (name == "at" or name.endswith("_at")):
        return f"{instant(value):%-d %B %Y %H:%M}"  # events hold instants as microseconds
    if isinstance(value, str) and (name == "on" or name.endswith(("_on", "_until", "until", "respond_by"))):
        return _day(value)
    # Several codes in one.
    return plain(value).replace(",", ", ") if isinstance(value, str) else str(value)


def instant(microseconds: int) -> datetime:
    """Return the local time of an instant as an event holds it: microseconds since 1970 UTC."""
    return datetime.fromtimestamp(microseconds // 1_000_000, UTC).astimezone(_LONDON)


def _day(value: str) -> str:
    try:
        day = date.fromisoformat(value)
    except ValueError:
        return plain(value)
    return f"{day.day} {day:%B %Y}"
