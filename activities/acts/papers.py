"""What is in the file of a case: notes, files, the contact log. After the end each of them raises a question."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from activities.acts import contact_plans, promises
from activities.acts.case import Case, check, refuse_if
from activities.acts.working import keep_words
from contracts.failures import Refusal
from db.desk_said import AddNote, AttachFile
from db.models.complaint import CaseFile, Party
from db.models.correction import Contact
from db.office_said import MarkFile, RecordContact
from db.queries import people_outside
from policies import lawful, reaching

# Nothing reminds of a complaint that has ended: what comes after the end is due soon.
_LATE_ITEM_DAYS: Final = 2
# What came by itself may be more than it looks: on the next working day somebody has read it.
_READ_WITHIN_DAYS: Final = 1
READ_INCOMING: Final = "read_incoming"


async def add_note(case: Case, said: AddNote) -> None:
    """Put a note on the file."""
    note_id = case.new_id("note/note")
    case.event("note.added", note_id=note_id)
    keep_words(case, "note", said.words)
    await raise_late_item(case, note_id)


async def attach_file(case: Case, said: AttachFile) -> None:
    """Put a file on the case; its content was stored with the submission."""
    row = await _file(case, said.file_id)
    row.attached = True
    case.event("file.attached", file_id=row.id, sha256=row.sha256, size=row.size, disclosure=row.disclosure)
    await raise_late_item(case, row.id)


async def mark_file(case: Case, said: MarkFile) -> None:
    """Say whether a file may be disclosed. Its content is never altered."""
    row = await _file(case, said.file_id)
    refuse_if(not row.attached, Refusal.UNKNOWN_FILE)
    refuse_if(row.disclosure == said.disclosure, Refusal.NOTHING_CHANGES)
    row.disclosure = said.disclosure
    case.event("file.marked", file_id=row.id, disclosure=said.disclosure)
    keep_words(case, "file_marked", said.reason)


async def _file(case: Case, file_id: UUID) -> CaseFile:
    row = await case.session.get(CaseFile, file_id)
    refuse_if(row is None or row.complaint_id != case.complaint.id, Refusal.UNKNOWN_FILE)
    assert row is not None
    return row


async def record_contact(case: Case, said: RecordContact) -> None:
    """Put a call, meeting, visit, letter or message into the contact log. Calls before the complaint belong there too.

    What was promised is a promise: a task and a clock until it is kept.
    """
    check(lawful.contact(happened_at=said.happened_at, promised=said.promised is not None,
                         promised_by=said.promised_by, now=case.at, today=case.on))  # fmt: skip
    await _check_party(case, said.party_id)
    contact = _contact(case, said)
    case.session.add(contact)
    case.event(
        "contact.recorded",
        contact_id=contact.id,
        direction=said.direction,
        channel=said.channel,
        happened_at=said.happened_at,
        party_id=said.party_id,
        promised_by=said.promised_by,
    )
    await _look_at_safety(case, contact)
    if said.promised is not None:
        await promises.noted(case, contact)
    if said.unread and case.complaint.open:
        await ask_to_read(case, "read_answer", contact.id)
    await contact_plans.note_contact(case, contact)
    await raise_late_item(case, contact.id)


async def _look_at_safety(case: Case, contact: Contact) -> None:
    """Tell the complaints manager that somebody was reached in an unsafe way: it happened, so it is on record."""
    if contact.direction != "out" or contact.party_id is None:
        return
    needs = await people_outside.needs_of(case.session, contact.party_id)
    if needs is None or not reaching.is_unsafe_contact(contact.channel, needs.unsafe):
        return
    case.event("contact.unsafe", contact_id=contact.id, party_id=contact.party_id, channel=contact.channel)
    await case.task("unsafe_contact", "complaints_manager", due_on=case.on, subject_id=contact.id)


async def ask_to_read(case: Case, kind: str, subject_id: UUID | None = None) -> None:
    """Ask the owner to read what came by itself, which nobody has seen."""
    due_on = case.calendars.organisation.add_working_days(case.on, _READ_WITHIN_DAYS)
    await case.task(kind, "owner", due_on=due_on, subject_id=subject_id)


async def raise_late_item(case: Case, subject_id: UUID) -> None:
    """Ask what becomes of something that came after the end: it is filed, answered, or the complaint is reopened."""
    if case.complaint.open:
        return
    due_on = case.calendars.organisation.add_working_days(case.on, _LATE_ITEM_DAYS)
    await case.task("late_item", "complaints_manager", name=str(subject_id), due_on=due_on, subject_id=subject_id)


async def _check_party(case: Case, party_id: UUID | None) -> None:
    if party_id is None:
        return
    party = await case.session.get(Party, party_id)
    refuse_if(party is None or party.complaint_id != case.complaint.id, Refusal.UNKNOWN_PARTY)


def _contact(case: Case, said: RecordContact) -> Contact:
    return Contact(
        id=case.new_id("contact"),
        organisation_id=case.complaint.organisation_id,
        complaint_id=case.complaint.id,
        direction=said.direction,
        channel=said.channel,
        happened_at=said.happened_at,
        with_whom=said.with_whom,
        party_id=said.party_id,
        summary=said.summary,
        promised=said.promised,
        promised_by=said.promised_by,
        author_id=case.actor_id,
        act_id=case.act.act_id,
        said_at=case.at,
    )
