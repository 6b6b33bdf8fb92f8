"""Who is asked in the place of somebody away or gone, on the day a rung fires, over the real database."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4, uuid5

import pytest
from sqlalchemy.exc import DBAPIError

from activities.acts.standing import stands_in
from activities.case_file import CaseFile
from contracts.acts import Act, Outcome
from contracts.clocks import RungRef
from contracts.code import Code
from contracts.commands import CommandKind
from db import desk_said, said
from db.engine import Database, SweeperDatabase
from db.models.organisation import Person
from db.queries.people import active_person, covered_by
from runtime.database_roles import DatabaseDsns
from tests.apart import MORNING, Apart, DirectEngine
from tests.bodies import Body, make_body

TODAY = MORNING.date()


@pytest.fixture
def apart(dsns: DatabaseDsns, database: Database, sweeper: SweeperDatabase) -> Apart:
    """The session's database; tests keep apart by organisation."""
    return Apart(dsns=dsns, database=database, sweeper=sweeper, engine=DirectEngine(database=database))


def appoint(apart: Apart, body: Body, role: str, person: UUID, since: date = TODAY, unit: UUID | None = None) -> None:
    apart.rows(
        "insert into appointment (id, organisation_id, person_id, role, unit_id, starts_on)"
        " values (%s, %s, %s, %s, %s, %s)",
        *(uuid4(), body.id, person, role, unit, since),
    )


def away(apart: Apart, body: Body, person: UUID, cover: UUID | None, first: date = TODAY, days: int = 1) -> None:
    apart.rows(
        "insert into absence (id, organisation_id, person_id, starts_on, ends_on, cover_id, cancelled)"
        " values (%s, %s, %s, %s, %s, %s, false)",
        *(uuid4(), body.id, person, first, first + timedelta(days=days - 1), cover),
    )


def team(apart: Apart, body: Body) -> UUID:
    unit = uuid4()
    apart.rows(
        "insert into unit (id, organisation_id, kind, code, name, active) values (%s, %s, 'team', %s, 'A team', true)",
        *(unit, body.id, unit.hex[:8]),
    )
    return unit


async def asked(apart: Apart, body: Body, role: str, on: date = TODAY, **whose: Any) -> str | None:
    """Return the role by which a body knows whoever is asked."""
    async with apart.database.tenant(body.id, MORNING) as session:
        person = await stands_in(session, role, on, **whose)
    return None if person is None else next(name for name, each in body.people.items() if each == person.id)


async def fire(apart: Apart, body: Body, complaint: UUID, rung: str, now: datetime, kind: str) -> None:
    """Fire one rung of a running clock at an instant."""
    ((clock, generation),) = apart.rows(
        "select id, generation from clock where complaint_id = %s and kind = %s", complaint, kind
    )
    ref = RungRef(clock_id=clock, kind=Code(kind), generation=generation, rung=Code(rung), at=now)
    act = Act(
        act_id=uuid5(clock, f"{generation}/{rung}"),
        organisation_id=body.id,
        complaint_id=complaint,
        now=now,
        stage=Code("received"),
        rung=ref,
    )
    case_file: Any = CaseFile(apart.database, apart.engine)  # type: ignore[arg-type]
    assert (await case_file.apply(act)).outcome is Outcome.APPLIED


async def assignee(apart: Apart, complaint: UUID, kind: str) -> UUID | None:
    ((found,),) = apart.rows("select assignee_id from task where complaint_id = %s and kind = %s", complaint, kind)
    return found  # type: ignore[no-any-return]


