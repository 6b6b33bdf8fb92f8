"""A procedure in plain English: every rule with its legal basis, and whether it was checked against the official text.

For whoever answers for a procedure. What is written for the public is in `procedure_leaflet`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from contracts.clocks import Effect
from policies.clock_rules import OVERDUE, Anchor, Certainty, ClockRule, Hours, RungRule, RungUnit, Unit
from policies.extension_rules import BeyondCap
from policies.procedure import Procedure
from policies.procedure_rules import Channel, FigureRule, GateRule, TierRule, WindowFrom, WindowRule
from policies.proofs import started

EFFECTS = {
    Effect.STATUTORY: "a statutory time limit",
    Effect.PROMISE: "a promise to the person",
    Effect.INTERNAL: "an internal target",
}
UNCHECKED = " (not checked against the official text)"


def explain(procedure: Procedure, figures: Mapping[str, int] | None = None) -> Iterator[str]:
    """Tell a procedure line by line. `figures` are an organisation's own, already filled in."""
    until = f" to {procedure.effective_until}" if procedure.effective_until else ""
    yield f"{procedure.title}: {procedure.code} version {procedure.version}"
    nations = _listed(nation.title for nation in procedure.nations)
    yield f"In force from {procedure.effective_from}{until}, for {nations}, regime {procedure.regime}"
    yield f"For each {_listed(procedure.matters)}"
    yield f"Basis: {procedure.legal_basis}"
    yield f"The response is signed by: {_listed(procedure.signatories, 'or')}"
    yield from _part("Stages and what may be said in them", _stages(procedure))
    yield from _part("What leads where", _moves(procedure))
    yield from _part("What must be on record first", (gate(each) for each in procedure.gates))
    yield from _part("Clocks", (line for rule in procedure.clocks for line in clock(rule)))
    yield from _part("Owed whatever the procedure says", (
        line for rule in procedure.duties if rule is procedure.clock(rule.kind) for line in clock(rule)
    ))  # fmt: skip
    given = figures or {}
    yield from _part("Figures of the organisation", (figure(each, given.get(each.code)) for each in procedure.figures))
    yield from _part("Time limit and exemption", _limits(procedure))
    yield from _part("Not handled, with written reasons", (
        f"{each.title} ({each.code}). {_basis(each.legal_basis, each.certainty)}" for each in procedure.exclusions
    ))  # fmt: skip
    yield from _part("What the response must contain", (
        f"{each.title}. {_basis(each.legal_basis)}" for each in procedure.elements
    ))  # fmt: skip
    yield from _part("Outcomes", (
        f"{each.title}: {_listed(f'{report} {name}' for report, name in each.reports.items())}"
        for each in procedure.outcomes
    ))  # fmt: skip
    yield from _part("Who looks next", (tier(each) for each in procedure.tiers))
    yield from _part("Investigators and coding", _people(procedure))
    words = procedure.vocabulary
    yield from _part(
        "Words", [f"the person: {words.person}; the staff: {words.staff}; the Ombudsman: {words.ombudsman}"]
    )


def budget(rule: ClockRule) -> str:
    """Say how long a clock runs."""
    if rule.unit is Unit.DATE:
        return "until the date that is set"
    amount = f"figure {rule.figure}," if rule.figure is not None else str(rule.amount)
    text = f"{amount} {unit_words(rule.unit, rule.amount)}"
    if rule.hours is not None:
        return text + (" of office hours" if rule.hours is Hours.OFFICE else ", at any hour")
    if rule.unit is Unit.WORKING_DAYS:
        text += f" of the {rule.calendar.value}"
    return text + (", the first day counted" if rule.count_first_day else ", the first day not counted")


def clock(rule: ClockRule) -> Iterator[str]:
    """Tell one clock, in a few lines."""
    yield f"{rule.title} ({rule.kind}): {EFFECTS[rule.effect]}, {budget(rule)}"
    narrowed = f", only in {_listed(rule.stages, 'or')}" if rule.stages else ""
    narrowed += f", only if made {_listed(rule.channels, 'or')}" if rule.channels else ""
    yield f"  starts: {started(rule.starts)}{narrowed}"
    stopped = f"; stopped by: {_listed(rule.stopped_by, 'or')}" if rule.stopped_by else ""
    letter = f", of a letter {rule.letter}" if rule.letter else ""
    yield f"  met by: {_listed(rule.met_by, 'or')}{letter}{stopped}"
    yield f"  extension: {extension(rule)}; pause: {_listed(rule.pause_grounds, 'or') or 'none is lawful'}"
    for each in rule.rungs:
        yield f"  {rung(each)}"
    minutes = rule.chase_every_minutes
    chased = f"{rule.chase_every} working days" if minutes is None else f"{minutes} minutes"
    yield f"  then every {chased}; {_basis(rule.legal_basis, rule.certainty)}"


def extension(rule: ClockRule) -> str:
    """Say whether a clock may be given a later date, and on what terms."""
    terms = rule.extension
    if not terms.allowed:
        return "none"
    said = ["with the person's agreement" if terms.needs_agreement else "without the person's agreement"]
    said += ["before it expires"] if terms.before_expiry else []
    cap = f"figure {terms.cap_figure}," if terms.cap_figure else terms.cap
    if cap is not None:
        beyond = ", beyond it with good reason" if terms.beyond_cap is BeyondCap.WITH_GOOD_REASON else ""
        said.append(f"by at most {cap} {unit_words(rule.unit, terms.cap)} in all{beyond}")
    return ", ".join([*said, "and the letter names the Ombudsman"] if terms.names_ombudsman else said)


