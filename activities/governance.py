"""The effects of governance: occurrences begun as they fall due, looked at, and what the machine does in them.

Every step can be asked for again: what was done stands in PostgreSQL, and is not done twice.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime, time, timedelta
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession
from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities import governance_actions, governance_told
from activities.governance_reports import Hindered, Reports
from activities.heartbeats import beating
from activities.notice_steps import MAIL_AWAY
from contracts import names
from contracts.code import Code
from contracts.failures import ErrorType
from contracts.governance import (
    Begun,
    Deed,
    GovernanceAct,
    GovernanceDone,
    GovernanceLook,
    OccurrenceState,
    SeriesState,
    TurnAct,
)
from db.engine import Database
from db.evidence import microseconds
from db.models.governance import Governance as Row
from db.models.governance import GovernanceSeries, GovernanceStep
from db.queries import governance, governance_cases, governance_hindered
from gateways.mail import MailGateway, MailUnavailable, Undeliverable
from policies import governance_files, governing, governing_rhythm
from policies.calendars import at_local, end_of_day, local_date
from policies.governing import Awaited
from policies.governing_rhythm import Turns

# So many ids fit into a payload.
_MOST: Final = 40
_TOLD: Final = frozenset({Deed.OPENED, Deed.INFORMED, Deed.REMINDER, Deed.OVERDUE, Deed.ESCALATION, Deed.HINDERED})
# Where nobody is to be told of anything any more it is looked at again all the same, and operators see when.
_AGAIN: Final = timedelta(days=30)
# A session, whom to ask for whose answers, and the time: ask those who are to be asked how it was.
Ask = Callable[[AsyncSession, Row, datetime], Awaitable[None]]


class Governance:
    """Begin what falls due, and see each occurrence through."""

    def __init__(
        self, database: Database, mail: MailGateway, sender: str, reports: Reports, ask: Ask | None = None
    ) -> None:
        self._database = database
        self._mail = mail
        self._sender = sender
        self._reports = reports
        self._ask = ask

    @activity.defn(name=names.GOVERNANCE_BEGIN)
    async def begin(self, act: TurnAct) -> Begun:
        """Write the occurrences of a series that have fallen due, and return those whose workflows have not looked."""
        async with self._database.tenant(act.organisation_id, act.now) as session:
            series = await governance.series(session, act.series_id, lock=True)
            if series is None:
                return Begun()
            if series.state == SeriesState.ACTIVE:
                await _begin_due(session, series, act.now)
            return Begun(occurrences=tuple(await governance.unlooked(session, series.id, _MOST)))

    @activity.defn(name=names.GOVERNANCE_LOOK)
    async def look(self, act: GovernanceAct) -> GovernanceLook:
        """See how an occurrence stands, and what is to be done now or when. Raises NOT_FOUND."""
        async with self._database.tenant(act.organisation_id, act.now) as session:
            row = await _found(session, act, lock=act.failed)
            await governance.heard(session, row.id, row.changes)
            mail = await governance_actions.unmailed(session, row.id)
            step = await governance.open_step(session, row.id) if row.state == OccurrenceState.OPEN else None
            rules = governance_files.rules(row.kind, row.rules)
            coming = await governance_actions.coming(session, row, rules, act.now)
            if step is None:
                return _look(row, None, governing.Next(deed=Deed.MAIL if mail else None), coming, act.now, mail)
            if act.failed and step.code in {each.code for each in rules.steps if each.deed is not None}:
                governance_hindered.put_down(step, governing.FAULT, act.now)
            awaited = await _awaited(session, row, rules, step, act.now, unmailed=mail is not None)
            return _look(row, step, governing.next_of(rules, awaited, act.now), coming, act.now, mail)

    @activity.defn(name=names.GOVERNANCE_DO)
    async def do(self, act: GovernanceAct) -> GovernanceDone:
        """Do one deed, if it is still the one to be done. Raises NOT_FOUND, and MAIL_AWAY to be retried."""
        if act.deed is Deed.MAIL:
            return await self._send(act)
        if act.deed is Deed.ACTION:
            return await self._tell_of_action(act)
        async with beating(), self._database.tenant(act.organisation_id, act.now) as session:
            row = await _found(session, act, lock=True)
            if act.deed is Deed.MAIL_LEFT:
                return await _leave_mail(session, act)
            step = await governance.open_step(session, row.id)
            if row.state != OccurrenceState.OPEN or step is None or act.deed is None:
                return GovernanceDone(done=False)
            rules = governance_files.rules(row.kind, row.rules)
            if act.deed in _TOLD:
                return GovernanceDone(done=await governance_told.tell(session, row, step, rules, act.deed, act.now))
            rule = rules.step(step.code)
            if rule is None or rule.deed is not act.deed:
                return GovernanceDone(done=False)
            try:
                await self._step(session, row, act)
            except Hindered as why:
                # In the same transaction: whoever puts it right waits for its locks, and finds it written down.
                governance_hindered.put_down(step, why.code, act.now)
                return GovernanceDone(done=False)
            await governance.complete(session, row, step, act.now, by=None, words=None)
            return GovernanceDone(done=True)

    async def _tell_of_action(self, act: GovernanceAct) -> GovernanceDone:
        """Tell of what a meeting resolved. The meeting is not locked: whoever settles an action locks that first."""
        async with self._database.tenant(act.organisation_id, act.now) as session:
            row = await _found(session, act)
            rules = governance_files.rules(row.kind, row.rules)
            return GovernanceDone(done=await governance_actions.tell(session, row, rules, act.now))

    async def _step(self, session: AsyncSession, row: Row, act: GovernanceAct) -> None:
        """Do what a step of the machine is about."""
        match act.deed:
            case Deed.COMPILE:
                series = await session.get_one(GovernanceSeries, row.series_id)
                kind = series.report or governance_files.rules(row.kind, row.rules).reports[0]
                compiled = await self._reports.compile(session, row, kind, act.now)
                row.report_id, row.broken = compiled.report_id, compiled.broken
            case Deed.PROPOSE:
                first = microseconds(at_local(row.first_on, time(0)))
                await governance_cases.propose(session, row, first, microseconds(end_of_day(row.last_on)))
            case Deed.PUBLISH:
                approved = [each for each in await governance.steps(session, row.id) if each.state == "done"]
                await self._reports.publish(session, row, approved[-1].done_by if approved else None, act.now)
            case Deed.ASK if self._ask is not None:
                await self._ask(session, row, act.now)

    async def _send(self, act: GovernanceAct) -> GovernanceDone:
        async with self._database.tenant(act.organisation_id, act.now) as session:
            row = await _found(session, act)
            reminder = await governance_actions.unmailed(session, row.id, act.mail)
            if reminder is None:
                return GovernanceDone(done=False)
            rules = governance_files.rules(row.kind, row.rules)
            mails = await governance_actions.mails(session, reminder, row, rules, self._sender)
        sent = 0
        for mail in mails:
            try:
                await self._mail.send(mail)
                sent += 1
            except Undeliverable:
                continue
            except MailUnavailable as fault:
                raise ApplicationError(fault.code, type=MAIL_AWAY) from None
        async with self._database.tenant(act.organisation_id, act.now) as session:
            held: governance_actions.Told = await session.get_one(type(reminder), reminder.id)
            held.mailed = sent
        return GovernanceDone(done=True)


async def _leave_mail(session: AsyncSession, act: GovernanceAct) -> GovernanceDone:
    """Give up an e-mail that did not leave: the task is there all the same. Asked for again it gives up no other."""
    reminder = await governance_actions.unmailed(session, act.occurrence_id, act.mail)
    if reminder is not None:
        reminder.mailed = 0
    return GovernanceDone(done=reminder is not None)


async def _found(session: AsyncSession, act: GovernanceAct, *, lock: bool = False) -> Row:
    row = await governance.occurrence(session, act.occurrence_id, lock=lock)
    if row is None:
        raise ApplicationError("no such occurrence", type=ErrorType.NOT_FOUND, non_retryable=True)
    return row


async def _begin_due(session: AsyncSession, series: GovernanceSeries, now: datetime) -> None:
    turns = Turns(
        rhythm=series.rhythm,
        anchor_on=series.anchor_on,
        hour=series.hour,
        base=series.base,
    )
    rules = governance_files.newest(series.kind)
    begun_on = local_date(now)
    for turn in governing_rhythm.due(turns, await governance.last_number(session, series.id), now):
        first_on, last_on = governing_rhythm.period(turns.rhythm, rules.about, turn.nominal_on)
        new = governance.NewOccurrence(
            number=turn.number,
            rules=rules.version,
            first_on=first_on,
            last_on=last_on,
            nominal_on=turn.nominal_on,
            begun_on=begun_on,
            begun_at=now,
            late=turn.late,
            steps=governing.due_days(rules, begun_on),
        )
        await governance.begin(session, series, new)


async def _awaited(
    session: AsyncSession,
    row: Row,
    rules: governance_files.Governing,
    step: GovernanceStep,
    now: datetime,
    *,
    unmailed: bool,
) -> Awaited:
    rule = rules.step(step.code)
    assert rule is not None and step.opened_at is not None
    told = frozenset(each.rung for each in await governance.reminders(session, step.id))
    if await governance_told.is_anothers(session, row, step, rule, now):
        told -= {Deed.OPENED.value}
    if not await governance_hindered.is_told_of(session, step.id):
        told -= {Deed.HINDERED.value}
    return Awaited(
        rule=rule,
        due_on=step.due_on,
        opened_at=step.opened_at,
        told=told,
        unmailed=unmailed,
        hindered=step.hindered,
        tries=step.tries,
        tried_at=step.tried_at,
    )


def _look(
    row: Row,
    step: GovernanceStep | None,
    then: governing.Next,
    coming: governance_actions.Coming,
    now: datetime,
    mail: governance_actions.Told | None,
) -> GovernanceLook:
    then = coming.beside(then)
    over = row.state != OccurrenceState.OPEN and then.deed is None and not coming.open
    again = None if over or then.deed is not None else now + _AGAIN
    return GovernanceLook(
        kind=Code(row.kind),
        number=row.number,
        state=OccurrenceState(row.state),
        step=None if step is None else Code(step.code),
        due_at=None if step is None else end_of_day(step.due_on),
        deed=then.deed,
        look_at=then.look_at or again,
        late=row.late,
        hindered=None if step is None or step.hindered is None else Code(step.hindered),
        tries=0 if step is None else step.tries,
        over=over,
        actions=coming.open,
        mail=mail.id if mail is not None and then.deed is Deed.MAIL else None,
    )
