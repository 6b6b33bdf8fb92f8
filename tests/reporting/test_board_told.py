"""What the board is told one by one: each recommendation, what closed complaints came to, and version 1 as it was."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from activities.reporting.compiling import Asked, compile_report
from activities.reporting.keeping import keep, rebuild
from activities.reporting.titles import load_titles
from db.engine import Database
from policies.reporting.definition_files import definition, newest
from reports.document import Document
from runtime.database_roles import DatabaseDsns
from tests.bodies import Body, make_body
from tests.reporting.facts import NOW, Facts
from tests.reporting.quarter import FIRST, LAST, THEN, Quarter

BY_JUNE = datetime(2027, 7, 20, tzinfo=UTC)


@pytest.fixture
def body(dsns: DatabaseDsns) -> Body:
    return make_body(dsns.migrator)


async def compiled(database: Database, facts: Facts, known_until: datetime = NOW) -> Document:
    asked = Asked(kind="board", scope=facts.scope(FIRST, LAST, known_until))
    async with database.tenant(facts.organisation_id, NOW) as session:
        return (await compile_report(session, asked))[0]


def rows(document: Document, code: str) -> list[tuple[object, ...]]:
    table = next(each for part in document.sections for each in part.tables if each.code == code)
    return [(row.title, *(cell.value for cell in row.cells)) for row in table.rows]


def note(document: Document, code: str) -> str | None:
    return next(each.note for part in document.sections for each in part.tables if each.code == code)


async def test_each_recommendation_is_told_with_where_it_stands_on_the_last_day(database: Database, body: Body) -> None:
    facts = Facts(body.id)
    case = facts.case("2027-01-04")
    wrong = facts.case("2027-01-05", ended_on="2027-02-01", ended_as="opened_in_error")

    def item(made: str, target: str, state: str, code: str, **more: object) -> None:
        facts.item(case, "recommendation", made, state, due_on=target, code=code, second="phso", **more)

    item("2027-01-10", "2027-03-01", "told", "apology", done_on="2027-02-20", flag=True)  # before the period
    item("2027-01-11", "2027-04-30", "complied", "payment", done_on="2027-05-02", flag=False)
    item("2027-01-11", "2027-05-31", "told", "apology", done_on="2027-05-02", flag=True)
    item("2027-01-12", "2027-06-30", "open", "training")
    item("2027-01-12", "2027-07-01", "complied", "action", done_on="2027-07-01", flag=True)  # after its last day
    item("2027-01-13", "2027-08-01", "lifted", "other")
    item("2027-05-01", "2027-08-02", "lifted", "policy")
    item("2027-07-01", "2027-08-03", "open", "policy")  # made after the period
    item("2027-05-02", "2027-09-01", "open", "policy", known=BY_JUNE)  # learned of in July
    facts.item(wrong, "recommendation", "2027-05-02", "open", due_on="2027-06-01", code="policy")
    await facts.store(database)
    told = [
        ("A payment", "11 January 2027", "30 April 2027", "2 May 2027", "Complied with after its date"),
        ("An apology", "11 January 2027", "31 May 2027", "2 May 2027", "Complied with in time"),
        ("Training", "12 January 2027", "30 June 2027", None, "Open, and its date has passed"),
        ("An action", "12 January 2027", "1 July 2027", None, "Open"),
        ("A change of policy", "1 May 2027", "2 August 2027", None, "Lifted"),
    ]
    assert rows(await compiled(database, facts, BY_JUNE), "recommendations_each") == told
    later = ("A change of policy", "2 May 2027", "1 September 2027", None, "Open")
    assert rows(await compiled(database, facts), "recommendations_each") == [*told, later]


async def test_of_many_recommendations_those_are_told_whose_date_comes_first(database: Database, body: Body) -> None:
    facts = Facts(body.id)
    case = facts.case("2027-01-04")
    for number in range(51):
        day = f"2027-{5 + number // 28:02}-{1 + number % 28:02}"
        facts.item(case, "recommendation", "2027-04-10", "open", due_on=day, code="action")
    await facts.store(database)
    document = await compiled(database, facts)
    found = rows(document, "recommendations_each")
    assert (len(found), found[0][2], found[-1][2]) == (50, "1 May 2027", "22 June 2027")
    assert note(document, "recommendations_each") == newest("board").texts["more_recommendations"]


async def test_what_closed_complaints_were_about_stands_beside_what_came_of_them(
    database: Database, body: Body
) -> None:
    facts = Facts(body.id)
    closed = {"ended_on": "2027-05-10", "ended_as": "closed"}
    taught = facts.case("2027-03-01", themes=["attitude", "clinical"], outcome="upheld", **closed)
    facts.case("2027-03-02", themes=["attitude"], **closed)
    facts.case("2027-03-03", themes=["attitude"])
    facts.item(taught, "learning", "2027-05-02", "learned", code="attitude")
    facts.item(taught, "action", "2027-05-02", "open", code="learning", second="attitude", due_on="2027-06-30")
    await facts.store(database)
    document = await compiled(database, facts)
    by_theme = {title: cells for title, *cells in rows(document, "closed_by_theme")}
    assert sorted(by_theme.values(), reverse=True) == [[2, 1, 1, 1], [1, 1, 1, 1]]
    assert [cells for _, *cells in rows(document, "actions_by_theme")] == [[1, 0, 1, 1]]


async def test_an_organisation_without_any_says_so(database: Database, body: Body) -> None:
    document = await compiled(database, Facts(body.id))
    for code, text in (("recommendations_each", "no_recommendations"), ("public_learning", "no_learning")):
        assert (rows(document, code), note(document, code)) == ([], newest("board").texts[text])


async def test_a_report_of_the_first_version_is_still_the_same_bytes(database: Database, body: Body) -> None:
    quarter = Quarter(body.id)
    await quarter.facts.store(database)
    scope = quarter.facts.scope(FIRST, LAST, THEN)
    first = definition("board", 1)
    async with database.tenant(body.id, NOW) as session:
        titles = await load_titles(session, body.id, scope.last_on, first.version)
        document, _ = await compile_report(session, Asked(kind="board", scope=scope), titles)
        codes = {each.code for part in document.sections for each in part.tables}
        assert document.rules == 1 and codes.isdisjoint({"recommendations_each", "public_learning", "closed_by_theme"})
        report = await keep(session, Asked(kind="board", scope=scope), NOW)
        assert report.rules == newest("board").version == 2 and (await rebuild(session, report)).identical
