"""One complaint on a desk: acts applied at once over real PostgreSQL, at a time that the test sets."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4, uuid5

from activities.case_file import CaseFile
from contracts.acts import Act, Verdict
from contracts.clocks import RungRef
from contracts.code import Code
from contracts.commands import CommandKind
from db import office_said as office
from db import said
from db.models.act import Submission
from db.queries.submissions import get_submission
from tests.apart import Apart
from tests.bodies import Body
from tests.world import a_complaint

REASON = "The envelope says so."


@dataclass(slots=True, kw_only=True)
class Desk:
    """An organisation, one complaint of it, and what is said about it."""

    apart: Apart
    body: Body
    complaint: UUID

    def at(self, moment: datetime) -> None:
        self.apart.engine.now = moment

    async def do(self, kind: CommandKind, what: said.Said, by: str | None = "handler") -> Submission:
        """Say something and have it applied; return the submission as it then is."""
        person = self.body.person(by) if by else None
        said_by: dict[str, Any] = {"caller": by or "case-system", "person_id": person, "role": by or "case_system"}
        submission_id = await self.apart.say(self.body, self.complaint, kind, what, **said_by)
        await self.apart.deliver(self.body, self.complaint)
        async with self.apart.database.tenant(self.body.id, self.apart.engine.now) as session:
            found = await get_submission(session, submission_id)
        assert found is not None
        return found

    async def must(self, kind: CommandKind, what: said.Said, by: str | None = "handler") -> Submission:
        done = await self.do(kind, what, by)
        assert done.state == "applied", done.refusal or done.last_failure
        return done

    async def correct(self, correction: Any, by: str | None = "handler") -> str | None:
        """Ask for a correction; return why it was refused."""
        what = office.Correct(correction=correction, reason=REASON)
        return (await self.do(CommandKind.CORRECT, what, by)).refusal

    async def decide(self, *, approved: bool = True, by: str | None = "complaints_manager", **more: Any) -> str | None:
        """Decide the correction asked for last; return why that was refused."""
        decision: dict[str, Any] = {"correction_id": UUID(self.correction()["id"]), "approved": approved, **more}
        return (await self.do(CommandKind.DECIDE_CORRECTION, office.DecideCorrection(**decision), by)).refusal

    def rows(self, sql: str) -> list[dict[str, Any]]:
        """Read rows about the complaint: `%s` stands for its id."""
        wrapped = f"select to_jsonb(found) from ({sql}) found"
        return [row[0] for row in self.apart.rows(wrapped, self.complaint)]

    def row(self, sql: str) -> dict[str, Any]:
        (found,) = self.rows(sql)
        return found

    def stands(self) -> dict[str, Any]:
        return self.row("select * from complaint where id = %s")

    def clock(self, kind: str) -> dict[str, Any]:
        return self.row(f"select * from clock where complaint_id = %s and kind = '{kind}'")

    def versions(self, kind: str) -> list[dict[str, Any]]:
        return self.rows(
            "select v.* from clock_version v join clock c on c.id = v.clock_id"
            f" where v.complaint_id = %s and c.kind = '{kind}' order by v.generation"
        )

    def correction(self) -> dict[str, Any]:
        return self.rows("select * from correction where complaint_id = %s order by recorded_at, id")[-1]

    def tasks(self, kind: str) -> list[dict[str, Any]]:
        return self.rows(f"select * from task where complaint_id = %s and kind = '{kind}' and state = 'open'")

    def notices(self, template: str) -> list[dict[str, Any]]:
        return self.rows(f"select * from notice where complaint_id = %s and template = '{template}'")

    def events(self, kind: str) -> list[dict[str, Any]]:
        return self.rows(f"select data::jsonb from case_event where complaint_id = %s and kind = '{kind}' order by seq")

    async def fire(self, kind: str, rung: str) -> Verdict:
        """Have a rung of the present generation fire, as the workflow would."""
        clock = self.clock(kind)
        at = datetime.fromisoformat(next(each["at"] for each in clock["rungs"] if each["rung"] == rung))
        ref = RungRef(
            clock_id=UUID(clock["id"]), kind=Code(kind), generation=clock["generation"], rung=Code(rung), at=at
        )
        act = Act(
            act_id=uuid5(self.complaint, f"{ref}"),
            organisation_id=self.body.id,
            complaint_id=self.complaint,
            now=self.apart.engine.now,
            stage=Code("received"),
            rung=ref,
        )
        case_file: Any = CaseFile(self.apart.database, self.apart.engine)  # type: ignore[arg-type]
        verdict: Verdict = await case_file.apply(act)
        return verdict

    async def acknowledge(self, on: date) -> None:
        what = said.Acknowledge(method="call", made_on=on, discussion_offered=True)
        await self.must(CommandKind.ACKNOWLEDGE, what)

    async def agree(self, respond_by: date) -> None:
        """Record the discussion and the response period agreed in it; a draft is written."""
        today = self.apart.engine.now.date()
        await self.must(CommandKind.RECORD_DISCUSSION, said.RecordDiscussion(result="accepted", recorded_on=today))
        what = said.SetResponsePeriod(
            basis="agreed", respond_by=respond_by, update_every_days=14, agreed_with="Pat", agreed_on=today
        )
        await self.must(CommandKind.SET_RESPONSE_PERIOD, what)

    async def withdraw(self) -> None:
        what = said.Withdraw(method="call", withdrawn_on=self.apart.engine.now.date())
        await self.must(CommandKind.WITHDRAW, what)

    def party(self) -> UUID:
        return UUID(
            self.row("select id from party where complaint_id = %s and role = 'complainant' and replaced_by is null")[
                "id"
            ]
        )


async def a_desk(apart: Apart, body: Body, **changes: Any) -> Desk:
    """Log a complaint at the engine's time, owned by the complaints manager, and open it."""
    changes.setdefault("owner_id", body.person("complaints_manager"))
    desk = Desk(apart=apart, body=body, complaint=uuid4())
    reference = f"{body.code}-{desk.complaint.hex[:8].upper()}-0"
    what = a_complaint(apart.engine.now, **changes)
    await apart.say(body, desk.complaint, CommandKind.LOG, what, reference=reference)
    assert await apart.deliver(body, desk.complaint) == 1
    return desk
