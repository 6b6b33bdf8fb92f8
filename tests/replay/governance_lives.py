"""The recorded lives of what leaders do regularly: each kind at each step it waits at, late, sent back, and broken."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy.ext.asyncio import AsyncSession
from temporalio.client import WorkflowHandle

from contracts import names
from contracts.governance import GovernanceStart, OccurrenceState
from db.models.governance import Governance, GovernanceStep
from db.models.governance_meeting import GovernanceAction
from db.queries import governance, governance_actions
from policies import governance_files, governing
from tests.bodies import Body
from tests.governing import set_up
from tests.replay.record import Studio
from tests.turning import turned
from tests.world import until

FIRST = date(2028, 3, 1)
ITS_MORNING = datetime(2028, 3, 1, 7, 5, tzinfo=UTC)
# The steps that people do, of every kind but the first; what the machine does is before, between or behind them.
WAITS = {
    "annual_report": ("comment", "approve", "publish", "distribute"),
    "panel": ("choose", "hold", "follow"),
    "non_executive": ("meet",),
    "discussion": ("approve", "discuss", "distribute"),
    "return": ("check", "sign_off", "submit"),
    "learning_summary": ("approve",),
    "governance_report": ("approve", "send"),
    "feedback_round": (),
}
Said = Callable[[AsyncSession, Governance, GovernanceStep], Awaitable[None]]


class Occurrence:
    """One occurrence, and its workflow."""

    def __init__(self, studio: Studio, body: Body, id: UUID) -> None:
        self.studio, self.world, self.body, self.id = studio, studio.world, body, id

    @property
    def handle(self) -> WorkflowHandle[Any, OccurrenceState]:
        workflow_id = names.governance_workflow_id(self.id)
        return self.world.client.get_workflow_handle(workflow_id, result_type=OccurrenceState)

    @property
    def start(self) -> GovernanceStart:
        return GovernanceStart(organisation_id=self.body.id, occurrence_id=self.id)

    async def settled(self) -> None:
        """Wait until it rests, and has heard of everything."""

        async def quiet() -> bool:
            raw = (await self.handle.describe()).raw_description
            row = await self.world.row(
                self.body, "select heard = changes and heard > 0 as heard from governance where id = :id", id=self.id
            )
            return not raw.pending_activities and not raw.HasField("pending_workflow_task") and row["heard"]

        await until(quiet)

    async def keep(self, name: str) -> None:
        await self.settled()
        await self.studio.keep(f"governance/{name}", self.handle)

    async def keep_ended(self, name: str) -> None:
        await self.handle.result()
        await self.studio.keep(f"governance/{name}", self.handle)

    async def passes(self, **length: float) -> None:
        """Let time pass for it."""
        await self.settled()
        await self.world.skipper.fast_forward(self.handle, timedelta(**length))
        self.world.clock.time += timedelta(**length)
        await self.settled()

    async def said(self, say: Said) -> None:
        """Have something be said of its open step, and tell its workflow, as the API does."""
        async with self.world.database.tenant(self.body.id, self.world.clock.now()) as session:
            row = await governance.occurrence(session, self.id, lock=True)
            step = await governance.open_step(session, self.id)
            assert row is not None and step is not None
            await say(session, row, step)
            governance.changed(row, self.world.clock.now())
        await self.world.engine.tell_governance(self.start)

    async def complete(self) -> None:
        """Have its open step be done. A report is approved with it."""

        async def say(session: AsyncSession, row: Governance, step: GovernanceStep) -> None:
            by = self.body.person("responsible_person")
            await governance.complete(session, row, step, self.world.clock.now(), by=by, words=None)

        if (await self._step()) == "approve":
            self.studio.write(
                "update report set state = 'approved', approved_by = %s, approved_at = %s where occurrence_id = %s",
                *(self.body.person("responsible_person"), self.world.clock.now(), self.id),
            )
        await self.said(say)

    async def _step(self) -> str:
        sql = "select code from governance_step where occurrence_id = :id and state = 'open'"
        return str((await self.world.row(self.body, sql, id=self.id))["code"])


async def _begun(studio: Studio, kind: str = "board_report", *, turn: str | None = None, **changes: Any) -> Occurrence:
    """Set up a series and have its first turn."""
    body = studio.body()
    series = await _series(studio, body, kind)
    for column, value in changes.items():
        studio.write(f"update governance_series set {column} = %s where id = %s", value, series)
    handle = await turned(studio.world, body.id, series, ITS_MORNING)
    if turn is not None:
        await studio.keep(f"governance_turn/{turn}", handle)
    (id,) = (await handle.result()).occurrences
    return Occurrence(studio, body, id)


async def _series(studio: Studio, body: Body, kind: str) -> UUID:
    people = {
        "commenter": [body.person("senior_leader")],
        "approver": [body.person("responsible_person")],
        "chair": [body.person("responsible_person")],
        "non_executive": [body.person("auditor")],
    }
    by = body.person("complaints_manager")
    return await set_up(studio.world.database, body.id, ITS_MORNING, kind, "monthly", FIRST, people, by=by)


async def a_board_report(studio: Studio) -> None:
    """Commented on late, sent back to be compiled anew, approved, published and distributed."""
    one = await _begun(studio, turn="one_begun")
    await one.keep("board_report_comment")
    for name, days in (("reminded", 8), ("overdue", 2), ("escalated", 5)):
        await one.passes(days=days)
        await one.keep(f"board_report_comment_{name}")
    await one.complete()
    await one.keep("board_report_approve")

    async def send_back(session: AsyncSession, row: Governance, step: GovernanceStep) -> None:
        now, rules = one.world.clock.now(), governance_files.rules(row.kind, row.rules)
        planned = governing.again(rules, "compile", now.date(), row.begun_on)
        row.report_id, row.broken = None, None
        by = one.body.person("responsible_person")
        await governance.send_back(session, row, step, planned, now, by=by, words="A ward is missing.")

    await one.said(send_back)
    await one.keep("board_report_compiled_anew")
    await one.complete()
    await one.settled()
    await one.complete()
    await one.keep("board_report_publish")
    await one.complete()
    await one.keep("board_report_distribute")
    await one.complete()
    await one.keep_ended("board_report_done")


async def every_other_kind(studio: Studio) -> None:
    """Each kind at each step at which it waits for people, and done."""
    for kind, waits in WAITS.items():
        one = await _begun(studio, kind)
        for step in waits:
            await one.keep(f"{kind}_{step}")
            await one.complete()
        await one.keep_ended(f"{kind}_done")


async def an_action_between_meetings(studio: Studio) -> None:
    """A panel resolves something and is over: its owner is reminded, its chair told, until it is settled."""
    one = await _begun(studio, "panel")
    await one.settled()
    await one.complete()
    await one.settled()

    async def resolve(session: AsyncSession, row: Governance, step: GovernanceStep) -> None:
        session.add(
            GovernanceAction(
                id=uuid4(), organisation_id=row.organisation_id, series_id=row.series_id, occurrence_id=row.id,
                number=1, what="Ask the ward.", owner_id=one.body.person("investigator"), due_on=date(2028, 3, 20),
                state="open", made_by=one.body.person("responsible_person"), made_at=one.world.clock.now(),
            )
        )  # fmt: skip

    await one.said(resolve)
    await one.keep("action_resolved")
    for _ in ("hold", "follow"):
        await one.complete()
        await one.settled()
    await one.keep("action_after_the_meeting")
    for name, days in (("reminded", 18), ("overdue", 2), ("escalated", 5)):
        await one.passes(days=days)
        await one.keep(f"action_{name}")
    studio.write("update governance_action set state = 'done' where occurrence_id = %s", one.id)
    async with one.world.database.tenant(one.body.id, one.world.clock.now()) as session:
        await governance_actions.tell_meeting(session, one.id, one.world.clock.now())
    await one.world.engine.tell_governance(one.start)
    await one.keep_ended("action_settled")


async def missed_turns(studio: Studio) -> None:
    """Three months were missed: they begin late, in order. At a further turn nothing is due."""
    body = studio.body()
    series = await _series(studio, body, "board_report")
    late = datetime(2028, 5, 3, 9, 0, tzinfo=UTC)
    handle = await turned(studio.world, body.id, series, late)
    occurrences = [Occurrence(studio, body, each) for each in (await handle.result()).occurrences]
    assert len(occurrences) == 3
    await studio.keep("governance_turn/three_missed", handle)
    for one in occurrences:
        await one.settled()
    await occurrences[0].keep("begun_late")
    again = await turned(studio.world, body.id, series, late + timedelta(minutes=5))
    await studio.keep("governance_turn/nothing_due", again)


async def abandoned(studio: Studio) -> None:
    """ "Cancel" is pressed in the engine, and ends nothing; then its people abandon it."""
    one = await _begun(studio)
    await one.settled()
    await one.handle.cancel()
    await one.keep("cancel_pressed")

    async def give_up(session: AsyncSession, row: Governance, step: GovernanceStep) -> None:
        by = one.body.person("complaints_manager")
        await governance.abandon(session, row, one.world.clock.now(), by=by, reason="The board met early.")

    await one.said(give_up)
    await one.keep_ended("abandoned")


async def not_compiled(studio: Studio) -> None:
    """The report cannot be compiled, until that is mended."""
    one = await _begun(studio, report="unheard_of")
    await one.keep("compile_failed")
    await one.passes(minutes=11)
    await one.keep("compile_failed_again")
    of_series = "(select series_id from governance where id = %s)"
    studio.write(f"update governance_series set report = null where id = {of_series}", one.id)
    await one.passes(minutes=11)
    await one.keep("compiled_once_mended")


async def mail_is_away_of_governance(studio: Studio) -> None:
    """Mail is away: it is tried for an hour, and left, and the next rung does not wait for it."""
    studio.mail.away = True
    one = await _begun(studio)

    async def retried() -> bool:
        raw = (await one.handle.describe()).raw_description
        return any(each.attempt > 1 for each in raw.pending_activities)

    await until(retried)
    await studio.keep("governance/mail_is_away", one.handle)
    while (await one.handle.describe()).raw_description.pending_activities:
        await one.world.skipper.fast_forward(one.handle, timedelta(minutes=20))
    await one.keep("mail_left")


async def unknown_occurrence(studio: Studio) -> None:
    """Nothing is known of what it is about."""
    body = studio.body()
    nothing = GovernanceStart(organisation_id=body.id, occurrence_id=uuid4())
    await studio.world.engine.tell_governance(nothing)
    await studio.keep_waiting("governance/cannot_look", names.governance_workflow_id(nothing.occurrence_id))


async def long_governance(studio: Studio) -> None:
    """Told of so much that it begins a new run."""
    one = await _begun(studio)
    await one.settled()
    first = (await one.handle.describe()).run_id
    while (await one.handle.describe()).run_id == first:
        await one.world.engine.tell_governance(one.start)
        await one.settled()
    ended = one.world.client.get_workflow_handle(one.handle.id, run_id=first)
    await studio.keep("governance/run_that_ended", ended)
    await one.keep("run_that_began")
    await one.passes(days=8)
    await one.keep("run_that_went_on")


GOVERNANCE_LIVES = [
    a_board_report,
    every_other_kind,
    an_action_between_meetings,
    missed_turns,
    abandoned,
    not_compiled,
    mail_is_away_of_governance,
    unknown_occurrence,
]
