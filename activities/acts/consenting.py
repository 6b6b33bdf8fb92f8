"""Consent is recorded, withdrawn, and ends with whoever gave it; what it no longer covers does not leave any more."""

from __future__ import annotations

from datetime import date
from typing import Final

from activities.acts import consents, ledger, letters, reach, splitting, transfers
from activities.acts.case import Case, Refused, refuse_if
from activities.acts.ledger import Terms
from contracts.commands import CommandKind
from contracts.failures import Refusal
from contracts.notices import NoticeState
from db.consent_said import RecordConsent, WithdrawConsent
from db.models.clock import ClockRow
from db.models.complaint import Party
from db.models.consent import Consent
from db.models.correction import Contact
from db.queries import consents as rows
from db.queries import notices, requests, tasks
from db.queries.complaint_reads import parties_of
from policies import consent, eligibility
from policies.clock_rules import OVERDUE
from policies.consent import GiverFacts, State

CLOCK: Final = "consent_expiry"
_RENEW: Final = "renew_consent"
# Without these nobody speaks for another because they were asked to.
_SPEAKING: Final = frozenset({"represent", "correspond"})
_ON_ITS_WAY: Final = frozenset({NoticeState.RELEASED.value, NoticeState.QUEUED.value})


async def record_consent(case: Case, said: RecordConsent) -> None:
    """Record that somebody agreed that another is told; it takes the place of an older one for the same."""
    people = await parties_of(case.session, case.complaint.id)
    await _check_people(case, said, people)
    await _check_evidence(case, said)
    refuse_if(said.given_on > case.on, Refusal.DATE_IN_FUTURE)
    refuse_if(said.expires_on is not None and said.expires_on <= case.on, Refusal.DATE_NOT_LATER)
    row = _row(case, said, await rows.next_number(case.session, case.complaint.id))
    older = [each for each in await rows.consents_of(case.session, case.complaint.id) if _is_same(each, said)]
    case.session.add(row)
    await case.session.flush()
    for each in older:
        each.superseded_by = each.superseded_by or row.id
        await ledger.meet_if_running(case, CLOCK, case.on, each.id)
        await _end_tasks(case, _RENEW, each)
    case.event(
        "consent.recorded",
        consent_id=row.id,
        number=row.number,
        scope=row.scope,
        recipient_id=row.recipient_id,
        body=row.body,
        giver_id=row.giver_id,
        giver_ground=row.giver_ground,
        basis=row.basis,
        given_on=row.given_on,
        expires_on=row.expires_on,
        after_death=row.after_death,
        superseded=len(older),
    )
    await _watch(case, row, consents.last_day(row, people))
    if row.body is not None:
        await splitting.consent_given(case, row.body)
        await transfers.consent_changed(case, row.body)
    if row.recipient_id is not None:
        await tasks.end_open(
            case.session, case.complaint.id, at=case.at, kind="consent_needed", subject_id=row.recipient_id,
            done_by=case.actor_id, done=True,
        )  # fmt: skip


async def withdraw_consent(case: Case, said: WithdrawConsent) -> None:
    """End a consent because whoever gave it, or the person concerned, took it back; stop what it no longer covers."""
    row = await case.session.get(Consent, said.consent_id)
    if row is None or row.complaint_id != case.complaint.id:
        raise Refused(Refusal.UNKNOWN_CONSENT)
    people = await parties_of(case.session, case.complaint.id)
    state = consent.state_of(consents.as_given(row, people), case.on)
    refuse_if(state is not State.IN_FORCE, Refusal.CONSENT_SETTLED)
    refuse_if(said.withdrawn_on > case.on, Refusal.DATE_IN_FUTURE)
    refuse_if(said.withdrawn_on < row.given_on, Refusal.CONTRADICTS_RECORD)
    about = consents.concerned(people)
    may = {row.giver_id} | ({about.id} if about is not None else set())
    refuse_if(said.withdrawn_by not in may, Refusal.UNKNOWN_PARTY)
    row.withdrawn_on, row.withdrawn_by, row.withdrawn_how = said.withdrawn_on, said.withdrawn_by, said.how
    row.withdrawn_words, row.withdrawn_at = said.words, case.at
    case.event(
        "consent.withdrawn",
        consent_id=row.id,
        scope=row.scope,
        recipient_id=row.recipient_id,
        body=row.body,
        withdrawn_on=said.withdrawn_on,
        withdrawn_by=said.withdrawn_by,
        how=said.how,
    )
    await _end(case, row, "consent_withdrawn")


async def giver_died(case: Case, party: Party) -> None:
    """End what somebody who has died had agreed to, but for what was given for after their death."""
    for row in await rows.consents_of(case.session, case.complaint.id):
        settled = row.superseded_by is not None or row.withdrawn_on is not None
        expired = row.expires_on is not None and case.on > row.expires_on
        if row.giver_id != party.id or row.after_death or settled or expired:
            continue
        case.event("consent.ended_by_death", consent_id=row.id, scope=row.scope, recipient_id=row.recipient_id)
        await _end(case, row, "giver_has_died")
        await case.task(_RENEW, "owner", name=str(row.id), subject_id=row.id)


