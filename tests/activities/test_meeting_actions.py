"""What a meeting resolved, between meetings: its owner, then its chair, then the responsible person hear of it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from contracts.governance import Deed, GovernanceAct, GovernanceLook, OccurrenceState
from db.models.governance import Governance
from db.models.governance_meeting import GovernanceAction, GovernanceActionChange
from db.queries import governance_actions, governance_series
from tests.activities.office_desk import Desk
from tests.apart import MORNING, Apart
from tests.governing import Machine, set_up

DUE = date(2028, 4, 3)
# The last night of the day, in London: summer time has begun.
OVERDUE = datetime(2028, 4, 3, 23, tzinfo=UTC)


class Panel:
    """A meeting of a panel that is over, with one action of it."""

    def __init__(self, full: Desk, meeting: UUID, action: UUID) -> None:
        self.full, self.meeting, self.action = full, meeting, action
        self.machine = Machine(full.apart.database)

    def person(self, name: str) -> UUID:
        return self.full.body.person(name)

    async def rest(self, now: datetime) -> tuple[list[str], GovernanceLook]:
        return await self.machine.rest(self.full.body.id, self.meeting, now)

    def act(self, now: datetime) -> GovernanceAct:
        return GovernanceAct(organisation_id=self.full.body.id, occurrence_id=self.meeting, now=now)

    def tasks(self) -> set[tuple[str, UUID, str]]:
        sql = "select kind, assignee_id, state from task where subject_id = %s"
        return set(self.full.apart.rows(sql, self.action))

    async def changed(self, now: datetime, **values: Any) -> None:
        async with self.full.apart.database.tenant(self.full.body.id, now) as session:
            action = await session.get_one(GovernanceAction, self.action)
            session.add(
                GovernanceActionChange(
                    id=uuid4(), organisation_id=self.full.body.id, action_id=action.id, old_owner_id=action.owner_id,
                    owner_id=values.get("owner_id", action.owner_id), old_due_on=action.due_on,
                    due_on=values.get("due_on", action.due_on), reason="Ask again.",
                    said_by=self.person("responsible_person"), said_at=now,
                )
            )  # fmt: skip
            for name, value in values.items():
                setattr(action, name, value)
            await governance_actions.ask_anew(session, action, now)


@pytest.fixture
async def panel(full: Desk, beside: Apart) -> Panel:
    beside.engine.now = MORNING
    body = full.body
    for name in ("investigator", "handler", "responsible_person"):
        full.apart.rows("update person set email = %s where id = %s", f"{name}@example.org", body.person(name))
    people = {"chair": [body.person("responsible_person")]}
    series = await set_up(
        full.apart.database, body.id, MORNING, "panel", "monthly", date(2028, 3, 2), people, by=body.person("handler")
    )
    async with full.apart.database.tenant(body.id, MORNING) as session:
        meeting = Governance(
            id=uuid4(), organisation_id=body.id, series_id=series, kind="panel", rules=1, number=1,
            first_on=date(2028, 2, 1), last_on=date(2028, 2, 29), nominal_on=date(2028, 3, 2),
            begun_on=date(2028, 3, 2), begun_at=MORNING, late=False, state="done", ended_at=MORNING, heard=1,
            changed_at=MORNING,
        )  # fmt: skip
        session.add(meeting)
        await session.flush()
        action = GovernanceAction(
            id=uuid4(), organisation_id=body.id, series_id=series, occurrence_id=meeting.id, number=1, what="Ask.",
            owner_id=body.person("investigator"), due_on=DUE, state="open", made_by=body.person("handler"),
            made_at=MORNING,
        )  # fmt: skip
        session.add(action)
    return Panel(full, meeting.id, action.id)


async def test_the_owner_is_told_and_reminded_then_the_chair_then_the_responsible_person(panel: Panel) -> None:
    deeds, look = await panel.rest(MORNING)
    assert (deeds, look.over, look.actions, look.state) == (["action", "mail"], False, 1, OccurrenceState.DONE)
    owner, chair = panel.person("investigator"), panel.person("responsible_person")
    assert panel.tasks() == {("meeting_action", owner, "open")}
    assert look.look_at == datetime(2028, 4, 1, 8, tzinfo=UTC)  # nine in the morning, two days before
    deeds, look = await panel.rest(look.look_at)
    assert (deeds, look.look_at) == (["action", "mail"], OVERDUE) and len(panel.tasks()) == 1
    deeds, look = await panel.rest(OVERDUE)
    assert ("meeting_action_overdue", chair, "open") in panel.tasks() and deeds == ["action", "mail"]
    assert look.look_at == OVERDUE + timedelta(days=5)
    deeds, look = await panel.rest(look.look_at)
    assert ("meeting_action_escalated", chair, "open") in panel.tasks()
    # Open until it is settled: nobody is told any more, and operators do not take it for stuck.
    assert (look.look_at, look.over, look.actions) == (OVERDUE + timedelta(days=35), False, 1)
    sent = [(mail.recipient, mail.subject.rpartition(": ")[2]) for mail in panel.machine.post.sent]
    assert sent == [
        ("investigator@example.org", "an action is yours"),
        ("investigator@example.org", "an action is due soon"),
        ("responsible_person@example.org", "an action is overdue"),
        ("investigator@example.org", "an action is overdue"),
        ("responsible_person@example.org", "an action is still overdue"),
        ("investigator@example.org", "an action is still overdue"),
    ]
    assert all("Ask." not in mail.body for mail in panel.machine.post.sent)


async def test_all_that_fell_due_while_everything_was_down_is_told_in_order_and_once(panel: Panel) -> None:
    deeds, _ = await panel.rest(OVERDUE + timedelta(days=30))
    assert deeds == ["action"] * 4 + ["mail"] * 4
    again, look = await panel.rest(OVERDUE + timedelta(days=31))
    assert again == [] and len(panel.tasks()) == 3 and not look.over


async def test_whoever_gets_it_from_somebody_else_is_told_anew_and_what_was_asked_before_is_no_more(
    panel: Panel,
) -> None:
    late = OVERDUE + timedelta(hours=10)
    await panel.rest(late)
    await panel.changed(late, owner_id=panel.person("handler"))
    deeds, look = await panel.rest(late + timedelta(minutes=1))
    states = {(kind, state) for kind, _, state in panel.tasks()}
    assert states == {
        ("meeting_action", "superseded"),
        ("meeting_action_overdue", "superseded"),
        ("meeting_action", "open"),
    }
    assert ("meeting_action", panel.person("handler"), "open") in panel.tasks()
    # That it is overdue the chair knows; that it still is, the responsible person hears by its date.
    assert deeds[0] == "action" and look.look_at == OVERDUE + timedelta(days=5)


async def test_another_date_begins_the_ladder_anew_and_what_is_settled_asks_nobody(panel: Panel) -> None:
    await panel.rest(OVERDUE)
    await panel.changed(OVERDUE, due_on=date(2028, 5, 1))
    deeds, look = await panel.rest(OVERDUE + timedelta(minutes=1))
    assert deeds == ["action", "mail"] and look.look_at == datetime(2028, 4, 29, 8, tzinfo=UTC)
    panel.full.apart.rows("update governance_action set state = 'done' where id = %s", panel.action)
    deeds, look = await panel.rest(datetime(2028, 6, 1, tzinfo=UTC))
    assert (deeds, look.over, look.actions) == ([], True, 0)


async def test_mail_that_was_away_tells_nobody_of_an_action_that_was_moved_or_settled_meanwhile(panel: Panel) -> None:
    await panel.rest(MORNING)
    left = len(panel.machine.post.sent)
    act = panel.act(OVERDUE)
    for _ in range(2):  # the reminder, and that it is overdue
        assert await panel.machine.do(act, Deed.ACTION)
    await panel.changed(OVERDUE, due_on=date(2028, 5, 1))
    await panel.rest(OVERDUE + timedelta(minutes=1))
    (sent,) = panel.machine.post.sent[left:]
    assert sent.subject.endswith("an action is yours") and "Due: 2028-05-01" in sent.body
    assert await panel.machine.do(panel.act(datetime(2028, 4, 29, 9, tzinfo=UTC)), Deed.ACTION)
    panel.full.apart.rows("update governance_action set state = 'done' where id = %s", panel.action)
    await panel.rest(datetime(2028, 4, 29, 9, 1, tzinfo=UTC))
    assert len(panel.machine.post.sent) == left + 1


async def test_while_the_owner_is_away_whoever_covers_is_told(panel: Panel) -> None:
    panel.full.apart.rows(
        "insert into absence (id, organisation_id, person_id, starts_on, ends_on, cover_id, cancelled)"
        " values (%s, %s, %s, '2028-03-01', '2028-03-31', %s, false)",
        *(uuid4(), panel.full.body.id, panel.person("investigator"), panel.person("handler")),
    )
    await panel.rest(MORNING)
    assert panel.tasks() == {("meeting_action", panel.person("handler"), "open")}


async def test_the_workflow_of_a_meeting_that_is_over_is_kept_running_while_an_action_is_open(panel: Panel) -> None:
    async def live() -> bool:
        async with panel.full.apart.sweeper.session() as session:
            found = await governance_series.live(session, before=MORNING + timedelta(hours=1))
        return panel.meeting in {each.occurrence_id for each in found}

    assert await live()
    panel.full.apart.rows("update governance_action set state = 'dropped' where id = %s", panel.action)
    assert not await live()
