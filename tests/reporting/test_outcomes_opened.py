"""What was well-founded, and what was not, opens to the complaints that were: in every report that counts it."""

from __future__ import annotations

import pytest

from activities.reporting.compiling import Asked
from activities.reporting.keeping import keep
from activities.reporting.opening import openable, opened
from db.engine import Database
from reports.document import read
from runtime.database_roles import DatabaseDsns
from tests.bodies import make_body
from tests.reporting.facts import NOW
from tests.reporting.outside_year import FIRST, LAST, THEN, Year


@pytest.fixture(scope="module")
async def year(dsns: DatabaseDsns, database: Database) -> Year:
    """The year, beside that of another body, whose complaints open nowhere here."""
    for each in (made := [Year(make_body(dsns.migrator)) for _ in range(2)]):
        await each.store(database, dsns.migrator)
    return made[0]


@pytest.mark.parametrize("kind", ["annual", "public", "reg17", "oversight"])
async def test_what_was_well_founded_opens_to_the_complaints_that_were(
    database: Database, year: Year, kind: str
) -> None:
    scope = year.facts.scope(FIRST, LAST, THEN)
    counted = {"well_founded": 15, "not_well_founded": 9, "not_found": 6}
    async with database.tenant(scope.organisation_id, NOW) as session:
        report = await keep(session, Asked(kind=kind, scope=scope), NOW)
        found = {code: await opened(session, report, code, None, None, 100) for code in counted}
        decided = await opened(session, report, "decided", None, None, 100)
        first = await opened(session, report, "well_founded", None, None, 4)
        rest = await opened(session, report, "well_founded", None, first[-1].complaint_id, 100)
        with pytest.raises(LookupError):
            await opened(session, report, "well_founded", ("month", "2027-04"), None, 100)
        await session.rollback()
    assert {code: sum(each.times for each in behind) for code, behind in found.items()} == counted
    ids = {code: {each.complaint_id for each in behind} for code, behind in found.items()}
    assert set().union(*ids.values()) == {each.complaint_id for each in decided}
    assert [*first, *rest] == list(found["well_founded"])
    shown = openable(read(report.document.encode()))
    opens = {each.code: each.opens for part in shown.sections for each in part.figures}
    assert opens["well_founded"] and not opens["asked_party"]
