"""A complaint of several bodies in the hands of a test: what is said, what bodies say, and time, in lock-step."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from temporalio.client import WorkflowHandle

from contracts import names
from contracts.commands import CommandKind
from contracts.joint import PROTOCOL
from db import desk_said, said
from db.joint_draft_said import RecordJointComment, ShareJointDraft, WeighJointComment
from db.joint_messages import ToLead, kind_of, to_json
from db.joint_said import FromBody
from tests.bodies import Body
from tests.lives import casework as steps
from tests.world import World, until

K = CommandKind


@dataclass(kw_only=True)
class JointLife:
    """One complaint that a trust coordinates, and the bodies that contribute, by their codes."""

    world: World
    body: Body
    complaint: UUID
    bodies: dict[str, UUID] = field(default_factory=dict)
    issues: list[UUID] = field(default_factory=list)
    ended: bool = False
    gone: set[str] = field(default_factory=set)

    @property
    def today(self) -> date:
        return self.world.clock.time.date()

    def workflow(self, code: str) -> WorkflowHandle[Any, Any]:
        return self.world.client.get_workflow_handle(names.contribution_workflow_id(self.bodies[code]))

    async def must(self, kind: CommandKind, what: said.Said, by: str = "handler") -> None:
        await steps.must(self.world, self.body, self.complaint, kind, what, by)

    async def refused(self, kind: CommandKind, what: said.Said, by: str = "handler") -> tuple[str | None, list[str]]:
        done = await self.world.say(self.body, self.complaint, kind, what, by=by)
        assert done.state == "refused", done.last_failure
        return done.refusal, list(done.missing or [])

    async def named(self, code: str) -> None:
        """Learn the contribution of a body that was named, and bring its workflow to the life's time."""
        row = await self.row(
            "select id from contribution where complaint_id = :id and code = :code order by number desc limit 1",
            code=code,
        )
        self.bodies[code] = row["id"]
        await self.world.skipper.fast_forward(self.workflow(code), self.world.clock.now() - datetime.now(UTC))
        await self._rests(self.workflow(code))

    async def says(self, code: str, message: ToLead) -> str | None:
        """Have a body say something by the protocol; return why it was refused, if it was."""
        message_id = uuid4()
        what = FromBody(
            contribution_id=self.bodies[code], message_id=message_id, protocol=PROTOCOL, kind=kind_of(message),
            body=to_json(message), via="page",
        )  # fmt: skip
        done = await self.world.say(self.body, self.complaint, K.FROM_BODY, what, by=None)
        assert done.state == "applied", (done.refusal, done.last_failure)
        heard = await self.row(
            "select refusal from joint_message where act_id = :act and direction = 'in'", act=done.id
        )
        refusal: str | None = heard["refusal"]
        return refusal

    async def told(self, code: str) -> list[tuple[str, dict[str, Any]]]:
        """Return what was said to a body, in order."""
        rows = await self.rows(
            "select kind, body from joint_message where contribution_id = :one and direction = 'out' order by seq",
            one=self.bodies[code],
        )
        return [(row["kind"], row["body"]) for row in rows]

    async def share(self, audience: Any, **more: Any) -> UUID:
        """Share the draft; return the id by which it is commented on."""
        await self.must(K.SHARE_JOINT_DRAFT, ShareJointDraft(audience=audience, **more))
        row = await self.row("select id from joint_draft where complaint_id = :id order by number desc limit 1")
        found: UUID = row["id"]
        return found

    async def person_says(self, draft_id: UUID, words: str) -> None:
        party = await self.row("select id from party where complaint_id = :id and role = 'complainant'")
        what = RecordJointComment(draft_id=draft_id, received_on=self.today, words=words, party_id=party["id"])
        await self.must(K.RECORD_JOINT_COMMENT, what)

    async def weigh(self, draft_id: UUID, used: Any = "used") -> None:
        """Weigh every comment on a draft that nobody has weighed."""
        for row in await self.rows(
            "select id from joint_comment where joint_draft_id = :draft and used is null and words is not null",
            draft=draft_id,
        ):
            what = WeighJointComment(draft_id=draft_id, comment_id=row["id"], used=used, reason="It is right.")
            await self.must(K.WEIGH_JOINT_COMMENT, what)

    async def release(self, *templates: str) -> list[UUID]:
        """Release the drafts of some templates, or of all, with their gaps filled in."""
        sent = []
        for row in await self.rows("select * from notice where complaint_id = :id and state = 'draft'"):
            if not templates or row["template"].partition(".")[0] in templates:
                words = row["body"].replace("[[", "").replace("]]", "")
                await self.must(K.RELEASE_NOTICE, desk_said.ReleaseNotice(notice_id=row["id"], body=words))
                sent.append(row["id"])
        return sent

    async def rows(self, sql: str, **params: Any) -> Sequence[Any]:
        return await self.world.rows(self.body, sql, id=self.complaint, **params)

    async def row(self, sql: str, **params: Any) -> Any:
        (found,) = await self.rows(sql, **params)
        return found

    async def of(self, code: str) -> Any:
        return await self.row("select * from contribution where id = :one", one=self.bodies[code])

    async def clock(self, kind: str, subject: UUID | None = None) -> Any:
        return await self.row(
            "select * from clock where complaint_id = :id and kind = :kind"
            " and subject_id is not distinct from cast(:subject as uuid)",
            kind=kind, subject=subject,
        )  # fmt: skip

    async def to(self, day: date, hour: int = 10) -> None:
        """Move the complaint and every contribution that is not over to an instant, in lock-step."""
        instant = datetime(day.year, day.month, day.day, hour, tzinfo=UTC)
        handles = [self.workflow(code) for code in self.bodies if code not in self.gone]
        handles += [] if self.ended else [self.world.handle(self.complaint)]
        while self.world.clock.time < instant:
            step = min(instant - self.world.clock.time, timedelta(hours=20))
            await asyncio.gather(*(self.world.skipper.fast_forward(each, step) for each in handles))
            self.world.clock.time += step
            await asyncio.gather(*(self._rests(each) for each in handles))

    async def _rests(self, handle: WorkflowHandle[Any, Any]) -> None:
        async def quiet() -> bool:
            raw = (await handle.describe()).raw_description
            return not raw.pending_activities and not raw.HasField("pending_workflow_task")

        await until(quiet)
