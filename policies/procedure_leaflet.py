"""The local complaints procedure of one organisation, for the public: Markdown in the procedure's own vocabulary.

How to complain, who deals with it, the times that are promised, and who looks next. Internal targets stay inside.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from contracts.clocks import Effect
from policies.calendars import Nation
from policies.clock_rules import ClockRule, StartEvent, Unit
from policies.procedure import Procedure
from policies.procedure_rules import Channel, Signatory, TierKind, TierRule, WindowFrom
from policies.procedure_words import unit_words
from policies.proofs import long_date, started

_YOURS: Final = {
    StartEvent.RECEIPT: "the day on which we receive your complaint",
    StartEvent.ACKNOWLEDGEMENT: "the day on which we acknowledge it",
    StartEvent.UPDATE: "the last time we told you how things stand",
    StartEvent.RESOLUTION: "the day on which we begin to look for an early resolution with you",
    StartEvent.MOVED_ON: "the day on which the next stage begins",
    StartEvent.ESCALATION: "the day on which you ask for it",
}
_SIGNERS: Final = {
    Signatory.RESPONSIBLE_PERSON: "our responsible person",
    Signatory.AUTHORISED_PERSON: "somebody whom they have authorised",
    Signatory.DECISION_MAKER: "the person who decides your complaint",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Publisher:
    """Whose procedure it is: its name and nation, how it is reached, and who deals with complaints."""

    name: str
    nation: Nation
    contacts: Sequence[str] = ()
    people: Sequence[tuple[str, str]] = ()


def leaflet(procedure: Procedure, publisher: Publisher, on: date) -> Iterator[str]:
    """Yield the local procedure line by line. The organisation's figures are filled in already."""
    words = procedure.vocabulary
    yield f"# {words.procedure.capitalize()} of {publisher.name}"
    yield ""
    yield f"As of {long_date(on)}. It follows the {procedure.title}: {procedure.legal_basis}."
    yield from _how(procedure, publisher)
    yield from _who(procedure, publisher)
    yield from _times(procedure, publisher)
    yield from _answer(procedure)
    yield from _next(procedure)
    yield from _not_handled(procedure)


def _how(procedure: Procedure, publisher: Publisher) -> Iterator[str]:
    yield from _head("How to complain")
    yield (
        f"Any {procedure.vocabulary.person}, and anybody affected by what we do or decide, can complain: by telephone,"
        " in person, in writing or by e-mail, and with help if you need it. Somebody you choose can complain for you."
        f" You can tell any {procedure.vocabulary.staff}; complaining will not change how we treat you."
    )
    if publisher.contacts:
        yield ""
    yield from _points(publisher.contacts)
    if procedure.exemption is not None:
        days = _amount(procedure.exemption.working_days, Unit.WORKING_DAYS, publisher.nation)
        yield ""
        yield f"What you tell us and we put right to your satisfaction within {days} needs no formal complaint."
    if (limit := procedure.time_limit) is not None:
        yield ""
        known = "of what happened, or of the day on which you came to know of it"
        yield f"Please complain within {limit.months} months {known}."
        if limit.cap_months is not None:
            yield f"After {limit.cap_months} months from what happened we can take it up only as an exception."
        yield f"We can take up a later complaint where: {'; '.join(_lower(each.title) for each in limit.waiver)}."


def _who(procedure: Procedure, publisher: Publisher) -> Iterator[str]:
    if not publisher.people:
        return
    yield from _head("Who deals with your complaint")
    yield from _points(f"{role}: {name}" for role, name in publisher.people)


def _times(procedure: Procedure, publisher: Publisher) -> Iterator[str]:
    yield from _head("What we do, and by when")
    known = {stage.code: stage.title for stage in procedure.stages}
    for rule in procedure.clocks:
        if rule.effect is Effect.INTERNAL:
            continue
        stages = f" ({', '.join(known[code] for code in rule.stages)})" if rule.stages else ""
        law = "" if rule.effect is not Effect.STATUTORY else f" This is a rule that binds us: {rule.legal_basis}."
        yield f"- {rule.title}{stages}: {_by_when(rule, publisher.nation)}.{law}"
    yield ""
    yield "If we cannot keep a date we tell you, with the reason and a new date."


def _by_when(rule: ClockRule, nation: Nation) -> str:
    if rule.unit is Unit.DATE or rule.amount is None:
        return "by the date that we agree with you, or set and tell you"
    whose = nation if rule.effect is Effect.STATUTORY else None
    since = _YOURS.get(rule.starts) or started(rule.starts)
    other = " unless we agree another rhythm with you" if rule.starts is StartEvent.UPDATE else ""
    from_day = "from" if rule.count_first_day else "after"
    return f"within {_amount(rule.amount, rule.unit, whose)} {from_day} {since}{other}"


def _amount(amount: int, unit: Unit, nation: Nation | None) -> str:
    name = "day" if unit is Unit.CALENDAR_DAYS and amount == 1 else unit_words(unit.value, amount)
    of = (
        f" (Monday to Friday, without the bank holidays of {nation.title})"
        if nation and unit is Unit.WORKING_DAYS
        else ""
    )
    return f"{amount} {name}{of}"


def _answer(procedure: Procedure) -> Iterator[str]:
    yield from _head("Our answer")
    signers = " or ".join(_SIGNERS[each] for each in procedure.signatories)
    yield f"You get our answer in writing, signed by {signers}."
    if procedure.elements:
        yield "It tells you:"
        yield ""
        yield from _points(_lower(each.title) for each in procedure.elements)


def _next(procedure: Procedure) -> Iterator[str]:
    yield from _head("If you are not satisfied")
    if not procedure.tiers:
        yield f"You can take your complaint to the {procedure.vocabulary.ombudsman}."
    for number, each in enumerate(procedure.tiers, 1):
        yield f"{number}. **{each.title}.** {' '.join(_tier(each, procedure))}"


def _tier(rule: TierRule, procedure: Procedure) -> Iterator[str]:
    yield f"{rule.precondition}."
    if rule.channel is Channel.MP:
        yield "You reach it through a Member of Parliament: ask yours to refer your complaint."
    if rule.window is not None and rule.window.amount is not None:
        starts = (
            "our answer" if rule.window.starts is WindowFrom.RESPONSE else "the day on which you knew of the matter"
        )
        yield f"You have {_amount(rule.window.amount, rule.window.unit, None)} from {starts}."
    if rule.kind is TierKind.INTERNAL:
        yield "Ask us for it, in any way: you need give no reason."
    if rule.kind is TierKind.INTERNAL and rule.same_handler_barred:
        yield f"A {procedure.vocabulary.staff} who has not dealt with it before looks at it."
    if rule.kind is not TierKind.INTERNAL:
        yield "It is independent of us, and free."
    if rule.contact is not None:
        yield f"{rule.contact}."


def _not_handled(procedure: Procedure) -> Iterator[str]:
    if procedure.exclusions:
        yield from _head("What this procedure is not for")
        yield "We tell you in writing, with our reasons and where else you can go, if your complaint is one of these:"
        yield ""
        yield from _points(_lower(each.title) for each in procedure.exclusions)


def _head(title: str) -> tuple[str, ...]:
    return ("", f"## {title}", "")


def _points(lines: Iterable[str]) -> Iterator[str]:
    yield from (f"- {line}" for line in lines)


def _lower(title: str) -> str:
    """Set a title into a sentence; one that begins with an abbreviation stays."""
    return title if title[1:2].isupper() else title[:1].lower() + title[1:]
