"""An incident under the duty of candour: flagged, assessed, and ended when nothing is owed any more (R-33).

It runs beside the complaint: nothing here asks whether that is open.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from activities.acts import beside, consents, ledger, letters
from activities.acts.case import Case, Refused, check, refuse_if
from activities.acts.ledger import Terms
from contracts.failures import Refusal
from contracts.proceedings import CandourState, ProceedingKind
from db.candour_said import AssessIncident, EndCandour, FlagIncident
from db.models.candour import Incident, IncidentAssessment
from db.models.complaint import Party
from db.models.proceeding import Proceeding
from db.queries import candour as rows
from db.queries import involvements, people, proceedings, tasks
from db.queries.complaint_reads import parties_of
from policies import candour_files
from policies import candouring as rules
from policies.candour_files import CandourRules

ASSESSMENT: Final = "candour_assessment"
NOTICE: Final = "candour_notice"
EXPLANATION: Final = "candour_explanation"
WRITTEN: Final = "candour_written"
RESULTS: Final = "candour_results"
SUPPORT: Final = "candour_support"
_MANAGER: Final = "complaints_manager"
_END_WITHIN: Final = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Owed:
    """An incident in the hands of an act, with its proceeding and its rules."""

    incident: Incident
    row: Proceeding
    rules: CandourRules


async def flag(case: Case, said: FlagIncident) -> None:
    """Open candour about what may be a notifiable safety incident, under the rules of the nation."""
    check(rules.known(said.became_known_on, said.happened_on, case.on))
    about = await _about(case, said)
    found = candour_files.rules_for(case.complaint.nation)
    row = await beside.begin(case, ProceedingKind.CANDOUR, CandourState.FLAGGED, found.code)
    incident = _incident(case, said, row, found, about)
    case.session.add(incident)
    await case.session.flush()
    case.event(
        "candour.flagged",
        proceeding_id=row.id,
        rules=found.code,
        rules_version=found.version,
        became_known_on=said.became_known_on,
        party_id=incident.about_party_id,
    )
    await ask(case, row, "assess_incident", _MANAGER, ASSESSMENT, case.on, Terms(cause="flagged"))


async def assess(case: Case, said: AssessIncident) -> None:
    """Decide whether an incident is notifiable. What is not ends, with the reasons; new facts are flagged anew."""
    owed = await find_live(case, said.incident_id)
    person_id = await _assessor(case)
    threshold = rules.reached((each.value for each in owed.rules.threshold), said.harm)
    contradicts = rules.needs_reasons(notifiable=said.notifiable, reaches=threshold)
    refuse_if(contradicts and not said.reasons, Refusal.REASON_NEEDED)
    incident = owed.incident
    same = (incident.notifiable, incident.harm) == (said.notifiable, said.harm)
    refuse_if(same, Refusal.NOTHING_CHANGES)
    first = not incident.notifiable
    incident.notifiable, incident.harm, incident.threshold = said.notifiable, said.harm, threshold
    number = await rows.next_assessment(case.session, incident.id)
    _keep_assessment(case, owed, said, number, person_id)
    case.event(
        "candour.assessed",
        proceeding_id=incident.id,
        number=number,
        notifiable=said.notifiable,
        harm=said.harm,
        threshold=threshold,
    )
    beside.touch(case, owed.row)
    await settle(case, owed, ASSESSMENT, "assess_incident", case.on)
    if not said.notifiable:
        await _end(case, owed, "not_notifiable")
    elif first:
        await _owe(case, owed)


async def end(case: Case, said: EndCandour) -> None:
    """End candour because nothing is owed any more, the person declined altogether, or nobody could be reached."""
    owed = await find_notifiable(case, said.incident_id)
    await _assessor(case)
    if said.cause == "declined":
        refuse_if(owed.incident.declined_on is None, Refusal.STILL_OWED)
    elif said.cause == "not_reached":
        given_up = await rows.is_given_up(case.session, owed.incident.id)
        refuse_if(owed.row.state != CandourState.NOT_REACHED or not given_up, Refusal.STILL_OWED)
        refuse_if(not said.reason, Refusal.REASON_NEEDED)
    elif missing := rules.owed(await standing(case, owed)):
        raise Refused(Refusal.STILL_OWED, missing)
    await _end(case, owed, said.cause, said.reason)


async def find_live(case: Case, incident_id: Any) -> Owed:
    """Return an incident of this very complaint whose candour has not ended."""
    row = await beside.find_live(case, ProceedingKind.CANDOUR, incident_id)
    incident = await rows.incident(case.session, row.id)
    return Owed(incident=incident, row=row, rules=candour_files.version_of(incident.rules, incident.rules_version))


async def find_notifiable(case: Case, incident_id: Any) -> Owed:
    """Return an incident that was assessed as notifiable."""
    owed = await find_live(case, incident_id)
    refuse_if(owed.incident.notifiable is None, Refusal.NOT_ASSESSED)
    refuse_if(not owed.incident.notifiable, Refusal.NOT_NOTIFIABLE)
    return owed


async def standing(case: Case, owed: Owed) -> rules.Standing:
    """Return what is on record of an incident, as the policy sees it."""
    incident_id = owed.incident.id
    return rules.Standing(
        state=owed.row.state,
        mandatory=owed.rules.mandatory,
        supported=await rows.is_supported(case.session, incident_id),
        written=await rows.is_written(case.session, incident_id),
        told_or_tried=await rows.is_told_or_tried(case.session, incident_id),
        open_enquiries=len(await rows.open_enquiries(case.session, incident_id)),
        drafts=len(await rows.drafts(case.session, incident_id)),
    )


async def ask(case: Case, row: Proceeding, task: str, role: str, kind: str, on: date, terms: Terms) -> None:
    """Start a clock of candour, and write the task that it is about."""
    clock = await beside.arm(case, row, kind, on, terms)
    await case.task(task, role, name=str(row.id), due_on=clock.due_on, clock_id=clock.id, subject_id=row.id)


async def settle(case: Case, owed: Owed, kind: str, task: str | None, on: date) -> None:
    """Meet a clock of candour if it runs, and end the task that was about it as done."""
    if task is not None:
        await tasks.end_open(
            case.session, case.complaint.id, at=case.at, subject_id=owed.row.id, kind=task, done_by=case.actor_id,
            done=True,
        )  # fmt: skip
    await ledger.meet_if_running(case, kind, on, owed.row.id)


async def look_whether_done(case: Case, owed: Owed) -> None:
    """Ask somebody to end candour once nothing is owed any more: it does not lie there without a next event."""
    task, complaint_id = "end_candour", case.complaint.id
    await case.session.flush()
    done = owed.row.ended_on is None and not rules.owed(await standing(case, owed))
    if not (done and rules.is_written_to(owed.row.state)) or await proceedings.running_clocks(
        case.session, owed.row.id
    ):
        await tasks.end_open(case.session, complaint_id, at=case.at, subject_id=owed.row.id, kind=task)
    elif not await tasks.is_open(case.session, complaint_id, task, owed.row.id):
        due_on = case.calendars.organisation.add_working_days(case.on, _END_WITHIN)
        await case.task(task, _MANAGER, name=str(owed.row.id), due_on=due_on, subject_id=owed.row.id)


def of(case: Case, owed: Owed, name: str) -> dict[str, Any]:
    """Return what every row about an incident has."""
    return {
        "id": case.new_id(f"candour/{name}/{owed.incident.id}"),
        "organisation_id": owed.incident.organisation_id,
        "complaint_id": owed.incident.complaint_id,
        "incident_id": owed.incident.id,
        "act_id": case.act.act_id,
    }


def _incident(case: Case, said: FlagIncident, row: Proceeding, found: CandourRules, about: Party | None) -> Incident:
    return Incident(
        id=row.id,
        organisation_id=row.organisation_id,
        complaint_id=row.complaint_id,
        rules=found.code,
        rules_version=found.version,
        words=said.words,
        became_known_on=said.became_known_on,
        happened_on=said.happened_on,
        about_party_id=about.id if about is not None else None,
        flagged_by=case.actor_id,
        flagged_on=case.on,
        act_id=case.act.act_id,
    )


def _keep_assessment(case: Case, owed: Owed, said: AssessIncident, number: int, person_id: Any) -> None:
    case.session.add(
        IncidentAssessment(
            **of(case, owed, "assessment"),
            number=number,
            notifiable=said.notifiable,
            harm=said.harm,
            threshold=owed.incident.threshold,
            reasons=said.reasons,
            assessed_by=person_id,
            assessed_on=case.on,
            said_at=case.at,
        )
    )


async def _owe(case: Case, owed: Owed) -> None:
    """Start what is owed to the person about a notifiable incident."""
    beside.move(case, owed.row, CandourState.NOTIFIABLE)
    terms = Terms(cause="notifiable")
    await ask(case, owed.row, "tell_of_incident", "owner", NOTICE, case.on, terms)
    if owed.rules.explain_after_working_days is not None:
        days = owed.rules.explain_after_working_days
        await beside.arm(case, owed.row, EXPLANATION, case.on, Terms(cause="notifiable", days=days))
    if not await rows.is_supported(case.session, owed.incident.id):
        await ask(case, owed.row, "offer_candour_support", "owner", SUPPORT, case.on, terms)


async def _end(case: Case, owed: Owed, cause: str, reason: str | None = None) -> None:
    await letters.discard(case, await rows.drafts(case.session, owed.incident.id), cause)
    await beside.end(case, owed.row, CandourState.ENDED, cause)
    owed.incident.end_reason = reason


async def _about(case: Case, said: FlagIncident) -> Party | None:
    """Return who was harmed, as was said; else whom the complaint is about."""
    if said.about_party_id is None:
        return consents.concerned(await parties_of(case.session, case.complaint.id))
    return await party_of(case, said.about_party_id)


async def party_of(case: Case, party_id: Any) -> Party:
    """Return somebody outside who is part of this complaint."""
    party = await case.session.get(Party, party_id)
    strange = party is None or party.complaint_id != case.complaint.id
    if party is None or strange or party.replaced_by is not None or party.retired_at is not None:
        raise Refused(Refusal.UNKNOWN_PARTY)
    return party


async def _assessor(case: Case) -> Any:
    """Return who acts: a manager or a senior by appointment, who is not complained about."""
    person_id = case.actor_id
    if person_id is None or not await people.holds_any(case.session, person_id, rules.ASSESSORS, case.on):
        raise Refused(Refusal.NOT_AUTHORISED)
    about = await involvements.live_of_person(case.session, case.complaint.id, person_id)
    refuse_if(about is not None and not case.complaint.small_body, Refusal.CONFLICT_OF_INTEREST)
    return person_id
