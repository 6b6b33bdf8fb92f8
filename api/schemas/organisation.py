"""An organisation and its people as they are shown, and what needs attention."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from pydantic import Field

from api.schemas.base import Wire
from db.models.office import Unit


class AppointmentShown(Wire):
    """A role that somebody holds, from a day to a day, both included."""

    role: str
    unit_id: UUID | None = None
    starts_on: date
    ends_on: date | None = None


class UnitShown(Wire):
    """A division or a team. A team may belong to a division; one that is not active is no more."""

    id: UUID
    kind: str
    code: str
    name: str
    division_id: UUID | None = None
    active: bool

    @classmethod
    def of(cls, row: Unit) -> UnitShown:
        """Return a division or team as it is shown."""
        return cls(**{name: getattr(row, name) for name in cls.model_fields})


class PersonShown(Wire):
    """Somebody who works on complaints."""

    id: UUID
    name: str | None = Field(default=None, description="Left out for those who may not see words.")
    team: str | None = None
    active: bool
    appointments: list[AppointmentShown]


class Me(Wire):
    """The caller, as the token and the organisation's people say."""

    subject: str
    person_id: UUID | None = None
    roles: list[str]
    permissions: list[str]


class OrganisationShown(Wire):
    """The caller's organisation."""

    id: UUID
    code: str
    name: str
    nation: str
    me: Me
    people: list[PersonShown]
    units: list[UnitShown] = Field(description="Divisions and teams that there are.")


class Attention(Wire):
    """What is not as it should be, counted by kind; `total` must be zero."""

    total: int
    counts: dict[str, int]
    items: list[dict[str, str]] = Field(default=[], description="Ids and codes only.")


class Health(Wire):
    """Whether the service is alive, or ready."""

    status: str
    counts: dict[str, int] | None = Field(default=None, description="Exceptions by kind; each must be zero.")
