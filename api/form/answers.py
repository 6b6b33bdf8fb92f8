"""What somebody typed into the form: what is wrong with it, by field, and what is logged of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Literal, cast

from pydantic import TypeAdapter, ValidationError

from api.schemas.base import FIRST_BIRTH, Address, Email, Name, Phone
from api.schemas.needs import is_safe
from db.party_said import Format, NeedsSaid, PreferredChannel, Unsafe
from db.said import Log, Matter, PartySaid
from gateways.mail import one_line

MATTERS: Final[dict[str, str]] = {
    "complaint": "Make a complaint",
    "concern": "Raise a concern, without making a complaint",
    "compliment": "Say thank you, or pay a compliment",
    "feedback": "Give other feedback",
}
ABOUT: Final[dict[str, str]] = {"myself": "Myself", "other": "Somebody else"}
AGREES: Final[dict[str, str]] = {
    "agrees": "They know about this, and agree",
    "not_asked": "I have not asked them, or they do not agree",
    "child": "They are a child",
    "lacks_capacity": "They are not able to decide this themselves",
    "died": "They have died",
}
CHANNELS: Final[dict[str, str]] = {
    "email": "By e-mail",
    "letter": "By letter",
    "text": "By text message",
    "call": "By telephone",
}
FORMATS: Final[dict[str, str]] = {
    "large_print": "Large print",
    "easy_read": "Easy Read, with short sentences and pictures",
    "braille": "Braille",
    "audio": "Audio",
    "bsl": "British Sign Language (BSL)",
    "interpreter": "An interpreter, for another language than English",
}
UNSAFE: Final[dict[str, str]] = {
    "no_post": "Do not send me letters",
    "no_email": "Do not send me e-mails",
    "no_text": "Do not send me text messages",
    "no_voicemail": "Do not leave me voicemails",
    "no_calls": "Do not ring me",
}
# What is ticked, by the name of its question.
TICKS: Final = {"formats": FORMATS, "unsafe": UNSAFE}
TICKED: Final = "yes"
_GROUNDS: Final = {"agrees": "asked", "not_asked": "asked", "child": "child", "lacks_capacity": "lacks_capacity"}

LONGEST: Final = {"narrative": 50_000, "wanted": 20_000, "adjustments": 5_000, "unsafe_words": 5_000, "relation": 64}
LINES: Final = ("name", "email", "phone", "other_name", "relation")
WORDS: Final = ("address", "narrative", "wanted", "adjustments", "unsafe_words")
CHOICES: Final = ("matter", "about", "agrees", "channel")
DATES: Final = ("happened", "noticed")
DATE_PARTS: Final = ("day", "month", "year")
TRAP: Final = "website"
FIELDS: Final = (
    *CHOICES,
    *LINES,
    *WORDS,
    *(f"{each}_{code}" for each, codes in TICKS.items() for code in codes),
    *(f"{each}_{part}" for each in DATES for part in DATE_PARTS),
    TRAP,
)

Faults = dict[str, str]

_TYPES: Final[dict[str, tuple[TypeAdapter[str], str]]] = {
    "name": (TypeAdapter(Name), "Your name must be 200 characters or fewer"),
    "email": (TypeAdapter(Email), "Enter an e-mail address in the correct format, like name@example.com"),
    "phone": (TypeAdapter(Phone), "Enter a telephone number, like 01632 960 001"),
    "address": (TypeAdapter(Address), "Your address must be 1,000 characters or fewer"),
    "other_name": (TypeAdapter(Name), "The person’s name must be 200 characters or fewer"),
}
_NEEDED: Final = {
    "matter": "Select what you would like to do",
    "name": "Enter your name",
    "about": "Select whether this is about yourself or somebody else",
    "narrative": "Tell us what happened",
}
_OF_THE_OTHER: Final = {
    "other_name": "Enter the name of the person this is about",
    "relation": "Enter what you are to the person, for example daughter or friend",
    "agrees": "Select whether the person knows about this and agrees",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What was typed, cleaned of what no field can hold, with the two days it names."""

    typed: dict[str, str]
    happened_on: date | None
    noticed_on: date | None

    def log(self, today: date) -> Log:
        """Return what is logged: a person reads the rest."""
        typed = self.typed
        return Log(
            channel="electronic",
            received_on=today,
            summary=_summary(typed["narrative"]),
            narrative="\n\n".join(_paragraphs(typed)),
            desired_outcome=typed["wanted"] or None,
            parties=tuple(_people(typed)),
            matter=cast(Matter, typed["matter"]),
            happened_on=self.happened_on,
            noticed_on=self.noticed_on,
        )


def clean(sent: Mapping[str, Any]) -> dict[str, str]:
    """Return every field as text, empty where nothing was typed. What no field of the form is, is left out."""
    texts = {name: value if isinstance(value := sent.get(name), str) else "" for name in FIELDS}
    for name in texts:
        text = texts[name].replace("\x00", "").replace("\r\n", "\n").replace("\r", "\n")
        text = text.encode("utf-8", errors="replace").decode("utf-8")
        texts[name] = text.strip() if name in WORDS else one_line(text)
    return texts


