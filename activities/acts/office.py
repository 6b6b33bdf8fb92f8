"""The office of a case: owner, notes, files, contact rules, tasks, and drafts released or discarded."""

from __future__ import annotations

from activities.acts import ledger, letters
from activities.acts.case import Case, Refused, refuse_if
from activities.acts.working import keep_words, renew_update
from contracts.failures import Refusal
from contracts.notices import NoticeState
from db.models.complaint import CaseFile
from db.models.work import Notice, Task
from db.queries import people, tasks
from db.said import (
    AddNote,
    Assign,
    AttachFile,
    CompleteTask,
    DiscardNotice,
    NoticeOutcomeSaid,
    ReleaseNotice,
    SetContactRules,
)
from policies.letters import has_blanks


async def assign(case: Case, said: Assign) -> None:
    """Give the case to another owner, with open tasks of the owner."""
    person = await people.active_person(case.session, said.owner_id)
    refuse_if(person is None, Refusal.UNKNOWN_OWNER)
    case.event("owner.assigned", old_owner_id=case.complaint.owner_id, owner_id=said.owner_id)
    case.complaint.owner_id = said.owner_id
    if case.complaint.attention == "nobody_is_owner":
        case.complaint.attention = None
    await tasks.hand_to_owner(case.session, case.complaint.id, said.owner_id)
    keep_words(case, "handover", said.handover)


async def add_note(case: Case, said: AddNote) -> None:
    """Put a note on the file."""
    case.event("note.added", note_id=case.new_id("note/note"))
    keep_words(case, "note", said.words)


async def attach_file(case: Case, said: AttachFile) -> None:
    """Put a file on the case; its content was stored with the submission."""
    row = await case.session.get(CaseFile, said.file_id)
    refuse_if(row is None or row.complaint_id != case.complaint.id, Refusal.UNKNOWN_FILE)
    assert row is not None
    row.attached = True
    case.event("file.attached", file_id=row.id, sha256=row.sha256, size=row.size)


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
    _end_task(case, task)
    keep_words(case, "task", said.words)
    if task.kind == "post_letter" and task.notice_id is not None:
        notice = await case.session.get_one(Notice, task.notice_id)
        notice.state, notice.settled_at = NoticeState.HANDED_OVER.value, case.at
        case.event("notice.handed_over", **letters.arrival(notice))


def _end_task(case: Case, task: Task) -> None:
    task.state, task.ended_at, task.ended_by = "done", case.at, case.actor_id
    case.event("task.done", task_id=task.id, task=task.kind)


async def release_notice(case: Case, said: ReleaseNotice) -> None:
    """Release a draft under the name of the person who says so, with their changes to its words."""
    notice = await _draft(case, said.notice_id)
    notice.subject = said.subject or notice.subject
    notice.body = said.body or notice.body
    refuse_if(has_blanks(notice.subject + notice.body), Refusal.BLANKS_LEFT)
    await _decided(case, notice)
    await letters.send(case, notice, case.actor_id)
    if notice.template == "update":
        case.event("update.given", notice_id=notice.id, given_on=case.on)
        await renew_update(case, case.on)


async def discard_notice(case: Case, said: DiscardNotice) -> None:
    """Discard a draft, with the reason kept on the file."""
    notice = await _draft(case, said.notice_id)
    await _decided(case, notice)
    notice.state, notice.settled_at = NoticeState.DISCARDED.value, case.at
    case.event("notice.discarded", notice_id=notice.id, cause="discarded_by_person")
    keep_words(case, "discard", said.reason)


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
