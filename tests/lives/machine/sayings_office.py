"""What the office says of any case: owner, notes, files, contacts, letters, tasks, corrections."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

from contracts.commands import CommandKind
from db import desk_said
from db import office_said as office
from tests.lives.machine.draws import WORDS, Draws
from tests.lives.machine.sayings_early import Saying

_STAFF = ("handler", "complaints_manager", "investigator", "auditor")


def assign(d: Draws) -> Saying:
    barred = {row["person_id"] for row in d.look.rows("tier_bar", tier=d.look.complaint["tier"])}
    free = [role for role in _STAFF if str(d.body.person(role)) not in barred]
    owner = None if not d.right and d.one(False, False, True) else d.person(*free)
    return desk_said.Assign(owner_id=owner, handover=WORDS), "complaints_manager"


def add_note(d: Draws) -> Saying:
    return desk_said.AddNote(words=WORDS), "handler"


def attach_file(d: Draws) -> Saying:
    return desk_said.AttachFile(file_id=d.id(d.look.ids("case_file"))), "handler"


def mark_file(d: Draws) -> Saying:
    attached = d.look.ids("case_file", attached=True)
    what = office.MarkFile(file_id=d.id(attached), disclosure=d.one("restricted", "disclosable"), reason=WORDS)
    return what, "handler"


def set_contact_rules(d: Draws) -> Saying:
    what = desk_said.SetContactRules(stop_contact=d.one(False, True), hold=d.one(False, False, True), reason=WORDS)
    return what, "complaints_manager"


def release_notice(d: Draws) -> Saying:
    drafts = d.look.rows("notice", state="draft")
    row = d.row(drafts)
    body = row["body"].replace("[[", "").replace("]]", "") if row else WORDS
    known = [UUID(row["id"])] if row else d.look.ids("notice")
    return desk_said.ReleaseNotice(notice_id=d.id(known), body=d.mostly(body, None, "[[blank]]")), "handler"


def discard_notice(d: Draws) -> Saying:
    drafts = d.look.ids("notice", state="draft") or d.look.ids("notice")
    return desk_said.DiscardNotice(notice_id=d.id(drafts), reason=WORDS), "handler"


def complete_task(d: Draws) -> Saying:
    tasks = d.look.ids("task", state="open") or d.look.ids("task")
    return desk_said.CompleteTask(task_id=d.id(tasks), outcome=d.one("filed", "answered", "reopened", None)), "handler"


def record_contact(d: Draws) -> Saying:
    promised = d.one(False, True)
    what = office.RecordContact(
        direction=d.one("in", "out"),
        channel="call",
        happened_at=d.world.clock.now() - timedelta(hours=d.mostly(1, -1)),
        with_whom="Pat",
        summary=WORDS,
        party_id=d.one(None, d.id(d.parties())),
        promised="To ring back." if promised else None,
        promised_by=d.due_on(1, 5) if promised else None,
    )
    return what, "handler"


def correct(d: Draws) -> Saying:
    makers = [_receipt, _party, _coding, _letter]
    if not d.right:
        makers.append(_link)
    if d.ripe:
        makers.append(_error)
    correction = d.one(*makers)(d)
    return office.Correct(correction=correction, reason=WORDS), d.speaker("handler", "complaints_manager")


def _receipt(d: Draws) -> office.Correction:
    moved = d.mostly(d.one(-1, -3, -20), 0, 1, 400)
    return office.ReceiptCorrected(received_on=d.received_on + timedelta(days=moved))


def _party(d: Draws) -> office.Correction:
    name = f"Pat Example {len(d.look.rows('correction'))}"
    return office.PartyCorrected(party_id=d.id(d.parties()), cause=d.one("details", "wrong_person"), name=name)


def _coding(d: Draws) -> office.Correction:
    outcome = d.mostly(None, "upheld", "not_upheld")
    return office.CodingCorrected(channel=d.one("oral", "written", "electronic"), outcome=outcome)


def _letter(d: Draws) -> office.Correction:
    return office.LetterMisdirected(notice_id=d.id(d.look.ids("notice")), went_to="A neighbour")


def _link(d: Draws) -> office.Correction:
    return office.LinkCorrected(reopened_from=d.one(None, d.id(d.others)))


def _error(d: Draws) -> office.Correction:
    cause = d.one("not_a_complaint", "duplicate")
    of = d.id(d.others) if cause == "duplicate" else None
    return office.OpenedInError(cause=cause, duplicate_of=of)


def decide_correction(d: Draws) -> Saying:
    awaiting = d.look.ids("correction", state="awaiting_approval") or d.look.ids("correction")
    what = office.DecideCorrection(
        correction_id=d.id(awaiting), approved=d.one(True, False), reason=d.mostly(WORDS, None)
    )
    return what, d.one("responsible_person", "complaints_manager")


def send_update(d: Draws) -> Saying:
    return office.SendUpdate(subject="An update", body=d.mostly(WORDS, "[[blank]]")), "handler"


OFFICE: dict[CommandKind, Callable[[Draws], Saying]] = {
    CommandKind(each.__name__): each
    for each in (
        assign, add_note, attach_file, mark_file, set_contact_rules, release_notice, discard_notice, complete_task,
        record_contact, correct, decide_correction, send_update,
    )
}  # fmt: skip
