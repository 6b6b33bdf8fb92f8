"""What a contributing body says, whichever way it came: checked, kept, and handed to whoever deals with it.

A message that is not allowed is kept with its refusal, and journalled: the act itself is applied, so that there is an
event of it. Whoever brought it is told the refusal from the message that is kept.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from copy import copy
from typing import Any, Final
from uuid import UUID

from sqlalchemy import inspect

from activities.acts import (
    answering_invitations,
    body_actions,
    body_requests,
    joint,
    joint_comments,
    joint_consent,
    joint_timescale,
    leading,
    meetings,
    passing_on,
    submitting,
    transfers,
)
from activities.acts.case import Case, Refused, refuse_if
from contracts.failures import Refusal
from contracts.joint import PROTOCOL, ContributionState
from db.joint_messages import TO_LEAD, ToLead, to_lead
from db.joint_said import FromBody, RecordFromBody
from db.models.joint import Contribution, JointMessage
from db.queries import joint as rows

# By the kind of the message: each takes the case, the contribution, and the shape of `db.joint_messages.TO_LEAD`.
_HEARD: Final[dict[str, Callable[[Case, Contribution, Any], Awaitable[None]]]] = {
    "accept": answering_invitations.accept,
    "decline": answering_invitations.decline,
    "lead_view": leading.lead_view,
    "timescale_view": joint_timescale.timescale_view,
    "information": body_requests.information,
    "attendance": meetings.attendance,
    "draft_comment": joint_comments.heard,
    "submission": submitting.submit,
    "action_done": body_actions.done,
}

# The same, of a complaint that was passed on: its body says nothing else.
_OF_TRANSFER: Final[dict[str, Callable[[Case, Contribution, Any], Awaitable[None]]]] = {
    "transfer_taken": passing_on.taken,
    "decline": passing_on.declined,
}
_TAKEN: Final = "transfer_taken"
# What a body says of substance: from then on it contributes.
_SUBSTANCE: Final = frozenset({"information"})
_UNKNOWN: Final = "unknown"
_INT4: Final = 2**31 - 1
_NOTED: Final = ("armed", "stopped", "involved", "contributing", "beside", "journal")


async def hear(case: Case, said: FromBody) -> None:
    """Take in a message of the protocol, once. One that is not allowed is kept with its refusal, and nothing else."""
    row = await joint.find(case, said.contribution_id)
    first = await rows.answer_to(case.session, row.id, said.message_id)
    if first is not None and _is_same(first, said):
        return  # what came of it then stands
    refusal = Refusal.MESSAGE_CHANGED if first is not None else await _tried(case, row, said)
    name = str(said.message_id) if first is None else f"{said.message_id}/{case.act.act_id}"
    kept = _kept(case, row, said.kind, said.body, rows.heard_id(row.id, name))
    kept.protocol, kept.via = max(min(said.protocol, _INT4), -_INT4), said.via
    await _keep(case, row, kept, refusal)
    if refusal is Refusal.CONTRIBUTION_RELEASED and (row.kind, kept.kind) == (transfers.KIND, _TAKEN):
        await passing_on.taken_in_vain(case, row)


async def record(case: Case, said: RecordFromBody) -> None:
    """Take in what a body said by word of mouth or on paper. One that is not allowed is refused to whoever records."""
    row = await joint.find(case, said.contribution_id)
    refuse_if(said.said_on > case.on, Refusal.DATE_IN_FUTURE)
    refuse_if(said.said_on < row.named_on, Refusal.CONTRADICTS_RECORD)
    await _say(case, row, said.kind, said.body)
    kept = _kept(case, row, said.kind, said.body, rows.heard_id(row.id, str(case.act.act_id)))
    kept.via = "recorded"
    await _keep(case, row, kept, None, how=said.how, said_on=said.said_on)


async def _tried(case: Case, row: Contribution, said: FromBody) -> Refusal | None:
    """Do what a message says; where it is refused, leave the case in memory and in the database as it was."""
    if said.protocol != PROTOCOL:
        return Refusal.PROTOCOL_NOT_SPOKEN
    before = {name: copy(getattr(case, name)) for name in (*_NOTED, "replan", "released")}
    try:
        async with case.session.begin_nested():
            await _say(case, row, said.kind, said.body)
    except Refused as refused:
        for name, value in before.items():
            setattr(case, name, value)
        # What the savepoint took back is read again: the head of the chain of evidence above all.
        for held in (case.complaint, row, case.organisation, case.said):
            state: Any = inspect(held) if held is not None else None
            if state is not None and state.expired_attributes:
                await case.session.refresh(held)
        return refused.refusal
    return None


async def _say(case: Case, row: Contribution, kind: str, body: dict[str, Any]) -> None:
    """Hand a message to whoever deals with it. Raises Refused."""
    message = _understood(kind, body)
    refuse_if(row.state == ContributionState.RELEASED, Refusal.CONTRIBUTION_RELEASED)
    heard_of = _OF_TRANSFER if row.kind == transfers.KIND else _HEARD
    refuse_if(kind not in heard_of, Refusal.NOT_THEIR_CONTRIBUTION)
    if not _concerns_what_was_told(row, kind):
        blocked = row.state == ContributionState.CONSENT_BLOCKED or not row.open_to_body
        refuse_if(blocked or not (await joint_consent.covers(case, row)).may, Refusal.CONSENT_MISSING)
    await heard_of[kind](case, row, message)
    if kind in _SUBSTANCE and row.state == ContributionState.ACCEPTED:
        joint.move(case, row, ContributionState.CONTRIBUTING)
    await case.session.flush()


def _concerns_what_was_told(row: Contribution, kind: str) -> bool:
    """Say whether a message is heard whatever became of the consent: a part that was approved has been told of."""
    return row.kind == transfers.KIND or (kind == "action_done" and row.state == ContributionState.APPROVED)


def _understood(kind: str, body: dict[str, Any]) -> ToLead:
    refuse_if(kind not in TO_LEAD, Refusal.PROTOCOL_NOT_SPOKEN)
    try:
        return to_lead(kind, body)
    except ValueError:
        raise Refused(Refusal.MESSAGE_MALFORMED) from None


async def _keep(case: Case, row: Contribution, kept: JointMessage, refusal: Refusal | None, **facts: Any) -> None:
    kept.refusal = refusal.value if refusal is not None else None
    case.session.add(kept)
    await case.session.flush()
    about = {"contribution_id": row.id, "body": row.code, "message": kept.kind, "via": kept.via, "id": kept.id, **facts}
    if refusal is not None:
        case.event("contribution.message_refused", **about, refusal=refusal.value)
    else:
        case.event("contribution.heard", **about)
    joint.touch(case, row)


def _is_same(kept: JointMessage, said: FromBody) -> bool:
    return (kept.kind, kept.body) == (_kind(said.kind), said.body)


def _kind(kind: str) -> str:
    """Return the kind as it is kept: what is no word of the protocol may be any words."""
    return kind if kind in TO_LEAD else _UNKNOWN


def _kept(case: Case, row: Contribution, kind: str, body: dict[str, Any], message_id: UUID) -> JointMessage:
    return JointMessage(
        id=message_id,
        organisation_id=row.organisation_id,
        complaint_id=row.complaint_id,
        contribution_id=row.id,
        recipient_organisation_id=None,
        direction="in",
        seq=None,
        kind=_kind(kind),
        protocol=PROTOCOL,
        body=body,
        discloses=True,
        act_id=case.act.act_id,
        said_by=case.actor_id,
        said_at=case.at,
    )
