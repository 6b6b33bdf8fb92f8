"""A complaint is logged: the case is opened under the procedure in force on the day of receipt."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from activities.acts import (
    bereavement,
    escalating,
    intake_letters,
    ledger,
    papers,
    part_of,
    people_of,
    silence,
    standing_for,
    taking_over,
    time_limit,
    triage,
)
from activities.acts.case import Case, Refused, calendars_of, check, refuse_if
from activities.acts.governing import Governing, governing
from activities.acts.ledger import Terms
from activities.acts.office import allocate
from contracts.acts import Act
from contracts.failures import Refusal
from db.imported import ImportCase
from db.models.act import Submission
from db.models.complaint import Complaint, ComplaintWords
from db.models.office import Unit
from db.models.organisation import Organisation, Person
from db.queries import acts, people
from db.said import Log
from policies import alarm_files, duty_files, intake
from policies.calendars import local_date
from policies.clock_rules import StartEvent
from policies.procedure_rules import Matter


async def open_case(session: AsyncSession, act: Act, said: Submission, log: Log) -> Case:
    """Create the complaint's rows, start its first clocks, and queue the bare receipt."""
    organisation = await session.get_one(Organisation, said.organisation_id)
    rules = await governing(session, organisation, Matter(log.matter), log.received_on)
    await _check_reopening(session, act, log)
    _check_said(log, local_date(said.received_at))
    complaint = _complaint(said, log, organisation, rules)
    complaint.owner_id = await _owner(session, log.owner_id)
    complaint.team_id = await _unit(session, log.team_id, "team")
    complaint.division_id = await _unit(session, log.division_id, "division")
    session.add(complaint)
    await session.flush()
    case = Case(
        session=session,
        act=act,
        organisation=organisation,
        complaint=complaint,
        procedure=rules.procedure,
        calendars=await calendars_of(session, organisation.nation, organisation.id),
        said=said,
    )
    add_words(case, log)
    await session.flush()
    await _begin(case, log)
    await triage.look_again(case, triage.OPENED)
    return case


async def _begin(case: Case, log: Log) -> None:
    complaint = case.complaint
    case.event(
        "complaint.logged",
        reference=complaint.reference,
        procedure=complaint.procedure,
        procedure_version=complaint.procedure_version,
        matter=log.matter,
        source=log.source,
        channel=log.channel,
        received_on=log.received_on,
        first_contact_on=log.first_contact_on,
        happened_on=log.happened_on,
        noticed_on=log.noticed_on,
        reopened_from=log.reopened_from,
        owner_id=complaint.owner_id,
        team_id=complaint.team_id,
        division_id=complaint.division_id,
        death=any(party.died or party.died_on is not None for party in log.parties),
    )
    if log.tier is not None:
        await _at_tier(case, log, log.tier)
    await ledger.begin(case, StartEvent.RECEIPT, log.received_on, Terms(cause="received"))
    await allocate(case)
    complaint.waiting_on = "owner"
    if log.unread:
        await papers.ask_to_read(case, papers.READ_INCOMING)
    await people_of.note_at_intake(case, log.parties)
    if log.matter == Matter.CONTRIBUTION.value:
        await part_of.open_part(case, log)
        return  # another body coordinates: it speaks with the person, and has decided what is decided at intake
    if log.transfer is not None:
        await taking_over.open_received(case, log.transfer)
    await intake_letters.answer_receipt(case)
    await bereavement.look(case)
    await time_limit.look(case)
    await standing_for.look(case)


async def _at_tier(case: Case, log: Log, tier: str) -> None:
    """Bring a reopened complaint to the tier that was asked for. Refused for one that reopens nothing."""
    original = None if log.reopened_from is None else await case.session.get(Complaint, log.reopened_from)
    if original is None:
        raise Refused(Refusal.WRONG_TIER)
    await escalating.begin_at_tier(case, tier, original, log.received_on)


def _check_said(log: Log, today: date) -> None:
    """Refuse days that cannot be in this order, and people who are not named. The door has said so before."""
    check(
        intake.taken_in(
            received_on=log.received_on,
            today=today,
            happened_on=log.happened_on,
            noticed_on=log.noticed_on,
            first_contact_on=log.first_contact_on,
        )
    )
    check(intake.people([party.role for party in log.parties], log.source))
    refuse_if((log.matter == Matter.CONTRIBUTION.value) != (log.part is not None), Refusal.CONTRADICTS_RECORD)
    refuse_if(log.transfer is not None and log.matter != Matter.COMPLAINT.value, Refusal.CONTRADICTS_RECORD)


async def _check_reopening(session: AsyncSession, act: Act, log: Log) -> None:
    if log.reopened_from is None:
        return
    # Locked, so that two reopenings of one complaint cannot both pass.
    original = await acts.lock_complaint(session, log.reopened_from)
    refuse_if(original is None or original.open, Refusal.ORIGINAL_NOT_CLOSED)
    again = await acts.is_reopened(session, log.reopened_from)
    refuse_if(again, Refusal.ALREADY_REOPENED)
    # Until then the other system speaks to these people: reopened here, they would be written to from both.
    silent = await silence.lasts(session, original.import_id if original else None, act.now)
    refuse_if(silent, Refusal.QUIET_UNTIL_SWITCH)


async def _owner(session: AsyncSession, owner_id: UUID | None) -> UUID | None:
    """Return the owner; nobody for one who has left since it was said, for what was taken in is opened.

    Refused for somebody who is not of this organisation.
    """
    if owner_id is None or await people.active_person(session, owner_id) is not None:
        return owner_id
    refuse_if(await session.get(Person, owner_id) is None, Refusal.UNKNOWN_OWNER)
    return None


async def _unit(session: AsyncSession, unit_id: UUID | None, kind: str) -> UUID | None:
    """Return the team or division; none for one that is no more since it was said. Refused for one of others."""
    if unit_id is None:
        return None
    known = await session.get(Unit, unit_id)
    refuse_if(known is None or known.kind != kind, Refusal.UNKNOWN_TEAM)
    return unit_id if await people.active_unit(session, unit_id) is not None else None


def _complaint(said: Submission, log: Log, organisation: Organisation, rules: Governing) -> Complaint:
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
        matter=log.matter,
        source=log.source,
        first_contact_on=log.first_contact_on,
        happened_on=log.happened_on,
        noticed_on=log.noticed_on,
        stage=rules.procedure.stages[0].code,
        open=True,
        version=0,
        channel=log.channel,
        received_on=log.received_on,
        logged_at=said.received_at,
        reopened_from=log.reopened_from,
        stop_contact=False,
        hold=False,
        event_seq=0,
        event_head="",
    )


def add_words(case: Case, log: Log | ImportCase) -> None:
    """Keep what the person said, and who they are."""
    owner = {
        "organisation_id": case.complaint.organisation_id,
        "complaint_id": case.complaint.id,
    }
    case.session.add(
        ComplaintWords(
            **owner,
            summary=log.summary,
            narrative=log.narrative,
            desired_outcome=log.desired_outcome,
        )
    )
    for number, party in enumerate(log.parties):
        people_of.write_party(case, party, people_of.intake_name(number))
