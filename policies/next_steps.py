"""The way on from a response: which tiers still lie ahead of a person, and how a letter tells them of these.

Who comes next is the procedure's word alone: nobody writes it by hand, so that no letter names the wrong Ombudsman.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final

from policies.clock_rules import Unit
from policies.procedure import Procedure
from policies.procedure_rules import Channel, TierKind, TierRule, WindowFrom, WindowRule
from policies.template_files import long_date

_UNITS: Final = {
    Unit.WORKING_DAYS: ("working day", "working days"),
    Unit.CALENDAR_DAYS: ("day", "days"),
    Unit.MONTHS: ("month", "months"),
}
_MP: Final = "A complaint to the Ombudsman goes through a Member of Parliament (MP)"


def tiers_ahead(procedure: Procedure, *, stage: str, tier: str | None) -> tuple[TierRule, ...]:
    """Return the tiers after the one in which a complaint stands: by its tier, or by the stage that a tier enters."""
    passed = [
        number
        for number, each in enumerate(procedure.tiers)
        if each.code == tier or (each.enters is not None and each.enters == stage)
    ]
    return procedure.tiers[max(passed, default=-1) + 1 :]


def ombudsman_of(procedure: Procedure) -> TierRule | None:
    """Return the Ombudsman's tier of a procedure, if it names one."""
    return next((each for each in procedure.tiers if each.kind is TierKind.OMBUDSMAN), None)


def way_on(ahead: Sequence[TierRule], *, reference: str, noticed_until: date | None = None) -> str:
    """Return what a letter says about the tiers ahead, the next one first; nothing where none is left.

    `noticed_until` is the last day of the next tier's window where that counts from the person's notice of the matter.
    """
    if not ahead:
        return ""
    first, *later = ahead
    paragraphs = [_right(first), _reach(first, reference), _window(first.window, noticed_until)]
    paragraphs += [_afterwards(each) for each in later]
    return "\n\n".join(paragraph for paragraph in paragraphs if paragraph)


def _right(tier: TierRule) -> str:
    begin = "If you are not satisfied with this response, you have the right to ask"
    if tier.kind is TierKind.INTERNAL:
        other = " Somebody who has not dealt with your complaint before will do this." * tier.same_handler_barred
        return f"{begin} us to look at your complaint again ({tier.title}). You only need to ask.{other}"
    if tier.kind is TierKind.INDEPENDENT:
        return (
            f"{begin} for your complaint to be looked at from outside our organisation ({tier.title})."
            " They are independent of us, and using them is free."
        )
    return (
        f"{begin} the {tier.title} to look into your complaint."
        " The Ombudsman is independent of us, and using the service is free."
    )


def _reach(tier: TierRule, reference: str) -> str:
    if tier.kind is TierKind.INTERNAL:
        return f"To ask for it, reply to this letter or contact us in any way that suits you, and quote {reference}."
    words = f"How to reach them: {tier.contact}."
    if tier.channel is Channel.MP:
        words = f"{_MP}: please ask one, usually the MP for where you live, to pass yours on. {words}"
    return words


def _window(window: WindowRule | None, noticed_until: date | None) -> str:
    if window is None or window.amount is None:
        return ""
    length = f"{window.amount} {_UNITS[window.unit][window.amount != 1]}"
    if window.starts is WindowFrom.RESPONSE:
        return f"Please do so within {length} of the date of this letter."
    begin = f"You usually need to do so within {length} of the day when you first knew about what you complain of"
    if noticed_until is None:
        return f"{begin}."
    return (
        f"{begin}. From what you told us, that is until {long_date(noticed_until)}."
        " If that day has passed there may be a good reason for it: please ask all the same."
    )


def _afterwards(tier: TierRule) -> str:
    begin = "If you are still not satisfied after that, you can go on to"
    if tier.kind is TierKind.INTERNAL:
        return f"{begin} {tier.title}."
    through = " A Member of Parliament (MP) has to pass your complaint on." * (tier.channel is Channel.MP)
    return f"{begin} the next body: {tier.title}. How to reach them: {tier.contact}.{through}"
