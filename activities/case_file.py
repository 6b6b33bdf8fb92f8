"""The case file: the one way in which a case changes. One act, one transaction, one stored verdict."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final
from uuid import UUID, uuid5

from pydantic import TypeAdapter
from sqlalchemy.ext.asyncio import AsyncSession
from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities import part_waking
from activities.acts import ahead, alarms, letters, publishing
from activities.acts.case import Case, Refused, calendars_of, refuse_if
from activities.acts.dispatch import apply_command, apply_rung
from activities.acts.finding import keep_findable
from activities.acts.importing import open_imported
from activities.acts.opening import open_case
from activities.contribution_sweep import tell_of_act
from activities.involvement_sweep import tell_involved
from activities.proceeding_sweep import tell_beside
from activities.webhook_waking import wake
from contracts import names
from contracts.acts import Act, Outcome, Parked, Verdict
from contracts.code import Code
from contracts.commands import Command, CommandKind
from contracts.failures import ErrorType, Refusal
from contracts.notices import NoticeStart
from db.engine import Database
from db.models.act import Submission
from db.models.complaint import Complaint
from db.models.organisation import Organisation
from db.models.work import Task
from db.queries import acts, involvements, joint, proceedings, search, submissions, webhooks
from db.said import Log, from_body
from gateways.delivery import AFTERWARDS
from gateways.engine import Engine
from policies.procedure import compile_plan
from policies.procedure_files import load_procedures

_VERDICT = TypeAdapter(Verdict)
_log = logging.getLogger(__name__)
# That acts are parked is known to the workflow itself; a verdict speaks of what else needs attention.
PARKED: Final = "parked"
# What opens a complaint.
OPENS: Final = frozenset({CommandKind.LOG, CommandKind.IMPORT})


class CaseFile:
    """Apply acts to cases, under their organisation."""

    def __init__(self, database: Database, engine: Engine) -> None:
        self._database = database
        self._engine = engine

    @activity.defn(name=names.APPLY)
    async def apply(self, act: Act) -> Verdict:
        """Apply one act exactly once, and return its verdict; for a repeat, the stored one.

        Raises NOT_FOUND, never to be retried, when the act names what is not there.
        """
        async with self._database.tenant(act.organisation_id, act.now) as session:
            verdict = await apply_in(session, act)
            queued = await acts.queued_of(session, act.complaint_id)
            unheard = await involvements.unheard(session, act.complaint_id)
            unheard_bodies = await joint.unheard(session, act.complaint_id)
            unheard_beside = await proceedings.unheard(session, act.complaint_id)
            spoken_to = await joint.spoken_to(session, act.complaint_id, act.act_id)
            part = await part_waking.to_wake(session, act)
            subscribers = webhooks.to_wake(session)
        for notice_id, carrier in queued:
            await self._carry(act, notice_id, carrier)
        await tell_involved(self._engine, act, unheard)
        await tell_beside(self._engine, act, unheard_beside)
        if missed := await tell_of_act(self._engine, act, unheard_bodies, spoken_to):
            async with self._database.tenant(act.organisation_id, act.now) as session:
                await joint.changed(session, missed, act.now)
        await part_waking.wake_part(self._engine, part)
        await wake(self._engine, act.organisation_id, subscribers)
        return verdict

    async def _carry(self, act: Act, notice_id: UUID, carrier: str | None) -> None:
        """Start the workflow of a queued notice, after the commit. What is decided stays so whatever comes of this:
        a notice without its workflow is started by the complaint's next act, or by the sweep.
        """
        start = NoticeStart(
            organisation_id=act.organisation_id,
            complaint_id=act.complaint_id,
            notice_id=notice_id,
            carrier=Code(carrier) if carrier else None,
        )
        try:
            await self._engine.start_notice(start)
        except Exception as failure:  # noqa: BLE001  the verdict is given: nothing may take it back
            _log.warning("notice %s is left to the sweep: %s", notice_id, type(failure).__name__)

    @activity.defn(name=names.PARK)
    async def park(self, parked: Parked) -> None:
        """Write a task for an operator because an act is parked, or end it because it is mended."""
        async with self._database.tenant(parked.organisation_id, parked.now) as session:
            complaint = await acts.lock_complaint(session, parked.complaint_id)
            if complaint is None:
                return  # the complaint could not be opened: its parked submission says so
            task_id = uuid5(parked.act_id, "needs_attention")
            if parked.failure is None:
                await _mend(session, complaint, task_id, parked.now)
            elif await session.get(Task, task_id) is None:
                session.add(_attention_task(parked, task_id))
                complaint.attention = PARKED
                await publishing.publish_attention(session, complaint, parked.act_id, parked.now)


async def apply_in(session: AsyncSession, act: Act) -> Verdict:
    """Apply one act in a transaction that the caller commits; for a repeat, return the stored verdict."""
    await acts.lock_act(session, act.act_id)
    if stored := await acts.stored_verdict(session, act.act_id):
        return _VERDICT.validate_python(stored)
    complaint = await acts.lock_complaint(session, act.complaint_id)
    if act.rung is not None and await submissions.said_before(session, act.complaint_id, act.rung.at):
        return _unchanged(act, complaint, Outcome.DEFERRED, None)
    verdict = await _decide(session, act, complaint)
    _keep_verdict(session, act, verdict)
    if act.command is not None:
        refusal = verdict.refusal.value if verdict.refusal else None
        missing = [code.value for code in verdict.missing]
        await submissions.settle(session, act.act_id, verdict.outcome.value, act.now, refusal, missing)
        await submissions.end_parked_task(session, act.act_id, act.now)
    elif verdict.outcome is Outcome.APPLIED and complaint is not None:
        # Its workflow may have forgotten in a new run that this rung had failed.
        await _mend(session, complaint, uuid5(act.act_id, "needs_attention"), act.now)
    return verdict


async def apply_imports(session: AsyncSession, asked: Sequence[Act]) -> list[Verdict]:
    """Apply acts that open complaints from another system, all of them or none.

    Their submissions were appended in this very transaction, so nobody else can be applying them. Raises Refused:
    then the caller rolls the whole transaction back, and no savepoint is needed.
    """
    cases = await open_imported(session, asked)
    for case in cases:
        case.complaint.version += 1
        case.complaint.next_event_at = ahead.first_event_of(case)
    await publishing.publish_imports(session, cases)
    verdicts = [_verdict_on(case) for case in cases]
    for act, verdict in zip(asked, verdicts, strict=True):
        _keep_verdict(session, act, verdict)
    await session.flush()
    await search.refresh(session, *(act.complaint_id for act in asked))
    return verdicts


def _keep_verdict(session: AsyncSession, act: Act, verdict: Verdict) -> None:
    stored = _VERDICT.dump_python(verdict, mode="json")
    acts.store_verdict(session, act.act_id, act.organisation_id, act.complaint_id, stored, act.now)


async def _decide(session: AsyncSession, act: Act, complaint: Complaint | None) -> Verdict:
    """Do the act inside a savepoint, so that a refusal leaves nothing half-done."""
    unchanged = _unchanged(act, complaint, Outcome.REFUSED, None)
    try:
        async with session.begin_nested():
            case = await _done(session, act, complaint)
            return await _sum_up(case)
    except Refused as refused:
        return replace(unchanged, refusal=refused.refusal, missing=tuple(Code(each) for each in refused.missing))


async def _done(session: AsyncSession, act: Act, complaint: Complaint | None) -> Case:
    said = await submissions.get_submission(session, act.act_id) if act.command else None
    if act.command is not None and said is None:
        raise _not_found()
    if said is not None and said.refusal is not None:
        raise Refused(Refusal(said.refusal))  # its caller was told so: that stands
    if act.command is not None and act.command.kind is CommandKind.LOG and said is not None:
        log = from_body(CommandKind.LOG, said.body)
        assert isinstance(log, Log)
        if complaint is not None:
            raise Refused(Refusal.NOT_IN_THIS_STAGE)
        return await open_case(session, act, said, log)
    if complaint is None:
        raise Refused(Refusal.NO_SUCH_COMPLAINT)
    case = await _load(session, act, complaint, said)
    if act.command is not None:
        _check_lawful(case, act.command)
    await letters.journal_arrivals(case)
    if said is not None and act.command is not None:
        await apply_command(case, act.command.kind, from_body(act.command.kind, said.body))
    elif act.rung is not None:
        await apply_rung(case, act.rung)
    return case


def _check_lawful(case: Case, command: Command) -> None:
    """Check again, under the row's lock, what the workflow checked: an act may have been parked meanwhile."""
    complaint = case.complaint
    refuse_if(not complaint.open and command.kind not in AFTERWARDS, Refusal.COMPLAINT_CLOSED)
    refuse_if(command.if_version not in (None, complaint.version), Refusal.STALE_VERSION)
    lawful = case.procedure.allowed_in(complaint.stage)
    refuse_if(complaint.open and command.kind not in lawful, Refusal.NOT_IN_THIS_STAGE)


