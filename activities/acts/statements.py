"""The statements at intake (R-11): what shows that they were given, and a task where nothing will.

A notice shows it when it is handed over, and only by what stands in it: whoever released it may have changed its words.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, Final
from uuid import UUID

from activities.acts.case import Case, Refused, codes, refuse_if
from contracts.failures import Refusal
from contracts.notices import NoticeState
from db.models.complaint import Party
from db.models.correction import Contact
from db.models.people_outside import StatementGiven
from db.models.work import Notice
from db.people_said import GiveStatements
from db.queries import notices, people_outside, tasks
from policies import lawful, statements
from policies.calendars import local_date
from policies.statements import Words

TASK: Final = "give_statements"
_COMPLAINT: Final = "complaint"


async def give(case: Case, said: GiveStatements) -> None:
    """Record that somebody was told of advocacy, or that they are treated no worse: in a contact, or on a day."""
    refuse_if(not said.statements, Refusal.NOTHING_CHANGES)
    party = await _party(case, said.party_id)
    if said.contact_id is not None:
        refuse_if(said.given_on is not None or said.method is not None, Refusal.CONTRADICTS_RECORD)
        contact = await _contact(case, said.contact_id, party)
        on, how = local_date(contact.happened_at), "contact"
    else:
        if said.given_on is None or said.method is None:
            raise Refused(Refusal.REASON_NEEDED)
        on, how = said.given_on, said.method
        if refused := lawful.happened(on, received_on=case.complaint.received_on, today=case.on):
            raise Refused(refused)
    await _record(case, party.id, said.statements, how, on, contact_id=said.contact_id)


async def given_with(case: Case, said: Sequence[str], method: str, on: date) -> None:
    """Record the statements that were given with the acknowledgement; ask for those that nothing will have shown."""
    if said:
        party = await notices.complainant_of(case.session, case.complaint.id)
        await _record(case, party.id, said, method, on)
    asked = await tasks.is_open(case.session, case.complaint.id, TASK)
    if case.complaint.matter == _COMPLAINT and not asked and await _still_missing(case):
        due_on = case.calendars.organisation.add_working_days(case.on, 1)
        await case.task(TASK, "owner", due_on=due_on)


async def carried(case: Case, notice: Notice) -> None:
    """Write down which statements stood in a notice that a person outside has been sent."""
    rows = await people_outside.statements_given(case.session, case.complaint.id)
    if notice.party_id is None or any(row.notice_id == notice.id for row, _ in rows):
        return
    found = statements.stand_in(notice.body, await every_wording(case))
    if found:
        assert notice.settled_at is not None  # it has left
        await _record(case, notice.party_id, found, "notice", local_date(notice.settled_at), notice_id=notice.id)


async def wording(case: Case) -> Words:
    """Return the statements in the words in which the organisation says them now."""
    return (await every_wording(case))[0]


async def every_wording(case: Case) -> list[Words]:
    """Return the statements in all the words in which they were ever said, those that are said now first."""
    nation, regime = case.organisation.nation, case.organisation.regime
    own = await people_outside.statement_words(case.session, case.organisation.id)
    versions = [
        statements.words(nation, regime, advocacy=each.advocacy, non_detriment=each.non_detriment) for each in own
    ]
    return [*versions, statements.words(nation, regime)]


async def _still_missing(case: Case) -> tuple[str, ...]:
    """Return the statements that the person who complained neither was given nor will get by what is on its way."""
    rows = await people_outside.statements_given(case.session, case.complaint.id)
    party = await notices.complainant_of(case.session, case.complaint.id)
    coming = await people_outside.letters_on_their_way(case.session, case.complaint.id, party.id)
    left = [NoticeState.HANDED_OVER, NoticeState.DELIVERED]
    coming += [
        each
        for state in left
        for each in await notices.in_state(case.session, case.complaint.id, state)
        if each.party_id == party.id
    ]
    known = await every_wording(case)
    given = [row.statements for row, _ in rows if row.party_id == party.id]
    return statements.missing([*given, *(statements.stand_in(each.body, known) for each in coming)])


async def _record(case: Case, party_id: UUID, said: Sequence[str], how: str, on: date, **evidence: UUID | None) -> None:
    about = evidence.get("notice_id") or party_id
    by_machine = how == "notice"
    row = StatementGiven(
        id=case.new_id(f"statements/{about}"),
        organisation_id=case.complaint.organisation_id,
        complaint_id=case.complaint.id,
        party_id=party_id,
        statements=[code for code in statements.BOTH if code in said],
        how=how,
        given_on=on,
        said_by=None if by_machine else case.actor_id,
        act_id=case.act.act_id,
        said_at=case.at,
        **evidence,
    )
    case.session.add(row)
    facts: dict[str, Any] = {"party_id": party_id, "statements": codes(row.statements), "how": how, "given_on": on}
    (case.event_of_machine if by_machine else case.event)("statements.given", **facts, **evidence)
    await case.session.flush()
    if not await _still_missing(case):
        await tasks.end_open(
            case.session, case.complaint.id, at=case.at, kind=TASK, done_by=row.said_by, done=not by_machine
        )


async def _party(case: Case, party_id: UUID | None) -> Party:
    if party_id is None:
        return await notices.complainant_of(case.session, case.complaint.id)
    party = await case.session.get(Party, party_id)
    if party is None or party.complaint_id != case.complaint.id or party.replaced_by is not None:
        raise Refused(Refusal.UNKNOWN_PARTY)
    return party


async def _contact(case: Case, contact_id: UUID, party: Party) -> Contact:
    """Return the contact in which it was said; one with somebody else shows nothing."""
    contact = await case.session.get(Contact, contact_id)
    if contact is None or contact.complaint_id != case.complaint.id:
        raise Refused(Refusal.CONTRADICTS_RECORD)
    refuse_if(contact.party_id not in (None, party.id), Refusal.CONTRADICTS_RECORD)
    return contact
