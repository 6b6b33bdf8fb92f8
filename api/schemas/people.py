"""People and their appointments, absences, divisions and teams: what is said of them, and how they are shown."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field

from api.schemas.base import AgreedDay, Email, Line, Name, Request, UtcTime, Wire
from api.schemas.organisation import UnitShown
from db.models.office import Absence, Leaver, OfficeEvent
from db.models.organisation import Appointment
from db.queries.people_reads import OnStaff

# Of these roles each is held in a unit of this kind; `member` in either.
UNIT_KINDS = {
    "team_lead": ("team",),
    "division_lead": ("division",),
    "service_lead": ("team", "division"),
    "divisional_director": ("division",),
    "member": ("team", "division"),
}

HeldRole = Literal[
    "handler",
    "investigator",
    "complaints_manager",
    "deputy_complaints_manager",
    "responsible_person",
    "delegate",
    "authorised_signatory",
    "senior_leader",
    "operator",
    "auditor",
    "team_lead",
    "division_lead",
    "service_lead",
    "divisional_director",
    "medical_director",
    "nursing_director",
    "member",
]
Subject = Annotated[Line, Field(min_length=1, max_length=255)]
UnitCode = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")]


class PersonAdded(Request):
    """Somebody begins to work on complaints."""

    subject: Subject = Field(description="The `sub` of their tokens; it cannot be changed.")
    name: Name
    email: Email | None = None


class DetailsCorrected(Request):
    """The name and e-mail address of a person are these; an address that is left out is taken away."""

    name: Name
    email: Email | None = None


class AppointmentSaid(Request):
    """A person is to hold a role from a day to a day, both included."""

    role: HeldRole
    unit_id: UUID | None = Field(default=None, description="The division or team of a lead or a member.")
    starts_on: AgreedDay
    ends_on: AgreedDay | None = Field(default=None, description="Left out: until further notice.")


class EndSaid(Request):
    """The last day of an appointment or an absence."""

    ends_on: AgreedDay


class AbsenceSaid(Request):
    """A person is away from a day to a day, both included, and somebody covers for them."""

    starts_on: AgreedDay
    ends_on: AgreedDay
    cover_id: UUID | None = None


class UnitAdded(Request):
    """There is a new division, or a team; a team may belong to a division."""

    kind: Literal["division", "team"]
    code: UnitCode
    name: Name
    division_id: UUID | None = None


class UnitSaid(Request):
    """The name of a division or team, and the division it belongs to, are these."""

    name: Name
    division_id: UUID | None = None


class AppointmentDetail(Wire):
    """A role that somebody holds, held or is to hold."""

    id: UUID
    person_id: UUID
    role: str
    unit_id: UUID | None = None
    starts_on: date
    ends_on: date | None = None

    @classmethod
    def of(cls, row: Appointment) -> AppointmentDetail:
        """Return an appointment as it is shown."""
        return cls(**{name: getattr(row, name) for name in cls.model_fields})


class AbsenceShown(Wire):
    """Somebody is, was or will be away."""

    id: UUID
    person_id: UUID
    starts_on: date
    ends_on: date
    cover_id: UUID | None = None
    cancelled: bool

    @classmethod
    def of(cls, row: Absence) -> AbsenceShown:
        """Return an absence as it is shown."""
        return cls(**{name: getattr(row, name) for name in cls.model_fields})


class LeavingShown(Wire):
    """Somebody leaves, or has left."""

    id: UUID
    last_day: date
    successor_id: UUID | None = None
    state: str
    announced_at: UtcTime
    ended_at: UtcTime | None = None

    @classmethod
    def of(cls, row: Leaver) -> LeavingShown:
        """Return a leaving as it is shown."""
        return cls(**{name: getattr(row, name) for name in cls.model_fields})


class PersonDetail(Wire):
    """Somebody who works on complaints, with all appointments and absences: past, present and to come."""

    id: UUID
    subject: str | None = Field(default=None, description="Left out, as name and e-mail, for those who see no words.")
    name: str | None = None
    email: str | None = None
    active: bool
    appointments: list[AppointmentDetail]
    absences: list[AbsenceShown]
    leaving: LeavingShown | None = None

    @classmethod
    def of(cls, found: OnStaff, *, words: bool) -> PersonDetail:
        """Return somebody as they are shown."""
        person = found.person
        return cls(
            id=person.id,
            subject=person.subject if words else None,
            name=person.name if words else None,
            email=person.email if words else None,
            active=person.active,
            appointments=[AppointmentDetail.of(each) for each in found.appointments],
            absences=[AbsenceShown.of(each) for each in found.absences],
            leaving=None if found.leaving is None else LeavingShown.of(found.leaving),
        )


class People(Wire):
    """Everybody of the organisation."""

    items: list[PersonDetail]


class Units(Wire):
    """The divisions and teams of the organisation, those that are no more included."""

    items: list[UnitShown]


class OfficeEventShown(Wire):
    """One change of people, appointments, absences, divisions or teams. Ids, codes and dates only."""

    id: UUID
    kind: str = Field(examples=["absence.added"])
    subject_id: UUID = Field(description="What was made or changed.")
    at: UtcTime
    actor_id: UUID | None = None
    role: str
    data: dict[str, Any]

    @classmethod
    def of(cls, row: OfficeEvent) -> OfficeEventShown:
        """Return a change as it is shown."""
        return cls(**{name: getattr(row, name) for name in cls.model_fields})


class OfficeEvents(Wire):
    """The ledger of the office, the newest first; `next` is the cursor of the page after, if there is one."""

    items: list[OfficeEventShown]
    next: str | None = None
