"""The part of a body of the same installation, carried both ways, and the part of one whose lead is elsewhere."""

from __future__ import annotations

from collections.abc import Awaitable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final
from uuid import UUID, uuid4, uuid5

from contracts import names
from contracts.commands import CommandKind
from contracts.complaint import Start
from contracts.joint import JointPartStart
from db import joint_messages as told
from db.part_said import HearLead, PartOpened, TellLead
from tests.lives.markers import A_NUMBER, MARKER, W, marked
from tests.lives.planted import Planted
from tests.world import MORNING, until

DAY: Final = MORNING.date()
K: Final = CommandKind


@dataclass(slots=True, kw_only=True)
class PartHere:
    """A part at another organisation of this installation."""

    lead: Planted
    planted: Planted
    id: UUID

    @property
    def complaint(self) -> UUID:
        return uuid5(self.planted.body.id, f"contribution/{self.id}")

    async def opened(self, agreed: Awaitable[None]) -> None:
        """Have the person agree; the workflows of the part live in the lives' time, not in the machine's."""
        world, ahead = self.planted.world, self.planted.world.clock.now() - datetime.now(UTC)
        tell = world.engine.tell_joint_part
        world.engine.tell_joint_part = _not_yet  # type: ignore[method-assign]
        try:
            await agreed
        finally:
            world.engine.tell_joint_part = tell  # type: ignore[method-assign]
        case = await world.client.start_workflow(
            names.COMPLAINT,
            Start(organisation_id=self.planted.body.id, complaint_id=self.complaint),
            id=names.complaint_workflow_id(self.complaint),
            task_queue=names.CASES,
        )
        await world.skipper.fast_forward(case, ahead)
        start = JointPartStart(
            organisation_id=self.planted.body.id, contribution_id=self.id, lead_organisation_id=self.lead.body.id
        )
        workflow = names.joint_part_workflow_id(self.planted.body.id, self.id)
        part = await world.client.start_workflow(
            names.JOINT_PART, start, id=workflow, task_queue=names.DELIVERY, start_delay=ahead
        )
        await world.skipper.fast_forward(part, ahead)
        await until(lambda: self._has("part_message", "direction = 'in' and kind = 'invitation'"))
        self.planted.complaints.append(self.complaint)
        self.planted.others.append(workflow)
        await self.say(told.Accept(contact=W, senior_lead=W))

    async def submitted(self) -> None:
        """Submit, and see that the lead has it."""
        answer = told.IssueAnswered(number=3, did=W, found=W, conclusion="partly_upheld", remedy=W)
        await self.say(told.Submission(issues=(answer,), signed_by="", signed_role=""), by="responsible_person")

    async def ended(self) -> None:
        """Wait until the response is heard."""
        await until(lambda: self._has("part_message", "direction = 'in' and kind = 'response'"))

    async def say(self, message: told.ToLead, by: str = "handler") -> None:
        """Say something to the lead, and wait until it has it."""
        kind = told.kind_of(message)
        await self.planted.say(self.complaint, K.TELL_LEAD, tell(message), by=by)
        await until(lambda: self._has("part_message", f"kind = '{kind}' and state = 'brought'"))

    async def _has(self, table: str, what: str) -> bool:
        sql = f"select 1 from {table} m where complaint_id = :id and {what}"
        return bool(await self.planted.rows(sql, self.complaint))


def tell(message: told.ToLead) -> TellLead:
    return TellLead(kind=told.kind_of(message), body=told.to_json(marked(message)))


async def _not_yet(start: JointPartStart) -> None:
    """Wait for the workflow to be started in the lives' time."""


async def led_elsewhere(planted: Planted, lead: Planted) -> None:
    """Our part in what a body elsewhere coordinates: all that it can say is heard, and what nobody knows, too."""
    opened = PartOpened(
        contribution_id=uuid4(), lead_code="elsewhere", lead_name=W, lead_reference=W, bound="regulation_9",
        accept_by=date(2028, 3, 9), lead_organisation_id=lead.body.id,
    )  # fmt: skip
    complaint = await planted.log(matter="contribution", source="other_body", part=marked(opened), email=None)
    for seq, message in enumerate(said_by_lead(), 1):
        await planted.say(complaint, K.HEAR_LEAD, heard(message, seq), by=None)
    unknown = HearLead(protocol=2, kind=W, body={"words": f"{MARKER} unknown"}, seq=99)
    await planted.say(complaint, K.HEAR_LEAD, unknown, by=None)


def heard(message: told.ToBody, seq: int) -> HearLead:
    return HearLead(protocol=1, kind=told.kind_of(message), body=told.to_json(marked(message)), seq=seq)


def said_by_lead() -> tuple[told.ToBody, ...]:
    """Return what a lead may say, in an order in which it could, with words wherever there are any."""
    body: Any = told.BodyTold(code="elsewhere", name=W, contact=W, email=W, phone=W)
    issue = told.IssueTold(number=1, summary=W, effect=W, outcome_sought=W)
    person = told.PersonTold(name=W, born_on=date(1931, 5, 6), nhs_number=A_NUMBER, address=W)
    asked, meeting, draft, day = uuid4(), uuid4(), uuid4(), DAY + timedelta(days=20)
    return (
        told.Invitation(
            lead=body, reference=W, bound="regulation_9", received_on=DAY, accept_by=day, issues=(issue,),
            person=person, complainant_name=W, others=(body,),
        ),
        told.IssuesChanged(issues=(issue,), others=(body,), separate=(body,)),
        told.LeadDecided(state="disputed", lead="elsewhere", decided_by=W, reason=W),
        told.Timescale(contribute_by=day, respond_by=day + timedelta(days=20), agreed=False, reason=W),
        told.InformationRequested(request_id=asked, what=W, due_on=day),
        told.InformationSettled(request_id=asked, result="sent_back", reason=W, due_on=day),
        told.MeetingCalled(meeting_id=meeting, on=day, at="14:00", how="in_person", purpose=W, where=W),
        told.RevisionRequested(round=1, reason=W, due_on=day),
        told.DraftShared(draft_id=draft, version=1, words=W, comment_by=day),
        told.PersonCommented(draft_id=draft, words=W),
        told.CommentWeighed(draft_id=draft, used="partly", reason=W),
        told.FinalResponse(words=W, signed_on=DAY),
        told.ActionSettled(action_id=uuid4(), done=True, reason=W),
        told.Reminder(about="body_contribution", due_on=day, level="contact", overdue=False),
    )  # fmt: skip
