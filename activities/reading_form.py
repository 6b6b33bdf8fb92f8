"""Says what the online form of an organisation may promise: the words of its procedure, and by when somebody hears."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy.ext.asyncio import AsyncSession

from activities.acts.case import Refused, calendars_of
from activities.acts.governing import governing
from contracts.clocks import Effect
from db.models.organisation import Organisation
from policies.clock_rules import StartEvent, Unit
from policies.clocks import derive
from policies.procedure import Procedure
from policies.procedure_rules import Matter


@dataclass(frozen=True, slots=True, kw_only=True)
class FormRead:
    """What people are called under a procedure, and the first day that it promises to somebody who wrote on a day."""

    person: str
    staff: str
    ombudsman: str
    procedure: str
    hears_by: date | None


async def form_read(session: AsyncSession, organisation: Organisation, matter: str, on: date) -> FormRead | None:
    """Return what holds for a matter that comes in by the form on a day; None where no procedure governs it."""
    try:
        rules = await governing(session, organisation, Matter(matter), on)
    except Refused:
        return None
    words = rules.procedure.vocabulary
    return FormRead(
        person=words.person,
        staff=words.staff,
        ombudsman=words.ombudsman,
        procedure=words.procedure,
        hears_by=await _first_promise(session, organisation, rules.procedure, on),
    )


async def _first_promise(
    session: AsyncSession, organisation: Organisation, procedure: Procedure, on: date
) -> date | None:
    calendars = await calendars_of(session, organisation.nation, organisation.id)
    first = procedure.stages[0].code
    due = [
        derive(rule, started_on=on, calendars=calendars).due_on
        for rule in procedure.clocks_started_by(StartEvent.RECEIPT, stage=first, channel="electronic")
        if rule.effect is not Effect.INTERNAL and rule.unit is not Unit.DATE
    ]
    return min(due, default=None)
