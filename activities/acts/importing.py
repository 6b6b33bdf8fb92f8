"""A complaint comes from another system: the case is opened at the stage and with the clocks as they stand there.

Nothing is sent. What is on record of the days before it came here is taken as it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from activities.acts import coding
from activities.acts.case import Case, calendars_of, refuse_if
from activities.acts.governing import Governing, governed
from activities.acts.imported_clocks import Ledger, ended_at
from activities.acts.ledger import Terms
from activities.acts.opening import add_words
from contracts.acts import Act
from contracts.commands import CommandKind
from contracts.failures import Refusal
from db.imported import ImportCase
from db.models.act import Submission
from db.models.complaint import Complaint
from db.models.imports import ImportBatch
from db.models.organisation import Adoption, Organisation
from db.queries import adoptions, imports
from db.said import from_body
from policies import alarm_files, duty_files
from policies.calendars import local_date
from policies.clocks import Calendars
from policies.procedure import Procedure
from policies.procedure_rules import Matter

_IMPORTED: Final = "imported"
_ENDED: Final = frozenset({"closed", "withdrawn"})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Office:
    """What all the complaints of one transaction are held against, read once."""

    organisation: Organisation
    calendars: Calendars
    people: frozenset[UUID]
    teams: frozenset[UUID]
    batches: dict[UUID, ImportBatch]
    adoptions: list[Adoption]


async def open_imported(session: AsyncSession, asked: Sequence[Act]) -> list[Case]:
    """Create the rows of complaints at their stages, with their clocks met, stopped, breached or running as they are.

    All are of one organisation. Raises Refused for the first that may not be opened.
    """
    said = [await session.get_one(Submission, act.act_id) for act in asked]
    shapes = [_shape(each) for each in said]
    office = await _office(session, asked[0].organisation_id, {shape.import_id for shape in shapes})
    cases = [_case(session, *each, office) for each in zip(asked, said, shapes, strict=True)]
    # Complaints before what hangs on them, clocks before their versions: no relationship orders them.
    session.add_all([case.complaint for case in cases])
    await session.flush()
    ledgers = []
    for case, shape in zip(cases, shapes, strict=True):
        add_words(case, shape)
        _tell(case, shape, office.batches[shape.import_id].source_system)
        ledgers.append(_clocks(case, shape))
        session.add_all(ledgers[-1].rows)
    await session.flush()
    for case, placed in zip(cases, ledgers, strict=True):
        session.add_all(placed.versions)
        await _ask(case, placed)
    return cases


async def _ask(case: Case, placed: Ledger) -> None:
    """Write the tasks that a complaint has which came to the same stage here: an owner, and what follows a response."""
    for row in placed.rows:
        if row.kind == "allocation":
            await case.task("assign_owner", "complaints_manager", due_on=row.due_on)
        elif row.kind == "closing" and row.state == "running":
            await case.task("close_or_continue", "owner", name="responded")
            if case.procedure.coding is not None:
                await coding.ask_for_missing(case, at_once=True)


def _shape(said: Submission) -> ImportCase:
    shape = from_body(CommandKind.IMPORT, said.body)
    assert isinstance(shape, ImportCase)
    return shape


async def _office(session: AsyncSession, organisation_id: UUID, batches: Iterable[UUID]) -> _Office:
    organisation = await session.get_one(Organisation, organisation_id)
    return _Office(
        organisation=organisation,
        calendars=await calendars_of(session, organisation.nation, organisation.id),
        people=frozenset((await imports.people_by_name(session)).values()),
        teams=frozenset((await imports.teams_by_code(session)).values()),
        batches={each: await session.get_one(ImportBatch, each) for each in batches},
        adoptions=await adoptions.adoptions_of(session, organisation_id),
    )


def _case(session: AsyncSession, act: Act, said: Submission, imported: ImportCase, office: _Office) -> Case:
    rules = governed(office.organisation, office.adoptions, Matter.COMPLAINT, imported.received_on)
    refuse_if(imported.received_on > local_date(said.received_at), Refusal.DATE_IN_FUTURE)
    refuse_if(imported.owner_id is not None and imported.owner_id not in office.people, Refusal.UNKNOWN_OWNER)
    refuse_if(imported.team_id is not None and imported.team_id not in office.teams, Refusal.UNKNOWN_TEAM)
    return Case(
        session=session,
        act=act,
        organisation=office.organisation,
        complaint=_complaint(said, imported, office.organisation, rules),
        procedure=rules.procedure,
        calendars=office.calendars,
        said=said,
    )


def _tell(case: Case, imported: ImportCase, source_system: str) -> None:
    complaint = case.complaint
    case.event(
        "complaint.imported",
        reference=complaint.reference,
        import_id=imported.import_id,
        row=imported.row,
        source_system=source_system,
        procedure=complaint.procedure,
        procedure_version=complaint.procedure_version,
        stage=imported.stage,
        channel=imported.channel,
        received_on=imported.received_on,
        acknowledged_on=imported.acknowledged_on,
        period_set_on=imported.period_set_on,
        respond_by=imported.respond_by,
        relevant_until=imported.relevant_until,
        last_update_on=imported.last_update_on,
        responded_on=imported.responded_on,
        ended_on=imported.ended_on,
        outcome=imported.outcome,
        owner_id=complaint.owner_id,
        team_id=complaint.team_id,
        death=any(party.died or party.died_on is not None for party in imported.parties),
    )


def _clocks(case: Case, imported: ImportCase) -> Ledger:
    """Return the ledger with every clock of the procedure that has begun by now."""
    ledger, plain = Ledger(case=case), Terms(cause=_IMPORTED)
    ended_on = imported.ended_on
    answered_or_ended = imported.responded_on or ended_on
    ledger.place(
        "acknowledgement",
        imported.received_on,
        plain,
        met_on=imported.acknowledged_on,
        stopped_on=answered_or_ended,
    )
    ledger.place("relevant_period", imported.received_on, _six_months(imported), met_on=imported.responded_on,
                 stopped_on=ended_on)  # fmt: skip
    if imported.acknowledged_on is not None:
        ledger.place("settle_period", imported.acknowledged_on, plain, met_on=imported.period_set_on,
                     stopped_on=answered_or_ended)  # fmt: skip
    if imported.period_set_on is not None:
        _place_period(case, ledger, imported, imported.period_set_on)
    if imported.responded_on is not None:
        closed_on = ended_on if imported.stage == "closed" else None
        ledger.place("closing", imported.responded_on, plain, met_on=closed_on, stopped_on=ended_on)
    if case.complaint.open and case.complaint.owner_id is None:
        ledger.place("allocation", case.on, Terms(cause="unassigned"))
    return ledger


def _six_months(imported: ImportCase) -> Terms:
    if imported.relevant_until is None:
        return Terms(cause=_IMPORTED)
    # As an extension agreed here: so a change of calendar leaves the agreed day alone.
    return Terms(
        cause="extended",
        given=imported.relevant_until,
        agreed_by=imported.agreed_with,
        agreed_on=imported.relevant_agreed_on,
    )


def _place_period(case: Case, ledger: Ledger, imported: ImportCase, set_on: date) -> None:
    """Place the response period, and the rhythm of updates that was agreed with it."""
    terms = Terms(cause=imported.basis or _IMPORTED, given=imported.respond_by, agreed_by=imported.agreed_with)
    ledger.place("response_period", set_on, terms, met_on=imported.responded_on, stopped_on=imported.ended_on)
    told_on = max(set_on, imported.last_update_on or set_on)
    ledger.place(
        "next_update",
        told_on,
        Terms(cause=_IMPORTED, days=case.complaint.update_every_days),
        stopped_on=imported.responded_on or imported.ended_on,
    )


def _complaint(said: Submission, imported: ImportCase, organisation: Organisation, rules: Governing) -> Complaint:
    open_still = imported.stage not in _ENDED
    return Complaint(
        id=said.complaint_id,
        organisation_id=said.organisation_id,
        reference=said.reference,
        regime=organisation.regime,
        nation=organisation.nation,
        procedure=rules.procedure.code,
        procedure_version=rules.procedure.version,
        figures=rules.figures,
        duties=duty_files.newest().version,
        alarms_version=alarm_files.newest().version,
        small_body=rules.small_body,
        stage=imported.stage,
        open=open_still,
        version=0,
        owner_id=imported.owner_id,
        team_id=imported.team_id,
        import_id=imported.import_id,
        source_reference=imported.source_reference,
        channel=imported.channel,
        received_on=imported.received_on,
        logged_at=said.received_at,
        closed_at=None if open_still or imported.ended_on is None else ended_at(imported.ended_on, said.received_at),
        discussion=imported.discussion,
        update_every_days=_rhythm(imported, rules.procedure),
        outcome=imported.outcome,
        waiting_on=_waiting_on(imported) if open_still else None,
        stop_contact=False,
        hold=False,
        event_seq=0,
        event_head="",
    )


def _rhythm(imported: ImportCase, procedure: Procedure) -> int | None:
    """Return the rhythm that was agreed; where a period was set without one, the procedure's own."""
    if imported.period_set_on is None:
        return None
    return imported.update_every_days or procedure.clock("next_update").amount


def _waiting_on(imported: ImportCase) -> str:
    offered = imported.stage == "acknowledged" and imported.discussion is None
    return "complainant" if offered else "owner"
