"""What becomes of learning that somebody asked to share: approved by another person, declined, withdrawn, sent by hand.

Whoever calls holds its row, and says who it was. Nothing that leads to a complaint leaves with it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID, uuid5

from sqlalchemy.ext.asyncio import AsyncSession

from contracts.webhooks import JointEvent
from db.models.learning import LearningVersion
from db.models.sharing import LearningSharing, LearningSharingBody, SharedLearning
from db.models.work import Task
from db.queries import partners, sharing, webhooks
from db.queries.webhooks import NewDelivery

_ROLE: Final = "complaints_manager"
_DAYS: Final = timedelta(days=7)  # to send, or to recall, what no system carries


class NotNow(Exception):
    """This cannot become of it now; `code` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True, kw_only=True)
class Deciding:
    """Who decides, when, and as which organisation."""

    person_id: UUID
    at: datetime
    today: date
    code: str
    name: str


def is_public(version: LearningVersion) -> bool:
    """Say whether a version has words for the public that another person has approved."""
    return version.public_words is not None and version.public_approved_by is not None


async def approve(session: AsyncSession, row: LearningSharing, by: Deciding, theme_title: str) -> None:
    """Share it with every body that was named, in the words that were approved to be public. Raises NotNow."""
    _check_decides(row, by.person_id)
    version = await sharing.standing(session, row.learning_id)
    if version is None or not is_public(version):
        raise NotNow("learning_not_public")
    if version.public_words != (await _asked(session, row)).public_words:
        raise NotNow("learning_changed")
    row.state, row.decided_by, row.decided_at = "approved", by.person_id, by.at
    # Nothing is readable outside before the database has taken the decision.
    await session.flush()
    for body in await sharing.bodies(session, [row.id]):
        if body.shared_with is not None:
            session.add(_readable(row, body, version, by, theme_title))
        else:
            body.told_by = await _tell(session, body, JointEvent.LEARNING_SHARED, sharing.SEND, by)
            body.sent_on = by.today if body.told_by == "system" else None
    await session.flush()


def decline(row: LearningSharing, by: Deciding, reason: str) -> None:
    """Decide that it is not shared. Raises NotNow."""
    _check_decides(row, by.person_id)
    row.state, row.decided_by, row.decided_at, row.decision_reason = "declined", by.person_id, by.at, reason


async def withdraw(session: AsyncSession, row: LearningSharing, by: Deciding, reason: str) -> None:
    """Share it no more: nobody here reads it from now on, and everybody else is told. Raises NotNow."""
    if row.state != "approved":
        raise NotNow("not_shared")
    row.state, row.withdrawn_by, row.withdrawn_at, row.withdrawn_reason = "withdrawn", by.person_id, by.at, reason
    bodies = await sharing.bodies(session, [row.id])
    await sharing.withdraw(session, [each.id for each in bodies if each.shared_with is not None], by.at)
    for body in bodies:
        if body.partner_id is None:
            continue
        if body.sent_on is None:
            await sharing.end_tasks(session, body.id, sharing.SEND, by.at, by.person_id)
            continue
        told_by = await _tell(session, body, JointEvent.LEARNING_WITHDRAWN, sharing.RECALL, by)
        body.recalled_on = by.today if told_by == "system" else None
    await session.flush()


async def sent(session: AsyncSession, row: LearningSharing, body: LearningSharingBody, on: date, by: Deciding) -> None:
    """Record that a person sent it to a partner, or told the partner that it is withdrawn. Raises NotNow."""
    if row.state == "approved" and body.partner_id is not None and body.sent_on is None:
        body.sent_on = on
        await sharing.end_tasks(session, body.id, sharing.SEND, by.at, by.person_id)
    elif row.state == "withdrawn" and body.sent_on is not None and body.partner_id and body.recalled_on is None:
        body.recalled_on = on
        await sharing.end_tasks(session, body.id, sharing.RECALL, by.at, by.person_id)
    else:
        raise NotNow("nothing_to_send")


def _check_decides(row: LearningSharing, person_id: UUID) -> None:
    if row.state != "asked":
        raise NotNow("sharing_decided")
    if row.asked_by == person_id:
        raise NotNow("asked_by_you")


async def _asked(session: AsyncSession, row: LearningSharing) -> LearningVersion:
    version = await sharing.version(session, row.learning_id, row.version)
    assert version is not None  # versions are append-only
    return version


def _readable(
    row: LearningSharing, body: LearningSharingBody, version: LearningVersion, by: Deciding, theme_title: str
) -> SharedLearning:
    assert body.shared_with is not None and version.public_words is not None
    return SharedLearning(
        id=body.id,
        organisation_id=row.organisation_id,
        shared_with=body.shared_with,
        from_code=by.code,
        from_name=by.name,
        theme=version.theme,
        theme_title=theme_title,
        words=version.public_words,
        remark=row.remark,
        shared_at=by.at,
    )


async def _tell(session: AsyncSession, body: LearningSharingBody, type_: JointEvent, kind: str, by: Deciding) -> str:
    """Have a partner's system told; where it has none a person is asked to. Return which of them."""
    assert body.partner_id is not None
    receiver = await partners.subscription_of(session, body.partner_id)
    if receiver is None:
        session.add(_task(body, kind, by))
        return "hand"
    event = NewDelivery(
        event_id=uuid5(body.id, type_.value),
        complaint_id=None,
        type=type_.value,
        occurred_at=by.at,
        stage=None,
        version=None,
        about={"sharedId": str(body.id), "credential": partners.FIRST_CREDENTIAL},
    )
    await webhooks.queue(session, body.organisation_id, receiver.id, [event], by.at)
    return "system"


def _task(body: LearningSharingBody, kind: str, by: Deciding) -> Task:
    return Task(
        id=uuid5(body.id, kind),
        organisation_id=body.organisation_id,
        complaint_id=None,
        kind=kind,
        role=_ROLE,
        assignee_id=None,
        due_on=by.today + _DAYS,
        subject_id=body.id,
        act_id=body.sharing_id,
        state="open",
        raised_at=by.at,
    )


def codes_of(bodies: Sequence[LearningSharingBody]) -> str:
    """Return the codes of some bodies, as the ledger of the office keeps them."""
    return ",".join(sorted(each.code for each in bodies))
