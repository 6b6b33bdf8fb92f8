"""One complaint in the hands of a machine: what is said of it, what time does to it, and what becomes of it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import text
from temporalio.service import RPCError

from activities.case_file import CaseFile
from activities.reading import gates_of
from activities.reporting.compiling import Asked
from activities.reporting.keeping import keep, rebuild
from activities.reporting.projecting import catch_up
from contracts import names
from contracts.acts import Act, Verdict
from contracts.code import Code
from contracts.commands import Command, CommandKind
from contracts.complaint import Happening
from contracts.submissions import Pending
from db import said
from db.evidence import Fault
from db.models.act import Submission
from db.models.complaint import Complaint
from db.models.report import Report
from db.queries.events import check_complaint
from db.queries.report_scope import Scope
from gateways.delivery import Delivered
from tests.activities import as_counted
from tests.bodies import Body
from tests.lives.machine.kept import Keepers, Kept, of_beside, of_bodies, of_staff
from tests.lives.machine.look import Look, Looker
from tests.world import World, until

_BUDGET = timedelta(seconds=30)
SHORTEST = timedelta(hours=44)  # of a step in time, where staff are involved, or bodies contribute
_FIRST, _LAST = date(2028, 1, 1), date(2028, 12, 31)
_COUNTED = (
    ("case", as_counted.CASES, "id"),
    ("clock", as_counted.CLOCKS, "complaint_id"),
    ("item", as_counted.ITEMS, "complaint_id"),
)
_PARTS = "select complaint_id, contribution_id from joint_part where contribution_id = any(:ids)"
_FILE = """
    insert into case_file (id, organisation_id, complaint_id, submission_id, name, media_type, size, sha256, content,
                           attached, added_at)
    values (:id, :organisation, :complaint, :submission, 'a.pdf', 'application/pdf', 1, repeat('0', 64), 'x', false,
            :now)
