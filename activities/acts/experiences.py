"""How it was, for the staff complained about and for the people outside: asked once, answered or declined.

What they answer is never put into the chain: whoever handles the case reads that, and must not read this.
"""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from activities.acts import apart, involved, ledger, left_in_peace, letters, reach, staff_letters, surveying
from activities.acts.apart import SURVEY
from activities.acts.case import Case, Refused, check, refuse_if
from activities.acts.ledger import Terms
from activities.acts.left_in_peace import Peace
from activities.acts.staff_outcome import IN_ERROR
from activities.acts.staff_records import EXPERIENCE, IN_VAIN, end_if_done
from contracts.failures import Refusal
from contracts.involvements import InvolvementState
from contracts.notices import NoticeState
from db.models.complaint import Party
from db.models.involvement import Involvement
from db.models.staff_comment import Experience
from db.queries import staff_comments
from db.staff_said import RecordExperience
from policies import lawful
from policies.reaching import CALL, is_safe
from policies.survey_files import PARTY, STAFF, answered_by, to_ask

HELD_BACK: Final = "held_back"
# How somebody answered whom a person asked.
_THROUGH: Final = {"letter": "paper", "call": "call", "in_person": "interview", "video": "interview"}


async def record(case: Case, said: RecordExperience) -> None:
    """Record that somebody was asked how it was, what they answered, or that they would rather not say."""
    check(lawful.happened(said.on, received_on=case.complaint.received_on, today=case.on))
    refuse_if((said.party_id is None) == (said.involvement_id is None), Refusal.CONTRADICTS_RECORD)
    if said.step == "answered":
        await apart.check_who_records(case)
    if said.involvement_id is not None:
        await _of_staff(case, said, said.involvement_id)
    elif said.party_id is not None:
        await _of_party(case, said, said.party_id)


async def _of_staff(case: Case, said: RecordExperience, involvement_id: UUID) -> None:
    row = await _who_answers(case, said, involvement_id)
    refuse_if(row.outcome_told_on is not None and said.on < row.outcome_told_on, Refusal.CONTRADICTS_RECORD)
    if said.how == SURVEY:
        await _survey(case, said, row)
        return
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
    await _more_time(case, said, row)
    if _is_to_be_written(case, said):
        await staff_letters.draft(case, "staff_experience", {"statements": surveying.listed(to_ask(STAFF))}, row)


async def _more_time(case: Case, said: RecordExperience, row: Involvement) -> None:
    if await ledger.running(case, EXPERIENCE, row.id) is not None:
        # As long again to answer.
        await involved.begin(case, row, EXPERIENCE, said.on, Terms(cause="asked"))


async def _of_party(case: Case, said: RecordExperience, party_id: UUID) -> None:
    party = await case.session.get(Party, party_id)
    if party is None or party.complaint_id != case.complaint.id or party.replaced_by is not None:
        raise Refused(Refusal.UNKNOWN_PARTY)
    if said.how == SURVEY:
        await _survey(case, said, party)
        return
    if said.step == "asked":
        await _check_may_be_asked(case, said, party)
    await _write(case, said)
    if said.step == "asked" and _is_to_be_written(case, said):
        facts = {"statements": surveying.listed(to_ask(PARTY))}
        notice = await letters.to_person(case, "experience", facts, NoticeState.DRAFT, party)
        await case.session.flush()
        await letters.ask_for_release(case, notice)


async def _survey(case: Case, said: RecordExperience, to: Party | Involvement) -> None:
    """Ask as a feedback round does: what may not be asked now is written down, and asked in a later round."""
    refuse_if(case.complaint.open or case.complaint.stage == IN_ERROR, Refusal.NOT_IN_THIS_STAGE)
    peace = await surveying.peace_of(case, to if isinstance(to, Party) else None)
    row = await _write(case, said, peace)
    if peace is not None:
        return
    surveying.open_page(case, row, said)
    if isinstance(to, Involvement):
        case.involved.add(to.id)
        await _more_time(case, said, to)
    await surveying.write(case, row, said, to)


