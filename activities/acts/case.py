"""The case in the hands of one act: its rows, its rules, and what the act has done to it so far."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID, uuid5

from sqlalchemy.ext.asyncio import AsyncSession

from activities.acts.standing import stands_in
from contracts.acts import Act
from contracts.clocks import ArmedClock
from contracts.commands import CommandKind
from contracts.failures import Refusal
from db.models.act import CaseEvent, Submission
from db.models.clock import ClockRow
from db.models.complaint import Complaint
from db.models.organisation import Organisation, Person
from db.models.work import Notice, Task
from db.queries import alarms, casework, tasks
from db.queries import calendars as calendar_rows
from db.queries.events import append_event
from policies.calendars import Calendar, ClosedDay, Nation, local_date
from policies.clock_rules import ClockRule
from policies.clocks import Calendars
from policies.procedure import Procedure
from policies.standing_in import CASE_LEAD, PARTS

_NOBODY: Final = "nobody_is_"  # with a role: what needs attention while nobody can be found for it


class Refused(Exception):
    """The act is not allowed now. Caught where verdicts are made; never crosses the wire.

    `missing` are codes of what it still lacks.
    """

    def __init__(self, refusal: Refusal, missing: Sequence[str] = ()) -> None:
        super().__init__(refusal.value)
        self.refusal = refusal
        self.missing = tuple(missing)


@dataclass(slots=True, kw_only=True)
class Case:
    """One complaint, locked, with the rules it is pinned to.

    `on` is the local date of the act: the day something was said, or the day a rung fires. `replan`: the act gave the
    case another procedure, or another version of it, so that its workflow needs the plan anew. `involved` are the
    involvements of staff to which it did something, `contributing` the contributions of other bodies: their workflows
    are told; `beside` are the proceedings. `missed` are the clocks that it found to be missed, each with its rule.
    `journal` are the events that the act wrote; `came_in_stage` and `came_with_attention` how it found the complaint.
    `released` is the last letter that it released, `kept_back` are those of which it is found that they do not leave
    after all.
    """

    session: AsyncSession
    act: Act
    organisation: Organisation
    complaint: Complaint
    procedure: Procedure
    calendars: Calendars
    said: Submission | None = None
    armed: list[ArmedClock] = field(default_factory=list)
    stopped: list[UUID] = field(default_factory=list)
    involved: set[UUID] = field(default_factory=set)
    contributing: set[UUID] = field(default_factory=set)
    beside: set[UUID] = field(default_factory=set)
    missed: list[tuple[ClockRow, ClockRule]] = field(default_factory=list)
    replan: bool = False
    journal: list[CaseEvent] = field(default_factory=list)
    came_in_stage: str | None = None
    came_with_attention: str | None = None
    released: Notice | None = None
    kept_back: list[Notice] = field(default_factory=list)

    @property
    def at(self) -> datetime:
        """Return the instant of the act: when it was said, or now for a rung."""
        return self.said.received_at if self.said is not None else self.act.now

    @property
    def on(self) -> date:
        """Return the local date of the act."""
        return local_date(self.at)

    @property
    def actor_id(self) -> UUID | None:
        """Return the person who acts; nobody for time and for machines."""
        return self.said.person_id if self.said is not None else None

    def new_id(self, name: str) -> UUID:
        """Return the id of something this act makes: the same if the act is tried again."""
        return uuid5(self.act.act_id, name)

    def event(self, kind: str, **data: Any) -> None:
        """Append one event to the chain of evidence, as done by whoever acts."""
        self._append(kind, self.actor_id, self.said.role if self.said is not None else "time", data)

    def event_of_machine(self, kind: str, **data: Any) -> None:
        """Append one event that this act only writes down: nobody who acts here did it."""
        self._append(kind, None, "system", data)

    def _append(self, kind: str, actor_id: UUID | None, role: str, data: dict[str, Any]) -> None:
        row = append_event(
            self.session,
            self.complaint,
            kind=kind,
            at=self.at,
            act_id=self.act.act_id,
            actor_id=actor_id,
            role=role,
            data=data,
        )
        self.journal.append(row)

    def move(self, command: CommandKind, when: str | None = None) -> None:
        """Bring the complaint to the stage to which the procedure says a command leads; else it stays."""
        self.complaint.stage = self.procedure.after(self.complaint.stage, command, when)

    async def holder_of(self, role: str, subject_id: UUID | None = None, kept: Collection[UUID] = ()) -> Person | None:
        """Return who has a role for this case today, or stands in; `owner` is the owner of the case.

        Some roles are somebody's only about a subject: whoever was asked, and those above them, about a request. Others
        are parts in this case; where nobody has one, somebody else is asked. Nobody `kept` out of it is.
        """
        complaint = self.complaint
        part = await casework.present_role(self.session, complaint.id, role) if role in PARTS else None
        units = await alarms.units_over(self.session, complaint, self.on) if role == CASE_LEAD else None
        return await stands_in(
            self.session,
            role,
            self.on,
            owner_id=complaint.owner_id,
            team_id=complaint.team_id,
            subject_id=subject_id,
            first_id=part.person_id if part is not None else None,
            units=units,
            kept=kept,
        )

    async def task(
        self,
        kind: str,
        role: str,
        *,
        name: str = "",
        due_on: date | None = None,
        clock_id: UUID | None = None,
        notice_id: UUID | None = None,
        subject_id: UUID | None = None,
        person: Person | None = None,
        kept: Collection[UUID] = (),
    ) -> Person | None:
        """Write a task for whoever has the role, or for a person in it; with nobody, the complaint needs attention."""
        person = person or await self.holder_of(role, subject_id, kept)
        self.session.add(
            Task(
                id=self.new_id(f"task/{kind}/{role}/{name}"),
                organisation_id=self.complaint.organisation_id,
                complaint_id=self.complaint.id,
                kind=kind,
                role=role,
                assignee_id=person.id if person else None,
                due_on=due_on,
                clock_id=clock_id,
                notice_id=notice_id,
                subject_id=subject_id,
                act_id=self.act.act_id,
                state="open",
                raised_at=self.at,
            )
        )
        self.note_holder(role, person)
        return person

    def note_holder(self, role: str, person: Person | None) -> None:
        """Raise, or lower again, the flag that nobody has a role."""
        flag = f"{_NOBODY}{role}"
        if person is not None and self.complaint.attention == flag:
            self.complaint.attention = None
        elif person is None and self.complaint.open and self.complaint.attention is None:
            self.complaint.attention = flag

    async def look_again(self) -> None:
        """Ask again for a role that nobody was found for: whoever has it gets its tasks, and the flag is lowered.

        Each task is asked about on its own: a supporter is of one member of staff.
        """
        flag = self.complaint.attention or ""
        if not flag.startswith(_NOBODY):
            return
        role = flag.removeprefix(_NOBODY)
        left = await tasks.of_nobody(self.session, self.complaint.id, role)
        found = {each: await self.holder_of(role, each) for each in {task.subject_id for task in left} or {None}}
        for task in left:
            person = found[task.subject_id]
            task.assignee_id = person.id if person is not None else None
        if None not in found.values():
            self.complaint.attention = None


def codes(several: Sequence[str]) -> str | None:
    """Return several codes as an event holds them; None for none."""
    return ",".join(several) or None


def refuse_if(condition: bool, refusal: Refusal) -> None:
    """Refuse the act if the condition holds."""
    if condition:
        raise Refused(refusal)


def check(refusal: Refusal | None) -> None:
    """Refuse the act where a policy says why."""
    if refusal is not None:
        raise Refused(refusal)


async def calendars_of(session: AsyncSession, nation: str, organisation_id: UUID) -> Calendars:
    """Return the nation's legal calendar and the organisation's own, as they stand."""
    rows = await calendar_rows.closed_days(session, nation, organisation_id)
    legal = [row for row in rows if row.organisation_id is None]
    own = [row for row in rows if row.organisation_id is not None]
    revision = max((row.revision for row in rows), default=0)
    calendar = Calendar.legal(Nation(nation), [_closed(row) for row in legal], revision)
    return Calendars(
        nation=calendar,
        organisation=calendar.with_closures([_closed(row) for row in own]),
    )


def _closed(row: Any) -> ClosedDay:
    return ClosedDay(day=row.day, name=row.name, opens=row.opens)
