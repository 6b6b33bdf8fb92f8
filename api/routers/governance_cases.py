"""The cases of interest of a panel: chosen, approved as they are to be told by another person, and withdrawn."""

from __future__ import annotations

from uuid import UUID, uuid5

from fastapi import APIRouter
from fastapi.responses import Response
from sqlalchemy.ext.asyncio import AsyncSession

from api.answers import reply
from api.dates import refuse_future
from api.governance_desk import GovernanceDeskDep, Matter, is_office, taking_part, tell
from api.office_desk import Entry, wrong
from api.openapi import problems
from api.problems import Problem
from api.routers.governance import SAYING
from api.schemas.governance import CaseDecisionSaid, CaseSaid, CaseWithdrawalSaid
from api.schemas.governance_shown import OccurrenceShown
from contracts.governance import OccurrenceState
from db.models.complaint import Complaint, Party
from db.models.governance import Governance
from db.models.governance_meeting import PanelCase
from db.queries import governance, governance_cases, governance_people, learning
from db.references import normalise

router = APIRouter(prefix="/v1/governance/{occurrence_id}", tags=["governance"])


@router.post("/cases", operation_id="choosePanelCase", response_model=OccurrenceShown,
             responses=problems(*SAYING, "step_not_open", "case_decided"))  # fmt: skip
async def choose_panel_case(desk: GovernanceDeskDep, occurrence_id: UUID, body: CaseSaid) -> Response:
    """Choose a case that the panel is told, and say how: with consent, or with nothing that tells who it is."""

    async def say(session: AsyncSession, matter: Matter) -> Entry:
        taking_part(desk, matter)
        if matter.row.kind != "panel" or matter.step.code not in ("choose", "hold"):
            raise Problem("step_not_open")
        complaint = await _complaint(session, desk, body.reference)
        await _refuse_own(session, desk, complaint.id)
        await _check_story(session, desk, complaint, body)
        case = await _case(session, matter, complaint, desk)
        unfit = await governance_cases.unfit(session, matter.row)
        if case.state not in ("proposed", "chosen", "left", "declined") and case.id not in unfit:
            raise Problem("case_decided")
        case.state, case.how, case.story = "chosen", body.how, body.story
        case.chosen_by, case.chosen_at, case.approved_by, case.approved_at = desk.person_id, desk.desk.now, None, None
        case.party_id = body.consent.party_id if body.consent else None
        case.consented_on = body.consent.given_on if body.consent else None
        case.evidence = body.consent.evidence if body.consent else None
        data = {"case_id": str(case.id), "complaint_id": str(complaint.id), "how": body.how}
        return Entry(kind="governance.case_chosen", subject_id=matter.row.id, data=data)

    return reply(await desk.say(occurrence_id, body, say), 200, {})


async def _complaint(session: AsyncSession, desk: GovernanceDeskDep, reference: str) -> Complaint:
    stored = normalise(reference)
    organisation_id = desk.desk.who.organisation_id
    found = None if stored is None else await governance_cases.by_reference(session, organisation_id, stored)
    if found is None:
        raise wrong("/reference", "unknown_complaint", "No complaint of the organisation has this reference.")
    return found


async def _check_story(session: AsyncSession, desk: GovernanceDeskDep, complaint: Complaint, said: CaseSaid) -> None:
    if (said.how == "with_consent") != (said.consent is not None):
        raise wrong("/consent", "with_consent_alone", "A story that is told with consent says whose it is.")
    if said.consent is None:
        names = await learning.names_in_case(session, complaint.id)
        if desk.desk.parts.governing.names_somebody(said.story, names):
            raise wrong("/story", "names_somebody", "Somebody of the case is named in it.")
        return
    party = await session.get(Party, said.consent.party_id)
    if party is None or party.complaint_id != complaint.id:
        raise wrong("/consent/partyId", "unknown_party", "This is nobody of the complaint.")
    if governance_cases.cannot_consent(party) is not None:
        raise wrong("/consent/partyId", "cannot_consent", "They have died, or are no part of the complaint any more.")