def read(typed: dict[str, str], today: date) -> tuple[Told | None, Faults]:
    """Return what was told, or what is wrong with it: one sentence for each field, in the order of the page."""
    faults = {name: why for name, why in _NEEDED.items() if not typed[name]}
    for name, known in (("matter", MATTERS), ("about", ABOUT), ("agrees", AGREES)):
        if typed[name] and typed[name] not in known:
            faults[name] = _NEEDED.get(name) or _OF_THE_OTHER[name]
    if typed["about"] == "other":
        faults |= {name: why for name, why in _OF_THE_OTHER.items() if not typed[name]}
    elif typed["about"] == "myself" and typed["other_name"]:
        faults["about"] = "You named somebody else: select ‘Somebody else’, or leave the name empty"
    if not (typed["email"] or typed["phone"] or typed["address"]):
        faults["email"] = "Enter an e-mail address, a telephone number or a postal address, so that we can reach you"
    if typed["channel"] and typed["channel"] not in CHANNELS:
        faults["channel"] = "Select how you would like us to contact you, or leave it empty"
    elif not is_safe(typed["channel"], ticked(typed, "unsafe")):
        faults["channel"] = "You told us that this way is not safe: select another one, or leave it empty"
    faults |= dict(_malformed(typed))
    days, wrong = _days(typed, today)
    faults |= wrong
    if faults:
        return None, {name: faults[name] for name in ORDER if name in faults}
    return Told(typed=typed, happened_on=days.get("happened"), noticed_on=days.get("noticed")), {}


ORDER: Final = (
    *("matter", "name", "email", "phone", "address", "channel", "formats", "adjustments", "unsafe", "unsafe_words"),
    *("about", "other_name", "relation", "agrees", "narrative", "happened", "noticed", "wanted", TRAP),
)


def ticked(typed: Mapping[str, str], name: str) -> tuple[str, ...]:
    """Return what was ticked of a question, as codes."""
    return tuple(code for code in TICKS[name] if typed.get(f"{name}_{code}") == TICKED)


def _malformed(typed: dict[str, str]) -> Iterator[tuple[str, str]]:
    for name, (adapter, why) in _TYPES.items():
        try:
            if typed[name]:
                adapter.validate_python(typed[name])
        except ValidationError:
            yield name, why
    for name, longest in LONGEST.items():
        if len(typed[name]) > longest:
            yield name, f"Use {longest:,} characters or fewer"
    if typed[TRAP]:
        yield TRAP, "Leave the field ‘Website’ empty: it is there to catch programs that fill in forms"


def _days(typed: dict[str, str], today: date) -> tuple[dict[str, date], Faults]:
    days: dict[str, date] = {}
    faults: Faults = {}
    for name in DATES:
        parts = [typed[f"{name}_{part}"] for part in DATE_PARTS]
        if not any(parts):
            continue
        day = _day(*parts)
        if day is None:
            faults[name] = "Enter a real date, like 27 3 2026, or leave all three empty"
        elif not FIRST_BIRTH <= day <= today:
            faults[name] = "The date must be today or in the past"
        else:
            days[name] = day
    if not faults and "noticed" in days and days["noticed"] < days.get("happened", FIRST_BIRTH):
        faults["noticed"] = "The day on which you noticed it cannot be before the day on which it happened"
    return days, faults


def _day(day: str, month: str, year: str) -> date | None:
    if not all(each.isascii() and each.isdigit() and len(each) <= 4 for each in (day, month, year)):
        return None
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def _summary(narrative: str) -> str:
    line = one_line(narrative.partition("\n")[0]) or "see what was written"
    return f"Online form: {line if len(line) <= 160 else line[:159] + '…'}"


def _paragraphs(typed: dict[str, str]) -> Iterator[str]:
    yield typed["narrative"]
    if typed["about"] == "other":
        yield f"Whether the person agrees, as the form says: {AGREES[typed['agrees']]}."


def _people(typed: dict[str, str]) -> Iterator[PartySaid]:
    """Return whoever writes, and whom it is about. That the other agrees is said, and not shown."""
    other = typed["about"] == "other"
    ground = _GROUNDS.get(typed["agrees"], "died") if other else None
    yield PartySaid(
        role="complainant",
        name=typed["name"],
        email=typed["email"] or None,
        phone=typed["phone"] or None,
        address=typed["address"] or None,
        relation=typed["relation"] if other else None,
        ground=cast(Literal["asked", "child", "lacks_capacity", "died"] | None, ground),
        consent_basis="none" if ground == "asked" else None,
        needs=_needs(typed),
    )
    if other:
        yield PartySaid(role="affected", name=typed["other_name"])


def _needs(typed: dict[str, str]) -> NeedsSaid | None:
    """Return what whoever writes needs, and what is not safe for them; None where they said nothing of it."""
    said = NeedsSaid(
        preferred_channel=cast(PreferredChannel | None, typed["channel"] or None),
        formats=cast(tuple[Format, ...], ticked(typed, "formats")),
        adjustments=typed["adjustments"] or None,
        unsafe=cast(tuple[Unsafe, ...], ticked(typed, "unsafe")),
        unsafe_words=typed["unsafe_words"] or None,
    )
    return said if said != NeedsSaid() else None
