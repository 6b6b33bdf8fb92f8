"""The effects of a complaint that another body passes on to us: logged as our own, once, and its sender told.

It counts as made on the day on which it reached us (SI 2009/309 reg 6(6)). Where no procedure of ours can take it, a
person is asked to see to that, and it is tried again; the sender waits, and climbs our ladder meanwhile.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID, uuid5

from sqlalchemy.ext.asyncio import AsyncSession

from activities import part_leads
from activities.acts.case import Refused
from activities.acts.governing import governing
from activities.joint_carriers import Carrier, Fetched, Told
from activities.part_sayings import append, new_saying
from activities.transfer_logs import CODE, log_of
from contracts.code import Code
from contracts.commands import CommandKind
from contracts.joint import PROTOCOL, JointPartAct, JointPartStart, JointPartStep
from db.engine import Database
from db.joint_messages import TransferOffered, TransferTaken, kind_of, to_body, to_json
from db.models.complaint import Complaint
from db.models.organisation import Organisation
from db.models.parts import PartMessage
from db.models.transfers import TransferReceived
from db.models.work import Task
from db.part_said import HearLead
from db.queries import transfers
from db.queries.submissions import get_submission
from db.references import BITS, make
from db.submission_store import SubmissionStore
from gateways.delivery import Deliverer, deliver_pending
from policies import joint_retries
from policies.calendars import local_date
from policies.procedure_rules import Matter

TAKE: Final = "take_transfer"
_KIND: Final = "transfer"
_BUDGET: Final = timedelta(seconds=8)
_DAILY: Final = timedelta(days=1)  # somebody has to decide something first
_NO_VERDICT, _NOT_UNDERSTOOD = "no_verdict_yet", "not_understood"


class JointTransfers:
    """Take in what is passed on to us, under the organisation that receives it."""

    def __init__(self, database: Database, engine: Deliverer) -> None:
        self._database = database
        self._engine = engine

    async def take(self, act: JointPartAct, fetched: Fetched, carrier: Carrier) -> JointPartStep | None:
        """Take in what was passed on, and what its sender says since. None where nothing is passed on by this."""
        start, now = act.start, act.now
        received, failure, asks, taken = await self.received(start, now), fetched.failure, False, 0
        offer = _offer(fetched.told) if received is None else None
        if received is None and offer is None:
            return None
        if offer is not None:
            asked = await self._cannot_take(start, offer, now)
            failure, asks = (asked, True) if asked is not None else (await self._log(start, offer, now), False)
            received = await self.received(start, now)
            taken = int(received is not None)
        elif received is not None and _is_theirs(received, start):
            taken = await self._hear(start, received, fetched.told, now)
        if received is not None and received.state == "queued" and _is_theirs(received, start):
            failure = await self._answer(start, received, carrier, now) or failure
        return await self._step(act, failure, asks=asks, taken=taken)

    async def received(self, start: JointPartStart, now: datetime) -> TransferReceived | None:
        """Return what was passed on to us by this, if we have it."""
        async with self._database.tenant(start.organisation_id, now) as session:
            return await transfers.received(session, start.organisation_id, start.contribution_id)

    async def _cannot_take(self, start: JointPartStart, told: Told, now: datetime) -> str | None:
        """Return why we cannot take it yet, as a code, and have somebody see to that. None where we can."""
        offer = _read(told)
        async with self._database.tenant(start.organisation_id, now) as session:
            if offer is None:
                await _ask(session, start, now)
                return _NOT_UNDERSTOOD
            if not await part_leads.is_partner(session, start, offer.sender.code, now):
                return "other_lead"
            organisation = await session.get_one(Organisation, start.organisation_id)
            on = await _received_on(session, start, told, now)
            try:
                await governing(session, organisation, Matter.COMPLAINT, on)
            except Refused as refused:
                await _ask(session, start, now)
                return refused.refusal.value
        return None

    async def _log(self, start: JointPartStart, told: Told, now: datetime) -> str | None:
        """Log it as a complaint of our own; return why it is not open yet."""
        offer = _read(told)
        assert offer is not None  # it was read before
        async with self._database.tenant(start.organisation_id, now) as session:
            organisation = await session.get_one(Organisation, start.organisation_id)
            on = await _received_on(session, start, told, now)
            new = new_saying(
                start, CommandKind.LOG, log_of(start, told.seq, offer, on), f"{start.contribution_id}/transfer", now
            )
            reference = make(organisation.reference_prefix, uuid5(new.id, "reference").int % (1 << BITS))
            complaint_id = uuid5(start.organisation_id, f"transfer/{start.contribution_id}")
            await append(session, new, complaint_id, reference)
        await self._deliver(start, complaint_id, now)
        async with self._database.tenant(start.organisation_id, now) as session:
            if await transfers.received(session, start.organisation_id, start.contribution_id) is not None:
                await _asked_no_more(session, start, now)
                return None
            said = await get_submission(session, new.id)
            if said is None or said.state != "refused":
                return _NO_VERDICT
            await _ask(session, start, now)
            return said.refusal

    async def _hear(
        self, start: JointPartStart, received: TransferReceived, told: Sequence[Told], now: datetime
    ) -> int:
        fresh = [each for each in told if each.seq > received.heard]
        async with self._database.tenant(start.organisation_id, now) as session:
            for each in fresh:
                # Of what is said now only its kind is taken in: the complaint is ours, as it was passed on.
                said = HearLead(protocol=each.protocol, kind=each.kind, body={}, seq=each.seq)
                new = new_saying(start, CommandKind.HEAR_LEAD, said, f"{start.contribution_id}/{each.seq}", now)
                await append(session, new, received.complaint_id)
        if fresh:
            await self._deliver(start, received.complaint_id, now)
        return len(fresh)

    async def _answer(
        self, start: JointPartStart, received: TransferReceived, carrier: Carrier, now: datetime
    ) -> str | None:
        """Tell the sender that we have it; return why it does not know yet."""
        async with self._database.tenant(start.organisation_id, now) as session:
            complaint = await session.get_one(Complaint, received.complaint_id)
        answer = TransferTaken(own_reference=complaint.reference, received_on=complaint.received_on)
        message = PartMessage(
            id=received.message_id, protocol=PROTOCOL, kind=kind_of(answer), body=to_json(answer), said_at=now
        )
        done = await carrier.bring(start, message, now)
        if not done.has and done.refused is None:
            return done.failure or _NO_VERDICT
        async with self._database.tenant(start.organisation_id, now) as session:
            if done.refused is not None:
                said = HearLead(protocol=PROTOCOL, kind=done.refused, body={}, refused_id=received.message_id)
                key = f"{start.contribution_id}/refused/{received.message_id}"
                new = new_saying(start, CommandKind.HEAR_LEAD, said, key, now)
                await append(session, new, received.complaint_id)
            refusal = done.refused[:CODE] if done.refused is not None else None
            await transfers.settle(session, received.id, now, refusal)
        if done.refused is not None:
            await self._deliver(start, received.complaint_id, now)
        return None

    async def _deliver(self, start: JointPartStart, complaint_id: UUID, now: datetime) -> None:
        states = SubmissionStore(self._database, lambda: now)
        await deliver_pending(self._engine, states, start.organisation_id, complaint_id, budget=_BUDGET)

    async def _step(self, act: JointPartAct, failure: str | None, *, asks: bool, taken: int) -> JointPartStep:
        start, now = act.start, act.now
        async with self._database.tenant(start.organisation_id, now) as session:
            received = await transfers.received(session, start.organisation_id, start.contribution_id)
            case = await session.get_one(Complaint, received.complaint_id) if received is not None else None
        waiting = int(received is not None and received.state == "queued")
        wait = joint_retries.wait(start.contribution_id, act.failed, kept=failure == _NO_VERDICT)
        return JointPartStep(
            taken=taken,
            waiting=waiting,
            again_at=now + (_DAILY if asks else wait) if failure is not None else None,
            failure=_code(failure),
            complaint_id=received.complaint_id if received is not None else None,
            over=received is not None and not waiting,
            reference=Code(case.reference) if case is not None else None,
            stage=Code(case.stage) if case is not None else None,
            asks=asks,
        )


def _offer(told: Sequence[Told]) -> Told | None:
    """Return what is passed on: as it was said last."""
    return next((each for each in reversed(told) if each.kind == _KIND), None)


def _read(told: Told) -> TransferOffered | None:
    try:
        found = to_body(told.kind, told.body)
    except ValueError:
        return None
    assert isinstance(found, TransferOffered)
    return found


def _is_theirs(received: TransferReceived, start: JointPartStart) -> bool:
    """Say whether the body that we were told to speak with is the one that passed it on."""
    return (received.sender_organisation_id, received.partner_id) == (start.lead_organisation_id, start.partner_id)


async def _received_on(session: AsyncSession, start: JointPartStart, told: Told, now: datetime) -> date:
    """Return the day on which it reached us: said to us here, or first fetched from another installation."""
    if told.said_at is not None:
        return local_date(told.said_at)
    task = await session.get(Task, _task_id(start))
    return local_date(task.raised_at if task is not None else now)


def _task_id(start: JointPartStart) -> UUID:
    return uuid5(start.organisation_id, f"{TAKE}/{start.contribution_id}")


async def _ask(session: AsyncSession, start: JointPartStart, now: datetime) -> None:
    """Ask somebody, once, to see to it that what was passed on to us can be taken."""
    if await session.get(Task, _task_id(start)) is not None:
        return
    session.add(
        Task(
            id=_task_id(start),
            organisation_id=start.organisation_id,
            complaint_id=None,
            kind=TAKE,
            role="complaints_manager",
            subject_id=start.contribution_id,
            act_id=start.contribution_id,
            state="open",
            raised_at=now,
        )
    )


async def _asked_no_more(session: AsyncSession, start: JointPartStart, now: datetime) -> None:
    task = await session.get(Task, _task_id(start))
    if task is not None and task.state == "open":
        task.state, task.ended_at = "done", now


def _code(failure: str | None) -> Code | None:
    try:
        return Code(failure) if failure is not None else None
    except ValueError:
        return Code(_NOT_UNDERSTOOD)