async def test_an_owner_is_stood_in_for_by_their_cover_the_lead_of_the_team_and_the_manager(apart: Apart) -> None:
    body = apart.body()
    owner, unit = body.person("handler"), team(apart, body)
    case: dict[str, Any] = {"owner_id": owner, "team_id": unit}
    appoint(apart, body, "team_lead", body.person("senior_leader"), unit=unit)
    appoint(apart, body, "team_lead", body.person("auditor"), unit=team(apart, body))
    assert await asked(apart, body, "owner", **case) == "handler"
    away(apart, body, owner, body.person("investigator"), days=3)
    assert await asked(apart, body, "owner", **case) == "investigator"
    away(apart, body, body.person("investigator"), body.person("operator"))
    assert await asked(apart, body, "owner", **case) == "operator"
    apart.rows("update person set active = false where id = %s", body.person("operator"))
    assert await asked(apart, body, "owner", **case) == "senior_leader"
    assert await asked(apart, body, "owner", owner_id=owner) == "complaints_manager"
    # The day after, the cover is back; two days later so is the owner.
    assert await asked(apart, body, "owner", TODAY + timedelta(days=1), **case) == "investigator"
    assert await asked(apart, body, "owner", TODAY + timedelta(days=3), **case) == "handler"


async def test_deputies_are_asked_when_no_holder_is_there_and_the_last_appointed_holder_first(apart: Apart) -> None:
    body = apart.body()
    manager, newer = body.person("complaints_manager"), body.person("handler")
    appoint(apart, body, "complaints_manager", newer)
    assert await asked(apart, body, "complaints_manager", TODAY - timedelta(days=1)) == "complaints_manager"
    assert await asked(apart, body, "complaints_manager") == "handler"
    away(apart, body, newer, None)
    assert await asked(apart, body, "complaints_manager") == "complaints_manager"
    away(apart, body, manager, newer)  # in a circle: each covers for the other
    assert await asked(apart, body, "complaints_manager") is None
    appoint(apart, body, "deputy_complaints_manager", body.person("investigator"))
    assert await asked(apart, body, "complaints_manager") == "investigator"
    assert await asked(apart, body, "owner") == "investigator"
    away(apart, body, body.person("responsible_person"), None)
    assert await asked(apart, body, "responsible_person") is None
    appoint(apart, body, "delegate", body.person("senior_leader"))
    assert await asked(apart, body, "responsible_person") == "senior_leader"


async def test_a_cancelled_absence_is_none_and_another_organisation_stands_in_for_nobody(
    apart: Apart, dsns: DatabaseDsns
) -> None:
    body, other = apart.body(), make_body(dsns.migrator)
    away(apart, body, body.person("complaints_manager"), None)
    appoint(apart, other, "deputy_complaints_manager", other.person("handler"))
    assert await asked(apart, body, "complaints_manager") is None
    apart.rows("update absence set cancelled = true where organisation_id = %s", body.id)
    assert await asked(apart, body, "complaints_manager") == "complaints_manager"


async def test_a_rung_reaches_the_cover_on_the_day_it_fires_and_the_owner_again_afterwards(apart: Apart) -> None:
    body = apart.body()
    complaint = await apart.log(body)
    owner, cover = body.person("complaints_manager"), body.person("investigator")
    away(apart, body, owner, cover, first=date(2028, 3, 3), days=4)
    await fire(apart, body, complaint, "reminder_1", datetime(2028, 3, 6, 9, tzinfo=UTC), "acknowledgement")
    assert await assignee(apart, complaint, "reminder.acknowledgement") == cover
    await fire(apart, body, complaint, "overdue", datetime(2028, 3, 8, tzinfo=UTC), "acknowledgement")
    assert await assignee(apart, complaint, "overdue.acknowledgement") == owner


async def test_when_nobody_is_found_the_complaint_needs_attention_until_somebody_is(apart: Apart) -> None:
    body = apart.body()
    complaint = await apart.log(body)
    manager = body.person("complaints_manager")
    away(apart, body, manager, None, first=date(2028, 3, 3), days=4)
    await fire(apart, body, complaint, "reminder_1", datetime(2028, 3, 6, 9, tzinfo=UTC), "acknowledgement")
    assert await assignee(apart, complaint, "reminder.acknowledgement") is None
    assert apart.rows("select attention from complaint where id = %s", complaint) == [("nobody_is_owner",)]
    # A note is about no role at all: whatever happens next, it is looked at again.
    apart.engine.now = datetime(2028, 3, 6, 11, tzinfo=UTC)
    for person, flag in ((None, "nobody_is_owner"), (body.person("handler"), None)):
        if person is not None:
            appoint(apart, body, "deputy_complaints_manager", person)
        await apart.say(body, complaint, CommandKind.ADD_NOTE, desk_said.AddNote(words="Rang."))
        await apart.deliver(body, complaint)
        assert await assignee(apart, complaint, "reminder.acknowledgement") == person
        assert apart.rows("select attention from complaint where id = %s", complaint) == [(flag,)]


