"""How messages of the joint protocol get from and to the body that coordinates: in this installation, or another one.

In this one, row-level security decides what we may read of the lead's: nothing here filters. What we say is appended to
the lead's complaint and delivered, as anybody's submission is.
"""

from __future__ import annotations

import hashlib
import json
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final, Protocol, TypeGuard
from uuid import UUID, uuid5

from contracts.commands import CommandKind
from contracts.failures import Refusal
from contracts.joint import JointPartStart
from db.engine import Database
from db.joint_said import FromBody
from db.models.joint import Contribution, JointMessage
from db.models.parts import PartMessage
from db.queries import joint, partners
from db.queries.submissions import NewSubmission, append_submission, get_submission
from db.said import to_body
from db.submission_store import SubmissionStore
from gateways import joint_client
from gateways.delivery import Deliverer, deliver_pending
from gateways.joint_client import JointAnswer, JointClient, JointDoor
from gateways.partner_secrets import secrets_of
from gateways.sealing import Sealing
from policies import joint_credentials

_BUDGET: Final = timedelta(seconds=5)
ROUTE: Final = "joint_part"
_WITHHELD: Final = "withheld"  # said to us, and not to be read now: no consent covers it
# Of one fetch, whatever the other side says: the rest is fetched by the next.
_MOST_PAGES: Final = 100
_MOST_MESSAGES: Final = 500
_INT4: Final = 2**31 - 1
_KIND: Final = re.compile(r"[a-z][a-z_]{0,63}")
_DEEPEST: Final = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One message of the lead, as it came."""

    seq: int
    protocol: int
    kind: str
    body: dict[str, Any] = field(repr=False)
    said_at: datetime | None = None  # in this installation: then it reached us


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """What the lead says after a number; or why nothing could be fetched."""

    told: tuple[Told, ...] = ()
    failure: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Brought:
    """What became of one message: the lead `has` it, `refused` it with a code, or neither is known yet."""

    has: bool = False
    refused: str | None = None
    failure: str | None = None


class Carrier(Protocol):
    """Carry messages between us and one body that coordinates. What the other side does raises nothing."""

    async def fetch(self, start: JointPartStart, after: int, now: datetime) -> Fetched:
        """Return what the lead says after a number, in order."""
        ...

    async def bring(self, start: JointPartStart, message: PartMessage, now: datetime) -> Brought:
        """Bring one message. The same again comes to the same."""
        ...


class LocalCarrier:
    """Carry between two organisations of this installation."""

    def __init__(self, database: Database, engine: Deliverer) -> None:
        self._database = database
        self._engine = engine

    async def fetch(self, start: JointPartStart, after: int, now: datetime) -> Fetched:
        """Read what is for us, in our own tenant."""
        async with self._database.tenant(start.organisation_id, now) as session:
            rows = await joint.messages_out(session, start.contribution_id, after=after)
        return Fetched(told=tuple(_told(row) for row in rows))

    async def bring(self, start: JointPartStart, message: PartMessage, now: datetime) -> Brought:
        """Append what we say to the lead's complaint, deliver it, and return what came of it."""
        lead = start.lead_organisation_id
        assert lead is not None  # else it is another installation's
        async with self._database.tenant(lead, now) as session:
            row = await session.get(Contribution, start.contribution_id)
            if row is None or row.body_organisation_id != start.organisation_id or row.invited_on is None:
                return Brought(refused=Refusal.NOT_THEIR_CONTRIBUTION.value)
            new = _from_body(lead, row.complaint_id, start, message, now)
            appended = await append_submission(session, new)
            if not appended.same_body:
                return Brought(refused=Refusal.MESSAGE_CHANGED.value)
            complaint_id, submission_id = row.complaint_id, appended.submission.id
        states = SubmissionStore(self._database, lambda: now)
        await deliver_pending(self._engine, states, lead, complaint_id, budget=_BUDGET, until=submission_id)
        async with self._database.tenant(lead, now) as session:
            kept = await joint.answer_to(session, start.contribution_id, message.id)
            said = await get_submission(session, submission_id)
        if kept is not None:
            return Brought(has=kept.refusal is None, refused=kept.refusal)
        if said is not None and said.state == "refused":
            return Brought(refused=said.refusal)
        return Brought(failure="no_verdict_yet")