async def _load(session: AsyncSession, act: Act, complaint: Complaint, said: Submission | None) -> Case:
    return Case(
        session=session,
        act=act,
        organisation=await session.get_one(Organisation, act.organisation_id),
        complaint=complaint,
        procedure=load_procedures().governing(complaint),
        calendars=await calendars_of(session, complaint.nation, complaint.organisation_id),
        said=said,
        came_in_stage=complaint.stage,
        came_with_attention=complaint.attention,
    )


async def _sum_up(case: Case) -> Verdict:
    """Count the act, say what comes next, and put into words of codes what the act did."""
    await alarms.of_act(case)
    complaint = case.complaint
    complaint.version += 1
    await case.session.flush()
    if case.involved:
        await involvements.changed(case.session, sorted(case.involved), case.act.now)
    if case.contributing:
        await joint.changed(case.session, sorted(case.contributing), case.act.now)
    if case.beside:
        await proceedings.changed(case.session, sorted(case.beside), case.act.now)
    await case.look_again()
    complaint.next_event_at = await ahead.next_event_at(case)
    await keep_findable(case)
    await publishing.publish(case)
    return _verdict_on(case)


def _verdict_on(case: Case) -> Verdict:
    complaint = case.complaint
    opened = case.act.command is not None and case.act.command.kind in OPENS
    return Verdict(
        outcome=Outcome.APPLIED,
        version=complaint.version,
        stage=Code(complaint.stage),
        armed=tuple(case.armed),
        stopped=tuple(case.stopped),
        reference=Code(complaint.reference) if opened else None,
        owner_id=complaint.owner_id,
        waiting_on=Code(complaint.waiting_on) if complaint.waiting_on else None,
        plan=compile_plan(case.procedure) if opened or case.replan else None,
        attention=complaint.attention not in (None, PARKED),
        ended=not complaint.open,
    )


def _unchanged(act: Act, complaint: Complaint | None, outcome: Outcome, refusal: Refusal | None) -> Verdict:
    return Verdict(
        outcome=outcome,
        version=complaint.version if complaint else 0,
        stage=Code(complaint.stage) if complaint else act.stage,
        refusal=refusal,
        owner_id=complaint.owner_id if complaint else None,
    )


async def _mend(session: AsyncSession, complaint: Complaint, task_id: UUID, now: datetime) -> None:
    task = await session.get(Task, task_id)
    if task is None:
        return
    if task.state == "open":
        task.state, task.ended_at = "done", now
    if complaint.attention == PARKED:
        complaint.attention = None


def _attention_task(parked: Parked, task_id: UUID) -> Task:
    return Task(
        id=task_id,
        organisation_id=parked.organisation_id,
        complaint_id=parked.complaint_id,
        kind="needs_attention",
        role="operator",
        act_id=parked.act_id,
        state="open",
        raised_at=parked.now,
    )


def _not_found() -> ApplicationError:
    return ApplicationError("no such submission", type=ErrorType.NOT_FOUND, non_retryable=True)
