"""Letters that tell of an action: to the person, and to the staff who know the outcome. A named person releases each.

They outlive the complaint, as the action does.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy.exc import NoResultFound

from activities.acts import beside, consents, ledger, letters, staff_letters
from activities.acts.case import Case
from activities.acts.ledger import Terms
from contracts.notices import NoticeState
from db.models.action import Action, ActionLetter, ActionProgress
from db.models.complaint import Party
from db.models.involvement import Involvement
from db.models.proceeding import Proceeding
from db.models.work import Notice
from db.queries import actions as rows
from db.queries import tasks

TOLD: Final = "action_told"
_IN_ERROR: Final = "opened_in_error"
_NEWS: Final = "news"
_DONE: Final = "done"
_DROPPED: Final = "dropped"
_TO_PERSON: Final = {_NEWS: "action_news", _DONE: "action_done", _DROPPED: "action_dropped"}
_TO_STAFF: Final = {_NEWS: "staff_action_news", _DONE: "staff_action_done", _DROPPED: "staff_action_dropped"}
# What follows from these was promised to the person.
_PROMISED: Final = "remedy"
_OVERTAKEN: Final = "overtaken"
_WHY: Final = "[[ Say why the date has moved, and how far it is ]]"


async def tell_news(case: Case, row: Proceeding, action: Action, progress: ActionProgress) -> None:
    """Draft the letters that tell how far it is. One that was not released yet is overtaken by this one."""
    facts = {"planned_action": action.what, "due_on": action.due_on}
    await _draft(case, row, action, _NEWS, facts, {"progress": progress.words})


async def tell_done(case: Case, row: Proceeding, action: Action, evidence: str | None) -> bool:
    """Draft the letters that tell that it is done. Say whether there is one to the person."""
    facts = {"planned_action": action.what, "done_on": action.done_on}
    notice = await _draft(case, row, action, _DONE, facts, {"evidence": evidence})
    return notice is not None


async def tell_new_date(case: Case, row: Proceeding, action: Action) -> None:
    """Draft what tells the date that an action has now, to whoever has a letter about it; what was unsent says another.

    An action that is opened again was told as done, or was about to be: that is taken back so.
    """
    readers = await rows.who_have_letters(case.session, row.id, drafts=True)
    drafts = await rows.drafts(case.session, row.id)
    words = await rows.last_progress(case.session, row.id) if drafts else None
    await _discard(case, drafts, _OVERTAKEN)
    for notice in await rows.done_on_their_way(case.session, row.id):
        await letters.keep_back(case, notice, _OVERTAKEN)  # released, and not posted in all these months
    if clock := await ledger.running(case, TOLD, row.id):
        await ledger.stop(case, clock, _OVERTAKEN)
    facts = {"planned_action": action.what, "due_on": action.due_on}
    await _tell(case, row, action, _NEWS, facts, {"progress": f"{words}\n\n{_WHY}" if words else _WHY}, readers)


async def tell_dropped(case: Case, row: Proceeding, action: Action) -> None:
    """Draft the letters that tell that it is let go of, to the person who was promised it, and to whoever was told."""
    facts = {"planned_action": action.what}
    readers = await rows.who_have_letters(case.session, row.id, drafts=False)
    await _tell(case, row, action, _DROPPED, facts, {}, readers, promised=action.follows == _PROMISED)


async def tell_what_was_done(case: Case, involvement: Involvement) -> None:
    """Draft the letters that tell a member of staff, who knows the outcome only now, what was done before that."""
    for action, row in await rows.done_untold(case.session, case.complaint.id, involvement.id):
        if action.tell_staff:
            facts = {"planned_action": action.what, "done_on": action.done_on}
            await _to_staff(case, row, _DONE, facts, involvement)


async def released(case: Case, notice: Notice) -> None:
    """Journal whom a letter told that was just released, and meet the time to tell the person."""
    letter = await rows.by_letter(case.session, notice.id)
    if letter is None:
        return
    # An e-mail that contact is stopped for is withheld at the moment of sending.
    stopped = letter.party_id is not None and case.complaint.stop_contact
    if notice.state != NoticeState.WITHHELD.value and not stopped:
        case.event(
            "action.told",
            action_id=letter.action_id,
            party_id=letter.party_id,
            involvement_id=letter.involvement_id,
            notice_id=notice.id,
        )
    await _decided(case, letter)


async def discarded(case: Case, notice: Notice) -> None:
    """Meet the time to tell the person where somebody decided that they are not told by this letter."""
    letter = await rows.by_letter(case.session, notice.id)
    if letter is not None:
        await _decided(case, letter)


async def kept_back(case: Case) -> None:
    """End the time to tell the person where a letter was discarded or kept back by what happened meanwhile."""
    for notice in case.kept_back:
        await discarded(case, notice)


async def end_with_action(case: Case, row: Proceeding, cause: str) -> None:
    """Discard the drafts that have nothing left to say."""
    await _discard(case, await rows.drafts(case.session, row.id), cause)


async def outlive_action(case: Case, row: Proceeding) -> None:
    """Ask again for the release of what was drafted about an action that has ended, and its tasks with it."""
    for notice in await rows.drafts(case.session, row.id):
        await _ask(case, notice, None)


async def outlive(case: Case) -> None:
    """Ask again for the release of what was drafted: the complaint has ended, and what asked for it with it."""
    for notice, letter in await rows.drafts_of_complaint(case.session, case.complaint.id):
        if letter.kind == _NEWS:
            await _ask(case, notice, letter.action_id)
        elif await ledger.running(case, TOLD, letter.action_id) is None:  # else that is still asked for with the clock
            await _ask(case, notice, None)


async def _decided(case: Case, letter: ActionLetter) -> None:
    if letter.party_id is None or letter.kind != _DONE:
        return
    await case.session.flush()
    # One that took the place of this is still to be released, or discarded.
    if not any(each.party_id is not None for each in await rows.drafts(case.session, letter.action_id)):
        await ledger.meet_if_running(case, TOLD, case.on, letter.action_id)


async def _draft(
    case: Case, row: Proceeding, action: Action, kind: str, facts: dict[str, Any], of_person: dict[str, Any]
) -> Notice | None:
    """Draft what is told to the staff, and to the person: `of_person` may tell of them, and no staff read it."""
    await _discard(case, await rows.drafts(case.session, row.id), _OVERTAKEN)
    for involvement in await _staff(case, action):
        await _to_staff(case, row, kind, facts, involvement)
    return await _to_person(case, row, action, kind, facts | of_person)


async def _tell(
    case: Case,
    row: Proceeding,
    action: Action,
    kind: str,
    facts: dict[str, Any],
    of_person: dict[str, Any],
    readers: set[UUID],
    *,
    promised: bool = False,
) -> None:
    """Draft what is told to those alone who have letters about an action, and to whom it was promised."""
    for involvement in await _staff(case, action):
        if involvement.id in readers:
            await _to_staff(case, row, kind, facts, involvement)
    if promised or readers & await rows.parties_of(case.session, case.complaint.id):
        await _to_person(case, row, action, kind, facts | of_person)


async def _to_staff(case: Case, row: Proceeding, kind: str, facts: dict[str, Any], involvement: Involvement) -> None:
    notice = await staff_letters.draft(case, _TO_STAFF[kind], facts, involvement)
    _keep(case, row, kind, notice, involvement_id=involvement.id)


async def _to_person(case: Case, row: Proceeding, action: Action, kind: str, facts: dict[str, Any]) -> Notice | None:
    party = await _person(case, row, action, kind)
    if party is None:
        return None
    notice = await letters.to_person(case, _TO_PERSON[kind], facts, NoticeState.DRAFT, party)
    await case.session.flush()
    _keep(case, row, kind, notice, party_id=party.id)
    await case.session.flush()
    await _ask_for_release(case, row, action, kind, notice)
    return notice


async def _ask_for_release(case: Case, row: Proceeding, action: Action, kind: str, notice: Notice) -> None:
    """Ask for the release: with the time to tell the person on what is done, else as for any other draft."""
    if kind != _DONE:
        await letters.ask_for_release(case, notice)
        return
    assert action.done_on is not None
    clock = await beside.arm(case, row, TOLD, action.done_on, Terms(cause="done"))
    await case.task(
        "release_draft", "owner", name=str(notice.id), due_on=clock.due_on, clock_id=clock.id, notice_id=notice.id,
        subject_id=row.id,
    )  # fmt: skip


async def _ask(case: Case, notice: Notice, subject_id: UUID | None) -> None:
    await tasks.end_open(case.session, case.complaint.id, at=case.at, notice_id=notice.id, kind="release_draft")
    await case.task(
        "release_draft", "owner", name=f"{notice.id}/again", due_on=case.on, notice_id=notice.id, subject_id=subject_id
    )


async def _person(case: Case, row: Proceeding, action: Action, kind: str) -> Party | None:
    """Return the person, where they are to be told; else the event says why they are not."""
    try:
        party = await letters.complainant(case)
    except NoResultFound:
        return None
    why = await _why_not(case, action, party, kind)
    if why is not None:
        case.event("action.not_told", action_id=row.id, party_id=party.id, cause=why)
        return None
    return party


async def _why_not(case: Case, action: Action, party: Party, kind: str) -> str | None:
    if not action.tell_person:
        return "not_wanted"
    if case.complaint.stage == _IN_ERROR:
        return _IN_ERROR
    if party.death_known_at is not None:
        return "person_has_died"
    if party.retired_at is not None:
        return "retired"
    if case.complaint.stop_contact:
        return "contact_stopped"
    covered = await consents.may_be_told(case, party, _TO_PERSON[kind])
    return None if covered else consents.MISSING


async def _staff(case: Case, action: Action) -> Sequence[Any]:
    if not action.tell_staff or case.complaint.stage == _IN_ERROR:
        return ()
    return await rows.who_know_the_outcome(case.session, case.complaint.id)


def _keep(case: Case, row: Proceeding, kind: str, notice: Notice, **reader: UUID) -> None:
    case.session.add(
        ActionLetter(
            id=case.new_id(f"action/letter/{notice.id}"),
            organisation_id=row.organisation_id,
            complaint_id=row.complaint_id,
            action_id=row.id,
            kind=kind,
            notice_id=notice.id,
            act_id=case.act.act_id,
            **reader,
        )
    )


async def _discard(case: Case, drafts: list[Notice], cause: str) -> None:
    await letters.discard(case, drafts, cause)
    for notice in drafts:
        await tasks.end_open(case.session, case.complaint.id, at=case.at, notice_id=notice.id, kind="release_draft")
