"""How it was, for the staff complained about and for the people outside: asked once, answered or declined."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from activities.acts import involved, ledger, letters, reach, silence, staff_letters
from activities.acts.case import Case, Refused, check, refuse_if
from activities.acts.ledger import Terms
from activities.acts.staff_outcome import IN_ERROR
from activities.acts.staff_records import EXPERIENCE, IN_VAIN, end_if_done
from contracts.failures import Refusal
from contracts.involvements import InvolvementState
from contracts.notices import NoticeState
from db.models.complaint import Party
from db.models.involvement import Involvement
from db.models.staff_comment import Experience
from db.queries import acts, staff_comments, tiers
from db.queries.response import affected_of
from db.staff_said import RecordExperience
from policies import lawful
from policies.calendars import local_date
from policies.reaching import CALL, is_safe

# Whoever lost somebody is left in peace for so long.
MOURNING: Final = timedelta(weeks=8)
STATEMENTS: Final = {
    "knew_what_was_happening": "I knew what was happening",
    "listened_to": "I was listened to",
    "treated_fairly": "I was treated fairly",
    "supported": "I was supported when I needed it",
    "understood_outcome": "I understood the outcome, and the reasons for it",
    "would_trust_again": "I would trust the organisation to deal with something like this again",
}


async def record(case: Case, said: RecordExperience) -> None:
    """Record that somebody was asked how it was, what they answered, or that they would rather not say."""
    check(lawful.happened(said.on, received_on=case.complaint.received_on, today=case.on))
    refuse_if((said.party_id is None) == (said.involvement_id is None), Refusal.CONTRADICTS_RECORD)
    if said.involvement_id is not None:
        await _of_staff(case, said, said.involvement_id)
    elif said.party_id is not None:
        await _of_party(case, said, said.party_id)


async def _of_staff(case: Case, said: RecordExperience, involvement_id: UUID) -> None:
    row = await _who_answers(case, said, involvement_id)
    refuse_if(row.outcome_told_on is not None and said.on < row.outcome_told_on, Refusal.CONTRADICTS_RECORD)
    case.involved.add(row.id)
    await _write(case, said)
    if said.step == "asked":
        involved.refuse_own(case, row)
        await _ask_staff(case, said, row)
        return
    await ledger.meet_if_running(case, EXPERIENCE, said.on, row.id)
    await end_if_done(case, row)


async def _who_answers(case: Case, said: RecordExperience, involvement_id: UUID) -> Involvement:
    """Return the involvement of somebody who knows the outcome. An answer that comes late is an answer all the same."""
    row = await case.session.get(Involvement, involvement_id)
    mine = row is not None and row.complaint_id == case.complaint.id
    if row is not None and mine and row.ended_cause == IN_VAIN and said.step != "asked":
        return row
    row = await involved.find_told(case, involvement_id)
    refuse_if(row.state != InvolvementState.OUTCOME_TOLD.value, Refusal.NOT_IN_THIS_STAGE)
    return row


async def _ask_staff(case: Case, said: RecordExperience, row: Involvement) -> None:
    if await ledger.running(case, EXPERIENCE, row.id) is not None:
        # As long again to answer.
        await involved.begin(case, row, EXPERIENCE, said.on, Terms(cause="asked"))
    if _is_to_be_written(case, said):
        await staff_letters.draft(case, "staff_experience", {"statements": _listed()}, row)


async def _of_party(case: Case, said: RecordExperience, party_id: UUID) -> None:
    party = await case.session.get(Party, party_id)
    if party is None or party.complaint_id != case.complaint.id or party.replaced_by is not None:
        raise Refused(Refusal.UNKNOWN_PARTY)
    if said.step == "asked":
        await _check_may_be_asked(case, said, party)
    await _write(case, said)
    if said.step == "asked" and _is_to_be_written(case, said):
        notice = await letters.to_person(case, "experience", {"statements": _listed()}, NoticeState.DRAFT, party)
        await case.session.flush()
        await letters.ask_for_release(case, notice)


async def _check_may_be_asked(case: Case, said: RecordExperience, party: Party) -> None:
    """Refuse to ask somebody for whom it is not over, or who is to be left in peace."""
    complaint = case.complaint
    refuse_if(complaint.open or complaint.stage == IN_ERROR, Refusal.NOT_IN_THIS_STAGE)
    refuse_if(party.retired_at is not None, Refusal.UNKNOWN_PARTY)
    refuse_if(party.death_known_at is not None, Refusal.PERSON_HAS_DIED)
    refuse_if(await silence.is_kept(case), Refusal.QUIET_UNTIL_SWITCH)
    refuse_if(complaint.stop_contact or complaint.hold, Refusal.CONTACT_ON_HOLD)
    outside = [step for step in await tiers.steps_of(case.session, complaint.id) if step.kind == "ombudsman"]
    refuse_if(bool(outside) or await acts.is_reopened(case.session, complaint.id), Refusal.CONTACT_ON_HOLD)
    refuse_if(await _in_mourning(case), Refusal.CONTACT_ON_HOLD)
    unsafe = (await reach.needs(case, party)).unsafe
    refuse_if(said.how == CALL and not is_safe(CALL, unsafe), Refusal.UNSAFE_CHANNEL)


async def _in_mourning(case: Case) -> bool:
    """Say whether whom the complaint is about died a short while ago, as far as is known."""
    for each in await affected_of(case.session, case.complaint.id):
        known = local_date(each.death_known_at) if each.death_known_at is not None else None
        died = each.died_on or known
        if died is not None and case.on < died + MOURNING:
            return True
    return False


def _is_to_be_written(case: Case, said: RecordExperience) -> bool:
    """Say whether a letter is drafted: one that is dated earlier has been sent already."""
    return said.how == "letter" and said.on == case.on


async def _write(case: Case, said: RecordExperience) -> None:
    """Write down what came of it: asked once, and answered or declined once, asked for or not."""
    row = await staff_comments.experience_of(case.session, party_id=said.party_id, involvement_id=said.involvement_id)
    again = row is not None and (said.step == "asked" or row.answered_on is not None)
    refuse_if(again, Refusal.NOTHING_CHANGES)
    refuse_if(said.step == "asked" and said.how is None, Refusal.REASON_NEEDED)
    refuse_if(said.step == "answered" and not (said.scores or said.words), Refusal.REASON_NEEDED)
    if row is None:
        row = _new(case, said)
        case.session.add(row)
    if said.step != "asked":
        row.answered_on, row.declined = said.on, said.step == "declined"
        row.scores, row.words = _scores(said), said.words
        row.recorded_by = case.actor_id
    await case.session.flush()
    case.event(
        "experience.recorded",
        experience_id=row.id,
        step=said.step,
        party_id=said.party_id,
        involvement_id=said.involvement_id,
        on=said.on,
    )


def _new(case: Case, said: RecordExperience) -> Experience:
    asked = said.step == "asked"
    return Experience(
        id=case.new_id("experience"),
        organisation_id=case.complaint.organisation_id,
        complaint_id=case.complaint.id,
        party_id=said.party_id,
        involvement_id=said.involvement_id,
        asked_on=said.on if asked else None,
        asked_how=said.how if asked else None,
        declined=False,
        scores={},
        recorded_by=case.actor_id,
        act_id=case.act.act_id,
        said_at=case.at,
    )


def _scores(said: RecordExperience) -> dict[str, Any]:
    return {each.statement: each.score for each in said.scores}


def _listed() -> str:
    return "\n".join(f"- {each}: 1 2 3 4 5" for each in STATEMENTS.values())
