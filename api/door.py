"""The HTTP half of the one path: append what was said, deliver it, wait a little, answer.

From the commit in `_append` on nothing can lose a submission. Nothing may be answered with success
before that commit, and nothing may change a case by any other way than through here.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic import BaseModel
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession
from uuid_utils.compat import uuid7

from api.caller import Caller
from api.parts import Parts
from api.permissions import NEEDED, Permission
from api.problems import Problem
from contracts.commands import CommandKind
from db.models.act import Submission
from db.queries.complaint_reads import Found, find
from db.queries.submissions import NewSubmission, append_submission, get_submission
from db.references import BITS, make
from db.said import Said, to_body
from gateways.delivery import deliver_pending

_REFERENCE_TRIES = 3

Prepare = Callable[[AsyncSession, Submission], Awaitable[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """What comes with a request beside its body: route template, key, and the version it builds on."""

    route: str
    key: str
    if_version: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Saying:
    """One thing said. `fingerprint` is of the request as it was sent, not of the body as stored.

    `needs` is what it takes to say it here, where that is not what it takes elsewhere.
    """

    kind: CommandKind
    said: Said
    envelope: Envelope
    fingerprint: str
    needs: Permission | None = None


def fingerprint(envelope: Envelope, body: BaseModel | dict[str, Any], *path: object) -> str:
    """Return a hex SHA-256 that tells one request from another under the same key."""
    sent = body.model_dump(mode="json") if isinstance(body, BaseModel) else body
    whole = [[str(part) for part in path], envelope.if_version, sent]
    text = json.dumps(whole, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(text.encode("ascii")).hexdigest()


async def nothing_to_prepare(session: AsyncSession, submission: Submission) -> None:
    """Do nothing more in the transaction that appends."""


class Door:
    """Take in what callers say."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    async def log(self, who: Caller, saying: Saying, prepare: Prepare = nothing_to_prepare) -> Submission:
        """Append a new complaint and begin to carry it; return its submission, committed."""
        for tries_left in reversed(range(_REFERENCE_TRIES)):
            try:
                submission = await self._append_log(who, saying, prepare)
                break
            except IntegrityError as error:
                # Two references were drawn alike: one in 10**12, but then draw again.
                if not tries_left or "ix_submission_reference" not in str(error.orig):
                    raise
        self._parts.starts.begin(who.organisation_id, submission.complaint_id)
        return submission

    async def _append_log(self, who: Caller, saying: Saying, prepare: Prepare) -> Submission:
        now = self._parts.clock.now()
        async with self._parts.database.tenant(who.organisation_id, now) as session:
            new = _new(
                who,
                saying,
                now,
                complaint_id=uuid7(),
                reference=make(who.reference_prefix, secrets.randbits(BITS)),
            )
            return await _append(session, new, prepare)

    async def say(
        self,
        who: Caller,
        reference: str,
        saying: Saying,
        prepare: Prepare = nothing_to_prepare,
    ) -> Submission:
        """Append a command, deliver it, and return its submission as it stands then."""
        now = self._parts.clock.now()
        async with self._parts.database.tenant(who.organisation_id, now) as session:
            target = await own(session, who, reference)
            new = _new(who, saying, now, complaint_id=target.id)
            submission = await _append(session, new, prepare)
        return await self.deliver(who, submission)

    async def deliver(self, who: Caller, submission: Submission) -> Submission:
        """Carry a submission, and all before it, for as long as a caller can be kept waiting."""
        if submission.state != "pending":
            return submission
        await deliver_pending(
            self._parts.engine,
            self._parts.states,
            who.organisation_id,
            submission.complaint_id,
            budget=self._parts.verdict_budget,
            until=submission.id,
        )
        now = self._parts.clock.now()
        async with self._parts.database.tenant(who.organisation_id, now) as session:
            return await get_submission(session, submission.id) or submission


async def own(session: AsyncSession, who: Caller, reference: str) -> Found:
    """Return what a reference names, if it is the caller's own to change. Raises a problem else."""
    target = await find(session, reference)
    if target is None:
        raise Problem("not_found")
    if target.organisation_id != who.organisation_id:
        raise Problem("not_your_complaint")
    return target


async def _append(session: AsyncSession, new: NewSubmission, prepare: Prepare) -> Submission:
    appended = await append_submission(session, new)
    if not appended.same_body:
        raise Problem("idempotency_key_reused")
    if not appended.repeated:
        await prepare(session, appended.submission)
    return appended.submission


async def append_beside(
    session: AsyncSession, who: Caller, saying: Saying, first: Submission, prepare: Prepare = nothing_to_prepare
) -> Submission:
    """Append something more about a complaint, in the transaction and at the time of what was said of it first."""
    new = _new(who, saying, first.received_at, complaint_id=first.complaint_id)
    return await _append(session, new, prepare)


def _new(
    who: Caller,
    saying: Saying,
    now: datetime,
    *,
    complaint_id: Any,
    reference: str | None = None,
) -> NewSubmission:
    return NewSubmission(
        id=uuid7(),
        organisation_id=who.organisation_id,
        complaint_id=complaint_id,
        kind=saying.kind,
        body=to_body(saying.kind, saying.said),
        caller=who.subject,
        person_id=who.person_id,
        role=who.acting_as(saying.needs or NEEDED[saying.kind]).value,
        route=saying.envelope.route,
        idempotency_key=saying.envelope.key,
        body_hash=saying.fingerprint,
        received_at=now,
        reference=reference,
        if_version=saying.envelope.if_version,
    )
