"""Whoever subtracts published quarters from a published year learns nothing that the fourth quarter hides."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from activities.reporting.compiling import Asked, compile_report
from activities.reporting.keeping import keep, rebuild
from activities.reporting.outside import tells
from activities.reporting.titles import load_titles
from db import report_states
from db.engine import Database
from db.models.report import Report
from db.queries import reports
from db.report_states import NotNow
from policies.reporting import definition_files
from reports.document import Document, read
from runtime.database_roles import DatabaseDsns
from tests.bodies import Body, make_body
from tests.reporting.facts import NOW, Facts

QUARTERS = (
    ("2027-04-01", "2027-06-30", 7),
    ("2027-07-01", "2027-09-30", 8),
    ("2027-10-01", "2027-12-31", 9),
    ("2028-01-01", "2028-03-31", 3),
)
YEAR = ("2027-04-01", "2028-03-31")
SUBJECT = "communications"
LATER = NOW + timedelta(hours=9)


async def a_year(database: Database, body: Body) -> Facts:
    """Write down twenty-seven complaints about one subject, three of them in the fourth quarter, and others."""
    facts = Facts(body.id)
    for first_on, _, number in QUARTERS:
        for place in range(number + 20):
            facts.case(first_on, themes=[SUBJECT] if place < number else ["appointments"])
    await facts.store(database)
    return facts


async def kept(database: Database, facts: Facts, kind: str, days: tuple[str, str], at: datetime) -> Report:
    scope = replace(facts.scope(*days), known_until=at)
    async with database.tenant(facts.organisation_id, at) as session:
        return await keep(session, Asked(kind=kind, scope=scope), at)


async def published(
    database: Database, body: Body, facts: Facts, kind: str, days: tuple[str, str], at: datetime
) -> Document:
    return await shown_to_all(database, body, await kept(database, facts, kind, days, at), at)


async def shown_to_all(database: Database, body: Body, report: Report, at: datetime) -> Document:
    async with database.tenant(body.id, at) as session:
        await reports.lock(session, body.id)
        held = await reports.find(session, report.id, held=True, whole=True)
        assert held is not None
        report_states.approve(held, body.person("responsible_person"), at)
        await report_states.publish(session, held, body.person("responsible_person"), at, tells)
        return read(held.document.encode())


def about(document: Document, subject: str = SUBJECT) -> object:
    """Return how many complaints a report shows about a subject; None where that is hidden."""
    table = next(each for part in document.sections for each in part.tables if each.code == "subjects")
    (cell,) = next(row.cells for row in table.rows if row.code == subject)
    assert cell.suppressed is (cell.value is None)
    return cell.value


async def test_a_year_hides_what_would_tell_the_quarter_that_is_hidden(dsns: DatabaseDsns, database: Database) -> None:
    body = make_body(dsns.migrator)
    facts = await a_year(database, body)
    before = await kept(database, facts, "annual", YEAR, NOW)
    for number, (first_on, last_on, count) in enumerate(QUARTERS[:3]):
        page = await published(database, body, facts, "public", (first_on, last_on), NOW + timedelta(hours=number))
        assert about(page) == count
    year = await kept(database, facts, "annual", YEAR, LATER)
    async with database.tenant(body.id, LATER) as session:
        shown = [read(found.document.encode()) for found in (before, year)]
        assert [about(each) for each in shown] == [27, None]
        assert [about(each, "appointments") for each in shown] == [80, 80]
        first = await load_titles(session, body.id, facts.scope(*YEAR).last_on, 1)
        asked = Asked(kind="annual", scope=replace(facts.scope(*YEAR), known_until=LATER))
        assert about((await compile_report(session, asked, first))[0]) == 27, "by the first rules as it was by them"
    fourth = await published(database, body, facts, "public", QUARTERS[3][:2], LATER)
    assert about(fourth) is None


async def test_a_report_is_rebuilt_by_what_was_published_then(dsns: DatabaseDsns, database: Database) -> None:
    body = make_body(dsns.migrator)
    facts = await a_year(database, body)
    before = await kept(database, facts, "annual", YEAR, NOW)
    await published(database, body, facts, "public", ("2027-04-01", "2027-12-31"), NOW)
    year = await kept(database, facts, "annual", YEAR, LATER)
    async with database.tenant(body.id, LATER + timedelta(hours=1)) as session:
        await reports.lock(session, body.id)
        (quarters,) = await reports.published_around(session, ("public",), date(2027, 4, 1), date(2028, 3, 31), LATER)
        await report_states.withdraw(session, quarters, None, LATER + timedelta(hours=1), "Wrong.")
        assert (about(read(before.document.encode())), about(read(year.document.encode()))) == (27, None)
        for each in (before, year):
            assert (await rebuild(session, each)).identical
    after = await kept(database, facts, "annual", YEAR, LATER + timedelta(hours=2))
    assert about(read(after.document.encode())) == 27, "nobody can read it there any more"


async def test_a_quarter_hides_what_would_tell_the_rest_of_a_published_year(
    dsns: DatabaseDsns, database: Database
) -> None:
    body = make_body(dsns.migrator)
    facts = await a_year(database, body)
    assert about(await published(database, body, facts, "annual", YEAR, NOW)) == 27
    at = [NOW + timedelta(hours=number) for number in (1, 2, 3)]
    found = [
        about(await published(database, body, facts, "public", days[:2], when))
        for days, when in zip(QUARTERS[:3], at, strict=True)
    ]
    assert found == [7, 8, None], "the third would tell the fourth"


async def test_what_was_compiled_before_others_were_published_is_not_published_where_it_would_tell(
    dsns: DatabaseDsns, database: Database
) -> None:
    body = make_body(dsns.migrator)
    facts = await a_year(database, body)
    before = await kept(database, facts, "annual", YEAR, NOW)
    first = await kept(database, facts, "annual", ("2027-04-01", "2027-09-30"), NOW)
    for number, (first_on, last_on, _) in enumerate(QUARTERS[:3], start=1):
        await published(database, body, facts, "public", (first_on, last_on), NOW + timedelta(hours=number))
    scope = replace(facts.scope(*YEAR), known_until=NOW)
    async with database.tenant(body.id, LATER) as session:  # compiled after them, of what was known before them
        late = await keep(session, Asked(kind="annual", scope=scope), LATER)
    for report in (before, late):
        assert about(read(report.document.encode())) == 27
        with pytest.raises(NotNow, match="report_tells"):
            await shown_to_all(database, body, report, LATER)
    # Half a year less its two quarters is nothing; and what is compiled now hides what would tell.
    assert about(await shown_to_all(database, body, first, LATER)) == 15
    async with database.tenant(body.id, LATER) as session:
        await reports.lock(session, body.id)
        held = await reports.find(session, first.id, held=True)
        assert held is not None
        await report_states.withdraw(session, held, None, LATER, "For the year.")
    assert about(await published(database, body, facts, "annual", YEAR, LATER + timedelta(hours=1))) is None


async def test_a_report_by_the_first_rules_is_not_published_where_it_would_tell(
    dsns: DatabaseDsns, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    body = make_body(dsns.migrator)
    facts = await a_year(database, body)
    with monkeypatch.context() as then:
        first = tuple(each for each in definition_files.load_definitions() if each.version == 1)
        then.setattr(definition_files, "load_definitions", lambda: first)
        year = await kept(database, facts, "annual", YEAR, NOW)
    assert year.rules == 1
    for number, (first_on, last_on, _) in enumerate(QUARTERS[:3], start=1):
        await published(database, body, facts, "public", (first_on, last_on), NOW + timedelta(hours=number))
    with pytest.raises(NotNow, match="report_tells"):
        await shown_to_all(database, body, year, LATER)


async def test_what_is_published_or_withdrawn_late_slips_under_no_report_that_was_compiled(
    dsns: DatabaseDsns, database: Database
) -> None:
    """Who publishes says when; another may have compiled since, and was first."""
    body = make_body(dsns.migrator)
    facts = await a_year(database, body)
    days = ("2027-04-01", "2027-12-31")
    quarters = await kept(database, facts, "public", days, NOW)
    before = await kept(database, facts, "annual", YEAR, NOW + timedelta(hours=2))
    await shown_to_all(database, body, quarters, NOW + timedelta(hours=1))
    between = await kept(database, facts, "annual", YEAR, NOW + timedelta(hours=4))
    async with database.tenant(body.id, LATER) as session:
        await reports.lock(session, body.id)
        held = await reports.find(session, quarters.id, held=True)
        assert held is not None
        await report_states.withdraw(session, held, None, NOW + timedelta(hours=3), "Wrong.")
        assert [about(read(each.document.encode())) for each in (before, between)] == [27, None]
        for each in (before, between):
            assert (await rebuild(session, each)).identical


async def test_six_months_that_hide_one_each_are_not_told_by_the_six_of_the_half_year(
    dsns: DatabaseDsns, database: Database
) -> None:
    body = make_body(dsns.migrator)
    facts = Facts(body.id)
    months = [(date(2027, month, 1), date(2027, month + 1, 1) - timedelta(1)) for month in range(4, 10)]
    for first_on, _ in months:
        for place in range(21):
            facts.case(first_on.isoformat(), themes=[SUBJECT if place == 0 else "appointments"])
    await facts.store(database)
    for number, (first_on, last_on) in enumerate(months):
        days = (first_on.isoformat(), last_on.isoformat())
        assert about(await published(database, body, facts, "public", days, NOW + timedelta(hours=number))) is None
    half = read((await kept(database, facts, "annual", ("2027-04-01", "2027-09-30"), LATER)).document.encode())
    assert (about(half), about(half, "appointments")) == (None, 120)