class HttpCarrier:
    """Carry between us and another installation, through its door (docs/joint-protocol.md)."""

    def __init__(self, database: Database, client: JointClient, sealing: Sealing) -> None:
        self._database = database
        self._client = client
        self._sealing = sealing

    async def fetch(self, start: JointPartStart, after: int, now: datetime) -> Fetched:
        """Fetch what is for us: page after page, so that nothing is heard before what was said earlier."""
        door = await self._door(start, now)
        if door is None:
            return Fetched(failure="no_credential")
        found: list[Told] = []
        for _ in range(_MOST_PAGES):
            answer = await self._client.messages(door, after)
            if answer.outcome != joint_client.OK:
                return Fetched(told=tuple(found), failure=_failure(answer))
            page = _page(answer)
            if page is None:
                return Fetched(told=tuple(found), failure="not_understood")
            # What is withheld keeps its number: there may be more behind a page of it.
            found += [each for each in page if each.kind != _WITHHELD]
            last = max((each.seq for each in page), default=after)
            if last <= after or not answer.said.get("more") or len(found) >= _MOST_MESSAGES:
                break
            after = last
        return Fetched(told=tuple(found))

    async def bring(self, start: JointPartStart, message: PartMessage, now: datetime) -> Brought:
        """Bring one message; what was kept without a verdict is brought again, and gets the first answer."""
        door = await self._door(start, now)
        if door is None:
            return Brought(failure="no_credential")
        envelope = {
            "protocol": message.protocol,
            "id": str(message.id),
            "kind": message.kind,
            "body": message.body,
        }
        answer = await self._client.say(door, envelope)
        if answer.outcome == joint_client.OK:
            return Brought(has=True)
        if answer.outcome == joint_client.REFUSED:
            return Brought(refused=answer.code or "refused")
        return Brought(failure=_failure(answer))

    async def _door(self, start: JointPartStart, now: datetime) -> JointDoor | None:
        """Return the other side's door and our credentials; None where there is no secret, or no door."""
        assert start.partner_id is not None  # else it is of this installation
        async with self._database.tenant(start.organisation_id, now) as session:
            partner = await partners.find(session, start.partner_id)
            number = await partners.credential_number(session, start.partner_id, start.contribution_id)
            if partner is None or partner.ended_at is not None or partner.door_url is None:
                return None
            secrets = secrets_of(self._sealing, partner, now)
            shown = [joint_credentials.make(each, start.contribution_id, number) for each in secrets]
            return JointDoor(url=partner.door_url, contribution_id=start.contribution_id, credentials=shown)


def _from_body(
    lead: UUID, complaint_id: UUID, start: JointPartStart, message: PartMessage, now: datetime
) -> NewSubmission:
    said = FromBody(
        contribution_id=start.contribution_id,
        message_id=message.id,
        protocol=message.protocol,
        kind=message.kind,
        body=message.body,
        via="here",
    )
    content = to_body(CommandKind.FROM_BODY, said)
    return NewSubmission(
        id=uuid5(start.contribution_id, f"from_body/{message.id}"),
        organisation_id=lead,
        complaint_id=complaint_id,
        kind=CommandKind.FROM_BODY,
        body=content,
        caller=f"body/{start.organisation_id}",
        person_id=None,
        role="body",
        route=ROUTE,
        idempotency_key=str(message.id),
        body_hash=digest(content),
        received_at=now,
    )


def digest(content: dict[str, Any]) -> str:
    """Return what tells one content from another: a hex SHA-256."""
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(text.encode("ascii")).hexdigest()


def _told(row: JointMessage) -> Told:
    return Told(seq=row.seq or 0, protocol=row.protocol, kind=row.kind, body=row.body, said_at=row.said_at)


def _page(answer: JointAnswer) -> Sequence[Told] | None:
    """Return the messages of one page; None for what is no page of messages."""
    items = answer.said.get("items")
    if not isinstance(items, list):
        return None
    found = [_of_other(each) for each in items]
    return None if None in found else sorted((each for each in found if each is not None), key=lambda each: each.seq)


def _of_other(said: Any) -> Told | None:
    """Return a message of another installation; None for what nobody could keep: it is for a door to say it rightly."""
    if not isinstance(said, dict):
        return None
    seq, protocol, kind, body = (said.get(name) for name in ("seq", "protocol", "kind", "body"))
    if not _is_number(seq) or not _is_number(protocol) or not isinstance(kind, str) or not isinstance(body, dict):
        return None
    if not _KIND.fullmatch(kind) or not _storable(body, 0):
        return None
    return Told(seq=seq, protocol=protocol, kind=kind, body=body)


def _is_number(value: Any) -> TypeGuard[int]:
    return type(value) is int and 1 <= value <= _INT4


def _storable(value: Any, depth: int) -> bool:
    """Say whether the database can hold a value of JSON: no NUL, no half of a character, nothing without a bottom."""
    if depth > _DEEPEST:
        return False
    match value:
        case str():
            return _is_text(value)
        case float():
            return math.isfinite(value)
        case dict():
            return all(_is_text(name) and _storable(each, depth + 1) for name, each in value.items())
        case list():
            return all(_storable(each, depth + 1) for each in value)
        case _:
            return True


def _is_text(value: str) -> bool:
    return "\x00" not in value and not any("\ud800" <= sign <= "\udfff" for sign in value)


def _failure(answer: JointAnswer) -> str:
    return answer.code if answer.code and answer.code.isascii() else answer.outcome
