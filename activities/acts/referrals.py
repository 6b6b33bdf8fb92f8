"""What an Ombudsman or a regulator asks about a complaint: recorded, with its enquiries, answered, and closed."""

from __future__ import annotations

from datetime import date
from typing import Any, Final
from uuid import UUID

from activities.acts import beside, ledger
from activities.acts.case import Case, Refused, check, refuse_if
from activities.acts.ledger import Terms
from contracts.failures import Refusal
from contracts.offices import MANAGER
from contracts.proceedings import ProceedingKind, ReferralState
from db.models.pack import EvidencePack
from db.models.proceeding import Proceeding
from db.models.referral import Referral, ReferralEnquiry, RegulatorRequest
from db.queries import proceedings, referrals, tasks, tiers
from db.referral_said import AnswerReferral, CloseReferral, EnquirySaid, RecordReferral, RecordReferralEnquiry
from policies import oversight_files, referring
from policies.oversight_files import OversightBody

KIND: Final = ProceedingKind.REFERRAL
# The clock of an enquiry, by what sets its date.
_CLOCKS: Final = {"date_set": "referral_enquiry", "reg_16": "regulator_request"}
_ANSWER: Final = "answer_referral"
_CLOSE: Final = "close_referral"
_CLOSE_WITHIN: Final = 5  # working days of the organisation
_LETTER: Final = "person_told"


async def record(case: Case, said: RecordReferral) -> None:
    """Record that an Ombudsman took the complaint up, or that a regulator asks about it. Several may at once."""
    body = _body(said)
    check(referring.happened(said.received_on, since=case.complaint.received_on, today=case.on))
    row = await beside.begin(case, KIND, ReferralState.RECEIVED, said.body)
    referral = await _referral(case, row, body, said)
    case.session.add(referral)
    await case.session.flush()
    case.event(
        "referral.received",
        referral_id=row.id,
        referral=said.kind,
        body=said.body,
        received_on=said.received_on,
        channel=said.channel,
        request_id=referral.request_id,
    )
    if said.enquiry is not None:
        await _ask(case, row, referral, said.enquiry)


async def record_enquiry(case: Case, said: RecordReferralEnquiry) -> None:
    """Record that they ask for something more, with the clock on it."""
    row = await beside.find_live(case, KIND, said.referral_id)
    await _ask(case, row, await case.session.get_one(Referral, row.id), said.enquiry)
    await look_whether_done(case, row)


async def answer(case: Case, said: AnswerReferral) -> None:
    """Record that an enquiry was answered: with a pack of this complaint, or with words why there is none."""
    row = await beside.find_live(case, KIND, said.referral_id)
    enquiry = await case.session.get(ReferralEnquiry, said.enquiry_id)
    if enquiry is None or enquiry.referral_id != row.id:
        raise Refused(Refusal.UNKNOWN_ENQUIRY)
    refuse_if(enquiry.answered_on is not None, Refusal.NOTHING_CHANGES)
    check(referring.happened(said.answered_on, since=enquiry.asked_on, today=case.on))
    refuse_if(said.pack_id is None and not said.words, Refusal.REASON_NEEDED)
    if said.pack_id is not None:
        pack = await case.session.get(EvidencePack, said.pack_id)
        refuse_if(pack is None or pack.complaint_id != case.complaint.id, Refusal.UNKNOWN_PACK)
    enquiry.answered_on, enquiry.in_time = said.answered_on, said.answered_on <= enquiry.due_on
    enquiry.pack_id, enquiry.words, enquiry.answered_by = said.pack_id, said.words, case.actor_id
    case.event(
        "referral.answered",
        referral_id=row.id,
        enquiry_id=enquiry.id,
        answered_on=said.answered_on,
        in_time=enquiry.in_time,
        pack_id=said.pack_id,
    )
    await done(case, _ANSWER, enquiry.id)
    await ledger.meet_if_running(case, _CLOCKS[enquiry.basis], said.answered_on, enquiry.id)
    await look_whether_done(case, row)


async def close(case: Case, said: CloseReferral) -> None:
    """Close a referral. Done is it only when nothing is owed; what was withdrawn, or not investigated, owes no more."""
    row = await beside.find_live(case, KIND, said.referral_id)
    referral = await case.session.get_one(Referral, row.id)
    refuse_if(said.cause != "done" and not said.reason, Refusal.REASON_NEEDED)
    decided = [each.kind for each in await referrals.decisions_of(case.session, row.id)]
    refuse_if(said.cause == "not_investigated" and "not_investigated" not in decided, Refusal.CONTRADICTS_RECORD)
    if said.cause == "done" and (owed := await _owed(case, referral, decided)):
        raise Refused(Refusal.STILL_OWED, owed)
    referral.closed_reason = said.reason
    await _end_tasks(case, row.id)
    await beside.end(case, row, ReferralState.CLOSED, said.cause)


