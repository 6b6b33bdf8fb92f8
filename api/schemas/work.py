"""Work as it is shown: tasks, notices, submissions, and what is happening to a complaint right now."""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import date, datetime
from typing import Final
from uuid import UUID

from pydantic import Field

from api.schemas.base import UtcTime, Wire
from api.words import task_title
from contracts.complaint import Happening
from db.models.act import Submission
from db.models.work import Notice, Task

# What opens the page of somebody who is asked how it was is theirs: whoever reads the case does not see it.
_PAGE: Final = re.compile(r"(/feedback/)[0-9A-Z-]+")


class TaskShown(Wire):
    """Something a person has to do."""

    id: UUID
    reference: str | None = Field(default=None, description="Left out for a task of the office, about no complaint.")
    kind: str
    title: str
    role: str
    assignee_id: UUID | None = None
    covering_for: UUID | None = Field(default=None, description="Whose it is, when I cover for them today.")
    due_on: date | None = None
    clock_id: UUID | None = None
    notice_id: UUID | None = None
    subject_id: UUID | None = Field(default=None, description="What it is about: a contact, a correction, a note.")
    state: str
    raised_at: UtcTime
    ended_at: UtcTime | None = None
    ended_by: UUID | None = None

    @classmethod
    def of(cls, task: Task, reference: str | None, *, covering: Collection[UUID] = ()) -> TaskShown:
        """Return a task as it is shown, to somebody who covers for some others."""
        return cls(
            id=task.id,
            reference=reference,
            kind=task.kind,
            title=task_title(task.kind),
            role=task.role,
            assignee_id=task.assignee_id,
            covering_for=task.assignee_id if task.assignee_id in covering else None,
            due_on=task.due_on,
            clock_id=task.clock_id,
            notice_id=task.notice_id,
            subject_id=task.subject_id,
            state=task.state,
            raised_at=task.raised_at,
            ended_at=task.ended_at,
            ended_by=task.ended_by,
        )


class Tasks(Wire):
    """Tasks; `next` is the cursor of the page after, if there is one."""

    items: list[TaskShown]
    next: str | None = None


class NoticeShown(Wire):
    """A message to somebody, and where it is. Its text is left out for those who may not see words."""

    id: UUID
    template: str
    template_version: int
    audience: str
    channel: str
    party_id: UUID | None = Field(default=None, description="The person outside whom it is for.")
    formats: list[str] = Field(default=[], description="The forms in which that person needs it.")
    language: str = "en"
    legal_ground: str
    state: str
    subject: str | None = None
    body: str | None = None
    drafted_at: UtcTime
    involvement_id: UUID | None = Field(
        default=None, description="The involvement of the member of staff whom it is for."
    )
    released_by: UUID | None = None
    released_at: UtcTime | None = None
    settled_at: UtcTime | None = None
    failure: str | None = None
    carrier: str | None = Field(default=None, description="Who carries it, where that is not the mail server.")
    met_clock_id: UUID | None = Field(default=None, description="The clock that its release met.")
    pdf: str | None = Field(
        default=None,
        description="Where the letter is as PDF: the copy of what was released, or a preview of a draft. Left out for"
        " staff prompts, and for a letter that was sent without its copy.",
    )
    copy_missing: bool = Field(
        default=False,
        description="It was sent by e-mail as text alone, because no PDF could be made of it: give the person the"
        " letter in a form they can use.",
    )

    @classmethod
    def of(
        cls, notice: Notice, *, words: bool, own: bool, reference: str, copied_at: datetime | None = None
    ) -> NoticeShown:
        """Return a notice as it is shown. `copied_at` is when its copy was made, if it was.

        To another organisation (not `own`) a letter is there as PDF once it has a copy.
        """
        missing = _went_without(notice, copied_at)
        words = words and (own or notice.involvement_id is None)  # what staff are told is not shared
        linked = words and _is_letter(notice) and (copied_at is not None or (own and not missing))
        return cls(
            id=notice.id,
            template=notice.template,
            template_version=notice.template_version,
            audience=notice.audience,
            channel=notice.channel,
            legal_ground=notice.legal_ground,
            state=notice.state,
            subject=notice.subject if words else None,
            body=_PAGE.sub(r"\1…", notice.body) if words else None,
            drafted_at=notice.drafted_at,
            party_id=notice.party_id,
            formats=notice.formats,
            language=notice.language,
            involvement_id=notice.involvement_id,
            released_by=notice.released_by,
            released_at=notice.released_at,
            settled_at=notice.settled_at,
            failure=notice.failure,
            carrier=notice.carrier,
            met_clock_id=notice.met_clock_id,
            pdf=f"/v1/complaints/{reference}/notices/{notice.id}/pdf" if linked else None,
            copy_missing=missing,
        )


def _is_letter(notice: Notice) -> bool:
    return notice.party_id is not None or notice.involvement_id is not None


def _went_without(notice: Notice, copied_at: datetime | None) -> bool:
    """Say whether a letter that was released has left by e-mail without its copy."""
    if not _is_letter(notice) or notice.released_by is None or notice.channel != "email":
        return False
    if notice.state not in ("handed_over", "delivered") or notice.settled_at is None:
        return False
    return copied_at is None or copied_at > notice.settled_at


class Notices(Wire):
    """The notices of a complaint."""

    items: list[NoticeShown]


class SubmissionShown(Wire):
    """What became of something that was said."""

    id: UUID
    complaint_id: UUID
    seq: int
    kind: str
    state: str = Field(description="pending, applied, refused, or parked for an operator")
    refusal: str | None = None
    received_at: UtcTime
    settled_at: UtcTime | None = None
    attempts: int
    last_failure: str | None = None

    @classmethod
    def of(cls, submission: Submission) -> SubmissionShown:
        """Return a submission as it is shown, without what was said."""
        return cls(
            id=submission.id,
            complaint_id=submission.complaint_id,
            seq=submission.seq,
            kind=submission.kind,
            state=submission.state,
            refusal=submission.refusal,
            received_at=submission.received_at,
            settled_at=submission.settled_at,
            attempts=submission.attempts,
            last_failure=submission.last_failure,
        )


class NextRung(Wire):
    """The next thing that time will do to a complaint."""

    clock_id: UUID
    kind: str
    generation: int
    rung: str
    at: UtcTime


class HappeningShown(Wire):
    """What is happening right now to a complaint, as its workflow says."""

    running: bool = Field(description="False once the complaint's workflow has ended.")
    stage: str | None = None
    version: int | None = None
    next_rung: NextRung | None = None
    waiting_in_inbox: int = 0
    parked: int = 0

    @classmethod
    def of(cls, happening: Happening) -> HappeningShown:
        """Return what a workflow says as it is shown."""
        rung = happening.next_rung
        return cls(
            running=True,
            stage=str(happening.stage),
            version=happening.version,
            next_rung=None
            if rung is None
            else NextRung(
                clock_id=rung.clock_id,
                kind=str(rung.kind),
                generation=rung.generation,
                rung=str(rung.rung),
                at=rung.at,
            ),
            waiting_in_inbox=happening.waiting_in_inbox,
            parked=happening.parked,
        )


class ResumedShown(Wire):
    """How many parked acts were applied, and how many are parked still."""

    applied: int
    parked: int
