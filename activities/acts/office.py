"""The office of a case: its owner, contact rules, tasks, and drafts released or discarded."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from activities.acts import intake_letters, ledger, letters
from activities.acts.case import Case, Refused, refuse_if
from activities.acts.ledger import Terms
from activities.acts.letter_facts import purpose_of
from activities.acts.working import keep_words, renew_update
from contracts.commands import CommandKind
from contracts.failures import Refusal
from contracts.notices import NoticeState
from db.desk_said import (
    Assign,
    CompleteTask,
    DiscardNotice,
    NoticeOutcomeSaid,
    ReleaseNotice,
    SetContactRules,
)
from db.models.work import Notice, Task
from db.office_said import SendUpdate
from db.queries import acts, people, tasks, tiers
from policies.letters import has_blanks


async def assign(case: Case, said: Assign) -> None:
    """Give the case to an owner, or to the unassigned queue, with the open tasks of the owner."""
    await check_unit(case.session, said.team_id, "team")
    await check_unit(case.session, said.division_id, "division")
    if said.owner_id is not None:
        person = await people.active_person(case.session, said.owner_id)
        refuse_if(person is None, Refusal.UNKNOWN_OWNER)
        barred = await tiers.is_barred(case.session, case.complaint.id, case.complaint.tier, said.owner_id)
        refuse_if(barred, Refusal.HANDLER_BARRED)
    complaint = case.complaint
    case.event(
        "owner.assigned",
        old_owner_id=complaint.owner_id,
        owner_id=said.owner_id,
        team_id=said.team_id or complaint.team_id,
        division_id=said.division_id or complaint.division_id,
    )
    complaint.owner_id = said.owner_id
    complaint.team_id = said.team_id or complaint.team_id
    complaint.division_id = said.division_id or complaint.division_id
    if complaint.open:
        await allocate(case)
    holder = await case.holder_of("owner")
    case.note_holder("owner", holder)
    await tasks.hand_to_owner(case.session, complaint.id, holder.id if holder else None)
    keep_words(case, "handover", said.handover)


async def allocate(case: Case) -> None:
    """Ask for an owner, with a clock on it; or end both, because somebody has the case."""
    if case.complaint.owner_id is not None:
        await ledger.meet_if_running(case, "allocation", case.on)
        await tasks.end_open(case.session, case.complaint.id, at=case.at, kind="assign_owner", done=True)
    elif await ledger.running(case, "allocation") is None:
        clock = await ledger.arm(case, "allocation", case.on, Terms(cause="unassigned"))
        await case.task("assign_owner", "complaints_manager", due_on=clock.due_on)


async def check_unit(session: AsyncSession, unit_id: UUID | None, kind: str) -> None:
    """Refuse a team or a division that is not this organisation's, or is no more."""
    if unit_id is None:
        return
    unit = await people.active_unit(session, unit_id)
    refuse_if(unit is None or unit.kind != kind, Refusal.UNKNOWN_TEAM)


async def set_contact_rules(case: Case, said: SetContactRules) -> None:
    """Set or lift stop-contact and hold; they are honoured at the moment of sending."""
    case.complaint.stop_contact, case.complaint.hold = said.stop_contact, said.hold
    case.event("contact_rules.set", stop_contact=said.stop_contact, hold=said.hold)
    keep_words(case, "contact_rules", said.reason)
    if said.stop_contact:
        for notice in await letters.to_be_posted(case):
            await letters.withhold(case, notice)


async def complete_task(case: Case, said: CompleteTask) -> None:
    """Mark a task done. A posted letter is thereby handed over."""
    task = await case.session.get(Task, said.task_id)
    refuse_if(task is None or task.complaint_id != case.complaint.id, Refusal.UNKNOWN_TASK)
    assert task is not None
    refuse_if(task.state != "open", Refusal.TASK_ALREADY_DONE)
    refuse_if(task.kind == "post_letter" and case.complaint.hold, Refusal.CONTACT_ON_HOLD)
    # It is done by deciding.
    refuse_if(task.kind == "approve_correction", Refusal.CORRECTION_PENDING)
    _end_task(case, task, await _late_item_outcome(case, task, said))
    keep_words(case, "task", said.words)
    if task.kind == "post_letter" and task.notice_id is not None:
        notice = await case.session.get_one(Notice, task.notice_id)
        notice.state, notice.settled_at = NoticeState.HANDED_OVER.value, case.at
        case.event("notice.handed_over", **letters.arrival(notice))


