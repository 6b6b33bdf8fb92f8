"""How somebody can be reached: by which channel, and in which form. Pure choices over what they need."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from contracts.failures import Refusal

EMAIL: Final = "email"
LETTER: Final = "letter"
TEXT: Final = "text"
CALL: Final = "call"
ENGLISH: Final = "en"
LARGE_PRINT: Final = "large_print"
# What a machine makes: the sheet is set in large print.
_MADE: Final = frozenset({LARGE_PRINT})
# What is written goes the first of these ways that there is. No machine rings; a text is for whoever asked for texts.
_IN_TURN: Final = (EMAIL, LETTER)
_UNSAFE: Final = {EMAIL: "no_email", LETTER: "no_post", TEXT: "no_text", CALL: "no_calls"}
# By which ways somebody is reached in a contact that a person made; a voicemail is also a call that was not answered.
_BY_CONTACT: Final = {
    "call": ("no_calls",),
    "voicemail": ("no_voicemail", "no_calls"),
    "letter": ("no_post",),
    "email": ("no_email",),
    "text": ("no_text",),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Needs:
    """What somebody needs, as far as it decides how they are reached; by default nothing in particular."""

    preferred_channel: str | None = None
    language: str = ENGLISH
    formats: tuple[str, ...] = ()
    unsafe: frozenset[str] = frozenset()
    copies: bool = False

    @property
    def owes_format(self) -> bool:
        """Say whether they need a form that no machine makes."""
        return bool(set(self.formats) - _MADE) or not is_english(self.language)

    @property
    def is_interpreted(self) -> bool:
        """Say whether a talk with them needs somebody who interprets."""
        return not is_english(self.language) or not {"bsl", "interpreter"}.isdisjoint(self.formats)

    @property
    def rings(self) -> bool:
        """Say whether a person rings them beside what is written."""
        return self.preferred_channel == CALL and is_safe(CALL, self.unsafe)


def is_english(language: str) -> bool:
    """Say whether a BCP 47 code is of English, as spoken anywhere."""
    return language.partition("-")[0].lower() == ENGLISH


def is_safe(channel: str, unsafe: Collection[str]) -> bool:
    """Say whether nothing on record forbids a channel."""
    return _UNSAFE[channel] not in unsafe


def check(preferred: str | None, unsafe: Collection[str]) -> Refusal | None:
    """Check that somebody is not to be reached in the very way that is not safe."""
    if preferred is not None and not is_safe(preferred, unsafe):
        return Refusal.CONTRADICTS_RECORD
    return None


def choose(needs: Needs, *, email: bool, address: bool, text: bool) -> str | None:
    """Return the channel that something is written for: the preferred, else the next that is safe; None where none is.

    `email`, `address` and `text` say whether there is something to send it to, and somebody who carries it.
    """
    there = {EMAIL: email, LETTER: address, TEXT: text}
    first = (needs.preferred_channel,) if needs.preferred_channel in there else ()
    return next(
        (each for each in (*first, *_IN_TURN) if each and there[each] and is_safe(each, needs.unsafe)),
        None,
    )


def is_unsafe_contact(channel: str, unsafe: Collection[str]) -> bool:
    """Say whether somebody was reached in a way that is not safe for them."""
    return any(code in unsafe for code in _BY_CONTACT.get(channel, ()))
