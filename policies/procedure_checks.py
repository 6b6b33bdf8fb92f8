"""Checks of a whole procedure that no single rule can make: what would leave a complaint stranded or a clock unmet.

A fault keeps a procedure from being used; a warning tells what somebody should look at. Nothing here reads a file.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Final

from contracts.clocks import Effect
from contracts.commands import CommandKind
from policies.clock_rules import Certainty, ClockRule, StartEvent
from policies.procedure import Procedure, Stage
from policies.procedure_rules import TierKind, WindowFrom
from policies.toml_lines import Place

SHORTEST_BASIS: Final = 10
CHANNELS: Final = frozenset({"oral", "written", "electronic", "assisted"})
_DRAFT: Final = "draft:"
_RULES: Final = ("clocks", "gates", "figures", "exclusions", "elements", "tiers")
_SINGLE_RULES: Final = ("time_limit", "exemption", "coding", "investigator")
_ORDER: Final = {TierKind.INTERNAL: 0, TierKind.INDEPENDENT: 1, TierKind.OMBUDSMAN: 2}

_K: Final = CommandKind
# What begins by itself: at receipt, or whenever a draft is written, a case lies without an owner, or a correction is
# asked for.
BY_ITSELF: Final = frozenset(
    {StartEvent.RECEIPT, StartEvent.DRAFT, StartEvent.UNASSIGNED, StartEvent.CORRECTION}
    | {StartEvent.FORMAT_OWED, StartEvent.NOTICE_FAILED}
    | {StartEvent.BODY_INVITED, StartEvent.BODY_ASKED, StartEvent.BODY_SUBMITTED, StartEvent.LEAD_DISPUTED}
    | {StartEvent.BODIES_ACCEPTED, StartEvent.JOINT_DRAFT, StartEvent.ACTION_PROMISED, StartEvent.PASSED_ON}
    | {StartEvent.LEAD_ASKED, StartEvent.LOWERING_ASKED}
    | {StartEvent.SENIOR_CALLED, StartEvent.SENIOR_HAS_IT, StartEvent.SENIOR_DECIDED}
    | {StartEvent.INCIDENT_FLAGGED, StartEvent.INCIDENT_NOTIFIABLE, StartEvent.INCIDENT_TOLD}
    | {StartEvent.REFERRAL_ASKED, StartEvent.REFERRAL_DECIDED}
    | {StartEvent.ACTION_PLANNED, StartEvent.ACTION_DONE}
)
# What begins every other event.
BEGUN_BY: Final[dict[StartEvent, tuple[CommandKind, ...]]] = {
    StartEvent.ACKNOWLEDGEMENT: (_K.ACKNOWLEDGE,),
    StartEvent.RESPONSE_PERIOD_SET: (_K.SET_RESPONSE_PERIOD,),
    StartEvent.UPDATE: (_K.SET_RESPONSE_PERIOD, _K.RECORD_UPDATE),
    StartEvent.RESPONSE: (_K.RESPOND, _K.RESOLVE),
    StartEvent.RESOLUTION: (_K.BEGIN_RESOLUTION,),
    StartEvent.MOVED_ON: (_K.MOVE_ON, _K.RESOLVE),
    StartEvent.ESCALATION: (_K.ESCALATE,),
    StartEvent.ISSUES: (_K.SET_ISSUES,),
    StartEvent.REQUEST: (_K.RAISE_REQUEST,),
    StartEvent.ANSWER: (_K.ANSWER_REQUEST,),
    StartEvent.REFERRAL: (_K.OPEN_PARALLEL,),
    StartEvent.HOLD: (_K.HOLD_ISSUES,),
    StartEvent.VIEWS: (_K.SHARE_VIEWS,),
    StartEvent.DRAFTING: (_K.SKIP_VIEWS, _K.RECORD_COMMENT, _K.CLEAR_RESPONSE),
    StartEvent.CLEARANCE: (_K.DRAFT_RESPONSE,),
    StartEvent.SIGNATURE: (_K.CLEAR_RESPONSE,),
    StartEvent.PROMISE: (_K.MAKE_PROMISE, _K.RECORD_CONTACT),
    StartEvent.STAFF_NAMED: (_K.NAME_STAFF,),
    StartEvent.DEFERRAL: (_K.DEFER_STAFF,),
    StartEvent.STAFF_TOLD: (_K.TELL_STAFF,),
    StartEvent.COMMENTS_INVITED: (_K.INVITE_STAFF,),
    StartEvent.TIMESCALE_CHANGED: (_K.EXTEND,),
    StartEvent.OUTCOME: (_K.RESPOND, _K.CLOSE, _K.WITHDRAW, _K.RESOLVE),
    StartEvent.OUTCOME_TOLD: (_K.INFORM_STAFF,),
    StartEvent.CONSENT_GIVEN: (_K.RECORD_CONSENT,),
    StartEvent.CONTACT_PLAN: (_K.DECIDE_CONTACT_PLAN,),
    StartEvent.APPEAL: (_K.APPEAL_CONTACT_PLAN,),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """Something wrong, or worth a look: where in the file, and why."""

    place: Place
    why: str


def faults(
    procedure: Procedure, *, templates: Collection[str] | None = None, handled: Collection[CommandKind] | None = None
) -> Iterator[Fault]:
    """Yield what is wrong with a procedure whose single rules are sound.

    `templates` are the letters that there are, `handled` the commands that somebody handles; left out, they are not
    compared with.
    """
    yield from _without_basis(procedure)
    yield from _stranded(procedure)
    yield from _gates(procedure)
    for number, rule in enumerate(procedure.clocks):
        yield from _clock(procedure, rule, ("clocks", number))
        if templates is not None:
            yield from _letters(rule, ("clocks", number), templates)
    yield from _channels(procedure)
    yield from _tiers(procedure)
    if handled is not None:
        yield from unhandled(procedure, handled)


def unhandled(procedure: Procedure, handled: Collection[CommandKind]) -> Iterator[Fault]:
    """Yield the commands that a procedure allows and nobody handles."""
    for number, stage in enumerate(procedure.stages):
        for place, command in enumerate(stage.commands):
            if command not in handled:
                yield Fault(place=("stages", number, "commands", place), why=f"nobody handles {command}")
    for place, command in enumerate(procedure.always):
        if command not in handled:
            yield Fault(place=("always", place), why=f"nobody handles {command}")


def warnings(procedure: Procedure) -> Iterator[Fault]:
    """Yield what is not checked against the official text, and what people will miss."""
    for number, rule in enumerate(procedure.clocks):
        if rule.certainty is Certainty.UNVERIFIED and rule.amount is not None:
            yield Fault(place=("clocks", number, "certainty"), why=_unchecked(rule))
    for name in ("figures", "exclusions", "tiers"):
        for number, each in enumerate(getattr(procedure, name)):
            if each.certainty is Certainty.UNVERIFIED:
                yield Fault(place=(name, number, "certainty"), why="not checked against the official text")
    for name in ("time_limit", "exemption"):
        single = getattr(procedure, name)
        if single is not None and single.certainty is Certainty.UNVERIFIED:
            yield Fault(place=(name, "certainty"), why="not checked against the official text")
    for number, tier in enumerate(procedure.tiers):
        if tier.window is None:
            yield Fault(place=("tiers", number), why="window: not said how long it is open to the person")
    ombudsmen = [tier.title for tier in procedure.tiers if tier.kind is TierKind.OMBUDSMAN]
    if ombudsmen and procedure.vocabulary.ombudsman not in ombudsmen:
        yield Fault(place=("vocabulary", "ombudsman"), why=f"the tiers name another: {', '.join(ombudsmen)}")


def _unchecked(rule: ClockRule) -> str:
    if rule.effect is Effect.STATUTORY:
        return f"{rule.amount} {rule.unit.value} of law are not checked against the official text"
    return f"{rule.amount} {rule.unit.value} are neither law nor a figure that an organisation could set: not checked"


def _without_basis(procedure: Procedure) -> Iterator[Fault]:
    rules: list[tuple[Place, object]] = [((), procedure)]
    rules += [((name, n), each) for name in _RULES for n, each in enumerate(getattr(procedure, name))]
    rules += [((name,), getattr(procedure, name)) for name in _SINGLE_RULES]
    for place, rule in rules:
        if rule is not None and len(getattr(rule, "legal_basis", "")) < SHORTEST_BASIS:
            yield Fault(
                place=(*place, "legal_basis"),
                why=f"too short to be found again: name the law or the page, in {SHORTEST_BASIS} signs or more",
            )


def _stranded(procedure: Procedure) -> Iterator[Fault]:
    """Yield stages that are entered from nowhere a complaint can be, and those from which none can ever end."""
    found = reachable(procedure, [procedure.stages[0].code])
    for number, stage in enumerate(procedure.stages):
        if stage.code not in found:
            yield Fault(place=("stages", number), why=f"nothing that begins in {procedure.stages[0].code} reaches it")
        elif not any(procedure.is_terminal(each) for each in reachable(procedure, [stage.code])):
            yield Fault(place=("stages", number), why="no complaint that stands here can ever end")


def _gates(procedure: Procedure) -> Iterator[Fault]:
    for number, gate in enumerate(procedure.gates):
        for place, stage in enumerate(gate.stages):
            if gate.command not in procedure.allowed_in(stage):
                why = f"{gate.command} is never lawful in {stage}: the gate stands before nothing"
                yield Fault(place=("gates", number, "stages", place), why=why)


def _clock(procedure: Procedure, rule: ClockRule, place: Place) -> Iterator[Fault]:
    starts = _stages_of_start(procedure, rule.starts)
    if not starts:
        by = ", ".join(BEGUN_BY[rule.starts])
        yield Fault(place=(*place, "starts"), why=f"nothing starts it: {by} is lawful in no stage")
        return
    narrowed = starts & set(rule.stages) if rule.stages else starts
    if not narrowed:
        yield Fault(
            place=(*place, "stages"), why=f"nothing starts it: no {rule.starts} comes in {_listed(rule.stages)}"
        )
        return
    ended = {*rule.met_by, *rule.stopped_by}
    runs = [stage for stage in reachable(procedure, narrowed, without=ended) if not procedure.is_terminal(stage)]
    if not any(command in procedure.allowed_in(stage) for stage in runs for command in rule.met_by):
        why = f"nothing that is lawful where it runs ({_listed(sorted(runs))}) meets it"
        yield Fault(place=(*place, "met_by"), why=why)


def _stages_of_start(procedure: Procedure, event: StartEvent) -> set[str]:
    """Return the stages in which a complaint can stand when an event comes, before or after what it moves."""
    if event is StartEvent.RECEIPT:
        return {procedure.stages[0].code}
    open_stages = [stage for stage in procedure.stages if not stage.terminal]
    if event in BY_ITSELF:
        return {stage.code for stage in open_stages}
    found: set[str] = set()
    for stage in open_stages:
        for command in BEGUN_BY[event]:
            if command in procedure.allowed_in(stage.code):
                found |= {stage.code, *(to for by, to in _ways(procedure, stage) if by is command)}
    return {stage for stage in found if not procedure.is_terminal(stage)}


def _letters(rule: ClockRule, place: Place, templates: Collection[str]) -> Iterator[Fault]:
    if rule.letter is not None and rule.letter not in templates:
        yield Fault(place=(*place, "letter"), why=f"there is no template {rule.letter}")
    for number, rung in enumerate(rule.rungs):
        for which, deed in enumerate(rung.does):
            if deed.startswith(_DRAFT) and deed.removeprefix(_DRAFT) not in templates:
                why = f"there is no template {deed.removeprefix(_DRAFT)}"
                yield Fault(place=(*place, "rungs", number, "does", which), why=why)


def _channels(procedure: Procedure) -> Iterator[Fault]:
    named: Iterable[tuple[Place, str]] = chain(
        ((("clocks", n, "channels", m), each) for n, clock in enumerate(procedure.clocks)
         for m, each in enumerate(clock.channels)),
        ((("exemption", "channels", m), each)
         for m, each in enumerate(procedure.exemption.channels if procedure.exemption else ())),
    )  # fmt: skip
    for place, channel in named:
        if channel not in CHANNELS:
            yield Fault(place=place, why=f"no complaint is made so: there are {_listed(sorted(CHANNELS))}")


def _tiers(procedure: Procedure) -> Iterator[Fault]:
    highest, entered = 0, set[str]()
    lawful = set(chain.from_iterable(procedure.allowed_in(stage.code) for stage in procedure.stages))
    for number, tier in enumerate(procedure.tiers):
        place: Place = ("tiers", number)
        if _ORDER[tier.kind] < highest:
            why = "out of order: tiers inside come first, then independent ones, then the Ombudsman"
            yield Fault(place=(*place, "kind"), why=why)
        highest = max(highest, _ORDER[tier.kind])
        if tier.enters is not None and (tier.enters in entered or procedure.is_terminal(tier.enters)):
            why = f"{tier.enters} is another tier's already, or an end"
            yield Fault(place=(*place, "enters"), why=why)
        entered |= {tier.enters} if tier.enters else set()
        if tier.enters is not None and CommandKind.ESCALATE not in lawful:
            yield Fault(place=place, why="nobody can ask for it: escalate is lawful in no stage")
        if (
            tier.window is not None
            and tier.window.starts is WindowFrom.RESPONSE
            and not lawful & {_K.RESPOND, _K.RESOLVE}
        ):
            yield Fault(place=(*place, "window"), why="it never opens: no response is lawful in any stage")


def reachable(procedure: Procedure, stages: Iterable[str], *, without: Collection[CommandKind] = ()) -> set[str]:
    """Return the stages to which complaints can come from some stages, these included, without some commands."""
    known = {stage.code: stage for stage in procedure.stages}
    found, left = set(stages), list(stages)
    while left:
        for command, to in _ways(procedure, known[left.pop()]):
            if command not in without and to not in found:
                found.add(to)
                left.append(to)
    return found


def _ways(procedure: Procedure, stage: Stage) -> Iterator[tuple[CommandKind, str]]:
    """Yield what leads out of a stage, and where to: moves, and tiers that a person may ask for."""
    for move in procedure.moves:
        if move.stage == stage.code:
            yield move.command, move.to
    if CommandKind.ESCALATE in procedure.allowed_in(stage.code):
        yield from ((CommandKind.ESCALATE, tier.enters) for tier in procedure.tiers if tier.enters is not None)


def _listed(names: Iterable[str]) -> str:
    return ", ".join(names) or "nowhere"
