"""The return of complaints that were led by acts: their chains, folded, and the case tables come to the same."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import psycopg
import pytest

from activities.reporting import ko41
from activities.reporting.titles import load_titles
from contracts.commands import CommandKind
from db import eligibility_said as say
from db.casework_said import SetIssues
from db.engine import Database, SweeperDatabase
from db.office_said import CodingCorrected
from db.queries.report_scope import Scope
from runtime.database_roles import DatabaseDsns
from tests.activities import reported
from tests.activities.drafted import an_apart
from tests.activities.found import a_case, a_finding, issues_of
from tests.activities.office_desk import Desk, a_desk
from tests.activities.test_imports import Desk as MovingIn
from tests.apart import MORNING
from tests.bodies import Body, make_body
from tests.closer_look import resolved
from tests.moving import many
from tests.reporting.ko41_read import assert_alike, figure, summary
from tests.reporting.ko41_worlds import FIRST, LAST
from tests.reporting.recount import recount

NEXT = (date(2028, 4, 1), date(2029, 3, 31))
KNOWN = datetime(2028, 6, 1, tzinfo=UTC)


async def led(dsns: DatabaseDsns, database: Database, sweeper: SweeperDatabase, body: Body) -> Desk:
    """Lead complaints to several ends: answered in April, withdrawn, resolved early, not accepted, open and bare."""
    apart = an_apart(dsns, database, sweeper)
    await (await a_desk(apart, body)).withdraw()
    early = await a_desk(apart, body)
    await early.must(CommandKind.SET_CODING, say.SetCoding(site="TAK02", age_band="age_0_5"))
    await early.acknowledge(MORNING.date())
    await early.must(CommandKind.RESOLVE, resolved(MORNING.date()))
    excluded = await a_desk(apart, body)
    reasons = "We answered the same in 2026."
    what = say.Exclude(code="investigated_before", reasons=reasons, decided_on=MORNING.date())
    await excluded.must(CommandKind.EXCLUDE, what, "complaints_manager")
    await a_desk(apart, body)
    desk = await reported.a_whole_life(apart, body)
    await reported.catch_up(desk)
    return desk


@pytest.mark.parametrize(("rules", "returned"), [(1, (4, 2, 2, 2)), (2, (3, 1, 1, 2))])
async def test_chains_and_case_tables_come_to_the_same_return(
    dsns: DatabaseDsns,
    database: Database,
    sweeper: SweeperDatabase,
    migrator: psycopg.Connection[Any],
    standards: Body,
    rules: int,
    returned: tuple[int, ...],
) -> None:
    await led(dsns, database, sweeper, standards)
    found: dict[date, dict[str, Any]] = {}
    for first, last in ((FIRST, LAST), NEXT):
        scope = Scope(organisation_id=standards.id, first_on=first, last_on=last, known_until=KNOWN)
        async with database.tenant(standards.id, KNOWN) as session:
            document = await ko41.build_ko41a(session, scope, await load_titles(session, standards.id, last, rules))
        counted = recount(migrator, standards.id, first, last, rules=rules)
        for site in counted:
            if site is None or any(counted[site].summary[name] for name in ("brought", "new", "resolved", "carried")):
                assert_alike(document, site if site is None else site or "none", counted[site])
        assert figure(document, "broken") == 0
        found[first] = summary(document) | {"unfound": figure(document, "_unfound")}
    year, following = found.values()
    assert (year["new"], year["resolved"], year["unfound"], year["carried"]) == returned
    assert (following["brought"], following["resolved"], following["unfound"], following["carried"]) == (2, 1, 0, 1)


async def test_somebody_says_what_was_resolved_early_and_the_return_has_it(
    dsns: DatabaseDsns, database: Database, sweeper: SweeperDatabase, standards: Body
) -> None:
    apart = an_apart(dsns, database, sweeper)
    withdrawn = await a_desk(apart, standards)
    await withdrawn.withdraw()
    early = await a_desk(apart, standards)
    await early.must(CommandKind.SET_CODING, say.SetCoding(site="TAK02", age_band="age_0_5"))
    await early.acknowledge(MORNING.date())
    upheld = CodingCorrected(outcome="upheld")
    assert await early.correct(upheld) == "contradicts_record", "it may still be looked into"
    await early.must(CommandKind.RESOLVE, resolved(MORNING.date()))
    assert await withdrawn.correct(upheld) == "contradicts_record", "nobody looked into it"
    assert await counted(database, early) == {"new": 1, "resolved": 1, "not_upheld": 1}
    assert await early.correct(upheld) is None
    assert await counted(database, early) == {"new": 1, "resolved": 1, "upheld": 1}
    assert await early.correct(CodingCorrected(outcome="partially_upheld")) is None
    assert await counted(database, early) == {"new": 1, "resolved": 1, "partially_upheld": 1}


async def test_what_was_found_on_an_issue_that_was_taken_back_is_no_finding_of_the_complaint(
    dsns: DatabaseDsns, database: Database, sweeper: SweeperDatabase, migrator: psycopg.Connection[Any], standards: Body
) -> None:
    desk = await a_case(an_apart(dsns, database, sweeper), standards)
    first = issues_of(desk)[0]
    await desk.must(CommandKind.RECORD_FINDING, a_finding(first), "investigator")
    await desk.must(CommandKind.SET_ISSUES, SetIssues(taken_back=(first,)))
    await desk.must(CommandKind.RESOLVE, resolved(MORNING.date()))
    assert await counted(database, desk) == {"new": 1, "resolved": 1, "not_upheld": 1}
    again = recount(migrator, standards.id, FIRST, LAST, rules=2)[None].summary
    assert (again["not_upheld"], again["unfound"], again["upheld"]) == (1, 1, 0)
    assert await desk.correct(CodingCorrected(outcome="partially_upheld")) is None, "nothing else is going to say it"
    assert await counted(database, desk) == {"new": 1, "resolved": 1, "partially_upheld": 1}


async def test_what_came_from_another_system_is_returned_as_its_case_tables_count_it(
    dsns: DatabaseDsns, database: Database, sweeper: SweeperDatabase, migrator: psycopg.Connection[Any]
) -> None:
    moving = MovingIn(apart=an_apart(dsns, database, sweeper), body=make_body(dsns.migrator))
    (first, *_) = await moving.move_in(*many(24, MORNING.date()))
    await reported.catch_up(Desk(apart=moving.apart, body=moving.body, complaint=first))
    for days in ((date(2026, 4, 1), date(2027, 3, 31)), (FIRST, LAST)):
        scope = Scope(organisation_id=moving.body.id, first_on=days[0], last_on=days[1], known_until=KNOWN)
        async with database.tenant(moving.body.id, KNOWN) as session:
            titles = await load_titles(session, moving.body.id, days[1], 2)
            document = await ko41.build_ko41a(session, scope, titles)
        again = recount(migrator, moving.body.id, *days, rules=2)[None]
        assert_alike(document, None, again)
        assert again.summary["new"] > 0 and again.summary["unfinished"] == figure(document, "_unfinished") > 0


async def counted(database: Database, desk: Desk) -> dict[str, Any]:
    """Return what the summary of a return counts by now, by the second rules."""
    await reported.catch_up(desk)
    scope = Scope(organisation_id=desk.body.id, first_on=FIRST, last_on=LAST, known_until=KNOWN)
    async with database.tenant(desk.body.id, KNOWN) as session:
        titles = await load_titles(session, desk.body.id, LAST, 2)
        document = await ko41.build_ko41a(session, scope, titles)
    return {column: count for column, count in summary(document).items() if count}