"""


class Life:
    """The life of one complaint."""

    def __init__(self, world: World, body: Body, looker: Looker, complaint_id: UUID, here: Sequence[Body] = ()) -> None:
        self.world, self.body, self.id = world, body, complaint_id
        self._here = {each.code: each for each in here}
        self._readers = {each.code: Looker(world, each) for each in here}
        self._looker = looker
        case_file: Any = CaseFile(world.database, world.engine)
        self._apply = case_file.apply
        self._keepers = Keepers(world)

    async def lay_files_ready(self) -> None:
        """Store two files that can be attached."""
        now = self.world.clock.now()
        async with self.world.database.tenant(self.body.id, now) as session:
            for _ in range(2):
                owner = {"organisation": self.body.id, "complaint": self.id, "now": now}
                await session.execute(text(_FILE), {"id": uuid4(), "submission": uuid4(), **owner})

    async def quiet(self) -> tuple[Look, Happening | None, dict[UUID, Kept]]:
        """Wait until nothing is on its way any more, and look. What never comes to rest is for the laws to judge."""
        found: list[tuple[Look, Happening | None, dict[UUID, Kept]]] = []

        async def settled() -> bool:
            look = await self._looker.look(self.id)
            try:
                happening = await self.world.engine.happening(self.id, _BUDGET) if look.open else None
            except RPCError:
                return False  # under load a workflow that was moved in time may have nobody yet who answers for it
            kept = await self._keepers.look(look)
            found[:] = [(look, happening, kept)]
            return self._rests(look, happening) and self._others_rest(look, kept)

        try:
            await until(settled, seconds=30)
        except TimeoutError:
            if not found:
                raise
        return found[0]

    def _rests(self, look: Look, happening: Happening | None) -> bool:
        pending = any(row["state"] == "pending" for row in look.tables["submission"])
        queued = not look.complaint["hold"] and any(row["state"] == "queued" for row in look.tables["notice"])
        if pending or queued:
            return False
        if happening is None:
            return True
        ahead = happening.next_rung is None or happening.next_rung.at > self.world.clock.now()
        return ahead and happening.version == look.version_heard and not happening.waiting_in_inbox

    def _others_rest(self, look: Look, kept: dict[UUID, Kept]) -> bool:
        kept_rows = (*look.rows("involvement"), *look.rows("contribution"), *look.rows("proceeding"))
        heard = all(row["heard"] == row["changes"] for row in kept_rows)
        # Their clock runs on while they are looked at: a rung may have fired between the one look and the other.
        in_step = all(each.next_at == look.next_of(str(id)) for id, each in kept.items() if each.running)
        rest = heard and not look.due_by(self.world.clock.now()) and all(each.rests for each in kept.values())
        return rest and in_step

    async def say(
        self, kind: CommandKind, what: said.Said, by: str | None, submission_id: UUID, if_version: int | None = None
    ) -> Submission:
        """Say something, and return what became of it."""
        return await self.world.say(
            self.body, self.id, kind, what, by=by, submission_id=submission_id, if_version=if_version
        )

    async def at_once(self, *each: tuple[CommandKind, said.Said, str | None, UUID]) -> Sequence[Submission]:
        """Write down several things that are said, and have them delivered at the same time, as by two doors."""
        for kind, what, by, submission_id in each:
            await self.world.say(self.body, self.id, kind, what, by=by, submission_id=submission_id, deliver=False)
        await asyncio.gather(*(self.world.deliver(self.body, self.id, until=one[3]) for one in each))
        return [await self.world.submission(self.body, submission_id) for *_, submission_id in each]

    async def deliver_again(self, submission: Submission) -> Delivered:
        """Deliver what was settled already, as a door or a sweep would that does not know of it."""
        pending = Pending(
            organisation_id=self.body.id,
            complaint_id=self.id,
            seq=submission.seq,
            delivery=submission.delivery,
            command=_command(submission),
        )
        return await self.world.engine.deliver(pending, _BUDGET)

    async def apply_again(self, submission: Submission) -> Verdict:
        """Apply what was settled already, as an engine would that lost the answer."""
        act = Act(
            act_id=submission.id,
            organisation_id=self.body.id,
            complaint_id=self.id,
            now=self.world.clock.now(),
            stage=Code("again"),
            command=_command(submission),
        )
        verdict: Verdict = await self._apply(act)
        return verdict

    async def pass_time(self, length: timedelta) -> None:
        """Let time pass, in one leap: what falls due in between fires one after the other.

        Where staff are involved, or bodies contribute, it passes in steps, from rung to rung: their workflows and the
        complaint's are in step.
        """
        until_then = self.world.clock.time + length
        look = await self._looker.look(self.id)
        while self.world.clock.time < until_then:
            step = until_then - self.world.clock.time
            if of_staff(look) or of_bodies(look) or of_beside(look):
                step = min(step, self._to_the_next(look))
            forward = [self._keepers.pass_time(look, step)]
            if look.open:
                forward.append(self._skip(step))
            await asyncio.gather(*forward)
            self.world.clock.time += step
            look, *_ = await self.quiet()

    async def _skip(self, length: timedelta) -> None:
        await self.world.skipper.fast_forward(self.world.handle(self.id), length)

    def _to_the_next(self, look: Look) -> timedelta:
        """Return how long it is until the next rung falls due, and a little more; at least most of two days."""
        first = look.first_ahead()
        ahead = timedelta.max if first is None else first + timedelta(minutes=1) - self.world.clock.time
        return max(ahead, SHORTEST)

    async def missing(self) -> dict[CommandKind, list[str]]:
        """Return what each command that has a gate still lacks, as people are told."""
        async with self.world.database.tenant(self.body.id, self.world.clock.now()) as session:
            complaint = await session.get_one(Complaint, self.id)
            found: dict[CommandKind, list[str]] = {}
            for gate in await gates_of(session, complaint, self.world.clock.now()):
                found.setdefault(gate.command, []).extend(gate.missing)
            return found

    async def faults(self) -> list[Fault]:
        """Return what is wrong with the chain of evidence."""
        async with self.world.database.tenant(self.body.id, self.world.clock.now()) as session:
            return await check_complaint(session, await session.get_one(Complaint, self.id))

    async def counted(self) -> list[str]:
        """Return in what the facts that reports count from differ from the tables of the case."""
        now = self.world.clock.now()
        async with self.world.database.tenant(self.body.id, now) as session:
            await catch_up(session, self.body.id, now)
            found = []
            for name, sql, column in _COUNTED:
                rows = await session.execute(text(f"select * from ({sql}) x where x.{column} = :id"), {"id": self.id})
                found += [f"{name}: {dict(row)}" for row in rows.mappings()]
        return found

    async def report(self) -> Report:
        """Compile a report of what is known by now, and keep it."""
        now = self.world.clock.now()
        scope = Scope(organisation_id=self.body.id, first_on=_FIRST, last_on=_LAST, known_until=now)
        async with self.world.database.tenant(self.body.id, now) as session:
            return await keep(session, Asked(kind="board", scope=scope), now)

    async def is_the_same(self, report: Report) -> bool:
        """Say whether a report comes out the same when it is compiled again by what was known then."""
        async with self.world.database.tenant(self.body.id, self.world.clock.now()) as session:
            return (await rebuild(session, report)).identical

    async def readable(self, look: Look) -> dict[str, Look]:
        """Return what each further organisation of the installation reads of this case, by its code."""
        if not look.rows("contribution"):
            return {}
        return {code: await reader.look(self.id) for code, reader in self._readers.items()}

    async def has_ended(self) -> None:
        """Wait until the workflow is over."""
        await asyncio.wait_for(self.world.handle(self.id).result(), 30)

    async def let_go(self) -> None:
        """End workflows that nobody looks at any more."""
        look = await self._looker.look(self.id)
        await self._keepers.let_go(look)
        await self._let_go_of_parts(look)
        if look.open:
            await self.world.handle(self.id).terminate("the machine is done with it")

    async def _let_go_of_parts(self, look: Look) -> None:
        """End what contributions have begun in other organisations of the installation."""
        for row in look.rows("contribution"):
            if body := self._here.get(row["code"]):
                wanted = [names.joint_part_workflow_id(body.id, UUID(row["id"]))]
                parts = await self.world.rows(body, _PARTS, ids=[UUID(row["id"])])
                wanted += [names.complaint_workflow_id(part["complaint_id"]) for part in parts]
                for each in wanted:
                    with suppress(RPCError):
                        await self.world.client.get_workflow_handle(each).terminate("the machine is done with it")


def _command(submission: Submission) -> Command:
    return Command(
        submission_id=submission.id,
        kind=CommandKind(submission.kind),
        said_at=submission.received_at,
        if_version=submission.if_version,
    )