async def test_a_delegate_signs_as_authorised_and_a_cover_does_not_sign_for_anybody(apart: Apart) -> None:
    body = apart.body()
    delegate, cover = body.person("senior_leader"), body.person("investigator")
    appoint(apart, body, "delegate", delegate)
    away(apart, body, body.person("responsible_person"), cover)
    complaint = await apart.log(body)
    apart.rows("update complaint set stage = 'closer_look' where id = %s", complaint)
    for person, verdict in ((cover, "not_authorised_to_sign"), (delegate, None)):
        what = said.Respond(letter="We are sorry.", signed_by=person, outcome="upheld")
        by = {"caller": str(person), "person_id": person, "role": "senior_leader"}
        submission = await apart.say(body, complaint, CommandKind.RESPOND, what, **by)
        await apart.deliver(body, complaint)
        assert apart.rows("select refusal from submission where id = %s", submission) == [(verdict,)]
    ((letter,),) = apart.rows("select body from notice where complaint_id = %s and template = 'response'", complaint)
    assert "Authorised to sign" in letter


async def test_a_case_cannot_be_given_to_somebody_who_is_gone_or_of_another_organisation(
    apart: Apart, dsns: DatabaseDsns
) -> None:
    body, other = apart.body(), make_body(dsns.migrator)
    complaint = await apart.log(body)
    unit = team(apart, other)
    apart.rows("update person set active = false where id = %s", body.person("handler"))
    for what, refusal in (
        (desk_said.Assign(owner_id=other.person("handler")), "unknown_owner"),
        (desk_said.Assign(owner_id=body.person("handler")), "unknown_owner"),
        (desk_said.Assign(owner_id=None, team_id=unit), "unknown_team"),
    ):
        submission = await apart.say(body, complaint, CommandKind.ASSIGN, what)
        await apart.deliver(body, complaint)
        assert apart.rows("select refusal from submission where id = %s", submission) == [(refusal,)]


async def test_a_case_put_back_with_nobody_to_be_found_needs_attention(apart: Apart) -> None:
    body = apart.body()
    complaint = await apart.log(body)
    away(apart, body, body.person("complaints_manager"), None)
    await apart.say(body, complaint, CommandKind.ASSIGN, desk_said.Assign(owner_id=None))
    await apart.deliver(body, complaint)
    ((attention,),) = apart.rows("select attention from complaint where id = %s", complaint)
    assert attention is not None and attention.startswith("nobody_is_")


async def test_those_whom_i_cover_are_mine_and_whom_they_cover_in_turn(apart: Apart) -> None:
    body = apart.body()
    me, first, second = body.person("handler"), body.person("investigator"), body.person("operator")
    away(apart, body, first, me, days=2)
    away(apart, body, second, first)
    away(apart, body, body.person("auditor"), me, first=TODAY + timedelta(days=5))
    async with apart.database.tenant(body.id, MORNING) as session:
        assert set(await covered_by(session, me, TODAY)) == {first, second}
        assert await covered_by(session, me, TODAY + timedelta(days=1)) == [first]
        away(apart, body, me, second)  # a circle ends, and I do not cover for myself
        assert set(await covered_by(session, me, TODAY)) == {first, second}


async def test_who_is_given_a_case_cannot_be_ended_before_it_is_written(apart: Apart) -> None:
    body = apart.body()
    async with apart.database.tenant(body.id, MORNING) as giving:
        assert await active_person(giving, body.person("handler")) is not None
        with pytest.raises(DBAPIError, match="could not obtain lock"):
            async with apart.database.tenant(body.id, MORNING) as ending:
                await ending.get(Person, body.person("handler"), with_for_update={"nowait": True})
