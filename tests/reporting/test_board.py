"""The report to the board of a little quarter: its figures, its tables, its charts, and that it is the same again."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from uuid import uuid4

import psycopg
import pytest

from activities.reporting.compiling import Asked, UnknownKind, compile_report
from activities.reporting.titles import Titles
from db.engine import Database
from db.queries.report_figures import FIGURES, behind, can_open, opened
from db.queries.report_groups import ways
from db.queries.report_scope import Scope
from policies.reporting.definition_files import newest
from reports.document import ChartKind, Document, Figure, Section, Table, canonical, read
from runtime.database_roles import DatabaseDsns
from tests.bodies import Body, make_body, plain
from tests.reporting.facts import NOW, Facts
from tests.reporting.quarter import EXPECTED, FIRST, LAST, THEN, Quarter


def a_division(dsns: DatabaseDsns, body: Body, name: str = "Medicine") -> object:
    division_id = uuid4()
    with psycopg.connect(plain(dsns.migrator), autocommit=True) as connection:
        connection.execute(
            "insert into unit (id, organisation_id, kind, code, name, active)"
            " values (%s, %s, 'division', 'med', %s, true)",
            (division_id, body.id, name),
        )
    return division_id


@pytest.fixture(scope="module")
async def quarter(dsns: DatabaseDsns, database: Database) -> Quarter:
    body = make_body(dsns.migrator)
    made = Quarter(body.id, a_division(dsns, body))  # type: ignore[arg-type]
    await made.facts.store(database)
    return made


@pytest.fixture(scope="module")
def scope(quarter: Quarter) -> Scope:
    return quarter.facts.scope(FIRST, LAST, THEN)


async def compiled(database: Database, scope: Scope, titles: Titles | None = None) -> tuple[Document, Titles]:
    async with database.tenant(scope.organisation_id, NOW) as session:
        return await compile_report(session, Asked(kind="board", scope=scope), titles)


@pytest.fixture(scope="module")
async def board(database: Database, scope: Scope) -> Document:
    return (await compiled(database, scope))[0]


def section(document: Document, code: str) -> Section:
    return next(each for each in document.sections if each.code == code)


def figure(document: Document, code: str) -> Figure:
    return next(each for section in document.sections for each in section.figures if each.code == code)


def table(document: Document, code: str) -> Table:
    return next(each for section in document.sections for each in section.tables if each.code == code)


def values(found: Table) -> dict[str, list[object]]:
    return {row.code: [cell.value for cell in row.cells] for row in found.rows}


def test_every_figure_that_a_definition_names_is_one_that_is_counted() -> None:
    board = newest("board")
    own = {"handlers", "caseload_median", "caseload_most"}
    own |= {"together_themes", "together_places", "complaint_staff", "staff_with_objectives", "staff_with_examples"}
    for part in board.sections:
        for rule in part.figures:
            assert {rule.counted, rule.of or rule.counted} - own <= set(FIGURES), rule.code
        for rows in part.tables:
            for column in rows.columns if rows.by else ():
                counted = column.counts or column.code
                assert rows.by in ways(FIGURES[counted].facts), (rows.code, column.code)


def test_each_plain_figure_is_what_was_counted_by_hand(board: Document) -> None:
    shown = [each for part in board.sections for each in part.figures if each.code in EXPECTED and not each.suppressed]
    assert len(shown) > 60
    assert {each.code: each.value for each in shown} == {each.code: EXPECTED[each.code] for each in shown}


@pytest.mark.parametrize(
    ("code", "value", "of"),
    [
        ("acknowledged_in_time", "50.0", 2),
        ("six_months_in_time", "0.0", 1),
        ("promises_kept_share", "75.0", 4),
        ("closed_with_learning_share", "66.7", 3),
        ("actions_in_time_share", "50.0", 2),
        ("candour_in_time_share", "100.0", 1),
        ("recommendations_in_time_share", "50.0", 2),
        ("answered_party_share", "87.5", 8),
    ],
)
def test_a_share_says_of_how_many_it_is(board: Document, code: str, value: str, of: int) -> None:
    assert (figure(board, code).value, figure(board, code).of) == (value, of)


def test_every_figure_says_which_text_asks_for_it(board: Document) -> None:
    assert [each.code for part in board.sections for each in part.figures if not each.basis] == []


def test_the_sections_stand_in_the_order_of_the_definition(board: Document) -> None:
    assert [each.code for each in board.sections] == [
        "received", "resolved", "closer_look", "closed", "learning", "actions", "ombudsman", "regulators", "timeliness",
        "promises", "escalations", "candour", "caseload", "feedback_staff", "feedback_party", "themes", "behaviour",
    ]  # fmt: skip


def test_months_without_a_complaint_are_shown_too(board: Document) -> None:
    assert values(table(board, "received_by_month")) == {"2027-04": [2], "2027-05": [2], "2027-06": [0]}
    assert [row.title for row in table(board, "received_by_month").rows] == ["April 2027", "May 2027", "June 2027"]


def test_a_division_is_shown_by_its_name_with_what_has_none_beside_it(board: Document, quarter: Quarter) -> None:
    found = table(board, "received_by_division")
    # Three are open and in no division: more of those are received than of the other.
    assert values(found) == {"none": [3, 2, 3], str(quarter.division_id): [1, 1, 0]}
    assert [row.title for row in found.rows] == ["Not recorded", "Medicine"]
    assert found.total is not None and [cell.value for cell in found.total.cells] == [4, 3, 3]


def test_how_long_cases_wait_is_told_in_the_order_of_time_and_of_none_too(board: Document) -> None:
    assert list(values(table(board, "open_by_waited")).items()) == [
        ("up_to_30", [1, 0]),
        ("up_to_60", [1, 1]),
        ("up_to_90", [0, 0]),
        ("up_to_180", [0, 0]),
        ("longer", [1, 1]),
    ]


def test_timeliness_is_told_for_each_clock_that_was_due_by_law_or_promised(board: Document) -> None:
    found = table(board, "timeliness_by_clock")
    assert values(found) == {
        "acknowledgement": [2, 1, 1, 1, 1, "50.0"],
        "next_update": [2, 1, 1, 1, 2, "50.0"],
        "candour_notice": [1, 1, 0, 0, 0, "100.0"],
        "relevant_period": [1, 0, 1, 0, 1, "0.0"],
        "response_period": [1, 1, 0, 0, 0, "100.0"],
    }
    assert found.total is not None and [cell.value for cell in found.total.cells] == [7, 4, 3, 2, 4, "57.1"]
    assert "drafting" not in values(found)


def test_themes_and_places_cross(board: Document) -> None:
    found = table(board, "themes_places")
    heads = [column.code for column in found.columns]
    # As many in the one as in the other: by what they are called, then.
    assert heads == ["none", "RX1.W4"]
    crossed = {(row.code, head): cell.value for row in found.rows for head, cell in zip(heads, row.cells, strict=True)}
    assert crossed == {
        ("clinical.delay", "RX1.W4"): 2, ("clinical.delay", "none"): 0, ("attitude", "RX1.W4"): 1,
        ("attitude", "none"): 0, ("none", "RX1.W4"): 0, ("none", "none"): 2,
    }  # fmt: skip


async def test_what_is_beyond_the_first_ten_themes_and_places_stands_together(
    database: Database, dsns: DatabaseDsns
) -> None:
    facts = Facts(make_body(dsns.migrator).id)
    for number in range(12):
        for _ in range(13 - number):
            facts.case("2027-04-05", themes=[f"theme_{number:02}"], place=f"RX1.W{number:02}")
    await facts.store(database)
    found = table((await compiled(database, facts.scope(FIRST, LAST)))[0], "themes_places")
    assert [row.code for row in found.rows] == [*(f"theme_{number:02}" for number in range(10)), "rest"]
    assert [column.code for column in found.columns] == [*(f"RX1.W{number:02}" for number in range(10)), "rest"]
    assert [cell.value for cell in found.rows[-1].cells] == [0] * 10 + [3 + 2]
    assert found.rows[-1].cells[0].figure is None
    assert sum(int(cell.value or 0) for row in found.rows for cell in row.cells) == sum(range(2, 14))


def test_fewer_than_five_handlers_are_not_spread_out(board: Document) -> None:
    assert figure(board, "handlers").value == 1
    for code in ("caseload_median", "caseload_most"):
        assert figure(board, code).suppressed and figure(board, code).value is None
    assert section(board, "caseload").tables == ()


async def test_the_cases_of_handlers_are_a_distribution_that_names_nobody(
    database: Database, dsns: DatabaseDsns
) -> None:
    facts = Facts(make_body(dsns.migrator).id)
    owners = [uuid4() for _ in range(5)]
    for owner, cases in zip(owners, (1, 2, 6, 11, 25), strict=True):
        for _ in range(cases):
            facts.case("2027-04-05", owner_id=owner)
    facts.case("2027-04-05", owner_id=owners[0], ended_on="2027-06-30", ended_as="closed")
    facts.case("2027-04-05")
    await facts.store(database)
    found = (await compiled(database, facts.scope(FIRST, LAST)))[0]
    assert values(table(found, "caseload_bands")) == {
        "up_to_5": [2], "up_to_10": [1], "up_to_15": [1], "up_to_20": [0], "more": [1],
    }  # fmt: skip
    shown = {each.code: each.value for each in section(found, "caseload").figures}
    assert shown == {"handlers": 5, "caseload_median": "6", "caseload_most": 25, "open_without_owner": 1}
    assert not [each for each in owners if str(each).encode() in canonical(found)]


def test_what_fewer_than_five_said_is_not_shown(board: Document) -> None:
    for code in ("answered_staff", "answered_staff_share", "declined_staff"):
        assert figure(board, code).suppressed
        assert (figure(board, code).value, figure(board, code).of) == (None, None)
    assert section(board, "feedback_staff").tables == ()
    found = table(board, "scores_party")
    assert values(found) == {"heard": [7, "2.6"], "told": [None, None]}
    assert [cell.suppressed for cell in found.rows[1].cells] == [True, True]
    assert not any(each.opens for each in section(board, "feedback_party").figures)


async def test_every_cell_that_opens_opens_to_as_many_as_it_says(
    database: Database, scope: Scope, board: Document
) -> None:
    cells = [
        cell
        for part in board.sections
        for each in part.tables
        for row in (*each.rows, *([each.total] if each.total else []))
        for column, cell in zip(each.columns, row.cells, strict=True)
        if cell.figure is not None and column.unit == "count"
    ]
    assert len(cells) > 80
    async with database.tenant(scope.organisation_id, NOW) as session:
        for cell in cells:
            code, by, value = opened(str(cell.figure))
            found = await behind(session, scope, code, by=by, value=value)
            assert sum(each.times for each in found) == cell.value, cell.figure


def test_every_figure_that_opens_can_be_opened_by_what_it_counts(board: Document) -> None:
    rules = {rule.code: rule.counted for part in newest("board").sections for rule in part.figures}
    shown = [each.code for part in board.sections for each in part.figures if each.opens]
    assert len(shown) > 60 and all(can_open(rules[code]) for code in shown)


async def test_a_report_is_the_same_bytes_again_and_whatever_the_order_in_which_facts_came(
    database: Database, dsns: DatabaseDsns, board: Document, scope: Scope
) -> None:
    again, _ = await compiled(database, scope)
    assert canonical(again) == canonical(board) == canonical(read(canonical(board)))
    found = []
    for backwards in (False, True):
        body = make_body(dsns.migrator)
        other = Quarter(body.id)
        await other.facts.store(database, backwards=backwards)
        document, _ = await compiled(database, other.facts.scope(FIRST, LAST, THEN))
        found.append(canonical(replace(document, organisation="", organisation_code="")))
    assert found[0] == found[1]


async def test_a_division_that_is_called_otherwise_later_changes_no_report_of_before(
    database: Database, dsns: DatabaseDsns
) -> None:
    body = make_body(dsns.migrator)
    made = Quarter(body.id, a_division(dsns, body))  # type: ignore[arg-type]
    await made.facts.store(database)
    scope = made.facts.scope(FIRST, LAST, THEN)
    before, titles = await compiled(database, scope)
    with psycopg.connect(plain(dsns.migrator), autocommit=True) as connection:
        connection.execute("update unit set name = 'Surgery' where organisation_id = %s", (body.id,))
        connection.execute("update organisation set name = 'Another Trust' where id = %s", (body.id,))
    rebuilt, _ = await compiled(database, scope, Titles.of_plain(titles.to_plain()))
    anew, _ = await compiled(database, scope)
    assert canonical(rebuilt) == canonical(before)
    assert b"Surgery" in canonical(anew) and b"Another Trust" in canonical(anew)


async def test_what_was_learned_since_changes_nothing_of_a_report_of_then(
    database: Database, dsns: DatabaseDsns
) -> None:
    made = Quarter(make_body(dsns.migrator).id)
    await made.facts.store(database)
    then, _ = await compiled(database, made.facts.scope(FIRST, LAST, THEN))
    more = Facts(made.facts.organisation_id)
    for _ in range(3):
        more.case("2027-05-01", known=THEN)
    await more.store(database)
    again, _ = await compiled(database, made.facts.scope(FIRST, LAST, THEN))
    now, _ = await compiled(database, made.facts.scope(FIRST, LAST, THEN + timedelta(seconds=1)))
    assert canonical(again) == canonical(then)
    assert figure(now, "received").value == 7


async def test_an_organisation_without_a_complaint_has_a_report_all_the_same(database: Database, body: Body) -> None:
    scope = Facts(body.id).scope(FIRST, LAST)
    found, _ = await compiled(database, scope)
    assert len(found.sections) == 17
    shown = [each for part in found.sections for each in part.figures]
    assert {each.value for each in shown} == {0, None}
    assert all(each.value is None for each in shown if each.of == 0)
    assert section(found, "behaviour").charts == ()
    assert read(canonical(found)) == found


async def test_charts_have_limits_from_twelve_whole_months_on_and_say_what_they_show(
    database: Database, dsns: DatabaseDsns
) -> None:
    facts = Facts(make_body(dsns.migrator).id)
    # January to December 2027: two a month, and fourteen in the last. The mean is 36 of 12, which is 3; the one range
    # of 12 in eleven is 12/11, and 2.66 of it 2.9: the limits are 0.1 and 5.9.
    for month in range(1, 13):
        for number in range(2 if month < 12 else 14):
            received = date(2027, month, 1 + number)
            answered = received + timedelta(days=10)
            facts.case(received.isoformat(), responded_on=answered.isoformat())
    await facts.store(database)
    found, _ = await compiled(database, facts.scope("2027-10-01", "2027-12-31"))
    chart = next(each for each in section(found, "behaviour").charts if each.code == "received_monthly_chart")
    assert chart.kind is ChartKind.XMR and chart.limits is not None
    assert (chart.limits.centre, chart.limits.lower, chart.limits.upper) == ("3.0", "0.1", "5.9")
    assert [each for each in chart.limits.signals if each[1] == "outside"] == [(11, "outside")]
    # The eleven before it lie below the mean that it lifts.
    assert "January 2027 to November 2027 (eight or more in a row on one side)" in chart.words
    assert "December 2027 (outside the limits)" in chart.words and "eight values in a row" in chart.words
    shown = table(found, "received_monthly")
    assert [row.code for row in shown.rows][:2] == ["2027-01", "2027-02"] and len(shown.rows) == 12
    # A year earlier by a month: eleven months are too few.
    less, _ = await compiled(database, facts.scope("2027-10-01", "2027-11-30"))
    short = next(each for each in section(less, "behaviour").charts if each.code == "received_monthly_chart")
    assert short.limits is None and "fewer than twelve" in short.words
    assert section(less, "behaviour").words


async def test_the_mean_and_the_limits_are_of_the_first_twelve_months_that_are_shown(
    database: Database, dsns: DatabaseDsns
) -> None:
    facts = Facts(make_body(dsns.migrator).id)
    # January to December 2026 two each month, then nine each in January 2027 and two again until September.
    for year, month in [*((2026, month) for month in range(1, 13)), *((2027, month) for month in range(1, 10))]:
        for number in range(9 if (year, month) == (2027, 1) else 2):
            facts.case(date(year, month, 1 + number).isoformat())
    await facts.store(database)
    found, _ = await compiled(database, facts.scope("2027-07-01", "2027-09-30"))
    chart = next(each for each in section(found, "behaviour").charts if each.code == "received_monthly_chart")
    assert chart.limits is not None
    assert (chart.limits.centre, chart.limits.lower, chart.limits.upper) == ("2.0", "2.0", "2.0")
    # By the mean of all twenty-one months all but one of them would lie in a row below it.
    assert chart.limits.signals == ((12, "outside"),)
    assert "the mean of the first twelve months" in chart.words


async def test_a_report_that_there_is_not_is_refused(database: Database, scope: Scope) -> None:
    async with database.tenant(scope.organisation_id, NOW) as session:
        with pytest.raises(UnknownKind):
            await compile_report(session, Asked(kind="gossip", scope=scope))


def test_a_code_that_nobody_called_anything_is_shown_as_it_is() -> None:
    titles = Titles(organisation="A", organisation_code="A", rules=1, held={"subject": {"care": "Care"}})
    assert titles.of("division", "x") == "x"
    assert titles.of("theme", "care.late") == "Care: late"
    assert titles.of("theme", "none") == "Not recorded"
    assert Titles.of_plain(titles.to_plain()) == titles
