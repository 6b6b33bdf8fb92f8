"""Searching: what acts put on the file is found, by those who may see it, whatever is typed."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from contracts.commands import CommandKind
from db import (
    casework_said,
    eligibility_said,
    finding_said,
    involvement_said,
    people_said,
    promise_said,
    request_said,
    staff_said,
)
from db.desk_said import AddNote, Assign
from db.engine import Database, SweeperDatabase
from db.party_said import NeedsSaid
from db.queries.search import Hit, refresh, search
from db.queries.worklist import Wanted
from db.said import Log, PartySaid
from runtime.database_roles import DatabaseDsns
from tests.activities.found import (
    a_case,
    a_comment,
    a_finding,
    found_on_all,
    issues_of,
    money,
    proposed,
    to_complainant,
)
from tests.activities.office_desk import Desk, a_desk
from tests.apart import Apart, DirectEngine
from tests.bodies import Body, make_body

NOW = datetime(2028, 3, 2, 10, 0, tzinfo=UTC)
ON = date(2028, 3, 2)
K = CommandKind


@pytest.fixture
def apart(dsns: DatabaseDsns, database: Database, sweeper: SweeperDatabase) -> Apart:
    return Apart(dsns=dsns, database=database, sweeper=sweeper, engine=DirectEngine(database=database))


async def log(apart: Apart, body: Body, **changes: Any) -> UUID:
    """Log a complaint and apply that, as the workflow would."""
    complaint_id = uuid4()
    name = changes.pop("name", "Pat Example")
    reference = changes.pop("reference", f"{body.code}-{complaint_id.hex[:8].upper()}-0")
    said: dict[str, Any] = {
        "channel": "written",
        "received_on": ON,
        "summary": "Long wait",
        "narrative": "Nine hours in the corridor.",
        "parties": (PartySaid(role="complainant", name=name),),
        "owner_id": body.person("handler"),
    }
    await apart.say(body, complaint_id, CommandKind.LOG, Log(**said | changes), reference=reference)
    assert await apart.deliver(body, complaint_id) == 1
    return complaint_id


async def hits(database: Database, body: Body, q: str, limit: int = 25, **narrowed: Any) -> list[Hit]:
    wanted = Wanted(organisation_id=body.id, now=NOW, on=ON, **narrowed)
    async with database.tenant(body.id, NOW) as session:
        return await search(session, wanted, q, after=None, limit=limit)


async def found(database: Database, body: Body, q: str, **narrowed: Any) -> list[UUID]:
    return [hit.line.complaint.id for hit in await hits(database, body, q, **narrowed)]


async def test_a_complaint_is_found_by_its_words_their_stem_its_names_and_its_reference(
    apart: Apart, body: Body
) -> None:
    here = await log(
        apart,
        body,
        name="Siobhán O'Neill",
        summary="Hearing aids were lost",
        narrative="They lay in the drawer.",
        desired_outcome="An apology from the ward",
    )
    await log(apart, body)
    reference = f"{body.code}-{here.hex[:8].upper()}-0"
    for q in (
        *("hearing aid", "drawers", "apologies", '"hearing aids"', "drawer or lorry", "hearing -corridor"),
        *("O'Neill", "siobhán", "Siob", "o'nei", "Neill hearing", "o'neill drawer"),
        *(reference, reference.lower(), reference[:-4], reference.split("-", 1)[1]),
    ):
        assert await found(apart.database, body, q) == [here], q
    for q in ("hearing -drawer", '"aids hearing"', "lorry", "hearing lorry", "oneil", "eill"):
        assert await found(apart.database, body, q) == [], q


async def test_names_come_before_summaries_and_those_before_what_was_told_and_noted(apart: Apart, body: Body) -> None:
    noted = await log(apart, body)
    await apart.say(body, noted, CommandKind.ADD_NOTE, AddNote(words="She rang about Marlowe ward."))
    assert await apart.deliver(body, noted) == 1
    told = await log(apart, body, narrative="It was on Marlowe ward.")
    summed = await log(apart, body, summary="Marlowe ward was loud")
    named = await log(apart, body, name="Kit Marlowe")
    assert await found(apart.database, body, "marlowe") == [named, summed, told, noted]


async def test_a_name_that_is_a_common_word_is_found_too(apart: Apart, body: Body) -> None:
    here = await log(apart, body, name="Will Who")
    assert await found(apart.database, body, "will who") == [here]


async def test_what_is_noted_when_a_case_is_handed_over_is_found_and_a_name_that_was_wrong_is_not(
    apart: Apart, body: Body
) -> None:
    here = await log(apart, body, name="Wrong Quillfeather")
    said = Assign(owner_id=body.person("investigator"), handover="Ask the orthoptist first.")
    await apart.say(body, here, CommandKind.ASSIGN, said)
    assert await apart.deliver(body, here) == 1
    assert await found(apart.database, body, "orthoptists") == [here]
    assert await found(apart.database, body, "quillfeather") == [here]
    apart.rows("update party set replaced_by = %s where complaint_id = %s", uuid4(), here)
    async with apart.database.tenant(body.id, NOW) as session:
        await refresh(session, here)
        await refresh(session, here)
    assert await found(apart.database, body, "quillfeather") == []


async def test_a_stranger_finds_nothing_until_the_case_is_shared_and_nothing_after(apart: Apart, body: Body) -> None:
    here = await log(apart, body, summary="Zymurgy on the ward")
    other = make_body(apart.dsns.migrator)
    assert await found(apart.database, other, "zymurgy") == []
    apart.rows(
        "insert into case_share (id, organisation_id, complaint_id, shared_with, scope, until)"
        " values (%s, %s, %s, %s, 'read', %s)",
        *(uuid4(), body.id, here, other.id, NOW + timedelta(days=1)),
    )
    assert await found(apart.database, other, "zymurgy") == [here]
    async with apart.database.tenant(other.id, NOW + timedelta(days=2)) as session:
        wanted = Wanted(organisation_id=other.id, now=NOW, on=ON)
        assert await search(session, wanted, "zymurgy", after=None, limit=5) == []


async def test_the_views_that_are_searched_show_a_tenant_no_row_of_another(apart: Apart, body: Body) -> None:
    await log(apart, body)
    other = make_body(apart.dsns.migrator)
    for table in ("own_search", "shared_search", "case_search"):
        async with apart.database.tenant(other.id, NOW) as session:
            assert await session.scalar(text(f"select count(*) from {table}")) == 0, table
    async with apart.database.engine.connect() as bare:
        assert (await bare.execute(text("select count(*) from own_search"))).scalar() == 0


async def test_a_search_is_narrowed_as_the_worklist_is(apart: Apart, body: Body) -> None:
    mine = await log(apart, body, summary="Gherkin one")
    nobodys = await log(apart, body, summary="Gherkin two", owner_id=None)
    assert await found(apart.database, body, "gherkin", owner_id=body.person("handler")) == [mine]
    assert await found(apart.database, body, "gherkin", unassigned=True) == [nobodys]
    assert set(await found(apart.database, body, "gherkin")) == {mine, nobodys}


@pytest.mark.parametrize("most_ranked", [1000, 3], ids=["by rank", "the newest first"])
async def test_pages_neither_lose_nor_repeat(apart: Apart, body: Body, most_ranked: int) -> None:
    days = [ON - timedelta(days=n % 3) for n in range(7)]
    logged = [await log(apart, body, summary="Turnip", received_on=day) for day in days]
    logged.append(await log(apart, body, name="Pat Turnip", received_on=ON - timedelta(days=9)))
    seen: list[Hit] = []
    wanted = Wanted(organisation_id=body.id, now=NOW, on=ON)
    while True:
        async with apart.database.tenant(body.id, NOW) as session:
            after = seen[-1].place if seen else None
            page = await search(session, wanted, "turnip", after=after, limit=3, most_ranked=most_ranked)
        seen += page
        if len(page) < 3:
            break
    assert sorted(hit.line.complaint.id for hit in seen) == sorted(logged)
    received = [hit.line.complaint.received_on for hit in seen]
    if most_ranked == 3:
        assert received == sorted(received, reverse=True)
    else:
        assert seen[0].line.complaint.id == logged[-1]
        assert received[1:] == sorted(received[1:], reverse=True)


async def worked_on(apart: Apart, body: Body) -> tuple[Desk, UUID]:
    """A case with words of its own in each part of its casework; return it and its first issue."""
    desk = await a_case(apart, body)
    first = issues_of(desk)[0]
    issue = casework_said.IssueSaid(
        issue_id=first, summary="The oubliette", effect="Palpitations", outcome_sought="Contrition"
    )
    await desk.must(K.SET_ISSUES, casework_said.SetIssues(issues=(issue,)))
    await desk.must(K.CONFIRM_ISSUES, casework_said.ConfirmIssues(confirmed_on=ON, method="call"))
    await found_on_all(desk)
    await desk.must(K.RECORD_FINDING, a_finding(first, happened="The harpsichord fell."), "investigator")
    shared = finding_said.ShareViews(shared=(to_complainant(desk),), words="It was the varnish.")
    await desk.must(K.SHARE_VIEWS, shared)
    await desk.must(
        K.RECORD_COMMENT, a_comment(words="There was a thunderstorm.", effect_words="So we look at gutters.")
    )
    await proposed(desk, money(words="A payment for the marmalade."))
    asked = request_said.RaiseRequest(kind="records", what="The lighthouse log", to_person_id=body.person("auditor"))
    await desk.must(K.RAISE_REQUEST, asked)
    request = UUID(desk.row("select id from request where complaint_id = %s")["id"])
    await desk.must(
        K.ANSWER_REQUEST, request_said.AnswerRequest(request_id=request, given_on=ON, words="Fog all night")
    )
    return desk, first


async def test_the_words_of_casework_are_found_by_its_own_organisation_and_by_no_other(
    apart: Apart, standards: Body
) -> None:
    desk, _ = await worked_on(apart, standards)
    other = make_body(apart.dsns.migrator)
    for q in (
        *("oubliette", "palpitation", "contrite or contrition", "harpsichords", "varnish", "thunderstorms"),
        *("gutter", "marmalade", "lighthouse", "fog", '"fog all night"'),
    ):
        assert await found(apart.database, standards, q) == [desk.complaint], q
        assert await found(apart.database, other, q) == [], q
    [hit] = await hits(apart.database, standards, "harpsichord")
    assert hit.snippet is not None and "harpsichord fell" in hit.snippet


async def test_what_was_found_first_and_replaced_is_not_what_is_searched(apart: Apart, standards: Body) -> None:
    desk, first = await worked_on(apart, standards)
    await desk.must(K.RECORD_FINDING, a_finding(first, happened="The spinet fell."), "investigator")
    assert await found(apart.database, standards, "harpsichord") == []
    assert await found(apart.database, standards, "spinet") == [desk.complaint]


async def test_what_others_investigate_what_is_held_and_what_people_say_of_themselves_is_not_found(
    apart: Apart, standards: Body
) -> None:
    desk, first = await worked_on(apart, standards)
    beside = request_said.OpenParallel(
        kind="safeguarding", body_name="Constabulary", contact="Sergeant Wigglesworth", known_on=ON, referred_on=ON
    )
    await desk.must(K.OPEN_PARALLEL, beside)
    parallel = UUID(desk.row("select id from parallel_investigation where complaint_id = %s")["id"])
    told = request_said.UpdateParallel(parallel_id=parallel, status="open", words="They suspect embezzlement.")
    await desk.must(K.UPDATE_PARALLEL, told)
    hold = request_said.HoldIssues(
        issue_ids=(first,), parallel_id=parallel, reason="A covert surveillance", review_on=date(2028, 4, 3),
        decided_by=standards.person("responsible_person"),
    )  # fmt: skip
    await desk.must(K.HOLD_ISSUES, hold, "responsible_person")
    equality = eligibility_said.EqualitySaid(religion="sikh", sexual_orientation="bisexual")
    await desk.must(K.SET_CODING, eligibility_said.SetCoding(equality=equality))
    async with apart.database.tenant(standards.id, NOW) as session:
        await refresh(session, desk.complaint)
    for q in ("constabulary", "wigglesworth", "embezzlement", "surveillance", "sikh", "bisexual"):
        assert await found(apart.database, standards, q) == [], q


async def test_what_people_were_promised_and_who_came_later_is_found(apart: Apart, body: Body) -> None:
    desk = await a_desk(apart, body)
    made = promise_said.MakePromise(kind="copy", what="Photographs of the greenhouse", due_on=ON + timedelta(days=5))
    await desk.must(K.MAKE_PROMISE, made)
    assert await found(apart.database, body, "greenhouse") == [desk.complaint]
    [hit] = await hits(apart.database, body, "greenhouses")
    assert hit.snippet is not None and "of the greenhouse" in hit.snippet
    promise = UUID(desk.row("select id from promise where complaint_id = %s")["id"])
    kept = promise_said.KeepPromise(promise_id=promise, kept_on=ON, words="Sent with the parquet")
    await desk.must(K.KEEP_PROMISE, kept)
    assert await found(apart.database, body, "parquet") == [desk.complaint]
    other = promise_said.MakePromise(kind="call", what="A call", due_on=ON)
    await desk.must(K.MAKE_PROMISE, other)
    promise = UUID(desk.row("select id from promise where complaint_id = %s and kind = 'call'")["id"])
    over = promise_said.ReleasePromise(promise_id=promise, because="not_wanted", words="Prefers the balalaika")
    await desk.must(K.RELEASE_PROMISE, over)
    assert await found(apart.database, body, "balalaikas") == [desk.complaint]
    await desk.must(K.ADD_PARTY, people_said.AddParty(party=PartySaid(role="witness", name="Ottoline Quennell")))
    assert await found(apart.database, body, "quennell") == [desk.complaint]


async def test_nobody_of_the_staff_is_looked_up_in_the_complaints_about_them(apart: Apart, body: Body) -> None:
    desk = await a_desk(apart, body)
    await desk.must(K.NAME_STAFF, involvement_said.NameStaff(
        kind="locum", name="Peregrine Wolstenholme", described_as="the man with the theodolite",
        email="peregrine@example.org", address="1 Sassafras Road",
    ))  # fmt: skip
    member = UUID(desk.row("select id from involvement where complaint_id = %s")["id"])
    told = involvement_said.TellStaff(involvement_id=member, told_on=ON, how="call", words="He wept a zugzwang.")
    await desk.must(K.TELL_STAFF, told)
    comment = staff_said.RecordStaffComment(
        involvement_id=member, about="allegation", words="There was a tarantella.", received_on=ON
    )
    await desk.must(K.RECORD_STAFF_COMMENT, comment)
    needs = NeedsSaid(adjustments="A cantilever", unsafe_words="Not before Rumpelstiltskin")
    party = UUID(desk.row("select id from party where complaint_id = %s and role = 'complainant'")["id"])
    await desk.must(K.SET_CONTACT_NEEDS, people_said.SetContactNeeds(party_id=party, needs=needs))
    async with apart.database.tenant(body.id, NOW) as session:
        await refresh(session, desk.complaint)
    for q in (
        *("wolstenholme", "peregrine", "theodolite", "sassafras", "zugzwang", "tarantella"),
        *("cantilever", "rumpelstiltskin"),
    ):
        assert await found(apart.database, body, q) == [], q


async def test_who_may_read_a_case_for_a_while_finds_its_casework_only_then(apart: Apart, standards: Body) -> None:
    desk, _ = await worked_on(apart, standards)
    other = make_body(apart.dsns.migrator)
    apart.rows(
        "insert into case_share (id, organisation_id, complaint_id, shared_with, scope, until)"
        " values (%s, %s, %s, %s, 'read', %s)",
        *(uuid4(), standards.id, desk.complaint, other.id, NOW + timedelta(days=1)),
    )
    [hit] = await hits(apart.database, other, "marmalade")
    assert hit.line.complaint.id == desk.complaint and hit.snippet is not None and "marmalade" in hit.snippet
    async with apart.database.tenant(other.id, NOW + timedelta(days=2)) as session:
        wanted = Wanted(organisation_id=other.id, now=NOW, on=ON)
        assert await search(session, wanted, "marmalade", after=None, limit=5) == []


@pytest.mark.parametrize(
    "q",
    [
        *("'; drop table complaint; --", "\\", "'", "''", ":*", "a:*b", "!!", "& | !", "()", '"', '""', '"unclosed'),
        *("the and of", "🦷🦷", "§", "-", "--", "-word", "or", "or or or", "<b>bold</b>", "x" * 500, "漢字" * 200),
        *("a" + "'" * 300, " ", "\t\n", "#", "@" + "0" * 32, "rx1-", "%", "_", "a_b", "\u202e", "é" * 250, "' || '"),
    ],
)
async def test_odd_input_finds_nothing_or_something_and_never_fails(apart: Apart, body: Body, q: str) -> None:
    assert isinstance(await hits(apart.database, body, q), list)


def other_words(n: int) -> str:
    """Return twenty thousand characters of words of four bytes each that stand nowhere else."""
    return " ".join(f"{chr(0x20000 + each)}{chr(0x2A700 + n)}" for each in range(6_650))


async def test_more_words_than_one_row_can_hold_are_cut_and_no_act_fails_for_it(apart: Apart, standards: Body) -> None:
    body = standards
    long = " ".join(f"{chr(0x10000 + n)}{chr(0x10400 + n % 900)}" for n in range(33_000))[:100_000]
    here = await log(apart, body, narrative=long, summary="Cucumber")
    for n in range(4):
        await apart.say(body, here, CommandKind.ADD_NOTE, AddNote(words=f"note{n} " + long[:19_900]))
    assert await apart.deliver(body, here) == 4
    desk = Desk(apart=apart, body=body, complaint=here)
    for n in range(6):
        asked = request_said.RaiseRequest(
            kind="other", what=f"request{n} {other_words(n)}", to_person_id=body.person("auditor")
        )
        await desk.must(K.RAISE_REQUEST, asked)
        issue = casework_said.IssueSaid(summary=f"issue{n}", effect=other_words(n + 6), outcome_sought="Sorry")
        await desk.must(K.SET_ISSUES, casework_said.SetIssues(issues=(issue,)))
    for q in ("cucumber", "note3", " or ".join(f"request{n}" for n in range(6)), "issue0"):
        assert await found(apart.database, body, q) == [here], q


async def test_the_snippet_shows_the_words_around_what_was_looked_for(apart: Apart, body: Body) -> None:
    await log(apart, body, narrative="Nothing. " * 100 + "Then the kestrel came in by the window. " + "Nothing. " * 100)
    [hit] = await hits(apart.database, body, "kestrels")
    assert hit.snippet is not None and "kestrel came in" in hit.snippet
