"""The complaints behind a figure of a report, for those who may see reports and complaints."""

from __future__ import annotations

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Query
from pydantic import AfterValidator

from api.cursors import decode, encode
from api.deps import Cursor, Limit, PartsDep, ReportReader
from api.openapi import ONE_READ, problems
from api.permissions import Permission
from api.problems import Problem
from api.schemas.base import storable
from api.schemas.reports import BehindFigure, BehindShown
from db.queries import reports

router = APIRouter(prefix="/v1/reports/{report_id}/figures", tags=["reports"])

_Code = Annotated[str, Path(pattern=r"^[A-Za-z0-9._-]{1,80}$", description="The code of a figure of the report.")]
_By = Annotated[str | None, Query(pattern=r"^[a-z0-9_.]{1,80}$", description="By what it is told apart: `month`.")]
_Value = Annotated[
    str | None, AfterValidator(lambda value: value and storable(value)), Query(max_length=300, description="`2027-05`.")
]


@router.get("/{code}", operation_id="openFigure", response_model=BehindFigure, responses=problems(*ONE_READ))
async def open_figure(
    parts: PartsDep,
    who: ReportReader,
    report_id: UUID,
    code: _Code,
    by: _By = None,
    value: _Value = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> BehindFigure:
    """List the complaints that a figure counted, by what was known when the report was compiled.

    Each stands in the list as it is called today. What a report shows to others as a small number is listed, too.
    """
    who.acting_as(Permission.READ)
    if (by is None) is not (value is None):
        raise Problem.invalid("query", "/value", "by_and_value", "Of by and value, both are given or neither.")
    key = decode(cursor, _sort(code, by), date)
    told = (by, value) if by is not None and value is not None else None
    async with parts.database.tenant(who.organisation_id, parts.clock.now()) as session:
        report = await reports.find(session, report_id)
        if report is None:
            raise Problem("not_found")
        try:
            found = await parts.reports.opened(session, report, code, told, key.id if key else None, limit + 1)
        except LookupError:
            raise Problem("not_found") from None
    return BehindFigure(
        figure=code,
        by=by,
        value=value,
        items=[BehindShown.model_validate(each, from_attributes=True) for each in found[:limit]],
        next=encode(_sort(code, by), None, found[limit - 1].complaint_id) if len(found) > limit else None,
    )


def _sort(code: str, by: str | None) -> str:
    return f"{code}:{by or ''}"
