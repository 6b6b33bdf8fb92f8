"""Complaints that belong together, and earlier complaints of the same person."""

from __future__ import annotations

import asyncio
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest

from contracts.commands import CommandKind
from db.intake_said import Link, Unlink
from db.office_said import OpenedInError, PartyCorrected
from db.queries.intake_matches import Match, Sought, matches
from db.queries.links import group_of, links_of
from db.said import PartySaid
from runtime.postgres import PostgresAddress
from tests.activities.office_desk import Desk, a_desk
from tests.apart import MORNING, Apart
from tests.bodies import Body, make_body


@pytest.fixture
async def other(beside: Apart, standards: Body) -> Desk:
    return await a_desk(beside, standards, received_on=date(2028, 3, 1))


def a_link(other: Desk, **changes: Any) -> Link:
    return Link(**{"to_id": other.complaint, "kind": "related", **changes})


def link_id(desk: Desk) -> UUID:
    (row,) = desk.rows("select id from complaint_link where complaint_id = %s and removed_at is null")
    return UUID(row["id"])


async def seen(desk: Desk) -> list[tuple[str, UUID]]:
    async with desk.apart.database.tenant(desk.body.id, MORNING) as session:
        return [(each.link.kind, each.other.id) for each in await links_of(session, desk.complaint)]


async def test_a_link_is_seen_from_both_ends(full: Desk, other: Desk) -> None:
    await full.must(CommandKind.LINK, a_link(other, words="The same ward, the same night."))
    assert await seen(full) == [("related", other.complaint)]
    assert await seen(other) == [("related", full.complaint)]
    (event,) = full.events("complaint.linked")
    assert event["data"]["other_id"] == str(other.complaint)
    assert "ward" not in str(event)


async def test_the_same_link_is_said_once_from_either_end(full: Desk, other: Desk) -> None:
    await full.must(CommandKind.LINK, a_link(other, kind="same_person"))
    for desk, to in ((full, other), (other, full)):
        assert (await desk.do(CommandKind.LINK, a_link(to, kind="same_person"))).refusal == "nothing_changes"
    await other.must(CommandKind.LINK, a_link(full, kind="same_event"))  # another kind is another link
    assert len(await seen(full)) == 2


async def test_two_people_who_say_the_same_link_at_once_make_one(full: Desk, other: Desk) -> None:
    apart = full.apart
    for desk, to in ((full, other), (other, full)):
        await apart.say(full.body, desk.complaint, CommandKind.LINK, a_link(to))
    both = (apart.deliver(full.body, full.complaint), apart.deliver(full.body, other.complaint))
    await asyncio.gather(*both, return_exceptions=True)
    for desk in (full, other):  # as the engine would, where the first attempt failed
        await apart.deliver(full.body, desk.complaint)
    rows = [
        desk.row("select state, refusal from submission where complaint_id = %s and kind = 'link'")
        for desk in (full, other)
    ]
    assert sorted((row["state"], row["refusal"]) for row in rows) == [("applied", None), ("refused", "nothing_changes")]
    assert len(await seen(full)) == len(await seen(other)) == 1


async def test_a_link_that_does_not_hold_is_removed_from_either_end_and_stays_on_record(
    full: Desk, other: Desk
) -> None:
    await full.must(CommandKind.LINK, a_link(other))
    removal = Unlink(link_id=link_id(full), reason="Another ward")
    await other.must(CommandKind.UNLINK, removal)
    assert await seen(full) == await seen(other) == []
    row = full.row("select * from complaint_link where complaint_id = %s")
    assert (row["removal_reason"], row["removed_by"]) == ("Another ward", str(full.body.person("handler")))
    assert (await full.do(CommandKind.UNLINK, removal)).refusal == "unknown_link"
    await full.must(CommandKind.LINK, a_link(other))  # and may be made anew
    assert len(await seen(other)) == 1


async def test_a_link_of_two_others_is_not_this_complaints_to_remove(
    beside: Apart, full: Desk, other: Desk, standards: Body
) -> None:
    third = await a_desk(beside, standards)
    await full.must(CommandKind.LINK, a_link(other))
    assert (await third.do(CommandKind.UNLINK, Unlink(link_id=link_id(full), reason="x"))).refusal == "unknown_link"
    assert (await third.do(CommandKind.UNLINK, Unlink(link_id=uuid4(), reason="x"))).refusal == "unknown_link"


