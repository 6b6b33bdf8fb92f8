"""What every step with a notice stands on: its row, the time of this attempt, and whether it may leave now."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession
from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities.acts import consents, reach
from activities.acts.case import calendars_of
from contracts.code import Code
from contracts.failures import ErrorType
from contracts.notices import NoticeAct, NoticeOutcome, NoticeState
from db.queries import carriers
from db.queries.notices import NoticeToSend, get_notice_to_send, settle_queued, wait_for_format
from policies import reaching
from policies.calendars import local_date
from policies.quiet import Quiet, may_leave_at

MAIL_AWAY: Final = "MAIL_AWAY"  # the type of a failure that another attempt may mend


def moment(act: NoticeAct) -> datetime:
    """Return the time of this attempt: `act.now` is of the first, which may be days ago."""
    info = activity.info()
    return act.now + (info.current_attempt_scheduled_time - info.scheduled_time)


async def found(session: AsyncSession, act: NoticeAct) -> NoticeToSend:
    """Return the notice of an act. Raises NOT_FOUND, never to be retried."""
    notice = await get_notice_to_send(session, act.notice_id)
    if notice is None or notice.complaint_id != act.complaint_id:
        raise ApplicationError("no such notice", type=ErrorType.NOT_FOUND, non_retryable=True)
    return notice


def outcome_of(notice: NoticeToSend, look_at: datetime | None = None) -> NoticeOutcome:
    """Return what has become of a notice."""
    failure = Code(notice.failure) if notice.failure else None
    return NoticeOutcome(state=notice.state, failure=failure, look_at=look_at)


def undeliverable(code: str) -> ApplicationError:
    """Return the failure of a notice that no retry will deliver."""
    return ApplicationError("the notice cannot be delivered", code, type=ErrorType.UNDELIVERABLE, non_retryable=True)


async def owed(session: AsyncSession, act: NoticeAct) -> NoticeOutcome:
    """Keep a notice whose large print no machine can make: what somebody cannot read has not arrived."""
    await wait_for_format(session, act.notice_id, reach.FORMAT_OWED)
    return outcome_of(await found(session, act))


async def kept_here(session: AsyncSession, act: NoticeAct, notice: NoticeToSend, now: datetime) -> NoticeOutcome | None:
    """Return what a notice is that does not leave at this moment, withholding it where it never may; else None."""
    if notice.state is not NoticeState.QUEUED or _held(notice) or _silent(notice, now):
        return outcome_of(notice)
    if notice.stop_contact and outside(notice):
        await settle_queued(session, act.notice_id, NoticeState.WITHHELD, now)
        return NoticeOutcome(state=NoticeState.WITHHELD)
    if cause := _never(notice):
        await settle_queued(session, act.notice_id, NoticeState.WITHHELD, now, cause)
        return NoticeOutcome(state=NoticeState.WITHHELD, failure=Code(cause))
    if outside(notice) and not await consents.may_leave_now(session, act.notice_id, local_date(now)):
        await settle_queued(session, act.notice_id, NoticeState.WITHHELD, now, consents.MISSING)
        return NoticeOutcome(state=NoticeState.WITHHELD, failure=Code(consents.MISSING))
    at = await _leaves_at(session, act, notice, now)
    return outcome_of(notice, at) if at > now else None


def _never(notice: NoticeToSend) -> str | None:
    """Return why it may not leave whatever is waited for: its reader has no part in this, or the way is not safe."""
    if notice.retired:
        return reach.RETIRED
    return None if reaching.is_safe(notice.channel, notice.unsafe) else reach.UNSAFE


def outside(notice: NoticeToSend) -> bool:
    """Say whether it goes to a person outside: whatever is not for a named member of staff does."""
    return not notice.to_staff


def is_letter(notice: NoticeToSend) -> bool:
    """Say whether it is a letter: to a person outside, or to a member of staff complained about. A prompt is none."""
    return outside(notice) or notice.involved


def _held(notice: NoticeToSend) -> bool:
    """Say whether to wait. Stopped contact goes before a hold: there is nothing to wait for."""
    return notice.hold and not notice.stop_contact and outside(notice)


def _silent(notice: NoticeToSend, now: datetime) -> bool:
    """Say whether the switch date of an import lies ahead. Mail that has left cannot be called back by a database."""
    return notice.switch_on is not None and local_date(now) < notice.switch_on


async def _leaves_at(session: AsyncSession, act: NoticeAct, notice: NoticeToSend, now: datetime) -> datetime:
    """Return when it may leave: at once what the law asks for, else after the organisation's quiet hours."""
    row = None if notice.statutory else await carriers.quiet_hours(session)
    if row is None:
        return now
    quiet = Quiet(quiet_from=row.quiet_from, quiet_until=row.quiet_until, working_days_only=row.working_days_only)
    calendars = await calendars_of(session, notice.nation, act.organisation_id)
    return may_leave_at(now, quiet, calendars.organisation)
