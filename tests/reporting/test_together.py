"""Complaints beside what other sources counted, and who is trained: counted by hand, and the same again later."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

from activities.reporting.compiling import Asked, compile_report
from activities.reporting.keeping import keep, rebuild, with_since
from activities.reporting.projecting import catch_up
from db.engine import Database
from db.evidence import microseconds
from db.models.training import ObjectiveExample, RoleObjective, TrainingRecord
from db.queries import insight
from db.queries.insight import Batch
from db.queries.report_scope import Scope
from reports.document import Document, Section, Table
from runtime.database_roles import DatabaseDsns
from tests.bodies import Body, make_body, plain
from tests.reporting.facts import NOW, Facts

FIRST, LAST = "2027-04-01", "2027-06-30"
SENT = datetime(2028, 1, 10, 9, 0, tzinfo=UTC)
PERIODS = {"before": ("2027-01", "2027-02", "2027-03"), "now": ("2027-04", "2027-05", "2027-06")}


async def send(database: Database, body: Body, rows: list[tuple[Any, ...]], at: datetime = SENT) -> UUID:
    """Send rows of source, theme, place, month and number, as somebody of the body."""
    batch = Batch(id=uuid4(), organisation_id=body.id, said_by=body.person("complaints_manager"), said_at=at)
    made = [
        {
            "source": source,
            "theme": theme,
            "subject": theme.partition(".")[0],
            "place": place,
            "month": date.fromisoformat(f"{month}-01"),
            "unit": "score" if source == "staff_survey" else "count",
            "number": Decimal(str(number)),
        }
        for source, theme, place, month, number in rows
    ]
    async with database.tenant(body.id, at) as session:
        await insight.add(session, batch, made)
    return batch.id


def monthly(source: str, theme: str, place: str | None, before: Any, now: Any) -> list[tuple[Any, ...]]:
    """Say the same number in each month of the period before, and of the period."""
    numbers = {"before": before, "now": now}
    return [(source, theme, place, month, numbers[name]) for name, months in PERIODS.items() for month in months]


async def board(database: Database, scope: Scope) -> Document:
    async with database.tenant(scope.organisation_id, NOW) as session:
        return (await compile_report(session, Asked(kind="board", scope=scope)))[0]


def section(document: Document, code: str) -> Section | None:
    return next((each for each in document.sections if each.code == code), None)


def together(document: Document) -> tuple[dict[str, Any], dict[str, dict[str, list[Any]]], Section]:
    found = section(document, "together")
    assert found is not None
    return {each.code: each.value for each in found.figures}, {each.code: values(each) for each in found.tables}, found


def values(found: Table) -> dict[str, list[Any]]:
    return {row.code: [cell.value for cell in row.cells] for row in found.rows}


@pytest.fixture
async def year(database: Database, dsns: DatabaseDsns) -> tuple[Body, Scope]:
    """A quarter and the one before it: delays rise in three sources on one ward, food in one, attitude in none."""
    body = make_body(dsns.migrator)
    facts = Facts(body.id)
    for month, complaints in (("02", 2), ("05", 6)):
        for _ in range(complaints):
            facts.case(f"2027-{month}-10", themes=["clinical.delay", "clinical.harm"], place="RX1.W4")
    facts.case("2027-05-02", themes=["attitude"], place="RX1.W5")
    facts.case("2027-05-02", matter="compliment", themes=["attitude"], place="RX1.W5")
    facts.case("2027-05-02")
    await facts.store(database)
    rows = [
        *monthly("incident", "clinical.delay", "RX1.W4", 4, 6),
        *monthly("staff_survey", "clinical", None, "7.10", "6.90"),
        *monthly("claim", "food", "RX1.W4", 1, 2),
        *monthly("compliment", "attitude", "RX1.W5", 1, 9),
        ("feedback", "food", None, "2027-05", 40),
        ("other", "food", None, "2027-07", 99),
    ]
    await send(database, body, rows)
    return body, facts.scope(FIRST, LAST)


async def test_sources_stand_beside_complaints_by_theme_and_by_place_counted_by_hand(
    database: Database, year: tuple[Body, Scope]
) -> None:
    figures, tables, found = together(await board(database, year[1]))
    assert tables["together_by_theme"] == {
        # Complaints, incidents, claims, feedback, other, compliments, survey, and how many rise together.
        "clinical": [6, 18, 0, 0, 0, 0, "6.9", 3],
        "food": [0, 0, 6, 40, 0, 0, None, 0],
        "attitude": [1, 0, 0, 0, 0, 28, None, 0],
    }
    assert list(tables["together_by_theme"]) == ["clinical", "food", "attitude"]
    # At the ward claims rise, too: in themes these are another one.
    assert tables["together_by_place"] == {
        "RX1.W4": [6, 18, 6, 0, 0, 0, None, 3],
        "RX1.W5": [1, 0, 0, 0, 0, 28, None, 0],
    }
    assert tables["together_rising"] == {
        "theme/clinical/received": [2, 6], "theme/clinical/incident": [12, 18],
        "theme/clinical/staff_survey": ["7.1", "6.9"], "place/RX1.W4/received": [2, 6],
        "place/RX1.W4/incident": [12, 18], "place/RX1.W4/claim": [3, 6],
    }  # fmt: skip
    assert figures == {"together_themes": 1, "together_places": 1}
    opened = found.tables[0].rows[0].cells
    assert opened[0].figure == "received?subject=clinical" and opened[1].figure is None
    assert found.words[-1] == (
        "Compared with 1 January 2027 to 31 March 2027: complaints, incidents, claims, compliments, staff survey."
    )


async def test_a_period_that_is_not_of_whole_months_is_compared_with_nothing(
    database: Database, year: tuple[Body, Scope]
) -> None:
    scope = year[1].between(date(2027, 4, 1), date(2027, 6, 29))
    figures, tables, found = together(await board(database, scope))
    assert figures == {"together_themes": 0, "together_places": 0} and tables["together_rising"] == {}
    assert "whole months" in found.words[-1]


async def test_without_anything_sent_there_is_no_such_section_and_another_body_sees_none_of_it(
    database: Database, dsns: DatabaseDsns, year: tuple[Body, Scope]
) -> None:
    facts = Facts(make_body(dsns.migrator).id)
    facts.case("2027-05-10", themes=["clinical.delay"])
    await facts.store(database)
    assert section(await board(database, facts.scope(FIRST, LAST)), "together") is None


async def test_what_is_sent_again_replaces_and_stays_known_as_it_was_then(
    database: Database, year: tuple[Body, Scope]
) -> None:
    body, scope = year
    async with database.tenant(body.id, SENT) as session:
        asked = Asked(kind="board", scope=Scope(
            organisation_id=body.id, first_on=scope.first_on, last_on=scope.last_on, known_until=SENT + timedelta(1),
        ))  # fmt: skip
        report = await keep(session, asked, SENT + timedelta(1), person_id=None)
        kept = report.sha256
    # By a clock that is behind: it is known after the report all the same.
    again = [("incident", "clinical.delay", "RX1.W4", "2027-05", 1), ("incident", "food", None, "2027-05", 5)]
    batch = await send(database, body, again, at=SENT)
    async with database.tenant(body.id, NOW) as session:
        assert await insight.taken(session, batch) == insight.Taken(taken=2, replaced=1)
        rebuilt = await rebuild(session, report)
        assert rebuilt.identical and rebuilt.rebuilt_sha256 == kept
        beside = await with_since(session, report, NOW)
    found = section(beside, "together")
    assert found is not None
    cells = {row.code: [(cell.value, cell.since) for cell in row.cells] for row in found.tables[0].rows}
    assert cells["clinical"][1] == (18, 13)
    assert cells["food"][1] == (0, 5)
    _, tables, _ = together(await board(database, scope))
    assert tables["together_by_theme"]["clinical"][1] == 13


async def test_of_two_batches_of_one_instant_the_later_counts(database: Database, dsns: DatabaseDsns) -> None:
    body = make_body(dsns.migrator)
    for number in (3, 8, 5):
        await send(database, body, [("incident", "food", None, "2027-05", number)])
    _, tables, _ = together(await board(database, Facts(body.id).scope(FIRST, LAST)))
    assert tables["together_by_theme"]["food"][1] == 5


async def test_beyond_the_first_twenty_themes_the_rest_stands_together(database: Database, dsns: DatabaseDsns) -> None:
    body = make_body(dsns.migrator)
    rows = [("incident", f"theme_{n:02}", None, "2027-05", 50 - n) for n in range(23)]
    await send(database, body, rows)
    _, tables, _ = together(await board(database, Facts(body.id).scope(FIRST, LAST)))
    found = tables["together_by_theme"]
    assert len(found) == 21 and found["rest"][1] == 30 + 29 + 28


def training(body: Body, role: str, course: str, done_on: str, expires_on: str | None, **more: Any) -> TrainingRecord:
    return TrainingRecord(
        id=uuid4(),
        organisation_id=body.id,
        person_id=body.person(role),
        course=course,
        courses_version=1,
        done_on=date.fromisoformat(done_on),
        expires_on=None if expires_on is None else date.fromisoformat(expires_on),
        evidence="Seen",
        said_by=body.person("complaints_manager"),
        said_at=SENT,
        **{"known_us": microseconds(SENT), **more},
    )


def objective(body: Body, role: str, example_on: str | None) -> list[Any]:
    manager = body.person("complaints_manager")
    said: dict[str, Any] = {"said_by": manager, "said_at": SENT, "known_us": microseconds(SENT)}
    made: list[Any] = [
        RoleObjective(
            id=uuid4(), organisation_id=body.id, person_id=body.person(role), role=role, words="Listen",
            agreed_on=date(2026, 1, 5), **said,
        )
    ]  # fmt: skip
    if example_on is not None:
        made.append(
            ObjectiveExample(
                id=uuid4(), organisation_id=body.id, objective_id=made[0].id, on=date.fromisoformat(example_on),
                words="Listened", **said,
            )
        )  # fmt: skip
    return made


@pytest.fixture
async def trained(database: Database, dsns: DatabaseDsns) -> Body:
    """Seven people with appointments, five of whom work on complaints."""
    body = make_body(dsns.migrator)
    async with database.tenant(body.id, SENT) as session:
        await catch_up(session, body.id, SENT)
        for row in (
            training(body, "handler", "investigation", "2026-01-10", "2029-01-10"),
            training(body, "handler", "investigation", "2027-05-10", None),
            training(body, "investigator", "investigation", "2024-06-30", "2027-06-30"),
            training(body, "complaints_manager", "investigation", "2024-06-29", "2027-06-29"),
            training(body, "senior_leader", "investigation", "2027-07-01", None),
            training(body, "auditor", "investigation", "2027-01-01", None),
            training(body, "responsible_person", "candour", "2027-01-01", None, known_us=microseconds(NOW)),
            *objective(body, "handler", "2027-01-02"),
            *objective(body, "handler", "2027-02-02"),
            *objective(body, "investigator", "2026-06-29"),
            *objective(body, "operator", "2027-02-02"),
        ):
            session.add(row)
            await session.flush()
    return body


async def test_who_is_trained_is_a_share_of_those_who_work_on_complaints_and_names_nobody(
    database: Database, trained: Body
) -> None:
    document = await board(database, Facts(trained.id).scope(FIRST, LAST))
    found = section(document, "training")
    assert found is not None
    assert {each.code: (each.value, each.of) for each in found.figures} == {
        "complaint_staff": (5, None),
        "staff_with_objectives": (2, None),
        "staff_with_objectives_share": ("40.0", 5),
        "staff_with_examples": (1, None),
        "staff_with_examples_share": ("20.0", 5),
    }
    (table,) = found.tables
    assert values(table)["investigation"] == [2, "40.0"]
    assert {code: row for code, row in values(table).items() if code != "investigation"} == {
        code: [0, "0.0"]
        for code in (
            "candour",
            "challenging_conversations",
            "identifying_complaints",
            "just_culture",
            "supporting_staff",
        )
    }
    assert not any(each.opens for each in found.figures)


async def test_an_appointment_that_ends_late_changes_no_report_that_was_compiled(
    database: Database, dsns: DatabaseDsns, trained: Body
) -> None:
    asked = Asked(kind="board", scope=Facts(trained.id).scope(FIRST, LAST, SENT + timedelta(1)))
    async with database.tenant(trained.id, NOW) as session:
        report = await keep(session, asked, SENT + timedelta(1), person_id=None)
    with psycopg.connect(plain(dsns.migrator)) as connection:
        connection.execute(
            "update appointment set ends_on = '2027-06-29' where person_id = %s", (trained.person("senior_leader"),)
        )
    async with database.tenant(trained.id, NOW) as session:
        await catch_up(session, trained.id, NOW)
        assert (await rebuild(session, report)).identical
        await catch_up(session, trained.id, NOW)
    found = section(await board(database, Facts(trained.id).scope(FIRST, LAST)), "training")
    # Four are fewer than five: what some of them have is not shown.
    assert found is not None and found.tables == ()
    assert [(each.value, each.suppressed) for each in found.figures] == [(4, False)] + [(None, True)] * 4
