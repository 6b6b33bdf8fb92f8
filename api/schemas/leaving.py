"""A leaving: a person's last day, who takes their cases, and how it stands."""

from __future__ import annotations

from uuid import UUID

from pydantic import Field

from api.schemas.base import AgreedDay, Request
from api.schemas.people import LeavingShown
from db.models.office import Leaver


class LeavingSaid(Request):
    """A person has a last day, and perhaps a successor who takes their open cases and actions."""

    last_day: AgreedDay
    successor_id: UUID | None = None


class LeavingDetail(LeavingShown):
    """A leaving, and how many open cases and actions are still the person's."""

    person_id: UUID
    cases_left: int = Field(description="The account ends only when there is none.")
    actions_left: int = Field(
        description="Actions still to be done, of complaints and of meetings. They go to the successor with the "
        "cases; what a successor cannot take, or without one, is given to other owners one by one. The account ends "
        "only when there is none."
    )

    @classmethod
    def with_cases(cls, leaver: Leaver, cases_left: int, actions_left: int) -> LeavingDetail:
        """Return a leaving as it is shown to whoever announced or cancelled it."""
        shown = LeavingShown.of(leaver).model_dump(by_alias=False)
        return cls(**shown, person_id=leaver.person_id, cases_left=cases_left, actions_left=actions_left)
