"""Letters to the staff complained about: drafted, released, and kept to be released after the end of the complaint.

Stop-contact and hold are about people outside: nothing here asks for them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from activities.acts import ledger, letters
from activities.acts.case import Case
from activities.acts.letter_facts import purpose_of, template_for
from contracts.notices import NoticeState
from db.models.involvement import Involvement
from db.models.organisation import Person
from db.models.work import Notice
from db.queries import involvements, support_details, tasks
from policies.letters import facts_for, render

FOLLOW_UP: Final = "staff_follow_up"


async def draft(case: Case, template: str, facts: Mapping[str, Any], involvement: Involvement) -> Notice:
    """Write a draft to a member of staff, a task to release it, and the clock on that while the complaint is open."""
    notice = await write(case, template, facts, involvement, NoticeState.DRAFT)
    await case.session.flush()
    await letters.ask_for_release(case, notice)
    return notice


async def write(
    case: Case, template: str, facts: Mapping[str, Any], involvement: Involvement, state: NoticeState
) -> Notice:
    """Write a letter to a member of staff: by e-mail where there is an address, else on paper."""
    template = template_for(case, template)
    words = await involvements.words_of(case.session, involvement.id)
    person = await case.session.get(Person, involvement.person_id) if involvement.person_id else None
    known = {**await known_facts(case, involvement), **facts}
    letter = render(template, facts_for(template, known))
    email = (person.email if person is not None and person.active else None) or words.email
    notice = Notice(
        id=case.new_id(f"notice/{letter.template}/{involvement.id}"),
        organisation_id=case.complaint.organisation_id,
        complaint_id=case.complaint.id,
        template=letter.template,
        template_version=letter.version,
        audience=letter.audience,
        involvement_id=involvement.id,
        channel="email" if email else "letter",
        legal_ground=letter.legal_ground,
        statutory=False,
        state=state.value,
        subject=letter.subject,
        body=letter.body,
        act_id=case.act.act_id,
        drafted_at=case.at,
    )
    case.session.add(notice)
    case.involved.add(involvement.id)
    case.event(
        "notice.written",
        notice_id=notice.id,
        template=letter.template,
        state=state,
        involvement_id=involvement.id,
    )
    return notice


async def known_facts(case: Case, involvement: Involvement) -> dict[str, Any]:
    """Return what is known without asking anybody, for a letter to one member of staff."""
    words = await involvements.words_of(case.session, involvement.id)
    person = await case.session.get(Person, involvement.person_id) if involvement.person_id else None
    supporter = await case.session.get(Person, involvement.supporter_id) if involvement.supporter_id else None
    return {
        "reference": case.complaint.reference,
        "organisation_name": case.organisation.name,
        "staff_name": (person.name if person is not None else words.name) or "",
        "told_on": involvement.told_on,
        "supporter_name": supporter.name if supporter is not None and supporter.active else None,
        "update_every_days": involvement.update_every_days,
        "support_inside": await support_details.listed(case.session, "inside"),
        "support_outside": await support_details.listed(case.session, "outside"),
        "person_word": case.procedure.vocabulary.person,
        "staff_word": case.procedure.vocabulary.staff,
        "procedure_title": case.procedure.title,
    }


async def write_follow_up(case: Case, involvement: Involvement) -> Notice:
    """Draft the written follow-up to what a member of staff was told: what comes next, and where support is (R-27)."""
    return await draft(case, FOLLOW_UP, {}, involvement)


async def released(case: Case, notice: Notice) -> None:
    """Meet what the release of a letter to a member of staff meets."""
    if notice.involvement_id is None:
        return
    case.involved.add(notice.involvement_id)
    if purpose_of(notice.template) == FOLLOW_UP:
        clock = await ledger.meet_if_running(case, FOLLOW_UP, case.on, notice.involvement_id)
        notice.met_clock_id = clock.id if clock is not None else None


async def discarded(case: Case, notice: Notice) -> None:
    """Write a follow-up anew that somebody discarded while it is still owed."""
    if notice.involvement_id is None or purpose_of(notice.template) != FOLLOW_UP:
        return
    if await ledger.running(case, FOLLOW_UP, notice.involvement_id) is not None:
        await write_follow_up(case, await case.session.get_one(Involvement, notice.involvement_id))


async def outlive(case: Case) -> None:
    """Ask again for the release of what was drafted to staff: the complaint has ended, and its clocks with it."""
    drafts = await involvements.drafts_to_staff(case.session, case.complaint.id)
    for notice in (draft for draft in drafts if draft.act_id != case.act.act_id):  # what this act wrote asks already
        await tasks.end_open(case.session, case.complaint.id, at=case.at, notice_id=notice.id, kind="release_draft")
        await letters.ask_for_release(case, notice)
