"""KO41a and KO41b: every equality, counted a second time from the case tables, and every cell opened."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from activities.reporting import ko41_opening
from db.engine import Database
from db.queries.report_figures import NoFigure, opened
from reports.document import Cell
from tests.bodies import Body, make_body
from tests.reporting.ko41_read import (
    COLUMNS,
    NOW,
    PARTS,
    a_scope,
    all_rows,
    assert_alike,
    figure,
    part,
    returned,
    summary,
    tables,
    values,
)
from tests.reporting.ko41_worlds import FIRST, LAST, Told, random_world, write
from tests.reporting.recount import recount

Connection = psycopg.Connection[Any]


@pytest.mark.parametrize("kind", ["ko41a", "ko41b"])
@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("rules", [1, 2])
async def test_a_random_world_is_returned_as_its_case_tables_count_it(
    database: Database, migrator: Connection, body: Body, seed: int, kind: str, rules: int
) -> None:
    write(migrator, body, random_world(seed, 150))
    document = await returned(database, a_scope(body), kind, rules)
    counted = recount(migrator, body.id, FIRST, LAST, primary=kind == "ko41b", rules=rules)
    assert_alike(document, None, counted[None])
    assert counted[None].summary["resolved"] > 0 and counted[None].summary["brought"] > 0
    shown = {row.code for row in tables(document)["summary"].rows}
    alive = {site for site, each in counted.items() if site is not None and any(each.summary[c] for c in COLUMNS)}
    assert shown == {site or "none" for site in alive}
    for site in alive:
        assert_alike(document, site or "none", counted[site])
    assert figure(document, "broken") == 0
    assert figure(document, "_unfound") == counted[None].summary["unfound"]
    if rules > 1:
        assert figure(document, "_unfinished") == counted[None].summary["unfinished"]
        assert kind == "ko41b" or figure(document, "_unfinished") > 0
    assert figure(document, "_reopened") == counted[None].summary["reopened"]


@pytest.mark.parametrize("rules", [1, 2])
async def test_every_cell_opens_to_as_many_complaints_as_it_counted(
    database: Database, migrator: Connection, body: Body, rules: int
) -> None:
    write(migrator, body, random_world(7, 60))
    scope = a_scope(body)
    document = await returned(database, scope, rules=rules)
    cells = [cell for table in tables(document).values() for row in all_rows(table) for cell in row.cells]
    cells += [
        Cell(value=each.value, figure=each.code)
        for section in document.sections
        for each in section.figures
        if each.opens
    ]
    checked = 0
    async with database.tenant(body.id, NOW) as session:
        for cell in cells:
            if cell.figure is None or (not cell.value and checked % 3):
                continue
            code, by, value = opened(cell.figure)
            assert ko41_opening.is_ours(code)
            found = await ko41_opening.behind(session, scope, rules, code, by=by, value=value, limit=500)
            assert (cell.figure, len(found)) == (cell.figure, cell.value)
            assert len({each.complaint_id for each in found}) == len(found)
            checked += 1
    assert checked > 60


async def test_a_page_of_complaints_follows_the_one_before(
    database: Database, migrator: Connection, body: Body
) -> None:
    write(migrator, body, [Told(received_on=FIRST) for _ in range(5)])
    async with database.tenant(body.id, NOW) as session:
        first = await ko41_opening.behind(session, a_scope(body), 1, "ko41a_new", limit=3)
        rest = await ko41_opening.behind(session, a_scope(body), 1, "ko41a_new", after=first[-1].complaint_id, limit=3)
        assert len({each.complaint_id for each in (*first, *rest)}) == 5
        with pytest.raises(NoFigure):
            await ko41_opening.behind(session, a_scope(body), 1, "ko41a_new", by="hair", value="red")
        with pytest.raises(NoFigure):
            await ko41_opening.behind(session, a_scope(body), 1, "ko41a_old")


async def test_an_empty_organisation_returns_noughts_and_no_blank(database: Database, body: Body) -> None:
    document = await returned(database, a_scope(body))
    assert summary(document) == dict.fromkeys(COLUMNS, 0)
    for name in PARTS:
        assert set(part(document, name).values()) == {0}
    assert figure(document, "broken") == 0
    assert document.notes[0].startswith("Counted are written complaints")
    assert figure(document, "lists") == "ko41_2025, version 1, from 2022-04-01"


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        (Told(received_on=FIRST), {"new": 1, "carried": 1}),
        (Told(received_on=LAST), {"new": 1, "carried": 1}),
        (Told(received_on=LAST + timedelta(1)), {}),
        (Told(received_on=FIRST - timedelta(1)), {"brought": 1, "carried": 1}),
        (Told(received_on=FIRST - timedelta(9), responded_on=FIRST - timedelta(1), outcome="upheld"), {}),
        (
            Told(received_on=FIRST - timedelta(9), responded_on=FIRST, outcome="upheld"),
            {"brought": 1, "resolved": 1, "upheld": 1},
        ),
        (
            Told(received_on=FIRST, responded_on=LAST, stage="responded", outcome="partially_upheld"),
            {"new": 1, "resolved": 1, "partially_upheld": 1},
        ),
        (Told(received_on=FIRST, responded_on=LAST + timedelta(1), outcome="upheld"), {"new": 1, "carried": 1}),
        (
            Told(received_on=FIRST, responded_on=LAST, found=("upheld", "not_upheld")),
            {"new": 1, "resolved": 1, "partially_upheld": 1},
        ),
        (
            Told(received_on=FIRST, responded_on=LAST, found=("upheld", "resolved")),
            {"new": 1, "resolved": 1, "upheld": 1},
        ),
        (
            Told(received_on=FIRST, responded_on=LAST, outcome="upheld", procedure=("nhs-england-2009", 1)),
            {"new": 1, "resolved": 1, "upheld": 1},
        ),
        (
            Told(received_on=FIRST, stage="withdrawn", ended_on=LAST),
            {"new": 1, "resolved": 1, "not_upheld": 1, "unfound": 1},
        ),
        (
            Told(received_on=FIRST, stage="resolved", satisfied_on=FIRST),
            {"new": 1, "resolved": 1, "not_upheld": 1, "unfound": 1},
        ),
        (Told(received_on=FIRST, stage="exempt", ended_on=FIRST), {}),
        (Told(received_on=FIRST, stage="not_accepted", ended_on=FIRST), {}),
        (Told(received_on=FIRST, stage="transferred", ended_on=FIRST), {}),
        (Told(received_on=FIRST, stage="opened_in_error", ended_on=FIRST), {}),
        (Told(received_on=FIRST, matter="concern"), {}),
        (Told(received_on=FIRST, matter="contribution"), {"new": 1, "carried": 1}),
        (Told(received_on=FIRST, matter="contribution", stage="closed", ended_on=LAST), {}),
        (
            Told(received_on=FIRST, matter="contribution", stage="closed", ended_on=LAST, found=("not_upheld",)),
            {"new": 1, "resolved": 1, "not_upheld": 1},
        ),
        (Told(received_on=FIRST, reopened=True), {"reopened": 1}),
        (Told(received_on=FIRST, area="general_practice"), {}),
        (Told(received_on=FIRST, area=None, site="H81001"), {}),
        (Told(received_on=FIRST, area=None, site=None), {"new": 1, "carried": 1}),
    ],
)
async def test_each_kind_of_complaint_counts_as_its_rule_says(
    database: Database, migrator: Connection, body: Body, told: Told, expected: dict[str, int]
) -> None:
    write(migrator, body, [replace(told)])
    document = await returned(database, a_scope(body))
    found = summary(document) | {"unfound": figure(document, "_unfound"), "reopened": figure(document, "_reopened")}
    assert {code: count for code, count in found.items() if count} == expected
    assert figure(document, "broken") == 0


EARLY = Told(received_on=FIRST, stage="resolved", satisfied_on=FIRST)
GONE = Told(received_on=FIRST, stage="withdrawn", ended_on=LAST)
BEFORE = FIRST - timedelta(1)


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        (EARLY, {"new": 1, "resolved": 1, "not_upheld": 1, "unfound": 1}),
        (replace(EARLY, outcome="upheld"), {"new": 1, "resolved": 1, "upheld": 1}),
        (replace(EARLY, stage="withdrawn", ended_on=LAST), {"new": 1, "resolved": 1, "not_upheld": 1, "unfound": 1}),
        (GONE, {"unfinished": 1}),
        (replace(GONE, stage="ended_on_death"), {"unfinished": 1}),
        (replace(GONE, found=("upheld",)), {"new": 1, "resolved": 1, "upheld": 1}),
        (replace(GONE, responded_on=LAST, outcome="not_upheld"), {"new": 1, "resolved": 1, "not_upheld": 1}),
        # What was returned as new in an earlier period stays counted, so that it was carried into this one.
        (replace(GONE, received_on=BEFORE), {"brought": 1, "resolved": 1, "not_upheld": 1, "unfound": 1}),
        (replace(GONE, ended_on=LAST + timedelta(1)), {"new": 1, "carried": 1}),
        (replace(GONE, received_on=BEFORE, ended_on=BEFORE), {}),
        (replace(GONE, reopened=True), {"reopened": 1}),
        (replace(GONE, matter="concern"), {}),
        (replace(GONE, stage="closed"), {"new": 1, "resolved": 1, "not_upheld": 1, "unfound": 1}),
    ],
)
async def test_what_ended_without_a_finding_counts_as_the_second_rules_say(
    database: Database, migrator: Connection, body: Body, told: Told, expected: dict[str, int]
) -> None:
    write(migrator, body, [replace(told, id=uuid4())])
    document = await returned(database, a_scope(body), rules=2)
    beside = {code: figure(document, f"_{code}") for code in ("unfound", "unfinished", "reopened")}
    assert {code: count for code, count in (summary(document) | beside).items() if count} == expected
    assert figure(document, "broken") == 0
    said = document.notes[0].startswith("Complaints that were resolved, and of which nobody said")
    assert said is ("unfound" in expected)


async def test_what_is_not_coded_goes_to_the_lists_own_code_and_is_told(
    database: Database, migrator: Connection, body: Body
) -> None:
    bare = Told(received_on=FIRST, age_band=None, status=None, area=None, site=None, subjects=())
    old = Told(received_on=FIRST, age_band="age_old_list", subjects=(("clinical_treatment", None, "medical"),))
    write(migrator, body, [bare, old])
    document = await returned(database, a_scope(body))
    assert part(document, "age_band")["age_unknown"] == 2
    assert part(document, "complainant_status")["unknown"] == 1
    assert part(document, "service_area")["other"] == 1
    assert (part(document, "subject")["other"], part(document, "profession")["other"]) == (1, 1)
    assert sum(part(document, "clinical").values()) == 0
    told = {row.code: values(row) for row in tables(document)["uncoded"].rows}
    assert told == {
        "site": (1, 0),
        "age_band": (1, 1),
        "complainant_status": (1, 0),
        "service_area": (1, 0),
        "clinical": (1, 0),
        "subject": (1, 0),
        "profession": (1, 0),
    }
    assert figure(document, "broken") == 0


async def test_a_complaint_answered_before_it_came_breaks_the_return_and_it_says_so(
    database: Database, migrator: Connection, body: Body
) -> None:
    write(migrator, body, [Told(received_on=FIRST, responded_on=FIRST - timedelta(1), outcome="upheld")])
    document = await returned(database, a_scope(body))
    assert figure(document, "broken") == 2  # of the whole, and of its site
    assert document.notes[0] == (
        "This return does not hold: 2 of its equalities are broken. It is not to be submitted."
    )
    rows = {row.code: values(row) for row in tables(document)["equalities"].rows}
    assert rows["carried"] == (0, "equal to", 1, "broken", 1)
    assert rows["age_band"] == (1, "equal to", 1, "holds", 0)


async def test_more_sites_than_fit_a_page_go_on_in_further_tables(
    database: Database, migrator: Connection, body: Body
) -> None:
    write(migrator, body, [Told(received_on=FIRST, site=f"RA1{n:02}") for n in range(8)])
    document = await returned(database, a_scope(body))
    found = tables(document)
    assert [len(found[code].columns) for code in ("subject", "subject_2")] == [6, 3]
    assert part(document, "subject")["communications"] == 8
    assert part(document, "subject", "RA107")["communications"] == 1


async def test_another_organisation_sees_nothing_of_it(
    database: Database, migrator: Connection, body: Body, standards: Body
) -> None:
    write(migrator, body, [Told(received_on=FIRST)])
    async with database.tenant(standards.id, NOW) as session:
        assert await ko41_opening.behind(session, a_scope(standards), 1, "ko41a_new") == []
    assert summary(await returned(database, a_scope(standards)))["new"] == 0


async def test_a_practice_returns_by_its_code_and_nothing_is_in_both_returns(
    database: Database, migrator: Connection, dsns: Any
) -> None:
    body = make_body(dsns.migrator)
    several = [
        Told(received_on=FIRST, site="H81001", area=None),
        Told(received_on=FIRST, site="H81002", area="dental_practice"),
        Told(received_on=FIRST, site="RA101", area="inpatient"),
    ]
    write(migrator, body, several)
    secondary = await returned(database, a_scope(body), "ko41a")
    primary = await returned(database, a_scope(body), "ko41b")
    assert (summary(secondary)["new"], summary(primary)["new"]) == (1, 2)
    assert [row.code for row in tables(primary)["summary"].rows] == ["H81001", "H81002"]
    assert "clinical" not in tables(primary)
    assert list(part(primary, "service_area")) == [
        "general_practice",
        "dental_practice",
        "pharmacy",
        "optometry",
        "other",
    ]
