"""What became of notices: told by whoever carries them, or by a person. What did not arrive is a task and a clock."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from activities.acts import consents, ledger, letters, reach, statements
from activities.acts.case import Case, Refused, refuse_if
from activities.acts.ledger import Terms
from contracts.failures import Refusal
from contracts.notices import ARRIVAL_UNKNOWN, NOTIFY, NoticeState
from db.delivery_said import RecordDelivery
from db.desk_said import NoticeOutcomeSaid
from db.models.arrivals import Arrival
from db.models.work import Notice
from db.queries import carriers, tasks
from policies.calendars import local_date
from policies.corrections import governance_due

UNDELIVERED: Final = "undelivered"
FORMAT: Final = "format"
# What is asked of people about a notice until it has arrived.
_ASKED: Final = (
    *("post_letter", "find_way", "supply_format", "call_instead"),
    *("notice_failed", "notice_withheld", "arrival_unknown"),
)
_ON_ITS_WAY: Final = frozenset({NoticeState.QUEUED, NoticeState.HANDED_OVER})
_MAY_ARRIVE: Final = _ON_ITS_WAY | {NoticeState.FAILED}
_LEFT: Final = frozenset({NoticeState.RELEASED, NoticeState.HANDED_OVER, NoticeState.DELIVERED, NoticeState.FAILED})
_ARRIVED: Final = frozenset({"delivered", "supplied_in_format", "read_out"})
_WRONG_ADDRESS: Final = "wrong_address"


async def notice_outcome(case: Case, said: NoticeOutcomeSaid) -> None:
    """Write down what a carrier says became of a notice. It never goes backwards: what has arrived stays so."""
    notice = await _notice(case, said.notice_id)
    state = NoticeState(notice.state)
    if said.state is NoticeState.DELIVERED and (state in _MAY_ARRIVE or await _is_withheld_too_late(case, notice)):
        await _arrive(case, notice)
    elif said.state is NoticeState.FAILED and await _is_news(case, notice):
        await _fail(case, notice, said.failure)
    elif said.state is NoticeState.WITHHELD and not notice.journalled:
        case.event("notice.withheld", notice_id=notice.id, template=notice.template, failure=said.failure)
        case.kept_back.append(notice)
        await reach.ask(case, "notice_withheld", notice)
    elif said.failure == reach.FORMAT_OWED and await _is_owed_since(case, notice):
        await reach.no_longer(case, notice.id, reach.FORMAT_OWED)
        await reach.owe(case, notice)
    elif said.failure == ARRIVAL_UNKNOWN.value and state is NoticeState.HANDED_OVER:
        case.event_of_machine("notice.arrival_unknown", notice_id=notice.id)
        await reach.ask(case, "arrival_unknown", notice)
    else:
        # Its arrival at the gateway is journalled before this act, its withholding by the act that withheld it.
        case.event_of_machine("notice.outcome_noted", notice_id=notice.id)


async def record_delivery(case: Case, said: RecordDelivery) -> None:
    """Write down what a person saw become of a notice; they may know better than its carrier."""
    notice = await _notice(case, said.notice_id)
    state = NoticeState(notice.state)
    # What waits for the form that somebody needs has not left: it can only be given to them.
    waits = state is NoticeState.RELEASED and notice.failure is not None and said.what not in _ARRIVED
    refuse_if(state not in _LEFT or waits, Refusal.NOTICE_NOT_SENT)
    began = local_date(notice.released_at or notice.drafted_at)
    refuse_if(said.on < began, Refusal.CONTRADICTS_RECORD)
    known = "delivered" if state is NoticeState.DELIVERED else notice.failure
    refuse_if(said.what == known, Refusal.NOTHING_CHANGES)
    uncovered = state is NoticeState.RELEASED and not await consents.may_leave(case, notice)
    _keep(case, said)
    case.event("notice.delivery_recorded", notice_id=notice.id, what=said.what, on=said.on)
    if said.what in _ARRIVED:
        await _arrive(case, notice)
        if uncovered:
            await letters.left_uncovered(case, notice)
        return
    await _fail(case, notice, said.what)
    if said.what == _WRONG_ADDRESS:
        await case.task(
            "information_governance",
            "complaints_manager",
            name=str(notice.id),
            due_on=governance_due(case.at),
            notice_id=notice.id,
        )


async def _notice(case: Case, notice_id: UUID) -> Notice:
    notice = await case.session.get(Notice, notice_id)
    if notice is None or notice.complaint_id != case.complaint.id:
        raise Refused(Refusal.UNKNOWN_NOTICE)
    return notice


async def _is_news(case: Case, notice: Notice) -> bool:
    """Say whether a failure is not on record yet. A notice that was given up was settled by its own workflow."""
    state = NoticeState(notice.state)
    if state is NoticeState.FAILED:
        return not await tasks.was_asked_about(case.session, notice.id, "notice_failed")
    return state in _ON_ITS_WAY


async def _is_withheld_too_late(case: Case, notice: Notice) -> bool:
    """Say whether a notice was withheld when its carrier may have had it already: it can have left all the same."""
    if notice.state != NoticeState.WITHHELD.value or notice.carrier != NOTIFY.value:
        return False
    return await carriers.carriage_of(case.session, notice.id) is not None


async def _is_owed_since(case: Case, notice: Notice) -> bool:
    """Say whether a notice waits for its form since it was to leave, so that nobody was asked for that yet."""
    waits = notice.state == NoticeState.RELEASED.value and notice.failure == reach.FORMAT_OWED
    return waits and not await tasks.was_asked_about(case.session, notice.id, reach.SUPPLY)


async def _arrive(case: Case, notice: Notice) -> None:
    """Write that the person has it, and end what was asked about it."""
    _journal(case, notice)
    notice.state, notice.settled_at, notice.failure = NoticeState.DELIVERED.value, case.at, None
    case.event("notice.delivered", notice_id=notice.id, template=notice.template)
    await statements.carried(case, notice)
    await _end_asking(case, notice)
    for kind in (UNDELIVERED, FORMAT):
        await ledger.meet_if_running(case, kind, case.on, notice.id)


async def _fail(case: Case, notice: Notice, failure: str | None) -> None:
    """Write that it did not arrive: a task and, for somebody who was to be told, a clock."""
    _journal(case, notice)
    await _end_asking(case, notice)
    notice.state, notice.settled_at, notice.failure = NoticeState.FAILED.value, case.at, failure
    case.event("notice.failed", notice_id=notice.id, template=notice.template, failure=failure)
    clock = None
    if case.complaint.open and notice.person_id is None and case.procedure.has_clock(UNDELIVERED):
        clock = await ledger.arm(case, UNDELIVERED, case.on, Terms(cause="notice_failed"), subject_id=notice.id)
    due_on, clock_id = (clock.due_on, clock.id) if clock else (None, None)
    await reach.ask(case, "notice_failed", notice, due_on=due_on, clock_id=clock_id)


def _journal(case: Case, notice: Notice) -> None:
    """Put the hand-over of what has left into the chain, where its own carrier had no time to write it."""
    withheld = notice.state == NoticeState.WITHHELD.value
    waited = notice.state in (NoticeState.QUEUED.value, NoticeState.RELEASED.value) and not notice.journalled
    if not (withheld or waited):
        return
    notice.settled_at = case.at
    case.event_of_machine("notice.handed_over", **letters.arrival(notice))


async def _end_asking(case: Case, notice: Notice) -> None:
    for kind in _ASKED:
        await tasks.end_open(
            case.session,
            case.complaint.id,
            at=case.at,
            notice_id=notice.id,
            kind=kind,
            done_by=case.actor_id,
            done=True,
        )


def _keep(case: Case, said: RecordDelivery) -> None:
    case.session.add(
        Arrival(
            id=case.new_id(f"arrival/{said.notice_id}"),
            organisation_id=case.complaint.organisation_id,
            complaint_id=case.complaint.id,
            notice_id=said.notice_id,
            what=said.what,
            happened_on=said.on,
            words=said.words,
            act_id=case.act.act_id,
            said_by=case.actor_id,
            said_at=case.at,
        )
    )