# Whom a step of the calling of seniors reaches is found at that moment.
_CALLS: Final = {
    "call:first": "whoever is first on the rota is called",
    "call:again": "they are called again",
    "call:second": "their deputy or the second is called",
    "call:next": "the next is called",
    "call:responsible": "the responsible person is called",
}


def rung(rule: RungRule) -> str:
    """Say when one step of a ladder comes, whom it reaches and what it does."""
    who = rule.to.value.replace("_", " ")
    deeds = _listed(_CALLS.get(deed, deed.replace("_", " ")) for deed in rule.does)
    if rule.code == OVERDUE:
        return f"{rule.code}: when it is due, to the {who}: {deeds}"
    anchor = "it starts" if rule.anchor is Anchor.START else "it is due"
    if rule.unit is RungUnit.MINUTES:
        when = "at once" if rule.offset == 0 else f"{rule.offset} {unit_words(rule.unit, rule.offset)} after it starts"
        return f"{rule.code}: {when}, to the {who}: {deeds}"
    days = "on the day" if rule.offset == 0 else (
        f"{abs(rule.offset)} {unit_words(rule.unit, abs(rule.offset))} {'after' if rule.offset > 0 else 'before'}"
    )  # fmt: skip
    return f"{rule.code}: {days} {anchor}, at {rule.at:%H:%M}, to the {who}: {deeds}"


def gate(rule: GateRule) -> str:
    """Say what must be on record before a command."""
    where = f" in {_listed(rule.stages, 'or')}" if rule.stages else ""
    when = f" ({rule.when})" if rule.when else ""
    return f"{_plain(rule.command)}{when}{where}: {_listed(rule.requires)}. {_basis(rule.legal_basis)}"


def figure(rule: FigureRule, own: int | None = None) -> str:
    """Say what an organisation may set, between which bounds, and what it has set."""
    default = "must be set" if rule.default is None else f"{rule.default} unless set"
    said = f"; here {own}" if own is not None else ""
    bounds = f"{rule.least} to {rule.most} {unit_words(rule.unit, rule.most)}, {default}{said}"
    return f"{rule.title} ({rule.code}): {bounds}. {_basis(rule.legal_basis, rule.certainty)}"


def tier(rule: TierRule) -> str:
    """Say who looks next, how long it is open and how a person gets there."""
    said = [f"{rule.title} ({rule.kind.value}): {rule.precondition}"]
    said += [f"open for {window(rule.window)}"] if rule.window else []
    said += ["through a Member of Parliament"] if rule.channel is Channel.MP else []
    said += ["by somebody who has not handled it before"] if rule.same_handler_barred else []
    said += [rule.contact] if rule.contact else []
    return f"{'; '.join(said)}. {_basis(rule.legal_basis, rule.certainty)}"


def window(rule: WindowRule) -> str:
    """Say how long a tier is open to the person."""
    amount = f"figure {rule.figure}," if rule.figure is not None else str(rule.amount)
    starts = "the response" if rule.starts is WindowFrom.RESPONSE else "the day on which the person knew of the matter"
    return f"{amount} {unit_words(rule.unit, rule.amount)} from {starts}"


def unit_words(unit: str, amount: int | None) -> str:
    """Return the name of a unit for an amount of it."""
    name = unit.replace("_", " ")
    return name.removesuffix("s") if amount == 1 else name


def _stages(procedure: Procedure) -> Iterator[str]:
    for each in procedure.stages:
        said = "the end" if each.terminal else _listed(each.commands)
        yield f"{each.title} ({each.code}): {said}"
    yield f"In every open stage: {_listed(procedure.always)}"


def _moves(procedure: Procedure) -> Iterator[str]:
    for each in procedure.moves:
        when = f" ({each.when})" if each.when else ""
        yield f"{each.stage}: {_plain(each.command)}{when} leads to {each.to}"


def _limits(procedure: Procedure) -> Iterator[str]:
    if (limit := procedure.time_limit) is not None:
        cap = f", at most {limit.cap_months} months from the event" if limit.cap_months else ""
        waiver = _listed(each.title for each in limit.waiver)
        basis = _basis(limit.legal_basis, limit.certainty)
        yield f"Within {limit.months} months of the event, or of its coming to notice{cap}"
        yield f"  Waived where: {waiver}. {basis}"
    if (free := procedure.exemption) is not None:
        days = f"{free.working_days} {unit_words('working_days', free.working_days)}"
        yield f"Made {_listed(free.channels, 'or')} and resolved within {days}: outside it. " + _basis(
            free.legal_basis, free.certainty
        )


def _people(procedure: Procedure) -> Iterator[str]:
    if (rule := procedure.investigator) is not None:
        training = "trained" if rule.training_required else "trained or not"
        conflict = "is barred" if rule.conflict == "barred" else "needs mitigation on record"
        alone = "never signs alone" if rule.signs_alone == "never" else "signs alone in a small body only"
        yield f"An investigator is {training}, with a conflict {conflict}, and {alone}. {_basis(rule.legal_basis)}"
    if (coding := procedure.coding) is not None:
        yield f"Coded before closing: {_listed(coding.required)} (lists {coding.lists}). {_basis(coding.legal_basis)}"


def _part(title: str, lines: Iterable[str]) -> Iterator[str]:
    found = list(lines)
    if found:
        yield ""
        yield title
        yield from (f"  {line}" for line in found)


def _basis(basis: str, certainty: Certainty = Certainty.VERIFIED) -> str:
    return f"Basis: {basis}{UNCHECKED if certainty is Certainty.UNVERIFIED else ''}"


def _plain(code: str) -> str:
    return code.replace("_", " ")


def _listed(names: Iterable[object], last: str = "and") -> str:
    plain = [_plain(str(name)) for name in names]
    return f" {last} ".join([", ".join(plain[:-1]), plain[-1]]) if len(plain) > 1 else "".join(plain)
