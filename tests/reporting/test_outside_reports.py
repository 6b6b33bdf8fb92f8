"""What goes outside: each number counted by hand, nothing small, nobody to be known, the same bytes again."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from activities.reporting.compiling import Asked, compile_report
from activities.reporting.outside import well_founded
from activities.reporting.suppressing import suppressed
from activities.reporting.titles import Titles
from db.engine import Database
from db.queries.governance_counts import catch_up
from db.queries.report_figures import behind
from db.queries.report_learning import Decided
from policies.reporting.definition_files import newest, parse_definition
from reports.document import Cell, Column, Document, Figure, Row, Section, Table, Unit, canonical
from runtime.database_roles import DatabaseDsns
from tests.bodies import make_body, plain
from tests.reporting.facts import NOW, Facts
from tests.reporting.outside_year import FIRST, LAST, SECRET, THEN, WORDS, Year
from tests.reporting.quarter import FIRST as QUARTER_FIRST
from tests.reporting.quarter import LAST as QUARTER_LAST
from tests.reporting.quarter import Quarter


@pytest.fixture(scope="module")
async def year(dsns: DatabaseDsns, database: Database) -> Year:
    """The year, beside that of another body, which no report of this one counts."""
    for each in (made := [Year(make_body(dsns.migrator)) for _ in range(2)]):
        await each.store(database, dsns.migrator)
    return made[0]


async def compiled(database: Database, year: Year, kind: str, titles: Titles | None = None) -> Document:
    scope = year.facts.scope(FIRST, LAST, THEN)
    async with database.tenant(scope.organisation_id, NOW) as session:
        return (await compile_report(session, Asked(kind=kind, scope=scope), titles))[0]


def figure(document: Document, code: str) -> Figure:
    return next(each for section in document.sections for each in section.figures if each.code == code)


def values(document: Document, *codes: str) -> dict[str, Any]:
    found = {code: figure(document, code) for code in codes}
    return {code: "hidden" if each.suppressed else each.value for code, each in found.items()}


def table(document: Document, code: str) -> dict[str, tuple[Any, ...]]:
    found = next(each for section in document.sections for each in section.tables if each.code == code)
    rows = (*found.rows, found.total) if found.total is not None else found.rows
    return {row.code: tuple("hidden" if cell.suppressed else cell.value for cell in row.cells) for row in rows}


async def test_the_annual_report_has_what_regulation_18_demands(database: Database, year: Year) -> None:
    report = await compiled(database, year, "annual")
    assert values(report, "received", "decided", "well_founded", "not_well_founded", "not_found", "ombudsman") == {
        "received": 48, "decided": 30, "well_founded": 15, "not_well_founded": 9, "not_found": 6, "ombudsman": 2,
    }  # fmt: skip
    # Three were upheld in part: with how many were upheld beside it, what is well-founded would give them away.
    assert "decided_by_outcome" not in canonical(report).decode()
    regulator = await compiled(database, year, "reg17")
    assert table(regulator, "decided_by_outcome") == {
        "upheld": (12,), "not_upheld": (9,), "none": (6,), "partially_upheld": (3,), "total": (30,),
    }  # fmt: skip
    assert table(report, "subjects") == {"communications": (48,), "appointments": (8,)}
    assert table(report, "services") == {"inpatient": ("hidden",), "maternity": ("hidden",), "total": (48,)}
    assert figure(report, "ombudsman").basis == "SI 2009/309 reg 18(1)(c)"
    assert report.known_until == THEN


@pytest.mark.parametrize(
    ("procedure", "version", "outcome", "found", "counted"),
    [
        ("nhs-england-2009", 2, "upheld", (), "well_founded"),
        ("nhs-england-2009", 2, "partially_upheld", (), "well_founded"),
        ("nhs-england-2009", 2, "not_upheld", (), "not_well_founded"),
        ("lgsco-code", 1, "partially_upheld", (), "well_founded"),
        ("spso-model", 1, "not_upheld", (), "not_well_founded"),
        ("nhs-england-2009", 2, None, (), "not_found"),
        # Nothing was said of the whole: the findings say it.
        ("nhs-england-2009", 2, None, ("upheld", "not_upheld"), "well_founded"),
        ("nhs-england-2009", 2, "in other words", ("not_upheld",), "not_well_founded"),
        # The first version of the procedure maps no outcomes: what was found is called what it is.
        ("nhs-england-2009", 1, "in other words", ("partially_upheld",), "well_founded"),
        ("nhs-england-2009", 1, None, ("not_upheld",), "not_well_founded"),
        ("nhs-england-2009", 1, "partially_upheld", (), "well_founded"),
        ("nhs-england-2009", 1, "resolved", (), "not_found"),
    ],
)
def test_well_founded_is_what_the_procedure_says_it_is(
    procedure: str, version: int, outcome: str | None, found: tuple[str, ...], counted: str
) -> None:
    decided = Decided(procedure=procedure, version=version, outcome=outcome, found=found, count=7)
    counts = well_founded(newest("annual"), [decided])
    assert counts == {"well_founded": 0, "not_well_founded": 0, "not_found": 0, counted: 7}


async def test_a_subject_opens_to_the_complaints_that_have_it_once_each(database: Database, year: Year) -> None:
    scope = year.facts.scope(FIRST, LAST, THEN)
    async with database.tenant(scope.organisation_id, NOW) as session:
        found = await behind(session, scope, "received", by="subject", value="communications", limit=100)
    assert [each.times for each in found] == [1] * 48


async def test_only_learning_that_is_approved_as_it_stands_is_told(database: Database, year: Year) -> None:
    for kind in ("annual", "public", "reg17", "board"):
        report = await compiled(database, year, kind)
        assert list(table(report, "public_learning").values()) == [(WORDS,)], kind


async def test_what_is_late_for_two_is_not_shown_by_its_share(database: Database, year: Year) -> None:
    report = await compiled(database, year, "public")
    assert values(report, "acknowledgements_due", "acknowledgements_met", "acknowledged_in_time") == {
        "acknowledgements_due": 48, "acknowledgements_met": "hidden", "acknowledged_in_time": "hidden",
    }  # fmt: skip
    assert figure(report, "acknowledged_in_time").of is None
    regulator = await compiled(database, year, "reg17")
    assert values(regulator, "acknowledged_in_time") == {"acknowledged_in_time": "95.8"}


async def test_what_fewer_than_five_said_is_nowhere(database: Database, year: Year) -> None:
    for kind in ("annual", "public", "oversight", "reg17"):
        report = await compiled(database, year, kind)
        assert values(report, "asked_party", "answered_party", "answered_party_share") == {
            "asked_party": 20, "answered_party": 9, "answered_party_share": "45.0",
        }  # fmt: skip
        assert table(report, "scores_party") == {"heard": (9, "3"), "told": ("hidden", "hidden")}, kind
        if kind != "annual":
            assert values(report, "answered_staff", "answered_staff_share") == {
                "answered_staff": "hidden", "answered_staff_share": "hidden",
            }  # fmt: skip
            assert not [each for section in report.sections for each in section.tables if each.code == "scores_staff"]


async def test_nobody_can_be_known_from_what_goes_outside(database: Database, year: Year, dsns: DatabaseDsns) -> None:
    with psycopg.connect(plain(dsns.migrator)) as connection:
        people = [
            row[0] for row in connection.execute("select name from person where organisation_id = %s", [year.body.id])
        ]
        references = [
            row[0]
            for row in connection.execute("select reference from complaint where organisation_id = %s", [year.body.id])
        ]
    ids = [
        str(each) for each in (*year.facts.received, *year.body.people.values(), *(item for _, item in year.learning))
    ]
    for kind in ("annual", "public", "oversight"):
        said = canonical(await compiled(database, year, kind)).decode()
        found = [each for each in (*people, *references, *ids, SECRET) if each.lower() in said.lower()]
        assert not found, (kind, found)
        assert not re.search(r"[0-9a-f]{8}-[0-9a-f]{4}", said), kind
    assert WORDS not in canonical(await compiled(database, year, "oversight")).decode()


async def test_the_regulator_sees_which_meetings_there_were_as_was_known_then(
    database: Database, year: Year, dsns: DatabaseDsns
) -> None:
    assert next(each for each in (await compiled(database, year, "reg17")).sections[0].tables).note is not None
    series, who, body = uuid4(), year.body.person("complaints_manager"), year.body.id
    before, after = datetime(2028, 2, 1, tzinfo=UTC), datetime(2028, 2, 25, tzinfo=UTC)
    with psycopg.connect(plain(dsns.migrator)) as connection:
        connection.execute(
            "insert into governance_series (id, organisation_id, kind, rhythm, anchor_on, hour, state, changed_at,"
            " set_up_by) values (%s, %s, 'panel', 'monthly', '2027-04-01', 9, 'active', %s, %s)",
            (series, body, before, who),
        )
        held = [
            (before, "done", before, False), (before, "done", after, True), (before, "open", None, False),
            (before, "abandoned", before, False), (after, "open", None, False),
        ]  # fmt: skip
        for number, (begun, state, ended, late) in enumerate(held, start=1):
            connection.execute(
                "insert into governance (id, organisation_id, series_id, kind, rules, number, first_on, last_on,"
                " nominal_on, begun_on, begun_at, late, state, ended_at, changed_at) values (%s, %s, %s, 'panel', 1,"
                " %s, '2027-04-01', '2028-03-31', '2028-02-01', '2028-02-01', %s, %s, %s, %s, %s)",
                (uuid4(), body, series, number, begun, late, state, ended, begun),
            )
    async with database.tenant(body, NOW) as session:
        await catch_up(session, body, 0)
    report = await compiled(database, year, "reg17")
    assert table(report, "governance") == {"panel": (4, 1, 1, 1)}
    assert report.sections[0].tables[0].rows[0].title == "Complaints panels"


@pytest.mark.parametrize("kind", ["annual", "public", "oversight"])
async def test_no_count_from_one_to_four_is_shown_but_what_the_law_demands(
    database: Database, year: Year, kind: str
) -> None:
    report = await compiled(database, year, kind)
    demanded = newest(kind).codes.get("always_shown", ())
    for section in report.sections:
        for each in section.figures:
            small = each.unit is Unit.COUNT and each.value in (1, 2, 3, 4)
            assert not small or each.code in demanded, each.code
            assert each.of not in (1, 2, 3, 4), each.code
        for rows in section.tables:
            for row in rows.rows:
                counted = zip(rows.columns, row.cells, strict=True)
                assert not [
                    cell for column, cell in counted if column.unit is Unit.COUNT and cell.value in (1, 2, 3, 4)
                ]


@pytest.mark.parametrize("kind", ["annual", "public", "oversight"])
async def test_taking_small_numbers_out_again_changes_nothing(database: Database, year: Year, kind: str) -> None:
    report = await compiled(database, year, kind)
    assert suppressed(report, newest(kind)) == report


@pytest.mark.parametrize("kind", ["annual", "public", "oversight", "reg17"])
async def test_a_report_is_the_same_to_the_byte_with_the_titles_it_was_written_with(
    database: Database, year: Year, kind: str
) -> None:
    scope = year.facts.scope(FIRST, LAST, THEN)
    async with database.tenant(scope.organisation_id, NOW) as session:
        first, titles = await compile_report(session, Asked(kind=kind, scope=scope))
    again = await compiled(database, year, kind, Titles.of_plain(titles.to_plain()))
    assert canonical(again) == canonical(first)


@pytest.mark.parametrize("kind", ["annual", "public", "oversight", "reg17"])
async def test_a_body_without_complaints_has_a_report_of_nothing(
    database: Database, dsns: DatabaseDsns, kind: str
) -> None:
    scope = Facts(make_body(dsns.migrator).id).scope(FIRST, LAST, THEN)
    async with database.tenant(scope.organisation_id, NOW) as session:
        report, _ = await compile_report(session, Asked(kind=kind, scope=scope))
    assert values(report, "received", "well_founded") == {"received": 0, "well_founded": 0}
    assert not [each for section in report.sections for each in section.figures if each.suppressed]


async def test_every_figure_of_a_little_quarter_is_small_and_none_is_shown(
    database: Database, dsns: DatabaseDsns
) -> None:
    quarter = Quarter(make_body(dsns.migrator).id)
    await quarter.facts.store(database)
    scope = quarter.facts.scope(QUARTER_FIRST, QUARTER_LAST, NOW)
    async with database.tenant(scope.organisation_id, NOW) as session:
        report, _ = await compile_report(session, Asked(kind="public", scope=scope))
    shown = [each for section in report.sections for each in section.figures if each.value not in (None, 0, "0.0")]
    assert not [each for each in shown if each.unit is Unit.COUNT and int(each.value or 0) < 5]
    assert not [each for each in shown if each.unit in (Unit.DAYS, Unit.SCORE)]


async def test_a_chart_says_nothing_of_what_its_table_does_not_show(database: Database, year: Year) -> None:
    report = await compiled(database, year, "annual")
    chart = next(each for section in report.sections for each in section.charts if each.table == "subjects")
    assert chart.words == "2 bars. The most is 48 (Communications), the least 8 (Appointments)."


def test_a_share_without_its_counts_beside_it_is_refused() -> None:
    rules = parse_definition(
        "x.v1.toml",
        """
        kind = "x"
        version = 1
        title = "x"
        basis = "for a test"
        certainty = "unverified"
        [[sections]]
        code = "x"
        title = "x"
        tables = [{ code = "t", title = "t", head = "t", columns = [
            { code = "met", title = "Met" },
            { code = "share", title = "Share", unit = "percent", counts = "met", of = "due" },
        ] }]
        """,
    )
    columns = (Column(code="met", title="Met"), Column(code="share", title="Share", unit=Unit.PERCENT))
    row = Row(code="r", title="r", cells=(Cell(value=9), Cell(value="90.0")))
    tables = (Table(code="t", title="t", head="t", columns=columns, rows=(row,)),)
    document = a_document(sections=(Section(code="x", title="x", tables=tables),))
    with pytest.raises(ValueError, match="not beside it"):
        suppressed(document, rules)


def a_document(sections: tuple[Section, ...]) -> Document:
    """Return a document of nothing in particular."""
    return Document(
        kind="x",
        rules=1,
        title="x",
        organisation="X",
        organisation_code="X",
        first_on=NOW.date(),
        last_on=NOW.date(),
        known_until=NOW,
        sections=sections,
    )