async def test_a_complaint_is_linked_to_no_strangers_and_not_to_itself(beside: Apart, full: Desk) -> None:
    strangers = await a_desk(beside, make_body(beside.dsns.migrator, follows=None))
    assert (await full.do(CommandKind.LINK, a_link(strangers))).refusal == "no_such_complaint"
    assert (await full.do(CommandKind.LINK, Link(to_id=uuid4(), kind="related"))).refusal == "no_such_complaint"
    assert (await full.do(CommandKind.LINK, a_link(full))).refusal == "contradicts_record"
    assert (await full.do(CommandKind.LINK, a_link(full, kind="common_cause"))).refusal == "contradicts_record"
    assert full.rows("select 1 from complaint_link where complaint_id = %s") == []


async def test_a_group_has_every_complaint_of_its_common_cause_and_none_of_strangers(
    beside: Apart, full: Desk, other: Desk, standards: Body
) -> None:
    third = await a_desk(beside, standards)
    cause = {"kind": "common_cause", "group": "LABEL-2028"}
    await full.must(CommandKind.LINK, a_link(other, **cause))
    await third.must(CommandKind.LINK, a_link(full, **cause))
    theirs = make_body(beside.dsns.migrator, follows=None)
    one, two = await a_desk(beside, theirs), await a_desk(beside, theirs)
    await one.must(CommandKind.LINK, a_link(two, **cause))

    async with beside.database.tenant(standards.id, MORNING) as session:
        members = await group_of(session, standards.id, "LABEL-2028")
        assert await group_of(session, standards.id, "LABEL-2029") == []
    assert members[0].complaint.id == other.complaint  # received first
    assert {each.complaint.id for each in members} == {full.complaint, other.complaint, third.complaint}


@pytest.mark.parametrize("changes", [{"kind": "common_cause"}, {"kind": "related", "group": "LABEL-2028"}])
async def test_a_group_and_a_common_cause_come_together(full: Desk, other: Desk, changes: dict[str, Any]) -> None:
    assert (await full.do(CommandKind.LINK, a_link(other, **changes))).refusal == "unknown_code"


async def test_what_belongs_together_can_be_said_after_the_end(full: Desk, other: Desk) -> None:
    await full.withdraw()
    await full.must(CommandKind.LINK, a_link(other))
    assert len(await seen(other)) == 1


async def test_a_duplicate_gives_way_to_the_earlier_receipt_and_is_linked_to_it(full: Desk, other: Desk) -> None:
    later = OpenedInError(cause="duplicate", duplicate_of=full.complaint)
    assert await other.correct(later) == "contradicts_record"  # its own receipt is the earlier one
    assert await full.correct(OpenedInError(cause="duplicate", duplicate_of=other.complaint)) is None
    assert await full.decide() is None
    assert full.stands()["stage"] == "opened_in_error"
    assert await seen(other) == [("duplicate", full.complaint)]
    refused = await other.do(CommandKind.UNLINK, Unlink(link_id=link_id(full), reason="x"))
    assert refused.refusal == "contradicts_record"


# Who has been in touch before.

NUMBER = "9434765919"


@pytest.fixture
async def known(beside: Apart, standards: Body) -> list[Desk]:
    """Three complaints: of somebody, of their namesake, and one about somebody with a number."""
    born = date(1961, 2, 3)
    namesake = PartySaid(role="complainant", name="Zofia  KOWALSKA-Nowak", born_on=date(1990, 1, 1))
    affected = PartySaid(role="affected", name="Ola Nowak", nhs_number=NUMBER)
    people: list[tuple[PartySaid, ...]] = [
        (PartySaid(role="complainant", name="Zofia Kowalska-Nowak", born_on=born, nhs_number=None),),
        (namesake,),
        (PartySaid(role="complainant", name="Jan Nowak"), affected),
    ]
    return [await a_desk(beside, standards, parties=parties) for parties in people]


