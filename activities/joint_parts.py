"""The effects of a part's workflow: hear what the lead says in our own case, and bring to it what we say.

Nothing here changes a case: what is heard is appended as a submission and delivered, as everything that is said is.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID, uuid5

from sqlalchemy.ext.asyncio import AsyncSession
from temporalio import activity

from activities import part_leads
from activities.heartbeats import beating
from activities.joint_carriers import Carrier, Told
from activities.joint_transfers import JointTransfers
from activities.part_sayings import append as _append
from activities.part_sayings import new_saying as _new
from contracts import names
from contracts.code import Code
from contracts.commands import CommandKind
from contracts.joint import JointPartAct, JointPartStart, JointPartStep
from db.engine import Database
from db.joint_messages import Invitation, PersonTold, to_body
from db.models.complaint import Complaint
from db.models.organisation import Organisation
from db.models.parts import JointPart
from db.models.work import Task
from db.part_said import HearLead, PartOpened
from db.queries import parts, transfers
from db.references import BITS, make
from db.said import Log, PartySaid
from db.submission_store import SubmissionStore
from gateways.delivery import Deliverer, deliver_pending
from policies import joint_retries
from policies.calendars import local_date

_BUDGET: Final = timedelta(seconds=8)
_AT_ONCE: Final = 20  # messages of one step: each has a verdict to be waited for
_UNTRUSTED: Final = ("no_credential", "unauthenticated", "credential_revoked")


class JointParts:
    """Fetch and bring, under the organisation that contributes."""

    def __init__(self, database: Database, engine: Deliverer, here: Carrier, system: Carrier) -> None:
        self._database = database
        self._engine = engine
        self._transfers = JointTransfers(database, engine)
        self._here = here
        self._system = system

    @activity.defn(name=names.JOINT_PART_PULL)
    async def pull(self, act: JointPartAct) -> JointPartStep:
        """Fetch what the lead says and have it heard in order, each message once; the first invitation opens a case."""
        async with beating():
            return await self._pull(act)

    @activity.defn(name=names.JOINT_PART_PUSH)
    async def push(self, act: JointPartAct) -> JointPartStep:
        """Bring what waits, in the order in which it was said; behind what does not get through nothing goes."""
        async with beating():
            return await self._push(act)

    async def _pull(self, act: JointPartAct) -> JointPartStep:
        start, now = act.start, act.now
        async with self._database.tenant(start.organisation_id, now) as session:
            part = await parts.by_contribution(session, start.organisation_id, start.contribution_id)
            heard = await parts.heard_numbers(session, part.id) if part is not None else set()
            passed_on = await transfers.received(session, start.organisation_id, start.contribution_id)
        if part is not None and not _is_theirs(part, start):
            return JointPartStep(over=True)  # somebody else tells us of a part that is not theirs
        carrier, after = self._carrier(start), _prefix(heard) if passed_on is None else passed_on.heard
        fetched = await carrier.fetch(start, after, now)
        if part is None and (taken_in := await self._transfers.take(act, fetched, carrier)) is not None:
            return taken_in
        unheard = [each for each in fetched.told if each.seq not in heard]
        fresh = unheard[:_AT_ONCE]
        if part is None:
            part = await self._opened(start, fresh, now)
        taken = await self._hear(start, part, fresh, now) if part is not None else 0
        awaited = _invitation(fresh) is not None if part is None else taken < len(fresh)
        failure = fetched.failure or ("no_verdict_yet" if awaited else None)
        return await self._step(act, failure, taken=taken, more=taken == len(fresh) < len(unheard))

    async def _push(self, act: JointPartAct) -> JointPartStep:
        start, now, brought = act.start, act.now, 0
        failure: str | None = None
        while failure is None and brought < _AT_ONCE:
            async with self._database.tenant(start.organisation_id, now) as session:
                part = await parts.by_contribution(session, start.organisation_id, start.contribution_id)
                message = await parts.next_queued(session, part.id) if part is not None else None
            if part is None or message is None or not _is_theirs(part, start):
                break
            done = await self._carrier(start).bring(start, message, now)
            failure = done.failure
            if done.has or done.refused is not None:
                await self._settle(start, part, message.id, done.refused, now)
                brought += 1
        return await self._step(act, failure, brought=brought)

    def _carrier(self, start: JointPartStart) -> Carrier:
        return self._here if start.lead_organisation_id is not None else self._system

    async def _opened(self, start: JointPartStart, told: Sequence[Told], now: datetime) -> JointPart | None:
        """Open a case for the first invitation; without one there is nothing that we were told."""
        invitation = _invitation(told)
        if invitation is None:
            return None
        log = _log(start, invitation, now)
        async with self._database.tenant(start.organisation_id, now) as session:
            if not await part_leads.is_who_they_say(session, start, invitation, now):
                return None
            organisation = await session.get_one(Organisation, start.organisation_id)
            new = _new(start, CommandKind.LOG, log, f"{start.contribution_id}/log", now)
            number = uuid5(new.id, "reference").int % (1 << BITS)
            complaint_id = uuid5(start.organisation_id, f"contribution/{start.contribution_id}")
            reference = make(organisation.reference_prefix, number)
            await _append(session, new, complaint_id, reference)
        await self._deliver(start, complaint_id, now)
        async with self._database.tenant(start.organisation_id, now) as session:
            return await parts.by_contribution(session, start.organisation_id, start.contribution_id)

    async def _hear(self, start: JointPartStart, part: JointPart, told: Sequence[Told], now: datetime) -> int:
        """Have messages heard in our case; return how many were."""
        async with self._database.tenant(start.organisation_id, now) as session:
            for each in told:
                said = HearLead(protocol=each.protocol, kind=each.kind, body=each.body, seq=each.seq)
                new = _new(start, CommandKind.HEAR_LEAD, said, f"{start.contribution_id}/{each.seq}", now)
                await _append(session, new, part.complaint_id)
        await self._deliver(start, part.complaint_id, now)
        async with self._database.tenant(start.organisation_id, now) as session:
            heard = await parts.heard_numbers(session, part.id)
        return sum(each.seq in heard for each in told)

    async def _settle(
        self, start: JointPartStart, part: JointPart, message_id: UUID, refused: str | None, now: datetime
    ) -> None:
        """Write what became of a message; what was refused is told to our own case, and not brought again."""
        async with self._database.tenant(start.organisation_id, now) as session:
            if refused is None:
                await parts.settle(session, message_id, "brought", now, None)
                return
            said = HearLead(protocol=1, kind=refused, body={}, refused_id=message_id)
            new = _new(start, CommandKind.HEAR_LEAD, said, f"{start.contribution_id}/refused/{message_id}", now)
            await _append(session, new, part.complaint_id)
            await parts.settle(session, message_id, "refused", now, refused)
        await self._deliver(start, part.complaint_id, now)

    async def _deliver(self, start: JointPartStart, complaint_id: UUID, now: datetime) -> None:
        states = SubmissionStore(self._database, lambda: now)
        await deliver_pending(self._engine, states, start.organisation_id, complaint_id, budget=_BUDGET)

    async def _step(
        self, act: JointPartAct, failure: str | None, *, taken: int = 0, brought: int = 0, more: bool = False
    ) -> JointPartStep:
        start, now = act.start, act.now
        async with self._database.tenant(start.organisation_id, now) as session:
            part = await parts.by_contribution(session, start.organisation_id, start.contribution_id)
            case = await session.get_one(Complaint, part.complaint_id) if part is not None else None
            waiting = await parts.count_queued(session, part.id) if part is not None else 0
            if part is not None:
                await parts.note_trouble(session, part.id, failure)
                if failure in _UNTRUSTED:
                    await _ask(session, part, now)
        wait = joint_retries.wait(start.contribution_id, act.failed, kept=failure == "no_verdict_yet")
        return JointPartStep(
            taken=taken,
            brought=brought,
            waiting=waiting,
            again_at=now + wait if failure is not None else None,
            failure=_code(failure),
            complaint_id=part.complaint_id if part is not None else None,
            over=part is None or (part.ended_on is not None and not waiting),
            reference=Code(case.reference) if case is not None else None,
            stage=Code(case.stage) if case is not None else None,
            asks=failure in _UNTRUSTED,
            more=more,
        )


def _is_theirs(part: JointPart, start: JointPartStart) -> bool:
    """Say whether the body that we were told to speak with is the one that coordinates."""
    return (part.lead_organisation_id, part.partner_id) == (start.lead_organisation_id, start.partner_id)


def _code(failure: str | None) -> Code | None:
    """Return why something did not get through, as a code: what another installation says may be any words."""
    if failure is None:
        return None
    try:
        return Code(failure)
    except ValueError:
        return Code("not_understood")


def _prefix(heard: set[int]) -> int:
    """Return the number up to which nothing is missing: what consent hid meanwhile is looked for again."""
    number = 0
    while number + 1 in heard:
        number += 1
    return number


def _invitation(told: Sequence[Told]) -> Invitation | None:
    for each in told:
        if each.kind == "invitation":
            try:
                found = to_body(each.kind, each.body)
            except ValueError:
                continue
            assert isinstance(found, Invitation)
            return found
    return None


def _log(start: JointPartStart, told: Invitation, now: datetime) -> Log:
    """Return what is logged: nothing but what we were told. Nobody writes to these people from here."""
    person = told.person
    complains = told.complainant_name or person.name
    same = complains == person.name
    complainant = _party("complainant", person if same else PersonTold(name=complains))
    return Log(
        channel="electronic",
        received_on=local_date(now),
        summary=f"Contribution to {told.lead.name}'s {told.reference}",
        narrative="\n".join(f"{each.number}. {each.summary}" for each in told.issues) or told.reference,
        parties=(complainant,) if same else (complainant, _party("affected", person)),
        matter="contribution",
        source="other_body",
        part=PartOpened(
            contribution_id=start.contribution_id,
            lead_code=told.lead.code,
            lead_name=told.lead.name,
            lead_reference=told.reference,
            bound=told.bound,
            accept_by=told.accept_by,
            lead_organisation_id=start.lead_organisation_id,
            partner_id=start.partner_id,
        ),
    )


def _party(role: Any, told: PersonTold) -> PartySaid:
    return PartySaid(role=role, name=told.name, address=told.address, born_on=told.born_on, nhs_number=told.nhs_number)


async def _ask(session: AsyncSession, part: JointPart, now: datetime) -> None:
    """Ask somebody to see to a credential that the lead does not take: once a day at most."""
    task_id = uuid5(part.id, f"joint_trouble/{local_date(now).isoformat()}")
    if await session.get(Task, task_id) is not None:
        return
    session.add(
        Task(
            id=task_id,
            organisation_id=part.organisation_id,
            complaint_id=part.complaint_id,
            kind="joint_trouble",
            role="complaints_manager",
            subject_id=part.id,
            act_id=part.id,
            state="open",
            raised_at=now,
        )
    )
