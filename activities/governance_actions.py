"""What meetings resolved to do, between meetings: its owner is told and reminded, then its chair, then the responsible
person. The workflow of the meeting that resolved it sees to that, also once the meeting itself is over.

The e-mail is no notice, for notices are about one complaint. It holds numbers and dates, and no word of the action.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final
from uuid import UUID, uuid5

from sqlalchemy.ext.asyncio import AsyncSession

from activities import governance_told
from activities.acts.standing import stands_in
from contracts.governance import Deed
from contracts.offices import MANAGER
from db.models.governance import Governance, GovernanceReminder
from db.models.governance_meeting import GovernanceAction, GovernanceActionReminder
from db.models.organisation import Organisation, Person
from db.models.work import Task
from db.queries import governance, governance_people
from db.queries import governance_actions as rows
from gateways.mail import OutgoingMail, message_id
from policies import meeting_actions
from policies.calendars import local_date
from policies.governance_files import Governing
from policies.governing import Next
from policies.meeting_actions import Standing

_RESPONSIBLE: Final = "responsible_person"
# Who leads a meeting, in the order in which they are looked for.
_LEADS: Final = ("chair", "non_executive")
# A reminder is an e-mail alone: the task is there already.
_TASKS: Final = {Deed.OPENED: rows.TASKS[0], Deed.OVERDUE: rows.TASKS[1], Deed.ESCALATION: rows.TASKS[2]}
_SUBJECTS: Final = {
    "opened": "{title} {number}: an action is yours",
    "reminder": "{title} {number}: an action is due soon",
    "overdue": "{title} {number}: an action is overdue",
    "escalation": "{title} {number}: an action is still overdue",
}
_WORDS: Final = """Action {action} of this series

{title} {number}, about {first} to {last}
Due: {due}

