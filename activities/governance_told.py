"""Who is told that a step of governance is theirs, due or overdue: tasks of the office, and an e-mail that says so.

The e-mail is no notice, for notices are about one complaint. It holds what the step is called, a number and dates.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Final
from uuid import UUID, uuid5

from sqlalchemy.ext.asyncio import AsyncSession

from activities.acts.standing import stands_in
from contracts.governance import Deed
from contracts.offices import MANAGER
from db.models.governance import Governance, GovernanceReminder, GovernanceStep
from db.models.organisation import Organisation, Person
from db.models.work import Task
from db.queries import governance, governance_hindered, governance_people
from gateways.mail import OutgoingMail, message_id
from policies.calendars import local_date
from policies.governance_files import Governing, StepRule
from policies.governing import COMMENTER, OFFICE, SYSTEM

_RESPONSIBLE: Final = "responsible_person"
_TASKS: Final = {
    Deed.OPENED: "governance_step",
    Deed.OVERDUE: "governance_overdue",
    Deed.ESCALATION: "governance_escalated",
    Deed.HINDERED: governance_hindered.TASK,
}
_SUBJECTS: Final = {
    "opened": "{title} {number}: a step is yours",
    "reminder": "{title} {number}: a step is due soon",
    "overdue": "{title} {number}: a step is overdue",
    "escalation": "{title} {number}: a step is still overdue",
    "hindered": "{title} {number}: a step does not come through",
    "informed": "{title} {number}: it is there to read",
}
_WORDS: Final = """{step}

{title} {number}, about {first} to {last}
Due: {due}
{more}
You find it where you work on complaints.
"""
_SUBJECT_LATE: Final = " (begun late)"
_LATE: Final = "It begins late: it fell due on {nominal}, and began on {begun}.\n"
# What keeps the machine from a step, and what puts it right.
_HINDERED: Final = {
    "report_shown_already": "Another report about some of these days is published. Once that one is withdrawn this one"
    " is published by itself; or abandon it.\n",
    "report_tells": "Other reports were published since this one was compiled. Laid beside them it would tell of single"
    " people. Send it back to be compiled: compiled anew it hides that.\n",
    "not_for_this_body": "No law asks a body like yours for this report. Abandon it, and end its series.\n",
    "failed": "It has failed several times, and is tried again. Whoever runs the system sees it, too.\n",
}
_HINDERED_ELSE: Final = "What hinders it is shown with it. Have it tried again once that is put right, or abandon it.\n"


async def tell(
    session: AsyncSession, row: Governance, step: GovernanceStep, rules: Governing, deed: Deed, now: datetime
) -> bool:
    """Tell whoever a rung of a step is for, once: a task for each, and an e-mail that is still to leave.

    Whoever has a step from somebody else is told anew that it is theirs.
    """
    if deed is Deed.HINDERED and step.hindered is None:
        return False  # it was put right since
    told = [each for each in await governance.reminders(session, step.id) if each.rung == deed.value]
    rule = rules.step(step.code)
    assert rule is not None
    role, people = await _whom(session, row, step, rule, deed, now)
    if told and deed is Deed.HINDERED:
        if await governance_hindered.is_told_of(session, step.id):
            return False
    elif told:
        people = await _not_asked(session, step, role, people) if deed is Deed.OPENED else []
        if not people:
            return False
        await _take_back(session, row, step, rule, people, now)
    turn = len(told) + 1
    if (kind := _TASKS.get(deed)) is not None:
        asked: list[UUID | None] = [*people]
        for person_id in asked or [None]:
            _task(session, row, step, kind, role, person_id, now, turn)
    session.add(
        GovernanceReminder(
            id=uuid5(step.id, f"told/{deed.value}/{turn}"),
            organisation_id=row.organisation_id,
            occurrence_id=row.id,
            step_id=step.id,
            rung=deed.value,
            turn=turn,
            people=[str(each) for each in people],
            at=now,
            mailed=None if people else 0,
        )
    )
    return True


async def is_anothers(
    session: AsyncSession, row: Governance, step: GovernanceStep, rule: StepRule, now: datetime
) -> bool:
    """Say whether a step is somebody's who is not asked for it: a part was given to another, or somebody has left."""
    if rule.who == SYSTEM:
        return False
    role, people = await _whom(session, row, step, rule, Deed.OPENED, now)
    return bool(await _not_asked(session, step, role, people))


async def _not_asked(session: AsyncSession, step: GovernanceStep, role: str, people: Sequence[UUID]) -> list[UUID]:
    asked = await governance.asked_for(session, step.id)
    if role == MANAGER and any(each == MANAGER for each, _ in asked):
        return []  # whoever stands in for the manager sees what the manager is asked for
    known = {person_id for _, person_id in asked}
    return [each for each in people if each not in known]


