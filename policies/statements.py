"""What whoever complains is told at the beginning (R-11): of advocacy, and that they are treated no worse for it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

ADVOCACY: Final = "advocacy"
NON_DETRIMENT: Final = "non_detriment"
BOTH: Final = (ADVOCACY, NON_DETRIMENT)

_FREE: Final = "They are independent of us, and it costs you nothing. We can tell you how to reach them."
# Who gives independent advocacy to people who complain about the NHS, by nation.
_ADVOCACY_NHS: Final = {
    "england": "Somebody from the NHS complaints advocacy service in your area can help you to make your complaint.",
    "scotland": "Somebody from the Patient Advice and Support Service can help you to make your complaint.",
    "wales": "Somebody from Llais can help you to make your complaint.",
    "northern_ireland": "Somebody from the Patient and Client Council can help you to make your complaint.",
}
_ADVOCACY: Final = "An independent advocate can help you to make your complaint."
_NO_WORSE: Final = (
    "Making a complaint will not affect the care or the service that you get from us, now or later. If you ever feel"
    " that it does, please tell us."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """The statements in words, as one organisation says them."""

    advocacy: str
    non_detriment: str


def words(nation: str, regime: str, *, advocacy: str | None = None, non_detriment: str | None = None) -> Words:
    """Return the statements: in the organisation's own words where it has any, else in those that we ship."""
    ours = _ADVOCACY_NHS.get(nation, _ADVOCACY) if regime == "nhs" else _ADVOCACY
    return Words(advocacy=advocacy or f"{ours} {_FREE}", non_detriment=non_detriment or _NO_WORSE)


def stand_in(text: str, said: Iterable[Words]) -> tuple[str, ...]:
    """Return which statements a text has, in any words in which they were ever said. Line breaks do not count."""
    plain = _plain(text)
    known = list(said)
    found = {
        ADVOCACY: any(_plain(each.advocacy) in plain for each in known),
        NON_DETRIMENT: any(_plain(each.non_detriment) in plain for each in known),
    }
    return tuple(code for code in BOTH if found[code])


def missing(given: Iterable[Sequence[str]]) -> tuple[str, ...]:
    """Return which statements nobody has given yet."""
    there = {code for each in given for code in each}
    return tuple(code for code in BOTH if code not in there)


def _plain(text: str) -> str:
    return " ".join(text.split())
