"""Inputs and outcomes of the workflow `senior_digest`: once a week, what no senior was woken for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestStart:
    """Start one run over all organisations. What is given is carried over from the run before.

    `mail_was_away`: it was, for as long as is waited; it is not waited for as long again for each organisation.
    """

    week_on: date | None = None
    after: UUID | None = None
    telling: bool = False
    made: int = 0
    told: int = 0
    mail_was_away: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestPageRequest:
    """Ask which organisations come next, and which week it is about at this time."""

    now: datetime
    after: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestPage:
    """The Monday of the week that is over, and a page of organisations in the order of their ids."""

    week_on: date
    organisations: tuple[UUID, ...] = ()
    more: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestAct:
    """Compile, or tell of, the digest of one organisation up to a week."""

    organisation_id: UUID
    week_on: date
    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestMade:
    """How many digests were written for an organisation: more than one where weeks were missed."""

    written: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestTold:
    """To how many people an e-mail said that the digest is there."""

    told: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestReport:
    """What one run came to: the week, digests written, people told."""

    week_on: date
    made: int
    told: int
