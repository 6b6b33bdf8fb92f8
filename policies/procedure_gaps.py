"""Checks of what the rules of a procedure name in each other: ends of commands, what a gate asks for, who signs.

What is found here would not stop a process: it would let a gate stand open, or shut for ever. Nothing reads a file.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from contracts.commands import CommandKind
from policies.procedure import Procedure
from policies.procedure_checks import Fault, reachable
from policies.procedure_rules import Requirement, Source, TierKind

_K: Final = CommandKind
_R: Final = Requirement
# The ends that a command can have, as moves and gates name them.
ENDS: Final = {
    _K.RESOLVE: ("satisfied", "not_satisfied"),
    _K.TELL_LEAD: ("accept", "decline", "submission"),
    _K.HEAR_LEAD: ("invitation", "revision", "approved", "consent_ended", "released"),
}
# What ends a complaint wherever it is said.
_ENDING: Final = (_K.CLOSE, _K.WITHDRAW, _K.EXEMPT)
# What puts on record what a gate asks for. What is not here is there unless something else was said.
MET_BY: Final[dict[Requirement, tuple[CommandKind, ...]]] = {
    _R.ROUTES_SCREENED: (_K.SCREEN_ROUTES,),
    _R.WRITTEN_RECORD_SENT: (_K.RELEASE_NOTICE,),
    _R.ISSUES_CONFIRMED: (_K.CONFIRM_ISSUES,),
    _R.PLAN_SHARED: (_K.SHARE_PLAN,),
    _R.INVESTIGATOR_CLEAR: (_K.APPOINT,),
    _R.FINDINGS_COMPLETE: (_K.RECORD_FINDING,),
    _R.VIEWS_SHARED: (_K.SHARE_VIEWS, _K.SKIP_VIEWS),
    _R.RESPONSE_COMPLETE: (_K.DRAFT_RESPONSE,),
    _R.RESPONSE_CLEARED: (_K.CLEAR_RESPONSE,),
    _R.CODING_COMPLETE: (_K.SET_CODING,),
    _R.ANSWER_GIVEN: (_K.RESOLVE,),
    _R.ESCALATION_ACKNOWLEDGED: (_K.ACKNOWLEDGE_ESCALATION,),
}


def gaps(procedure: Procedure) -> Iterator[Fault]:
    """Yield what the rules name that is nowhere, and what they ask for that nobody can do."""
    for name in ("moves", "gates"):
        for number, rule in enumerate(getattr(procedure, name)):
            known = ENDS.get(rule.command, ())
            if rule.when is not None and rule.when not in known:
                why = f"{rule.command} has no such end: there is {', '.join(known) or 'one only, without a name'}"
                yield Fault(place=(name, number, "when"), why=why)
    yield from _without_end(procedure)
    yield from _shut(procedure)
    lawful = {command for stage in procedure.stages for command in procedure.allowed_in(stage.code)}
    if _K.RESPOND in lawful and not procedure.signatories:
        yield Fault(place=("signatories",), why="a response is lawful, and nobody may sign it")
    for number, element in enumerate(procedure.elements):
        outside = any(tier.kind is not TierKind.INTERNAL for tier in procedure.tiers)
        if element.source is Source.OMBUDSMAN and not outside:
            yield Fault(place=("elements", number, "source"), why="no tier outside says where a person can go")


def _without_end(procedure: Procedure) -> Iterator[Fault]:
    for number, stage in enumerate(procedure.stages):
        for command in _ENDING:
            lawful = command in procedure.allowed_in(stage.code)
            if lawful and not procedure.is_terminal(procedure.after(stage.code, command)):
                why = f"{command} is lawful here and no move says in which stage it ends"
                yield Fault(place=("stages", number), why=why)


def _shut(procedure: Procedure) -> Iterator[Fault]:
    for number, gate in enumerate(procedure.gates):
        every = [stage.code for stage in procedure.stages if gate.command in procedure.allowed_in(stage.code)]
        for place, requirement in enumerate(gate.requires):
            by = MET_BY.get(requirement, ())
            shut = [stage for stage in gate.stages or every if by and not _could_be_met(procedure, by, stage)]
            if shut:
                why = f"{requirement}: before it comes to {', '.join(shut)} no {' or '.join(by)} is lawful"
                yield Fault(place=("gates", number, "requires", place), why=why)


def _could_be_met(procedure: Procedure, by: tuple[CommandKind, ...], stage: str) -> bool:
    able = [each.code for each in procedure.stages if set(by) & set(procedure.allowed_in(each.code))]
    return any(stage in reachable(procedure, [each]) for each in able)
