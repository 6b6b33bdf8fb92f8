"""The online form of an organisation: shown, and taken in through the door like everything else that is said.

Who sends it has no token: it is the caller `form`, in the role `system`, which may log and nothing else.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from api.answers import DoorDep
from api.caller import Caller
from api.dates import today
from api.deps import PartsDep
from api.door import Door, Envelope, Saying, fingerprint
from api.form import answers, keys, page
from api.form.answers import Told
from api.parts import Parts
from api.permissions import Role
from api.problems import Problem
from contracts.commands import CommandKind
from db.models.act import Submission
from db.models.incoming import IntakeChannel
from db.models.organisation import Organisation
from db.queries import incoming

# A page for people, and no part of the API: its document does not tell of it.
router = APIRouter(include_in_schema=False)

CALLER: Final = "form"
_ROUTE: Final = "/complain/{code}"
_COMPLAINT: Final = "complaint"
_LAPSED: Final = (
    "This page had been open for too long, or was changed. Nothing was sent. What you typed is below: please send it"
    " again."
)
_TOO_MANY: Final = (
    "Too many forms were sent from where you are. Nothing was sent now. What you typed is below: please try again in"
    " an hour, or reach us another way."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """The form of one organisation, at a time."""

    organisation: Organisation
    channel: IntakeChannel
    publisher: page.Publisher
    now: datetime

    @property
    def caller(self) -> Caller:
        """Return who says what comes in by the form."""
        return Caller(
            organisation_id=self.organisation.id,
            organisation_code=self.organisation.code,
            organisation_name=self.organisation.name,
            nation=self.organisation.nation,
            reference_prefix=self.organisation.reference_prefix,
            subject=CALLER,
            person_id=None,
            person_name=None,
            roles=frozenset({Role.SYSTEM}),
        )

    def new_key(self) -> str:
        """Return the key of a new page."""
        return keys.new_key(self.channel.secret, self.organisation.id, self.now, secrets.token_bytes(18))

    def again(
        self, typed: dict[str, str], *, said: str = "", status: int = 422, faults: answers.Faults | None = None,
        key: str | None = None,
    ) -> HTMLResponse:  # fmt: skip
        """Return the form with all that was typed, under the same key or a new one."""
        return page.form_page(self.publisher, key or self.new_key(), typed, faults or {}, status=status, said=said)


@router.get(_ROUTE)
async def show_form(parts: PartsDep, code: str) -> HTMLResponse:
    """Show the form of an organisation that has switched it on."""
    desk = await _desk(parts, code)
    return page.missing_page() if desk is None else page.form_page(desk.publisher, desk.new_key(), {}, {})


@router.post(_ROUTE)
async def send_form(request: Request, parts: PartsDep, door: DoorDep, code: str) -> HTMLResponse:
    """Take in what was typed, once for each page, or show it again with what is wrong."""
    desk = await _desk(parts, code)
    if desk is None:
        return page.missing_page()
    sent = await request.form()
    typed, key = answers.clean(sent), str(sent.get(page.KEY, ""))
    if not parts.form_sends.take(request.client.host if request.client else None, desk.now):
        return desk.again(typed, said=_TOO_MANY, status=429)
    if not keys.is_ours(key, desk.channel.secret, desk.organisation.id, desk.now):
        return desk.again(typed, said=_LAPSED)
    told, faults = answers.read(typed, today(desk.now))
    if told is None:
        return desk.again(typed, faults=faults, key=key)
    try:
        submission = await _log(door, desk, told, key)
    except Problem as problem:
        if problem.code != "idempotency_key_reused":
            raise
        return desk.again(typed, said=await _sent_before(parts, desk, key))
    return await _sent(parts, desk, submission)


async def _desk(parts: Parts, code: str) -> Desk | None:
    """Return the form at an address. Nobody's rows are open to whoever asks until it is known to be switched on."""
    now = parts.clock.now()
    if len(code) > 64 or "\x00" in code:
        return None
    async with parts.database.tenant(incoming.NOBODY, now) as session:
        organisation_id = await incoming.form_at(session, code)
    return None if organisation_id is None else await _open(parts, organisation_id, now)


async def _open(parts: Parts, organisation_id: UUID, now: datetime) -> Desk | None:
    async with parts.database.tenant(organisation_id, now) as session:
        organisation = await session.get(Organisation, organisation_id)
        channel = await incoming.channel(session, "form")
        if organisation is None or channel is None:
            return None
        rules = await parts.read_form(session, organisation, _COMPLAINT, today(now))
    if rules is None:
        return None
    publisher = page.Publisher(
        name=organisation.name, regime=organisation.regime, nation=organisation.nation, rules=rules
    )
    return Desk(organisation=organisation, channel=channel, publisher=publisher, now=now)


async def _log(door: Door, desk: Desk, told: Told, key: str) -> Submission:
    envelope = Envelope(route=_ROUTE, key=key)
    saying = Saying(
        kind=CommandKind.LOG,
        said=told.log(today(desk.now)),
        envelope=envelope,
        # Of what was typed alone: the same page sent once more on the next day is the same.
        fingerprint=fingerprint(envelope, told.typed, desk.organisation.id),
    )
    return await door.log(desk.caller, saying)


async def _sent_before(parts: Parts, desk: Desk, key: str) -> str:
    async with parts.database.tenant(desk.organisation.id, desk.now) as session:
        reference = await incoming.earlier(session, caller=CALLER, route=_ROUTE, key=key)
    return (
        f"You have sent this form before: we have it, under the reference {reference}. What you have changed since was"
        " not sent. To send it as a new message, send it again."
    )


async def _sent(parts: Parts, desk: Desk, submission: Submission) -> HTMLResponse:
    """Return the page of what is logged, by its own days: the same whenever it is loaded again."""
    received_on = date.fromisoformat(submission.body["received_on"])
    matter = str(submission.body["matter"])
    async with parts.database.tenant(desk.organisation.id, desk.now) as session:
        rules = await parts.read_form(session, desk.organisation, matter, received_on)
        complaint = await parts.read_form(session, desk.organisation, _COMPLAINT, received_on)
    named = complaint or desk.publisher.rules
    publisher = page.Publisher(
        name=desk.publisher.name, regime=desk.publisher.regime, nation=desk.publisher.nation, rules=named
    )
    hears_by = rules.hears_by if rules is not None else None
    return page.sent_page(publisher, str(submission.reference), matter, received_on, hears_by)
