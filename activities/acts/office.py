"""The office of a case: its owner, contact rules, tasks, and drafts released or discarded."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from activities.acts import (
    action_letters,
    arrivals,
    candour_letters,
    consents,
    contact_plans,
    intake_letters,
    involving,
    joint_drafts,
    ledger,
    letters,
    promises,
    reach,
    seniors,
    staff_informing,
    staff_letters,
    statements,
)
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
    if said.owner_id is not None:
        await involving.look_for_conflict_of(case, said.owner_id)
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
    notice = await case.session.get(Notice, task.notice_id) if task.notice_id is not None else None
    by_hand = task.kind in reach.BY_HAND and (notice is None or notice.involvement_id is None)
    refuse_if(by_hand and case.complaint.hold, Refusal.CONTACT_ON_HOLD)
    # They are done by deciding.
    refuse_if(task.kind == "approve_correction", Refusal.CORRECTION_PENDING)
    refuse_if(
        task.kind in (contact_plans.REVIEW, contact_plans.APPEAL, *seniors.BY_COMMAND), Refusal.CONTRADICTS_RECORD
    )
    uncovered = by_hand and notice is not None and not await consents.may_leave(case, notice)
    _end_task(case, task, await _late_item_outcome(case, task, said))
    keep_words(case, "task", said.words)
    await promises.kept_by_task(case, task, said.words)
    if task.kind in reach.BY_HAND and task.notice_id is not None:
        await _left_by_hand(case, await case.session.get_one(Notice, task.notice_id), task.kind)
    if uncovered and notice is not None:
        await letters.left_uncovered(case, notice)
    if task.kind == "notice_failed" and task.notice_id is not None:
        await ledger.meet_if_running(case, arrivals.UNDELIVERED, case.on, task.notice_id)


async def _left_by_hand(case: Case, notice: Notice, task: str) -> None:
    """Write down that a person posted a letter, found a way, or gave somebody the form that they need."""
    if task == reach.SUPPLY:
        await reach.supplied(case, notice)
    else:
        notice.state, notice.settled_at = NoticeState.HANDED_OVER.value, case.at
        case.event("notice.handed_over", **letters.arrival(notice))
    await statements.carried(case, notice)


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
    await staff_letters.released(case, notice)
    await staff_informing.released(case, notice)
    await candour_letters.released(case, notice)
    await action_letters.released(case, notice)
    if not await letters.counts(case, notice):
        return
    await intake_letters.meet_by_letter(case, notice.template)
    await joint_drafts.released(case, notice)
    if purpose_of(notice.template) == "update":
        case.event("update.given", notice_id=notice.id, given_on=case.on)
        await renew_update(case, case.on, notice)


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
    await reach.as_letter(case, notice, await letters.complainant(case))
    await letters.send(case, notice, case.actor_id)
    await letters.copy_to_others(case, notice)
    case.event("update.given", notice_id=notice.id, given_on=case.on)
    await renew_update(case, case.on, notice)


async def discard_notice(case: Case, said: DiscardNotice) -> None:
    """Discard a draft, with the reason kept on the file."""
    notice = await _draft(case, said.notice_id)
    await _decided(case, notice)
    notice.state, notice.settled_at = NoticeState.DISCARDED.value, case.at
    case.event("notice.discarded", notice_id=notice.id, cause="discarded_by_person")
    keep_words(case, "discard", said.reason)
    if case.complaint.open and notice.template == intake_letters.WRITTEN_RECORD:
        await intake_letters.write_record(case)  # it is still owed
    await staff_letters.discarded(case, notice)
    await candour_letters.discarded(case, notice)
    await action_letters.discarded(case, notice)


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
