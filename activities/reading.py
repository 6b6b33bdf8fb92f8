"""Looks at a case without changing it: what the gates of its procedure lack, by the very checks that refuse."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from activities.acts import joint_readings
from activities.acts.case import Case, calendars_of
from activities.acts.gates import CHECKS
from contracts.acts import Act
from contracts.code import Code
from contracts.commands import CommandKind
from db.models.complaint import Complaint
from db.models.organisation import Organisation
from policies.procedure_files import load_procedures
from policies.procedure_rules import GateRule


@dataclass(frozen=True, slots=True, kw_only=True)
class GateStanding:
    """A gate of the stage in which a case stands: what it requires, and what of that is missing."""

    command: CommandKind
    when: str | None
    requires: tuple[str, ...]
    missing: tuple[str, ...]
    legal_basis: str


async def gates_of(session: AsyncSession, complaint: Complaint, now: datetime) -> tuple[GateStanding, ...]:
    """Return every gate of what may be said about a complaint now, in the order of its procedure."""
    if not complaint.open:
        return ()
    with session.no_autoflush:
        case = await look(session, complaint, now)
        lawful = case.procedure.allowed_in(complaint.stage)
        gates = [
            gate
            for gate in case.procedure.gates
            if gate.command in lawful and (not gate.stages or complaint.stage in gate.stages)
        ]
        gates += [each for each in await _of_several_bodies(case) if each.command in lawful]
        asked = dict.fromkeys(requirement for gate in gates for requirement in gate.requires)
        holds = {requirement: await CHECKS[requirement](case) for requirement in asked}
    return tuple(
        GateStanding(
            command=gate.command,
            when=gate.when,
            requires=tuple(each.value for each in gate.requires),
            missing=tuple(each.value for each in gate.requires if not holds[each]),
            legal_basis=gate.legal_basis,
        )
        for gate in gates
    )


async def _of_several_bodies(case: Case) -> list[GateRule]:
    """Return what is asked for because other bodies contribute, whatever the procedure says."""
    found = []
    for command in joint_readings.GATED:
        if requires := await joint_readings.required(case, command):
            found.append(GateRule(command=command, requires=requires, legal_basis=joint_readings.BASIS))
    return found


async def look(session: AsyncSession, complaint: Complaint, now: datetime) -> Case:
    """Put together a case that nothing is done to. Its act has no command, and is never stored."""
    looking = Act(
        act_id=complaint.id,
        organisation_id=complaint.organisation_id,
        complaint_id=complaint.id,
        now=now,
        stage=Code(complaint.stage),
    )
    return Case(
        session=session,
        act=looking,
        organisation=await session.get_one(Organisation, complaint.organisation_id),
        complaint=complaint,
        procedure=load_procedures().governing(complaint),
        calendars=await calendars_of(session, complaint.nation, complaint.organisation_id),
    )