You find it where you work on complaints.
"""


Told = GovernanceReminder | GovernanceActionReminder


@dataclass(frozen=True, slots=True, kw_only=True)
class Coming:
    """How many actions of a meeting are still to be done, and when somebody is told of one next."""

    open: int
    at: datetime | None
    now: datetime

    def beside(self, step: Next) -> Next:
        """Return what comes next of the meeting and its actions: what is told of these waits for no step."""
        if self.at is None:
            return step
        if self.at <= self.now:
            return Next(deed=Deed.ACTION)
        return replace(step, look_at=min(self.at, step.look_at or self.at))


@dataclass(frozen=True, slots=True)
class _Rung:
    action: GovernanceAction
    turn: int
    deed: Deed
    at: datetime


async def coming(session: AsyncSession, row: Governance, rules: Governing, now: datetime) -> Coming:
    """Return how many actions of a meeting are still to be done, and when somebody is told of one next."""
    actions = await rows.open_of_meeting(session, row.id)
    left = await _left(session, actions, rules)
    return Coming(open=len(actions), at=left[0].at if left else None, now=now)


async def tell(session: AsyncSession, row: Governance, rules: Governing, now: datetime) -> bool:
    """Tell whoever the first rung that has fallen due is for, once: a task for each, and an e-mail still to leave.

    What is settled or moved at this moment is waited for: nobody is asked for what is done.
    """
    left = await _left(session, await rows.open_of_meeting(session, row.id, lock=True), rules)
    if not left or left[0].at > now:
        return False
    rung = left[0]
    asked, also = await _whom(session, row, rung, now)
    if (kind := _TASKS.get(rung.deed)) is not None:
        for person_id in asked or [None]:
            session.add(_task(row, rung, kind, person_id, now))
    people = list(dict.fromkeys(each for each in (*asked, *also) if each is not None))
    session.add(
        GovernanceActionReminder(
            id=uuid5(rung.action.id, f"told/{rung.deed.value}/{rung.turn}"),
            organisation_id=row.organisation_id,
            occurrence_id=row.id,
            action_id=rung.action.id,
            rung=rung.deed.value,
            turn=rung.turn,
            people=[str(each) for each in people],
            at=now,
            mailed=None if people else 0,
        )
    )
    return True


async def _left(session: AsyncSession, actions: Sequence[GovernanceAction], rules: Governing) -> list[_Rung]:
    """Return what is told next of each action, the earliest first."""
    found = []
    for action in actions:
        turn = await rows.turn_of(session, action.id)
        told = [each.rung for each in await rows.reminders(session, action.id, turn)]
        standing = Standing(due_on=action.due_on, since=await rows.changed_at(session, action), told=told)
        if (following := meeting_actions.next_of(rules, standing)) is not None:
            found.append(_Rung(action, turn, *following))
    return sorted(found, key=lambda each: (each.at, each.action.due_on, each.action.number))


async def _whom(
    session: AsyncSession, row: Governance, rung: _Rung, now: datetime
) -> tuple[list[UUID | None], list[UUID]]:
    """Return who is asked, and to whom an e-mail goes beside: of what is late the owner hears with the chair."""
    on = local_date(now)
    owner = await stands_in(session, MANAGER, on, first_id=rung.action.owner_id)
    owner = owner or await stands_in(session, _RESPONSIBLE, on)
    owners = [owner.id] if owner is not None else []
    if rung.deed in (Deed.OPENED, Deed.REMINDER):
        return [*owners], []
    if rung.deed is Deed.ESCALATION:
        person = await stands_in(session, _RESPONSIBLE, on)
        return [person.id] if person is not None else [], owners
    seats = await governance_people.seats(session, row.series_id, on)
    for part in _LEADS:
        if asked := [each.asked for each in seats if each.part == part and each.asked is not None]:
            return list(dict.fromkeys(asked)), owners
    manager = await stands_in(session, MANAGER, on) or await stands_in(session, _RESPONSIBLE, on)
    return [manager.id] if manager is not None else [], owners


def _task(row: Governance, rung: _Rung, kind: str, person_id: UUID | None, now: datetime) -> Task:
    return Task(
        id=uuid5(rung.action.id, f"{kind}/{person_id}/{rung.turn}"),
        organisation_id=row.organisation_id,
        complaint_id=None,
        kind=kind,
        # Of whoever is away or gone with nobody in their place, the manager sees it.
        role=_RESPONSIBLE if rung.deed is Deed.ESCALATION else MANAGER,
        assignee_id=person_id,
        due_on=rung.action.due_on,
        subject_id=rung.action.id,
        act_id=row.id,
        state="open",
        raised_at=now,
    )


async def unmailed(session: AsyncSession, occurrence_id: UUID, mail: UUID | None = None) -> Told | None:
    """Return what was told of a step or of an action of a meeting and has not left by mail, or been given up.

    The one that is named, if it has not; without a name the oldest.
    """
    if mail is None:
        return await governance.unmailed(session, occurrence_id) or await rows.unmailed(session, occurrence_id)
    told: Told | None = await session.get(GovernanceReminder, mail) or await session.get(GovernanceActionReminder, mail)
    return told if told is not None and told.mailed is None else None


async def mails(
    session: AsyncSession, reminder: Told, row: Governance, rules: Governing, sender: str
) -> Sequence[OutgoingMail]:
    """Return the e-mails that say what somebody was told and is still so, to those who can be reached so."""
    if isinstance(reminder, GovernanceReminder):
        return await governance_told.mails(session, reminder, row, rules, sender)
    organisation = await session.get_one(Organisation, row.organisation_id)
    action = await session.get_one(GovernanceAction, reminder.action_id)
    if action.state != rows.OPEN or reminder.turn != await rows.turn_of(session, action.id):
        return []  # while mail was away it was settled, moved or given to somebody else
    found = [await session.get(Person, UUID(each)) for each in reminder.people]
    sender = organisation.sender_email or sender
    shown = {
        "title": rules.title,
        "number": row.number,
        "action": action.number,
        "first": row.first_on.isoformat(),
        "last": row.last_on.isoformat(),
        "due": action.due_on.isoformat(),
    }
    return [
        OutgoingMail(
            message_id=message_id(uuid5(reminder.id, str(person.id)), sender),
            sender=sender,
            sender_name=organisation.name,
            recipient=person.email,
            subject=_SUBJECTS[reminder.rung].format(**shown),
            body=_WORDS.format(**shown),
            dated=reminder.at,
            automatic=True,
        )
        for person in found
        if person is not None and person.active and person.email is not None
    ]
