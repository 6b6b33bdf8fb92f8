"""Earlier complaints of the same person, as they are shown at intake."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import Field

from api.schemas.base import Wire
from db.queries.intake_matches import Match


class MatchShown(Wire):
    """A complaint that may be of the same person. Whether it is, a person has to say."""

    why: Literal["nhs_number", "reference", "name_and_birth", "name"] = Field(
        description="What is the same; the first is the likeliest."
    )
    reference: str
    matter: str
    stage: str
    stage_title: str
    open: bool
    received_on: date
    role: str = Field(description="What the person is in that complaint.")
    name: str
    born_on: date | None = None
    nhs_number: str | None = None
    summary: str | None = None

    @classmethod
    def of(cls, match: Match, *, stage_title: str) -> MatchShown:
        """Return a match as it is shown."""
        complaint, party = match.complaint, match.party
        return cls.model_validate(
            {
                "why": match.why,
                "reference": complaint.reference,
                "matter": complaint.matter,
                "stage": complaint.stage,
                "stage_title": stage_title,
                "open": complaint.open,
                "received_on": complaint.received_on,
                "role": party.role,
                "name": party.name,
                "born_on": party.born_on,
                "nhs_number": party.nhs_number,
                "summary": match.summary,
            }
        )


class Matches(Wire):
    """Likely earlier complaints of the same person: the likeliest first, then the newest."""

    items: list[MatchShown]
