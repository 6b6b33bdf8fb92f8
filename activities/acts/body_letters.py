"""E-mails to another body: that something waits for it, and where. They hold nothing about anybody, and no reference,
so nobody has to release them, and they are held back by nothing that is about people outside.
"""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from activities.acts import silence
from activities.acts.case import Case
from contracts.joint import Way
from contracts.notices import NoticeState
from db.joint_messages import Reminder, ToBody
from db.models.joint import BodyContact, Contribution
from db.models.work import Notice
from db.queries import body_notices
from db.queries.joint import contacts_of
from policies.letters import facts_for, render

# Stands for the link until the moment of sending: links are kept nowhere.
LINK: Final = "%LINK%"
TASK: Final = "tell_body"
_TEMPLATES: Final = {"invitation": "body_invitation", "released": "body_released", "transfer": "body_transfer"}


async def announce(case: Case, row: Contribution, kind: str, message: ToBody) -> None:
    """Have a body without a system know of a message, and whoever a reminder is meant for, however it takes part."""
    if isinstance(message, Reminder):
        await _remind(case, row, message)
    elif row.way == Way.PAGE:
        await _to_page(case, row, kind)
    elif row.way == Way.NONE:
        await case.task(TASK, "owner", name=f"{row.id}/{kind}", due_on=case.on, subject_id=row.id)


async def give_link(case: Case, row: Contribution, contact: BodyContact) -> None:
    """Write to somebody who was given a link to the page of a body: by it they take part."""
    await _write(case, row, "body_invitation", contact, {"link": LINK})


async def _to_page(case: Case, row: Contribution, kind: str) -> None:
    """Write to everybody who reads the page of a body; where nobody does, a person tells it."""
    template = _TEMPLATES.get(kind, "body_message")
    readers = await body_notices.readers_of(case.session, row.id)
    for contact in readers:
        await _write(case, row, template, contact, {} if kind == "released" else {"link": LINK})
    if not readers:
        await case.task(TASK, "owner", name=f"{row.id}/{kind}", due_on=case.on, subject_id=row.id)


async def _remind(case: Case, row: Contribution, message: Reminder) -> None:
    """Write to whoever a reminder is meant for. Several of one day are one e-mail: it says no more than that."""
    facts: dict[str, Any] = {"due_on": message.due_on, "overdue": message.overdue}
    readers = await body_notices.readers_of(case.session, row.id) if row.way == Way.PAGE else []
    if message.level == "contact" and readers:
        for contact in readers:
            await _write(case, row, "body_reminder", contact, {**facts, "link": LINK}, since=case.on)
        return
    meant = [each for each in await contacts_of(case.session, row.id) if each.role == message.level and each.email]
    for contact in meant[-1:]:  # with nobody known, our own rung is a task: a person finds another way
        link = {"link": LINK} if contact.email in {each.email for each in readers} else {}
        await _write(case, row, "body_reminder", contact, {**facts, **link}, since=case.on)


async def _write(
    case: Case, row: Contribution, template: str, contact: BodyContact, facts: dict[str, Any], since: date | None = None
) -> None:
    """Queue an e-mail, unless one that says the same has not left yet, or was written on this very day (`since`)."""
    if await silence.is_kept(case):
        case.event("notice.kept_silent", template=template)
        return
    if await body_notices.is_said(case.session, contact.id, template, case.act.act_id, since):
        return
    letter = render(template, facts_for(template, {"organisation_name": case.organisation.name, **facts}))
    notice = Notice(
        id=case.new_id(f"notice/{letter.template}/{contact.id}"),
        organisation_id=row.organisation_id,
        complaint_id=row.complaint_id,
        template=letter.template,
        template_version=letter.version,
        audience=letter.audience,
        contribution_id=row.id,
        body_contact_id=contact.id,
        channel="email",
        legal_ground=letter.legal_ground,
        statutory=False,
        state=NoticeState.QUEUED.value,
        subject=letter.subject,
        body=letter.body,
        act_id=case.act.act_id,
        drafted_at=case.at,
    )
    case.session.add(notice)
    case.event(
        "notice.written",
        notice_id=notice.id,
        template=letter.template,
        state=NoticeState.QUEUED,
        contribution_id=row.id,
    )
    await case.session.flush()
