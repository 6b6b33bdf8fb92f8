"""Letters to the wrong recipient: what can be stopped is stopped, what has left is on record and is looked into."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from activities.acts import letters
from activities.acts.case import Case, Refused, refuse_if
from activities.acts.change import Change
from contracts.failures import Refusal
from contracts.notices import NoticeState
from db.models.work import Notice
from db.office_said import LetterMisdirected
from db.queries import tasks
from db.queries.corrections import is_reported
from policies.corrections import governance_due

MISDIRECTED = "misdirected"
_LEFT = frozenset({NoticeState.HANDED_OVER.value, NoticeState.DELIVERED.value})
_ON_ITS_WAY = frozenset({NoticeState.RELEASED.value, NoticeState.QUEUED.value})
_NOWHERE = frozenset({NoticeState.FAILED.value, NoticeState.DISCARDED.value, NoticeState.WITHHELD.value})


async def weigh(case: Case, said: LetterMisdirected) -> Change:
    """Say where a notice to the wrong recipient is. Refused where it went nowhere, or that is known already."""
    notice = await _notice(case, said.notice_id)
    refuse_if(notice.state in _NOWHERE, Refusal.NOTHING_CHANGES)
    refuse_if(await is_reported(case.session, case.complaint.id, notice.id), Refusal.NOTHING_CHANGES)
    return Change(
        before={"state": notice.state},
        after={"went_to": said.went_to},
        facts={"notice_id": notice.id, "left": has_left(notice)},
    )


async def make(case: Case, said: LetterMisdirected, correction_id: UUID) -> None:
    """Stop the notice, or have information governance look into it; and have it written again."""
    notice = await _notice(case, said.notice_id)
    if await stop(case, [notice], MISDIRECTED):
        await look_into(case, correction_id, notice.id)
    await write_again(case, correction_id, notice.id)


async def stop(case: Case, found: Iterable[Notice], cause: str) -> int:
    """Discard what is a draft, withhold what has not left, and say how many have left already."""
    left = 0
    for notice in found:
        if notice.state == NoticeState.DRAFT.value:
            await letters.discard(case, [notice], cause)
            await tasks.end_open(case.session, case.complaint.id, at=case.at, notice_id=notice.id)
        elif notice.state in _ON_ITS_WAY:
            await letters.keep_back(case, notice, cause)
        left += has_left(notice)
    return left


def has_left(notice: Notice) -> bool:
    """Say whether a notice is out of our hands."""
    return notice.state in _LEFT


async def look_into(case: Case, subject_id: UUID, notice_id: UUID | None = None) -> None:
    """Ask for information governance, in time for what the law may demand (UK GDPR art. 33)."""
    await case.task(
        "information_governance",
        "complaints_manager",
        name=str(subject_id),
        due_on=governance_due(case.at),
        notice_id=notice_id,
        subject_id=subject_id,
    )


async def write_again(case: Case, subject_id: UUID, notice_id: UUID | None = None) -> None:
    """Ask the owner to write to the right person."""
    await case.task("write_again", "owner", name=str(subject_id), notice_id=notice_id, subject_id=subject_id)


async def _notice(case: Case, notice_id: UUID) -> Notice:
    notice = await case.session.get(Notice, notice_id)
    if notice is None or notice.complaint_id != case.complaint.id or notice.party_id is None:
        raise Refused(Refusal.UNKNOWN_NOTICE)
    return notice
