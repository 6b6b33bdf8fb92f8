"""Which version of which procedure governs a matter of an organisation, and with whose figures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.ext.asyncio import AsyncSession

from activities.acts.case import Refused
from contracts.failures import Refusal
from db.models.organisation import Adoption, Organisation
from db.queries import adoptions
from policies.calendars import Nation
from policies.procedure import FigureError, Procedure
from policies.procedure_files import INFORMAL, NoProcedureError, load_procedures
from policies.procedure_rules import Matter


@dataclass(frozen=True, slots=True, kw_only=True)
class Governing:
    """A procedure with its figures filled in, and the figures."""

    procedure: Procedure
    figures: dict[str, int]
    small_body: bool


async def governing(session: AsyncSession, organisation: Organisation, matter: Matter, on: date) -> Governing:
    """Return what governs a matter that an organisation received on a day. Refused where nothing does."""
    return governed(organisation, await adoptions.adoptions_of(session, organisation.id), matter, on)


def governed(organisation: Organisation, known: Sequence[Adoption], matter: Matter, on: date) -> Governing:
    """Return what governs a matter received on a day: what was adopted by then, else what is in force.

    `known` come with the latest first. Refused where no procedure was in force, or where one that must have the
    organisation's figures has none.
    """
    adopted = [each for each in known if each.adopted_from <= on]
    try:
        procedure = _adopted(organisation, matter, on, adopted)
    except NoProcedureError:
        raise Refused(Refusal.NO_PROCEDURE) from None
    own = next((each for each in adopted if each.procedure == procedure.code), None)
    try:
        figures = procedure.figures_with(own.figures if own is not None else {})
    except FigureError:
        raise Refused(Refusal.FIGURES_NOT_SET) from None
    return Governing(
        procedure=load_procedures().pinned(procedure.code, procedure.version, figures),
        figures=figures,
        small_body=own is not None and own.small_body,
    )


def _adopted(organisation: Organisation, matter: Matter, on: date, adopted: list[Adoption]) -> Procedure:
    """Return the version an organisation has adopted, while it is in force; else the one in force for its regime."""
    procedures = load_procedures()
    regime = organisation.regime if matter is Matter.COMPLAINT else INFORMAL
    for each in adopted:
        found = (
            procedures.on_day(each.procedure, on)
            if each.procedure_version is None
            else procedures.get(each.procedure, each.procedure_version)
        )
        if found.regime == regime and matter in found.matters and on <= (found.effective_until or date.max):
            return found
    return procedures.in_force(organisation.regime, Nation(organisation.nation), on, matter)
