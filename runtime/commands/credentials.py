"""Who the command line is: the token that was given, or one from the development issuer."""

import asyncio
import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from api.dev_issuer import NotInDevelopment, mint
from api.permissions import IN_TOKENS, Role
from db.engine import Database, SweeperDatabase
from db.queries.directory import Tenant, organisation_of, tenants
from db.queries.people import holder_of
from policies.calendars import local_date
from runtime.commands.api_calls import ApiCalls, CommandError
from runtime.settings import Settings

GIVEN: Final = "REDRESS_TOKEN"
LIFETIME: Final = timedelta(minutes=15)
# A case system is no person: its token names a system.
SYSTEM: Final = "case-system"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which token is wanted; what is left out is found."""

    role: str = Role.COMPLAINTS_MANAGER.value
    organisation: str | None = None
    subject: str | None = None
    lifetime: timedelta = LIFETIME


@dataclass(frozen=True, slots=True, kw_only=True)
class Minted:
    """A token, and for whom it is."""

    token: str
    subject: str
    role: str
    organisation: Tenant


def calls_as(settings: Settings, wanted: Wanted, *, reference: str | None = None) -> ApiCalls:
    """Return calls under the token of REDRESS_TOKEN, else under one minted for development.

    A reference chooses the organisation, where none is named.
    """
    given = os.environ.get(GIVEN)
    if given:
        return ApiCalls(settings.api_url, given)
    return ApiCalls(settings.api_url, minted(settings, wanted, reference=reference).token)


def minted(settings: Settings, wanted: Wanted, *, reference: str | None = None) -> Minted:
    """Return a development token. Raises CommandError where there can be none."""
    if wanted.role not in IN_TOKENS:
        raise CommandError(f"no such role: {wanted.role}. There are: {', '.join(IN_TOKENS)}")
    return asyncio.run(_minted(settings, wanted, reference))


async def _minted(settings: Settings, wanted: Wanted, reference: str | None) -> Minted:
    now = datetime.now(UTC)
    organisation = await _organisation(settings, wanted.organisation, reference)
    subject = wanted.subject or await _subject(settings, organisation, wanted.role, now)
    try:
        token = mint(settings, organisation.id, subject, [wanted.role], wanted.lifetime, now)
    except NotInDevelopment:
        raise CommandError(
            f"tokens are minted in development only: get one from your identity provider and set {GIVEN}"
        ) from None
    return Minted(token=token, subject=subject, role=wanted.role, organisation=organisation)


async def _organisation(settings: Settings, named: str | None, reference: str | None) -> Tenant:
    """Return the organisation that is named, else the one the reference belongs to, else the first."""
    sweeper = SweeperDatabase(settings.need("database_dsn_sweeper"))
    try:
        async with sweeper.session() as session:
            every = await tenants(session)
            owner = await organisation_of(session, reference) if reference and not named else None
    finally:
        await sweeper.close()
    if not every:
        raise CommandError("there is no organisation yet: 'redress up' makes two to try things with")
    if named is not None:
        return _named(every, named)
    return next((each for each in every if each.id == owner), every[0])


def _named(every: Sequence[Tenant], named: str) -> Tenant:
    for each in every:
        if named.casefold() in (each.code.casefold(), str(each.id)):
            return each
    known = ", ".join(each.code for each in every)
    raise CommandError(f"no such organisation: {named}. There are: {known}")


async def _subject(settings: Settings, organisation: Tenant, role: str, now: datetime) -> str:
    """Return the subject of whoever holds the role today."""
    if role == Role.CASE_SYSTEM:
        return SYSTEM
    database = Database(settings.need("database_dsn_app"), pool_size=1)
    try:
        async with database.tenant(organisation.id, now) as session:
            person = await holder_of(session, role, local_date(now))
    finally:
        await database.close()
    if person is None:
        raise CommandError(f"nobody holds the role {role} in {organisation.code} today: name a --subject")
    return person.subject