async def ran_out(case: Case, clock: ClockRow, rung: str) -> None:
    """Stop what is on its way by a consent whose last day is over: what waits to be posted is not asked about again."""
    if clock.kind != CLOCK or rung != OVERDUE or clock.subject_id is None:
        return
    await _stop_uncovered(case, await case.session.get_one(Consent, clock.subject_id), "consent_expired")


async def _end(case: Case, row: Consent, cause: str) -> None:
    """Stop the clock on a consent that is over, and what is on its way to its recipient without another."""
    await case.session.flush()
    if clock := await ledger.running(case, CLOCK, row.id):
        await ledger.stop(case, clock, cause)
    await _end_tasks(case, _RENEW, row)
    await _stop_uncovered(case, row, cause)


async def _stop_uncovered(case: Case, row: Consent, cause: str) -> None:
    if row.body is not None:
        await splitting.consent_ended(case, row.body, cause)
        await transfers.consent_changed(case, row.body, cause)
    recipient = await case.session.get(Party, row.recipient_id) if row.recipient_id is not None else None
    if recipient is None:
        return
    for notice in await notices.to_people_outside(case.session, case.complaint.id, recipient.id):
        covered = await consents.may_be_told(case, recipient, notice.template)
        if notice.state in _ON_ITS_WAY and not covered:
            await letters.keep_back(case, notice, cause)
            await reach.ask(case, "notice_withheld", notice)
    if row.scope in _SPEAKING:
        await _ask_who_speaks(case, recipient)


async def _ask_who_speaks(case: Case, party: Party) -> None:
    """Have somebody decide anew whether a party may speak, or find out who may, where nobody decides that."""
    decides = CommandKind.DECIDE_STANDING in case.procedure.allowed_in(case.complaint.stage)
    speaks = eligibility.may_be_heard_for_another(party.role)
    if not case.complaint.open or not speaks or await consents.may_be_told(case, party, "update"):
        return
    kind, role = ("decide_standing", "complaints_manager") if decides else ("find_who_may_speak", "owner")
    if not await tasks.is_open(case.session, case.complaint.id, kind, party.id):
        await case.task(kind, role, name=str(party.id), subject_id=party.id)


async def _watch(case: Case, row: Consent, last_day: date | None) -> None:
    """Ask for a new consent in time. Nothing asks any more once the complaint has ended: then it just ends."""
    if last_day is not None and case.complaint.open:
        await ledger.arm(case, CLOCK, case.on, Terms(cause="consent_given", given=last_day), row.id)


async def _check_people(case: Case, said: RecordConsent, people: list[Party]) -> None:
    known = {each.id: each for each in people}
    giver = known.get(said.giver_id)
    if giver is None or said.recipient_id not in {None, *known}:
        raise Refused(Refusal.UNKNOWN_PARTY)
    refuse_if((said.recipient_id is None) == (said.body is None), Refusal.UNKNOWN_PARTY)
    recipient = known.get(said.recipient_id) if said.recipient_id is not None else None
    refuse_if(recipient is not None and recipient.retired_at is not None, Refusal.UNKNOWN_PARTY)
    refuse_if(recipient is not None and recipient.death_known_at is not None, Refusal.PERSON_HAS_DIED)
    about = consents.concerned(people)
    # Nobody has to agree that they are told about themselves.
    refuse_if(recipient is not None and about is not None and recipient.id == about.id, Refusal.CONTRADICTS_RECORD)
    refused = consent.giver_refused(
        GiverFacts(
            concerned=about is not None and giver.id == about.id,
            died=giver.death_known_at is not None,
            ground=said.giver_ground,
            born_on=about.born_on if about is not None else None,
            concerned_died=about is not None and about.death_known_at is not None,
        ),
        case.on,
    )
    if refused is not None:
        raise Refused(refused)


async def _check_evidence(case: Case, said: RecordConsent) -> None:
    """Refuse a consent without evidence on this very complaint; the law itself needs none."""
    missing = said.file_id is None and said.contact_id is None and said.basis != "statutory"
    refuse_if(missing, Refusal.REASON_NEEDED)
    if said.file_id is not None:
        there = await requests.attached(case.session, case.complaint.id, {said.file_id})
        refuse_if(there != 1, Refusal.UNKNOWN_FILE)
    if said.contact_id is not None:
        contact = await case.session.get(Contact, said.contact_id)
        refuse_if(contact is None or contact.complaint_id != case.complaint.id, Refusal.CONTRADICTS_RECORD)


def _is_same(row: Consent, said: RecordConsent) -> bool:
    return (row.scope, row.recipient_id, row.body) == (said.scope, said.recipient_id, said.body)


async def _end_tasks(case: Case, kind: str, row: Consent) -> None:
    await tasks.end_open(case.session, case.complaint.id, at=case.at, kind=kind, subject_id=row.id)


def _row(case: Case, said: RecordConsent, number: int) -> Consent:
    return Consent(
        id=case.new_id("consent"),
        organisation_id=case.complaint.organisation_id,
        complaint_id=case.complaint.id,
        number=number,
        scope=said.scope,
        recipient_id=said.recipient_id,
        body=said.body,
        giver_id=said.giver_id,
        giver_ground=said.giver_ground,
        basis=said.basis,
        file_id=said.file_id,
        contact_id=said.contact_id,
        given_on=said.given_on,
        expires_on=said.expires_on,
        after_death=said.after_death,
        said_by=case.actor_id,
        said_at=case.at,
        act_id=case.act.act_id,
    )
