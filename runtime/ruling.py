"""The procedures as the API asks about them: the one place that answers from policies and the case file's own code."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime

from sqlalchemy.ext.asyncio import AsyncSession

from activities.acts.case import Refused
from activities.acts.governing import governed
from activities.rehearsing import dry_run
from api.rules import (
    AdoptionFault,
    ClockForeseen,
    FigureKnown,
    GoverningKnown,
    MoveForeseen,
    VersionKnown,
)
from contracts.failures import Refusal
from db.models.complaint import Complaint
from db.models.organisation import Adoption, Organisation
from policies.calendars import Nation
from policies.procedure import FigureError, Procedure
from policies.procedure_files import INFORMAL, NoProcedureError, load_procedures
from policies.procedure_rules import FigureRule, Matter
from policies.rehearsing import Change, Impact


class Ruling:
    """Answer from the procedures that are shipped."""

    def versions(self, organisation: Organisation) -> Sequence[VersionKnown]:
        """Return every version that an organisation could follow."""
        return [_known(each) for each in load_procedures().versions if _is_for(each, organisation)]

    def versions_of(self, code: str) -> Sequence[VersionKnown]:
        """Return every version of one procedure."""
        return [_known(each) for each in load_procedures().versions if each.code == code]

    def governing(
        self, organisation: Organisation, adoptions: Sequence[Adoption], matter: str, on: date
    ) -> GoverningKnown | Refusal:
        """Return what governs a matter received on a day, or why nothing does."""
        try:
            found = governed(organisation, adoptions, Matter(matter), on)
        except Refused as refused:
            return refused.refusal
        plain = load_procedures().get(found.procedure.code, found.procedure.version)
        return GoverningKnown(version=_known(plain), figures=found.figures, small_body=found.small_body)

    def adoption_faults(
        self, organisation: Organisation, code: str, version: int | None, figures: Mapping[str, int], on: date
    ) -> Sequence[AdoptionFault]:
        """Return what is wrong with adopting a procedure from a day on, with these figures."""
        procedures = load_procedures()
        named = [each for each in procedures.versions if each.code == code and _is_for(each, organisation)]
        if not named:
            return [_fault("/code", "unknown_procedure", "No procedure of this code is for this organisation.")]
        if version is not None and version not in {each.version for each in named}:
            return [_fault("/version", "unknown_version", "There is no such version of this procedure.")]
        try:
            found = procedures.on_day(code, on) if version is None else procedures.get(code, version)
        except NoProcedureError:
            return [_fault("/adoptedFrom", "not_in_force", "No version of the procedure is in force on that day.")]
        if not found.effective_from <= on <= (found.effective_until or date.max):
            return [_fault("/adoptedFrom", "not_in_force", "The version is not in force on that day.")]
        return list(_figure_faults(found, figures))

    async def foresee(self, session: AsyncSession, complaint: Complaint, version: int, now: datetime) -> MoveForeseen:
        """Say what moving a complaint to another version would do. It only reads."""
        found = await dry_run(session, complaint, version, now)
        if found.refusal is not None or found.procedure is None:
            impact = Impact.NOTHING if found.refusal is Refusal.NOTHING_CHANGES else Impact.BREAKS
            return MoveForeseen(impact=impact.value, refusal=found.refusal)
        foreseen = found.foreseen
        old = load_procedures().get(complaint.procedure, complaint.procedure_version)
        return MoveForeseen(
            impact=foreseen.impact.value,
            refusal=Refusal.WOULD_BREAK if foreseen.obstacles else None,
            obstacles=tuple((each.why.value, each.kind) for each in foreseen.obstacles),
            changes=tuple(_clock(each, found.procedure, old) for each in foreseen.changes),
            figures=found.figures or {},
        )


def _is_for(procedure: Procedure, organisation: Organisation) -> bool:
    return procedure.regime in (organisation.regime, INFORMAL) and Nation(organisation.nation) in procedure.nations


def _figure_faults(procedure: Procedure, figures: Mapping[str, int]) -> Iterator[AdoptionFault]:
    known = {rule.code: rule for rule in procedure.figures}
    for code in figures:
        if code not in known:
            yield _fault(f"/figures/{code}", "unknown_figure", "The procedure has no such figure.")
        elif not _fits(procedure, code, figures[code]):
            yield _fault(f"/figures/{code}", "out_of_bounds", _bounds(known[code]))
    for code, rule in known.items():
        if rule.default is None and code not in figures:
            yield _fault(f"/figures/{code}", "missing", f"The procedure has no figure of its own. {_bounds(rule)}")


def _fits(procedure: Procedure, code: str, value: int) -> bool:
    """Ask the procedure itself about one figure, with every other one set to what it may be."""
    others = {rule.code: rule.least for rule in procedure.figures if rule.default is None}
    try:
        procedure.figures_with(others | {code: value})
    except FigureError:
        return False
    return True


def _bounds(rule: FigureRule) -> str:
    return f"It is between {rule.least} and {rule.most} {rule.unit.value.replace('_', ' ')}."


def _fault(pointer: str, code: str, detail: str) -> AdoptionFault:
    return AdoptionFault(pointer=pointer, code=code, detail=detail)


def _clock(change: Change, new: Procedure, old: Procedure) -> ClockForeseen:
    rules = new if new.has_clock(change.kind) else old
    title = rules.clock(change.kind).title if rules.has_clock(change.kind) else change.kind
    return ClockForeseen(
        kind=change.kind, title=title, how=change.how.value, old_due_on=change.old_due_on, due_on=change.due_on
    )


def _known(procedure: Procedure) -> VersionKnown:
    return VersionKnown(
        code=procedure.code,
        version=procedure.version,
        title=procedure.title,
        regime=procedure.regime,
        effective_from=procedure.effective_from,
        effective_until=procedure.effective_until,
        legal_basis=procedure.legal_basis,
        figures=tuple(
            FigureKnown(
                code=rule.code,
                title=rule.title,
                unit=rule.unit.value,
                default=rule.default,
                least=rule.least,
                most=rule.most,
                legal_basis=rule.legal_basis,
                certainty=rule.certainty.value,
            )
            for rule in procedure.figures
        ),
    )
