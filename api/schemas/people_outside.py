"""The people outside: who joins, who leaves, what everybody was told at the beginning; as said, and as shown."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import Field, StrictBool, model_validator

from api.disclosure_rules import StatedWords
from api.schemas.base import BirthDay, EventDay, Request, Text, UtcTime, Wire, Words
from api.schemas.complaints import PersonRef
from api.schemas.intake import NhsNumber, OtherPartySaid, OtherRole
from api.schemas.needs import NeedsShown, needs_said
from db import people_said
from db.models.complaint import Party
from db.models.people_outside import ContactNeeds, StatementGiven, StatementWords
from db.party_said import PartySaid
from db.people_said import GivenBy, RetiredCause, Statement

Statements = Annotated[list[Statement], Field(min_length=1, max_length=2)]
Wording = Annotated[Text, Field(min_length=1, max_length=1_000)]


class PartyAdded(OtherPartySaid):
    """Somebody else outside is part of the complaint."""

    role: OtherRole | Literal["affected"]  # type: ignore[assignment]  # the person affected may become known later
    born_on: BirthDay | None = None
    died: StrictBool = Field(default=False, description="Of the person affected, where they have died.")
    died_on: BirthDay | None = None
    nhs_number: NhsNumber | None = None

    def said(self) -> people_said.AddParty:
        """Return what was said."""
        values = self.model_dump(exclude={"needs"})
        return people_said.AddParty(party=PartySaid(**values, needs=needs_said(self.needs)))


class RetirementSaid(Request):
    """Somebody is no longer part of the complaint. Nothing more goes to them; what was stays on record."""

    cause: RetiredCause
    words: Words | None = None

    def said(self, party_id: UUID) -> people_said.RetireParty:
        """Return what was said."""
        return people_said.RetireParty(party_id=party_id, cause=self.cause, words=self.words)


class StatementsSaid(Request):
    """Somebody was told of advocacy, or that they are treated no worse: in a contact on record, or on a day."""

    statements: Statements
    party_id: UUID | None = Field(default=None, description="Left out: the person who complained.")
    contact_id: UUID | None = None
    given_on: EventDay | None = None
    method: GivenBy | None = None

    @model_validator(mode="after")
    def _check(self) -> Self:
        said = (self.given_on is not None, self.method is not None)
        if self.contact_id is not None and any(said):
            raise ValueError("A contact says itself when and how.")
        if self.contact_id is None and not all(said):
            raise ValueError("Say in which contact, or on which day and how.")
        return self

    def said(self) -> people_said.GiveStatements:
        """Return what was said."""
        return people_said.GiveStatements(**self.model_dump() | {"statements": tuple(dict.fromkeys(self.statements))})


class OutsideParty(Wire):
    """A person outside, with what they need. Names and words are left out for those who may not see them."""

    id: UUID
    role: str
    name: str | None = None
    email: str | None = None
    phone: str | None = None
    address: str | None = None
    relation: str | None = None
    ground: str | None = None
    consent_basis: str | None = None
    has_died: bool
    retired_at: UtcTime | None = Field(default=None, description="Since when they have no part in the complaint.")
    retired_cause: str | None = None
    needs: NeedsShown | None = Field(default=None, description="Left out where nothing was said.")

    @classmethod
    def of(cls, party: Party, needs: ContactNeeds | None, *, words: bool) -> OutsideParty:
        """Return a party as it is shown."""
        own = ("name", "email", "phone", "address", "relation")
        return cls(
            id=party.id,
            role=party.role,
            **{name: getattr(party, name) if words else None for name in own},
            ground=party.ground,
            consent_basis=party.consent_basis,
            has_died=party.death_known_at is not None,
            retired_at=party.retired_at,
            retired_cause=party.retired_cause,
            needs=NeedsShown.of(needs, words=words),
        )


class OutsideParties(Wire):
    """The people outside of a complaint, those first who are part of it."""

    items: list[OutsideParty]


class StatementShown(Wire):
    """What shows that statements were given: the notice that carried them, a contact, or somebody's word."""

    id: UUID
    party_id: UUID
    statements: list[str]
    how: str
    given_on: date
    notice_id: UUID | None = None
    contact_id: UUID | None = None
    recorded_by: PersonRef | None = Field(default=None, description="Nobody where a notice shows it.")

    @classmethod
    def of(cls, row: StatementGiven, name: str | None, *, words: bool) -> StatementShown:
        """Return one piece of evidence as it is shown."""
        same = ("id", "party_id", "statements", "how", "given_on", "notice_id", "contact_id")
        return cls(
            **{field: getattr(row, field) for field in same},
            recorded_by=PersonRef.of(row.said_by, name if words else None),
        )


class StatementsShown(Wire):
    """Whether the person who complained was told of advocacy and of non-detriment, and what shows it."""

    missing: list[str] = Field(description="What nothing shows yet.")
    items: list[StatementShown]

    @classmethod
    def of(
        cls, rows: Sequence[tuple[StatementGiven, str | None]], complainant_id: UUID | None, *, words: bool
    ) -> StatementsShown:
        """Return the evidence as it is shown."""
        there = {code for row, _ in rows if row.party_id == complainant_id for code in row.statements}
        return cls(
            missing=[code for code in ("advocacy", "non_detriment") if code not in there],
            items=[StatementShown.of(row, name, words=words) for row, name in rows],
        )


class StatementWordsSaid(Request):
    """The organisation's own words for the statements. What is null is said in the words that come with the product."""

    advocacy: Wording | None
    non_detriment: Wording | None


class WordsSaid(Wire):
    """The statements as letters say them."""

    advocacy: str
    non_detriment: str


class StatementWordsShown(Wire):
    """The organisation's own words for the statements, and what letters written now say."""

    advocacy: str | None = Field(default=None, description="Left out: the words that come with the product.")
    non_detriment: str | None = Field(default=None, description="Left out: the words that come with the product.")
    version: int = Field(description="0 until the organisation has words of its own.")
    said: WordsSaid = Field(description="The words that stand in letters written now, its own or ours.")

    @classmethod
    def of(cls, row: StatementWords | None, said: StatedWords) -> StatementWordsShown:
        """Return the words as they are shown."""
        words = WordsSaid(advocacy=said.advocacy, non_detriment=said.non_detriment)
        if row is None:
            return cls(version=0, said=words)
        return cls(advocacy=row.advocacy, non_detriment=row.non_detriment, version=row.number, said=words)