async def look_whether_done(case: Case, row: Proceeding) -> None:
    """Ask somebody to close a referral once nothing is owed any more: it does not lie there without a next event.

    A letter to the person that is still a draft has a task of its own.
    """
    beside.touch(case, row)
    await case.session.flush()
    referral = await case.session.get_one(Referral, row.id)
    decided = [each.kind for each in await referrals.decisions_of(case.session, row.id)]
    owed = set(await _owed(case, referral, decided)) - {_LETTER}
    if owed or await proceedings.running_clocks(case.session, row.id):
        await tasks.end_open(case.session, case.complaint.id, at=case.at, subject_id=row.id, kind=_CLOSE)
    elif not await tasks.is_open(case.session, case.complaint.id, _CLOSE, row.id):
        due_on = case.calendars.organisation.add_working_days(case.on, _CLOSE_WITHIN)
        await case.task(_CLOSE, MANAGER, name=str(row.id), due_on=due_on, subject_id=row.id)


async def _owed(case: Case, referral: Referral, decided: list[str]) -> tuple[str, ...]:
    """Return the codes of what is still owed of a referral."""
    made = await referrals.recommendations_of(case.session, referral.id)
    enquiries = await referrals.enquiries_of(case.session, referral.id)
    found = referring.Owed(
        kind=referral.kind,
        decided=bool({"final", "not_investigated"} & set(decided)),
        enquiries_open=sum(each.answered_on is None for each in enquiries),
        recommendations=len(made),
        not_complied=sum(each.complied_on is None for each in made if each.lifted_on is None),
        not_told=sum(each.told_body_on is None for each in made if each.lifted_on is None),
        letters_in_draft=await referrals.letters_in_draft(case.session, referral.id),
        learned=await referrals.has_learned(case.session, referral.id),
    )
    return tuple(referring.owed(found))


async def done(case: Case, kind: str, subject_id: UUID) -> None:
    """End a task about a part of a referral as done by whoever acts, before its clock takes it as overtaken."""
    await tasks.end_open(
        case.session, case.complaint.id, at=case.at, subject_id=subject_id, kind=kind, done_by=case.actor_id, done=True
    )


def of(case: Case, row: Proceeding) -> dict[str, Any]:
    """Return the columns that every row of a referral has."""
    return {"organisation_id": row.organisation_id, "complaint_id": row.complaint_id, "referral_id": row.id}


def by(case: Case) -> dict[str, Any]:
    """Return the columns that say who wrote a row, when, and by which act."""
    return {"act_id": case.act.act_id, "said_by": case.actor_id, "said_at": case.at}


def _body(said: RecordReferral) -> OversightBody:
    body = oversight_files.newest().body(said.kind, said.body)
    if body is None or body.named != bool(said.name):
        raise Refused(Refusal.UNKNOWN_BODY)
    return body


async def _referral(case: Case, row: Proceeding, body: OversightBody, said: RecordReferral) -> Referral:
    if said.request_id is not None:
        refuse_if(await case.session.get(RegulatorRequest, said.request_id) is None, Refusal.UNKNOWN_REFERRAL)
    return Referral(
        id=row.id,
        organisation_id=row.organisation_id,
        complaint_id=row.complaint_id,
        kind=said.kind,
        body_code=said.body,
        body_name=said.name or body.title,
        their_reference=said.their_reference,
        received_on=said.received_on,
        channel=said.channel,
        tier_step_id=await _step(case, said.tier),
        request_id=said.request_id,
        scope=said.scope,
        **by(case),
    )


async def _step(case: Case, tier: str | None) -> UUID | None:
    if tier is None:
        return None
    for step in await tiers.steps_of(case.session, case.complaint.id):
        if step.tier == tier:
            return step.id
    raise Refused(Refusal.UNKNOWN_TIER)


async def _ask(case: Case, row: Proceeding, referral: Referral, said: EnquirySaid) -> None:
    body = oversight_files.newest().body(referral.kind, referral.body_code)
    check(referring.happened(said.asked_on, since=referral.received_on, today=case.on))
    check(referring.enquiry(said.basis, said.due_on, asked_on=said.asked_on, reg_16=body is not None and body.reg_16))
    number = 1 + len(await referrals.enquiries_of(case.session, row.id))
    enquiry_id = case.new_id(f"enquiry/{number}")
    terms = Terms(cause=said.basis, given=said.due_on)
    clock = await beside.arm(case, row, _CLOCKS[said.basis], said.asked_on, terms, enquiry_id)
    case.session.add(_enquiry(case, row, said, enquiry_id, number, clock.due_on))
    await case.session.flush()
    case.event(
        "referral.enquiry",
        referral_id=row.id,
        enquiry_id=enquiry_id,
        number=number,
        basis=said.basis,
        asked_on=said.asked_on,
        due_on=clock.due_on,
    )
    await case.task(
        _ANSWER, "complaints_manager", name=str(enquiry_id), due_on=clock.due_on, clock_id=clock.id,
        subject_id=enquiry_id,
    )  # fmt: skip


def _enquiry(
    case: Case, row: Proceeding, said: EnquirySaid, enquiry_id: UUID, number: int, due_on: date
) -> ReferralEnquiry:
    return ReferralEnquiry(
        id=enquiry_id,
        **of(case, row),
        number=number,
        basis=said.basis,
        what=said.what,
        asked_on=said.asked_on,
        due_on=due_on,
        **by(case),
    )


async def _end_tasks(case: Case, referral_id: UUID) -> None:
    """End what was asked of people about the parts of a referral that ends."""
    for part in await referrals.parts_of(case.session, referral_id):
        await tasks.end_open(case.session, case.complaint.id, at=case.at, subject_id=part)