async def _check_may_be_asked(case: Case, said: RecordExperience, party: Party) -> None:
    """Refuse to ask somebody for whom it is not over, or who is to be left in peace."""
    complaint = case.complaint
    refuse_if(complaint.open or complaint.stage == IN_ERROR, Refusal.NOT_IN_THIS_STAGE)
    if (peace := await left_in_peace.of_party(case, party)) is not None:
        raise Refused(peace.refusal)
    unsafe = (await reach.needs(case, party)).unsafe
    refuse_if(said.how == CALL and not is_safe(CALL, unsafe), Refusal.UNSAFE_CHANNEL)


def _is_to_be_written(case: Case, said: RecordExperience) -> bool:
    """Say whether a letter is drafted: one that is dated earlier has been sent already."""
    return said.how == "letter" and said.on == case.on


async def _write(case: Case, said: RecordExperience, peace: Peace | None = None) -> Experience:
    """Write down what came of it: asked once, and answered or declined once, asked for or not."""
    row = await staff_comments.held_or_asked(case.session, party_id=said.party_id, involvement_id=said.involvement_id)
    asked_before = row is not None and row.asked_on is not None and said.step == "asked"
    refuse_if(asked_before or (row is not None and row.answered_on is not None), Refusal.NOTHING_CHANGES)
    refuse_if(said.step == "asked" and said.how is None, Refusal.REASON_NEEDED)
    refuse_if(said.step == "answered" and not (said.scores or said.words), Refusal.REASON_NEEDED)
    if row is None:
        row = _new(case, said)
        case.session.add(row)
    told_before = row.held_back
    if peace is not None:
        row.held_back, row.held_on, row.held_until = peace.cause, said.on, peace.until_or(said.on)
    elif said.step == "asked":
        _ask(row, said)
    else:
        _answer(case, row, said)
    await case.session.flush()
    if peace is None or told_before != peace.cause:
        _tell(case, row, said, peace)
    return row


def _tell(case: Case, row: Experience, said: RecordExperience, peace: Peace | None) -> None:
    """Put it into the chain: that it was asked or answered, and by which instrument. What was answered is not in it."""
    case.event(
        "experience.recorded",
        experience_id=row.id,
        step=said.step if peace is None else HELD_BACK,
        party_id=said.party_id,
        involvement_id=said.involvement_id,
        on=said.on,
        instrument=row.instrument,
        **({} if peace is None else {"cause": peace.cause, "until": row.held_until}),
    )


def _ask(row: Experience, said: RecordExperience) -> None:
    row.asked_on, row.asked_how, row.round_id = said.on, said.how, said.round_id
    row.instrument = to_ask(PARTY if said.party_id is not None else STAFF).name
    row.held_back = row.held_on = row.held_until = None


def _answer(case: Case, row: Experience, said: RecordExperience) -> None:
    """Write down an answer. Its statements are of the instrument that it is to, or it is refused."""
    if said.step == "answered":
        whose = PARTY if said.party_id is not None else STAFF
        statements = [each.statement for each in said.scores]
        found = answered_by(whose, said.instrument, row.instrument, statements)
        refuse_if(found is None or len(set(statements)) < len(statements), Refusal.CONTRADICTS_RECORD)
        assert found is not None
        row.instrument = found.name
    row.answered_on, row.answered_at, row.declined = said.on, case.at, said.step == "declined"
    row.answered_through = said.through or _THROUGH.get(row.asked_how or "")
    row.scores, row.words = _scores(said), said.words
    row.recorded_by = case.actor_id
    row.held_back = row.held_on = row.held_until = None


def _new(case: Case, said: RecordExperience) -> Experience:
    return Experience(
        id=case.new_id("experience"),
        organisation_id=case.complaint.organisation_id,
        complaint_id=case.complaint.id,
        party_id=said.party_id,
        involvement_id=said.involvement_id,
        declined=False,
        scores={},
        recorded_by=case.actor_id,
        act_id=case.act.act_id,
        said_at=case.at,
    )


def _scores(said: RecordExperience) -> dict[str, Any]:
    return {each.statement: each.score for each in said.scores}