async def _take_back(
    session: AsyncSession, row: Governance, step: GovernanceStep, rule: StepRule, people: Sequence[UUID], now: datetime
) -> None:
    """Ask those no more whose step it has ceased to be. Whoever is only away goes on having it."""
    seats = await governance_people.seats(session, row.series_id, local_date(now))
    theirs = {each for seat in seats if seat.part == rule.who for each in seat.may} | set(people)
    await governance.end_tasks_of_others(session, step.id, theirs, now)


async def _whom(
    session: AsyncSession, row: Governance, step: GovernanceStep, rule: StepRule, deed: Deed, now: datetime
) -> tuple[str, list[UUID]]:
    """Return the role that is told, and its people: those of the step, else the manager, else the responsible one.

    Whoever has commented is not asked for a comment any more. What is there to read is told as no role, and asks for
    nothing.
    """
    on = local_date(now)
    if deed is Deed.INFORMED:
        return "", await _readers(session, row, rule, on)
    if deed in (Deed.OVERDUE, Deed.ESCALATION, Deed.HINDERED):
        role = _RESPONSIBLE if deed is Deed.ESCALATION else MANAGER
    elif rule.who in (OFFICE, SYSTEM):
        role = MANAGER
    else:
        seats = [each for each in await governance_people.seats(session, row.series_id, on) if each.part == rule.who]
        spoke = await governance_people.commented(session, step.id) if rule.who == COMMENTER else frozenset()
        asked = [each.asked for each in seats if each.asked is not None and not each.may & spoke]
        if asked:
            return rule.who, list(dict.fromkeys(asked))
        role = MANAGER
    person = await stands_in(session, role, on) or await stands_in(session, _RESPONSIBLE, on)
    return role, [person.id] if person is not None else []


async def _readers(session: AsyncSession, row: Governance, rule: StepRule, on: date) -> list[UUID]:
    """Return who hears that there is something to read: not those who are asked for the step anyhow."""
    seats = [each for each in await governance_people.seats(session, row.series_id, on) if each.asked is not None]
    asked = {each.asked for each in seats if each.part == rule.who}
    readers = [each.asked for each in seats if each.part in rule.tells and each.asked not in asked]
    return list(dict.fromkeys(each for each in readers if each is not None))


def _task(
    session: AsyncSession,
    row: Governance,
    step: GovernanceStep,
    kind: str,
    role: str,
    person_id: UUID | None,
    now: datetime,
    turn: int,
) -> None:
    session.add(
        Task(
            id=uuid5(step.id, f"{kind}/{person_id}/{turn}"),
            organisation_id=row.organisation_id,
            complaint_id=None,
            kind=kind,
            role=role,
            assignee_id=person_id,
            due_on=step.due_on,
            subject_id=step.id,
            act_id=row.id,
            state="open",
            raised_at=now,
        )
    )


def _more(reminder: GovernanceReminder, row: Governance, step: GovernanceStep) -> str:
    """Return what an e-mail says beside: that it begins late, and what keeps the machine from its step."""
    late = _LATE.format(nominal=row.nominal_on.isoformat(), begun=row.begun_on.isoformat()) if row.late else ""
    if reminder.rung != Deed.HINDERED.value or step.hindered is None:
        return late
    return late + _HINDERED.get(step.hindered, _HINDERED_ELSE)


async def mails(
    session: AsyncSession, reminder: GovernanceReminder, row: Governance, rules: Governing, sender: str
) -> Sequence[OutgoingMail]:
    """Return the e-mails that say what somebody was told, to those who can be reached so."""
    organisation = await session.get_one(Organisation, row.organisation_id)
    step = await session.get_one(GovernanceStep, reminder.step_id)
    rule = rules.step(step.code)
    assert rule is not None
    found = [await session.get(Person, UUID(each)) for each in reminder.people]
    sender = organisation.sender_email or sender
    shown = {
        "title": rules.title,
        "number": row.number,
        "step": rule.title,
        "first": row.first_on.isoformat(),
        "last": row.last_on.isoformat(),
        "due": step.due_on.isoformat(),
        "more": _more(reminder, row, step),
    }
    return [
        OutgoingMail(
            message_id=message_id(uuid5(reminder.id, str(person.id)), sender),
            sender=sender,
            sender_name=organisation.name,
            recipient=person.email,
            subject=_SUBJECTS[reminder.rung].format(**shown) + (_SUBJECT_LATE if row.late else ""),
            body=_WORDS.format(**shown),
            dated=reminder.at,
            automatic=True,
        )
        for person in found
        if person is not None and person.active and person.email is not None
    ]
