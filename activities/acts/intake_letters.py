"""What is written when something comes in: the bare receipt, the record of what was said, the reply to an MP."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from activities.acts import consents, ledger, letters, reach, silence
from activities.acts.case import Case
from activities.acts.letter_facts import purpose_of
from contracts.commands import CommandKind
from contracts.notices import NoticeState
from db.models.complaint import ComplaintWords, Party
from db.queries import clocks, notices
from db.queries.complaint_reads import parties_of
from policies.intake import NAMED_SOURCES
from policies.reaching import EMAIL, TEXT

WRITTEN_RECORD: Final = "written_record"
_ORAL: Final = "oral"
# The clocks that are met by being in touch with the person.
_FIRST: Final = ("acknowledgement", "answer")


async def answer_receipt(case: Case) -> None:
    """Write what goes out because something came in: the receipt at once, the rest as drafts."""
    people = await parties_of(case.session, case.complaint.id)
    await _bare_receipt(case, people)
    await write_record(case)
    for party in people:
        if party.role == "mp":
            await reply_to_mp(case, party)


async def tell_who_wrote(case: Case) -> None:
    """Draft the last reply to an MP who wrote: the person has their answer."""
    for party in await parties_of(case.session, case.complaint.id):
        if party.role == "mp":
            await _last_reply_to_mp(case, party)


async def write_record(case: Case) -> None:
    """Draft the written record of an oral complaint, while it is owed and no draft of it lies there."""
    clock = await ledger.running(case, WRITTEN_RECORD)
    if clock is None or await letters.unreleased(case, WRITTEN_RECORD):
        return
    words = await case.session.get_one(ComplaintWords, case.complaint.id)
    facts = {
        "summary": words.summary,
        "narrative": words.narrative,
        "desired_outcome": words.desired_outcome,
    }
    await letters.draft(case, WRITTEN_RECORD, facts)


async def meet_by_letter(case: Case, template: str) -> None:
    """Meet the running clocks of the whole case that are met by releasing a letter of this very purpose."""
    for row in await clocks.running_clocks(case.session, case.complaint.id):
        rule = case.procedure.clock(row.kind)
        released = CommandKind.RELEASE_NOTICE in rule.met_by
        if row.subject_id is None and released and rule.letter == purpose_of(template):
            await ledger.meet(case, row, case.on)


async def is_record_sent(case: Case) -> bool:
    """Say whether the person has, or is about to have, the written record of what they said (R-02)."""
    if case.complaint.channel != _ORAL:
        return True
    return await notices.is_sent(case.session, case.complaint.id, WRITTEN_RECORD)


async def _bare_receipt(case: Case, people: list[Party]) -> None:
    """Tell whoever wrote that it has reached us; only where a machine can, and only once nobody else speaks to them.

    Who needs it in a form that no machine makes is told by a person.
    """
    writer = _writer(case, people)
    if await silence.is_kept(case):
        return
    found = await reach.needs(case, writer)
    if found.owes_format:
        due_on = case.calendars.organisation.add_working_days(case.on, 1)
        await case.task("give_receipt", "owner", name=str(writer.id), due_on=due_on, subject_id=writer.id)
        return
    # Both receipts have words for a text.
    if await reach.channel(case, writer, found, short=True) not in (EMAIL, TEXT):
        return
    if writer.role != "complainant":
        await letters.to_person(case, "receipt_on_behalf", {}, NoticeState.QUEUED, writer)
        return
    facts = {"due_on": await _first_date(case)}
    await letters.to_person(case, "receipt", facts, NoticeState.QUEUED, writer)


def _writer(case: Case, people: list[Party]) -> Party:
    """Return who wrote: whoever the source names, else the person who complains."""
    source = case.complaint.source
    role = source if source in NAMED_SOURCES else "complainant"
    found = [party for party in people if party.role == role]
    return (found or [party for party in people if party.role == "complainant"])[0]


async def reply_to_mp(case: Case, party: Party) -> None:
    """Draft the MP's own reply; where nothing shows that the constituent agrees, have somebody ask."""
    needed = not await consents.may_be_told(case, party, "mp_reply")
    facts: dict[str, Any] = {"due_on": await _first_date(case), "consent_needed": needed}
    await letters.draft(case, "mp_receipt", facts, party)
    if needed:
        await case.task("consent_needed", "owner", name=str(party.id), subject_id=party.id)


async def _last_reply_to_mp(case: Case, party: Party) -> None:
    """Draft what tells an MP what was found, where that is covered; else that it is not."""
    if await consents.may_be_told(case, party, "mp_reply"):
        await letters.draft(case, "mp_reply", {"consent_needed": False}, party)
    else:
        await letters.draft(case, "mp_reply_bare", {}, party)


async def _first_date(case: Case) -> date | None:
    """Return the day by which the person first hears from us; none where it has passed, or nothing promises one."""
    running = [await ledger.running(case, kind) for kind in _FIRST]
    first = min((row.due_on for row in running if row is not None), default=None)
    return first if first is not None and first >= case.on else None