async def looked_for(beside: Apart, body: Body, **sought: Any) -> list[Match]:
    async with beside.database.tenant(body.id, MORNING) as session:
        return await matches(session, body.id, Sought(**sought))


async def test_somebody_is_found_by_number_by_reference_and_by_name_with_the_likeliest_first(
    beside: Apart, standards: Body, known: list[Desk]
) -> None:
    somebody, namesake, numbered = known
    (found,) = await looked_for(beside, standards, nhs_number=NUMBER)
    assert (found.why, found.complaint.id, found.party.role) == ("nhs_number", numbered.complaint, "affected")

    by_name = await looked_for(beside, standards, name="zofia kowalska-nowak")
    assert {each.complaint.id for each in by_name} == {somebody.complaint, namesake.complaint}
    (found,) = await looked_for(beside, standards, name="zofia kowalska-nowak", born_on=date(1961, 2, 3))
    assert (found.why, found.complaint.id) == ("name_and_birth", somebody.complaint)
    assert {each.why for each in await looked_for(beside, standards, name="Nowak")} == {"name"}

    reference = somebody.stands()["reference"]
    (found,) = await looked_for(beside, standards, reference=reference)
    assert (found.why, found.complaint.id) == ("reference", somebody.complaint)
    both = await looked_for(beside, standards, name="Zofia Kowalska-Nowak", nhs_number=NUMBER)
    assert [each.why for each in both] == ["nhs_number", "name", "name"]


@pytest.mark.parametrize(
    "name",
    [
        "प्रिया शर्मा",
        "Jose\u0301 Nun\u0303ez",
        "مُحَمَّد عَلِي",
        "ΝΙΚΟΣ ΠΑΠΠΑΣ",
        "İbrahim Öz",
        "O'Brien",
        "J.R. Hartley",
        "สมชาย ใจดี",
    ],
)
async def test_a_name_of_any_script_finds_itself(beside: Apart, standards: Body, name: str) -> None:
    born = date(1970, 1, 1)
    desk = await a_desk(beside, standards, parties=(PartySaid(role="complainant", name=name, born_on=born),))
    for sought, why in (({}, "name"), ({"born_on": born}, "name_and_birth")):
        (found,) = await looked_for(beside, standards, name=name, **sought)
        assert (found.complaint.id, found.why) == (desk.complaint, why)


async def test_nobody_is_found_where_nothing_is_the_same(beside: Apart, standards: Body, known: list[Desk]) -> None:
    assert await looked_for(beside, standards, name="Zofia Nobody") == []
    assert await looked_for(beside, standards, name="' | & !:*") == []  # no word in it
    # Whoever is known to be born on another day is somebody else; of the others it is not known.
    unborn = await looked_for(beside, standards, name="Nowak", born_on=date(1970, 1, 1))
    assert [each.complaint.id for each in unborn] == [known[2].complaint]
    strangers = make_body(beside.dsns.migrator)
    assert await looked_for(beside, strangers, name="Nowak", nhs_number=NUMBER) == []


async def test_somebody_who_was_taken_for_another_is_not_found(
    beside: Apart, standards: Body, known: list[Desk]
) -> None:
    somebody = known[0]
    wrong = PartyCorrected(party_id=somebody.party(), cause="wrong_person", name="Ewa Inna")
    assert await somebody.correct(wrong) is None
    found = await looked_for(beside, standards, name="Kowalska-Nowak")
    assert somebody.complaint not in {each.complaint.id for each in found}
    (now,) = await looked_for(beside, standards, name="Ewa Inna")
    assert now.complaint.id == somebody.complaint


async def test_a_case_is_found_through_what_it_was_called_before(
    beside: Apart, standards: Body, postgres: PostgresAddress
) -> None:
    desk = await a_desk(beside, standards)
    with postgres.connect(beside.dsns.migrator.rpartition("/")[2]) as connection:
        connection.execute("set session_replication_role = replica")  # as if it had been imported
        connection.execute("update complaint set source_reference = 'OLD/77' where id = %s", (desk.complaint,))
    (found,) = await looked_for(beside, standards, reference=" OLD/77 ")
    assert found.complaint.id == desk.complaint
