"""The annual report and the public page are about the same days: whoever lays one beside the other learns no more."""

from __future__ import annotations

from activities.reporting.compiling import Asked, compile_report
from db.engine import Database
from policies.reporting.definition_files import TableRule, definition, load_definitions
from reports.document import Document
from runtime.database_roles import DatabaseDsns
from tests.bodies import make_body
from tests.reporting.facts import NOW, Facts

FOUND = {"upheld": 3, "not_upheld": 2, None: 15}


async def test_what_one_of_them_must_tell_gives_nothing_away_in_the_other(
    dsns: DatabaseDsns, database: Database
) -> None:
    """The annual report has to say that three were well-founded; of twenty; so the page may not say that 15 were not.

    By itself it could: three and two are both hidden there, and could be one and four.
    """
    body = make_body(dsns.migrator)
    facts = Facts(body.id)
    for outcome, number in FOUND.items():
        for _ in range(number):
            answered_on = None if outcome is None else "2027-06-01"
            facts.case("2027-05-04", ended_on="2027-06-10", ended_as="closed", outcome=outcome,
                       responded_on=answered_on, themes=["communications"])  # fmt: skip
    await facts.store(database)
    told: dict[str, set[object]] = {}
    for kind in ("annual", "public"):
        asked = Asked(kind=kind, scope=facts.scope("2027-04-01", "2028-03-31"))
        async with database.tenant(body.id, NOW) as session:
            document, _ = await compile_report(session, asked)
        for code, value in _shown(document).items():
            told.setdefault(code, set()).add(value)
    assert (told["decided"], told["well_founded"]) == ({20}, {3})
    assert "not_well_founded" not in told
    assert "not_found" not in told, "twenty less three less fifteen are two"
    assert "well_founded_share" not in told


def test_tables_of_one_code_count_the_same_in_reports_that_lie_beside_each_other() -> None:
    for one in load_definitions():
        for beside in one.beside:
            other = definition(beside.kind, beside.version)
            assert (one.kind, one.version) in [(each.kind, each.version) for each in other.beside]
            tables, theirs = ({t.code: t for part in each.sections for t in part.tables} for each in (one, other))
            for code in tables.keys() & theirs.keys():
                assert _counts(tables[code]) == _counts(theirs[code]), code


def _counts(table: TableRule) -> object:
    return table.by, table.total, [(each.code, each.counts, each.of, each.unit) for each in table.columns]


def _shown(document: Document) -> dict[str, object]:
    figures = [each for part in document.sections for each in part.figures]
    return {each.code: each.value for each in figures if not each.suppressed and each.value is not None}
