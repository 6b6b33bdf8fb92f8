"""Hands what somebody who leaves still has to their successor: cases and actions of complaints by bulk operations, so
by the one path, and what meetings resolved at once, in the ledger of the office.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID, uuid5

from sqlalchemy.ext.asyncio import AsyncSession

from contracts import names
from contracts.bulk import BulkKind, BulkState
from contracts.commands import CommandKind
from contracts.leavers import LeaverState
from db.desk_said import Assign
from db.learning_said import HandOverActions
from db.models.governance_meeting import GovernanceActionChange
from db.models.office import Leaver, OfficeEvent
from db.queries import bulk, governance_actions, leavers, people
from db.queries.bulk import NewBulk
from db.queries.leavers import Announced
from db.said import to_body
from policies.calendars import local_date

REASON: Final = "Handed over: whoever had it leaves."


async def begin(session: AsyncSession, leaver: Leaver, name: str, at: datetime) -> tuple[UUID, ...]:
    """Have everything that is left to somebody given to their successor, if there is one who works there. Return the
    bulk operations that are to run.

    `name` tells one time from another: asked for again under it, nothing is begun twice.
    """
    if leaver.state != LeaverState.ANNOUNCED:
        return ()
    successor_id = await _taker(session, leaver, local_date(at))
    if successor_id is None:
        return ()
    by = await leavers.announced_by(session, leaver.id)
    await _meetings(session, leaver, successor_id, by, at)
    cases = to_body(CommandKind.ASSIGN, Assign(owner_id=successor_id))
    said = HandOverActions(owner_id=leaver.person_id, to_id=successor_id, reason=REASON)
    actions = to_body(CommandKind.HAND_OVER_ACTIONS, said)
    found = [
        await _ask(session, leaver, by, _Asked(BulkKind.ASSIGN, f"hand_over/{name}", name, cases), at),
        await _ask(
            session, leaver, by,
            _Asked(BulkKind.HAND_OVER_ACTIONS, f"hand_over_actions/{name}", f"actions/{name}", actions), at,
        ),
    ]  # fmt: skip
    return tuple(each for each in found if each is not None)


async def _taker(session: AsyncSession, leaver: Leaver, on: date) -> UUID | None:
    """Return who takes it: the successor, or theirs, where they were to be gone by then. A circle leads to nobody."""
    passed, here = {leaver.person_id}, leaver.successor_id
    while here is not None and here not in passed:
        gone = await leavers.announced_for(session, here)
        if gone is None or gone.last_day >= on:
            return here if await people.active_person(session, here) is not None else None
        passed.add(here)
        here = gone.successor_id
    return None


@dataclass(frozen=True, slots=True)
class _Asked:
    """One bulk operation: what its id is made of, its key, and what it says to each complaint."""

    kind: BulkKind
    step: str
    key: str
    params: dict[str, Any]


async def _ask(session: AsyncSession, leaver: Leaver, by: Announced, asked: _Asked, at: datetime) -> UUID | None:
    """Ask for one operation, or find it as it was asked for; return its id if it is to run."""
    operation_id = uuid5(leaver.id, asked.step)
    if (known := await bulk.find(session, operation_id)) is not None:
        return known.id if known.state == BulkState.RUNNING else None
    complaints = await _complaints(session, asked.kind, leaver.person_id)
    if not complaints:
        return None
    new = NewBulk(
        id=operation_id,
        organisation_id=leaver.organisation_id,
        kind=asked.kind.value,
        params=asked.params,
        complaints=complaints,
        asked_by=by.person_id,
        role=by.role,
        asked_at=at,
        caller=f"leaver/{leaver.id}",
        route=names.LEAVER_HAND_OVER,
        idempotency_key=asked.key,
        body_hash=hashlib.sha256(str(leaver.successor_id).encode()).hexdigest(),
        leaver_id=leaver.id,
    )
    return (await bulk.ask(session, new)).operation.id


async def _complaints(session: AsyncSession, kind: BulkKind, person_id: UUID) -> Sequence[UUID]:
    if kind is BulkKind.ASSIGN:
        return await leavers.open_cases_of(session, person_id)
    return await leavers.with_actions_of(session, person_id)


async def _meetings(session: AsyncSession, leaver: Leaver, to_id: UUID, by: Announced, at: datetime) -> None:
    """Give what meetings resolved to the successor, in the name of whoever announced the leaving.

    The workflow of each meeting looks at it then; where nobody is known to have announced it, the manager is asked.
    """
    if by.person_id is None:
        return
    for action in await governance_actions.open_of_person(session, leaver.person_id):
        number = await governance_actions.turn_of(session, action.id)
        session.add(
            GovernanceActionChange(
                id=uuid5(leaver.id, f"meeting_action/{action.id}/{number}"),
                organisation_id=action.organisation_id,
                action_id=action.id,
                old_owner_id=action.owner_id,
                owner_id=to_id,
                old_due_on=action.due_on,
                due_on=action.due_on,
                reason=REASON,
                said_by=by.person_id,
                said_at=at,
            )
        )
        session.add(_journalled(leaver, action.id, action.occurrence_id, number, to_id, by, at))
        action.owner_id = to_id
        await governance_actions.ask_anew(session, action, at)


def _journalled(
    leaver: Leaver, action_id: UUID, occurrence_id: UUID, number: int, to_id: UUID, by: Announced, at: datetime
) -> OfficeEvent:
    return OfficeEvent(
        id=uuid5(leaver.id, f"meeting_action_event/{action_id}/{number}"),
        organisation_id=leaver.organisation_id,
        kind="governance.action_moved",
        subject_id=occurrence_id,
        at=at,
        actor_id=by.person_id,
        role=by.role,
        data={"action_id": str(action_id), "old_owner_id": str(leaver.person_id), "owner_id": str(to_id)},
        caller=f"leaver/{leaver.id}",
        route=names.LEAVER_HAND_OVER,
        idempotency_key=None,
        body_hash=hashlib.sha256(str(to_id).encode()).hexdigest(),
    )
