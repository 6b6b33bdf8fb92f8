"""A complaint of us and two other bodies, and what each says of who leads, by when, and where they meet."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from contracts.commands import CommandKind
from db import body_request_said, lead_said, meeting_said
from db.joint_messages import LeadView, TimescaleView, ToLead
from db.models.act import Submission
from tests.activities import parts
from tests.activities.asking import two_issues
from tests.activities.office_desk import Desk
from tests.apart import MORNING

K = CommandKind
GP = "gp-1"
COUNCIL = parts.COUNCIL


@dataclass(slots=True, kw_only=True)
class Joint:
    """A desk with two bodies that take part: a GP practice with one issue, a council with none."""

    desk: Desk
    gp: UUID
    council: UUID

    @property
    def ours(self) -> str:
        return self.desk.body.code

    async def propose(self, by: str = "handler", **said: Any) -> str | None:
        return (await self.desk.do(K.PROPOSE_LEAD, lead_said.ProposeLead(**said), by)).refusal

    async def decide(self, lead: str, *deciders: tuple[str, str], by: str = "senior_leader") -> str | None:
        named = tuple(lead_said.LeadDecider(code=code, name=name) for code, name in deciders)
        what = lead_said.DecideLead(lead=lead, reason="They hold the records; marker.", deciders=named)
        return (await self.desk.do(K.DECIDE_LEAD, what, by)).refusal

    async def hears(self, body: UUID, message: ToLead) -> str | None:
        return (await parts.hears(self.desk, body, message)).refusal

    async def agrees(self, *bodies: UUID) -> None:
        for body in bodies:
            assert await self.hears(body, LeadView(agrees=True)) is None

    async def disputes(self, body: UUID, lead: str | None = None, reason: str | None = "We know them; marker.") -> None:
        view = LeadView(agrees=False, proposes=lead, reason=reason, senior="Marker Director")
        assert await self.hears(body, view) is None

    async def set_timescale(self, contribute_by: Any, respond_by: Any, reason: str | None = None) -> str | None:
        what = lead_said.SetJointTimescale(contribute_by=contribute_by, respond_by=respond_by, reason=reason)
        return (await self.desk.do(K.SET_JOINT_TIMESCALE, what)).refusal

    async def keeps_to_it(self, *bodies: UUID) -> None:
        for body in bodies:
            assert await self.hears(body, TimescaleView(agrees=True)) is None

    async def ask(self, body: UUID, due_on: Any, what: str = "The marker notes.") -> Submission:
        said = body_request_said.AskBody(contribution_id=body, what=what, due_on=due_on)
        return await self.desk.do(K.ASK_BODY, said)

    async def review(self, body: UUID, request: UUID, result: Any, **more: Any) -> str | None:
        said = body_request_said.ReviewBodyAnswer(contribution_id=body, request_id=request, result=result, **more)
        return (await self.desk.do(K.REVIEW_BODY_ANSWER, said)).refusal

    async def call(self, *bodies: UUID, **changes: Any) -> Submission:
        values: dict[str, Any] = {"on": date(2028, 3, 9), "at": "14:00", "how": "video", "purpose": "Talk; marker."}
        values |= {"contribution_ids": bodies, "where": "Room marker"} | changes
        return await self.desk.do(K.CALL_MEETING, meeting_said.CallMeeting(**values))

    async def record(self, **values: Any) -> str | None:
        return (await self.desk.do(K.RECORD_MEETING, meeting_said.RecordMeeting(**values))).refusal

    def lead(self) -> dict[str, Any]:
        return self.leads()[-1]

    def leads(self) -> list[dict[str, Any]]:
        return self.desk.rows("select * from joint_lead where complaint_id = %s order by number")

    def told(self, body: UUID, kind: str) -> list[dict[str, Any]]:
        return [words for each, words in parts.told(self.desk, body) if each == kind]

    def clocks(self, kind: str) -> list[dict[str, Any]]:
        return self.desk.rows(f"select * from clock where complaint_id = %s and kind = '{kind}' order by id")

    def state(self, body: UUID) -> str:
        return str(parts.part(self.desk, body)["state"])


async def three_bodies(desk: Desk, gp: str = "accepted", council: str = "accepted") -> Joint:
    """Have two bodies take part beside us: of two issues one is the practice's."""
    desk.at(MORNING)
    issues = await two_issues(desk)
    for code in (GP, COUNCIL):
        await parts.agree(desk, code)
    return Joint(
        desk=desk,
        gp=parts.contributes(desk, issues[1:], gp, GP, 1),
        council=parts.contributes(desk, [], council, COUNCIL, 2),
    )