async def _late_item_outcome(case: Case, task: Task, said: CompleteTask) -> dict[str, str]:
    """Return what became of something that came after the end: filed, answered, or the complaint was reopened."""
    if task.kind != "late_item":
        return {}
    if said.outcome is None:
        raise Refused(Refusal.REASON_NEEDED)
    reopened = await acts.is_reopened(case.session, case.complaint.id)
    refuse_if(said.outcome == "reopened" and not reopened, Refusal.CONTRADICTS_RECORD)
    return {"outcome": said.outcome}


def _end_task(case: Case, task: Task, outcome: dict[str, str]) -> None:
    task.state, task.ended_at, task.ended_by = "done", case.at, case.actor_id
    case.event("task.done", task_id=task.id, task=task.kind, **outcome)


async def release_notice(case: Case, said: ReleaseNotice) -> None:
    """Release a draft under the name of the person who says so, with their changes to its words."""
    notice = await _draft(case, said.notice_id)
    notice.subject = said.subject or notice.subject
    notice.body = said.body or notice.body
    refuse_if(has_blanks(notice.subject + notice.body), Refusal.BLANKS_LEFT)
    await _decided(case, notice)
    await letters.send(case, notice, case.actor_id)
    await intake_letters.meet_by_letter(case, notice.template)
    if purpose_of(notice.template) == "update":
        case.event("update.given", notice_id=notice.id, given_on=case.on)
        await renew_update(case, case.on)


async def send_update(case: Case, said: SendUpdate) -> None:
    """Write an update and release it in one act, under the name of the person who says so."""
    lawful = case.procedure.allowed_in(case.complaint.stage)
    refuse_if(CommandKind.RECORD_UPDATE not in lawful, Refusal.NOT_IN_THIS_STAGE)
    # It would reach nobody, and would count as an update given.
    refuse_if(case.complaint.stop_contact, Refusal.CONTACT_ON_HOLD)
    refuse_if(has_blanks(said.subject + said.body), Refusal.BLANKS_LEFT)
    await letters.discard(case, await letters.unreleased(case, "update"), "update_sent")
    notice = await letters.to_person(case, "update", {}, NoticeState.DRAFT)
    notice.subject, notice.body = said.subject, said.body
    await letters.send(case, notice, case.actor_id)
    case.event("update.given", notice_id=notice.id, given_on=case.on)
    await renew_update(case, case.on)


async def discard_notice(case: Case, said: DiscardNotice) -> None:
    """Discard a draft, with the reason kept on the file."""
    notice = await _draft(case, said.notice_id)
    await _decided(case, notice)
    notice.state, notice.settled_at = NoticeState.DISCARDED.value, case.at
    case.event("notice.discarded", notice_id=notice.id, cause="discarded_by_person")
    keep_words(case, "discard", said.reason)
    if case.complaint.open and notice.template == intake_letters.WRITTEN_RECORD:
        await intake_letters.write_record(case)  # it is still owed


async def _decided(case: Case, notice: Notice) -> None:
    """End the task and the clock about a draft: a person has read it and decided."""
    await tasks.end_open(
        case.session,
        case.complaint.id,
        at=case.at,
        notice_id=notice.id,
        kind="release_draft",
        done_by=case.actor_id,
        done=True,
    )
    await ledger.meet_if_running(case, "draft_release", case.on, notice.id)


async def _draft(case: Case, notice_id: object) -> Notice:
    notice = await case.session.get(Notice, notice_id)
    if notice is None or notice.complaint_id != case.complaint.id:
        raise Refused(Refusal.UNKNOWN_NOTICE)
    refuse_if(notice.state != NoticeState.DRAFT.value, Refusal.NOTICE_NOT_DRAFT)
    return notice


async def notice_outcome(case: Case, said: NoticeOutcomeSaid) -> None:
    """Write down what became of a notice; what did not reach the person is a task."""
    notice = await case.session.get(Notice, said.notice_id)
    refuse_if(
        notice is None or notice.complaint_id != case.complaint.id,
        Refusal.UNKNOWN_NOTICE,
    )
    assert notice is not None
    if said.state is NoticeState.HANDED_OVER:
        case.event_of_machine("notice.outcome_noted", notice_id=notice.id)  # its arrival is journalled before this act
        return
    if said.state is NoticeState.WITHHELD and notice.journalled:
        case.event_of_machine("notice.outcome_noted", notice_id=notice.id)  # the act that withheld it has said so
        return
    case.event(
        f"notice.{said.state.value}",
        notice_id=notice.id,
        template=notice.template,
        failure=said.failure,
    )
    if said.state in (NoticeState.FAILED, NoticeState.WITHHELD):
        await case.task(
            f"notice_{said.state.value}",
            "owner",
            name=str(notice.id),
            notice_id=notice.id,
        )
