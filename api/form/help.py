"""Who helps people to complain, independent of the body complained about: by nation for the NHS, else in general."""

from __future__ import annotations

from typing import Final

_NHS: Final = {
    "england": "Free and independent help with a complaint about the NHS: an NHS complaints advocate. Your local"
    " council, or your local Healthwatch, tells you who that is where you live.",
    "wales": "Free and independent help with a complaint about the NHS: the complaints advocates of Llais.",
    "scotland": "Free and independent help with a complaint about the NHS: the Patient Advice and Support Service, at"
    " your local Citizens Advice Bureau.",
    "northern_ireland": "Free and independent help with a complaint about health or social care: the Patient and Client"
    " Council.",
}
_ELSEWHERE: Final = "Free and independent help: Citizens Advice, or an advice or advocacy service near you."
_ANYBODY: Final = "A friend, a relative or an advocate can fill in this form for you."


def advocates(regime: str, nation: str) -> tuple[str, ...]:
    """Return where to get independent help, in sentences."""
    return (_NHS.get(nation, _ELSEWHERE) if regime == "nhs" else _ELSEWHERE, _ANYBODY)