async def _case(session: AsyncSession, matter: Matter, complaint: Complaint, desk: GovernanceDeskDep) -> PanelCase:
    """Return the case of a complaint on a panel; one that nobody proposed is put there."""
    case_id = uuid5(matter.row.id, f"case/{complaint.id}")
    case = await session.get(PanelCase, case_id, with_for_update=True)
    if case is None:
        case = PanelCase(
            id=case_id, organisation_id=matter.row.organisation_id, complaint_id=complaint.id,
            occurrence_id=matter.row.id, why="chosen", state="proposed", proposed_at=desk.desk.now,
        )  # fmt: skip
        session.add(case)
    return case


@router.post("/cases/{case_id}/approval", operation_id="approvePanelCase", response_model=OccurrenceShown,
             responses=problems(*SAYING, "case_decided", "another_person_needed", "story_unfit"))  # fmt: skip
async def approve_panel_case(
    desk: GovernanceDeskDep, occurrence_id: UUID, case_id: UUID, body: CaseDecisionSaid
) -> Response:
    """Approve how a case is told, or decline it, as another person than whoever chose it."""

    async def say(session: AsyncSession, matter: Matter) -> Entry:
        taking_part(desk, matter)
        case = await _of(session, matter.row, case_id)
        if case.state != "chosen":
            raise Problem("case_decided")
        if case.chosen_by == desk.person_id:
            raise Problem("another_person_needed")
        await _refuse_own(session, desk, case.complaint_id)
        if body.approved and case.id in await governance_cases.unfit(session, matter.row):
            raise Problem("story_unfit")
        case.state = "approved" if body.approved else "declined"
        case.approved_by, case.approved_at, case.ended_words = desk.person_id, desk.desk.now, body.words
        data = {"case_id": str(case.id), "approved": body.approved}
        return Entry(kind="governance.case_decided", subject_id=matter.row.id, data=data)

    return reply(await desk.say(occurrence_id, body, say, case_id), 200, {})


@router.post("/cases/{case_id}/withdrawal", operation_id="withdrawPanelCase", response_model=OccurrenceShown,
             responses=problems(*SAYING, "case_decided"))  # fmt: skip
async def withdraw_panel_case(
    desk: GovernanceDeskDep, occurrence_id: UUID, case_id: UUID, body: CaseWithdrawalSaid
) -> Response:
    """Withdraw a case, perhaps because consent was taken back, also after the meeting: its story is kept no more."""
    refuse_future(body, desk.desk.now)

    async def make(session: AsyncSession) -> Entry:
        occurrence = await governance.occurrence(session, occurrence_id, lock=True)
        if occurrence is None:
            raise Problem("not_found")
        seats = await governance_people.seats(session, occurrence.series_id, desk.desk.today)
        members = {each for seat in seats if seat.part != "distribution" for each in seat.may}
        if not is_office(desk.desk.who) and desk.person_id not in members:
            raise Problem("not_your_part")
        case = await _of(session, occurrence, case_id)
        if case.state == "withdrawn":
            raise Problem("case_decided")
        case.state, case.story, case.ended_words = "withdrawn", None, body.reason
        if occurrence.state == OccurrenceState.OPEN:
            governance.changed(occurrence, desk.desk.now)
        return Entry(kind="governance.case_withdrawn", subject_id=occurrence.id, data={"case_id": str(case.id)})

    shown = await desk.change(body, occurrence_id, case_id, make=make, occurrence_id=occurrence_id)
    if shown.state == OccurrenceState.OPEN:
        await tell(desk.desk.parts, desk.desk.who, occurrence_id)
    return reply(shown, 200, {})


async def _refuse_own(session: AsyncSession, desk: GovernanceDeskDep, complaint_id: UUID) -> None:
    """Raise a problem for somebody whom the complaint is about: they do not decide how it is told, nor learn why."""
    if await governance_cases.is_about(session, complaint_id, desk.person_id):
        raise Problem("not_your_part")


async def _of(session: AsyncSession, occurrence: Governance, case_id: UUID) -> PanelCase:
    case = await session.get(PanelCase, case_id, with_for_update=True)
    if case is None or case.occurrence_id != occurrence.id:
        raise Problem("not_found")
    return case
