"""What leaders do regularly, as it is shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Literal
from uuid import UUID

from api.governing_rules import Described
from api.schemas.base import UtcTime, Wire
from api.schemas.complaints import PersonRef
from db.models.governance import Governance, GovernanceMember, GovernanceSeries, GovernanceStep

Called = Mapping[UUID, str]


def somebody(person_id: UUID | None, called: Called) -> PersonRef | None:
    """Return a reference to somebody; None for nobody."""
    return PersonRef.of(person_id, called.get(person_id) if person_id is not None else None)


class MemberShown(Wire):
    """Somebody who has a part in a series. Names are left out for those who may not see words."""

    part: str
    person: PersonRef | None = None
    name: str | None = None


class SeriesShown(Wire):
    """How often something is done, when next, and who takes part."""

    id: UUID
    kind: str
    title: str
    legal_basis: str
    report: str | None = None
    rhythm: str
    anchor_on: date
    hour: int
    state: str
    scheduled: bool
    next_on: date | None = None
    members: list[MemberShown]

    @classmethod
    def of(
        cls,
        row: GovernanceSeries,
        members: Sequence[GovernanceMember],
        rules: Described,
        called: Called,
        *,
        next_on: date | None,
        words: bool,
    ) -> SeriesShown:
        """Return a series as it is shown."""
        return cls(
            id=row.id,
            kind=row.kind,
            title=rules.title,
            legal_basis=rules.legal_basis,
            report=row.report or (rules.reports[0] if rules.reports else None),
            rhythm=row.rhythm,
            anchor_on=row.anchor_on,
            hour=row.hour,
            state=row.state,
            scheduled=row.scheduled >= row.changes,
            next_on=None if row.state == "ended" else next_on,
            members=[
                MemberShown(
                    part=each.part,
                    person=somebody(each.person_id, called if words else {}),
                    name=each.name if words else None,
                )
                for each in members
            ],
        )


class SeriesListed(Wire):
    """Every series of the organisation."""

    items: list[SeriesShown]


class OccurrenceListed(Wire):
    """One occurrence, and the step that it waits for. `hindered` says what keeps the machine from that step."""

    id: UUID
    series_id: UUID
    kind: str
    title: str
    number: int
    first_on: date
    last_on: date
    nominal_on: date
    begun_on: date
    late: bool
    state: str
    step: str | None = None
    step_title: str | None = None
    due_on: date | None = None
    hindered: str | None = None
    report_id: UUID | None = None

    @classmethod
    def listed(cls, row: Governance, step: GovernanceStep | None, rules: Described) -> OccurrenceListed:
        """Return an occurrence as it stands in a list."""
        titles = {each.code: each.title for each in rules.steps}
        return cls(
            id=row.id,
            series_id=row.series_id,
            kind=row.kind,
            title=rules.title,
            number=row.number,
            first_on=row.first_on,
            last_on=row.last_on,
            nominal_on=row.nominal_on,
            begun_on=row.begun_on,
            late=row.late,
            state=row.state,
            step=step.code if step else None,
            step_title=titles[step.code] if step else None,
            due_on=step.due_on if step else None,
            hindered=step.hindered if step and row.state == "open" else None,
            report_id=row.report_id,
        )


class Occurrences(Wire):
    """A page of occurrences, the last begun first."""

    items: list[OccurrenceListed]
    next: str | None = None


class ReminderShown(Wire):
    """Somebody was told of a step: as what, when, and to how many an e-mail said so."""

    rung: str
    people: list[PersonRef]
    at: UtcTime
    mailed: int | None = None


class StepShown(Wire):
    """One step, in one round: what is sent back begins again as another.

    `minutes` and `heard` are of a meeting that was sent back, as they were on record then. `tries` counts how often the
    machine has failed at a step of its own, the last time at `triedAt`.
    """

    code: str
    title: str
    who: str
    round: int
    state: str
    due_on: date
    opened_at: UtcTime | None = None
    done_at: UtcTime | None = None
    done_by: PersonRef | None = None
    words: str | None = None
    held_on: date | None = None
    minutes: str | None = None
    heard: str | None = None
    tries: int = 0
    tried_at: UtcTime | None = None
    hindered: str | None = None
    told: list[ReminderShown]


class CommentShown(Wire):
    """What a named senior said."""

    person: PersonRef
    words: str | None = None
    at: UtcTime


class CaseShown(Wire):
    """A case of interest: why it was proposed, and how its story is told, if it is.

    `unfit` says why it may not be told so any more: it is withdrawn, or chosen anew.
    """

    id: UUID
    reference: str
    why: str
    state: str
    how: str | None = None
    story: str | None = None
    unfit: Literal["opened_in_error", "person_has_died", "retired"] | None = None
    consented_on: date | None = None
    chosen_by: PersonRef | None = None
    approved_by: PersonRef | None = None
    ended_words: str | None = None


class MeetingActionChangeShown(Wire):
    """That an action was moved or given to somebody else, and why."""

    old_owner_id: UUID
    owner_id: UUID
    old_due_on: date
    due_on: date
    reason: str | None = None
    said_by: UUID
    said_at: UtcTime


class MeetingActionShown(Wire):
    """What a meeting resolved to do. `carried` is true where it comes from an earlier meeting."""

    id: UUID
    number: int
    what: str | None = None
    owner: PersonRef
    due_on: date
    overdue: bool
    moved: int
    state: str
    ended_on: date | None = None
    words: str | None = None
    carried: bool
    changes: list[MeetingActionChangeShown]


class DistributionShown(Wire):
    """To whom it went, how and when."""

    audience: str
    whom: str | None = None
    how: str
    on: date


class OccurrenceShown(OccurrenceListed):
    """One occurrence whole. `lacks` is what the open step needs and has not; `broken` counts equalities."""

    legal_basis: str
    rules: int
    begun_by: PersonRef | None = None
    broken: int | None = None
    lacks: list[str]
    yours: bool
    held_on: date | None = None
    minutes: str | None = None
    heard: str | None = None
    receipt: str | None = None
    abandoned_reason: str | None = None
    ended_at: UtcTime | None = None
    ended_by: PersonRef | None = None
    members: list[MemberShown]
    steps: list[StepShown]
    comments: list[CommentShown]
    attendees: list[MemberShown]
    cases: list[CaseShown]
    actions: list[MeetingActionShown]
    distribution: list[DistributionShown]
