"""Each law about staff and about people outside can fail: a case that keeps them all is broken, one row at a time."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest

from contracts.commands import CommandKind
from contracts.complaint import Happening
from db import involvement_said as involved
from db import people_said, promise_said, said, staff_said
from db.party_said import NeedsSaid
from policies.calendars import local_date
from runtime.database_roles import DatabaseDsns
from tests.bodies import make_body
from tests.lives.casework import must, today
from tests.lives.machine import laws, laws_of_people, laws_of_staff
from tests.lives.machine.kept import Kept
from tests.lives.machine.life import Life
from tests.lives.machine.look import Look, Looker, Row
from tests.lives.machine.spoiled import broken, gone, put
from tests.world import World

K = CommandKind
NOBODY = str(UUID(int=7))


@dataclass(frozen=True)
class Lived:
    """A case with two members of staff, one of them told, and a promise: as it stood, and as it was withdrawn."""

    look: Look
    happening: Happening | None
    kept: dict[UUID, Kept]
    over: Look
    on: date

    def staff(self, look: Look) -> None:
        laws_of_staff.of_a_step(self.look, look)
        laws_of_staff.of_a_case(look, self.happening, self.kept)

    def people(self, look: Look) -> None:
        laws_of_people.of_a_step(self.look, look)
        laws_of_people.of_a_case(look, self.on)

    def end(self, look: Look) -> None:
        laws_of_staff.of_a_step(self.look, look)


@pytest.fixture(scope="module")
async def lived(living: World, dsns: DatabaseDsns) -> Lived:
    world, body = living, make_body(dsns.migrator, email=False)
    complaint = await world.log(body, email=None)
    life, on = Life(world, body, Looker(world, body), complaint), today(world)
    for number in range(2):
        named = involved.NameStaff(kind="locum", name=f"Lou Locum {number}", supporter_id=body.person("senior_leader"))
        await must(world, body, complaint, K.NAME_STAFF, named)
    look, *_ = await life.quiet()
    (first, _) = sorted(look.rows("involvement"), key=lambda row: int(row["number"]))
    one = UUID(first["id"])
    told = involved.TellStaff(involvement_id=one, told_on=on, how="in_person")
    await must(world, body, complaint, K.TELL_STAFF, told)
    asked = staff_said.InviteStaff(involvement_id=one, invited_on=on, about="allegation", how="call")
    await must(world, body, complaint, K.INVITE_STAFF, asked)
    said_so = staff_said.RecordStaffComment(involvement_id=one, about="allegation", words="I called.", received_on=on)
    await must(world, body, complaint, K.RECORD_STAFF_COMMENT, said_so)
    await must(
        world, body, complaint, K.MAKE_PROMISE, promise_said.MakePromise(kind="call", what="A call", every_days=7)
    )
    party = look.ids("party")[0]
    needs = people_said.SetContactNeeds(party_id=party, needs=NeedsSaid(formats=("easy_read",)))
    await must(world, body, complaint, K.SET_CONTACT_NEEDS, needs)
    acknowledged = said.Acknowledge(method="letter", made_on=on, discussion_offered=True)
    await must(world, body, complaint, K.ACKNOWLEDGE, acknowledged)
    look, happening, kept = await life.quiet()
    await must(world, body, complaint, K.WITHDRAW, said.Withdraw(method="call", withdrawn_on=on))
    over, *_ = await life.quiet()
    await life.let_go()
    return Lived(look, happening, kept, over, local_date(world.clock.now()))


STAFF: list[tuple[str, str, Callable[[Row], Any], dict[str, object]]] = [
    ("back to", "involvement", put(state="named"), {"state": "told"}),
    ("an involvement is gone", "involvement", gone, {}),
    ("was rewritten", "involvement_step", put(happened_on="2028-03-01"), {"kind": "telling"}),
    ("a comment is gone", "staff_comment", gone, {}),
    ("a comment was rewritten", "staff_comment", put(words="I did not."), {}),
    ("ended, and", "involvement", put(state="ended"), {"state": "told"}),
    ("named, and", "clock", put(state="stopped"), {"kind": "staff_notice", "state": "running"}),
    ("told, and only", "clock", put(state="stopped"), {"kind": "staff_update"}),
    ("waits to be weighed", "clock", put(state="stopped"), {"kind": "staff_comment"}),
    ("its workflow has it as", "clock", put(state="stopped"), {"kind": "staff_follow_up"}),
    ("kept by another", "clock", put(involvement_id=None), {"kind": "staff_follow_up"}),
    ("kept by another", "clock", put(involvement_id=NOBODY), {"kind": "acknowledgement"}),
]
PEOPLE: list[tuple[str, str, Callable[[Row], Any], dict[str, object]]] = [
    ("promises are open", "clock", put(state="stopped"), {"kind": "promise_rhythm"}),
    ("promises are open", "promise", put(state="kept"), {}),
    ("are asked for", "task", put(state="done"), {"kind": "promised"}),
    ("contact_needs was rewritten", "contact_needs", put(language="pl"), {}),
    ("contact_needs was rewritten", "contact_needs", gone, {}),
    ("retired_at was undone", "party", put(retired_at=None), {}),
]


@pytest.mark.parametrize(("told", "table", "change", "like"), STAFF, ids=[f"{each[1]}:{each[0]}" for each in STAFF])
async def test_a_law_of_staff_fails(
    lived: Lived, told: str, table: str, change: Callable[[Row], Any], like: dict[str, object]
) -> None:
    lived.staff(lived.look)
    with pytest.raises(AssertionError, match=told):
        lived.staff(broken(lived.look, table, change, **like))


@pytest.mark.parametrize(("told", "table", "change", "like"), PEOPLE, ids=[f"{each[1]}:{each[0]}" for each in PEOPLE])
async def test_a_law_of_people_fails(
    lived: Lived, told: str, table: str, change: Callable[[Row], Any], like: dict[str, object]
) -> None:
    lived.people(lived.look)
    if "undone" in told:
        lived = replace(lived, look=broken(lived.look, table, put(retired_at="2028-03-02T10:00:00Z")))
    with pytest.raises(AssertionError, match=told):
        lived.people(broken(lived.look, table, change, **like))


async def test_an_invitation_before_the_telling_is_found_out(lived: Lived) -> None:
    steps = sorted(lived.look.rows("involvement_step"), key=lambda row: int(row["number"]))
    assert [row["kind"] for row in steps] == ["telling", "invitation"]
    turned = broken(lived.look, "involvement_step", put(number=3), kind="telling")
    turned = broken(turned, "involvement_step", put(number=1), kind="invitation")
    turned = broken(turned, "involvement_step", put(number=2), kind="telling")
    with pytest.raises(AssertionError, match="before they were told"):
        laws_of_staff.of_a_case(turned, lived.happening, lived.kept)


async def test_a_clock_of_staff_that_the_end_stops_is_found_out(lived: Lived) -> None:
    lived.end(lived.over)
    running = lived.over.staff_running
    assert {row["kind"] for row in running} >= {"staff_notice", "staff_support", "staff_outcome"}
    with pytest.raises(AssertionError, match="stopped what is owed"):
        lived.end(broken(lived.over, "clock", put(state="stopped"), kind="staff_support"))
    with pytest.raises(AssertionError, match="will ever come up"):
        still = lived.over
        for row in running:
            still = broken(still, "clock", put(state="met"), id=row["id"])
        still = broken(still, "involvement", put(state="outcome_told"), state="told")
        laws_of_staff.of_a_case(Look({**still.tables, "involvement": still.rows("involvement", state="outcome_told")}),
                                None, lived.kept)  # fmt: skip


async def test_a_clock_in_the_hands_of_the_wrong_workflow_is_found_out(lived: Lived) -> None:
    theirs = next(row for row in lived.look.staff_running)
    handed = broken(lived.look, "verdict", lambda row: row["verdict"]["stopped"].append(theirs["id"]))
    with pytest.raises(AssertionError, match="does not keep it"):
        lived.staff(handed)
    own = next(row for row in lived.look.running)
    fired = {
        "act_id": lived.look.tables["verdict"][0]["act_id"],
        "clock_id": theirs["id"],
        "generation": 1,
        "rung": "x",
    }
    other = Look({**handed.tables, "fired_rung": [fired]})
    other.tables["verdict"][0]["verdict"]["stopped"].append(own["id"])
    with pytest.raises(AssertionError, match="does not keep it"):
        lived.staff(other)


async def test_a_clock_of_staff_with_nothing_ahead_and_a_workflow_that_is_away_are_found_out(
    lived: Lived, living: World
) -> None:
    idle = broken(lived.look, "clock", put(rungs=[]), kind="staff_notice", state="running")
    with pytest.raises(AssertionError, match="nothing will ever remind"):
        laws.of_a_case(idle, lived.happening, living.clock.now())
    away = {each: replace(kept, running=False) for each, kept in lived.kept.items()}
    with pytest.raises(AssertionError, match="its workflow lives"):
        laws_of_staff.of_a_case(lived.look, lived.happening, away)


async def test_what_must_not_leave_is_found_out(lived: Lived) -> None:
    (party,) = lived.look.rows("party")
    base = {"id": str(uuid4()), "party_id": party["id"], "template": "update", "channel": "letter", "state": "queued",
            "failure": None, "released_by": None}  # fmt: skip
    look = Look({**copy.deepcopy(lived.look.tables)})
    look.tables["notice"].append(base)
    laws_of_people.of_a_case(look, lived.on)
    wrongs: list[tuple[str, str, dict[str, object]]] = [
        ("they have died", "party", {"death_known_at": "2028-03-02T10:00:00Z"}),
        ("no part in it", "party", {"retired_at": "2028-03-02T10:00:00Z"}),
        ("not safe", "contact_needs", {"unsafe": ["no_post"]}),
        ("nothing covers", "party", {"ground": "asked", "consent_basis": None}),
    ]
    for told, table, values in wrongs:
        wrong = broken(look, table, put(**values))
        with pytest.raises(AssertionError, match=told):
            laws_of_people.of_a_case(wrong, lived.on)
        sent = broken(wrong, "notice", put(state="handed_over"), id=base["id"])
        with pytest.raises(AssertionError, match=told):
            laws_of_people.of_a_step(wrong, sent)


async def test_a_format_that_nobody_is_asked_for_is_found_out(lived: Lived) -> None:
    owed = {"id": str(uuid4()), "party_id": None, "state": "released", "failure": "format_owed"}
    look = Look({**copy.deepcopy(lived.look.tables)})
    look.tables["notice"].append(owed)
    with pytest.raises(AssertionError, match="formats are owed"):
        laws_of_people.of_a_case(look, lived.on)
    look.tables["task"].append({"kind": "supply_format", "state": "open", "notice_id": owed["id"], "subject_id": None})
    with pytest.raises(AssertionError, match="no clock runs"):
        laws_of_people.of_a_case(look, lived.on)


async def test_a_consent_that_is_over_and_is_asked_for_is_found_out(lived: Lived) -> None:
    consent = {"id": str(uuid4()), "superseded_by": None, "withdrawn_on": "2028-03-02"}
    clock = {"kind": "consent_expiry", "subject_id": consent["id"], "state": "running", "involvement_id": None,
             "contribution_id": None, "proceeding_id": None}  # fmt: skip
    tables = copy.deepcopy(lived.look.tables)
    tables["consent"].append(consent)
    tables["clock"].append({**clock, "id": str(uuid4())})
    with pytest.raises(AssertionError, match="consent that is over"):
        laws_of_people.of_a_case(Look(tables), lived.on)
